package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/plan"
)

func TestPeriods(t *testing.T) {
	for name, tc := range map[string]struct {
		bucket plan.Bucket
		given  []string
		want   []string // nil: they are left as they are
	}{
		"years":             {plan.Year, []string{"2015", "2017"}, []string{"2015", "2016", "2017"}},
		"quarters":          {plan.Quarter, []string{"2016-Q3", "2017-Q2"}, []string{"2016-Q3", "2016-Q4", "2017-Q1", "2017-Q2"}},
		"months":            {plan.Month, []string{"2016-11", "2016-12", "2017-02"}, []string{"2016-11", "2016-12", "2017-01", "2017-02"}},
		"weeks, 53 of them": {plan.Week, []string{"2020-W52", "2021-W02"}, []string{"2020-W52", "2020-W53", "2021-W01", "2021-W02"}},
		"weeks, 52 of them": {plan.Week, []string{"2017-W52", "2018-W01"}, []string{"2017-W52", "2018-W01"}},
		"days":              {plan.Day, []string{"2016-02-28", "2016-03-01"}, []string{"2016-02-28", "2016-02-29", "2016-03-01"}},
		"one":               {plan.Month, []string{"2016-11"}, []string{"2016-11"}},
		"none":              {plan.Month, nil, nil},
		"downwards":         {plan.Month, []string{"2017-02", "2016-11"}, nil},
		"too many":          {plan.Day, []string{"2001-01-01", "2017-01-01"}, nil},
		"no period":         {plan.Month, []string{"much", "nothing"}, nil},
		"no bucket":         {"", []string{"2016", "2018"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := periods(tc.bucket, tc.given)
			if ok != (tc.want != nil) {
				t.Fatalf("got %v, %t", got, ok)
			}
			if diff := cmp.Diff(tc.want, got); ok && diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
