package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// settleDurations reads days from one date to another, and how old the oldest is: the number is asked for, not the record.
func (b *builder) settleDurations() {
	s := b.sk
	figure := func(g *gauge) bool { return g != nil && g.metric == nil && g.field != "" }
	if s.took && !slices.ContainsFunc(s.compared, func(c item) bool { return c.parts[0].kind == "field" }) && !(s.rank != nil && figure(s.rank.of)) && !(len(s.gauges) == 1 && figure(&s.gauges[0])) {
		s.howlong = true // which took over 300 minutes is told by the minutes
	}
	if s.fromTo != nil && s.word(s.fromTo.to-1) == "late" && len(s.against) == 0 {
		s.leave(*s.fromTo) // of those that were late, or of all
	}
	if s.fromTo != nil && oneOf(s.word(s.target.at-1), "do", "does", "did") {
		s.target = noun{} // customers pay: all of them
	}
	if s.fromTo != nil {
		g := gauge{object: s.fromTo.object, field: s.fromTo.field, minus: s.fromTo.word, fn: s.agg}
		if g.fn == "" || g.fn == plan.Sum {
			g.fn = plan.Mean
		}
		if r := s.rank; r != nil && r.flavour == "long" && r.of == nil {
			r.of = &g
		} else {
			s.gauges = append(s.gauges, g)
		}
		s.agg, s.howlong = "", false
		return
	}
	if s.ahead != nil {
		b.settleAhead()
		return
	}
	if b.settleLasting() {
		return
	}
	aged := len(s.gauges) == 1 && s.gauges[0].metric != nil && s.gauges[0].metric.Kind == "age"
	if r := s.rank; r != nil && r.flavour == "date" && r.of == nil && r.n <= 1 && (s.howlong && len(s.gauges) == 0 || aged) {
		object := b.durable()
		if !aged && !b.asksOpen(object) {
			return
		}
		fn := plan.Max
		if r.desc {
			fn = plan.Min
		}
		s.gauges = []gauge{{fn: fn, metric: b.metric("age"), object: object}}
		s.rank, s.howlong, s.target = nil, false, noun{}
	}
}

// durable is the object whose records have a beginning and an end: of those spoken of, else of those that can be won, else
// the only one.
func (b *builder) durable() string {
	s := b.sk
	var spoken []string
	for _, set := range s.sets {
		spoken = append(spoken, set.object)
	}
	for _, n := range append([]noun{s.target, s.dateverb}, s.mentions...) {
		spoken = append(spoken, n.object)
	}
	if s.counted != nil {
		spoken = append(spoken, s.counted.object)
	}
	for _, name := range spoken {
		if o, ok := b.schema.Object(name); ok && (b.lex.measurable(o, b.metric("age")) || b.cycle(name) != nil) {
			return name
		}
	}
	var others []string
	for _, o := range b.schema.Objects {
		switch m := b.cycle(o.Name); {
		case m == nil:
		case m.Outcome != "":
			return o.Name
		default:
			others = append(others, o.Name)
		}
	}
	if len(others) == 1 {
		return others[0]
	}
	return ""
}

// cycle is the measure of how long the records of an object take.
func (b *builder) cycle(object string) *metric {
	o, ok := b.schema.Object(object)
	for i := range b.lex.trade.Metric {
		if m := &b.lex.trade.Metric[i]; ok && m.Kind == "cycle" && b.lex.measurable(o, m) {
			return m
		}
	}
	return nil
}

// duration compares how long records took: from start to end, or up to today for those still open.
func (b *builder) duration(c item) bool {
	b.lasts = true
	if slices.ContainsFunc(b.sk.sets, func(set item) bool {
		denied := set.neg || slices.ContainsFunc(b.sk.toks[set.from:set.to], func(t token) bool { return t.fold == "not" || strings.HasSuffix(t.fold, "n't") })
		return denied && set.to <= c.from && c.from-set.to < 2
	}) {
		return b.no("it does not say whether that long or that it happened is denied") // not finished within 30 days
	}
	if reason, other := b.endsOtherwise(); other {
		return b.no(reason)
	}
	t, ok := b.lasting()
	if c.word == "older" || c.word == "younger" {
		t, ok = b.ageTerm()
	}
	if !ok {
		return b.no(b.plural(b.root) + " have no start and end")
	}
	b.cond.rest = append(b.cond.rest, crm.Filter{Term: &t, Op: c.op, Values: figures(c.numbers)})
	return true
}

// endsOtherwise tells of records asked for by a stage that has a date of its own, which is not that on which they end: it is
// not known up to which of the two they took.
func (b *builder) endsOtherwise() (string, bool) {
	o, _ := b.schema.Object(b.root)
	stage, _ := b.stage(b.root)
	end, ok := o.Role(crm.RoleEnded)
	for _, set := range b.sk.sets {
		if p, own := b.passed(stage, set); ok && own && set.object == b.root && set.field == stage.Name && string(p) != end.Name {
			return "it does not say whether " + strings.ToLower(end.Label) + " or the day they were " + strings.ToLower(set.values[0]) + " is meant", true
		}
	}
	return "", false
}

// lasting is the time that a record of the root takes, or has taken so far when only open ones are asked for.
func (b *builder) lasting() (crm.Term, bool) {
	o, _ := b.schema.Object(b.root)
	start, ok := o.Role(crm.RoleStarted)
	if !ok {
		from, to, known := b.lex.lifetime(o)
		return crm.Term{Path: crm.Path(to), Minus: crm.Path(from)}, known
	}
	if b.asksOpen(b.root) {
		b.usesToday, b.atToday = true, true
		return crm.Term{Path: plan.Today, Minus: crm.Path(start.Name)}, true
	}
	if v := b.sk.dateverb; v.object == b.root && v.field != start.Name {
		b.dateUsed = true
		return crm.Term{Path: crm.Path(v.field), Minus: crm.Path(start.Name)}, true // shipped within 5 days
	}
	end, ok := o.Role(crm.RoleEnded)
	return crm.Term{Path: crm.Path(end.Name), Minus: crm.Path(start.Name)}, ok
}

// ageTerm is the time from the start of a record to today.
func (b *builder) ageTerm() (crm.Term, bool) {
	o, _ := b.schema.Object(b.root)
	start, ok := o.Role(crm.RoleStarted)
	b.usesToday, b.atToday = true, true
	return crm.Term{Path: plan.Today, Minus: crm.Path(start.Name)}, ok
}
