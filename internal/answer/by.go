package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// sorts notes that the rows are to be ranked.
func (k *sketcher) sorts(it item) {
	word := k.r.toks[it.from].fold
	k.s.breakdown = k.s.breakdown || strings.HasPrefix(word, "break") || word == "split"
	k.sort = k.sort || strings.HasPrefix(word, "rank") || strings.HasPrefix(word, "sort") || strings.HasPrefix(word, "order")
}

// ranksBy tells whether by and an object mean how many of it, as in top reps by wins, rather than a row for each.
func (k *sketcher) ranksBy(n noun) bool {
	s := k.s
	o, _ := k.r.schema.Object(n.object)
	_, staged := o.Role(crm.RoleStage)
	ranks := k.sort || s.rank != nil && s.rank.of == nil && s.rank.flavour != "date"
	return n.field == "" && n.bucket == "" && staged && ranks && s.target.object != n.object && !s.target.zero() && len(s.gauges) == 0
}

// by reads what follows by, per and each: groups, or what the answer is ordered by.
func (k *sketcher) by(it item) {
	s := k.s
	if k.peek(1) == "count" && it.kind == "by" && s.target.zero() && s.rank == nil && !k.sort && len(s.gauges) == 0 && s.counted == nil {
		return // by how many authors do we have books
	}
	if k.narrowedActor(it) {
		n, took := k.nounAt(1)
		s.mentions = append(s.mentions, n)
		k.i += took
		return
	}
	s.each = s.each || it.kind == "each"
	found := false
	for {
		j := 1
		for k.peek(j) == "each" || k.peek(j) == "by" || k.peek(j) == "and" || k.peek(j) == "distinct" {
			if k.peek(j) == "and" && !found || k.peek(j) == "by" && found && k.peek(j-1) != "and" {
				break
			}
			j++
		}
		if k.peek(j) == "number" && (k.peek(j+1) == "field" || k.peek(j+1) == "object") && k.r.toks[it.to-1].fold == "of" && strings.HasPrefix(k.r.toks[it.from].fold, "each") && !found {
			j++ // each of our three offices
		}
		if !found && it.word != "per" && it.kind == "by" {
			if g, took := k.gaugeAt(j); took > 0 {
				s.order = &g
				k.i += took + j - 1
				return
			}
		}
		n, took := k.nounAt(j)
		if counts := took > 0 && k.items[k.i+j].word == "count" && !s.target.zero(); !found && took > 0 && it.kind == "by" && it.word != "per" && (counts || k.ranksBy(n)) {
			s.order = &gauge{fn: plan.Count, object: n.object}
			k.i += took + j - 1
			return
		}
		how := it
		if k.peek(j-1) == "by" {
			how = k.items[k.i+j-1]
		}
		goes := oneOf(k.r.toks[how.from].fold, "going", "judging", "judged", "according") && len(s.periods) > 0 && s.dateverb.object == ""
		if goes && took > 0 && n.bucket == "" && k.r.lex.isDate(n) {
			s.dateverb = n // in 2026, going by the completion date
			k.i += took + j - 1
			return
		}
		if s.rank != nil && s.rank.flavour == "date" && took > 0 && n.bucket == "" && k.r.lex.isDate(n) {
			s.dateverb = n
			k.i += took + j - 1
			return
		}
		if comma := found && k.peek(1) == "and" && k.r.toks[k.items[k.i+1].from].fold == ","; comma && took > 0 && n.bucket != "" && n.plural && !k.spelledOut(k.i+j) {
			s.left = append(s.left, k.items[k.i+j]) // by rep, days
			k.i += took + j - 1
			break
		}
		if took > 0 && !found && k.overAll(it, n) {
			s.mentions = append(s.mentions, n)
			k.i += took + j - 1
			return
		}
		if took == 0 || found && (j == 1 || k.measured(n) || k.r.lex.isFigure(n) || n.bucket != "" && k.spelledOut(k.i+j)) {
			break
		}
		if g := k.undatedGroup(); g >= 0 && n.bucket != "" && n.field == "" {
			s.groups[g].bucket = n.bucket // by engage date, monthly
			k.i += took + j - 1
			continue
		}
		if n.bucket == "" && k.r.lex.isDate(n) {
			if last := len(s.groups) - 1; last >= 0 && s.groups[last].bucket != "" && s.groups[last].field == "" {
				s.groups[last].object, s.groups[last].field = n.object, n.field // monthly, by engage date
				found = true
				k.i += took + j - 1
				continue
			}
			n.bucket = s.trend
		}
		if it.word == "per" && !found && k.eachOrAll(n) {
			s.left = append(s.left, it) // the average of all entries of a matter, or of what they add up to
			return
		}
		if it.word == "per" && !found && k.meanOf(n) {
			found = true
			k.i += took + j - 1
			continue
		}
		if g := k.ranksByOwn(); it.word == "per" && !found && g != nil && k.r.lex.isFigure(n) && n.object == g.object {
			p := n
			g.per = &p
			found = true
			k.i += took + j - 1
			continue
		}
		if it.word == "per" && s.rank != nil && s.rank.of != nil && k.r.lex.isFigure(n) && !isYear(k.r.lex.fieldAt(n)) {
			break // what is ranked is no figure of the same records
		}
		if it.word != "per" && !found && k.perEach(n) {
			s.groups, s.per = nil, 0
		}
		if it.word == "per" && k.perOne(n) {
			p := n
			s.gauges[len(s.gauges)-1].per = &p
		} else {
			if it.word == "per" && n.bucket != "" && (s.agg == plan.Mean || k.meanOfSums()) && !k.averageOver() {
				s.left = append(s.left, it) // an average over months is not an average of deals
			}
			s.groups = append(s.groups, n)
			if it.word == "per" {
				s.per = len(s.groups)
			}
		}
		found = true
		k.i += took + j - 1
	}
	if !found && (it.kind == "each" || k.r.toks[it.to-1].fold == "each") && k.i == len(k.items)-1 {
		if s.folk != nil && s.counted != nil {
			return // Anna's people with the number of deals each one won
		}
		if !s.target.zero() && s.target.field == "" && len(s.gauges) == 0 && s.counted == nil && slices.ContainsFunc(s.mentions, func(m noun) bool { return m.field != "" && m.at < it.from }) {
			return // services companies and the country each of them is in: a list shows it of each
		}
		s.vs = true // revenue of Kan-code and Hottechi, each
		return
	}
	if !found {
		s.left = append(s.left, it)
	}
}

// overAll tells of records that are all taken together, for they are what is measured: the average price across our products.
func (k *sketcher) overAll(it item, n noun) bool {
	s := k.s
	if k.r.toks[it.from].fold != "across" || it.kind != "by" || n.field != "" || n.bucket != "" || !n.plural {
		return false
	}
	if r := s.rank; r != nil && r.of != nil && r.of.object == n.object {
		return true
	}
	return k.measured(n) || s.counted != nil && s.counted.object == n.object || slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == n.object && k.r.lex.isFigure(m) })
}

// measured tells whether a noun behind the groups is what is measured anyway: average cycle per manager, won deals.
func (k *sketcher) measured(n noun) bool {
	return n.field == "" && n.bucket == "" && slices.ContainsFunc(k.s.gauges, func(g gauge) bool { return g.object == n.object })
}

// narrowedActor tells of those by whom something was done, where the question says which of them: won by reps in the
// East. Won by rep is a row for each.
func (k *sketcher) narrowedActor(it item) bool {
	n, took := k.nounAt(1)
	if it.kind != "by" || k.r.toks[it.from].fold != "by" || it.to-it.from != 1 || took != 1 || n.field != "" || n.bucket != "" || !n.plural {
		return false
	}
	end := k.items[k.i+1].to
	before := k.r.word(it.from - 1)
	done, narrowed := k.s.earn != nil || strings.HasSuffix(before, "ed") || k.r.lex.closed.participle(before), k.peek(2) == "verb"
	for _, set := range k.s.sets {
		done = done || set.to <= it.from && !set.adjective
		narrowed = narrowed || set.from >= end && set.from <= end+2
	}
	return done && narrowed
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

// undatedGroup is the group that is a date whose width is not said yet, -1 when there is none.
func (k *sketcher) undatedGroup() int {
	return slices.IndexFunc(k.s.groups, func(g noun) bool {
		return g.bucket == "" && k.r.lex.isDate(g)
	})
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
	if _, staged := k.r.lex.stageOf(n.object); staged && g.metric == nil && g.fn == plan.Mean && g.field != "" {
		return true // average quantity per won deal
	}
	if g.metric == nil || g.metric.Kind == "rate" || g.fn != "" {
		return false
	}
	g.fn = plan.Mean
	return true
}

// spelledOut tells of a width of dates that asks for no row each: the unit of a duration, as in "average cycle (days)",
// and the months from April until June.
func (k *sketcher) spelledOut(at int) bool {
	s, it := k.s, k.items[at]
	word := k.r.toks[it.from].fold
	if it.to-it.from != 1 || it.from == 0 {
		return false
	}
	if word == "days" && (at == len(k.items)-1 || k.items[at+1].kind == "by") && k.lasts() {
		return true
	}
	return !strings.HasSuffix(word, "ly") && word != it.word && k.r.toks[it.from-1].fold == "the" && slices.ContainsFunc(s.periods, func(p item) bool {
		return (p.from == it.to || p.from == it.to+1) && !slices.ContainsFunc(p.periods, func(one period) bool { return one.grain != "" && one.grain != plan.Bucket(it.word) })
	})
}

// lasts tells whether a duration is asked for.
func (k *sketcher) lasts() bool {
	s := k.s
	lasts := func(g gauge) bool { return g.metric.lasts() }
	return s.howlong || s.rank != nil && (s.rank.flavour == "long" || s.rank.of != nil && lasts(*s.rank.of)) || slices.ContainsFunc(s.gauges, lasts)
}

// averageOf reads average monthly revenue.
func (k *sketcher) averageOf(j int) bool {
	bucket := k.items[k.i+j]
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
	if g.metric == nil && g.fn == plan.Sum {
		k.s.gauges, k.s.averaged = append(k.s.gauges, g), true
		k.s.groups = append(k.s.groups, noun{bucket: plan.Bucket(bucket.word), at: bucket.from})
		k.i += j + took
		return true
	}
	if g.metric != nil && g.metric.Kind != "sum-amount" || g.metric == nil && g.fn != plan.Count {
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

// gaugeAt reads a measure: a metric, a numeric field, a count, each with or without an aggregate.
func (k *sketcher) gaugeAt(n int) (gauge, int) {
	var fn plan.Fn
	start := n
	for k.peek(n) == "agg" {
		fn = aggs[k.items[k.i+n].word]
		n++
	}
	switch k.peek(n) {
	case "metric":
		m := k.items[k.i+n]
		return gauge{fn: fn, metric: m.metric, object: m.object}, n + 1 - start
	case "count":
		if k.peek(n+1) == "child" {
			break
		}
		if x, took := k.nounAt(n + 1); took > 0 && x.bucket == "" {
			return k.r.lex.countOf(x), n + 1 + took - start
		}
	case "field", "object":
		x, took := k.nounAt(n)
		if k.r.lex.isFigure(x) {
			return gauge{fn: fn, object: x.object, field: x.field}, n + took - start
		}
	}
	return gauge{}, 0
}
