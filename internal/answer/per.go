package answer

import (
	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// perEach reads deals per customer by country as a division within each country: what follows is something that each of those
// has one of. Tasks per rep by status are a row for each of both.
func (k *sketcher) perEach(n noun) bool {
	s := k.s
	if s.per != 1 || len(s.groups) != 1 || n.bucket != "" || s.rank != nil || s.agg != "" && s.agg != plan.Mean {
		return false
	}
	y := s.groups[0]
	way, linked := k.r.lex.routes[y.object][n.object]
	if y.field != "" || y.bucket != "" || !linked || way.ways > 1 || n.object == y.object && n.field == "" {
		return false
	}
	of := s.target.object
	switch {
	case s.counted != nil:
		of = s.counted.object
	case len(s.gauges) > 0:
		of = s.gauges[len(s.gauges)-1].object
	}
	if of == y.object || len(s.gauges) > 1 {
		return false
	}
	before := s.agg
	s.agg = plan.Mean
	if m := len(s.mentions) - 1; m >= 0 && len(s.gauges) == 0 && s.counted == nil && k.r.lex.isFigure(s.mentions[m]) {
		s.gauges = append(s.gauges, gauge{fn: plan.Sum, object: s.mentions[m].object, field: s.mentions[m].field})
		s.mentions = s.mentions[:m]
	}
	if !k.perOne(y) {
		s.agg = before
		return false
	}
	s.gauges[len(s.gauges)-1].per = &y
	return true
}

// perFigure tells of records that are counted per figure of other records, in the singular: tickets per seat of the
// organisation. A row for each number of seats is not what is asked.
func (b *builder) perFigure() bool {
	s := b.sk
	if s.per == 0 || s.per > len(s.groups) {
		return false
	}
	n := s.groups[s.per-1]
	return n.object != b.root && n.bucket == "" && !n.plural && b.lex.isFigure(n) && !isYear(b.lex.fieldAt(n))
}

// eachOrAll tells of the average of time or pieces per record that they belong to: those of one may be averaged, or added up.
func (k *sketcher) eachOrAll(n noun) bool {
	s := k.s
	if len(s.gauges) != 1 || s.gauges[0].fn != plan.Mean || s.gauges[0].field == "" || n.field != "" || n.bucket != "" || n.object == s.gauges[0].object || s.rank != nil {
		return false
	}
	f := k.r.lex.fieldOf(sense{object: s.gauges[0].object, field: s.gauges[0].field})
	return k.r.lex.isTime(f) || f.ValueType() == crm.Number && calledAny(f, "days", "units", "pieces", "km", "miles", "nights", "guests")
}

// isTime tells of time that was spent, which adds up.
func (l *lexicon) isTime(f crm.Field) bool {
	return f.ValueType() == crm.Number && calledAny(f, "hours", "minutes") && !l.isRate(f)
}
