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

// grouping is by, per or each on its way over the nouns behind it.
type grouping struct {
	by       item
	per      bool // it is per
	found    bool // a noun has found its place
	n        noun // the noun that it has come to
	at, took int  // where that stands, from the word on, and how many items it has
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
	g := &grouping{by: it, per: it.word == "per"}
	for {
		g.at = k.nextGroup(g)
		if k.ordersByGauge(g) {
			return
		}
		g.n, g.took = k.nounAt(g.at)
		switch {
		case k.ordersByCount(g), k.dates(g), k.strayWidth(g), k.overAll(g):
			return
		case g.took == 0 || g.found && (g.at == 1 || k.measured(g.n) || k.r.lex.isFigure(g.n) || g.n.bucket != "" && k.spelledOut(k.i+g.at)):
			k.byNothing(g)
			return
		case k.ofGroup(g):
		case g.per && !g.found && k.eachOrAll(g.n):
			s.leave(it) // the average of all entries of a matter, or of what they add up to
			return
		case g.per && !g.found && (k.meanOf(g.n) || k.perOwn(g.n)):
			k.pass(g)
		case g.per && s.rank != nil && s.rank.of != nil && k.r.lex.isFigure(g.n) && !isYear(k.r.lex.fieldAt(g.n)):
			k.byNothing(g) // what is ranked is no figure of the same records
			return
		default:
			k.group(g)
			k.pass(g)
		}
	}
}

// pass goes on behind the noun, which has found its place.
func (k *sketcher) pass(g *grouping) {
	g.found = true
	k.i += g.at + g.took - 1
}

// nextGroup is where the next noun may stand.
func (k *sketcher) nextGroup(g *grouping) int {
	j := 1
	for ; oneOf(k.peek(j), "each", "by", "and", "distinct"); j++ {
		if k.peek(j) == "and" && !g.found || k.peek(j) == "by" && g.found && k.peek(j-1) != "and" {
			break
		}
	}
	of := k.r.toks[g.by.to-1].fold == "of" && strings.HasPrefix(k.r.toks[g.by.from].fold, "each")
	if of && !g.found && k.peek(j) == "number" && oneOf(k.peek(j+1), "field", "object") {
		j++ // each of our three offices
	}
	return j
}

// ordersByGauge reads by and a measure as an order.
func (k *sketcher) ordersByGauge(g *grouping) bool {
	if g.found || g.per || g.by.kind != "by" {
		return false
	}
	of, took := k.gaugeAt(g.at)
	if took == 0 {
		return false
	}
	k.s.order = &of
	k.i += g.at + took - 1
	return true
}

// ordersByCount reads by and records as an order by how many there are: top reps by wins.
func (k *sketcher) ordersByCount(g *grouping) bool {
	if g.found || g.per || g.by.kind != "by" || g.took == 0 {
		return false
	}
	if counts := k.at(g.at).word == "count" && !k.s.target.zero(); !counts && !k.ranksBy(g.n) {
		return false
	}
	k.s.order = &gauge{fn: plan.Count, object: g.n.object}
	k.pass(g)
	return true
}

// dates reads by and a date as the one that is meant: first by close date; in 2026, going by the completion date.
func (k *sketcher) dates(g *grouping) bool {
	s, how := k.s, g.by
	if k.peek(g.at-1) == "by" {
		how = k.at(g.at - 1)
	}
	goes := oneOf(k.r.toks[how.from].fold, "going", "judging", "judged", "according") && len(s.periods) > 0 && s.dateverb.object == ""
	if g.took == 0 || !goes && !(s.rank != nil && s.rank.flavour == "date") || g.n.bucket != "" || !k.r.lex.isDate(g.n) {
		return false
	}
	s.dateverb = g.n
	k.pass(g)
	return true
}

// strayWidth leaves over a width of dates behind a comma, of which it is not said what it is: by rep, days.
func (k *sketcher) strayWidth(g *grouping) bool {
	if !g.found || k.peek(1) != "and" || k.r.toks[k.at(1).from].fold != "," || g.took == 0 || g.n.bucket == "" || !g.n.plural || k.spelledOut(k.i+g.at) {
		return false
	}
	k.s.leave(k.at(g.at))
	k.pass(g)
	return true
}

// overAll reads records that are all taken together, for they are what is measured: the average price across our products.
func (k *sketcher) overAll(g *grouping) bool {
	s, n := k.s, g.n
	if g.took == 0 || g.found || k.r.toks[g.by.from].fold != "across" || g.by.kind != "by" || n.field != "" || n.bucket != "" || !n.plural {
		return false
	}
	ranked := s.rank != nil && s.rank.of != nil && s.rank.of.object == n.object
	if !ranked && !k.measured(n) && !(s.counted != nil && s.counted.object == n.object) && !slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == n.object && k.r.lex.isFigure(m) }) {
		return false
	}
	s.mentions = append(s.mentions, n)
	k.pass(g)
	return true
}

// ofGroup ties a date and its width together, where one of them is a group already: by engage date, monthly. Another date
// gets the width that the whole question has.
func (k *sketcher) ofGroup(g *grouping) bool {
	s, n := k.s, g.n
	if i := k.undatedGroup(); i >= 0 && n.bucket != "" && n.field == "" {
		s.groups[i].bucket = n.bucket
		k.i += g.at + g.took - 1
		return true
	}
	if n.bucket != "" || !k.r.lex.isDate(n) {
		return false
	}
	if last := len(s.groups) - 1; last >= 0 && s.groups[last].bucket != "" && s.groups[last].field == "" {
		s.groups[last].object, s.groups[last].field = n.object, n.field // monthly, by engage date
		k.pass(g)
		return true
	}
	g.n.bucket = s.trend
	return false
}

// perOwn divides the figure by which records are ranked by another of theirs: the most revenue per employee.
func (k *sketcher) perOwn(n noun) bool {
	by := k.ranksByOwn()
	if by == nil || !k.r.lex.isFigure(n) || n.object != by.object {
		return false
	}
	by.per = &n
	return true
}

// group asks for a row for each, unless per divides what is measured.
func (k *sketcher) group(g *grouping) {
	s, n := k.s, g.n
	if !g.per && !g.found && k.perEach(n) {
		s.groups, s.per = nil, 0
	}
	if g.per && k.perOne(n) {
		s.gauges[len(s.gauges)-1].per = &n
		return
	}
	if g.per && n.bucket != "" && (s.agg == plan.Mean || k.meanOfSums()) && !k.averageOver() {
		s.leave(g.by) // an average over months is not an average of deals
	}
	s.groups = append(s.groups, n)
	if g.per {
		s.per = len(s.groups)
	}
}

// byNothing ends what follows by. Each at the end of the question may do without a noun.
func (k *sketcher) byNothing(g *grouping) {
	s, it := k.s, g.by
	switch {
	case g.found:
	case it.kind != "each" && k.r.toks[it.to-1].fold != "each" || k.i != len(k.items)-1:
		s.leave(it)
	case s.folk != nil && s.counted != nil: // Anna's people with the number of deals each one won
	case !s.target.zero() && s.target.field == "" && len(s.gauges) == 0 && s.counted == nil && slices.ContainsFunc(s.mentions, func(m noun) bool { return m.field != "" && m.at < it.from }):
		// services companies and the country each of them is in: a list shows it of each
	default:
		s.vs = true // revenue of Kan-code and Hottechi, each
	}
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
	end := k.at(1).to
	before := k.r.word(it.from - 1)
	done, narrowed := k.s.earn != nil || strings.HasSuffix(before, "ed") || k.r.lex.closed.participle(before), k.peek(2) == "verb"
	for _, set := range k.s.sets {
		done = done || set.to <= it.from && !set.adjective
		narrowed = narrowed || set.from >= end && set.from <= end+2
	}
	return done && narrowed
}

// undatedGroup is the group that is a date whose width is not said yet, -1 when there is none.
func (k *sketcher) undatedGroup() int {
	return slices.IndexFunc(k.s.groups, func(g noun) bool {
		return g.bucket == "" && k.r.lex.isDate(g)
	})
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

// gaugeAt reads a measure: a metric, a numeric field, a count, each with or without an aggregate.
func (k *sketcher) gaugeAt(n int) (gauge, int) {
	var fn plan.Fn
	start := n
	for k.peek(n) == "agg" {
		fn = aggs[k.at(n).word]
		n++
	}
	switch k.peek(n) {
	case "metric":
		m := k.at(n)
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
