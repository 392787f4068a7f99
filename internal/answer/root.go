package answer

import "slices"

// spheres are the objects that the question speaks of: base, those that a plan may well read, in order of weight; need, all that
// it must see.
type spheres struct{ base, need []string }

func (o *spheres) reads(object string) {
	if object != "" {
		o.base = append(o.base, object)
	}
	o.sees(object)
}

func (o *spheres) sees(object string) {
	if object != "" {
		o.need = append(o.need, object)
	}
}

func (b *builder) spheres() spheres {
	s, o := b.sk, spheres{}
	b.asksOf(&o)
	b.narrowsBy(&o)
	for _, m := range s.mentions {
		o.sees(m.object)
	}
	o.sees(s.dateverb.object)
	if len(o.base) == 0 && s.dateverb.object != "" {
		o.base = append(o.base, s.dateverb.object)
	}
	if i := slices.IndexFunc(s.mentions, b.lex.isFigure); len(o.base) == 0 && i >= 0 && (s.vs || s.diff || len(s.groups) > 0) {
		o.base = append(o.base, s.mentions[i].object)
	}
	return o
}

// asksOf adds what is measured, counted and listed.
func (b *builder) asksOf(o *spheres) {
	s := b.sk
	for _, g := range s.gauges {
		o.reads(g.object)
		if g.per != nil {
			o.sees(g.per.object)
		}
	}
	if s.rank != nil && s.rank.of != nil {
		o.reads(s.rank.of.object)
	}
	if s.order != nil {
		o.reads(s.order.object)
	}
	for _, bar := range s.bars {
		o.reads(bar.gauge.object)
	}
	for _, c := range s.compared {
		if m := c.parts[0]; m.kind == "metric" {
			o.reads(m.object)
		}
	}
	if s.counted != nil {
		o.reads(s.counted.object)
	}
	o.reads(s.target.object)
}

// narrowsBy adds what narrows and groups that.
func (b *builder) narrowsBy(o *spheres) {
	s := b.sk
	for _, set := range s.sets {
		switch {
		case set.inside != nil:
			o.base = append(o.base, set.object)
		case !b.belongsToAbsence(set):
			o.reads(set.object)
		}
	}
	for _, it := range slices.Concat(s.standing, s.liked) {
		o.reads(it.object)
	}
	for _, c := range s.compared {
		if m := c.parts[0]; m.kind != "metric" {
			o.reads(m.object)
		}
	}
	for _, a := range s.against {
		for _, part := range a.parts {
			o.sees(part.object)
		}
	}
	for _, g := range s.groups {
		o.reads(g.object)
	}
	for _, d := range s.dated {
		if !slices.ContainsFunc(s.absent, func(a item) bool { return b.isAbsence(a) && a.object == d.object }) {
			o.sees(d.object)
		}
	}
	for _, a := range s.absent {
		if !b.isAbsence(a) {
			o.reads(a.object)
		}
	}
}

// chooseRoot picks the object that the plan reads: the measure's where there is one, else what is counted or listed; one
// that sees everything the question speaks of.
func (b *builder) chooseRoot() bool {
	o := b.spheres()
	base, need := o.base, o.need
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
