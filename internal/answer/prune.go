package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// around is what stands beside an item when its senses are weighed: the nearest items that say something.
type around struct {
	prev, next *item
	second     *item // the one behind next
	first      bool  // nothing before it says anything
	reference  bool  // "as today" or the like stands in the question
	asof       bool
	super      bool // a superlative stands two before
	toks       []token
	overYear   bool // over and a year, of a measure: revenue over 2017
	leaves     bool // leave stands in the question, so out belongs to it
	did        bool // did stands before it, so a verb is what was done
	metric     bool // a measure of its own stands in the question
}

// sameValue tells whether an item may be part of the same name.
func sameValue(it *item, s sense) bool {
	return it != nil && slices.ContainsFunc(it.senses, func(o sense) bool {
		return o.kind == "value" && o.object == s.object && o.field == s.field && slices.Equal(o.values, s.values)
	})
}

// aside tells of a word of a longer label right before the noun of other records, which that label does not describe.
func (a around) aside(s sense, it *item) bool {
	return s.kind == "field" && s.score == partScore && a.next != nil && a.next.from == it.to && has(a.next, "object") &&
		!slices.ContainsFunc(a.next.senses, func(n sense) bool { return n.object == s.object })
}

// signs tells of a token that is only a sign.
func (a around) signs(i int) bool { return onlySigns(a.toks[i].text) }

func has(it *item, kinds ...string) bool {
	return it != nil && slices.ContainsFunc(it.senses, func(s sense) bool { return slices.Contains(kinds, s.kind) })
}

// bound lists the kinds of words that mean something only beside certain others, and when they do.
var bound = map[string]func(sense, around) bool{
	"out":   func(_ sense, a around) bool { return a.leaves },
	"times": func(_ sense, a around) bool { return has(a.prev, "number") },
	"asof": func(s sense, a around) bool {
		switch s.word {
		case "today":
			return a.asof
		case "weak":
			return has(a.next, "period") && a.reference
		}
		return has(a.next, "period")
	},
	"cmp": func(_ sense, a around) bool {
		return (has(a.next, "number", "field") || has(a.next, "object") && (has(a.second, "field") || a.second != nil && a.toks[a.second.from].fold == "'s")) && !a.overYear
	},
	"unit":    func(_ sense, a around) bool { return has(a.prev, "number") && !a.super },
	"postcmp": func(_ sense, a around) bool { return has(a.prev, "number", "unit") },
	"to": func(_ sense, a around) bool {
		return has(a.prev, "number", "period") && has(a.next, "number", "period")
	},
	"since": func(s sense, a around) bool {
		if s.word == "onwards" || s.word == "upto" {
			return has(a.prev, "period")
		}
		return has(a.next, "period") || s.word != "" && has(a.prev, "field", "dateverb") && has(a.next, "field")
	},
	"between": func(_ sense, a around) bool { return has(a.next, "number", "period") },
	"action":  func(_ sense, a around) bool { return a.first },
	"bucket":  func(_ sense, a around) bool { return !has(a.prev, "number") || a.super },
	"period": func(s sense, a around) bool {
		if a.metric && has(a.prev, "cmp") && a.toks[a.prev.from].fold == "over" && !has(a.next, "unit", "object", "field") {
			return true
		}
		return s.period.grain != "year" || !(has(a.prev, "cmp") || has(a.next, "unit"))
	},
}

// strong are the bound kinds that leave no doubt where they fit.
var strong = []string{"cmp", "between", "to", "since", "unit", "postcmp"}

func looksLikeYear(q quantity) bool {
	return q.n.IsInteger() && q.n.IntPart() >= 1900 && q.n.IntPart() <= 2100
}

// prune drops the senses that cannot be meant where they stand. An item never loses its last sense.
func (l *lexicon) prune(toks []token, items []item) {
	reference := slices.ContainsFunc(items, func(it item) bool {
		return slices.ContainsFunc(it.senses, func(s sense) bool { return s.kind == "asof" && s.word == "today" })
	})
	asof := slices.ContainsFunc(items, func(it item) bool {
		return slices.ContainsFunc(it.senses, func(s sense) bool { return s.kind == "asof" && s.word != "today" })
	})
	leaves := slices.ContainsFunc(items, func(it item) bool {
		return has(&it, "not") && toks[it.to-1].fold == "leave"
	})
	metric := slices.ContainsFunc(items, func(it item) bool { return has(&it, "metric") })
	lasting := slices.ContainsFunc(items, func(it item) bool { return has(&it, "howlong") })
	past := slices.ContainsFunc(toks, func(t token) bool { return t.fold == "did" })
	did := slices.IndexFunc(toks, func(t token) bool { return t.fold == "did" || t.fold == "do" || t.fold == "does" })
	l.thanDone(toks, items)
	for i := range items {
		a := around{leaves: leaves, metric: metric, prev: beside(items, i, -1), next: beside(items, i, 1), second: beside(items, i, 2), reference: reference, asof: asof, toks: toks}
		a.first = a.prev == nil
		a.did = did >= 0 && items[i].from > did && !slices.ContainsFunc(toks[did:items[i].from], func(t token) bool { return oneOf(t.fold, "have", "has", "had", "got", "still") })
		a.overYear = metric && toks[items[i].from].fold == "over" && a.next != nil && slices.ContainsFunc(a.next.senses, func(s sense) bool {
			return s.kind == "period" && s.period.grain == "year"
		}) && !has(a.second, "unit", "object", "field")
		if a.prev != nil {
			for j := range items {
				if &items[j] == a.prev {
					a.super = has(beside(items, j, -1), "super")
				}
			}
		}
		if t := toks[items[i].from].fold; (t == "last" || t == "lasts") && lasting && has(a.prev, "object") && a.prev.to == items[i].from {
			items[i].senses = []sense{{kind: "fill", score: 1}} // how long do loans last
			continue
		}
		if at := items[i].from; toks[at].fold == "made" && at > 0 && has(a.prev, "object") && slices.ContainsFunc(items[i].senses, func(s sense) bool {
			return s.kind == "earn" && !slices.ContainsFunc(a.prev.senses, func(o sense) bool { return o.object == s.object })
		}) {
			items[i].senses = []sense{{kind: "fill", score: 1}} // bookings that were made are bookings
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(items[i].senses), func(s sense) bool {
			if next := items[i].to; s.kind == "value" && has(&items[i], "field") && next < len(toks) && toks[next].fold == "of" {
				return true // the price of a product is no reason
			}
			if s.kind == "value" && s.partly && has(&items[i], "vague") {
				return !sameValue(a.prev, s) && !sameValue(a.next, s) // new is no name, new york is
			}
			if next := items[i].to; s.kind == "value" && toks[next-1].fold == "live" && next < len(toks) && slices.Contains([]string{"in", "at", "near", "on"}, toks[next].fold) {
				return true // who lives somewhere is not live
			}
			if s.kind == "prep" && a.first && toks[items[i].from].fold == "where" {
				return true
			}
			if a.aside(s, &items[i]) {
				return true // the best paid driver is none by what was paid out
			}
			if s.kind == "prep" && slices.ContainsFunc(items[i].senses, l.ownKind) && a.prev != nil && slices.Contains(folkWords, toks[a.prev.to-1].fold) {
				return true // people managed by Anna
			}
			test, ok := bound[s.kind]
			return ok && !test(s, a)
		})
		kept = l.asNoun(belonging(kept, &items[i], a), &items[i], a)
		if t := toks[items[i].from]; items[i].to-items[i].from == 1 {
			kept = l.asUsed(kept, t, t.fold == "open" && a.did, past && a.did, has(a.prev, "who") && a.prev.to == items[i].from)
		}
		if qualifies(&items[i], a.next) {
			kept = asState(kept, a.next)
		}
		kept = related(kept, a.prev)
		kept = inPlace(kept, items, i, toks)
		if slices.ContainsFunc(kept, func(s sense) bool { return slices.Contains(strong, s.kind) }) {
			// Where such a word fits, the plain preposition is not meant.
			kept = slices.DeleteFunc(kept, func(s sense) bool { return s.kind == "prep" || s.kind == "fill" })
		}
		if len(kept) > 0 && kept[0].kind == "out" {
			kept = []sense{{kind: "fill", score: 1}} // leave the South out
		}
		if k := slices.IndexFunc(kept, func(s sense) bool { return s.kind == "asof" }); k >= 0 {
			kept = kept[k : k+1]
		}
		if len(kept) > 0 {
			items[i].senses = kept
		} else if a.aside(items[i].senses[0], &items[i]) {
			items[i].senses = []sense{{kind: "unknown", word: toks[items[i].from].text}}
		} else if items[i].to-items[i].from == 1 && a.signs(items[i].from) {
			items[i].senses = []sense{{kind: "fill", score: 1}} // a dash that only parts
		}
	}
}

// belonging keeps of the fields that an item may be the one whose object stands right before it, as in person city, or
// whose value stands right behind it, as in status Lead.
func belonging(senses []sense, it *item, a around) []sense {
	before := func(s sense) bool {
		return s.kind == "field" && a.prev != nil && a.prev.to == it.from && slices.ContainsFunc(a.prev.senses, func(p sense) bool { return p.kind == "object" && p.object == s.object })
	}
	behind := func(s sense) bool {
		return s.kind == "field" && a.next != nil && a.next.from == it.to && slices.ContainsFunc(a.next.senses, func(n sense) bool { return n.kind == "value" && n.object == s.object && n.field == s.field })
	}
	if a.next != nil && a.next.from == it.to && has(a.next, "object") && has(it, "agg") {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "field" }) // total invoices are no invoice total
	}
	if slices.ContainsFunc(senses, before) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "agg" || s.kind == "field" && !before(s) })
	}
	if slices.ContainsFunc(senses, behind) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "field" && !behind(s) })
	}
	return senses
}

// asUsed drops what a word cannot mean by its form: prices are no value called price, and did we open is what was done.
func (l *lexicon) asUsed(senses []sense, t token, deed, did, who bool) []sense {
	kind := func(kind string) func(sense) bool { return func(s sense) bool { return s.kind == kind } }
	if t.fold != t.norm && slices.ContainsFunc(senses, kind("field")) {
		return slices.DeleteFunc(senses, func(s sense) bool {
			return s.kind == "value" && s.word == "" && !s.partly && !slices.Equal(s.values, []string{"yes"})
		})
	}
	if slices.ContainsFunc(senses, kind("verb")) && who {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && s.word == "" }) // who leads is no stage
	}
	if slices.ContainsFunc(senses, kind("fill")) {
		done := func(s sense) bool { return s.kind == "value" && s.word == "" && l.deedOf(s, t.fold) }
		spelled := func(s sense) bool { return done(s) && crm.Fold(s.values[0]) == t.fold }
		switch past := strings.HasSuffix(t.fold, "ed"); {
		case slices.ContainsFunc(senses, done) && (did || past):
			return slices.DeleteFunc(senses, kind("fill")) // did work, worked
		case !slices.ContainsFunc(senses, spelled):
			return slices.DeleteFunc(senses, done) // who works there
		}
	}
	if deed && slices.ContainsFunc(senses, kind("dateverb")) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind != "dateverb" })
	}
	return senses
}

// asState keeps of a word right before a noun what it says of the noun's records: done tasks are those done, open deals
// are not those opened.
func asState(senses []sense, noun *item) []sense {
	states := func(s sense) bool {
		return s.kind == "value" && slices.ContainsFunc(noun.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object })
	}
	if !slices.ContainsFunc(senses, states) {
		return senses
	}
	outcome := slices.ContainsFunc(senses, func(s sense) bool { return states(s) && s.word != "" && s.word != "thing" })
	return slices.DeleteFunc(senses, func(s sense) bool {
		return oneOf(s.kind, "fill", "earn", "verb", "dateverb") || s.kind == "field" && outcome
	})
}

// inPlace keeps of the values that stand behind a noun and in, from or at those of the noun's own records: customers in
// Germany are no customers of a supplier there.
func inPlace(senses []sense, items []item, i int, toks []token) []sense {
	prep := i - 1
	for prep > 0 && len(items[prep].senses) > 0 && items[prep].senses[0].kind == "fill" {
		prep--
	}
	if prep < 1 || !has(&items[prep], "prep") || !oneOf(joinFold(toks[items[prep].from:items[prep].to]), "in", "from", "at", "located in", "based in") {
		return senses
	}
	noun := &items[prep-1]
	own := func(s sense) bool {
		return s.kind == "value" && !s.partly && slices.ContainsFunc(noun.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object })
	}
	if !slices.ContainsFunc(senses, own) {
		return senses
	}
	return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && !own(s) })
}

// related marks a relation said by a verb that is one of the noun before it: reps managed by Anna are not what she owns.
func related(senses []sense, noun *item) []sense {
	out := slices.Clone(senses)
	for i, s := range out {
		if s.kind == "verb" && s.word == "" && noun != nil && slices.ContainsFunc(noun.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object }) {
			out[i].word = "related"
		}
	}
	return out
}

// qualifies tells whether an item may be a value that stands right before the records it belongs to.
func qualifies(it, next *item) bool {
	return next != nil && next.from == it.to && slices.ContainsFunc(it.senses, func(s sense) bool {
		return s.kind == "value" && !s.partly && slices.ContainsFunc(next.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object })
	})
}

// beside is the nearest item in a direction that says something; with a step of two, the one behind it.
func beside(items []item, i, step int) *item {
	if step == 2 {
		next := beside(items, i, 1)
		for j := range items {
			if &items[j] == next {
				return beside(items, j, 1)
			}
		}
		return nil
	}
	for j := i + step; j >= 0 && j < len(items); j += step {
		if !(len(items[j].senses) > 0 && items[j].senses[0].kind == "fill") {
			return &items[j]
		}
	}
	return nil
}

// maxReadings bounds how many choices of senses are tried.
const maxReadings = 96

// readings lists the ways to choose one sense for each item, the likelier first.
func readings(items []item) [][]item {
	out := [][]item{nil}
	for _, it := range items {
		senses := it.senses
		if len(senses) > 6 {
			senses = senses[:6]
		}
		if len(out)*len(senses) > maxReadings {
			senses = senses[:max(1, maxReadings/len(out))]
		}
		next := make([][]item, 0, len(out)*len(senses))
		for _, s := range senses {
			for _, head := range out {
				chosen := it
				chosen.sense = s
				next = append(next, append(slices.Clip(slices.Clone(head)), chosen))
			}
		}
		out = next
	}
	return out
}
