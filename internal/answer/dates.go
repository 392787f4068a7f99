package answer

import (
	"slices"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// mainDate is the date of the root's records that the question means: the one whose verb it uses, the start of what is
// open, else the end, the start, the day due, the only date there is, or the day the record was made.
func (b *builder) mainDate() (crm.Path, bool) {
	if d := b.sk.dateverb; d.object != "" {
		b.dateUsed = true
		if d.object != b.root {
			return "", b.no("it gives " + b.plural(b.root) + " a date of other records")
		}
		return b.path(d)
	}
	return b.unsaidDate()
}

// unsaidDate is mainDate where no verb says which date is meant.
func (b *builder) unsaidDate() (crm.Path, bool) {
	o, _ := b.schema.Object(b.root)
	if p, ok := b.measuredDate(o); ok {
		return p, true
	}
	if p, ok := b.lex.birth(o); ok && b.sk.aged {
		return p, true
	}
	roles := []crm.Role{crm.RoleEnded, crm.RoleStarted}
	open := false
	if b.asksOpen(b.root) {
		roles = []crm.Role{crm.RoleStarted}
		open = true
	}
	if _, ok := b.stage(b.root); ok && !b.race() && !b.asksEnded() {
		roles = []crm.Role{crm.RoleStarted, crm.RoleEnded} // bills of March were issued in March
	}
	_, ends := o.Role(crm.RoleEnded)
	if !b.race() && !(ends && b.asksEnded()) {
		if p, ok := b.occurred(o); ok || b.fail != "" {
			return p, ok
		}
	}
	for _, r := range roles {
		if f, ok := o.Role(r); ok {
			if r == crm.RoleEnded && !b.race() && !b.asksEnded() && b.dated(o, f) {
				return "", b.no("it does not say which date of " + b.plural(b.root) + " is meant")
			}
			return crm.Path(f.Name), true
		}
	}
	due, isDue := o.Role(crm.RoleDue)
	only := crm.Path("")
	for _, f := range o.Fields {
		if f.ValueType().Temporal() && !(isDue && f.Name == due.Name) && !(open && f.Role == crm.RoleEnded) {
			if b.ownDate(o, f) {
				return crm.Path(f.Name), true
			}
			if only != "" {
				b.no("it does not say which date of " + b.plural(b.root) + " is meant")
				return "", false
			}
			only = crm.Path(f.Name)
		}
	}
	if only == "" && isDue {
		return crm.Path(due.Name), true // the day something is due only where there is no other
	}
	return only, only != ""
}

// race tells of records that are won or lost for us; what is asked of us, such as claims, is dated by its beginning.
func (b *builder) race() bool {
	o, _ := b.schema.Object(b.root)
	stage, _ := b.stage(b.root)
	return contest(stage) && !b.lex.outgoing(o)
}

// birth is the date from which something is as old as it is: the day it was born, built, bought or set up.
func (l *lexicon) birth(o crm.Object) (crm.Path, bool) {
	for _, what := range []string{"born", "built", "bought"} {
		for _, f := range o.Fields {
			if f.ValueType().Temporal() && l.labelled(f, what) {
				return crm.Path(f.Name), true
			}
		}
	}
	return "", false
}

// measuredDate is the one date that shares its word with the figure that is asked for: the amount paid is dated by the day
// it was paid, the amount due by the day it is due.
func (b *builder) measuredDate(o crm.Object) (crm.Path, bool) {
	s := b.sk
	gauges := s.gauges
	if s.rank != nil && s.rank.of != nil {
		gauges = append(slices.Clone(gauges), *s.rank.of)
	}
	own := keySet(strings.Fields(strings.Join(objectNames(o), " ")))
	var found []string
	for _, g := range gauges {
		if g.metric != nil || g.object != b.root || g.field == "" || g.minus != "" {
			continue
		}
		measured, _ := o.Field(g.field)
		words := strings.Fields(key(measured.Label))
		for _, f := range o.Fields {
			if f.ValueType().Temporal() && !slices.Contains(found, f.Name) && slices.ContainsFunc(strings.Fields(key(f.Label)), func(w string) bool { return slices.Contains(words, w) && !own[w] }) {
				found = append(found, f.Name)
			}
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return crm.Path(found[0]), true
}

// dated tells whether records of an object have a date beside one of theirs.
func (b *builder) dated(o crm.Object, but crm.Field) bool {
	return slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.ValueType().Temporal() && f.Name != but.Name })
}

// asksEnded tells whether the question is about what is over: paid invoices, money received.
func (b *builder) asksEnded() bool {
	if values, asked := b.stageValues(b.root); asked && len(values) > 0 && within(values, b.values(b.root, "closed")) {
		stage, _ := b.stage(b.root)
		return contest(stage) || len(intersect(values, b.values(b.root, "done"))) > 0 // what was called off never ended
	}
	over := func(g *gauge) bool {
		return g != nil && g.metric != nil && (g.metric.Outcome == "won" || g.metric.Outcome == "paid" || g.metric.Kind == "cycle")
	}
	s := b.sk
	return s.rank != nil && over(s.rank.of) || slices.ContainsFunc(s.gauges, func(g gauge) bool { return over(&g) }) ||
		s.earn != nil && over(&gauge{metric: s.earn.metric}) || len(s.against) > 0
}

// ownDate tells of a date that is called like its object: the loan date of a loan.
func (b *builder) ownDate(o crm.Object, f crm.Field) bool {
	return slices.ContainsFunc(strings.Fields(f.Label), func(word string) bool { return anyKey(objectNames(o), map[string]bool{key(word): true}) })
}

// resolved are periods, each with its year.
func (b *builder) resolved(periods []period, path crm.Path) []period {
	out := make([]period, len(periods))
	for i, p := range periods {
		out[i] = b.resolve(p, path)
	}
	return out
}

// resolve gives a period that was named without a year the last such one that the data reach.
func (b *builder) resolve(p period, path crm.Path) period {
	if p.relative {
		b.usesToday = true
	}
	if !p.yearless() {
		return p
	}
	_, last := b.extent(b.root, path)
	if last.IsZero() || last.After(b.today) {
		last = b.today
	}
	span := p.lastBefore(last)
	if edged, ok := span.edged(p.edge); ok {
		span = edged
	}
	b.notes = append(b.notes, "No year was named: "+plan.SpanWords(span.from, span.to)+" is taken.")
	return span
}

// between is the condition that a date lies in a span.
func between(p crm.Path, s period) crm.Filter {
	switch {
	case s.to.IsZero():
		return crm.Where(p, crm.AtLeast, s.from.Format(time.DateOnly))
	case s.from.IsZero():
		return crm.Where(p, crm.Less, s.to.Format(time.DateOnly))
	}
	return crm.Where(p, crm.Between, s.from.Format(time.DateOnly), s.to.AddDate(0, 0, -1).Format(time.DateOnly))
}

// inAny is the condition that a date lies in one of several spans.
func inAny(p crm.Path, spans []period) crm.Filter {
	var either []crm.Filter
	for _, s := range spans {
		either = append(either, between(p, s))
	}
	return crm.Filter{Or: canonical(either)}
}

// dates puts periods to the conditions, or sets them side by side.
func (b *builder) dates() bool {
	s := b.sk
	own := slices.ContainsFunc(s.dated, func(d item) bool { return d.object == s.dateverb.object && d.field == s.dateverb.field })
	b.dateUsed = b.dateUsed || own
	if len(s.periods) == 0 {
		return true
	}
	path, ok := b.dateOfPeriods(own)
	if !ok {
		return false
	}
	spans, joint := b.spans(path)
	differ := slices.ContainsFunc(spans, func(p period) bool { return p.grain == "" || p.grain != spans[0].grain })
	beside := s.vs || s.than || s.more || joint == "vs"
	switch {
	case len(spans) == 1:
		to := &b.cond
		if at := b.predicate(); at > 0 && s.periods[0].from >= at && slices.ContainsFunc(s.dated, func(d item) bool { return d.from < at }) {
			to = &b.part // of those opened in May, how many were lost in June
		}
		to.rest = append(to.rest, between(path, spans[0]))
		return true
	case len(s.periods) > 1 && !(s.than || s.vs || s.diff):
		return b.no("it names several periods")
	case s.diff || s.change != "" || differ && beside:
		return b.against(path, spans)
	}
	b.cond.rest = append(b.cond.rest, inAny(path, spans))
	if beside || s.rank != nil && joint == "or" {
		b.p.Groups = append(b.p.Groups, plan.Group{Path: path, Bucket: spans[0].grain})
	}
	return true
}

// dateOfPeriods is the date that the periods are of. The verb of a date that has a period of its own says nothing of the others.
func (b *builder) dateOfPeriods(own bool) (crm.Path, bool) {
	s, verb := b.sk, b.sk.dateverb
	which := b.mainDate
	if own {
		which = b.unsaidDate
	}
	path, ok := which()
	if !ok {
		return "", b.no(b.plural(b.root) + " have no date")
	}
	stage, staged := b.stage(b.root)
	if staged && verb.object == b.root && slices.ContainsFunc(s.sets, func(set item) bool {
		return set.object == b.root && set.field == stage.Name && set.from > verb.at && set.from < s.periods[0].from
	}) {
		return "", b.no("it does not say which of two dates is meant")
	}
	return path, true
}

// spans are all the periods that the question names, each with its year, and the word that joins them.
func (b *builder) spans(path crm.Path) (spans []period, joint string) {
	for _, it := range b.sk.periods {
		spans = append(spans, b.resolved(it.periods, path)...)
		if it.joint != "" {
			joint = it.joint
		}
	}
	return spans, joint
}

// against compares two spans: what came later, against what was before.
func (b *builder) against(path crm.Path, spans []period) bool {
	if len(spans) != 2 {
		return b.no("it compares more than two periods")
	}
	if spans[0].from.Before(spans[1].from) {
		spans[0], spans[1] = spans[1], spans[0]
	}
	for _, sp := range spans {
		b.p.Compare = append(b.p.Compare, plan.Part{Label: plan.SpanWords(sp.from, sp.to), Filter: between(path, sp)})
	}
	return true
}
