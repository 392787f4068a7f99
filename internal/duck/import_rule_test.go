package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
)

// An import keeps to what an edit must keep to: rows without a required field, and moves that are not legal, are rejects.
func TestImportKeepsToTheRules(t *testing.T) {
	s := ducktest.Sales(t)
	load := func(object, key string, fields []string, lines ...[]any) crm.Loaded {
		t.Helper()
		got, err := s.Import(t.Context(), ann, byImport, nil, []crm.Source{{Load: crm.Load{Object: object, Key: key, Fields: fields}, Rows: rows(lines...)}}, crm.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Loaded[0]
	}
	empty := crm.Reject{Column: "name", Reason: "Name of account must not be empty. Give it a value, or let it be empty: openclawd field change account name --required=false"}
	at := func(r crm.Reject, line int64) crm.Reject { r.Row = line; return r }
	for _, tc := range []struct {
		name string
		got  crm.Loaded
		want crm.Loaded
	}{
		{"an empty required field", load("account", "", []string{"name", "sector"}, []any{"Acme", "retail"}, []any{nil, "retail"}, []any{"Zeta", nil}),
			crm.Loaded{Created: 2, Rejected: 1, Rejects: []crm.Reject{at(empty, 3)}}},
		{"a required field that the file lacks", load("account", "", []string{"sector"}, []any{"retail"}, []any{"medical"}),
			crm.Loaded{Rejected: 2, Rejects: []crm.Reject{at(empty, 2), at(empty, 3)}}},
		{"known records need not name it again", load("account", "name", []string{"name", "sector"}, []any{"Acme", "medical"}),
			crm.Loaded{Updated: 1}},
		{"new deals begin in any stage", load("deal", "name", []string{"name", "stage"}, []any{"A", "New"}, []any{"B", "Won"}, []any{"C", "Engaging"}, []any{"D", nil}),
			crm.Loaded{Created: 4}},
		{"moves", load("deal", "name", []string{"name", "stage"}, []any{"A", "Won"}, []any{"B", "Lost"}, []any{"C", "Won"}, []any{"D", "New"}, []any{"E", "Lost"}),
			crm.Loaded{Created: 1, Updated: 2, Rejected: 2, Rejects: []crm.Reject{
				{Row: 2, Column: "stage", Value: "Won", Reason: "Stage cannot go from New to Won. From New it can go to Engaging."},
				{Row: 3, Column: "stage", Value: "Lost", Reason: "Stage cannot go from Won to Lost. From Won it goes nowhere."},
			}}},
		{"an empty cell is no move", load("deal", "name", []string{"name", "stage"}, []any{"C", nil}, []any{nil, "New"}, []any{"E", "Lost"}),
			crm.Loaded{Unchanged: 2, Rejected: 1, Rejects: []crm.Reject{
				{Row: 3, Column: "name", Reason: "Name is the key and is empty."},
			}}},
	} {
		if diff := cmp.Diff(tc.want, tc.got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	want := [][]any{{"A", "New"}, {"B", "Won"}, {"C", "Won"}, {"D", "New"}, {"E", "Lost"}}
	if diff := cmp.Diff(want, ask(t, s, "SELECT name, stage FROM deal ORDER BY 1")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An import that is to come in whole does not come in at all when a row of it is rejected.
func TestImportWhole(t *testing.T) {
	s := ducktest.Sales(t)
	run := func(names ...any) crm.Imported {
		t.Helper()
		var lines [][]any
		for _, n := range names {
			lines = append(lines, []any{n})
		}
		got, err := s.Import(t.Context(), ann, byImport, nil, []crm.Source{{Load: crm.Load{Object: "account", Key: "name", Fields: []string{"name"}}, Rows: rows(lines...)}}, crm.ImportOptions{Whole: true})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := run("Acme", "Zeta", "Acme"); got.Batch != 0 || len(got.Loaded[0].Rejects) != 1 {
		t.Errorf("%+v", got)
	}
	if got := run("Acme", "Zeta"); got.Batch == 0 || got.Loaded[0].Created != 2 {
		t.Errorf("%+v", got)
	}
}
