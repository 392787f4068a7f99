package answer

import (
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// whoOrWhen shows of records that nobody asked for themselves who or when it was: who won the biggest deal.
func (b *builder) whoOrWhen() bool {
	s := b.sk
	o, _ := b.schema.Object(b.root)
	switch {
	case s.asked == "who" && !b.person(o) && b.root != b.lex.team:
		if f, ok := o.Role(crm.RoleOwner); ok && !slices.ContainsFunc(s.mentions, func(m noun) bool { return m.field != "" && !s.aside(m) }) {
			s.mentions = append(s.mentions, noun{object: b.root, field: f.Name})
		}
	case s.asked == "when" && !slices.ContainsFunc(s.mentions, func(m noun) bool { return !s.aside(m) }) && (s.rank != nil || b.namesRecord()):
		p, ok := b.mainDate()
		if !ok {
			return b.no("it does not say when what was")
		}
		s.mentions = append(s.mentions, noun{object: b.root, field: string(p)})
	}
	return true
}

// whole shows a record that is asked for by its name alone: its fields, as many as can be taken in at a glance.
// What else is asked of it comes last.
func (b *builder) whole(also []crm.Path) []crm.Path {
	o, _ := b.schema.Object(b.root)
	var out []crm.Path
	for _, f := range o.Fields {
		if f.Type != crm.LongText && f.Type != crm.Links && len(out) < 8 && !b.lex.isName(noun{object: b.root, field: f.Name}) {
			out = append(out, crm.Path(f.Name))
		}
	}
	for _, p := range also {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// extremes gives the highest value of the records of each group.
func (b *builder) extremes(by *gauge) bool {
	r := b.sk.rank
	term, ok := b.rankTerm(by, r.flavour)
	if !ok || r.n > 1 || b.sk.nth > 1 {
		return b.no("it does not say what of each is wanted")
	}
	fn := plan.Max
	if !r.desc {
		fn = plan.Min
	}
	b.p.Measures, b.stages = []plan.Measure{{Fn: fn, Of: &term}}, []crm.Filter{{}}
	return true
}
