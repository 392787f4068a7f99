package answer_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
	"openclaw/internal/plan"
)

var ann = ident.Caller{Person: "ann", Name: "Ann", Role: ident.Member, Via: ident.CLI}

func clock() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

// salesFiles is the folder of the sales company's files, "" where it is not there.
func salesFiles() string {
	dir := os.Getenv("OPENCLAW_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "crm-sales", "accounts.csv")); err != nil {
		return ""
	}
	return dir
}

// sales imports the sales company the way its people would.
func sales(t testing.TB) store {
	t.Helper()
	dir := filepath.Join(salesFiles(), "crm-sales")
	s := ducktest.Open(t, duck.Options{Clock: clock})
	var sources []ingest.Source
	for _, f := range []string{"accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv"} {
		sources = append(sources, ingest.Source{Name: f, Path: filepath.Join(dir, f)})
	}
	p, err := ingest.Prepare(t.Context(), s, ann, sources, ingest.Options{Yes: true, RejectDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Import(t.Context(), s, ann, nil); err != nil {
		t.Fatal(err)
	}
	return newStore(t, s)
}

// store is a workspace for questions.
type store struct {
	*duck.Store
	names map[string][]crm.Hit
}

func newStore(t testing.TB, s *duck.Store) store {
	out := store{Store: s, names: map[string][]crm.Hit{}}
	schema, err := s.Schema(t.Context(), ann)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range schema.Objects {
		for _, f := range o.Fields {
			if f.Type != crm.Text && f.Type != crm.Choice && f.Type != crm.Person {
				continue
			}
			rows, err := s.Plan(t.Context(), ann, plan.Plan{Object: o.Name, Groups: []plan.Group{{Path: crm.Path(f.Name)}}, Limit: 10000})
			if err != nil {
				t.Fatal(err)
			}
			name, _ := o.NameField()
			for _, row := range rows.Rows {
				v, _ := row[0].(string)
				h := crm.Hit{Object: o.Name, Field: f.Name, Value: v}
				add := func(k string) { out.names[k] = append(out.names[k], h) }
				add(crm.Squash(v))
				words := strings.Fields(crm.Fold(v))
				if name.Name == f.Name && len(words) > 1 {
					for _, w := range words {
						add(crm.Squash(w))
					}
				}
			}
		}
	}
	return out
}

// Lookup finds phrases in memory.
func (s store) Lookup(_ context.Context, _ ident.Caller, phrases []string, fuzzy bool) ([]crm.Hit, error) {
	var out []crm.Hit
	for _, p := range phrases {
		k := crm.Squash(p)
		for _, h := range s.names[k] {
			h.Phrase = p
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
		if !fuzzy || len(k) < 5 {
			continue
		}
		most := 1
		if len(k) >= 7 {
			most = 2
		}
		for name, hits := range s.names {
			if d := edits(k, name); d > 0 && d <= most {
				for _, h := range hits {
					h.Phrase, h.Distance = p, d
					out = append(out, h)
				}
			}
		}
	}
	return out, nil
}

func edits(a, b string) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 9
	}
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := []int{i + 1}
		for j := range len(b) {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row = append(row, min(last[j+1]+1, row[j]+1, last[j]+change))
		}
		last = row
	}
	return last[len(b)]
}

func engine(t testing.TB, s answer.Store) *answer.Engine {
	t.Helper()
	e, err := answer.New(answer.Options{Store: s, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
