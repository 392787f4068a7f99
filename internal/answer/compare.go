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
			if g := (plan.Group{Path: p}); !slices.Contains(b.p.Groups, g) {
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

// isPart tells whether a condition describes the part that a share is of, rather than the whole: in "share of won deals
// from Central" deals that are won are the whole.
func (b *builder) isPart(set item) bool {
	s := b.sk
	if b.lacksPart() {
		return false
	}
	if len(s.groups) > 0 || !s.target.zero() && b.targetIsGroup() && s.asked == "which" || s.each {
		// By region: a share of each region's own, where the condition stands behind the noun; else how it spreads.
		stage, ok := b.stage(b.root)
		return ok && set.object == b.root && set.field == stage.Name && set.from > s.shareAt && !set.adjective && (s.counted != nil || s.target.object == b.root)
	}
	if s.shareOf {
		return set.from < s.shareAt // Anna's share of the East: what is before is the part
	}
	if stage, ok := b.stage(b.root); ok {
		verb := func(o item) bool {
			return o.object == b.root && o.field == stage.Name && !o.adjective && o.from > s.shareAt
		}
		last := s.sets[len(s.sets)-1]
		whole := slices.ContainsFunc(s.sets, func(o item) bool { return o.object == b.root && o.field == stage.Name && o.adjective })
		if len(s.sets) > 1 && (verb(last) || whole && slices.ContainsFunc(s.sets, verb)) {
			return verb(set) // the share of the East's deals that was lost
		}
	}
	behind := slices.ContainsFunc(s.sets, func(o item) bool { return o.from > s.shareAt && !o.adjective })
	if behind && set.from < s.shareAt {
		return false
	}
	adjectives := 0
	for _, o := range s.sets {
		if o.adjective {
			adjectives++
		}
	}
	return !set.adjective || adjectives == len(s.sets) && set.from == s.sets[len(s.sets)-1].from
}

// lacksPart tells whether the part of a share is what lacks a value: the share of open deals without an account.
func (b *builder) lacksPart() bool {
	s := b.sk
	return s.share && len(s.groups) == 0 && len(s.absent) == 1 && !b.isAbsence(s.absent[0]) && s.absent[0].from > s.shareAt &&
		!slices.ContainsFunc(s.sets, func(o item) bool { return !o.adjective })
}

// shares turns the measure into a part of a whole: of all rows when there are groups, else of all records.
func (b *builder) shares() bool {
	if !b.sk.share {
		return true
	}
	if len(b.p.Measures) != 1 || b.p.Measures[0].Over != nil {
		return b.no("it does not say a share of what")
	}
	m := &b.p.Measures[0]
	part := b.part.filter()
	switch {
	case len(b.p.Groups) > 0 && part.Zero() && b.p.Limit > 1 && b.sk.asked != "which" && b.sk.asked != "list" && b.sk.asked != "who":
		each := b.p
		each.Measures = []plan.Measure{*m}
		each.Measures[0].Share = true
		each.Filter = b.cond.filter()
		b.ask = []string{"list the " + each.Words(b.schema)}
		return b.no("it does not say whether the share of each or of all of them together is meant")
	case len(b.p.Groups) > 0 && part.Zero():
		m.Share = true
	case !part.Zero():
		whole := *m
		for _, k := range b.part.order {
			if _, both := b.cond.set[k]; both && b.cond.set[k].values != nil && len(intersect(b.cond.set[k].values, b.part.set[k].values)) == 0 {
				return b.no("the part is not of the whole")
			}
		}
		m.Filter, m.Over = part, &whole
		if b.wonOfAll(part) {
			return b.no("it can be meant of all or of what is closed")
		}
	default:
		return b.no("it does not say a share of what")
	}
	return true
}

// wonOfAll tells of the one share that people mean in two ways: won, of all deals or of those decided.
func (b *builder) wonOfAll(part crm.Filter) bool {
	stage, ok := b.stage(b.root)
	if !ok || part.Term == nil || string(part.Term.Path) != stage.Name {
		return false
	}
	if _, whole := b.cond.set[stage.Name]; whole {
		return false
	}
	if len(b.p.Measures) > 0 && b.p.Measures[0].Fn == plan.Count && slices.Equal(part.Values, sorted(b.scope("won"))) {
		all := b.p
		all.Filter, all.Order, all.Limit = b.cond.filter(), nil, 0
		rate := all
		rate.Filter = crm.All(canonical(append(flat(all.Filter), crm.Where(crm.Path(stage.Name), crm.Is, sorted(b.scope("closed"))...)))...)
		rate.Measures = []plan.Measure{{Fn: plan.Count, Filter: part, Over: &plan.Measure{Fn: plan.Count}, Name: "win rate"}}
		b.ask = []string{rate.Words(b.schema), all.Words(b.schema)}
		return true
	}
	return false
}
