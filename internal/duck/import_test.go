package duck_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

var byImport = crm.Cause{Kind: "import", Text: "test.csv"}

func rows(lines ...[]any) iter.Seq2[crm.SourceRow, error] {
	return func(yield func(crm.SourceRow, error) bool) {
		for i, l := range lines {
			if !yield(crm.SourceRow{Line: int64(i + 2), Values: l}, nil) {
				return
			}
		}
	}
}

func ask(t testing.TB, s *duck.Store, q string) [][]any {
	t.Helper()
	got, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{})
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	return got.Rows
}

var (
	addTeam = crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "agent", Fields: []crm.Field{
		{Name: "agent", Type: crm.Text, Key: true, Role: crm.RoleName}, {Name: "manager", Type: crm.Link, Target: "agent"}, {Name: "office", Type: crm.Text}}}}
	addDeals = crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "sale", Fields: []crm.Field{
		{Name: "code", Type: crm.Text, Key: true, Role: crm.RoleName}, {Name: "agent", Type: crm.Link, Target: "agent"}, {Name: "helpers", Type: crm.Links, Target: "agent"},
		{Name: "value", Type: crm.Money, Scale: 2}, {Name: "on", Type: crm.Date}, {Name: "tags", Type: crm.Choices, Options: []crm.Option{{Value: "a"}, {Value: "b"}}},
		{Name: "at", Type: crm.DateTime}, {Name: "ok", Type: crm.Bool}}}}
)

func agents(lines ...[]any) crm.Source {
	return crm.Source{Load: crm.Load{Object: "agent", Key: "agent", Fields: []string{"agent", "manager", "office"}, Links: map[string]crm.LinkBy{"manager": {Field: "agent"}}}, Rows: rows(lines...)}
}

func sales(by crm.LinkBy, lines ...[]any) crm.Source {
	by.Field = "agent"
	return crm.Source{Load: crm.Load{Object: "sale", Key: "code", Fields: []string{"code", "agent", "helpers", "value", "on", "tags", "at", "ok"},
		Links: map[string]crm.LinkBy{"agent": by, "helpers": {Field: "agent"}}}, Rows: rows(lines...)}
}

func TestImport(t *testing.T) {
	s, _ := shop(t)
	at, _ := crm.ParseInstant("2017-01-02 03:04:05")
	team := [][]any{{"Ann", "Zoe", "East"}, {"Bob", "Ann", nil}, {"Zoe", "Bob", "West"}, {"Ann", nil, "twice"}, {nil, nil, "no name"}}
	deals := [][]any{
		{"S1", "Ann", []string{"Zoe", "Bob", "Zoe"}, dec("10.50"), day("2017-01-02"), []string{"a", "b"}, at, true},
		{"S2", "bobby", nil, nil, nil, nil, nil, nil},
		{"S3", nil, []string{"nobody"}, dec("-3"), nil, []string{}, nil, false},
		{"S4", "Nils", nil, dec("0"), nil, nil, nil, nil},
	}
	by := crm.LinkBy{Fix: map[string]string{"bobby": "Bob", "unused": "Zoe"}}
	// The file of deals comes before the file of agents that it refers to.
	load := func(opts crm.ImportOptions, alts ...crm.Alteration) (crm.Imported, error) {
		return s.Import(t.Context(), ann, byImport, alts, []crm.Source{sales(by, deals...), agents(team...)}, opts)
	}
	want := []crm.Loaded{
		{Created: 4, Links: map[string]crm.LinkCount{
			"agent":   {Linked: 2, Empty: 1, Unmatched: []string{"Nils"}, Fixed: map[string]string{"bobby": "Bob"}},
			"helpers": {Linked: 1, Empty: 2, Unmatched: []string{"nobody"}}}},
		{Created: 3, Links: map[string]crm.LinkCount{"manager": {Linked: 3, Unmatched: []string{}}}, Rejected: 2, Rejects: []crm.Reject{
			{Row: 5, Column: "agent", Value: "Ann", Reason: "Agent Ann is the key and stands in line 2 too."},
			{Row: 6, Column: "agent", Reason: "Agent is the key and is empty."}}},
	}
	dry, err := load(crm.ImportOptions{DryRun: true}, addTeam, addDeals)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(crm.Imported{Loaded: want}, dry, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("dry run (-want +got):\n%s", diff)
	}
	if _, err := s.SQL(t.Context(), ann, `SELECT * FROM sale`, duck.SQLLimits{}); fail.KindOf(err) != fail.NotFound {
		t.Fatalf("the dry run left something: %v", err)
	}
	var progress []int64
	got, err := load(crm.ImportOptions{Progress: func(n int64) { progress = append(progress, n) }}, addTeam, addDeals)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Loaded, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("import (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{9}, progress); diff != "" {
		t.Errorf("progress: %s", diff)
	}
	if diff := cmp.Diff([][]any{
		{"S1", "Ann", []string{"Zoe", "Bob"}, dec("10.50"), day("2017-01-02"), []string{"a", "b"}, at, true},
		{"S2", "Bob", nil, nil, nil, nil, nil, nil}, {"S3", nil, nil, dec("-3.00"), nil, nil, nil, false}, {"S4", nil, nil, dec("0.00"), nil, nil, nil, nil},
	}, ask(t, s, `SELECT code, agent, helpers, value, "on", tags, "at", ok FROM v_sale ORDER BY code`)); diff != "" {
		t.Errorf("deals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]any{{"Ann", "Zoe"}, {"Bob", "Ann"}, {"Zoe", "Bob"}}, ask(t, s, `SELECT agent, manager FROM v_agent ORDER BY 1`)); diff != "" {
		t.Errorf("agents (-want +got):\n%s", diff)
	}

	// The same again changes nothing, and leaves no batch.
	again, err := load(crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again.Batch != 0 || again.Loaded[0].Unchanged != 4 || again.Loaded[1].Unchanged != 3 || again.Loaded[0].Created+again.Loaded[0].Updated+again.Loaded[1].Created+again.Loaded[1].Updated != 0 {
		t.Errorf("the same again: %+v", again)
	}

	// Changes touch what differs, and history holds just that.
	deals[0][3], deals[0][1], deals[1][4], deals[3][1] = dec("11"), nil, day("2018-01-01"), "Zoe"
	third, err := load(crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if l := third.Loaded[0]; l.Updated != 3 || l.Unchanged != 1 || l.Created != 0 {
		t.Errorf("changed: %+v", l)
	}
	changes, err := s.History(t.Context(), ann, crm.HistoryQuery{Object: "sale", Batch: third.Batch})
	if err != nil {
		t.Fatal(err)
	}
	var befores, afters []map[string]any
	for _, ch := range changes {
		befores, afters = append(befores, ch.Before), append(afters, ch.After)
	}
	if len(changes) != 3 {
		t.Errorf("history: %d changes", len(changes))
	}
	if _, err := s.Undo(t.Context(), ann, third.Batch); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{"S1", "Ann", dec("10.50"), day("2017-01-02")}, {"S2", "Bob", nil, nil}, {"S3", nil, dec("-3.00"), nil}, {"S4", nil, dec("0.00"), nil}},
		ask(t, s, `SELECT code, agent, value, "on" FROM v_sale ORDER BY 1`)); diff != "" {
		t.Errorf("undone (-want +got):\n%s\nbefore %v\nafter %v", diff, befores, afters)
	}
	if _, err := s.Undo(t.Context(), ann, got.Batch); err != nil {
		t.Fatal(err)
	}
	if schema, err := s.Schema(t.Context(), ann); err != nil || len(schema.Objects) != 2 {
		t.Errorf("the undo of the first import left %d objects, %v", len(schema.Objects), err)
	}
}

func TestImportCreatesMissing(t *testing.T) {
	s, _ := shop(t)
	got, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam, addDeals}, []crm.Source{
		sales(crm.LinkBy{Create: true}, []any{"S1", "Ann", []string{"Zoe"}, nil, nil, nil, nil, nil}, []any{"S2", "Nils", nil, nil, nil, nil, nil, nil}, []any{"S3", "Nils", nil, nil, nil, nil, nil, nil}),
		agents([]any{"Ann", nil, nil}),
	}, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if l := got.Loaded[0].Links["agent"]; l.Created != 1 || l.Linked != 3 || len(l.Unmatched) != 0 {
		t.Errorf("%+v", l)
	}
	if diff := cmp.Diff([][]any{{"Ann"}, {"Nils"}}, ask(t, s, `SELECT agent FROM agent ORDER BY 1`)); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Undo(t.Context(), ann, got.Batch); err != nil {
		t.Fatal(err)
	}
}

func TestImportLeavesNothing(t *testing.T) {
	broken := errors.New("line 3 is torn")
	for name, run := range map[string]func(s *duck.Store) error{
		"an error of the source": func(s *duck.Store) error {
			src := agents([]any{"Ann", nil, nil})
			good := src.Rows
			src.Rows = func(yield func(crm.SourceRow, error) bool) {
				for r, err := range good {
					if !yield(r, err) {
						return
					}
				}
				yield(crm.SourceRow{}, broken)
			}
			_, err := s.Import(context.Background(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{src}, crm.ImportOptions{})
			if !errors.Is(err, broken) {
				return fmt.Errorf("another error: %w", err)
			}
			return err
		},
		"cancelled while reading": func(s *duck.Store) error {
			ctx, cancel := context.WithCancel(context.Background())
			src := agents()
			src.Rows = func(yield func(crm.SourceRow, error) bool) {
				for i := range 100_000 {
					if i == 50_000 {
						cancel()
					}
					if !yield(crm.SourceRow{Line: int64(i), Values: []any{fmt.Sprint("a", i), nil, nil}}, nil) {
						return
					}
				}
			}
			_, err := s.Import(ctx, ann, byImport, []crm.Alteration{addTeam}, []crm.Source{src}, crm.ImportOptions{})
			if !errors.Is(err, context.Canceled) {
				return fmt.Errorf("not cancelled: %w", err)
			}
			return err
		},
		"a value of the wrong type": func(s *duck.Store) error {
			_, err := s.Import(context.Background(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents([]any{"Ann", nil, true})}, crm.ImportOptions{})
			return err
		},
		"a field that is not there": func(s *duck.Store) error {
			_, err := s.Import(context.Background(), ann, byImport, nil, []crm.Source{agents([]any{"Ann", nil, nil})}, crm.ImportOptions{})
			return err
		},
		"DuckDB fails after the rows are in": func(s *duck.Store) error {
			defer duck.FailAt(s, nil)
			duck.FailAt(s, func(stage string) error {
				if stage == "commit" {
					return broken
				}
				return nil
			})
			_, err := s.Import(context.Background(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents([]any{"Ann", nil, nil})}, crm.ImportOptions{})
			return err
		},
		"too few values": func(s *duck.Store) error {
			_, err := s.Import(context.Background(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents([]any{"Ann"})}, crm.ImportOptions{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := shop(t)
			if err := run(s); err == nil {
				t.Fatal("it went through")
			}
			schema, err := s.Schema(t.Context(), ann)
			if err != nil || len(schema.Objects) != 2 {
				t.Errorf("%d objects, %v", len(schema.Objects), err)
			}
			// The next import works, and nothing of the first is in its way.
			got, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents([]any{"Ann", nil, nil})}, crm.ImportOptions{})
			if err != nil || got.Loaded[0].Created != 1 {
				t.Fatalf("%+v, %v", got, err)
			}
		})
	}
}

// Too little room for the rows that wait stops the import; nothing of it stays, and smaller ones work.
func TestImportWithoutRoom(t *testing.T) {
	s := ducktest.Open(t, duck.Options{MemoryLimit: "48MB", TempLimit: "4MB", Threads: 1})
	alts, sources := companies(600_000)
	_, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{})
	if e := fail.As(err); e.Kind != fail.Unavailable || e.Hint == "" {
		t.Fatalf("it went through, or failed without a next step: %v", err)
	}
	if schema, err := s.Schema(t.Context(), ann); err != nil || len(schema.Objects) != 0 {
		t.Errorf("%d objects, %v", len(schema.Objects), err)
	}
	if changes, err := s.History(t.Context(), ann, crm.HistoryQuery{}); err != nil || len(changes) != 0 {
		t.Errorf("%d changes, %v", len(changes), err)
	}
	alts, sources = companies(1000)
	if got, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil || got.Loaded[0].Created != 1000 {
		t.Fatalf("%+v, %v", got, err)
	}
}

// A key is matched with what is there, also where several records have it, and what lies in the trash stays there.
func TestImportKeys(t *testing.T) {
	s, _ := shop(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Twice"})
	ducktest.Add(t, s, "account", crm.Values{"name": "Twice"})
	gone := ducktest.Add(t, s, "account", crm.Values{"name": "Gone"})
	if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Delete, Object: "account", ID: gone}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	load := func(key string, fields []string, lines ...[]any) crm.Loaded {
		t.Helper()
		got, err := s.Import(t.Context(), ann, byImport, nil, []crm.Source{{Load: crm.Load{Object: "account", Key: key, Fields: fields}, Rows: rows(lines...)}}, crm.ImportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Loaded[0]
	}
	got := load("name", []string{"name", "sector"}, []any{"Twice", "Retail"}, []any{"Gone", "Medical"}, []any{"Acme", "Telecom"})
	want := crm.Loaded{Created: 1, Updated: 1, Rejected: 1, Rejects: []crm.Reject{{Row: 2, Column: "name", Value: "Twice", Reason: "Name Twice is the key and stands on several records."}}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Without a key every row is a new record, and records that the file does not name are left alone.
	if got = load("", []string{"name"}, []any{"Acme"}, []any{"Acme"}); got.Created != 2 || len(got.Rejects) != 0 {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([][]any{{"Acme", dec("3")}, {"Gone", dec("1")}, {"Twice", dec("2")}, {"Umbrella", dec("1")}}, ask(t, s, `SELECT name, count(*) FROM account GROUP BY ALL ORDER BY 1`)); diff != "" {
		t.Error(diff)
	}
}

func TestImportRefuses(t *testing.T) {
	s, _ := shop(t)
	for name, load := range map[string]crm.Load{
		"no such object":     {Object: "nosuch", Fields: []string{"name"}},
		"no such field":      {Object: "account", Fields: []string{"name", "nosuch"}},
		"a computed field":   {Object: "deal", Fields: []string{"double"}},
		"a field twice":      {Object: "account", Fields: []string{"name", "name"}},
		"a key not imported": {Object: "account", Key: "name", Fields: []string{"sector"}},
		"a link as the key":  {Object: "account", Key: "parent", Fields: []string{"parent"}},
		"a link by a link":   {Object: "deal", Fields: []string{"account"}, Links: map[string]crm.LinkBy{"account": {Field: "parent"}}},
		"a link by nothing":  {Object: "deal", Fields: []string{"account"}, Links: map[string]crm.LinkBy{"account": {Field: "nosuch"}}},
	} {
		_, err := s.Import(t.Context(), ann, byImport, nil, []crm.Source{{Load: load, Rows: rows()}}, crm.ImportOptions{})
		if e := fail.As(err); err == nil || e.Kind == fail.Failed || e.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Import(t.Context(), ducktest.Vic, byImport, []crm.Alteration{addTeam}, []crm.Source{agents()}, crm.ImportOptions{}); fail.KindOf(err) != fail.Denied {
		t.Errorf("a viewer imported: %v", err)
	}
}
