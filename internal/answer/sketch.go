package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// noun is a thing of the schema that a question speaks of: an object, a field, or a width of dates.
type noun struct {
	object, field string
	bucket        plan.Bucket
	verb          bool // said by a verb: who manages, which cost
	at            int  // token, for order
	plural        bool // as it was written
}

func (n noun) zero() bool { return n.object == "" && n.bucket == "" }

// gauge is what a question measures, before it is known from which records.
type gauge struct {
	fn     plan.Fn // of a field or a count
	metric *metric
	object string // of the count, of the metric, of the field
	field  string
	date   bool   // the date of the records, for first and last
	minus  string // the date that days are counted from, up to field
	kind   *item  // of a count: the set of values that the records have, such as won
	over   *item  // of such a count: those it is divided by
	per    *noun

	from, to int // tokens of the metric
}

// ranking is a superlative.
type ranking struct {
	desc    bool
	flavour string // count, rank, good, value, size, long, date, price
	n       int
	of      *gauge
	behind  bool // a preposition stands before it
	at      int  // token
	several bool // what it ranks stands right behind it, in the plural
}

// bar is a comparison with a measure: more than 200 deals.
type bar struct {
	gauge gauge
	cond  item
}

// sketch is what one reading of the question asks for, in its own order, before the schema's links are walked.
type sketch struct {
	asked    string // which, who, list, when, where, ""
	target   noun
	counted  *noun
	distinct bool
	gauges   []gauge
	groups   []noun
	order    *gauge
	orderDir string // asc, desc
	rank     *ranking
	bars     []bar
	sets     []item
	compared []item
	dated    []item
	absent   []item
	standing []item
	liked    []item // texts that hold or begin with something
	periods  []item
	mentions []noun
	dateverb noun
	earn     *item
	chart    plan.Chart
	trend    plan.Bucket

	people, together                                                   bool  // how many people; all taken as one
	folk                                                               *item // people named
	shareAt                                                            int   // token
	number                                                             int   // a number before a noun: the 3 sectors with ...
	howmuch, howlong, took, share, diff, more, than, perform, each, vs bool
	worth                                                              bool
	change                                                             plan.Step
	agg                                                                plan.Fn // an aggregate that stands alone
	notAbout                                                           string  // an object that is not meant

	yesNo     bool  // it begins like a question of yes or no
	sales     *item // how many sales
	against   []item
	fromTo    *item  // days from one date to another
	averaged  bool   // the average over periods
	orderGood bool   // the order is best or worst first
	per       int    // the group, from 1, that per asked for
	popular   bool   // by how often something happened to it
	aged      bool   // oldest or youngest
	breakdown bool   // the rows of a field are asked for with how many each has
	counts    bool   // wins or losses are spoken of
	nth       int    // the second best
	shareOf   bool   // the part of a share stands before it
	also      bool   // and stands between what is asked for
	summed    bool   // a total is asked for beside what stands before it
	never     *item  // never sold, never bought
	tallied   bool   // their number is asked for beside a measure of them
	ratio     bool   // of two kinds of records
	old       *item  // how old
	versus    bool   // vs stands between what is not of one field
	terse     bool   // it is values and a noun for what became of records, with no other words: east wins nov 2017
	left      []item // what no phrase accounts for
	toks      []token
}

// word is a token as it is compared, "" beyond the question's ends.
func (s *sketch) word(i int) string {
	if i < 0 || i >= len(s.toks) {
		return ""
	}
	return s.toks[i].fold
}

// whole tells whether every word found its place.
func (s *sketch) whole() bool { return len(s.left) == 0 && s.number == 0 }

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

// nounAt reads an object, a field, an object with its field, or a width of dates; it tells how many items it took.
func (k *sketcher) nounAt(n int) (noun, int) {
	out, took := k.bareNounAt(n)
	if took > 0 {
		last := k.r.toks[k.items[k.i+n+took-1].to-1]
		out.plural = last.fold != last.norm
	}
	return out, took
}

func (k *sketcher) bareNounAt(n int) (noun, int) {
	if k.i+n >= len(k.items) {
		return noun{}, 0
	}
	it := k.items[k.i+n]
	switch it.kind {
	case "people":
		if n > 0 && (k.items[k.i+n-1].kind == "each" || k.items[k.i+n-1].kind == "by") && k.r.lex.team != "" {
			k.r.score += 0.3 // each person is one of us before they are a customer's
			return noun{object: k.r.lex.team, at: it.from}, 1
		}
	case "child":
		child := item{sense: sense{kind: "absent", object: it.object, field: it.field}, from: it.from, to: it.to, neg: true}
		if it.from > 0 && slices.Contains([]string{"with", "have", "has", "having", "any"}, k.r.toks[it.from-1].fold) && k.r.toks[it.to-1].fold != "of" {
			child.word = "children"
		}
		k.s.absent = append(k.s.absent, child)
		return noun{object: it.object, at: it.from}, 1
	case "object":
		if f := k.i + n + 1; f < len(k.items) && k.items[f].kind == "field" && k.items[f].object == it.object && !k.items[f].after && !k.isFlag(k.items[f].sense) && it.word != "verb" && k.items[f].from-it.to <= 1 && !k.temporal(k.items[f].sense) {
			k.r.score += 0.2
			return noun{object: it.object, field: k.items[f].field, at: it.from}, 2
		}
		return noun{object: it.object, at: it.from, verb: it.word == "verb"}, 1
	case "field":
		return noun{object: it.object, field: it.field, at: it.from}, 1
	case "bucket":
		if f := k.i + n + 1; f < len(k.items) && k.items[f].kind == "field" && k.items[f].after && k.temporal(k.items[f].sense) {
			return noun{bucket: plan.Bucket(it.word), object: k.items[f].object, field: k.items[f].field, at: it.from}, 2
		}
		return noun{bucket: plan.Bucket(it.word), at: it.from}, 1
	}
	return noun{}, 0
}

func (k *sketcher) isFlag(s sense) bool { return k.r.lex.fieldOf(s).ValueType() == crm.Bool }

func (k *sketcher) temporal(s sense) bool {
	o, _ := k.r.schema.Object(s.object)
	f, ok := o.Field(s.field)
	return ok && f.ValueType().Temporal()
}

func (k *sketcher) asked(it item) {
	n, took := k.nounAt(1)
	switch k.peek(1) {
	case "distinct":
		n, took = k.nounAt(2)
		took++
	case "number":
		if q := k.items[k.i+1].number; q.unit == "" && q.n.IsInteger() && q.n.IsPositive() && q.n.LessThan(decimalOf(1000)) {
			if n, took = k.nounAt(2); took > 0 {
				k.s.number = int(q.n.IntPart()) // which three sectors
				took++
			}
		}
	}
	if took <= 0 || n.zero() {
		return
	}
	if k.isNumeric(n) && it.kind == "which" {
		// What revenue, what price: the value is asked for, not a list of what there is.
		k.s.mentions = append(k.s.mentions, n)
		k.i += took
		return
	}
	k.s.target = n
	k.i += took
}

func (k *sketcher) isNumeric(n noun) bool {
	return n.field != "" && k.r.numeric(sense{object: n.object, field: n.field})
}

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

func (k *sketcher) mention(it item) {
	n, took := k.nounAt(0)
	if it.kind == "verb" {
		n, took = noun{object: it.object, field: it.field, at: it.from, verb: true}, 1
	}
	s := k.s
	if it.kind != "verb" && k.besides(n) {
		k.i += took - 1
		return
	}
	k.i += took - 1
	head := slices.IndexFunc(s.sets, func(set item) bool {
		return set.to < n.at && set.object != n.object && slices.Contains([]string{"that", "who", "which"}, k.r.toks[set.to].fold)
	})
	switch {
	case head >= 0 && s.asked == "list" && s.target.zero() && s.counted == nil && len(s.gauges) == 0 && n.field == "":
		s.target = noun{object: s.sets[head].object, at: s.sets[head].from} // directors that work for companies are no companies
		s.mentions = append(s.mentions, n)
	case s.agg != "" && k.isNumeric(n) && len(s.gauges) == 0 && s.counted == nil:
		s.gauges = append(s.gauges, gauge{fn: s.agg, object: n.object, field: n.field})
		s.agg = ""
	case !it.after && (s.asked == "list" || s.asked == "") && s.target.zero() && s.counted == nil && len(s.gauges) == 0 && it.kind != "verb" && !k.isNumeric(n):
		s.target = n
	default:
		s.mentions = append(s.mentions, n)
	}
}
