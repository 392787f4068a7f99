package duck_test

import (
	"errors"
	"fmt"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestRejectsAreHandedOn holds that rows which only the database refuses are handed on one by one, in the order of their
// lines whatever refused them, and that no more than the first are kept.
func TestRejectsAreHandedOn(t *testing.T) {
	const many = 5000
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Same"})
	ducktest.Add(t, s, "account", crm.Values{"name": "Same"})
	var accounts, deals [][]any
	for i := range many {
		accounts = append(accounts, []any{nil, "retail"})
		deals = append(deals, []any{string(rune('a'+i%26)) + "x", "Same"})
	}
	accounts = append(accounts, []any{"Acme", nil})
	deals = append(deals, []any{nil, nil}, []any{"last", "Acme"})
	sources := func() []crm.Source {
		return []crm.Source{
			{Load: crm.Load{Object: "account", Fields: []string{"name", "sector"}}, Rows: rows(accounts...)},
			{Load: crm.Load{Object: "deal", Key: "name", Fields: []string{"name", "account"}, Links: map[string]crm.LinkBy{"account": {Field: "name"}}}, Rows: rows(deals...)},
		}
	}
	told, last := [2]int64{}, [2]int64{}
	got, err := s.Import(t.Context(), ducktest.Ann, byImport, nil, sources(), crm.ImportOptions{Reject: func(source int, r crm.Reject) error {
		if told[source]++; r.Row <= last[source] || r.Reason == "" {
			t.Errorf("source %d: %+v after line %d", source, r, last[source])
		}
		last[source] = r.Row
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{many, many + 1} {
		if l := got.Loaded[i]; l.Created != 1 || l.Rejected != want || told[i] != want || len(l.Rejects) == 0 || len(l.Rejects) > 100 {
			t.Errorf("source %d: %d created, %d rejected, %d told, %d kept", i, l.Created, l.Rejected, told[i], len(l.Rejects))
		}
	}
	full := fail.New(fail.Unavailable, "There is no room.")
	if _, err := s.Import(t.Context(), ducktest.Ann, byImport, nil, sources(), crm.ImportOptions{Reject: func(int, crm.Reject) error { return full }}); !errors.Is(err, full) {
		t.Errorf("whoever takes them fails: %v", err)
	}
	if left := ask(t, s, "SELECT count(*) FROM account"); fmt.Sprint(left) != "[[3]]" {
		t.Errorf("%v accounts, want what was there before", left)
	}
}
