package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// ranking orders what was asked for and says how many of it.
func (b *builder) ranking() bool {
	s := b.sk
	if s.rank == nil {
		return b.ordered()
	}
	r := s.rank
	if s.counted != nil && (len(s.groups) == 0 || b.ranked) {
		return b.no("it counts and ranks at once")
	}
	if len(b.p.Compare) > 0 {
		return b.no("it compares and ranks at once")
	}
	if r.flavour == "date" {
		return b.dateRank()
	}
	if len(b.p.Groups) == 0 {
		return b.rankRecords()
	}
	return b.rankGroups()
}

func (b *builder) rankGroups() bool {
	s, r := b.sk, b.sk.rank
	by := r.of
	if by == nil && s.order != nil {
		by = s.order
		s.order = nil
	}
	if by == nil && r.behind && len(s.gauges) > 0 && (s.gauges[0].metric == nil || s.gauges[0].metric.Kind != "sum-amount") && r.flavour != "value" {
		return b.no("it does not say best by what") // the win rate of our best customer
	}
	own := by != nil && by.metric == nil && by.fn == "" && by.field != "" && by.object == b.root && s.target.object == b.root && s.target.field == ""
	if len(b.p.Measures) == 0 && (by == nil && b.ranksOwn() || own) {
		return b.extremes(by) // the largest deal of each rep
	}
	if by != nil && by.metric == nil && by.fn == "" && by.per == nil && by.field != "" && by.object == b.root && b.lex.isFigure(noun{object: by.object, field: by.field}) &&
		!b.ranked && r.n == 0 && s.nth == 0 && r.flavour == "value" && len(b.p.Measures) == 0 && len(s.groups) > 0 {
		g := *by // the highest rent by city: the highest of each
		g.fn = map[bool]plan.Fn{true: plan.Max, false: plan.Min}[r.desc]
		_, ok := b.addMeasure(g)
		return ok
	}
	if r.flavour == "good" && by != nil && b.unwelcome(*by) {
		return b.no("it does not say whether the most or the least is best")
	}
	i := 0
	switch {
	case by != nil:
		var ok bool
		if i, ok = b.addMeasure(*by); !ok {
			return false
		}
		if by.per != nil && !b.perUnit(i, *by.per) {
			return false
		}
	case len(b.p.Measures) == 0:
		g, ok := b.topRecord()
		if !ok {
			g, ok = b.usualMeasure(r.flavour)
		}
		if !ok {
			return b.no("it does not say best by what")
		}
		if i, ok = b.addMeasure(g); !ok {
			return false
		}
	}
	desc := r.desc
	if m := b.gaugeMetric(by); m != nil && m.Lower && r.flavour == "good" {
		desc = !desc
	}
	b.p.Order = append(b.p.Order, plan.ByMeasure(i, desc))
	if s.nth > 1 {
		if r.n > 1 || len(b.p.Groups) > 1 {
			return b.no("it asks for one by its place and for several")
		}
		b.p.Limit, b.p.Skip = 1, s.nth-1
		return true
	}
	plural := len(b.p.Groups) == 1 && b.several
	if plural && r.n == 0 && r.flavour != "rank" && !r.several {
		b.score -= 0.1
	}
	b.p.Limit = b.limit(plural)
	if len(b.p.Groups) > 1 && len(s.groups) > 0 {
		// The best rep of each region: one within each.
		b.p.Each = true
		b.p.Groups = append(b.p.Groups[1:], b.p.Groups[0])
		b.p.Groups = slices.Clip(b.p.Groups)
	}
	return true
}

// rankRecords orders records themselves, or takes the one highest value when no record is asked for.
func (b *builder) rankRecords() bool {
	s, r := b.sk, b.sk.rank
	by := r.of
	if by == nil {
		by = s.order
	}
	if by == nil && len(s.gauges) == 1 {
		if by = &s.gauges[0]; r.behind && by.metric == nil && by.field != "" && (r.flavour == "good" || r.flavour == "size" || r.flavour == "rank") {
			if own, _ := b.rankTerm(nil, r.flavour); string(own.Path) != by.field {
				return b.no("it does not say best by what") // total employees of our largest customers
			}
		}
	}
	s.order = nil
	if by == nil {
		for i, m := range s.mentions {
			if p, ok := b.path(m); ok && b.numericPath(p) {
				if own, _ := b.rankTerm(nil, r.flavour); r.behind && m.at < r.at && r.flavour != "value" && (r.flavour == "good" || own.Path != p) {
					return b.no("it does not say best by what") // employees of our largest customers
				}
				by = &gauge{object: m.object, field: m.field}
				s.mentions = slices.Delete(s.mentions, i, i+1)
				break
			}
		}
	}
	term, ok := b.rankTerm(by, r.flavour)
	if !ok {
		return b.no("it does not say by what to rank " + b.plural(b.root))
	}
	if s.target.zero() && s.nth > 1 {
		return b.no("it does not say what comes at that place")
	}
	if s.target.zero() && s.asked == "who" {
		return b.no("it does not say who is meant")
	}
	if s.target.zero() && by != nil {
		// The highest price, the longest it took: the value itself.
		fn := plan.Max
		if !r.desc {
			fn = plan.Min
		}
		b.p.Measures, b.stages = nil, nil
		g := *by
		g.fn = fn
		_, ok := b.addMeasure(g)
		return ok
	}
	if s.target.zero() {
		return b.no("it does not say what to rank")
	}
	if len(b.p.Measures) > 0 && len(s.gauges) > 0 && by != &s.gauges[0] {
		return b.no("it measures and ranks records at once")
	}
	b.p.Measures, b.stages = nil, nil
	if t, f, _ := plan.TypeOf(b.schema, b.root, term.Path); term.Minus == "" && t == crm.Number && strings.Contains(strings.ToLower(f.Label), "year") {
		b.cond.rest = append(b.cond.rest, crm.Where(term.Path, crm.NotEmpty))
	}
	b.p.Order = []plan.Order{plan.ByTerm(term, r.desc)}
	b.p.Limit = b.limit(s.target.plural)
	if s.nth > 1 {
		b.p.Limit, b.p.Skip = 1, s.nth-1
	}
	return true
}

// ordered applies an order without a superlative: by revenue, highest first.
func (b *builder) ordered() bool {
	s := b.sk
	desc := s.orderDir != "asc"
	if said, ok := b.stageValues(b.root); ok && s.orderGood && len(said) > 0 && within(said, b.scope("lost")) {
		desc = !desc // the most losses are the worst
	}
	if s.order != nil {
		if len(b.p.Groups) == 0 && !s.target.zero() && len(b.p.Measures) == 0 {
			term, ok := b.rankTerm(s.order, "")
			if !ok {
				return b.no("it does not say by what to order")
			}
			b.p.Order = []plan.Order{plan.ByTerm(term, desc)}
			return true
		}
		if len(b.p.Groups) == 0 {
			return b.no("it does not say what to order")
		}
		i, ok := b.addMeasure(*s.order)
		if !ok || s.order.per != nil && !b.perUnit(i, *s.order.per) {
			return false
		}
		b.p.Order = []plan.Order{plan.ByMeasure(i, desc)}
		return true
	}
	if s.orderDir == "" {
		return true
	}
	if m := b.gaugeMetric(nil); m != nil && m.Lower {
		desc = !desc
	}
	switch {
	case len(b.p.Measures) > 0 && len(b.p.Groups) > 0:
		b.p.Order = []plan.Order{plan.ByMeasure(0, desc)}
	case len(b.p.Groups) > 0:
		b.p.Order = []plan.Order{plan.ByGroup(0, desc)}
	default:
		return b.orderColumn(desc)
	}
	return true
}

// orderColumn orders a list by the one number or date that it shows.
func (b *builder) orderColumn(desc bool) bool {
	var by []crm.Path
	for _, m := range b.sk.mentions {
		p, ok := b.path(m)
		if t, _, known := plan.TypeOf(b.schema, b.root, p); ok && known && m.field != "" && (t.Numeric() || t.Temporal()) {
			by = append(by, p)
		}
	}
	if len(by) != 1 {
		return b.no("it does not say what to order")
	}
	b.p.Order = []plan.Order{plan.ByTerm(crm.Term{Path: by[0]}, desc)}
	return true
}

// whoever gives who its meaning: those who are responsible for the records measured.
func (b *builder) whoever() {
	s := b.sk
	if s.asked != "who" || !s.target.zero() || s.counted != nil || slices.ContainsFunc(s.mentions, func(m noun) bool { return m.field != "" && !s.aside(m) && !m.also }) {
		return
	}
	o := b.lex.team
	if len(s.gauges) == 0 && s.rank == nil && s.earn == nil && s.dateverb.object == "" && len(s.mentions) == 0 {
		o = b.folk()
	}
	if s.earn != nil && s.earn.metric.Payer && b.payer(s.earn.object) != "" {
		o = b.payer(s.earn.object)
	}
	if o != "" {
		s.target = noun{object: o}
		return
	}
	s.target = b.doers(b.subject())
}

// naturalOrder puts dates in their order, and all else by its measure, most first.
func (b *builder) naturalOrder() {
	for i, g := range b.p.Groups {
		if g.Bucket != "" {
			b.p.Order = append(b.p.Order, plan.ByGroup(i, false))
		}
	}
	if len(b.p.Order) == 0 && len(b.p.Measures) > 0 && len(b.p.Groups) == 1 {
		b.p.Order = []plan.Order{plan.ByMeasure(0, true)}
	}
}
