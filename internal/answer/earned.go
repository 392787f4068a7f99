package answer

import (
	"slices"

	"openclaw/internal/plan"
)

// settleEarn reads sold, brought in, bought: how much is revenue, how many is what was won.
func (b *builder) settleEarn() {
	s := b.sk
	if s.sales != nil {
		s.earn = s.sales
	}
	if s.earn == nil {
		return
	}
	e := *s.earn
	if r := s.rank; r != nil && r.of != nil && r.of.metric == nil && r.of.field != "" && r.of.object != e.object && !b.reaches(r.of.object, e.object) {
		if s.sales == nil && oneOf(s.word(e.from), "make", "makes", "made", "earn", "earns", "earned", "generate", "generates", "generated") && e.to == e.from+1 {
			s.earn = nil // makes the most annual revenue of its own
			return
		}
	}
	if r := s.rank; r != nil && r.of != nil && r.of.fn == plan.Count && r.of.object != e.object && s.target.object == r.of.object && s.target.field != "" && s.sales == nil {
		s.earn = nil // the source that brings most clients is theirs
		return
	}
	won := gauge{metric: e.metric, object: e.object}
	switch {
	case len(s.gauges) > 0 && s.gauges[0].metric == nil && s.gauges[0].object == e.object:
		b.wonOnly(e) // the average value of what was sold
	case len(s.gauges) > 0 && s.gauges[0].object != e.object:
		s.leave(e) // it is said of other records
	case len(s.gauges) > 0:
	case s.howlong || s.rank != nil && s.rank.flavour == "long":
		b.wonOnly(e)
	case s.rank != nil && s.rank.of == nil && s.rank.flavour == "often":
		s.rank.of = &gauge{fn: plan.Count, object: e.object}
		b.wonOnly(e)
	case s.rank != nil && s.rank.of == nil && s.order != nil && s.order.object == e.object:
		s.rank.of, s.order = s.order, nil // most sold by quantity
		b.wonOnly(e)
	case s.rank != nil && s.rank.of == nil:
		s.rank.of = &won
	case s.agg != "" && s.agg != plan.Sum && s.per == 0 && s.counted == nil && e.metric.Kind == "sum-amount":
		won.fn = s.agg // what a deal brings in on average
		s.gauges, s.agg, s.howmuch = append(s.gauges, won), "", false
		s.measured(e.object)
	case b.countsDone(e):
		b.wonOnly(e) // how many have been paid, and what they add up to: both are of those paid
	case s.howmuch || s.asked == "which" && (s.target.zero() || e.metric.Money && b.together(s.target)) && (e.metric.Money || b.inMoney() || s.word(e.to-1) == "us" && s.counted == nil) || (s.diff || s.more || s.than || s.vs) && s.counted == nil:
		s.gauges = append(s.gauges, won)
		s.howmuch = false
	default:
		if s.counted != nil && s.counted.object == "" && len(s.sets) == 0 {
			s.leave(e) // how many of what
		}
		b.wonOnly(e)
	}
}

// wonOnly asks for what was won, as sold and bought do.
func (b *builder) wonOnly(e item) {
	b.sk.sets = append(b.sk.sets, b.wonSet(e))
}

func (b *builder) wonSet(e item) item {
	stage, _ := b.stage(e.object)
	return item{sense: sense{kind: "set", object: e.object, field: stage.Name, values: outcomeValues(stage, e.metric.Outcome)}, from: e.from, to: e.to}
}

// settlePipeline takes the value of the open pipeline for one measure.
func (b *builder) settlePipeline() {
	s := b.sk
	b.pipelineOf()
	if len(s.gauges) != 2 || s.also {
		return
	}
	field, m := s.gauges[0], s.gauges[1]
	if m.metric.sums() && field.metric == nil && field.object == m.object && field.field == b.amountField(m.object) {
		m.fn = field.fn
		s.gauges = []gauge{m}
	}
}

// pipelineOf takes the pipeline for the open records that are measured, where a measure of its own is named: pipeline by
// stage: number and amount.
func (b *builder) pipelineOf() {
	s := b.sk
	for i, g := range s.gauges {
		if g.metric == nil || g.metric.Outcome != "open" || g.metric.Kind != "sum-amount" || g.fn != "" && g.fn != plan.Sum || !slices.ContainsFunc(s.toks[g.from:g.to], func(t token) bool { return t.norm == "pipeline" }) {
			continue
		}
		amount := b.amountField(g.object)
		worth := slices.ContainsFunc(s.gauges, func(o gauge) bool { return o.metric == nil && o.object == g.object && o.field == amount }) ||
			slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == g.object && m.field == amount })
		number := s.tallied || s.counted != nil && s.counted.object == g.object || slices.ContainsFunc(s.gauges, func(o gauge) bool { return o.fn == plan.Count && o.object == g.object && o.kind == nil })
		switch {
		case !number && !(worth && len(s.gauges) > 1):
			continue
		case worth:
			s.gauges = slices.Delete(s.gauges, i, i+1)
		default:
			s.gauges[i] = gauge{object: g.object, field: amount}
		}
		b.wonOnly(item{sense: sense{object: g.object, metric: g.metric}, from: g.from, to: g.to})
		return
	}
}
