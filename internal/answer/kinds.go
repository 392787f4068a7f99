package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// settleKinds reads kinds of records beside each other as a number for each: wins, losses and win rate; the ratio of won
// to lost.
func (b *builder) settleKinds() {
	s := b.sk
	switch {
	case s.ratio:
		b.settleRatio()
	case b.severalKinds():
		b.settleCounts()
	}
}

// severalKinds tells of kinds of records that are counted apart: beside a rate of theirs, or beside each other where no
// record is of both.
func (b *builder) severalKinds() bool {
	s := b.sk
	var kinds []item
	for _, set := range s.sets {
		if b.isKind(set) {
			kinds = append(kinds, set)
		}
	}
	other := func(g gauge) bool {
		stage, ok := b.stage(g.object)
		return ok && g.metric.Outcome != "" && g.metric.Kind == "sum-amount" && slices.ContainsFunc(kinds, func(set item) bool {
			return set.object == g.object && set.adjective && len(intersect(set.values, outcomeValues(stage, g.metric.Outcome))) == 0
		})
	}
	rate := s.also && slices.ContainsFunc(s.gauges, func(g gauge) bool { return g.metric != nil && (g.metric.Kind == "rate" || s.tallied && other(g)) })
	apart := s.also && !s.vs && len(kinds) == 2 && kinds[0].object == kinds[1].object && len(intersect(kinds[0].values, kinds[1].values)) == 0
	return len(kinds) > 0 && (rate || apart)
}

// isKind tells of a noun for records by what became of them, or of a word for it before the noun.
func (b *builder) isKind(set item) bool {
	stage, ok := b.stage(set.object)
	return ok && set.field == stage.Name && !set.neg && set.inside == nil && (set.noun || set.adjective)
}

// settleCounts makes a measure of each noun for records by what became of them, where another measure stands beside it.
func (b *builder) settleCounts() {
	s := b.sk
	var counts []gauge
	s.sets = slices.DeleteFunc(s.sets, func(set item) bool {
		if !b.isKind(set) {
			return false
		}
		for _, part := range set.parts {
			counts = append(counts, gauge{fn: plan.Count, object: set.object, kind: &part})
		}
		return true
	})
	if len(counts) == 0 {
		return
	}
	object := counts[0].object
	s.vs, s.also = false, false
	s.gauges = append(counts, slices.DeleteFunc(s.gauges, func(g gauge) bool { return g.fn == plan.Count && g.object == object && g.kind == nil })...)
	b.forget(object)
}

// settleRatio divides the first kind by the second.
func (b *builder) settleRatio() {
	s := b.sk
	var kinds []item
	for _, set := range s.sets {
		if set.inside == nil && (len(kinds) == 0 || set.object == kinds[0].object && set.field == kinds[0].field) {
			kinds = append(kinds, b.kindsOf(set)...)
		}
	}
	if len(kinds) != 2 || len(s.gauges) > 0 || s.share || s.agg != "" {
		return // what a ratio is of stays to be said
	}
	object, field := kinds[0].object, kinds[0].field
	s.sets = slices.DeleteFunc(s.sets, func(set item) bool { return set.object == object && set.field == field && set.inside == nil })
	s.gauges = []gauge{{fn: plan.Count, object: object, kind: &kinds[0], over: &kinds[1]}}
	s.vs, s.also, s.ratio = false, false, false
	b.forget(object)
}

// kindsOf takes a set apart into its values; one that is negated stays whole.
func (b *builder) kindsOf(set item) []item {
	if set.neg || len(set.parts) == 0 {
		return []item{set}
	}
	return set.parts
}

// forget takes the mention of an object as said by what is measured of it.
func (b *builder) forget(object string) {
	s := b.sk
	s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool { return m.object == object && m.field == "" })
	s.measured(object)
	if s.counted != nil && s.counted.object == object && s.counted.field == "" {
		s.counted = nil
	}
}

// kindOf is the condition that a record is of a kind, and what the kind is called.
func (b *builder) kindOf(kind item) (crm.Filter, string, bool) {
	in := b.of(b.root)
	if !in.restrict(&in.cond, kind) {
		return crm.Filter{}, "", b.no(in.fail)
	}
	f, name := in.cond.filter(), strings.ToLower(strings.Join(kind.values, " or "))
	if stage, _ := b.stage(b.root); contest(stage) {
		for outcome, noun := range map[string]string{"won": "wins", "lost": "losses"} {
			if slices.Equal(f.Values, sorted(b.scope(outcome))) {
				return f, noun, true
			}
		}
	}
	if kind.neg {
		name = "not " + name
	}
	return f, name, true
}

// numberOf counts records of a kind, or divides their number by that of another.
func (b *builder) numberOf(g gauge) (measured, bool) {
	if g.object != b.root {
		return measured{}, b.no("other records would be counted with them")
	}
	f, name, ok := b.kindOf(*g.kind)
	if !ok {
		return measured{}, false
	}
	m := plan.Measure{Fn: plan.Count, Filter: f, Name: name}
	if g.over != nil {
		under, other, ok := b.kindOf(*g.over)
		if !ok {
			return measured{}, false
		}
		m.Over, m.Name = &plan.Measure{Fn: plan.Count, Filter: under}, "ratio of "+name+" to "+other
	}
	return measured{measure: m}, true
}
