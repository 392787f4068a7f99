package answer

import (
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// bars keep the rows whose measure passes.
func (b *builder) bars() bool {
	for _, bar := range b.sk.bars {
		g := bar.gauge
		if g.object == "" && g.metric == nil && b.sk.earn != nil && len(b.p.Groups) > 0 && len(b.p.Measures) == 0 {
			g = gauge{metric: b.sk.earn.metric, object: b.sk.earn.object}
		}
		if g.object == "" && g.metric == nil {
			if b.sk.share && bar.own {
				return b.no("it does not say whether the share or what records are worth is compared")
			}
			if len(b.p.Measures) == 0 && len(b.sk.groups) > 0 && b.sk.rank == nil && bar.cond.numbers[0].unit == "" {
				return b.no("it does not say whether their number or what they are worth is compared")
			}
			if len(b.p.Groups) == 0 || len(b.p.Measures) == 0 {
				if !b.bareCond(bar.cond) {
					return false
				}
				continue
			}
			b.p.Having = append(b.p.Having, plan.Having{Measure: 0, Op: bar.cond.op, Values: barFigures(bar.cond, b.p.Measures[0])})
			continue
		}
		if len(b.p.Groups) == 0 && b.hasAny(g, bar.cond) {
			continue // per rep with at least one win: a rep without has no part in it
		}
		if len(b.p.Groups) == 0 {
			return b.no("it compares a total and does not say of what each")
		}
		i, ok := b.addMeasure(g)
		if !ok {
			return false
		}
		b.p.Having = append(b.p.Having, plan.Having{Measure: i, Op: bar.cond.op, Values: barFigures(bar.cond, b.p.Measures[i])})
	}
	return true
}

// hasAny tells of a comparison that holds for all that a total is divided by: those with at least one.
func (b *builder) hasAny(g gauge, c item) bool {
	one := c.op == crm.AtLeast && c.numbers[0].n.Equal(decimalOf(1)) || c.op == crm.More && c.numbers[0].n.IsZero()
	return one && g.fn == plan.Count && g.object == b.root && slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool {
		return m.Over != nil && m.Over.Fn == plan.Distinct
	})
}

// barFigures writes the numbers of a comparison; 60% and 60 are 0.6 of a rate.
func barFigures(c item, m plan.Measure) []string {
	out := make([]string, len(c.numbers))
	for i, q := range c.numbers {
		n := q.n
		if m.Over != nil && m.Of == nil && m.Over.Of == nil && (q.unit == "%" || n.GreaterThan(decimalOf(1))) {
			n = n.Shift(-2)
		}
		out[i] = n.String()
	}
	return out
}
