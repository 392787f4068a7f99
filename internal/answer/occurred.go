package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// occurred is the date on which the records of the root took place, where their first date is but the one on which they were
// booked or made. False with a reason set: there are others, and none says it.
func (b *builder) occurred(o crm.Object) (crm.Path, bool) {
	var own, other []crm.Field
	first, booked := crm.Field{}, false
	for _, f := range o.Fields {
		if !f.ValueType().Temporal() || f.Role == crm.RoleDue {
			continue
		}
		bare := strings.EqualFold(f.Label, "date")
		switch {
		case b.lex.labelled(f, "entered") && !(b.ownDate(o, f) && len(strings.Fields(f.Label)) == 2):
			if !booked {
				first, booked = f, true
			}
		case bare || b.ownDate(o, f):
			own = append(own, f)
		case f.Role != crm.RoleEnded && !b.lex.labelled(f, "other-date"):
			other = append(other, f)
		}
	}
	said := b.sk.takesPlace()
	switch {
	case len(own) == 1:
		return b.taken(own[0], first)
	case len(own) > 1 || !booked && !said:
		return "", false
	}
	if placed := slices.DeleteFunc(slices.Clone(other), func(f crm.Field) bool { return !b.lex.labelled(f, "took-place") }); len(placed) == 1 {
		return b.taken(placed[0], first)
	}
	if p, ok := b.heldElsewhere(o); ok && booked && len(other) == 0 && b.wasDone() {
		return p, true // classes attended in May took place in May, whenever they were booked
	}
	if booked && (said || len(other) > 0) {
		return "", b.no("it does not say which date of " + b.plural(b.root) + " is meant; " + first.Label + " is not when they took place")
	}
	return "", false
}

// wasDone tells whether the question asks for records by what became of them.
func (b *builder) wasDone() bool {
	values, said := b.stageValues(b.root)
	return said && within(values, b.values(b.root, "closed"))
}

// heldElsewhere is the day on which what the records are a part of took place, a link away.
func (b *builder) heldElsewhere(o crm.Object) (crm.Path, bool) {
	var found []crm.Path
	for _, f := range o.Fields {
		target, ok := b.schema.Object(f.Target)
		if held, dated := b.lex.heldOn(target); ok && dated && f.Type == crm.Link {
			found = append(found, crm.Path(f.Name).Then(held))
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// settleAhead reads how far ahead something was booked: the days from then to the day on which it took place.
func (b *builder) settleAhead() {
	s := b.sk
	booked := s.dateverb
	for i, m := range s.mentions {
		if booked.zero() && b.lex.isDate(m) {
			booked, s.mentions = m, slices.Delete(s.mentions, i, i+1) // booked on average
			break
		}
	}
	o, _ := b.schema.Object(booked.object)
	f, ok := o.Field(booked.field)
	asks := s.howlong || s.agg != "" || s.ahead.to-s.ahead.from > 2
	if !ok || !asks || !b.lex.labelled(f, "entered") || len(s.gauges) > 0 || s.rank != nil || len(s.compared)+len(s.bars) > 0 || s.agg != "" && s.agg == plan.Sum {
		s.leave(*s.ahead)
		return
	}
	s.dateverb = noun{}
	held, ok := b.occurred(o)
	if !ok || string(held) == booked.field {
		s.leave(*s.ahead)
		return
	}
	if len(s.periods) > 0 && s.periods[0].from > booked.at {
		s.dateverb = booked
	}
	fn := s.agg
	if fn == "" {
		fn = plan.Mean
	}
	s.gauges, s.agg, s.howlong = []gauge{{object: o.Name, field: string(held), minus: booked.field, fn: fn}}, "", false
	if s.target.object == o.Name && s.target.field == "" && s.asked != "which" {
		s.target = noun{}
	}
}

// taken is the date that is meant, with a note where another one is not.
func (b *builder) taken(f, not crm.Field) (crm.Path, bool) {
	if note := "Dates are those of " + strings.ToLower(f.Label) + ", not of " + strings.ToLower(not.Label) + "."; not.Name != "" && !slices.Contains(b.notes, note) {
		b.notes = append(b.notes, note)
	}
	return crm.Path(f.Name), true
}

// takesPlace tells whether the question says that something took place.
func (s *sketch) takesPlace() bool {
	for i := range s.toks {
		switch s.word(i) {
		case "happen", "happened", "happens", "occur", "occurred", "held":
			return true
		case "took", "take", "takes", "taken":
			if s.word(i+1) == "place" {
				return true
			}
		}
	}
	return false
}

// asNoun reads the word of a date where it stands as a noun: the shifts of a shift date are the records that have it, where
// it is the day on which they took place. Bookings of a booking date may be anything.
func (l *lexicon) asNoun(senses []sense, it *item, a around) []sense {
	i := slices.IndexFunc(senses, func(s sense) bool { return s.kind == "dateverb" })
	t := a.toks[it.from]
	if i < 0 || it.to-it.from != 1 || slices.ContainsFunc(senses, func(s sense) bool { return s.kind == "object" || s.kind == "value" }) || !a.isNoun(t, it.from) {
		return senses
	}
	date := senses[i]
	o, _ := l.schema.Object(date.object)
	f := l.fieldOf(date)
	if !strings.EqualFold(f.Label, t.norm+" date") {
		return senses
	}
	if l.labelled(f, "entered") {
		return []sense{{kind: "unknown", word: t.text}}
	}
	first := slices.IndexFunc(o.Fields, func(f crm.Field) bool { return f.ValueType().Temporal() && !l.labelled(f, "entered") })
	if o.Fields[first].Name != f.Name {
		return senses
	}
	return []sense{{kind: "object", object: o.Name, score: 0.75}}
}

// isNoun tells whether a word stands where a noun does rather than a verb: how many shifts, a shift.
func (a around) isNoun(t token, at int) bool {
	if t.fold == t.norm {
		return at > 0 && oneOf(a.toks[at-1].fold, "a", "an", "per", "each", "every", "which", "many")
	}
	return strings.HasSuffix(t.fold, "s") && (a.prev == nil || has(a.prev, "count", "list", "agg", "number", "super", "cmp", "which", "by", "each", "value", "lack"))
}
