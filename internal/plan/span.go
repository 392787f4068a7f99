package plan

import (
	"strconv"
	"time"
)

// SpanWords says a span of days; to is the first day after it, a zero end is open. Whole years, halves, quarters, months and single
// days are said as such.
func SpanWords(from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return "any time"
	case to.IsZero():
		return "since " + from.Format(time.DateOnly)
	case from.IsZero():
		return "before " + to.Format(time.DateOnly)
	}
	y, m, d := from.Date()
	is := func(months int) bool { return d == 1 && from.AddDate(0, months, 0).Equal(to) }
	switch {
	case is(12) && m == 1:
		return strconv.Itoa(y)
	case is(6) && (m == 1 || m == 7):
		return "H" + strconv.Itoa((int(m)+5)/6) + " " + strconv.Itoa(y)
	case is(3) && m%3 == 1:
		return "Q" + strconv.Itoa((int(m)+2)/3) + " " + strconv.Itoa(y)
	case is(1):
		return from.Format("January 2006")
	case from.AddDate(0, 0, 1).Equal(to):
		return from.Format(time.DateOnly)
	}
	return "between " + from.Format(time.DateOnly) + " and " + to.AddDate(0, 0, -1).Format(time.DateOnly)
}
