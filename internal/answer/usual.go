package answer

import (
	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// limit is how many are wanted: as many as the question says, else one for the best customer and five for the best
// customers. Which customers are best asks for one.
func (b *builder) limit(plural bool) int {
	switch {
	case b.sk.rank.n > 0:
		return b.sk.rank.n
	case plural && (b.sk.rank.flavour == "rank" || b.sk.rank.several):
		return 5
	}
	return 1
}

func (b *builder) gaugeMetric(g *gauge) *metric {
	if g == nil && len(b.sk.gauges) > 0 {
		g = &b.sk.gauges[0]
	}
	if g == nil {
		return nil
	}
	return g.metric
}

// usualMeasure ranks people, customers and products by revenue when the question does not say by what; by count where
// nothing has an amount.
func (b *builder) usualMeasure(flavour string) (gauge, bool) {
	if flavour == "count" || flavour == "often" || b.sk.counts {
		return gauge{fn: plan.Count, object: b.root}, true
	}
	if g, ok := b.performance(); ok {
		return g, true
	}
	return gauge{fn: plan.Count, object: b.root}, len(b.p.Groups) > 0
}

// rankTerm is what records are ordered by.
func (b *builder) rankTerm(by *gauge, flavour string) (crm.Term, bool) {
	o, _ := b.schema.Object(b.root)
	role := func(roles ...crm.Role) (crm.Term, bool) {
		for _, r := range roles {
			if f, ok := o.Role(r); ok {
				return crm.Term{Path: crm.Path(f.Name)}, true
			}
		}
		return crm.Term{}, false
	}
	switch {
	case by == nil && flavour == "price":
		if t, ok := role(crm.RoleUnitPrice, crm.RoleAmount); ok {
			return t, ok
		}
		var priced []crm.Field
		for _, f := range o.Fields {
			if calledAny(f, "price", "fee", "rate", "rent", "cost") && b.lex.isMoney(f) {
				priced = append(priced, f)
			}
		}
		if len(priced) != 1 {
			return crm.Term{}, false
		}
		return crm.Term{Path: crm.Path(priced[0].Name)}, true
	case by == nil && (flavour == "count" || flavour == "often"):
		return crm.Term{}, false
	case by == nil:
		return role(crm.RoleAmount, crm.RoleUnitPrice)
	case by.metric != nil:
		switch by.metric.Kind {
		case "cycle", "age":
			return b.lasting()
		case "rate":
			return crm.Term{}, false
		}
		return role(crm.RoleAmount)
	case by.minus != "":
		return crm.Term{Path: crm.Path(by.field), Minus: crm.Path(by.minus)}, by.object == b.root
	case by.field != "":
		p, ok := b.path(noun{object: by.object, field: by.field})
		return crm.Term{Path: p}, ok
	}
	return crm.Term{}, false
}
