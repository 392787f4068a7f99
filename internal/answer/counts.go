package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// count reads a word for a number, and what is counted.
func (k *sketcher) count(it item) {
	s := k.s
	if k.numbersOfThings(it) {
		s.leave(it)
		return
	}
	if k.peek(1) == "people" {
		s.people = true
		k.i++
		return
	}
	if k.ownNumber(it) {
		return
	}
	if it.word != "ask" && k.measuresNext() {
		s.tallied = true // count and total of overdue invoices
		return
	}
	j := 1
	for k.peek(j) == "distinct" || k.peek(j) == "agg" && k.at(j).word == "sum" {
		s.distinct = s.distinct || k.peek(j) == "distinct"
		j++
	}
	sum := k.peek(j) == "metric" && k.at(j).metric.Kind == "sum-amount"
	sale := sum && k.r.toks[k.at(j).from].norm == "sale"
	if sum && !sale && j == 1 && it.word == "ask" {
		return // how many revenue
	}
	n, took := k.nounAt(j)
	if took > 0 && it.word == "ask" && n.field != "" && k.deedBetween(it.to, n.at) {
		n, took = noun{}, 0 // how many flats do we manage: the flats are counted
	}
	if sale {
		m := k.at(j) // how many sales: of what was won
		n, took = noun{object: m.object, at: m.from}, 1
		s.sales = &m
	}
	if took == 0 || n.bucket != "" {
		k.countBefore(it, n)
		return
	}
	if child := k.at(j); child.kind == "child" && (s.target.object == n.object || oneOf(k.r.word(child.from-1), "their", "its", "his", "her")) {
		s.leave(it) // how many each of them has
	}
	k.i += took + j - 1
	if s.rank != nil && s.rank.of == nil && !s.target.zero() || s.counted != nil || s.agg != "" || len(s.gauges) > 0 {
		k.assign(k.r.lex.countOf(n))
		return
	}
	s.counted = &n
}

// countBefore counts what stands before the word for a number, where nothing behind it can be counted.
func (k *sketcher) countBefore(it item, behind noun) {
	s, t, ask := k.s, k.s.target, it.word == "ask"
	apart := oneOf(k.r.word(it.from-1), ",", "-", "–") && k.i == len(k.items)-1
	taken := s.asked != "" || len(s.gauges) > 0 || s.counted != nil && s.counted.object != "" && ask
	switch {
	case s.rank != nil && s.rank.of != nil && ask: // the account with the fewest deals has how many: the number is shown anyway
	case len(s.bars) > 0 && it.word == "count" && oneOf(k.r.beforeThe(it.from), "with", "and", "their", "incl", "including"):
		// with the count: what is compared is shown anyway
	case (it.word == "just" || apart && ask) && !t.zero() && t.field == "" && s.counted == nil:
		s.counted, s.target, s.asked = &t, noun{}, "" // just the number, please
	case taken || behind.bucket == plan.Day && behind.plural && !ask:
		s.leave(it) // two numbers in one question, or how long it is
	case t.object != "" && t.field == "" && s.counted == nil:
		s.counted, s.target = &t, noun{} // deals won in May, how many
	default:
		s.counted = &noun{at: it.from}
	}
}

// deedBetween tells whether a verb begins between two tokens: do, did, are.
func (k *sketcher) deedBetween(from, to int) bool {
	return slices.ContainsFunc(k.r.toks[from:max(from, to)], func(t token) bool {
		return oneOf(t.fold, "do", "does", "did", "are", "is", "was", "were", "have", "has")
	})
}

// assign gives a measure to what waits for one: a superlative, else the question.
func (k *sketcher) assign(g gauge) {
	if r := k.s.rank; r != nil && r.of == nil && r.flavour != "rank" && len(k.s.gauges) == 0 {
		r.of = &g
		return
	}
	k.s.gauges = append(k.s.gauges, g)
}

// agg reads an aggregate with what it is of, or keeps it for what the rest of the question measures.
func (k *sketcher) agg(it item) {
	s := k.s
	fn := aggs[it.word]
	if k.figureBefore(fn) {
		return
	}
	s.summed = s.summed || fn == plan.Sum && k.joined() && k.r.toks[it.from].fold != "in"
	j := 1
	for k.peek(j) == "agg" && k.at(j).word == it.word {
		j++
	}
	if fn == plan.Mean && k.peek(j) == "bucket" && k.averageOf(j) {
		return
	}
	if fn == plan.Mean && k.peek(j) == "bucket" && k.peek(j+1) == "field" && strings.HasSuffix(k.r.toks[k.at(j).from].fold, "ly") && k.at(j).to == k.at(j+1).from {
		s.leave(k.at(j)) // a weekly rating is no sum of ratings
		return
	}
	if k.aggsOf(fn, j) {
		return
	}
	switch k.peek(j) {
	case "metric":
		m := k.at(j)
		s.gauges = append(s.gauges, gauge{fn: fn, metric: m.metric, object: m.object, from: m.from, to: m.to})
		k.i += j
		return
	case "field", "object":
		if n, took := k.nounAt(j); k.aggOf(it, fn, n, k.peek(j+took)) {
			k.i += took + j - 1
			return
		}
	}
	s.agg = fn
	k.i += j - 1
}

// aggOf reads an aggregate of a figure or a date, of what records are worth, or a total that counts them.
func (k *sketcher) aggOf(it item, fn plan.Fn, n noun, next string) bool {
	s := k.s
	field := k.amount(n)
	alone := len(s.gauges) == 0 && s.counted == nil
	mean := fn == plan.Mean || fn == plan.Median
	switch {
	case n.field != "" && (k.r.lex.isFigure(n) || (fn == plan.Min || fn == plan.Max) && k.r.lex.isDate(n)):
		field = n.field
	case field != "" && fn == plan.Sum && (n.verb || k.r.sumOf(it)) && len(s.gauges) == 0:
	case n.field == "" && fn == plan.Sum && alone && k.totalsState(it):
		return false // the total outstanding on invoices is money
	case n.field == "" && fn == plan.Sum && alone:
		s.counted = &n // total deals: how many
		return true
	case field != "" && mean && alone && !n.plural && s.rank == nil && !s.howlong && !oneOf(k.r.toks[it.from].fold, "on", "in") &&
		!oneOf(next, "field", "metric", "howlong", "take", "count", "diff"): // the average won deal
	default:
		return false
	}
	s.gauges = append(s.gauges, gauge{fn: fn, object: n.object, field: field})
	return true
}

// totalsState tells of a total right before what became of records, which are named only behind a preposition.
func (k *sketcher) totalsState(total item) bool {
	return slices.ContainsFunc(k.s.sets, func(set item) bool {
		stage, ok := k.r.lex.stageOf(set.object)
		return ok && set.field == stage && set.from == total.to && !set.adjective && slices.ContainsFunc(k.r.lex.closed.senses[k.r.word(set.to)], func(s sense) bool { return s.kind == "prep" })
	})
}

// figureBefore reads an aggregate right behind the figure that it is of: the quote total of completed events.
func (k *sketcher) figureBefore(fn plan.Fn) bool {
	s := k.s
	last := len(s.mentions) - 1
	if fn != plan.Sum && fn != plan.Mean || k.peek(-1) != "field" || k.peek(1) == "and" || last < 0 || s.agg != "" || len(s.gauges) > 0 || s.counted != nil || s.rank != nil {
		return false
	}
	f, m := k.at(-1), s.mentions[last]
	if m.at != f.from || f.to != k.items[k.i].from || !k.r.lex.isFigure(m) {
		return false
	}
	s.gauges = append(s.gauges, gauge{fn: fn, object: m.object, field: m.field})
	s.mentions = s.mentions[:last]
	return true
}

// workplace tells whether what begins at a token is where somebody is: at Acme, works for Acme.
func (r *reader) workplace(i int) bool {
	return r.word(i-1) == "at" || i > 1 && r.toks[i-1].fold == "for" && strings.HasPrefix(r.toks[i-2].fold, "work")
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
	return strings.HasPrefix(r.toks[it.from].fold, "sum") || r.toks[it.to-1].fold == "of" || r.word(it.to) == "of"
}
