package answer

import (
	"strings"

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

// ranksByOwn is the figure of their own by which records are ranked: the most revenue per employee.
func (k *sketcher) ranksByOwn() *gauge {
	g := k.s.order
	if k.s.rank != nil && k.s.rank.of != nil {
		g = k.s.rank.of
	}
	if g == nil || g.metric != nil || g.per != nil || !k.r.lex.isFigure(noun{object: g.object, field: g.field}) {
		return nil
	}
	return g
}

// perOne reads per as a division: employees per account, average number of deals per rep. False: it groups.
func (k *sketcher) perOne(n noun) bool {
	s := k.s
	if n.bucket != "" {
		return false
	}
	last := len(s.mentions) - 1
	switch {
	case k.r.lex.isFigure(n) && len(s.gauges) == 0 && last >= 0 && k.r.lex.isFigure(s.mentions[last]):
		m := s.mentions[last]
		s.mentions = s.mentions[:last]
		s.gauges = append(s.gauges, gauge{fn: plan.Sum, object: m.object, field: m.field})
		return true
	case k.r.lex.isFigure(n) && len(s.gauges) > 0, k.meanOfSums():
		s.agg = ""
		return true
	case s.agg != plan.Mean:
		return false
	case len(s.gauges) > 0 && (s.gauges[len(s.gauges)-1].fn == plan.Count || s.gauges[len(s.gauges)-1].fn == plan.Sum || k.sumsLast()):
	case s.counted != nil:
		s.gauges = append(s.gauges, k.r.lex.countOf(*s.counted))
		s.counted = nil
	case !s.target.zero() && s.target.field == "" && s.target.bucket == "":
		s.gauges = append(s.gauges, k.r.lex.countOf(s.target))
		s.target = noun{}
	default:
		return false
	}
	s.agg = ""
	return true
}

// meanOf reads per and the records that an amount is of as their mean: revenue per won deal.
func (k *sketcher) meanOf(n noun) bool {
	s := k.s
	if m := len(s.mentions) - 1; len(s.gauges) == 0 && m >= 0 && s.rank == nil && n.field == "" && n.bucket == "" && s.agg == "" &&
		s.mentions[m].object == n.object && k.r.lex.isFigure(s.mentions[m]) {
		s.gauges = append(s.gauges, gauge{fn: plan.Mean, object: n.object, field: s.mentions[m].field})
		s.mentions = s.mentions[:m]
		return true
	}
	last := len(s.gauges) - 1
	if n.field != "" || n.bucket != "" || last < 0 || s.gauges[last].object != n.object || s.rank != nil {
		return false
	}
	g := &s.gauges[last]
	_, staged := k.r.lex.stageOf(n.object)
	if o, _ := k.r.schema.Object(n.object); g.metric == nil && g.fn == plan.Mean && g.field != "" && (staged || !hasName(o)) {
		return true // average quantity per won deal, average hours per entry
	}
	if g.metric == nil || g.metric.Kind == "rate" || g.fn != "" {
		return false
	}
	g.fn = plan.Mean
	return true
}

// averageOf reads average monthly revenue.
func (k *sketcher) averageOf(j int) bool {
	bucket := k.at(j)
	if word := k.r.toks[bucket.from].fold; !strings.HasSuffix(word, "ly") && word != "annual" {
		return false
	}
	g, took := k.gaugeAt(j + 1)
	if took == 0 {
		n, nouns := k.nounAt(j + 1)
		if nouns == 0 || n.field != "" || n.bucket != "" {
			return false
		}
		g, took = k.r.lex.countOf(n), nouns
	}
	if g.metric == nil && g.fn == "" && k.r.lex.fieldOf(sense{object: g.object, field: g.field}).ValueType() == crm.Money {
		g.fn = plan.Sum
	}
	if g.metric != nil && !g.metric.sums() || g.metric == nil && g.fn != plan.Count && g.fn != plan.Sum {
		return false
	}
	k.s.gauges, k.s.averaged = append(k.s.gauges, g), true
	k.s.groups = append(k.s.groups, noun{bucket: plan.Bucket(bucket.word), at: bucket.from})
	k.i += j + took
	return true
}

// averageOver reads an average over periods: what is averaged is the total of each. False: there is no such total.
func (k *sketcher) averageOver() bool {
	s := k.s
	switch {
	case k.meanOfSums():
		s.gauges[len(s.gauges)-1].fn = plan.Sum
	case len(s.gauges) == 1 && (s.gauges[0].fn == plan.Count || s.gauges[0].fn == plan.Sum || s.gauges[0].fn == "" && s.gauges[0].metric.sums()):
	case len(s.gauges) > 0:
		return false
	case s.counted != nil && s.counted.object != "":
		s.gauges, s.counted = append(s.gauges, k.r.lex.countOf(*s.counted)), nil
	case s.target.object != "" && s.target.field == "":
		s.gauges, s.target = append(s.gauges, k.r.lex.countOf(s.target)), noun{}
	default:
		return false
	}
	s.averaged, s.agg = true, ""
	return true
}

// sumsLast tells whether the last measure is a total by its own meaning, such as revenue.
func (k *sketcher) sumsLast() bool {
	g := k.s.gauges[len(k.s.gauges)-1]
	return g.fn == "" && g.metric.sums()
}

// meanOfSums tells whether the last measure is the average of a total, so that per asks for one number.
func (k *sketcher) meanOfSums() bool {
	n := len(k.s.gauges)
	if n != 1 {
		return false
	}
	g := k.s.gauges[0]
	return g.fn == plan.Mean && g.metric.sums()
}
