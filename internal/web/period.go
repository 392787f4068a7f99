package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/plan"
)

// maxPeriods is how many periods a chart shows one by one; beyond them its gaps stay closed.
const maxPeriods = 400

// periods are all periods from the first to the last of those given, which must go up. False when they do not, when there are
// too many, or when one of them is not a period.
func periods(b plan.Bucket, given []string) ([]string, bool) {
	if len(given) == 0 || !slices.IsSorted(given) {
		return nil, false
	}
	last := given[len(given)-1]
	out := []string{given[0]}
	for at := given[0]; at < last; {
		next, ok := nextPeriod(b, at)
		if !ok || len(out) == maxPeriods {
			return nil, false
		}
		at = next
		out = append(out, at)
	}
	return out, out[len(out)-1] == last
}

// nextPeriod is the period after one, both as the database writes them: 2017, 2017-Q1, 2017-03, 2017-W09, 2017-03-31.
func nextPeriod(b plan.Bucket, text string) (string, bool) {
	switch b {
	case plan.Year:
		year, err := strconv.Atoi(text)
		return fmt.Sprintf("%04d", year+1), err == nil
	case plan.Quarter:
		year, quarter, _ := strings.Cut(text, "-Q")
		y, err := strconv.Atoi(year)
		q, wrong := strconv.Atoi(quarter)
		return fmt.Sprintf("%04d-Q%d", y+q/4, q%4+1), err == nil && wrong == nil
	case plan.Month:
		t, err := time.Parse("2006-01", text)
		return t.AddDate(0, 1, 0).Format("2006-01"), err == nil
	case plan.Day:
		t, err := time.Parse(time.DateOnly, text)
		return t.AddDate(0, 0, 1).Format(time.DateOnly), err == nil
	case plan.Week:
		year, week, _ := strings.Cut(text, "-W")
		y, err := strconv.Atoi(year)
		w, wrong := strconv.Atoi(week)
		// The fourth of January is always in the first week.
		y, w = time.Date(y, 1, 4, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*w).ISOWeek()
		return fmt.Sprintf("%04d-W%02d", y, w), err == nil && wrong == nil
	}
	return "", false
}
