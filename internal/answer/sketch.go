package answer

import (
	"slices"
	"strings"

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

func (k *sketcher) peek(n int) string {
	if k.i+n < 0 || k.i+n >= len(k.items) {
		return ""
	}
	return k.items[k.i+n].kind
}

func (k *sketcher) run() {
	k.s.requests = k.requests()
	for k.i = 0; k.i < len(k.items); k.i++ {
		k.step(k.items[k.i])
	}
}

func (k *sketcher) step(it item) {
	s := k.s
	switch it.kind {
	case "list":
		k.list(it)
	case "and", "compare", "only", "group", "distinct", "sorted", "both":
		k.join(it)
	case "which", "who", "when", "where":
		k.ask(it)
	case "count":
		k.count(it)
	case "agg":
		k.agg(it)
	case "metric":
		s.gauges = append(s.gauges, gauge{metric: it.metric, object: it.object, from: it.from, to: it.to})
	case "earn":
		if k.r.ourOwn(it) || k.r.toBe(it.from) || k.infinitive(it) {
			s.left = append(s.left, it)
			return
		}
		e := it
		s.earn = &e
	case "howmuch":
		k.howmuch(it)
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
	case "ahead":
		if s.ahead != nil {
			s.left = append(s.left, it)
		}
		s.ahead = &it
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
		k.share(it)
	case "diff":
		if k.peek(1) == "distinct" && k.r.toks[it.to-1].fold == "many" {
			k.count(it) // by how many different authors
			return
		}
		s.diff = true
	case "change":
		k.change(it)
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
		if k.infinitive(it) {
			s.left = append(s.left, it)
			return
		}
		if s.dateverb.field != "" && (s.dateverb.field != it.field || s.dateverb.object != it.object) {
			s.left = append(s.left, it) // engaged and closed in March: two dates
			return
		}
		s.dateverb = noun{object: it.object, field: it.field, at: it.from}
	case "bucket":
		k.bucket(it)
	case "vague":
		if !k.begun(it) {
			s.left = append(s.left, it)
		}
	case "since":
		if (it.word == "until" || it.word == "before") && s.howlong && k.peek(1) == "dateverb" && k.i+2 == len(k.items) {
			k.i++ // how long do members keep a book before returning it
			return
		}
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
		k.deny(it)
	case "number":
		k.number(it)
	default:
		s.left = append(s.left, it)
	}
}

// list reads what is to be shown; of a verb that says what somebody does, its doer.
func (k *sketcher) list(it item) {
	s := k.s
	if word := k.r.toks[it.from]; word.norm != "rank" && k.hasDoer(it) || it.to-it.from == 1 && it.from > 0 && word.fold == word.norm+"s" && word.norm != "rank" && word.norm != "list" && word.norm != "show" {
		if word.norm != "see" && word.norm != "view" && word.norm != "saw" {
			s.left = append(s.left, it) // lines with returns
		}
		s.deed = &it
		return
	}
	k.sorts(it)
	if s.asked == "" {
		s.asked = "list"
	}
}

// join reads what joins: and, but, compare, only, different.
func (k *sketcher) join(it item) {
	s := k.s
	if next := k.r.toks[min(it.to, len(k.r.toks)-1)].fold; it.kind == "only" && (k.peek(1) == "number" || next == "one" || next == "a" || next == "an") {
		s.left = append(s.left, it) // with only one line
		return
	}
	s.distinct = s.distinct || it.kind == "distinct"
	s.also = s.also || it.kind == "and"
	if it.kind == "and" && it.word == "but" && !k.haveBut() && !k.opposes(it) && !((k.peek(-1) == "object" || k.peek(-1) == "cond") && k.peek(1) == "cond") {
		s.left = append(s.left, it) // it joins phrases, and nothing within one
	}
	k.sorts(it)
	if it.kind == "compare" {
		s.vs = true
	}
	if it.kind == "and" {
		k.beside(it)
	}
}

// ask reads what the question asks for.
func (k *sketcher) ask(it item) {
	s := k.s
	if s.request(it, "who", "whom", "whose", "when", "where") != nil {
		return // it is asked beside something else
	}
	if it.kind == "who" && (!s.target.zero() || s.counted != nil) || it.kind == "where" && !s.target.zero() {
		return // reps who ..., accounts where ...
	}
	if k.alsoWhich(it) {
		return
	}
	if it.kind != s.asked && (s.asked == "who" || s.asked == "when" || s.asked == "where") {
		s.left = append(s.left, it) // two questions in one
		return
	}
	s.asked = it.kind
	if it.kind == "who" && k.whoIs() {
		s.asked = "which" // who is our contact: which one
		k.asked(item{sense: sense{kind: "which"}})
		return
	}
	if it.kind == "which" {
		k.asked(it)
	}
}

// howmuch reads how much: of a noun behind it, else of what the rest says.
func (k *sketcher) howmuch(it item) {
	s := k.s
	if s.request(it, "much") != nil && s.counted == nil && len(s.gauges) == 0 && !s.tallied && (s.asked != "" || !s.target.zero()) {
		return // it is asked beside the records
	}
	if k.peek(1) == "object" && it.word != "worth" && k.items[k.i+1].word != "verb" && k.items[k.i+1].from == it.to && k.r.toks[it.to].fold != k.r.toks[it.to].norm {
		it.word = "ask"
		k.count(it) // how much deals
		return
	}
	if n, took := k.nounAt(1); took == 1 && k.addsUp(it, n) {
		s.gauges = append(s.gauges, gauge{fn: plan.Sum, object: n.object, field: n.field})
		k.i++
		return
	}
	s.howmuch = true
	if it.word == "worth" {
		s.worth = true
	}
}

// share reads the word for a part, and whether the part stands before it.
func (k *sketcher) share(it item) {
	s := k.s
	if next := k.r.toks[it.to:min(it.to+2, len(k.r.toks))]; slices.ContainsFunc(next, func(t token) bool { return t.fold == "its" || t.fold == "their" }) && !k.r.doneTo(s.sets, it.from) {
		s.left = append(s.left, it) // the largest part of its deals: of each its own
		return
	}
	s.share, s.shareAt = true, it.from
	s.shareOf = it.word == "as" || k.r.word(it.from-1) == "'s" && slices.ContainsFunc(s.sets, func(set item) bool { return set.from > it.from })
}

// change reads how something went from one period to the next.
func (k *sketcher) change(it item) {
	s := k.s
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
}

// bucket reads a width of dates: of a date named before, of what is ranked, else a row for each.
func (k *sketcher) bucket(it item) {
	s := k.s
	if k.spelledOut(k.i) {
		return
	}
	if it.word == string(plan.Weekday) && k.r.word(it.from-1) == "on" {
		s.left = append(s.left, it) // on weekdays is not on weekends
		return
	}
	if k.r.word(it.from-1) == "in" && k.r.toks[it.from].fold != it.word && k.lasts() {
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
}

// deny reads what was not done, and what is not meant.
func (k *sketcher) deny(it item) {
	s := k.s
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
	if k.peek(1) == "dateverb" && k.peek(2) == "" && it.kind == "not" {
		s.absent = append(s.absent, undone(k.items[k.i+1], it.from))
		k.i++
		return
	}
	if k.peek(1) == "object" && k.peek(2) == "" && k.peek(-1) == "and" && s.notAbout == "" {
		s.notAbout = k.items[k.i+1].object // people, not deals
		k.i++
		return
	}
	if k.peek(1) == "earn" && !k.r.paysOther(k.items[k.i+1], k.items[k.i+2:]) {
		s.never = &k.items[k.i+1]
		k.i++
		return
	}
	s.left = append(s.left, it)
}

// number reads a number that no comparison took: of the best, or of what stands behind it.
func (k *sketcher) number(it item) {
	s := k.s
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
