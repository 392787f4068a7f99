package answer

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/plan"
)

// hyphened reads a range written as one word: Jan-Jun, Q1-Q3, 2015-2017, each with a year behind it or without.
func (c calendar) hyphened(i int) (period, int) {
	a, b, ok := strings.Cut(c.word(i), "-")
	if !ok {
		return period{}, 0
	}
	from, to := c.named(a), c.named(b)
	span, ok := stretch(from, to)
	if from.yearless() && to.grain == plan.Year {
		span, ok = from.in(to.from.Year()), true // Mar-2017
	}
	if !ok {
		return period{}, 0
	}
	if !span.yearless() {
		return span, 1
	}
	if y, n := c.withYear(i + 1); n > 0 {
		return span.in(y), 1 + n
	}
	return span, 1
}

// named is a month, a quarter, a half or a year said by one word.
func (c calendar) named(word string) period {
	one := calendar{toks: []token{{fold: word}}, today: c.today}
	for _, read := range []func(int) (period, int){one.quarterYear, one.year} {
		if p, n := read(0); n == 1 {
			return p
		}
	}
	if m := monthNames[word]; m != 0 {
		return period{month: m, grain: plan.Month}
	}
	return period{}
}

// months are the first month of a period without a year and how many it has, 0 where it has none of its own.
func (p period) wholeMonths() (first, n int) {
	switch {
	case p.day != 0 || p.week != 0 || p.edge != "":
	case p.month != 0:
		return p.month, max(1, p.months)
	case p.quarter > 4:
		return (p.quarter-5)*6 + 1, 6
	case p.quarter != 0:
		return p.quarter*3 - 2, 3
	}
	return 0, 0
}

// stretch joins two periods of one kind to the one from the first to the second.
func stretch(a, b period) (period, bool) {
	if a.yearless() != b.yearless() {
		return period{}, false
	}
	if !a.yearless() {
		return period{from: a.from, to: b.to, relative: a.relative || b.relative}, !a.from.IsZero() && b.from.After(a.from)
	}
	if a.day != 0 && b.day != 0 && a.endMonth == 0 && b.endMonth == 0 && a.edge == "" && b.edge == "" {
		return period{month: a.month, day: a.day, endMonth: b.month, endDay: b.day}, a.month != b.month || a.day < b.day
	}
	first, n := a.wholeMonths()
	last, m := b.wholeMonths()
	if n == 0 || m == 0 || last < first {
		return period{}, false
	}
	return period{month: first, months: last + m - first}, true
}

// twoDays reads the days of one month that a span goes from and to: 5 to 11, 1st - 15th, 5-11.
func (c calendar) twoDays(i int) (first, last, took int) {
	if a, b, ok := strings.Cut(c.word(i), "-"); ok {
		first, okA := dayNumber(a)
		last, okB := dayNumber(b)
		if okA && okB && first < last {
			return first, last, 1
		}
		return 0, 0, 0
	}
	first, okA := dayNumber(c.word(i))
	j := c.skip(i+1, "and", "to", "-", "–", "—", "until", "till", "through", "thru")
	last, okB := dayNumber(c.word(c.skip(j, "the")))
	if !okA || !okB || j == i+1 || first >= last {
		return 0, 0, 0
	}
	return first, last, c.skip(j, "the") + 1 - i
}

// dayRange reads between 1 and 15 September 2017, 5 to 11 October, the 1st to the 15th of May and October 5-11, 2017.
func (c calendar) dayRange(i int) (period, int) {
	j := c.skip(c.skip(i, "between", "from"), "the")
	if m := monthNames[c.word(j)]; m != 0 {
		first, last, took := c.twoDays(c.skip(j+1, "the"))
		if took == 0 {
			return period{}, 0
		}
		next := c.skip(j+1, "the") + took
		if y, n := c.withYear(next); n > 0 {
			return daysOf(period{month: m}.in(y), first, last, next+n-i)
		}
		return daysOf(period{month: m}, first, last, next-i)
	}
	first, last, took := c.twoDays(j)
	if took == 0 {
		return period{}, 0
	}
	month := c.skip(j+took, "of")
	m := monthNames[c.word(month)]
	if m == 0 {
		return period{}, 0
	}
	if y, n := c.withYear(month + 1); n > 0 {
		return daysOf(period{month: m}.in(y), first, last, month+1+n-i)
	}
	return daysOf(period{month: m}, first, last, month+1-i)
}

// daysIn reads the days of a month said behind it: December 2017, 1st to 15th.
func (c calendar) daysIn(i int, month period) (period, int) {
	j := c.skip(c.skip(c.skip(i, ","), "from", "between"), "the")
	if !strings.HasSuffix(c.word(j), "st") && !strings.HasSuffix(c.word(j), "th") && !strings.HasSuffix(c.word(j), "nd") && !strings.HasSuffix(c.word(j), "rd") {
		return period{}, 0
	}
	first, last, took := c.twoDays(j)
	if took == 0 {
		return period{}, 0
	}
	return daysOf(month, first, last, j+took-i)
}

// daysOf is the span from one day of a month to another, where the month has them.
func daysOf(month period, first, last, took int) (period, int) {
	if month.yearless() {
		if leap := month.in(2024); leap.from.AddDate(0, 0, last).After(leap.to) {
			return period{}, 0
		}
		return period{month: month.month, day: first, endMonth: month.month, endDay: last}, took
	}
	if month.from.AddDate(0, 0, last).After(month.to) {
		return period{}, 0
	}
	return period{from: month.from.AddDate(0, 0, first-1), to: month.from.AddDate(0, 0, last)}, took
}

// halfMonth reads the first half of December 2017, which ends with the 15th.
func (c calendar) halfMonth(i int) (period, int) {
	second := c.word(i) == "second"
	if !second && c.word(i) != "first" || c.word(i+1) != "half" || c.word(i+2) != "of" || monthNames[c.word(i+3)] == 0 {
		return period{}, 0
	}
	month, n := c.monthYear(i + 3)
	if n == 0 || month.endMonth != 0 || !month.yearless() && month.grain != plan.Month {
		return month, i + 3 + n - i // its days are said
	}
	if !second {
		return daysOf(month, 1, 15, 3+n)
	}
	if month.yearless() {
		return period{month: month.month, day: 16, endMonth: month.month + 1}, 3 + n // up to the day before the first of the next
	}
	return period{from: month.from.AddDate(0, 0, 15), to: month.to}, 3 + n
}

// weekOf reads week 20, week 20 of 2017, 2017-W20, calendar week 3.
func (c calendar) weekOf(i int) (period, int) {
	w := c.word(i)
	if m := isoWeek.FindStringSubmatch(w); m != nil {
		year, _ := strconv.Atoi(m[1])
		week, _ := strconv.Atoi(m[2])
		p, ok := weekPeriod(year, week)
		if !ok {
			return period{}, 0
		}
		return p, 1
	}
	j := i
	if w == "calendar" {
		j++
	}
	if c.word(j) != "week" && c.word(j) != "wk" && c.word(j) != "cw" {
		return period{}, 0
	}
	if p, n := c.weekWith(j + 1); n > 0 {
		return p, j + 1 + n - i
	}
	j = c.skip(j+1, "no", "number")
	week, err := strconv.Atoi(c.word(j))
	if err != nil || week < 1 || week > 53 || len(c.word(j)) > 2 {
		return period{}, 0
	}
	j++
	if y, n := c.withYear(j); n > 0 {
		p, ok := weekPeriod(y, week)
		if !ok {
			return period{}, 0
		}
		return p, j + n - i
	}
	return period{week: week, grain: plan.Week}, j - i
}

// weekWith reads the week by a day of it or by all of them: week of 5 October 2026, week ending 11 October 2026, week of 5
// to 11 October.
func (c calendar) weekWith(i int) (period, int) {
	how := c.word(i)
	switch how {
	case "of", "from", "starting", "beginning", "ending", "commencing":
	default:
		return period{}, 0
	}
	j := c.skip(c.skip(i+1, "on", "with"), "the")
	if p, n := c.dayRange(j); n > 0 {
		return p, j + n - i
	}
	for _, read := range []func(int) (period, int){c.isoDay, c.dayMonth, c.monthDay} {
		p, n := read(j)
		if n == 0 || p.yearless() || p.grain != plan.Day {
			continue
		}
		from := p.from
		switch how {
		case "ending":
			from = p.from.AddDate(0, 0, -6)
		case "of":
			from = floor(p.from, plan.Week)
		}
		return period{from: from, to: from.AddDate(0, 0, 7), grain: plan.Week}, j + n - i
	}
	return period{}, 0
}

var isoWeek = regexp.MustCompile(`^(\d{4})-?w(\d{1,2})$`)

// weekPeriod is a week as calendars number them: they begin on Monday, and the first has the fourth of January in it.
func weekPeriod(year, week int) (period, bool) {
	from := floor(time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC), plan.Week).AddDate(0, 0, 7*(week-1))
	y, w := from.ISOWeek()
	return period{from: from, to: from.AddDate(0, 0, 7), grain: plan.Week}, y == year && w == week
}

// decade reads the 1990s, the 90s and the nineties.
func (c calendar) decade(i int) (period, int) {
	w := strings.TrimPrefix(c.word(i), "'")
	year := map[string]int{"thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990}[w]
	if m := tens.FindStringSubmatch(w); m != nil {
		year, _ = strconv.Atoi(m[1])
		if year < 100 {
			year += 1900
		}
		if len(m[1]) == 2 && year < 1930 {
			return period{}, 0 // the 20s may be of either century
		}
	}
	if year == 0 {
		return period{}, 0
	}
	return period{from: yearPeriod(year).from, to: yearPeriod(year + 9).to}, 1
}

var tens = regexp.MustCompile(`^((?:1[5-9]|20)?\d0)s$`)

// partOf reads the last 3 weeks of March 2017 and the first ten days of Q2 2017.
func (c calendar) partOf(i int) (period, int) {
	first := c.word(i) == "first"
	if !first && c.word(i) != "last" && c.word(i) != "final" {
		return period{}, 0
	}
	n, took := numberAtSafe(c.toks, i+1)
	grain := grainOf(c.word(i + 1 + took))
	of := i + 2 + took
	if took == 0 {
		n = 1
	}
	if grain != plan.Day && grain != plan.Week || c.word(of) != "of" && c.word(of) != "in" {
		return period{}, 0
	}
	whole, long := c.at(c.skip(of+1, "the"))
	if long == 0 || whole.from.IsZero() || whole.to.IsZero() {
		return period{}, 0
	}
	p := period{from: whole.from, to: add(whole.from, grain, n), relative: whole.relative}
	if !first {
		p = period{from: add(whole.to, grain, -n), to: whole.to, relative: whole.relative}
	}
	if p.from.Before(whole.from) || p.to.After(whole.to) {
		return period{}, 0
	}
	return p, c.skip(of+1, "the") + long - i
}

// ago reads 90 days ago, a year ago, more than 200 days ago, less than two weeks ago.
func (c calendar) ago(i int) (period, int) {
	j, edge := i, ""
	for _, e := range []struct{ words, edge string }{{"more than", "before"}, {"over", "before"}, {"longer than", "before"}, {"at least", "until"}, {"less than", "after"}, {"under", "after"}, {"not more than", "since"}, {"at most", "since"}} {
		words := strings.Fields(e.words)
		if c.word(i) == words[0] && (len(words) == 1 || c.word(i+1) == words[1] && (len(words) == 2 || c.word(i+2) == words[2])) {
			j, edge = i+len(words), e.edge
			break
		}
	}
	n, took := 0, 0
	if j < len(c.toks) && (c.word(j) == "a" || c.word(j) == "an" || c.word(j) == "one") {
		n, took = 1, 1
	} else {
		n, took = numberAtSafe(c.toks, j)
	}
	grain := grainOf(c.word(j + took))
	if took == 0 || grain == "" || c.word(j+took+1) != "ago" {
		return period{}, 0
	}
	y, m, d := c.today.Date()
	day := dayPeriod(add(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), grain, -n))
	out, ok := day.edged(edge)
	if !ok {
		if grain != plan.Day {
			return period{}, 0 // a month ago may be the day or the month
		}
		out = day
	}
	out.relative = true
	return out, j + took + 2 - i
}

// shortYear reads jun 17 as June 2017, where it may as well be the 17th.
func (c calendar) shortYear(i int) (period, int) {
	m := monthNames[c.word(i)]
	w := c.word(i + 1)
	if m == 0 || len(w) != 2 {
		return period{}, 0
	}
	y, err := strconv.Atoi(w)
	if _, n := c.monthDay(i); err != nil || y < 10 || n > 2 || c.word(i-1) == "on" || y > c.today.Year()%100+1 {
		return period{}, 0
	}
	return monthPeriod(2000+y, m, 1, plan.Month), 2
}

// edged is what lies since, until, before or after a period; false for any other word.
func (p period) edged(edge string) (period, bool) {
	switch edge {
	case "since":
		return period{from: p.from}, true
	case "until":
		return period{to: p.to}, true
	case "before":
		return period{to: p.from}, true
	case "after":
		return period{from: p.to}, true
	}
	return period{}, false
}
