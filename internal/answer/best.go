package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// unwelcome tells of a figure of which less may well be better: costs, delays, what came back.
func (b *builder) unwelcome(g gauge) bool {
	o, _ := b.schema.Object(g.object)
	f, ok := o.Field(g.field)
	return ok && slices.ContainsFunc(strings.Fields(key(f.Label)), func(w string) bool { return slices.Contains(b.lex.trade.Label["unwelcome"], w) })
}

// settleRank gives the best, top and biggest of people, customers and products their measure: revenue, where the
// question names none and their own records have no amount.
func (b *builder) settleRank() {
	s := b.sk
	r := s.rank
	if r != nil && r.of == nil && s.popular && len(s.mentions) == 0 && len(s.gauges) == 0 && s.counted == nil {
		if o := b.happens(s.target.object); o != "" {
			r.of = &gauge{fn: plan.Count, object: o}
			return
		}
	}
	if r == nil || r.of != nil || s.order != nil || len(s.gauges) > 0 || s.target.zero() {
		return
	}
	if to, _ := b.schema.Object(s.target.object); s.target.field != "" && r.flavour != "date" {
		if f, _ := to.Field(s.target.field); isReason(f) {
			r.of = &gauge{fn: plan.Count, object: to.Name}
			return
		}
	}
	if s.counts && r.flavour != "date" {
		for _, set := range s.sets {
			if stage, ok := b.stage(set.object); ok && set.field == stage.Name {
				r.of = &gauge{fn: plan.Count, object: set.object} // the worst month for wins
				return
			}
		}
	}
	if b.ranksRecords() {
		return
	}
	if r.flavour != "good" && r.flavour != "rank" && r.flavour != "size" {
		return
	}
	o, _ := b.schema.Object(s.target.object)
	if _, ok := o.Role(crm.RoleAmount); ok && s.target.field == "" || slices.ContainsFunc(s.mentions, b.lex.isFigure) {
		return
	}
	m := b.metric("sum-amount")
	for _, other := range b.schema.Objects {
		stage, _ := b.stage(other.Name)
		if b.lex.measurable(other, m) && contest(stage) && (s.target.object == "" || b.reaches(other.Name, o.Name)) {
			r.of = &gauge{metric: m, object: other.Name}
			return
		}
	}
}

// happens is the one object whose dated records point to an object: loans of books.
func (b *builder) happens(object string) string {
	found := ""
	for _, o := range b.schema.Objects {
		dated := slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.ValueType().Temporal() })
		if o.Name == object || !dated || !b.reaches(o.Name, object) {
			continue
		}
		if found != "" {
			return ""
		}
		found = o.Name
	}
	return found
}

// ranksRecords tells whether records with an amount are spoken of beside what is ranked: best at winning deals is not
// said of revenue.
func (b *builder) ranksRecords() bool {
	return slices.ContainsFunc(b.sk.mentions, func(m noun) bool {
		o, _ := b.schema.Object(m.object)
		_, ok := o.Role(crm.RoleAmount)
		return ok && m.field == ""
	})
}
