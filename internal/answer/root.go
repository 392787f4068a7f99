package answer

import "slices"

// objects are those that the question speaks of: base, those that a plan may well read, in order of weight; need, all that it must
// see.
func (b *builder) objects() (base, need []string) {
	s := b.sk
	add := func(object string, weight bool) {
		if object == "" {
			return
		}
		if weight {
			base = append(base, object)
		}
		need = append(need, object)
	}
	for _, g := range s.gauges {
		add(g.object, true)
		if g.per != nil {
			add(g.per.object, false)
		}
	}
	if s.rank != nil && s.rank.of != nil {
		add(s.rank.of.object, true)
	}
	if s.order != nil {
		add(s.order.object, true)
	}
	for _, bar := range s.bars {
		add(bar.gauge.object, true)
	}
	for _, c := range s.compared {
		if m := c.parts[0]; m.kind == "metric" {
			add(m.object, true)
		}
	}
	if s.counted != nil {
		add(s.counted.object, true)
	}
	add(s.target.object, true)
	for _, set := range s.sets {
		switch {
		case set.inside != nil:
			base = append(base, set.object)
		case !b.belongsToAbsence(set):
			add(set.object, true)
		}
	}
	for _, it := range append(slices.Clone(s.standing), s.liked...) {
		add(it.object, true)
	}
	for _, c := range s.compared {
		if m := c.parts[0]; m.kind != "metric" {
			add(m.object, true)
		}
	}
	for _, a := range s.against {
		for _, part := range a.parts {
			add(part.object, false)
		}
	}
	for _, g := range s.groups {
		add(g.object, true)
	}
	for _, d := range s.dated {
		if !slices.ContainsFunc(s.absent, func(a item) bool { return b.isAbsence(a) && a.object == d.object }) {
			add(d.object, false)
		}
	}
	for _, a := range s.absent {
		if !b.isAbsence(a) {
			add(a.object, true)
		}
	}
	for _, m := range s.mentions {
		add(m.object, false)
	}
	add(s.dateverb.object, false)
	if len(base) == 0 && s.dateverb.object != "" {
		base = append(base, s.dateverb.object)
	}
	if i := slices.IndexFunc(s.mentions, b.lex.isFigure); len(base) == 0 && i >= 0 && (s.vs || s.diff || len(s.groups) > 0) {
		base = append(base, s.mentions[i].object)
	}
	return base, need
}

// chooseRoot picks the object that the plan reads: the measure's where there is one, else what is counted or listed; one
// that sees everything the question speaks of.
func (b *builder) chooseRoot() bool {
	base, need := b.objects()
	if len(base) == 0 {
		return b.no("it does not say what it is about")
	}
	best, bestCost, other := "", 1<<30, ""
	for _, o := range b.schema.Objects {
		cost, ok := 0, true
		for _, n := range need {
			r, reached := b.lex.routes[o.Name][n]
			ok = ok && reached
			cost += r.len * 10
			if r.len == 1 && !r.alike {
				cost++ // who lives there is told by the tenancy of a tenant before the job that one has reported
			}
		}
		for _, set := range b.sk.sets {
			ok = ok && (set.inside == nil || b.links(o.Name, set.inside))
		}
		for i, n := range base {
			if n == o.Name {
				cost -= max(0, 9-i)
				break
			}
		}
		if i := slices.Index(base, o.Name); i < 0 {
			cost += 5
		}
		if ok && o.Name == base[0] {
			cost -= 1000 // the measure's own object, where it sees everything
		}
		switch named := slices.Contains(need, o.Name); {
		case ok && cost < bestCost:
			best, bestCost, other = o.Name, cost, ""
		case ok && cost == bestCost && !named && !slices.Contains(need, best):
			other = o.Name
		}
	}
	if other != "" {
		return b.no("it does not say whether " + b.plural(best) + " or " + b.plural(other) + " are meant")
	}
	if best == "" {
		return b.no("nothing links all that it speaks of")
	}
	b.root = best
	for _, n := range need {
		b.score -= 0.05 * float64(b.lex.routes[best][n].len) // the nearer reading is meant
	}
	return true
}

// head is the object that the question is about: what is counted, listed or asked for.
func (b *builder) head() string {
	switch {
	case b.sk.counted != nil && b.sk.counted.object != "":
		return b.sk.counted.object
	case b.sk.target.object != "":
		return b.sk.target.object
	}
	return ""
}

// isAbsence tells whether something lacks records that would point to it, rather than a value of its own.
func (b *builder) isAbsence(a item) bool {
	head := b.head()
	return a.field == "" && head != "" && head != a.object && !b.reaches(head, a.object) && b.reaches(a.object, head)
}

// belongsToAbsence tells whether a condition narrows the records that must not be there.
func (b *builder) belongsToAbsence(set item) bool {
	for _, a := range b.sk.absent {
		if set.inside == nil && b.isAbsence(a) && !b.reaches(b.head(), set.object) {
			return true
		}
	}
	return false
}
