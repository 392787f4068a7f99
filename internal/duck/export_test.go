package duck_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// exported gives the records of an object as sources take them: links by name.
func exported(t testing.TB, s *duck.Store, object string, f crm.Filter) ([]crm.Column, [][]any) {
	t.Helper()
	var columns []crm.Column
	var out [][]any
	err := s.Export(t.Context(), ann, object, f, func(cols []crm.Column, values []any) error {
		columns = cols
		row := slices.Clone(values)
		for i, v := range row {
			switch v := v.(type) {
			case crm.Ref:
				row[i] = v.Name
			case []crm.Ref:
				names := make([]string, len(v))
				for j, r := range v {
					names[j] = r.Name
				}
				row[i] = names
			}
		}
		out = append(out, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return columns, out
}

func TestExportThenImportChangesNothing(t *testing.T) {
	s, _ := shop(t)
	at, _ := crm.ParseInstant("2017-01-02 03:04:05.123456")
	_, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam, addDeals}, []crm.Source{
		agents([]any{"Ann, the \"first\"", "Zoe\nL", ""}, []any{"Bob", nil, nil}, []any{"Zoe\nL", "Bob", "West"}),
		sales(crm.LinkBy{}, []any{"S1", "Bob", []string{"Zoe\nL", "Bob"}, dec("10.50"), day("2017-01-02"), []string{"a", "b"}, at, true},
			[]any{"S2", nil, nil, nil, nil, nil, nil, nil}, []any{"S3", "Ann, the \"first\"", nil, dec("-0.01"), nil, []string{"b"}, nil, false}),
	}, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cols, team := exported(t, s, "agent", crm.Filter{})
	if diff := cmp.Diff([]crm.Column{{Name: "Agent", Type: crm.Text, Path: "agent"}, {Name: "Manager", Type: crm.Link, Path: "manager"}, {Name: "Office", Type: crm.Text, Path: "office"}}, cols); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	_, deals := exported(t, s, "sale", crm.Filter{})
	if diff := cmp.Diff([]any{"S1", "Bob", []string{"Zoe\nL", "Bob"}, dec("10.50"), day("2017-01-02"), []string{"a", "b"}, at, true}, deals[0]); diff != "" {
		t.Errorf("first deal (-want +got):\n%s", diff)
	}
	got, err := s.Import(t.Context(), ann, byImport, nil, []crm.Source{sales(crm.LinkBy{}, deals...), agents(team...)}, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Batch != 0 || got.Loaded[0].Unchanged != 3 || got.Loaded[1].Unchanged != 3 {
		t.Errorf("%+v", got)
	}
}

func TestExportFilterAndErrors(t *testing.T) {
	s, _ := shop(t)
	if _, rows := exported(t, s, "deal", crm.Where("account.name", crm.Is, "acme")); len(rows) != 1 || rows[0][0] != "First" || rows[0][4] == nil {
		t.Errorf("filtered: %v", rows)
	}
	enough := errors.New("enough")
	if err := s.Export(t.Context(), ann, "deal", crm.Filter{}, func([]crm.Column, []any) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the taker's error: %v", err)
	}
	none := func([]crm.Column, []any) error { return nil }
	if err := s.Export(t.Context(), ann, "nosuch", crm.Filter{}, none); fail.KindOf(err) != fail.NotFound {
		t.Errorf("an object that is not there: %v", err)
	}
	if err := s.Export(t.Context(), ident.Caller{}, "deal", crm.Filter{}, none); fail.KindOf(err) != fail.Denied {
		t.Errorf("nobody: %v", err)
	}
}

func BenchmarkExport(b *testing.B) {
	s, err := duck.Open(b.Context(), duck.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const n = 1_000_000
	alts, sources := companies(n)
	if _, err := s.Import(b.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		start, got := time.Now(), 0
		if err := s.Export(b.Context(), ann, "opportunities", crm.Filter{}, func([]crm.Column, []any) error { got++; return nil }); err != nil || got != n {
			b.Fatalf("%d rows, %v", got, err)
		}
		b.ReportMetric(n/time.Since(start).Seconds(), "rows/s")
	}
}
