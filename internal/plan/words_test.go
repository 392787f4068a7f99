package plan_test

import (
	"testing"
	"time"

	"openclaw/internal/plan"
)

func TestSpanWords(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil && s != "" {
			t.Fatal(err)
		}
		return d
	}
	for _, tc := range []struct{ from, to, want string }{
		{"2017-01-01", "2018-01-01", "2017"},
		{"2017-07-01", "2018-01-01", "H2 2017"},
		{"2017-07-01", "2017-10-01", "Q3 2017"},
		{"2017-03-01", "2017-04-01", "March 2017"},
		{"2017-03-05", "2017-03-06", "2017-03-05"},
		{"2017-02-01", "2017-05-01", "between 2017-02-01 and 2017-04-30"},
		{"2017-02-01", "", "since 2017-02-01"},
		{"", "2017-02-01", "before 2017-02-01"},
	} {
		if got := plan.SpanWords(day(tc.from), day(tc.to)); got != tc.want {
			t.Errorf("%s to %s: %q, want %q", tc.from, tc.to, got, tc.want)
		}
	}
}
