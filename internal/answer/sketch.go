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

// at is the item that stands so many further on, which must be there.
func (k *sketcher) at(n int) item { return k.items[k.i+n] }

func (k *sketcher) run() {
	k.s.requests = k.requests()
	for k.i = 0; k.i < len(k.items); k.i++ {
		it := k.items[k.i]
		if read, ok := frame[it.kind]; ok {
			read(k, it)
		} else {
			k.s.leave(it)
		}
	}
}

// frame says what each kind of word that stands where it is said makes of the sketch. What it does not name is left over.
var frame = map[string]func(*sketcher, item){
	"list":  (*sketcher).list,
	"which": (*sketcher).ask, "who": (*sketcher).ask, "when": (*sketcher).ask, "where": (*sketcher).ask,
	"count": (*sketcher).count, "number": (*sketcher).number, "quantity": (*sketcher).quantity,
	"object": (*sketcher).thing, "field": (*sketcher).thing, "verb": (*sketcher).thing, "child": (*sketcher).thing,
	"people": func(k *sketcher, it item) { k.s.folk = &it },

	"agg": (*sketcher).agg, "metric": (*sketcher).metric, "earn": (*sketcher).earn, "howmuch": (*sketcher).howmuch,
	"perform":  func(k *sketcher, _ item) { k.s.perform = true },
	"together": func(k *sketcher, _ item) { k.s.together = true },

	"by": (*sketcher).by, "each": (*sketcher).by, "bucket": (*sketcher).bucket,
	"trend": func(k *sketcher, _ item) { k.s.trend = plan.Month },

	"cond": (*sketcher).cond, "lack": (*sketcher).deny, "not": (*sketcher).deny, "vague": (*sketcher).vague,

	"dateverb": (*sketcher).dateverb, "since": (*sketcher).until,
	"howlong": (*sketcher).howlong, "take": (*sketcher).take, "ahead": (*sketcher).ahead,
	"fromto": func(k *sketcher, it item) { k.s.fromTo = &it },

	"super": (*sketcher).super, "nth": (*sketcher).nth, "order": (*sketcher).order,

	"and": (*sketcher).join, "compare": (*sketcher).join, "only": (*sketcher).join, "group": (*sketcher).join, "distinct": (*sketcher).join, "sorted": (*sketcher).join, "both": (*sketcher).join,
	"vs": (*sketcher).versus, "diff": (*sketcher).diff, "change": (*sketcher).change, "share": (*sketcher).share, "more": (*sketcher).more,
	"than":  func(k *sketcher, _ item) { k.s.than = true },
	"ratio": func(k *sketcher, _ item) { k.s.ratio = true },

	"chart": (*sketcher).chart,
}

func (k *sketcher) metric(it item) {
	k.s.gauges = append(k.s.gauges, gauge{metric: it.metric, object: it.object, from: it.from, to: it.to})
}

// earn reads what was sold or brought in, unless it is said of ourselves or still to come.
func (k *sketcher) earn(it item) {
	if k.r.ourOwn(it) || k.r.toBe(it.from) || k.infinitive(it) {
		k.s.leave(it)
		return
	}
	k.s.earn = &it
}

func (k *sketcher) nth(it item) {
	if k.s.nth != 0 {
		k.s.leave(it)
		return
	}
	k.s.nth = int(it.word[0] - '0')
}

func (k *sketcher) order(it item) {
	k.s.orderDir = it.word
	k.s.orderGood = oneOf(k.r.toks[it.from].fold, "worst", "best")
}

func (k *sketcher) diff(it item) {
	if k.peek(1) == "distinct" && k.r.toks[it.to-1].fold == "many" {
		k.count(it) // by how many different authors
		return
	}
	k.s.diff = true
}

func (k *sketcher) more(it item) {
	k.s.more = true
	k.s.than = k.s.than || it.to-it.from > 1 // more than
}

func (k *sketcher) versus(it item) {
	if k.peek(-1) == "object" && k.peek(1) == "object" && k.at(-1).word != "count" && k.at(-1).object != k.at(1).object {
		k.s.leave(it) // loans against members
		return
	}
	k.s.vs, k.s.versus = true, true
}

// thing reads a thing of the schema; why asks for the reasons of what became of records.
func (k *sketcher) thing(it item) {
	if it.word == "why" {
		stage, _ := k.r.lex.stageOf(it.object)
		if !slices.ContainsFunc(k.s.sets, func(set item) bool { return set.object == it.object && set.field == stage }) {
			k.s.leave(it)
			return
		}
		k.s.breakdown = true
	}
	k.mention(it)
}

func (k *sketcher) vague(it item) {
	if !k.begun(it) {
		k.s.leave(it)
	}
}

func (k *sketcher) quantity(it item) {
	if !k.nothing(it) {
		k.s.leave(it)
	}
}

// list reads what is to be shown; of a verb that says what somebody does, its doer.
func (k *sketcher) list(it item) {
	s := k.s
	if word := k.r.toks[it.from]; word.norm != "rank" && k.hasDoer(it) || it.to-it.from == 1 && it.from > 0 && word.fold == word.norm+"s" && word.norm != "rank" && word.norm != "list" && word.norm != "show" {
		if word.norm != "see" && word.norm != "view" && word.norm != "saw" {
			s.leave(it) // lines with returns
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
		s.leave(it) // with only one line
		return
	}
	s.distinct = s.distinct || it.kind == "distinct"
	s.also = s.also || it.kind == "and"
	if it.kind == "and" && it.word == "but" && !k.haveBut() && !k.opposes(it) && !((k.peek(-1) == "object" || k.peek(-1) == "cond") && k.peek(1) == "cond") {
		s.leave(it) // it joins phrases, and nothing within one
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
	if s.request(it, "who", "whom", "whose", "when", "where") != nil || it.kind == "which" && k.peek(1) == "share" {
		return // it is asked beside something else; what share of them is no share that is looked for
	}
	if it.kind == "who" && (!s.target.zero() || s.counted != nil) || it.kind == "where" && !s.target.zero() {
		return // reps who ..., accounts where ...
	}
	if k.alsoWhich(it) {
		return
	}
	if it.kind != s.asked && (s.asked == "who" || s.asked == "when" || s.asked == "where") {
		s.leave(it) // two questions in one
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
	if k.peek(1) == "object" && it.word != "worth" && k.at(1).word != "verb" && k.at(1).from == it.to && k.r.toks[it.to].fold != k.r.toks[it.to].norm {
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
		s.leave(it) // the largest part of its deals: of each its own
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
		s.leave(it) // on weekdays is not on weekends
		return
	}
	if k.r.word(it.from-1) == "in" && k.r.toks[it.from].fold != it.word && k.lasts() {
		s.leave(it) // durations are told in days
		return
	}
	if k.r.word(it.from-1) == "a" && k.r.word(it.from-2) == "in" && s.asked == "which" {
		s.leave(it) // what companies earn in a year is no year
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
		s.leave(it)
		return
	}
	one := k.peek(1) == "object" && k.r.toks[it.from].fold == "never" && oneOf(k.r.word(k.at(1).from-1), "a", "an", "any")
	if k.peek(1) == "object" && (k.at(1).word == "verb" || one) {
		o := k.at(1)
		s.absent = append(s.absent, item{sense: sense{kind: "absent", object: o.object}, from: it.from, to: o.to})
		k.i++
		if k.peek(1) == "object" && k.r.word(k.at(1).from-1) == "any" && k.r.reaches(o.object, k.at(1).object) {
			k.i++ // never enrolled in any course
		}
		return
	}
	if k.peek(1) == "dateverb" && k.peek(2) == "object" && k.at(1).object == k.at(2).object {
		o := k.at(2)
		s.absent = append(s.absent, item{sense: sense{kind: "absent", object: o.object}, from: it.from, to: o.to})
		k.i += 2 // never opened a ticket
		return
	}
	if k.peek(1) == "dateverb" && k.peek(2) == "" && it.kind == "not" {
		s.absent = append(s.absent, undone(k.at(1), it.from))
		k.i++
		return
	}
	if k.peek(1) == "object" && k.peek(2) == "" && k.peek(-1) == "and" && s.notAbout == "" {
		s.notAbout = k.at(1).object // people, not deals
		k.i++
		return
	}
	if k.peek(1) == "earn" && !k.r.paysOther(k.at(1), k.items[k.i+2:]) {
		s.never = &k.items[k.i+1]
		k.i++
		return
	}
	s.leave(it)
}

// number reads a number that no comparison took: of the best, or of what stands behind it.
func (k *sketcher) number(it item) {
	s, many := k.s, it.number.howMany()
	switch {
	case s.rank != nil && s.rank.n == 0 && it.number.unit == "" && it.number.n.IsInteger():
		s.rank.n = int(it.number.n.IntPart())
	case many > 0 && k.peek(1) == "super": // super takes it
	case many > 0 && oneOf(k.peek(1), "object", "field", "bucket") && s.number == 0 && s.rank == nil:
		s.number = many
	default:
		s.leave(it)
	}
}

func (k *sketcher) chart(it item) {
	if it.word != "auto" {
		k.s.chart = plan.Chart(it.word)
	} else if k.s.chart == "" {
		k.s.chart = chartAsked
	}
}

// chartAsked marks a question that wants a drawing and leaves its kind to the shape of the answer.
const chartAsked plan.Chart = "any"
