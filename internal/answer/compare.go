package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// sides are the values that a question sets side by side.
type sides struct {
	object, field string
	parts         []item // a value each
	sets          []item // where they stand in the question
}

// pickSides finds what is compared: values joined by vs, or by and, or and than beside a word that compares.
func (b *builder) pickSides() *sides {
	s := b.sk
	comparing := s.vs || s.diff || s.than || s.more || s.change != ""
	var open []item
	for _, set := range s.sets {
		if set.neg || set.from == set.to {
			continue
		}
		if len(set.parts) >= 2 && (set.joint == "vs" || comparing || s.rank != nil && set.joint == "or" && s.rank.flavour != "rank") && set.object != "" {
			return &sides{object: set.object, field: set.field, parts: set.parts, sets: []item{set}}
		}
		open = append(open, set)
	}
	if !(s.vs || s.than || s.diff) {
		return nil
	}
	for i, a := range open {
		for _, c := range open[i+1:] {
			if done := c.from > 1 && oneOf(s.word(c.from-1), "we", "they") && s.word(c.from-2) == "than"; done && a.adjective {
				continue // completed ones that cost more than we quoted
			}
			if a.object == c.object && a.field == c.field && len(a.parts) == 1 && len(c.parts) == 1 && !slices.Equal(a.values, c.values) {
				return &sides{object: a.object, field: a.field, parts: []item{a.parts[0], c.parts[0]}, sets: []item{a, c}}
			}
		}
	}
	return nil
}

// compare sets the sides next to each other: a row each, or one row with their difference.
func (b *builder) compare() bool {
	s := b.sk
	if b.sides != nil {
		p, ok := b.path(noun{object: b.sides.object, field: b.sides.field})
		if !ok {
			return b.no("it compares what is not linked to " + b.plural(b.root))
		}
		single := true
		var union []string
		for _, part := range b.sides.parts {
			single = single && len(part.values) == 1
			union = append(union, part.values...)
		}
		if (s.diff || s.change != "" || !single) && len(b.sides.parts) == 2 && len(b.p.Groups) == 0 && len(b.p.Compare) == 0 {
			for _, part := range b.sides.parts {
				b.p.Compare = append(b.p.Compare, plan.Part{Label: strings.Join(part.values, " or "), Filter: crm.Where(p, crm.Is, sorted(part.values)...)})
			}
		} else {
			if !b.cond.restrict(p, union, false, false) {
				return b.no("it compares what excludes each other")
			}
			if g := (plan.Group{Path: b.byName(p)}); !slices.Contains(b.p.Groups, g) {
				b.p.Groups = append(b.p.Groups, g)
			}
		}
	}
	if (s.diff || s.than || s.vs) && b.sides == nil && len(b.p.Compare) == 0 && len(b.p.Groups) == 0 {
		return b.no("it does not say what to compare")
	}
	if s.versus && b.sides == nil && len(s.gauges) < 2 && len(b.p.Compare) == 0 {
		return b.no("it does not say what to compare")
	}
	if s.diff && len(b.p.Compare) == 0 && !(len(b.p.Groups) == 1) {
		return b.no("it does not say what to compare")
	}
	if s.more && b.sides == nil && len(b.p.Compare) == 0 && !b.manyPeriods() {
		return b.no("it does not say more than what")
	}
	if b.sides != nil && len(b.p.Measures) == 0 && len(s.bars) == 0 && s.rank == nil && s.order == nil {
		return b.no("it does not say by what to compare")
	}
	if len(b.p.Compare) > 0 {
		if len(b.p.Measures) == 0 {
			return b.no("it does not say by what to compare")
		}
		if len(b.p.Groups) > 0 || len(b.p.Measures) > 1 {
			return b.no("it compares and groups at once")
		}
		return true
	}
	return b.step()
}

// byName is the name of what a link leads to, where several records may have one name and it is by name that they are set
// side by side: courses of one title.
func (b *builder) byName(p crm.Path) crm.Path {
	_, f, ok := b.schema.Resolve(b.root, p)
	target, linked := b.schema.Object(f.Target)
	name, named := target.NameField()
	if !ok || f.Type != crm.Link || !linked || !named || name.Key || !slices.ContainsFunc(target.Fields, func(f crm.Field) bool { return f.Key && f.Type != crm.Number }) {
		return p
	}
	return p.Then(name.Name)
}

func (b *builder) manyPeriods() bool {
	n := 0
	for _, it := range b.sk.periods {
		n += len(it.periods)
	}
	return n > 1
}

// step asks for the change from one period to the next.
func (b *builder) step() bool {
	s := b.sk
	if s.change == "" {
		return true
	}
	for i, g := range b.p.Groups {
		if g.Bucket != "" && len(b.p.Measures) > 0 {
			b.p.Groups = append(slices.Delete(b.p.Groups, i, i+1), g)
			m := b.p.Measures[0]
			m.Step = s.change
			b.p.Measures = append(b.p.Measures, m)
			b.stages = append(b.stages, b.stages[0])
			return true
		}
	}
	return b.no("it does not say from when to when")
}
