package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// deverbal enters the verb that records are called after: donations were donated, reservations are reserved. A form that
// means something already keeps its meaning.
func (l *lexicon) deverbal(o crm.Object) {
	label := strings.ToLower(o.Label)
	noun := label[strings.LastIndex(label, " ")+1:]
	for _, base := range l.basesOf(noun) {
		for _, form := range l.closed.forms(base) {
			k := key(form)
			if len(l.entries[k]) == 0 && len(l.closed.senses[k]) == 0 && len(l.stems[k]) == 0 {
				l.addKey(k, sense{kind: "object", word: "verb", object: o.Name, score: 0.8})
			}
		}
	}
}

// basesOf are the verbs that a noun for a deed may come from.
func (l *lexicon) basesOf(noun string) []string {
	if slices.Contains(l.trade.Label["deed"], noun) {
		return []string{noun}
	}
	for _, end := range []struct {
		noun  string
		verbs []string
	}{
		{"istration", []string{"ister"}}, {"scription", []string{"scribe"}}, {"ation", []string{"ate", "e", ""}}, {"ction", []string{"ct"}}, {"ption", []string{"pt"}},
		{"ment", []string{""}}, {"ery", []string{"er"}}, {"al", []string{"", "e"}}, {"ing", []string{"", "e"}},
	} {
		if stem, ok := strings.CutSuffix(noun, end.noun); ok && len(stem) > 2 {
			var out []string
			for _, v := range end.verbs {
				out = append(out, stem+v)
			}
			return out
		}
	}
	return nil
}

// doneBySomebody tells of what somebody who is named did, said by the verb of its records: what did Ann order.
func (b *builder) doneBySomebody() bool {
	s := b.sk
	if s.asked != "which" || s.word(0) != "what" || !oneOf(s.word(1), "did", "has", "have", "does", "do") || s.howmuch || s.rank != nil || len(s.mentions) > 1 {
		return false
	}
	did := s.target
	if len(s.mentions) == 1 {
		did = s.mentions[0]
	}
	return did.field == "" && did.object != "" && slices.ContainsFunc(s.sets, func(set item) bool {
		return set.to == did.at && set.object != did.object && b.reaches(did.object, set.object) && b.lex.isName(set.sense.noun())
	})
}

// settleThings asks for what it was done to: the one thing that such records link to which is nobody.
func (b *builder) settleThings() {
	s := b.sk
	did := s.target
	if len(s.mentions) == 1 {
		did = s.mentions[0]
	}
	o, _ := b.schema.Object(did.object)
	things := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool {
		target, ok := b.schema.Object(f.Target)
		return !ok || f.Type != crm.Link || f.Role == crm.RoleOwner || f.Target == o.Name || b.somebody(target) || b.called(target, "customer") ||
			slices.ContainsFunc(s.sets, func(set item) bool { return set.object == f.Target })
	})
	if len(things) != 1 {
		b.no("it does not say what of the " + b.plural(o.Name) + " is asked for")
		return
	}
	s.target, s.mentions = noun{object: o.Name, field: things[0].Name, at: did.at, plural: true}, nil
}
