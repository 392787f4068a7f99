package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

func makeRange(_ *reader, m []item) ([]item, bool) {
	n := pick(m, "number")
	out := joined("cond", m)
	a, b := n[0].number, n[1].number
	if b.scale > 1 && a.scale <= 1 && a.n.Mul(decimalOf(b.scale)).LessThan(b.n) && a.n.LessThan(decimalOf(1000)) {
		a.n = a.n.Mul(decimalOf(b.scale)) // between 5 and 10k
	}
	out.op, out.numbers = crm.Between, []quantity{a, b}
	return []item{unitOf(out, m)}, true
}

var cmpOps = map[string]crm.Op{"more": crm.More, "at_least": crm.AtLeast, "less": crm.Less, "older": crm.More, "younger": crm.Less, "at_most": crm.AtMost, "is": crm.Is}

func makeCond(_ *reader, m []item) ([]item, bool) {
	out := joined("cond", m)
	out.numbers = []quantity{pick(m, "number")[0].number}
	for _, it := range pick(m, "cmp", "postcmp") {
		out.op, out.word = cmpOps[it.word], it.word
		if out.word == "older" || out.word == "younger" {
			days := len(pick(m, "unit")) > 0
			return []item{unitOf(out, m)}, days
		}
	}
	return []item{unitOf(out, m)}, true
}

// unitOf turns weeks, months and years into days.
func unitOf(out item, m []item) item {
	for _, u := range pick(m, "unit") {
		days := map[string]int64{"day": 1, "week": 7, "month": 30, "year": 365}[u.word]
		for i := range out.numbers {
			out.numbers[i].n = out.numbers[i].n.Mul(decimalOf(days))
			out.numbers[i].unit = "day"
		}
	}
	return out
}

// makeSoonAfter reads within a week of opening it as how long it took, where that is the date with which records begin.
func makeSoonAfter(r *reader, m []item) ([]item, bool) {
	cond, verb := m[0], pick(m, "dateverb")[0]
	how := r.word(verb.from - 1)
	f := r.lex.fieldOf(verb.sense)
	o, _ := r.schema.Object(verb.object)
	if cond.numbers[0].unit != "day" || !oneOf(how, "of", "after", "from", "being") || f.Role != crm.RoleStarted {
		return nil, false
	}
	if last := m[len(m)-1]; last.kind == "object" {
		way, linked := r.lex.routes[o.Name][last.object]
		if last.object != o.Name && (!linked || way.ways > 1) {
			return nil, false
		}
	}
	out := joined("compared", m)
	out.op, out.numbers, out.parts = cond.op, cond.numbers, []item{{sense: sense{kind: "howlong"}}}
	return []item{out}, true
}

// makeDifference reads one figure of a record less another, which may stand a link away.
func makeDifference(r *reader, m []item) ([]item, bool) {
	f := pick(m, "field")
	if len(f) != 2 || !r.lex.isFigure(f[0].sense.noun()) || !r.lex.isFigure(f[1].sense.noun()) {
		return nil, false
	}
	a, b := f[0], f[1]
	root := a.object
	way := func(s sense) (string, bool) {
		w, ok := r.lex.routes[root][s.object]
		return string(w.path.Then(s.field)), ok && w.ways < 2
	}
	if _, ok := way(b.sense); !ok {
		root = b.object
	}
	more, okA := way(a.sense)
	less, okB := way(b.sense)
	price := func(s sense) bool { return s.object == root || r.lex.fieldOf(s).Role == crm.RoleUnitPrice }
	if !okA || !okB || more == less || !price(a.sense) || !price(b.sense) {
		return nil, false
	}
	out := joined("fromto", m)
	out.object, out.field, out.word = root, more, less
	return []item{out}, true
}

// makeByEarned reads by what we sold as by the measure that the verb means.
func makeByEarned(_ *reader, m []item) ([]item, bool) {
	earned := m[len(m)-1]
	earned.kind = "metric"
	return []item{m[0], earned}, true
}

// makeOfTheTime reads those that we win more than 70% of the time by their win rate.
func makeOfTheTime(r *reader, m []item) ([]item, bool) {
	set, cond := m[0], m[1]
	stage, ok := r.lex.stageOf(set.object)
	if !ok || set.field != stage || set.neg || cond.numbers[0].unit != "%" || !r.ofTheTime(cond.to) && !r.ofTheClosed(set, m[2:]) {
		return nil, false
	}
	for _, senses := range [][]sense{r.lex.entries["win rate"], r.lex.entries["loss rate"]} {
		for _, s := range senses {
			o, _ := r.schema.Object(s.object)
			f, _ := o.Role(crm.RoleStage)
			if s.kind != "metric" || s.object != set.object || !slices.Equal(sorted(set.values), sorted(outcomeValues(f, s.metric.Outcome))) {
				continue
			}
			out := joined("compared", m)
			out.op, out.numbers, out.parts = cond.op, cond.numbers, []item{{sense: s, from: set.from, to: set.to}}
			return []item{out}, true
		}
	}
	return nil, false
}

func makeCompared(r *reader, m []item) ([]item, bool) {
	if noun, cond := m[0], m[len(m)-1]; noun.kind == "field" && r.calls(noun.object, noun.to) && r.calls("", cond.to) {
		return nil, false // guests with more than 10 reservations are those who have so many
	}
	return r.compared(m[0], m[len(m)-1], m)
}

// calls tells whether the word before a token, or with no object given behind it, is what records are called: records other
// than those of the object.
func (r *reader) calls(but string, at int) bool {
	if but != "" {
		at--
	}
	return at >= 0 && at < len(r.toks) && slices.ContainsFunc(r.lex.entries[r.toks[at].norm], func(s sense) bool {
		return s.kind == "object" && s.object != but && s.score >= 0.85
	})
}

func makeAggregateCompared(r *reader, m []item) ([]item, bool) {
	noun := pick(m, "field", "metric")[0]
	out, ok := r.compared(noun, m[len(m)-1], m)
	if ok {
		out[0].parts[0].fn = aggs[m[0].word]
	}
	return out, ok
}

func makeCountCompared(r *reader, m []item) ([]item, bool) {
	first := !slices.ContainsFunc(r.toks[:m[0].from], func(t token) bool {
		return !slices.ContainsFunc(r.lex.closed.senses[t.norm], func(s sense) bool { return oneOf(s.kind, "fill", "list", "which", "agg") })
	})
	if first {
		return nil, false // the number of deals over 5,000 counts those that are worth more
	}
	cond, noun := m[len(m)-1], m[1]
	cond.from = noun.from
	return []item{cond, noun}, m[0].word != "ask" && cond.numbers[0].unit == ""
}

// makeAgainst compares a number of the record with another: more than the list price. What is compared is the field
// before it, else what the record is worth.
func makeAgainst(r *reader, m []item) ([]item, bool) {
	other := m[len(m)-1]
	if !r.lex.isFigure(other.sense.noun()) || m[0].kind == "field" && !r.lex.isFigure(m[0].sense.noun()) {
		return nil, false
	}
	out := joined("against", m)
	out.op = cmpOps[pick(m, "cmp")[0].word]
	if m[0].kind == "earn" {
		o, _ := r.schema.Object(m[0].object)
		stage, ok := o.Role(crm.RoleStage)
		out.parts = []item{other}
		set := item{sense: sense{kind: "set", object: o.Name, field: stage.Name, values: outcomeValues(stage, m[0].metric.Outcome)}, from: m[0].from, to: m[0].to}
		return []item{out, set}, ok && out.op != "" && m[0].metric.Kind == "sum-amount" && other.object != o.Name // sold for more than the list price
	}
	if of := pick(m, "object"); len(of) > 0 && of[0].object != other.object {
		return nil, false
	}
	out.parts = []item{other}
	if m[0].kind == "field" && (m[0].object != other.object || m[0].field != other.field) {
		out.parts = append(out.parts, m[0]) // at a price above the list price is what it was sold for
	}
	return []item{out}, out.op != ""
}

var dateOps = map[string]crm.Op{"after": crm.More, "before": crm.Less, "since": crm.AtLeast, "until": crm.AtMost}

// makeDateAgainst compares two dates of one record: returned after the due date.
func makeDateAgainst(r *reader, m []item) ([]item, bool) {
	own, other, how := m[0], m[len(m)-1], pick(m, "since")[0].word
	if own.object != other.object || own.field == other.field || !r.lex.isDate(own.sense.noun()) || !r.lex.isDate(other.sense.noun()) {
		return nil, false
	}
	out := joined("against", m)
	out.op = dateOps[how]
	out.parts = []item{other, own}
	return []item{out}, out.op != ""
}

func makeComparedAfter(r *reader, m []item) ([]item, bool) {
	noun := m[len(m)-1]
	if noun.kind == "field" && !r.lex.isFigure(noun.sense.noun()) || slices.ContainsFunc(m[1:len(m)-1], func(it item) bool { return strings.HasPrefix(r.toks[it.from].fold, "with") }) {
		return nil, false // over 5000 with freight: each is said of its own
	}
	return r.compared(noun, m[0], m)
}

// compared puts a comparison to what it compares. A bare number's unit must fit: days for durations only.
func (r *reader) compared(noun, cond item, m []item) ([]item, bool) {
	out := joined("compared", m)
	out.op, out.numbers = cond.op, cond.numbers
	days := cond.numbers[0].unit == "day"
	switch noun.kind {
	case "field", "verb":
		if !r.lex.isFigure(noun.sense.noun()) || days && !inDays(r.lex.fieldOf(noun.sense)) {
			return nil, false
		}
		if !r.unitsFit(noun, cond) {
			return []item{joined("misfit", m)}, true
		}
	case "worth":
		if days {
			return nil, false
		}
	case "metric":
		duration := noun.metric.Kind == "cycle" || noun.metric.Kind == "age"
		if days != duration && days {
			return nil, false
		}
		if cond.numbers[0].unit == "%" && noun.metric.Kind != "rate" && noun.metric.Kind != "discount" && !r.steps {
			return []item{joined("misfit", m)}, true
		}
	case "howlong", "take":
		if !days {
			return nil, false
		}
	case "agg":
		return nil, false
	}
	out.parts = []item{noun}
	return []item{out}, true
}

// comparesNothing tells of a word that compares, such as over, under and within, where it stands before nothing that it can
// mean as a preposition either: how many deals are over.
func (r *reader) comparesNothing(it item, behind []item) bool {
	compares := it.to-it.from == 1 && slices.ContainsFunc(r.lex.closed.senses[r.toks[it.from].norm], func(s sense) bool { return s.kind == "cmp" })
	return compares && (len(behind) == 0 || !oneOf(behind[0].kind, "set", "object", "field", "periods", "period", "dated", "by", "each", "prep", "number", "cond", "compared", "bucket", "metric", "like", "child", "verb", "people", "trend"))
}
