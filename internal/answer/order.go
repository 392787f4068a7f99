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
	if by == nil && r.behind && len(s.gauges) > 0 && !s.gauges[0].metric.sums() && r.flavour != "value" {
		return b.no("it does not say best by what") // the win rate of our best customer
	}
	figure := by != nil && by.metric == nil && by.fn == "" && by.field != "" && by.object == b.root
	records := s.target.object == b.root && s.target.field == ""
	switch {
	case len(b.p.Measures) == 0 && (by == nil && b.ranksOwn() || figure && records):
		return b.extremes(by) // the largest deal of each rep
	case figure && by.per == nil && b.lex.isFigure(noun{object: by.object, field: by.field}) && !b.ranked && r.n == 0 && s.nth == 0 && r.flavour == "value" && len(b.p.Measures) == 0 && len(s.groups) > 0:
		_, ok := b.addMeasure(r.extreme(*by)) // the highest rent by city: the highest of each
		return ok
	case r.flavour == "good" && by != nil && b.unwelcome(*by):
		return b.no("it does not say whether the most or the least is best")
	}
	i, ok := b.rankMeasure(by)
	if !ok {
		return false
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
		b.p.Groups = slices.Clip(append(b.p.Groups[1:], b.p.Groups[0]))
	}
	return true
}

// rankMeasure is what groups are ranked by: the measure named, else the one asked for, else the usual one.
func (b *builder) rankMeasure(by *gauge) (int, bool) {
	switch {
	case by != nil:
		return b.addGauge(*by)
	case len(b.p.Measures) > 0:
		return 0, true
	}
	g, ok := b.topRecord()
	if !ok {
		g, ok = b.usualMeasure(b.sk.rank.flavour)
	}
	if !ok {
		return 0, b.no("it does not say best by what")
	}
	return b.addMeasure(g)
}

// extreme is the highest of a figure, or the lowest, as the superlative says.
func (r *ranking) extreme(of gauge) gauge {
	of.fn = plan.Min
	if r.desc {
		of.fn = plan.Max
	}
	return of
}

// rankRecords orders records themselves, or takes the one highest value when no record is asked for.
func (b *builder) rankRecords() bool {
	s, r := b.sk, b.sk.rank
	by, ok := b.rankFigure()
	if !ok {
		return b.no("it does not say best by what")
	}
	term, ok := b.rankTerm(by, r.flavour)
	switch {
	case !ok:
		return b.no("it does not say by what to rank " + b.plural(b.root))
	case s.target.zero() && s.nth > 1:
		return b.no("it does not say what comes at that place")
	case s.target.zero() && s.asked == "who":
		return b.no("it does not say who is meant")
	case s.target.zero() && by != nil:
		// The highest price, the longest it took: the value itself.
		b.p.Measures, b.stages = nil, nil
		_, ok := b.addMeasure(r.extreme(*by))
		return ok
	case s.target.zero():
		return b.no("it does not say what to rank")
	case len(b.p.Measures) > 0 && len(s.gauges) > 0 && by != &s.gauges[0]:
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

// rankFigure is what records are ranked by, where the question names it; nil: the usual figure. False: what it names is asked
// of those ranked, as are the employees of our largest customers.
func (b *builder) rankFigure() (*gauge, bool) {
	s, r := b.sk, b.sk.rank
	own, _ := b.rankTerm(nil, r.flavour)
	by := r.of
	if by == nil {
		by = s.order
	}
	s.order = nil
	if by == nil && len(s.gauges) == 1 {
		by = &s.gauges[0]
		if r.behind && by.metric == nil && by.field != "" && oneOf(r.flavour, "good", "size", "rank") && string(own.Path) != by.field {
			return nil, false
		}
	}
	if by != nil {
		return by, true
	}
	for i, m := range s.mentions {
		p, ok := b.path(m)
		if !ok || !b.numericPath(p) {
			continue
		}
		if r.behind && m.at < r.at && r.flavour != "value" && (r.flavour == "good" || own.Path != p) {
			return nil, false
		}
		s.mentions = slices.Delete(s.mentions, i, i+1)
		return &gauge{object: m.object, field: m.field}, true
	}
	return nil, true
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
		i, ok := b.addGauge(*s.order)
		if !ok {
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
