package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// noArticle drops values that are spelt like a small word of the language: a and I are none, unless they stand beside the
// name of their field, as in rating A; no more are in and or, unless they are written as the data have them.
func (l *lexicon) noArticle(senses []sense, toks []token, i int) []sense {
	small := len(toks[i].fold) == 1 && strings.ContainsAny(toks[i].fold, "ai") || slices.ContainsFunc(l.closed.senses[toks[i].norm], func(s sense) bool {
		return oneOf(s.kind, "fill", "prep", "or", "and", "not", "to", "no") && len(toks[i].fold) <= 3
	})
	if !small {
		return senses
	}
	return slices.DeleteFunc(senses, func(s sense) bool {
		if s.kind != "value" || len(s.values) != 1 || crm.Fold(s.values[0]) != toks[i].fold {
			return false
		}
		if len(toks[i].fold) > 1 && toks[i].text == s.values[0] && toks[i].text != toks[i].fold {
			return false
		}
		return !l.besideField(s, toks, i)
	})
}

// ownWords drops what the language means by a word that the workspace calls its records or what becomes of them by:
// orders per customer are no order of rows, and jobs done in 2026 are not merely jobs of 2026.
func ownWords(senses []sense, toks []token, i int) []sense {
	t := toks[i]
	own := func(kinds ...string) bool {
		return slices.ContainsFunc(senses, func(s sense) bool { return slices.Contains(kinds, s.kind) && s.score >= 0.85 })
	}
	next := ""
	if i+1 < len(toks) {
		next = toks[i+1].fold
	}
	named := own("object")
	return slices.DeleteFunc(senses, func(s sense) bool {
		switch s.kind {
		case "sorted":
			return named && next != "by" && (t.fold != t.norm || i == 0 || toks[i-1].fold != "in")
		case "list":
			return named && (t.fold != t.norm || i > 0 && !starts(toks, i))
		case "change", "chart", "action", "share":
			return named && t.fold != t.norm
		case "fill":
			return t.fold == "done" && own("value", "dateverb", "field")
		}
		return false
	})
}

// besideField tells whether a word of the field's name stands right before or behind a token.
func (l *lexicon) besideField(s sense, toks []token, i int) bool {
	words := strings.Fields(key(l.fieldOf(s).Label))
	for _, j := range []int{i - 1, i + 1} {
		if j >= 0 && j < len(toks) && (slices.Contains(words, toks[j].norm) || slices.ContainsFunc(l.entries[toks[j].norm], func(o sense) bool {
			return o.kind == "field" && o.object == s.object && o.field == s.field
		})) {
			return true
		}
	}
	return false
}

// ourOwn tells of what customers do, said of ourselves: what we spent is not what they spent.
func (r *reader) ourOwn(verb item) bool {
	if verb.metric == nil || !verb.metric.Payer || verb.from == 0 || verb.to-verb.from != 1 {
		return false
	}
	before := r.toks[verb.from-1].fold
	ours := verb.from > 1 && r.toks[verb.from-2].fold == "our" && oneOf(before, "team", "company", "staff", "reps", "people", "firm")
	return ours || oneOf(before, "we", "i", "weve", "we've", "ive", "i've")
}

// paysOther tells of a verb that is taken for what was done to other records than those right behind it, which know it too:
// never paid an invoice.
func (r *reader) paysOther(verb item, behind []item) bool {
	return len(behind) > 0 && behind[0].kind == "object" && behind[0].object != verb.object && slices.ContainsFunc(verb.senses, func(s sense) bool {
		return s.kind == "earn" && s.object == behind[0].object
	})
}

// ours tells of a verb of those responsible whose doer is we: the properties we look after are all of them.
func (k *sketcher) ours(verb item) bool {
	if verb.kind != "verb" || verb.from == 0 || k.r.toks[verb.from-1].fold != "we" {
		return false
	}
	f := k.r.lex.fieldOf(verb.sense)
	return f.Role == crm.RoleOwner || f.Type == crm.Link && f.Target == k.r.lex.team
}

// toBe tells whether what begins at a token is still to come: to be paid, should be done.
func (r *reader) toBe(i int) bool {
	return i > 1 && r.toks[i-1].fold == "be" && oneOf(r.toks[i-2].fold, "to", "should", "must", "will", "shall", "can", "could")
}

// opposes tells of a but between two conditions, both of which must hold: planned for 2025 but done in 2026.
func (k *sketcher) opposes(but item) bool {
	s := k.s
	all := slices.Concat(s.sets, s.compared, s.dated, s.absent, s.against)
	before := slices.ContainsFunc(all, func(it item) bool { return it.to == but.from })
	return before && slices.ContainsFunc(all, func(it item) bool { return it.from >= but.to && it.from-but.to < 3 })
}

// vagueOf tells of a word such as new that is a value of other records than those it stands before: new contacts are not
// the contacts of new tickets.
func (r *reader) vagueOf(set, noun item) bool {
	return noun.kind == "object" && set.object != noun.object && set.to == noun.from && set.to-set.from == 1 && slices.ContainsFunc(r.lex.closed.senses[r.toks[set.from].norm], func(s sense) bool {
		return s.kind == "vague"
	})
}

// infinitive tells of what is to be done behind a noun, which is not what was done: properties to let are not let.
func (k *sketcher) infinitive(it item) bool {
	if it.from < 2 || it.to-it.from != 1 || k.r.toks[it.from-1].fold != "to" || k.s.howlong || k.s.took {
		return false
	}
	if stage, ok := k.r.lex.stageOf(it.object); it.kind == "set" && (!ok || it.field != stage) {
		return false
	}
	t, before := k.r.toks[it.from], k.r.toks[it.from-2]
	noun := slices.ContainsFunc(k.r.lex.entries[before.norm], func(s sense) bool { return s.kind == "object" }) || oneOf(before.fold, "left", "ready", "available", "still")
	return noun && !strings.HasSuffix(t.fold, "ed") && t.text == t.fold
}

// hasDoer tells of a verb that says what somebody does rather than what is to be shown: which vet sees the most pets.
func (k *sketcher) hasDoer(it item) bool {
	asked := oneOf(k.s.asked, "which", "who", "when", "where") || k.s.counted != nil
	return asked && it.from > 0 && !starts(k.r.toks, it.from) && len(k.r.toks[it.from].fold) > 2 && it.to-it.from == 1
}
