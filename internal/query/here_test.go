package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/plan"
	"openclaw/internal/query"
)

// at is a scope whose clock stands in a zone.
func at(t *testing.T, place *time.Location) *query.Scope {
	t.Helper()
	s, err := query.NewScope(schema, "deal", func(o string) string { return "r." + o }, time.Date(2024, 11, 3, 22, 0, 0, 0, place))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	place, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return place
}

// TestDaysOfTheMachinesClock: a day compared with instants is one of the clock's zone, with 23 or 25 hours where it has so
// many, and so is today.
func TestDaysOfTheMachinesClock(t *testing.T) {
	ny := zone(t, "America/New_York")
	for _, tc := range []struct {
		name   string
		place  *time.Location
		filter crm.Filter
		want   []any
	}{
		{"a day in UTC", time.UTC, crm.Where("met_at", crm.Is, "2024-06-10"), []any{"2024-06-10 00:00:00", "2024-06-11 00:00:00"}},
		{"a day", ny, crm.Where("met_at", crm.Is, "2024-06-10"), []any{"2024-06-10 04:00:00", "2024-06-11 04:00:00"}},
		{"of 23 hours", ny, crm.Where("met_at", crm.Is, "2024-03-10"), []any{"2024-03-10 05:00:00", "2024-03-11 04:00:00"}},
		{"of 25 hours, today", ny, crm.Where("met_at", crm.Is, "@today"), []any{"2024-11-03 04:00:00", "2024-11-04 05:00:00"}},
		{"after a day", ny, crm.Where("met_at", crm.More, "2024-06-10"), []any{"2024-06-11 04:00:00"}},
		{"between days", ny, crm.Where("met_at", crm.Between, "2024-06-10", "2024-06-11"), []any{"2024-06-10 04:00:00", "2024-06-12 04:00:00"}},
		{"a time without a zone", ny, crm.Where("met_at", crm.AtLeast, "2024-06-10 14:30"), []any{"2024-06-10 18:30:00"}},
		{"a time with one", ny, crm.Where("met_at", crm.AtLeast, "2024-06-10T14:30:00Z"), []any{"2024-06-10 14:30:00"}},
		{"a date is no instant", ny, crm.Where("closed_on", crm.Is, "2024-06-10"), []any{"2024-06-10"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := at(t, tc.place)
			if _, err := s.Where(tc.filter); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, s.Args()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestInstantsFallOnDaysOfTheClock: where instants are counted by day, or taken from each other in days, it is by the clock.
func TestInstantsFallOnDaysOfTheClock(t *testing.T) {
	for _, tc := range []struct{ name, want string }{
		{"UTC", `t."met_at"`},
		{"America/New_York", `timezone('America/New_York', timezone('UTC', t."met_at"))`},
		{"", `(t."met_at" + to_seconds(19800))`},
	} {
		place := time.FixedZone("IST", 19800) // no name of a zone
		if tc.name != "" {
			place = zone(t, tc.name)
		}
		p := plan.Plan{Object: "deal", Groups: []plan.Group{{Path: "met_at", Bucket: plan.Day}}, Measures: []plan.Measure{{Fn: plan.Max, Of: &crm.Term{Path: "closed_on", Minus: "met_at"}}}}
		got, err := query.Compile(schema, p, func(o string) string { return o }, time.Date(2024, 6, 1, 0, 0, 0, 0, place))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"GROUP BY strftime(" + tc.want + ", '%Y-%m-%d')", "date_diff('day', " + tc.want + `, t."closed_on")`} {
			if !strings.Contains(got.SQL, want) {
				t.Errorf("%s: no %s in\n%s", tc.name, want, got.SQL)
			}
		}
	}
}

func TestAnAmountOfAnotherCurrencyIsNotCompared(t *testing.T) {
	priced := crm.Schema{Objects: []crm.Object{{Name: "deal", Fields: []crm.Field{{Name: "price", Label: "Price", Type: crm.Money, Scale: 2, Currency: "EUR"}}}}}
	for value, want := range map[string]bool{"$5000": false, "5,000 USD": false, "€5,000": true, "5000.555": true} {
		s, err := query.NewScope(priced, "deal", func(o string) string { return o }, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Where(crm.Where("price", crm.More, value))
		if (err == nil) != want || !want && (fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "kept in EUR")) {
			t.Errorf("%s: %v", value, err)
		}
	}
}
