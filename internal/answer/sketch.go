package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

var aggs = map[string]plan.Fn{"sum": plan.Sum, "mean": plan.Mean, "median": plan.Median, "min": plan.Min, "max": plan.Max}

// sketcher walks over the items once.
type sketcher struct {
	r     *reader
	items []item
	i     int
	s     *sketch
	sort  bool // the question says that its rows are ranked
}

// lift takes the fragments that may stand anywhere out of the row; what is left is the frame of the question.
func (k *sketcher) lift(items []item) {
	after := false
	for i, it := range items {
		if it.kind == "set" {
			next := i + 1
			for next < len(items) && (items[next].kind == "set" || items[next].kind == "prep" && k.r.toks[items[next].from].fold == "'s") {
				next++
			}
			if next < len(items) && k.r.ownWord(it, items[next]) {
				k.r.score -= 0.3
			}
			it.adjective = next < len(items) && (items[next].kind == "object" || items[next].kind == "field" || items[next].kind == "metric")
		}
		it.at = it.kind == "set" && k.r.workplace(it.from)
		k.s.counts = k.s.counts || it.kind == "object" && it.word == "count"
		it.after = after
		after = after && (it.kind == "set" || it.kind == "number") || it.kind == "prep" || it.kind == "child" && k.r.toks[it.to-1].fold == "of"
		switch it.kind {
		case "set":
			k.s.sets = append(k.s.sets, it)
		case "compared":
			k.s.compared = append(k.s.compared, it)
		case "against":
			k.s.against = append(k.s.against, it)
		case "dated":
			k.s.dated = append(k.s.dated, it)
		case "absent":
			k.s.absent = append(k.s.absent, it)
		case "standing":
			k.s.standing = append(k.s.standing, it)
		case "liked":
			k.s.liked = append(k.s.liked, it)
		case "periods":
			k.s.periods = append(k.s.periods, it)
		case "prep":
		case "between", "to":
			if !k.r.steps {
				k.items = append(k.items, it)
			}
		default:
			k.items = append(k.items, it)
		}
	}
}

func (k *sketcher) peek(n int) string {
	if k.i+n < 0 || k.i+n >= len(k.items) {
		return ""
	}
	return k.items[k.i+n].kind
}

func (k *sketcher) run() {
	for k.i = 0; k.i < len(k.items); k.i++ {
		k.step(k.items[k.i])
	}
}

func (k *sketcher) step(it item) {
	s := k.s
	switch it.kind {
	case "list":
		k.sorts(it)
		if s.asked == "" {
			s.asked = "list"
		}
	case "and", "compare", "only", "group", "distinct", "sorted", "both":
		s.distinct = s.distinct || it.kind == "distinct"
		s.also = s.also || it.kind == "and"
		if it.kind == "and" && it.word == "but" && !((k.peek(-1) == "object" || k.peek(-1) == "cond") && k.peek(1) == "cond") {
			s.left = append(s.left, it) // it joins phrases, and nothing within one
		}
		k.sorts(it)
		if it.kind == "compare" {
			s.vs = true
		}
		if it.kind == "and" {
			k.beside(it)
		}
	case "which", "who", "when", "where":
		if it.kind == "who" && k.joined() && (s.counted != nil || len(s.gauges) > 0) {
			s.left = append(s.left, it) // how many there are and who leads them
			return
		}
		if it.kind == "who" && (!s.target.zero() || s.counted != nil) || it.kind == "where" && !s.target.zero() {
			return // reps who ..., accounts where ...
		}
		if it.kind != s.asked && (s.asked == "who" || s.asked == "when" || s.asked == "where") {
			s.left = append(s.left, it) // two questions in one
			return
		}
		s.asked = it.kind
		if it.kind == "which" {
			k.asked(it)
		}
	case "count":
		k.count(it)
	case "agg":
		k.agg(it)
	case "metric":
		s.gauges = append(s.gauges, gauge{metric: it.metric, object: it.object, from: it.from, to: it.to})
	case "earn":
		e := it
		s.earn = &e
	case "howmuch":
		if k.peek(1) == "object" && it.word != "worth" && k.items[k.i+1].word != "verb" && k.items[k.i+1].from == it.to && k.r.toks[it.to].fold != k.r.toks[it.to].norm {
			it.word = "ask"
			k.count(it) // how much deals
			return
		}
		s.howmuch = true
		if it.word == "worth" {
			s.worth = true
		}
	case "ratio":
		s.ratio = true
	case "fromto":
		s.fromTo = &it
	case "nth":
		if s.nth != 0 {
			s.left = append(s.left, it)
			return
		}
		s.nth = int(it.word[0] - '0')
	case "howlong":
		s.howlong = s.howlong || it.word != "take"
		s.took = s.took || it.word == "take"
		if k.r.toks[it.to-1].fold == "old" {
			s.old = &it
		}
	case "take":
		s.howlong = s.howlong || s.rank != nil && s.rank.flavour == "long"
		if !s.howlong && len(s.compared) == 0 {
			s.left = append(s.left, it)
		}
	case "by", "each":
		k.by(it)
	case "super":
		k.super(it)
	case "order":
		s.orderDir = it.word
		word := k.r.toks[it.from].fold
		s.orderGood = word == "worst" || word == "best"
	case "cond":
		k.cond(it)
	case "share":
		if next := k.r.toks[it.to:min(it.to+2, len(k.r.toks))]; slices.ContainsFunc(next, func(t token) bool { return t.fold == "its" || t.fold == "their" }) {
			s.left = append(s.left, it) // the largest part of its deals: of each its own
			return
		}
		s.share, s.shareAt = true, it.from
		s.shareOf = it.word == "as" || it.from > 0 && k.r.toks[it.from-1].fold == "'s" && slices.ContainsFunc(s.sets, func(set item) bool { return set.from > it.from })
	case "diff":
		if k.peek(1) == "distinct" && k.r.toks[it.to-1].fold == "many" {
			k.count(it) // by how many different authors
			return
		}
		s.diff = true
	case "change":
		switch it.word {
		case "growth":
			s.change = plan.Growth
		case "running":
			s.change = plan.Running
		case "difference":
			if s.change == "" {
				s.change = plan.Difference
			}
		default:
			s.change, s.trend = plan.Growth, plan.Bucket(it.word)
		}
	case "trend":
		s.trend = plan.Month
	case "more":
		s.more = true
		s.than = s.than || it.to-it.from > 1 // more than
	case "people":
		s.folk = &it
	case "together":
		s.together = true
	case "than":
		s.than = true
	case "vs":
		if k.peek(-1) == "object" && k.peek(1) == "object" && k.items[k.i-1].word != "count" && k.items[k.i-1].object != k.items[k.i+1].object {
			s.left = append(s.left, it) // loans against members
			return
		}
		s.vs, s.versus = true, true
	case "perform":
		s.perform = true
	case "chart":
		k.chart(it)
	case "object", "field", "verb", "child":
		if it.word == "why" {
			stage, _ := k.r.lex.stageOf(it.object)
			if !slices.ContainsFunc(s.sets, func(set item) bool { return set.object == it.object && set.field == stage }) {
				s.left = append(s.left, it)
				return
			}
			s.breakdown = true
		}
		k.mention(it)
	case "dateverb":
		if s.dateverb.field != "" && (s.dateverb.field != it.field || s.dateverb.object != it.object) {
			s.left = append(s.left, it) // engaged and closed in March: two dates
			return
		}
		s.dateverb = noun{object: it.object, field: it.field, at: it.from}
	case "bucket":
		if k.spelledOut(k.i) {
			return
		}
		if it.word == string(plan.Weekday) && it.from > 0 && k.r.toks[it.from-1].fold == "on" {
			s.left = append(s.left, it) // on weekdays is not on weekends
			return
		}
		if it.from > 0 && k.r.toks[it.from-1].fold == "in" && k.r.toks[it.from].fold != it.word && k.lasts() {
			s.left = append(s.left, it) // durations are told in days
			return
		}
		if g := k.undatedGroup(); g >= 0 {
			s.groups[g].bucket = plan.Bucket(it.word) // by engage date, monthly
			return
		}
		if (s.asked == "which" || s.rank != nil) && s.target.zero() {
			s.target = noun{bucket: plan.Bucket(it.word), at: it.from}
			return
		}
		n, took := k.nounAt(0)
		k.i += took - 1
		s.groups = append(s.groups, n)
	case "since":
		if it.word != "until" || !s.howlong || k.peek(1) != "object" {
			s.left = append(s.left, it) // how long it takes until a deal is won
		}
	case "times":
		s.left = append(s.left, it)
	case "quantity":
		if !k.nothing(it) {
			s.left = append(s.left, it)
		}
	case "lack", "not":
		if it.kind == "lack" && !(strings.HasPrefix(k.r.toks[it.from].fold, "no") && k.r.toks[it.from].fold != "no") {
			s.left = append(s.left, it)
			return
		}
		if k.peek(1) == "object" && k.items[k.i+1].word == "verb" {
			o := k.items[k.i+1]
			s.absent = append(s.absent, item{sense: sense{kind: "absent", object: o.object}, from: it.from, to: o.to})
			k.i++
			return
		}
		if k.peek(1) == "dateverb" && k.peek(2) == "object" && k.items[k.i+1].object == k.items[k.i+2].object {
			o := k.items[k.i+2]
			s.absent = append(s.absent, item{sense: sense{kind: "absent", object: o.object}, from: it.from, to: o.to})
			k.i += 2 // never opened a ticket
			return
		}
		if k.peek(1) == "object" && k.peek(2) == "" && k.peek(-1) == "and" && s.notAbout == "" {
			s.notAbout = k.items[k.i+1].object // people, not deals
			k.i++
			return
		}
		if k.peek(1) == "earn" {
			s.never = &k.items[k.i+1]
			k.i++
			return
		}
		s.left = append(s.left, it)
	case "number":
		if s.rank != nil && s.rank.n == 0 && it.number.unit == "" && it.number.n.IsInteger() {
			s.rank.n = int(it.number.n.IntPart())
			return
		}
		if it.number.unit == "" && it.number.n.IsInteger() && it.number.n.IsPositive() && it.number.n.LessThan(decimalOf(1000)) {
			if k.peek(1) == "super" {
				return // super takes it
			}
			if (k.peek(1) == "object" || k.peek(1) == "field" || k.peek(1) == "bucket") && s.number == 0 && s.rank == nil {
				s.number = int(it.number.n.IntPart())
				return
			}
		}
		s.left = append(s.left, it)
	default:
		s.left = append(s.left, it)
	}
}

func (k *sketcher) chart(it item) {
	switch it.word {
	case "bar":
		k.s.chart = plan.Bar
	case "line":
		k.s.chart = plan.Line
	case "column":
		k.s.chart = plan.Columns
	case "table":
		k.s.chart = plan.Table
	default:
		if k.s.chart == "" {
			k.s.chart = chartAsked
		}
	}
}

// chartAsked marks a question that wants a drawing and leaves its kind to the shape of the answer.
const chartAsked plan.Chart = "any"

func (k *sketcher) count(it item) {
	s := k.s
	if k.peek(1) == "people" {
		s.people = true
		k.i++
		return
	}
	if it.word != "ask" && k.measuresNext() {
		s.tallied = true // count and total of overdue invoices
		return
	}
	j := 1
	for k.peek(j) == "distinct" || k.peek(j) == "agg" && k.items[k.i+j].word == "sum" {
		s.distinct = s.distinct || k.peek(j) == "distinct"
		j++
	}
	if k.peek(j) == "metric" && j == 1 && it.word == "ask" && k.items[k.i+j].metric.Kind == "sum-amount" && k.r.toks[k.items[k.i+j].from].norm != "sale" {
		return // how many revenue
	}
	n, took := k.nounAt(j)
	if k.peek(j) == "metric" && k.items[k.i+j].metric.Kind == "sum-amount" && k.r.toks[k.items[k.i+j].from].norm == "sale" {
		// How many sales: of what was won.
		m := k.items[k.i+j]
		n, took = noun{object: m.object, at: m.from}, 1
		s.sales = &m
	}
	if took == 0 || n.bucket != "" {
		if s.rank != nil && s.rank.of != nil && it.word == "ask" {
			return // the account with the fewest deals has how many: the number is shown anyway
		}
		if len(s.bars) > 0 && it.word == "count" && slices.Contains([]string{"with", "and", "their", "incl", "including"}, k.r.beforeThe(it.from)) {
			return // with the count: what is compared is shown anyway
		}
		apart := it.from > 0 && slices.Contains([]string{",", "-", "–"}, k.r.toks[it.from-1].fold) && k.i == len(k.items)-1
		if (it.word == "just" || apart && it.word == "ask") && !s.target.zero() && s.counted == nil && s.target.field == "" {
			t := s.target // just the number, please
			s.counted, s.target, s.asked = &t, noun{}, ""
			return
		}
		if s.asked != "" || len(s.gauges) > 0 || s.counted != nil && s.counted.object != "" && it.word == "ask" || took > 0 && n.bucket == plan.Day && n.plural && it.word != "ask" {
			s.left = append(s.left, it) // two numbers in one question, or how long it is
			return
		}
		if s.asked == "" && s.target.object != "" && s.target.field == "" && s.counted == nil {
			t := s.target // deals won in May, how many
			s.counted, s.target = &t, noun{}
			return
		}
		s.counted = &noun{at: it.from}
		return
	}
	k.i += took + j - 1
	if s.rank != nil && s.rank.of == nil && !s.target.zero() || s.counted != nil || s.agg != "" || len(s.gauges) > 0 {
		g := k.countOf(n)
		k.assign(g)
		return
	}
	s.counted = &n
}

// countOf measures how many of a thing: records of an object, different values of a field, the sum of a number.
func (k *sketcher) countOf(n noun) gauge {
	switch {
	case n.field == "":
		return gauge{fn: plan.Count, object: n.object}
	case k.isNumeric(n):
		return gauge{fn: plan.Sum, object: n.object, field: n.field}
	}
	return gauge{fn: plan.Distinct, object: n.object, field: n.field}
}

// assign gives a measure to what waits for one: a superlative, else the question.
func (k *sketcher) assign(g gauge) {
	if r := k.s.rank; r != nil && r.of == nil && r.flavour != "rank" && len(k.s.gauges) == 0 {
		r.of = &g
		return
	}
	k.s.gauges = append(k.s.gauges, g)
}

func (k *sketcher) agg(it item) {
	s := k.s
	fn := aggs[it.word]
	s.summed = s.summed || fn == plan.Sum && k.joined() && k.r.toks[it.from].fold != "in"
	j := 1
	for k.peek(j) == "agg" && k.items[k.i+j].word == it.word {
		j++
	}
	if fn == plan.Mean && k.peek(j) == "bucket" && k.averageOf(j) {
		return
	}
	if k.aggsOf(fn, j) {
		return
	}
	switch k.peek(j) {
	case "metric":
		m := k.items[k.i+j]
		g := gauge{fn: fn, metric: m.metric, object: m.object, from: m.from, to: m.to}
		s.gauges = append(s.gauges, g)
		k.i += j
	case "field", "object":
		n, took := k.nounAt(j)
		dated := (fn == plan.Min || fn == plan.Max) && k.temporal(sense{object: n.object, field: n.field})
		if n.field != "" && (k.isNumeric(n) || dated) {
			s.gauges = append(s.gauges, gauge{fn: fn, object: n.object, field: n.field})
			k.i += took + j - 1
			return
		}
		if f := k.amount(n); f != "" && fn == plan.Sum && (n.verb || k.r.sumOf(it)) && len(s.gauges) == 0 {
			s.gauges = append(s.gauges, gauge{fn: fn, object: n.object, field: f})
			k.i += took + j - 1
			return
		}
		if n.field == "" && fn == plan.Sum {
			// total deals: how many
			if s.counted == nil && len(s.gauges) == 0 {
				s.counted = &n
				k.i += took + j - 1
				return
			}
		}
		if f := k.amount(n); f != "" && (fn == plan.Mean || fn == plan.Median) && !n.plural && len(s.gauges) == 0 && s.counted == nil && s.rank == nil && !s.howlong && !slices.Contains([]string{"on", "in"}, k.r.toks[it.from].fold) && !slices.Contains([]string{"field", "metric", "howlong", "take", "count", "diff"}, k.peek(j+took)) {
			s.gauges = append(s.gauges, gauge{fn: fn, object: n.object, field: f}) // the average won deal
			k.i += took + j - 1
			return
		}
		s.agg = fn
		k.i += j - 1
	default:
		s.agg = fn
		k.i += j - 1
	}
}

// workplace tells whether what begins at a token is where somebody is: at Acme, works for Acme.
func (r *reader) workplace(i int) bool {
	return i > 0 && r.toks[i-1].fold == "at" || i > 1 && r.toks[i-1].fold == "for" && strings.HasPrefix(r.toks[i-2].fold, "work")
}

// amount is the field that says what records of an object are worth.
func (k *sketcher) amount(n noun) string {
	o, _ := k.r.schema.Object(n.object)
	f, ok := o.Role(crm.RoleAmount)
	if !ok || n.field != "" {
		return ""
	}
	return f.Name
}

// sumOf tells the sum of records, which is of what they are worth, from a total that only counts: total deals.
func (r *reader) sumOf(it item) bool {
	return strings.HasPrefix(r.toks[it.from].fold, "sum") || r.toks[it.to-1].fold == "of" || it.to < len(r.toks) && r.toks[it.to].fold == "of"
}
