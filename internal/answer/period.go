package answer

import (
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// period is a span of days; to is the first day after it. A zero end is open.
type period struct {
	from, to time.Time
	grain    plan.Bucket // its natural width: day, week, month, quarter, year; "" for a range
	// month and quarter are set when the question names one without a year; the data then tells which year.
	month, quarter int
	months         int // from month on, where it is more than one
	day            int
	endMonth       int // the month and day that a span of days without a year ends with
	endDay         int
	week           int // of a year not named
	future         bool
	relative       bool   // it depends on today
	edge           string // since, after, before or until a period that has no year yet
}

func (p period) yearless() bool { return p.month != 0 || p.quarter != 0 || p.week != 0 }

// in gives a period without a year its year.
func (p period) in(year int) period {
	switch {
	case p.endMonth != 0:
		span := period{from: time.Date(year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC), to: time.Date(year, time.Month(p.endMonth), p.endDay+1, 0, 0, 0, 0, time.UTC)}
		if !span.to.After(span.from) {
			span.to = span.to.AddDate(1, 0, 0) // 20 December to 5 January
		}
		return span
	case p.day != 0:
		return dayPeriod(time.Date(year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC))
	case p.week != 0:
		span, _ := weekPeriod(year, p.week)
		return span
	case p.months > 1:
		return monthPeriod(year, p.month, p.months, "")
	case p.month != 0:
		return monthPeriod(year, p.month, 1, plan.Month)
	case p.quarter > 4:
		return monthPeriod(year, (p.quarter-5)*6+1, 6, "")
	case p.quarter != 0:
		return monthPeriod(year, p.quarter*3-2, 3, plan.Quarter)
	}
	return p
}

// lastBefore gives a period without a year the last such one that had begun on a day.
func (p period) lastBefore(day time.Time) period {
	span := p.in(day.Year())
	if span.from.After(day) {
		span = p.in(day.Year() - 1)
	}
	return span
}

func dayPeriod(d time.Time) period {
	return period{from: d, to: d.AddDate(0, 0, 1), grain: plan.Day}
}

func monthPeriod(year, month, months int, grain plan.Bucket) period {
	from := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
	return period{from: from, to: from.AddDate(0, months, 0), grain: grain}
}

func yearPeriod(year int) period { return monthPeriod(year, 1, 12, plan.Year) }

var monthNames = map[string]int{"january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5, "june": 6, "jun": 6,
	"july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sep": 9, "sept": 9, "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12}

var ordinals = map[string]int{"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}

// calendar reads dates and spans of dates against a day that counts as today.
type calendar struct {
	toks  []token
	today time.Time
}

func (c calendar) word(i int) string {
	if i < 0 || i >= len(c.toks) || c.toks[i].quoted {
		return ""
	}
	return c.toks[i].fold
}

// skip steps over words that glue a date together: Q3 of 2017, March, 2017.
func (c calendar) skip(i int, words ...string) int {
	for _, w := range words {
		if c.word(i) == w {
			return i + 1
		}
	}
	return i
}

// at reads the span that begins at token i and tells how many tokens it took, 0 when there is none.
func (c calendar) at(i int) (period, int) {
	for _, read := range []func(int) (period, int){c.dayRange, c.ago, c.halfMonth, c.partOf, c.weekOf, c.hyphened, c.isoDay, c.slashDay, c.dayMonth, c.monthDay, c.monthYear, c.quarterYear, c.wordedQuarter, c.relative, c.decade, c.year} {
		if p, n := read(i); n > 0 {
			return p, n
		}
	}
	return period{}, 0
}

func (c calendar) yearAt(i int) (int, bool) {
	w := strings.TrimPrefix(c.word(i), "fy")
	if len(w) == 3 && w[0] == '\'' {
		w = "20" + w[1:]
	}
	y, err := strconv.Atoi(w)
	if err == nil && len(w) == 4 && y >= 1900 && y <= 2100 {
		return y, true
	}
	return 0, false
}

// withYear looks for a year behind a month or quarter: "of 2017", ", 2017", "2017".
func (c calendar) withYear(i int) (int, int) {
	j := c.skip(c.skip(i, ","), "of", "in", "'", "-")
	if the := c.skip(j, "the"); c.word(the) == "year" {
		j = the + 1 // the second half of the year 2017
	}
	if y, ok := c.yearAt(j); ok {
		return y, j + 1 - i
	}
	for k, w := range []string{"this year", "last year"} {
		a, b, _ := strings.Cut(w, " ")
		if c.word(j) == a && c.word(j+1) == b {
			return c.today.Year() - k, j + 2 - i
		}
	}
	return 0, 0
}

func (c calendar) isoDay(i int) (period, int) {
	w := c.word(i)
	if len(w) == 7 && w[4] == '-' {
		if t, err := time.Parse("2006-01", w); err == nil {
			return monthPeriod(t.Year(), int(t.Month()), 1, plan.Month), 1
		}
	}
	if strings.ContainsAny(w, "-/.") && strings.ContainsAny(w, "0123456789") {
		if d, ok := crm.ParseDay(w); ok {
			return dayPeriod(d), 1
		}
		if m, y, ok := strings.Cut(w, "/"); ok && len(y) == 4 {
			year, errY := strconv.Atoi(y)
			n, err := strconv.Atoi(m)
			if errY == nil && err == nil && n >= 1 && n <= 12 {
				return monthPeriod(year, n, 1, plan.Month), 1
			}
			w = strings.Replace(w, "/", "-", 1)
		}
		if a, b, ok := strings.Cut(w, "-"); ok {
			if len(a) == 4 {
				a, b = b, a // 2017-Q1
			}
			if y, err := strconv.Atoi(b); err == nil && len(b) == 4 && len(a) == 2 {
				if p := c.named(a); p.quarter != 0 {
					return p.in(y), 1
				}
			}
		}
	}
	return period{}, 0
}

// slashDay reads 12/1/2017 where another day of the question tells whether the month or the day comes first.
func (c calendar) slashDay(i int) (period, int) {
	a, b, y, ok := slashed(c.word(i))
	if !ok {
		return period{}, 0
	}
	monthFirst, dayFirst := false, false
	for j := range c.toks {
		m, d, _, _ := slashed(c.word(j))
		monthFirst, dayFirst = monthFirst || d > 12, dayFirst || m > 12
	}
	if monthFirst == dayFirst {
		return period{}, 0
	}
	if dayFirst {
		a, b = b, a
	}
	day := time.Date(y, time.Month(a), b, 0, 0, 0, 0, time.UTC)
	if day.Day() != b || int(day.Month()) != a {
		return period{}, 0
	}
	return dayPeriod(day), 1
}

// slashed cuts 12/1/2017 into its figures.
func slashed(w string) (first, second, year int, ok bool) {
	parts := strings.Split(w, "/")
	if len(parts) != 3 || len(parts[2]) != 4 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 1 {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	return n[0], n[1], n[2], true
}

func dayNumber(w string) (int, bool) {
	for _, end := range []string{"st", "nd", "rd", "th"} {
		w = strings.TrimSuffix(w, end)
	}
	n, err := strconv.Atoi(w)
	return n, err == nil && n >= 1 && n <= 31 && len(w) <= 2
}

// dayMonth reads 5 March 2017, the 5th of March.
func (c calendar) dayMonth(i int) (period, int) {
	d, ok := dayNumber(c.word(i))
	if !ok {
		return period{}, 0
	}
	j := c.skip(i+1, "of")
	m := monthNames[c.word(j)]
	if m == 0 {
		return period{}, 0
	}
	return c.dayOf(i, j+1, d, m)
}

// monthDay reads March 5, 2017 and March 5th.
func (c calendar) monthDay(i int) (period, int) {
	m := monthNames[c.word(i)]
	if m == 0 {
		return period{}, 0
	}
	j := c.skip(i+1, "the")
	d, ok := dayNumber(c.word(j))
	if !ok {
		return period{}, 0
	}
	return c.dayOf(i, j+1, d, m)
}

func (c calendar) dayOf(i, next, d, m int) (period, int) {
	y, n := c.withYear(next)
	if n == 0 {
		if time.Date(2024, time.Month(m), d, 0, 0, 0, 0, time.UTC).Day() != d {
			return period{}, 0
		}
		return period{month: m, day: d, grain: plan.Day}, next - i
	}
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if at.Day() != d {
		return period{}, 0
	}
	return dayPeriod(at), next + n - i
}

func (c calendar) monthYear(i int) (period, int) {
	j := i
	m := monthNames[c.word(j)]
	if m == 0 {
		return period{}, 0
	}
	if c.word(i) == "may" || c.word(i) == "mar" || c.word(i) == "march" || c.word(i) == "sep" {
		// may is also a verb: it is the month only beside words that a month stands with.
		prev := c.word(i - 1)
		_, n := c.withYear(i + 1)
		if c.word(i) == "may" && n == 0 && (i == 0 || !strings.Contains(" in of and or since until till to from between before after during for last this vs versus by than through , - ", " "+prev+" ")) {
			return period{}, 0
		}
	}
	j++
	out := period{month: m, grain: plan.Month}
	if y, n := c.withYear(j); n > 0 {
		out, j = monthPeriod(y, m, 1, plan.Month), j+n
	}
	if span, n := c.daysIn(j, out); n > 0 {
		return span, j + n - i
	}
	return out, j - i
}

// quarterYear reads Q3 2017, Q3, 2017 Q3, 3Q17, H1 2017.
func (c calendar) quarterYear(i int) (period, int) {
	w := c.word(i)
	if y, ok := c.yearAt(i); ok && len(c.word(i+1)) == 2 && strings.HasPrefix(c.word(i+1), "q") {
		if p, n := c.quarterYear(i + 1); n == 1 && p.yearless() {
			return p.in(y), 2
		}
	}
	if len(w) != 2 {
		return period{}, 0
	}
	if w[1] == 'q' && w[0] >= '1' && w[0] <= '4' {
		w = "q" + w[:1]
	}
	var p period
	switch {
	case w[0] == 'q' && w[1] >= '1' && w[1] <= '4':
		p = period{quarter: int(w[1] - '0'), grain: plan.Quarter}
	case w[0] == 'h' && (w[1] == '1' || w[1] == '2'):
		p = period{quarter: 4 + int(w[1]-'0')}
	default:
		return period{}, 0
	}
	if y, n := c.withYear(i + 1); n > 0 {
		return p.in(y), 1 + n
	}
	return p, 1
}

// wordedQuarter reads the third quarter of 2017, the first half of 2017, the last quarter of 2017, the first three
// months of 2017.
func (c calendar) wordedQuarter(i int) (period, int) {
	ord, ok := ordinals[c.word(i)]
	last := c.word(i) == "last" || c.word(i) == "final"
	if !ok && !last {
		return period{}, 0
	}
	j := i + 1
	months := 0
	if n, took := numberAtSafe(c.toks, j); took > 0 && n > 0 && n < 12 && strings.HasPrefix(c.word(j+took), "month") && (ord == 1 || last) {
		months, j = n, j+took+1
	}
	var p period
	switch unit := c.word(j); {
	case months > 0:
	case unit == "quarter":
		p = period{quarter: ord, grain: plan.Quarter}
		if last {
			p.quarter = 4
		}
		j++
	case unit == "half" && ord <= 2:
		p = period{quarter: 4 + ord}
		if last {
			p.quarter = 6
		}
		j++
	default:
		return period{}, 0
	}
	y, n := c.withYear(j)
	if n == 0 {
		if last || months > 0 {
			return period{}, 0
		}
		return p, j - i
	}
	if months > 0 {
		start := 1
		if last {
			start = 13 - months
		}
		return monthPeriod(y, start, months, ""), j + n - i
	}
	return p.in(y), j + n - i
}

func numberAtSafe(toks []token, i int) (int, int) {
	if i >= len(toks) {
		return 0, 0
	}
	q, n := numberAt(toks, i)
	if n == 0 || !q.n.IsInteger() || q.n.Sign() <= 0 || q.n.IntPart() > 1000 || q.unit != "" {
		return 0, 0
	}
	return int(q.n.IntPart()), n
}

func (c calendar) year(i int) (period, int) {
	if y, ok := c.yearAt(i); ok {
		return yearPeriod(y), 1
	}
	if c.word(i) == "year" {
		if y, ok := c.yearAt(i + 1); ok {
			return yearPeriod(y), 2
		}
	}
	return period{}, 0
}
