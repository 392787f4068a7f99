package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// fieldVerbs makes verbs of a field's name: manager gives manages, engage date gives engaged.
func (l *lexicon) fieldVerbs(o crm.Object, f crm.Field) {
	label := strings.ToLower(f.Label)
	if f.ValueType().Temporal() {
		date := sense{kind: "field", object: o.Name, field: f.Name}
		l.stem(label, date)
		if strings.HasSuffix(label, "ed") && !strings.Contains(label, " ") {
			l.dateVerbs(l.verbOf(label), date)
		}
		if does, ok := strings.CutSuffix(label, "s"); ok && !strings.Contains(label, " ") {
			l.dateVerbs(does, date) // starts
		}
		if rest, ok := strings.CutPrefix(label, strings.ToLower(o.Label)+" "); ok && !strings.Contains(rest, " ") && !oneOf(rest, "date", "day", "time", "since", "from", "until") {
			l.dateVerbs(l.verbOf(rest), date) // the lease end of a lease
		}
		for _, part := range []string{" date", " day", " time", " on", " at"} {
			if base := strings.TrimSuffix(label, part); base != label && !strings.Contains(base, " ") {
				l.dateVerbs(l.verbOf(base), date)
			}
		}
		return
	}
	if done, ok := strings.CutSuffix(label, " by"); ok && !strings.Contains(done, " ") && f.Type != crm.Bool {
		l.verbs([]string{l.verbOf(done)}, sense{kind: "verb", object: o.Name, field: f.Name, score: 0.85}) // who took an order
		return
	}
	word := singular(label)
	if first, _, _ := strings.Cut(label, " "); oneOf(first, "lead", "head") && first != label && !f.ValueType().Numeric() {
		l.verbs([]string{first}, sense{kind: "verb", object: o.Name, field: f.Name, score: 0.95}) // the lead lawyer leads
	}
	if at := strings.LastIndex(label, " "); at >= 0 {
		if word = singular(label[at+1:]); f.ValueType().Numeric() || !slices.Contains(l.trade.Label["doer"], word) {
			return
		}
	}
	if f.Type == crm.Choices {
		l.verbs([]string{word}, sense{kind: "verb", object: o.Name, field: f.Name, score: 0.85}) // tagged with billing
		return
	}
	for _, end := range []string{"ger", "er", "or", "ee"} {
		if base := strings.TrimSuffix(word, end); base != word && len(base) >= 3 {
			bases := []string{base, base + "e"}
			if end == "ger" {
				bases = []string{base + "ge"}
			}
			verb := sense{kind: "verb", object: o.Name, field: f.Name, score: 0.8}
			if f.Type == crm.Bool {
				verb.kind, verb.values = "value", []string{"yes"} // those who can drive are drivers
			}
			l.verbs(bases, verb)
			return
		}
	}
}

// verbOf is the verb that a past form is of: opened gives open, issued gives issue, paid gives pay.
func (l *lexicon) verbOf(past string) string {
	for base, forms := range l.closed.irregular {
		if slices.Contains(forms, past) {
			return base
		}
	}
	base, ok := strings.CutSuffix(past, "ed")
	if !ok {
		return past
	}
	if n := len(base); n > 3 && base[n-1] == base[n-2] && !strings.ContainsRune("lsfzo", rune(base[n-1])) {
		return base[:n-1] // shipped, planned
	}
	for _, end := range []string{"u", "v", "c", "s", "z", "g", "at", "ir", "ut"} {
		if strings.HasSuffix(base, end) && !strings.HasSuffix(base, "ss") && !strings.HasSuffix(base, "eat") {
			return base + "e"
		}
	}
	return base
}

// verbOfPast is the verb of a past form, "" for a word that is none.
func (l *lexicon) verbOfPast(word string) string {
	if v := l.verbOf(word); v != word {
		return v
	}
	return ""
}

// dateVerbs makes verbs of the word that a date is called by. Where such a verb is a value too, both are kept.
func (l *lexicon) dateVerbs(base string, s sense) {
	verb := s
	verb.kind, verb.score = "dateverb", 0.9
	l.verbs([]string{base}, verb)
	l.dateNouns(base, s)
	for _, form := range append(l.closed.forms(base), base+"ment") {
		l.stem(form, s)
	}
	if strings.HasSuffix(base, "er") {
		l.stem(base+"y", s) // delivery
	}
	if noun := key(base + "ment"); len(l.entries[noun]) == 0 && len(l.closed.senses[noun]) == 0 {
		verb.score = 0.8
		l.addKey(noun, verb)
	}
}

// dateNouns enters what a date is called by the noun of its verb: the completion date of Completed on.
func (l *lexicon) dateNouns(base string, s sense) {
	stem := strings.TrimSuffix(base, "e")
	s.score = 0.85
	for _, noun := range []string{base, stem + "ing", stem + "ion", base + "ation", strings.TrimSuffix(base, "er") + "ration", base + "ment", stem + "al"} {
		for _, phrase := range []string{noun + " date", "date of " + noun, noun + " day"} {
			if k := key(phrase); len(l.entries[k]) == 0 {
				l.addKey(k, s)
			}
		}
	}
}

func (l *lexicon) stem(word string, s sense) {
	k := key(word)
	if !slices.ContainsFunc(l.stems[k], func(o sense) bool { return o.object == s.object && o.field == s.field }) {
		l.stems[k] = append(l.stems[k], s)
	}
}

func (l *lexicon) verbs(verbs []string, s sense) {
	for _, v := range verbs {
		for _, form := range l.closed.forms(v) {
			old, taken := l.entries[key(form)]
			if s.kind == "earn" && slices.ContainsFunc(old, func(o sense) bool { return o.kind == "object" && o.score >= 1 }) {
				continue // bookings are records before they are what was earned
			}
			if s.kind == "dateverb" && slices.ContainsFunc(old, func(o sense) bool { return o.kind == "object" }) {
				continue // loans are records before they are a date
			}
			if f := l.fieldOf(s); taken && s.kind == "dateverb" && f.Role == crm.RoleEnded {
				continue // closed is what became of it
			}
			l.add(form, s)
		}
	}
}

// deeds makes verbs of options that say what was done: Held gives hold, Prospecting gives prospected.
func (l *lexicon) deeds() {
	for _, o := range l.schema.Objects {
		for _, f := range o.Fields {
			for _, opt := range f.Options {
				word := strings.ToLower(opt.Value)
				if base, ok := strings.CutSuffix(word, "ing"); ok && f.Role == crm.RoleStage && len(base) > 3 && !strings.Contains(base, " ") {
					for _, past := range []string{base + "ed", base + base[len(base)-1:] + "ed"} {
						if len(l.stems[key(past)]) > 0 {
							continue // within a week of being engaged is of that day
						}
						l.add("being "+past, sense{kind: "value", object: o.Name, field: f.Name, values: []string{opt.Value}, score: 1}) // what is being installed is installing
					}
				}
				if f.ValueType() != crm.Choice || strings.Contains(word, " ") {
					continue
				}
				for _, base := range l.closed.bases(word) {
					for _, form := range l.closed.forms(base) {
						if key(form) == key(base) && f.Role == crm.RoleStage && !slices.Contains(outcomeValues(f, "closed"), opt.Value) {
							continue // what was sent may have been paid since
						}
						if _, taken := l.entries[key(form)]; !taken {
							l.add(form, sense{kind: "value", object: o.Name, field: f.Name, values: []string{opt.Value}, score: 0.85})
						}
					}
				}
			}
		}
	}
}

// deedOf tells whether a word is a form of the verb that a value says was done: work of Worked.
func (l *lexicon) deedOf(v sense, word string) bool {
	if len(v.values) != 1 || v.partly || v.fix != "" {
		return false
	}
	value := strings.ToLower(v.values[0])
	return value == word || slices.ContainsFunc(l.closed.bases(value), func(base string) bool { return slices.Contains(l.closed.forms(base), word) })
}
