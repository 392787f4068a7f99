package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

func makeAsOf(r *reader, m []item) ([]item, bool) {
	p := pick(m, "period")[0].period
	if p.yearless() {
		p = p.lastBefore(r.today)
	}
	if p.from.IsZero() || p.to.IsZero() {
		return nil, false
	}
	last := p.to.AddDate(0, 0, -1) // as of March 2017 is its last day
	if ps := pick(m, "period"); len(ps) > 1 && !(r.toks[ps[1].from].fold == "today" && ps[1].to-ps[1].from == 1) {
		return nil, false
	}
	day := dayPeriod(last)
	r.asof = &day
	return nil, true
}

// makeSpan joins two periods to one that begins with the first and ends with the second. A year said once holds for both.
func makeSpan(r *reader, m []item) ([]item, bool) {
	if r.steps {
		return nil, false
	}
	ps := pick(m, "period")
	out := joined("period", m)
	if span, ok := stretch(ps[0].period, ps[1].period); ok && span.yearless() {
		out.period = span // Jan to Mar
		return []item{out}, true
	}
	a, b, ok := sameYear(ps[0].period, ps[1].period)
	if !ok || b.to.Before(a.from) {
		return nil, false
	}
	out.period = period{from: a.from, to: b.to, relative: a.relative || b.relative}
	return []item{out}, true
}

func sameYear(a, b period) (period, period, bool) {
	switch {
	case a.yearless() && b.yearless():
		return a, b, false
	case a.yearless():
		a = a.in(b.from.Year())
		if a.from.After(b.from) && b.grain != plan.Year {
			a = period{month: a.month, quarter: a.quarter}.in(b.from.Year() - 1)
		}
	case b.yearless():
		b = b.in(a.from.Year())
	}
	return a, b, true
}

func makeOpenSpan(_ *reader, m []item) ([]item, bool) {
	p := m[1].period
	out := joined("period", m)
	if p.yearless() && slices.Contains([]string{"since", "after", "before", "until"}, m[0].word) {
		out.period, out.period.edge = p, m[0].word
		return []item{out}, p.edge == ""
	}
	if p.yearless() || p.from.IsZero() || p.to.IsZero() {
		return nil, false
	}
	switch m[0].word {
	case "since":
		out.period = period{from: p.from}
	case "after":
		out.period = period{from: p.to}
	case "before":
		out.period = period{to: p.from}
	case "until":
		out.period = period{to: p.to}
	default:
		return nil, false
	}
	out.period.relative = p.relative
	return []item{out}, true
}

func makeOnwards(_ *reader, m []item) ([]item, bool) {
	p := pick(m, "period")[0].period
	out := joined("period", m)
	last := m[len(m)-1].word
	if last == "upto" && !p.yearless() {
		out.period = period{to: p.to, relative: p.relative}
		return []item{out}, true
	}
	if p.yearless() || last != "onwards" {
		return nil, false
	}
	out.period = period{from: p.from, relative: p.relative}
	return []item{out}, true
}

// makeAgainstPeriod reads one period against another as a comparison.
func makeAgainstPeriod(r *reader, m []item) ([]item, bool) {
	if r.toks[m[1].from].fold != "against" {
		return nil, false
	}
	m[1].kind = "vs"
	return m, true
}

// makePeriods puts periods side by side: Q2 or Q3 of 2017. A year said at the end holds for those before.
func makePeriods(r *reader, m []item) ([]item, bool) {
	if len(pick(m, "to")) > 0 && !r.steps {
		return nil, false // from one to another that does not come behind it
	}
	out := joined("periods", m)
	for _, it := range pick(m, "period") {
		out.periods = append(out.periods, it.period)
	}
	for i := len(out.periods) - 2; i >= 0; i-- {
		a, b := out.periods[i], out.periods[i+1]
		switch {
		case a.yearless() && !b.yearless():
			out.periods[i] = a.in(b.from.Year())
		case b.yearless() && !a.yearless():
			out.periods[i+1] = b.in(a.from.Year())
		}
	}
	for _, it := range m {
		if it.kind != "period" {
			out.joint = it.kind
		}
	}
	return []item{out}, true
}

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

// isNameOf tells whether a value is the name of a record of an object.
func (r *reader) isNameOf(v sense, object string) bool {
	o, ok := r.schema.Object(object)
	if !ok || v.object != object {
		return false
	}
	f, ok := o.NameField()
	return ok && f.Name == v.field
}

// makeLinked: a link's name beside the name of a record that it may point to asks for those who point there.
func makeLinked(r *reader, m []item) ([]item, bool) {
	field, v := m[0], m[len(m)-1]
	o, _ := r.schema.Object(field.object)
	f, ok := o.Field(field.field)
	if !ok || f.Type != crm.Link || !r.isNameOf(v.sense, f.Target) || len(m) > 3 {
		return nil, false
	}
	if field.kind != "child" && v.to < len(r.toks) && r.toks[v.to].fold == "'s" {
		return nil, false // the contact on Anna's deal
	}
	if f.Role == crm.RoleParent && field.kind != "child" && len(m) > 2 {
		return nil, false // the parent of somebody is looked up
	}
	out := joined("value", m)
	out.sense = v.sense
	out.object, out.field = field.object, field.field
	if field.kind == "child" {
		return []item{{sense: sense{kind: "object", object: field.object}, from: field.from, to: field.to}, out}, true
	}
	return []item{out}, true
}

// makeAs reads a name with what it is to others: reps with Anna as their manager.
func makeAs(r *reader, m []item) ([]item, bool) {
	v, field := m[0], m[2]
	o, _ := r.schema.Object(field.object)
	f, ok := o.Field(field.field)
	if !ok || r.toks[m[1].from].fold != "as" || !(v.object == field.object && v.field == field.field) && !(f.Type == crm.Link && r.isNameOf(v.sense, f.Target)) {
		return nil, false
	}
	out := joined("value", m)
	out.sense = v.sense
	out.object, out.field = field.object, field.field
	return []item{out}, true
}

// makeStretch reads from one option of a field to another as those between, in the order of the field. What goes from a
// value of one field to a value of another is not understood.
func makeStretch(r *reader, m []item) ([]item, bool) {
	a, z := m[0], m[2]
	if r.ratio {
		return nil, false
	}
	if word := r.toks[m[1].from].fold; word != "to" && word != "through" {
		return nil, false
	}
	o, _ := r.schema.Object(a.object)
	f, _ := o.Field(a.field)
	from, to := -1, -1
	if a.object == z.object && a.field == z.field && len(a.values) == 1 && len(z.values) == 1 {
		options := optionValues(f)
		from, to = slices.Index(options, a.values[0]), slices.Index(options, z.values[0])
		if f.Role == crm.RoleStage && len(f.Moves) == 0 && from > 0 && contest(f) {
			m[1].kind = "stretch"
			return m, true // options in the order in which the data came say nothing of what lies between
		}
	}
	if zo, _ := r.schema.Object(z.object); from < 0 || to < from {
		if zf, _ := zo.Field(z.field); (f.ValueType() != crm.Choice || zf.ValueType() != crm.Choice) && !a.partly && !z.partly {
			return nil, false // how long Anna takes to win
		}
		m[1].kind = "stretch"
		return m, true
	}
	out := joined("value", m)
	out.sense = a.sense
	out.values = optionValues(f)[from : to+1]
	return []item{out}, true
}

func (r *reader) named(noun, v item) bool {
	if noun.kind == "field" {
		return noun.object == v.object && noun.field == v.field
	}
	return r.isNameOf(v.sense, noun.object)
}

func makeNamed(r *reader, m []item) ([]item, bool) {
	if !r.named(m[0], m[1]) {
		return nil, false
	}
	r.score += 0.3
	out := m[1]
	out.from = m[0].from
	return []item{out}, true
}

func makeValueNamed(r *reader, m []item) ([]item, bool) {
	if !r.named(m[1], m[0]) || r.copula(m[0].to, m[1].from) {
		return nil, false
	}
	if !m[0].partly {
		r.score += 0.3
	}
	out := m[0]
	out.to = m[1].to
	return []item{out}, true
}

// copula tells whether something is said to be something between two tokens: Acme is a buyer.
func (r *reader) copula(from, to int) bool {
	return slices.ContainsFunc(r.toks[from:to], func(t token) bool { return slices.Contains([]string{"is", "are", "was", "were"}, t.fold) })
}

// makeThing puts the object beside a yes-or-no value that is called like records of it: key accounts.
func makeThing(r *reader, m []item) ([]item, bool) {
	if m[0].word != "thing" && !r.countNoun(m[0]) {
		return nil, false
	}
	v := m[0]
	v.word = ""
	if len(m) == 3 {
		if m[0].object != m[2].object || m[0].field != m[2].field || !r.countNoun(m[0]) || !r.countNoun(m[2]) {
			return nil, false
		}
		each, other := m[1], m[2]
		each.kind, other.word, v.noun = "vs", "", true
		return []item{v, each, other, {sense: sense{kind: "object", object: v.object, word: "count"}, from: v.from, to: m[2].to}}, true
	}
	noun := item{sense: sense{kind: "object", object: v.object}, from: v.from, to: v.to}
	if r.countNoun(m[0]) {
		noun.word, v.noun = "count", true
	}
	return []item{v, noun}, true
}

// countNoun tells of a noun for records by what became of them: wins, a loss. A verb is none: which deals did we win.
func (r *reader) countNoun(v item) bool {
	t := r.toks[v.from]
	if v.to-v.from != 1 || !r.lex.counts[t.norm] || v.word != "won" && v.word != "lost" {
		return false
	}
	if t.fold != "win" && t.fold != "lose" {
		return true
	}
	before := ""
	if v.from > 0 {
		before = r.toks[v.from-1].fold
	}
	return v.from > 0 && (slices.Contains([]string{"a", "the", "one", "per", "each", "every", "of", "first", "last", "biggest", "largest", "average"}, before) || r.valueAt(v.from-1))
}

// valueAt tells whether a token ends the name of a value, so that what follows is a noun: a GTK 500 win.
func (r *reader) valueAt(i int) bool { return r.values[i] }

// makeSet joins values of one field. A list that goes on with a value of another field ends before it.
func makeSet(r *reader, m []item) ([]item, bool) {
	first := m[0]
	end := 1
	for i := 1; i < len(m); i++ {
		if m[i].kind == "value" {
			if m[i].object != first.object || m[i].field != first.field {
				break
			}
			end = i + 1
		}
	}
	out := joined("set", m[:end])
	out.sense = first.sense
	out.kind, out.noun = "set", first.noun
	out.values = nil
	out.neg = first.word == "un"
	if out.neg && end > 1 {
		return nil, false
	}
	out.word = ""
	for _, it := range m[:end] {
		switch it.kind {
		case "value":
			for _, v := range it.values {
				if !slices.Contains(out.values, v) {
					out.values = append(out.values, v)
				}
			}
		case "prep":
		default:
			out.joint = it.kind
			if sign := r.toks[it.from].fold; sign == "+" || sign == "plus" {
				out.joint = "or" // won plus lost are taken together
			}
		}
	}
	out.parts = pick(m[:end], "value")
	return append([]item{out}, m[end:]...), true
}

func makeNamedSet(r *reader, m []item) ([]item, bool) {
	if !r.named(m[0], m[1]) {
		return nil, false
	}
	out := m[1]
	out.from = m[0].from
	return []item{out}, true
}

func makeSetNamed(r *reader, m []item) ([]item, bool) {
	set, noun := m[0], m[len(m)-1]
	if len(m) == 3 && m[1].word != "of" || !r.named(noun, set) {
		return nil, false
	}
	out := set
	out.to = noun.to
	return []item{out}, true
}

// makeDifference reads one figure of a record less another, which may stand a link away.
func makeDifference(r *reader, m []item) ([]item, bool) {
	f := pick(m, "field")
	if len(f) != 2 || !r.numeric(f[0].sense) || !r.numeric(f[1].sense) {
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

// makeBecause reads a cause where the value that follows says why.
func makeBecause(r *reader, m []item) ([]item, bool) {
	set := m[len(m)-1]
	set.from = m[0].from
	return []item{set}, isReason(r.lex.fieldOf(set.sense))
}

func makeNot(r *reader, m []item) ([]item, bool) {
	out := m[len(m)-1]
	if m[0].kind == "lack" && slices.ContainsFunc(r.toks[m[0].to:out.from], func(t token) bool { return slices.Contains([]string{"that", "which", "who"}, t.fold) }) {
		return nil, false // nobody is assigned to those that are done
	}
	if m[0].kind == "neither" && out.joint != "nor" && out.joint != "or" && out.joint != "and" {
		return nil, false
	}
	if out.joint == "vs" {
		return nil, false
	}
	out.from = m[0].from
	out.neg = !out.neg
	out.word = m[0].word // not, except, neither, no
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
	behind := r.toks[cond.to:min(cond.to+3, len(r.toks))]
	stage, ok := r.lex.stageOf(set.object)
	if !ok || set.field != stage || set.neg || len(behind) < 2 || behind[0].fold != "of" || behind[len(behind)-1].fold != "time" && behind[1].fold != "time" || cond.numbers[0].unit != "%" {
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

// makeExcluded reads retail excluded, which says behind what except says before.
func makeExcluded(_ *reader, m []item) ([]item, bool) {
	out := m[0]
	if len(m) == 3 && m[1].object != out.object || out.joint == "vs" {
		return nil, false
	}
	out.to, out.neg, out.word = m[len(m)-1].to, !out.neg, "except"
	return []item{out}, true
}

// makeNeverDone reads people never contacted: those whose last time is not known.
func makeNeverDone(r *reader, m []item) ([]item, bool) {
	field := m[1]
	label := strings.ToLower(r.lex.fieldOf(field.sense).Label)
	if r.toks[m[0].from].fold != "never" || !strings.HasPrefix(label, "last ") && !strings.HasPrefix(label, "latest ") {
		return nil, false
	}
	out := joined("absent", m)
	out.object, out.field, out.parts = field.object, field.field, nil
	return []item{out}, true
}

// makeNounNot takes a noun into the exclusion of some of its records: reps other than Anna. The noun stays.
func makeNounNot(r *reader, m []item) ([]item, bool) {
	if !r.named(m[0], m[len(m)-1]) {
		return nil, false
	}
	set := m[len(m)-1]
	set.neg, set.word = !set.neg, m[1].word
	return []item{m[0], set}, true
}

func makeBySomebody(r *reader, m []item) ([]item, bool) {
	o, _ := r.schema.Object(m[1].object)
	if f, _ := o.Field(m[1].field); m[0].word == "per" || f.Role == crm.RoleStage && r.toks[m[0].from].fold == "by" {
		return nil, false // by wins is no doer
	}
	return []item{m[1]}, true
}

func makeOnly(_ *reader, m []item) ([]item, bool) {
	set := m[1]
	if !set.neg {
		set.word = "only"
	}
	return []item{set}, true
}

func makeAbsent(r *reader, m []item) ([]item, bool) {
	out := joined("absent", m)
	noun := pick(m, "field", "object", "verb", "dateverb", "child")[0]
	if noun.kind == "child" && !r.copula(max(m[0].from-1, 0), m[0].from) && r.toks[noun.to-1].fold != "of" {
		out.word = "children" // they have none, rather than being none
	}
	out.object, out.field = noun.object, noun.field
	out.parts = pick(m, "set", "standing")
	for _, it := range pick(m, "blank") {
		out.neg = it.word == "filled"
	}
	return []item{out}, true
}

// makeHaving reads people with a phone number, deals that have a contact: those where it is known.
func makeHaving(r *reader, m []item) ([]item, bool) {
	last := m[len(m)-1]
	at := last.from
	if at < 2 || !slices.Contains([]string{"a", "an", "any", "some"}, r.toks[at-1].fold) || !slices.Contains([]string{"with", "have", "has", "having", "had"}, r.toks[at-2].fold) || last.to < len(r.toks) && r.toks[last.to].fold == "of" {
		return nil, false
	}
	o, _ := r.schema.Object(m[0].object)
	if last.kind == "field" && last.object != m[0].object || last.kind == "object" && !slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.Type == crm.Link && f.Target == last.object && f.Target != o.Name }) {
		return nil, false
	}
	out := joined("absent", m[len(m)-1:])
	out.parts = nil
	out.object, out.field, out.neg = last.object, last.field, true
	return append(slices.Clone(m[:len(m)-1]), out), true
}

// makeNotFilled reads no account filled in, which says the same twice.
func makeNotFilled(r *reader, m []item) ([]item, bool) {
	out, ok := makeAbsent(r, m[:len(m)-1])
	last := m[len(m)-1]
	out[0].to = last.to
	return out, ok && last.word == "filled"
}

// makeNounAbsent keeps the noun of those whose field is not filled in.
func makeNounAbsent(r *reader, m []item) ([]item, bool) {
	absent, ok := makeAbsent(r, m[1:])
	return append([]item{m[0]}, absent...), ok && m[0].object == m[2].object
}

func makeCompared(r *reader, m []item) ([]item, bool) { return r.compared(m[0], m[len(m)-1], m) }

func makeAggregateCompared(r *reader, m []item) ([]item, bool) {
	noun := pick(m, "field", "metric")[0]
	out, ok := r.compared(noun, m[len(m)-1], m)
	if ok {
		out[0].parts[0].fn = aggs[m[0].word]
	}
	return out, ok
}

func makeCountCompared(_ *reader, m []item) ([]item, bool) {
	cond, noun := m[len(m)-1], m[1]
	cond.from = noun.from
	return []item{cond, noun}, m[0].word != "ask" && cond.numbers[0].unit == ""
}

// makeAgainst compares a number of the record with another: more than the list price. What is compared is the field
// before it, else what the record is worth.
func makeAgainst(r *reader, m []item) ([]item, bool) {
	other := m[len(m)-1]
	if !r.numeric(other.sense) || m[0].kind == "field" && !r.numeric(m[0].sense) {
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
	k := &sketcher{r: r}
	if own.object != other.object || own.field == other.field || !k.temporal(own.sense) || !k.temporal(other.sense) {
		return nil, false
	}
	out := joined("against", m)
	out.op = dateOps[how]
	out.parts = []item{other, own}
	return []item{out}, out.op != ""
}

func makeComparedAfter(r *reader, m []item) ([]item, bool) {
	noun := m[len(m)-1]
	if noun.kind == "field" && !r.numeric(noun.sense) {
		return nil, false
	}
	return r.compared(noun, m[0], m)
}

func (r *reader) numeric(s sense) bool {
	o, _ := r.schema.Object(s.object)
	f, ok := o.Field(s.field)
	return ok && f.ValueType().Numeric()
}

// compared puts a comparison to what it compares. A bare number's unit must fit: days for durations only.
func (r *reader) compared(noun, cond item, m []item) ([]item, bool) {
	out := joined("compared", m)
	out.op, out.numbers = cond.op, cond.numbers
	days := cond.numbers[0].unit == "day"
	switch noun.kind {
	case "field", "verb":
		if !r.numeric(noun.sense) || days {
			return nil, false
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

// makeNotDated reads those whom nobody has contacted since a day: the last time was before, or there was none.
func makeNotDated(r *reader, m []item) ([]item, bool) {
	dated := m[1]
	label := strings.ToLower(r.lex.fieldOf(dated.sense).Label)
	if !strings.HasPrefix(label, "last ") && !strings.HasPrefix(label, "latest ") || len(dated.periods) != 1 {
		return nil, false
	}
	p := &dated.periods[0]
	switch {
	case p.yearless() && p.edge == "since":
		p.edge = "before"
	case p.yearless() || p.from.IsZero():
		return nil, false
	case p.to.IsZero() || p.to.After(r.today):
		*p = period{to: p.from, relative: p.relative}
	default:
		return nil, false // nothing in March may have been before or after
	}
	dated.from, dated.neg = m[0].from, true
	return []item{dated}, true
}

// makeSameDay reads closed on the same day they were opened.
func makeSameDay(r *reader, m []item) ([]item, bool) {
	a, b := m[0], m[len(m)-1]
	k := &sketcher{r: r}
	if a.object != b.object || a.field == b.field || !k.temporal(a.sense) || !k.temporal(b.sense) {
		return nil, false
	}
	out := joined("against", m)
	out.op, out.parts = crm.Is, []item{b, a}
	return []item{out}, true
}

// makeDatedOrNot reads a date in a span, or none at all.
func makeDatedOrNot(_ *reader, m []item) ([]item, bool) {
	dated, absent := m[0], m[2]
	if absent.neg || absent.object != dated.object || absent.field != dated.field || len(absent.parts) > 0 {
		return nil, false
	}
	dated.to, dated.neg = absent.to, true
	return []item{dated}, true
}

// makeDated ties a date to the field whose word stands before it: founded before 1990.
func makeDated(r *reader, m []item) ([]item, bool) {
	o, _ := r.schema.Object(m[0].object)
	f, ok := o.Field(m[0].field)
	if !ok {
		return nil, false
	}
	dated := m[len(m)-1]
	if m[0].word == "dated" {
		return nil, false
	}
	if dated.joint == "vs" && f.ValueType().Temporal() {
		verb := m[0]
		verb.kind, verb.word = "dateverb", "dated"
		return []item{verb, dated}, true // opened in 2025 against 2026
	}
	if !f.ValueType().Temporal() && (len(dated.periods) != 1 || dated.periods[0].yearless()) || m[0].kind == "dateverb" && len(dated.periods) != 1 {
		return nil, false
	}
	out := joined("dated", m)
	out.object, out.field, out.periods = m[0].object, m[0].field, dated.periods
	switch {
	case m[0].kind == "dateverb":
		verb := m[0]
		verb.word = "dated"
		if f.Role != crm.RoleEnded {
			r.score += 0.3 // returned in August is when, rather than which
		}
		return []item{verb, out}, true // months asked for elsewhere are of the same date
	case f.ValueType().Temporal():
	case isYear(f):
	default:
		return nil, false
	}
	return []item{out}, true
}
