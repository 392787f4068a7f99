package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// meets sees to it that the plan gives all that is asked for.
func (b *builder) meets() bool {
	s := b.sk
	grouped := func(fits func(f crm.Field, t crm.Type) bool) bool {
		return slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool {
			t, f, ok := plan.TypeOf(b.schema, b.root, g.Path)
			return ok && fits(f, t)
		})
	}
	computed := func(fits func(m plan.Measure) bool) bool { return slices.ContainsFunc(b.p.Measures, fits) }
	if !b.aggregates() {
		return false
	}
	if !b.leftToPay() {
		return false
	}
	for _, r := range s.requests {
		if r.first && r.word == "what" && oneOf(s.word(r.at+1), "did", "do", "does", "have", "has") && len(s.requests) > 1 && len(b.p.Measures) == 1 && b.p.Measures[0].Fn == plan.Count {
			return b.no("it asks for more than one answer: " + quote(b.said(r)) + " finds no place beside the other; ask for one at a time")
		}
		if r.first {
			continue
		}
		if r.own && r.word != "when" && len(b.p.Measures) < 2 && len(b.p.Compare) == 0 && len(b.p.Groups) < 2 {
			return b.no("it asks for two things, each of other records; ask for one at a time")
		}
		if len(b.p.Measures) == 0 && len(b.p.Groups) == 0 {
			continue // a list shows it
		}
		ok := true
		switch r.word {
		case "who", "whose", "whom":
			ok = grouped(func(f crm.Field, _ crm.Type) bool {
				return f.Type == crm.Link || f.Role == crm.RoleOwner || f.Role == crm.RoleName
			})
		case "when":
			ok = grouped(func(_ crm.Field, t crm.Type) bool { return t.Temporal() }) || computed(func(m plan.Measure) bool {
				return m.Of != nil && (m.Fn == plan.Min || m.Fn == plan.Max) && b.temporalPath(m.Of.Path)
			})
		case "where":
			ok = grouped(func(f crm.Field, _ crm.Type) bool { return f.Role == crm.RolePlace })
		case "many":
			ok = b.p.Tally || computed(func(m plan.Measure) bool { return m.Fn == plan.Count || m.Fn == plan.Distinct || r.noun && m.Of != nil })
		case "much", "total":
			ok = computed(func(m plan.Measure) bool { return m.Of != nil && m.Fn != plan.Distinct })
		case "what":
			ok = r.noun || len(b.p.Measures) > 1
		}
		if !ok {
			return b.no("it asks for more than one answer: " + quote(b.said(r)) + " finds no place beside the other; ask for one at a time")
		}
	}
	return true
}

// leftToPay refuses the whole amount for what is left of it, where records say how much of it was paid.
func (b *builder) leftToPay() bool {
	o, _ := b.schema.Object(b.root)
	amount, _ := o.Role(crm.RoleAmount)
	part := slices.IndexFunc(o.Fields, func(f crm.Field) bool {
		return f.ValueType().Numeric() && f.Name != amount.Name && slices.Contains(strings.Fields(strings.ToLower(f.Label)), "paid")
	})
	whole := slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool {
		return m.Fn == plan.Sum && m.Of != nil && m.Of.Minus == "" && m.Of.Path == crm.Path(amount.Name)
	})
	if part < 0 || !whole {
		return true
	}
	for _, t := range b.sk.toks {
		if t.fold == "outstanding" || strings.HasPrefix(t.fold, "owe") || t.fold == "owing" {
			return b.no("it does not say whether the whole " + strings.ToLower(amount.Label) + " is meant, or what is left of it after the " + strings.ToLower(o.Fields[part].Label))
		}
	}
	return true
}

// aggregates sees to it that the total, the average and so on that are asked for are all computed.
func (b *builder) aggregates() bool {
	s := b.sk
	computed := func(fn plan.Fn) bool {
		return slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool { return m.Fn == fn })
	}
	said := map[plan.Fn]bool{}
	for _, a := range s.aggs {
		said[aggs[a.word]] = true
	}
	for fn := range said {
		if len(said) > 1 && len(b.p.Measures) > 0 && !computed(fn) && s.rank == nil && len(b.p.Compare) == 0 && !b.p.Averaged && slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool { return said[m.Fn] && m.Over == nil }) {
			return b.no("not all of the figures that it asks for can stand side by side")
		}
	}
	for _, a := range s.aggs {
		money := func(set item) bool { return set.from == a.to && !set.adjective && b.sums(set) }
		if a.word == "sum" && slices.ContainsFunc(s.sets, money) && len(b.p.Measures) > 0 && !computed(plan.Sum) && s.counted == nil {
			return b.no("it does not say whether the total is their number or what they are worth")
		}
	}
	return true
}

// said are the words of a request's clause.
func (b *builder) said(r request) string {
	out := ""
	for i := r.at; i < r.to; i++ {
		if i > r.at && b.sk.toks[i].start > b.sk.toks[i-1].end {
			out += " "
		}
		out += b.sk.toks[i].text
	}
	return out
}
