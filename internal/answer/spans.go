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
	if p.yearless() && oneOf(m[0].word, "since", "after", "before", "until") {
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

// makeSamePeriod reads a period and behind it its year, or a year said twice, as one: Q3 this year; this year, 2026.
func makeSamePeriod(r *reader, m []item) ([]item, bool) {
	out, n := m[0], 1
	for n < len(m) {
		z := n
		if m[z].kind == "and" && r.toks[m[z].from].fold == "," {
			z++
		}
		one, ok := out.period.ofYear(m[z].period)
		if m[z].kind != "period" || !ok {
			break
		}
		out, n = joined("period", m[:z+1]), z+1
		out.period = one
	}
	return append([]item{out}, m[n:]...), n > 1
}

// ofYear gives a period the year that is said behind it. False where that is none, or another one.
func (p period) ofYear(year period) (period, bool) {
	switch {
	case year.grain != plan.Year || year.yearless() || year.edge != "" || p.edge != "":
		return p, false
	case p.yearless():
		p = p.in(year.from.Year())
		p.relative = year.relative
		return p, true
	}
	return p, p.grain == plan.Year && p.from.Equal(year.from) && p.to.Equal(year.to) || p.grain != "" && p.grain != plan.Year && !p.from.Before(year.from) && !p.to.After(year.to)
}

// makePeriods puts periods side by side: Q2 or Q3 of 2017. A year said at the end holds for those before.
func makePeriods(r *reader, m []item) ([]item, bool) {
	if len(pick(m, "to")) > 0 && !r.steps {
		return nil, false // from one to another that does not come behind it
	}
	if slices.ContainsFunc(m, func(it item) bool { return it.kind == "and" && it.word == "but" }) {
		return nil, false // planned for 2025 but done in 2026
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
	if a.object != b.object || a.field == b.field || !r.lex.isDate(a.sense.noun()) || !r.lex.isDate(b.sense.noun()) {
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

// makeBothDated gives two dates of one record the same span: opened and closed in 2025.
func makeBothDated(r *reader, m []item) ([]item, bool) {
	a, b, when := m[0], m[2], m[len(m)-1]
	if a.object != b.object || a.field == b.field || m[1].word == "but" || when.joint != "" || !r.lex.isDate(a.sense.noun()) || !r.lex.isDate(b.sense.noun()) {
		return nil, false
	}
	first, second := joined("dated", m[:1]), joined("dated", m[2:])
	first.object, first.field, first.periods = a.object, a.field, when.periods
	second.object, second.field, second.periods = b.object, b.field, when.periods
	return []item{first, second}, true
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
