package answer

import (
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// saysStage tells whether the question says what became of the records of the root.
func (b *builder) saysStage() bool {
	_, said := b.stageValues(b.root)
	return said
}

// pickGauges says what is measured, their number first where it is asked for beside a measure.
func (b *builder) pickGauges() ([]gauge, bool) {
	s := b.sk
	c := s.counted
	if c != nil && s.also && c.object == b.root && c.field == "" && len(s.gauges) > 0 {
		s.tallied, s.counted = true, nil
	}
	if c != nil && s.also && c.object == b.root && c.field == "" && len(s.gauges) == 0 && len(s.groups) > 0 && s.rank == nil {
		if i := slices.IndexFunc(s.mentions, func(m noun) bool { return m.object == b.root && m.at < c.at && b.lex.isFigure(m) }); i >= 0 {
			s.gauges = append(s.gauges, gauge{object: s.mentions[i].object, field: s.mentions[i].field}) // seats per plan and number of customers
			s.mentions = slices.Delete(s.mentions, i, i+1)
			s.tallied, s.counted = true, nil
		}
	}
	gauges, ok := b.usualGauges()
	if ok && s.tallied {
		if len(gauges) == 0 {
			return nil, b.no("it does not say what is measured beside their number")
		}
		if !slices.ContainsFunc(gauges, func(g gauge) bool { return g.kind != nil }) {
			gauges = append([]gauge{{fn: plan.Count, object: b.root}}, gauges...)
		}
	}
	return gauges, ok
}

// usualGauges says what is measured when the question does not use a measure's own word.
func (b *builder) usualGauges() ([]gauge, bool) {
	s := b.sk
	switch {
	case s.counted != nil && len(s.gauges) > 0:
		return nil, b.no("it counts and measures at once")
	case s.counted != nil:
		return b.countedGauges(*s.counted), true
	case len(s.gauges) > 0:
		return slices.Clone(s.gauges), true
	}
	grouped := len(s.groups) > 0 || s.trend != "" || s.share
	comparing := b.sides != nil || slices.ContainsFunc(s.periods, func(it item) bool { return it.joint == "vs" }) || s.vs || s.diff || s.than || s.more || s.change != ""
	if i := slices.IndexFunc(s.mentions, func(m noun) bool { return m.field == "" && m.object == b.root }); s.share && s.target.zero() && i >= 0 {
		s.target = s.mentions[i]
		s.mentions = slices.Delete(s.mentions, i, i+1)
	}
	if s.rank == nil && len(s.bars) == 0 && (grouped && s.order == nil || comparing && b.sides != nil) {
		if own := b.ownFigures(); len(own) > 0 {
			return own, true
		}
	}
	g, ok := b.plainAmount()
	if !ok {
		g, ok = b.implied(grouped, comparing)
	}
	if !ok && b.countsRows() {
		g, ok = gauge{fn: plan.Count, object: b.root}, true
	}
	if !ok {
		return nil, true
	}
	return []gauge{g}, true
}

// countedGauges counts what the question asks how many there are of; nothing, where it only says which rows it counts.
func (b *builder) countedGauges(c noun) []gauge {
	s := b.sk
	var g gauge
	switch {
	case len(s.bars) > 0 && c.object != "" && (c.object != b.root || c.field != ""):
		return nil // how many reps with more than 200 deals: the rows are counted
	case b.passive(c):
		b.twoCounts = true
		g = gauge{fn: plan.Distinct, object: c.object}
	case c.object == "":
		g = gauge{fn: plan.Count, object: b.root}
	default:
		g = b.lex.countOf(c)
	}
	if s.distinct && c.field == "" && c.object != b.root {
		g.fn = plan.Distinct
	}
	return []gauge{g}
}

// ownFigures takes the figures of the root that are spoken of for what is measured.
func (b *builder) ownFigures() []gauge {
	var out []gauge
	b.sk.mentions = slices.DeleteFunc(b.sk.mentions, func(m noun) bool {
		own := b.lex.isFigure(m) && m.object == b.root
		if own {
			out = append(out, gauge{object: m.object, field: m.field})
		}
		return own
	})
	return out
}

// implied is what the question measures without naming it: how somebody does, how much, or how many of what it asks for.
func (b *builder) implied(grouped, comparing bool) (gauge, bool) {
	s := b.sk
	count := gauge{fn: plan.Count, object: b.root}
	switch {
	case s.rank != nil && s.rank.of != nil || s.order != nil || len(s.bars) > 0:
	case s.perform:
		return b.performance()
	case comparing && b.sides != nil && s.target.object == b.sides.object && slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == b.root && m.field == "" }):
		return count, true // who has more open deals, Anna or Bert
	case b.sides != nil && s.more && !s.howmuch && s.target.zero() && len(s.mentions) == 0 && b.sides.object != b.root && b.saysStage():
		return count, true // which one did we win more of
	case s.howmuch && len(s.mentions) > 0:
	case s.howmuch && (s.worth || comparing):
		if f := b.amountField(b.root); f != "" {
			s.howmuch = false
			return gauge{fn: plan.Sum, object: b.root, field: f}, true
		}
	case (grouped || comparing && s.target.object == b.root) && !s.target.zero() && s.target.field == "" && s.target.bucket == "" && !b.ranksOwn():
		count.object, s.target = s.target.object, noun{}
		return count, true
	}
	return gauge{}, false
}

// countsRows tells of rows that are asked for of nothing in particular, so that it is their records that are counted.
func (b *builder) countsRows() bool {
	s, m := b.sk, b.sk.mentions
	if s.rank != nil || s.order != nil || len(s.bars) > 0 {
		return false
	}
	wide := func(n noun) bool { return n.bucket != "" }
	dated := slices.IndexFunc(s.groups, func(g noun) bool { return g.bucket != "" && g.field == "" })
	kind := !b.lex.isFigure(s.target) && !b.lex.isDate(s.target) && !b.lex.isName(s.target)
	switch {
	case s.asked == "" && s.target.zero() && len(m) == 1 && m[0].object == b.root && m[0].field == "" && (s.trend != "" || slices.ContainsFunc(s.groups, wide)):
		return true // a time series of opportunities
	case slices.ContainsFunc(m, func(m noun) bool { return m.object != b.root || m.field != "" }):
		return false
	case dated >= 0 && s.target.object == b.root && b.lex.isDate(s.target):
		s.groups[dated].object, s.groups[dated].field = s.target.object, s.target.field // engage dates by month
		s.target = noun{}
		return true
	case len(s.groups) > 0 && s.asked != "which" && s.target.object == b.root && s.target.field != "" && kind, s.breakdown && s.target.field != "":
		s.groups, s.target = append(s.groups, s.target), noun{} // loss reasons by industry
		return true
	}
	bare := len(m) == 0 && s.asked == "" && s.target.zero() && len(s.groups) > 0
	return bare && !slices.ContainsFunc(s.groups, func(n noun) bool { return n.bucket == "" }) // engaged per month
}

// ranksOwn tells whether records of the root are ranked by what is in them: the largest deal of each rep.
func (b *builder) ranksOwn() bool {
	r := b.sk.rank
	return r != nil && r.of == nil && b.sk.target.object == b.root && oneOf(r.flavour, "size", "value", "price")
}

// passive tells of things that something was done to, such as books returned in May: each time may count, or each thing.
func (b *builder) passive(c noun) bool {
	v := b.sk.dateverb
	return c.object != "" && c.object != b.root && c.field == "" && v.object == b.root && c.object != b.lex.team && !b.sk.distinct &&
		!slices.ContainsFunc(b.sk.mentions, func(m noun) bool { return m.object == b.root && m.field == "" })
}

// plainAmount reads an amount named without an aggregate, of records that are not named one by one, as its sum: the
// value of open deals.
func (b *builder) plainAmount() (gauge, bool) {
	s := b.sk
	if s.rank != nil || s.order != nil || len(s.bars) > 0 || !s.target.zero() || b.namesRecord() || s.asked == "list" && len(s.sets) == 0 {
		return gauge{}, false
	}
	for i, m := range s.mentions {
		o, _ := b.schema.Object(m.object)
		if f, _ := o.Field(m.field); (f.Role == crm.RoleAmount || b.lex.isTime(f)) && m.object == b.root {
			s.mentions = slices.Delete(s.mentions, i, i+1)
			s.howmuch = false
			return gauge{object: m.object, field: m.field}, true
		}
	}
	return gauge{}, false
}

// performance is how well somebody does when no measure is named: revenue.
func (b *builder) performance() (gauge, bool) {
	for _, o := range b.schema.Objects {
		if m := b.metric("sum-amount"); m != nil && b.lex.measurable(o, m) {
			if o.Name == b.root || b.reaches(o.Name, b.root) {
				b.root, b.p.Object = o.Name, o.Name
				return gauge{metric: m, object: o.Name}, true
			}
		}
	}
	return gauge{}, false
}
