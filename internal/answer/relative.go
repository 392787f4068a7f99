package answer

import (
	"time"

	"openclaw/internal/plan"
)

// relative reads spans that hang on today: today, last month, this quarter, the last 30 days, past 3 months, 90 days
// ago, year to date.
func (c calendar) relative(i int) (period, int) {
	p, n := c.span(i)
	p.relative = true
	return p, n
}

func (c calendar) span(i int) (period, int) {
	y, m, d := c.today.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	w := c.word(i)
	switch w {
	case "today":
		return dayPeriod(today), 1
	case "yesterday":
		return dayPeriod(today.AddDate(0, 0, -1)), 1
	case "tomorrow":
		p := dayPeriod(today.AddDate(0, 0, 1))
		p.future = true
		return p, 1
	case "ytd", "qtd", "mtd", "wtd":
		grain := map[string]plan.Bucket{"ytd": plan.Year, "qtd": plan.Quarter, "mtd": plan.Month, "wtd": plan.Week}[w]
		return period{from: floor(today, grain), to: today.AddDate(0, 0, 1)}, 1
	case "year", "quarter", "month", "week":
		if c.word(i+1) == "to" && c.word(i+2) == "date" {
			return period{from: floor(today, grainOf(w)), to: today.AddDate(0, 0, 1)}, 3
		}
		return period{}, 0
	case "so":
		if grain := grainOf(c.word(i + 3)); c.word(i+1) == "far" && c.word(i+2) == "this" && grain != "" {
			return period{from: floor(today, grain), to: today.AddDate(0, 0, 1)}, 4
		}
		return period{}, 0
	case "this", "current", "last", "previous", "past", "next", "coming", "preceding":
	default:
		return period{}, 0
	}
	shift := map[string]int{"this": 0, "current": 0, "next": 1, "coming": 1}
	step, known := shift[w]
	if !known {
		step = -1
	}
	if n, took := numberAtSafe(c.toks, i+1); took > 0 && step != 0 {
		grain := grainOf(c.word(i + 1 + took))
		if grain == "" {
			return period{}, 0
		}
		edge := add(today, grain, n*step)
		if step < 0 {
			// The last 30 days are 30 days, today the thirtieth.
			return period{from: edge.AddDate(0, 0, 1), to: today.AddDate(0, 0, 1)}, 2 + took
		}
		return period{from: today, to: edge.AddDate(0, 0, 1), future: true}, 2 + took
	}
	grain := grainOf(c.word(i + 1))
	if grain == "" {
		return period{}, 0
	}
	from := add(floor(today, grain), grain, step)
	if so := c.word(i+2) == "so" && c.word(i+3) == "far"; step == 0 && (so || c.word(i+2) == "to" && c.word(i+3) == "date") {
		return period{from: from, to: today.AddDate(0, 0, 1)}, 4
	}
	return period{from: from, to: add(from, grain, 1), grain: grain, future: step > 0}, 2
}

func grainOf(word string) plan.Bucket {
	switch singular(word) {
	case "day":
		return plan.Day
	case "week":
		return plan.Week
	case "month":
		return plan.Month
	case "quarter":
		return plan.Quarter
	case "year":
		return plan.Year
	}
	return ""
}

func add(t time.Time, b plan.Bucket, n int) time.Time {
	switch b {
	case plan.Year:
		return t.AddDate(n, 0, 0)
	case plan.Quarter:
		return t.AddDate(0, 3*n, 0)
	case plan.Month:
		return t.AddDate(0, n, 0)
	case plan.Week:
		return t.AddDate(0, 0, 7*n)
	}
	return t.AddDate(0, 0, n)
}

// floor is the first day of the bucket that a day lies in; weeks begin on Monday.
func floor(t time.Time, b plan.Bucket) time.Time {
	y, m, d := t.Date()
	switch b {
	case plan.Year:
		m, d = 1, 1
	case plan.Quarter:
		m, d = (m-1)/3*3+1, 1
	case plan.Month:
		d = 1
	case plan.Week:
		d -= (int(t.Weekday()) + 6) % 7
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
