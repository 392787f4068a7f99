package duck_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
)

// While the words of many new records are made nobody waits: records that have none yet are found as they are, edits go
// through, and what an edit changed is found and no longer found.
func TestWhileWordsAreMade(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	held, goOn := make(chan struct{}), make(chan struct{})
	var steps atomic.Int32
	duck.FailAt(s, func(stage string) error {
		if stage == "words" && steps.Add(1) == 6 { // in a slice of the many
			close(held)
			<-goOn
		}
		return nil
	})
	alts, sources := companies(45_000)
	if _, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	<-held
	if !s.Behind() {
		t.Error("records without words are not told of")
	}
	page, err := s.List(t.Context(), ann, crm.Query{Object: "opportunities", Fields: []crm.Path{"opportunity_id"}, Sort: []crm.Sort{{Path: "id", Desc: true}}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	code, _ := page.Rows[0].Values[0].(string)
	id := page.Rows[0].ID
	found := func(code string, want int) {
		t.Helper()
		if got := hits(t, s, false, strings.ToLower(code)); len(got) != want {
			t.Errorf("look up %s: %q", code, got)
		}
		if got, err := s.Search(t.Context(), ann, code, "", 0); err != nil || len(got) != want {
			t.Errorf("search %s: %v, %v", code, got, err)
		}
	}
	found(code, 1)
	if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Set, Object: "opportunities", ID: id, Values: crm.Values{"opportunity_id": "Z-1"}}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	found(code, 0)
	found("Z-1", 1)
	edited := ducktest.Add(t, s, "agents", crm.Values{"sales_agent": "Quentin Zweig"})
	found("Quentin Zweig", 1)
	if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Set, Object: "agents", ID: edited, Values: crm.Values{"sales_agent": "Yolanda Xu"}}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	found("Quentin Zweig", 0)
	found("Yolanda Xu", 1)
	close(goOn)
	for duck.WordsBehind(s) {
		hits(t, s, false, "x")
	}
	found(code, 0)
	found("Z-1", 1)
	found("Yolanda Xu", 1)
	if got := hits(t, s, true, "yolanda xuu"); len(got) != 1 {
		t.Errorf("misspelt, after it: %q", got)
	}
	if s.Behind() {
		t.Error("all records have their words")
	}
}

// What is written while words of earlier writes are taken in is found too.
func TestWordsOfWhatIsWrittenMeanwhile(t *testing.T) {
	s := ducktest.Sales(t)
	id := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	rename := func(to string) {
		t.Helper()
		if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Set, Object: "account", ID: id, Values: crm.Values{"name": to}}}, crm.Cause{Kind: "edit"}); err != nil {
			t.Fatal(err)
		}
	}
	rename("Anvil")
	hits(t, s, false, "anvil") // no record is without words
	rename("Bolt")
	var once sync.Once
	duck.FailAt(s, func(stage string) error {
		if stage == "words begun" {
			once.Do(func() { ducktest.Add(t, s, "account", crm.Values{"name": "Zephyrine Corporation"}) })
		}
		return nil
	})
	hits(t, s, false, "bolt")
	if got := hits(t, s, false, "zephyrine corporation"); len(got) != 1 {
		t.Errorf("written meanwhile: %q", got)
	}
	if got, err := s.Nearest(t.Context(), ann, "zephirine corp", "", 5); err != nil || len(got) != 1 {
		t.Errorf("misspelt, written meanwhile: %v, %v", got, err)
	}
}

// What was made before a process ended is not made again.
func TestWordsGoOnWhereTheyWere(t *testing.T) {
	dir := t.TempDir()
	s, err := duck.Open(t.Context(), duck.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	stopped := make(chan struct{})
	var steps atomic.Int32
	const after = 8
	duck.FailAt(s, func(stage string) error {
		if stage != "words" {
			return nil
		}
		switch n := steps.Add(1); {
		case n == after:
			close(stopped)
			fallthrough
		case n > after:
			return broken
		}
		return nil
	})
	alts, sources := companies(45_000)
	if _, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	<-stopped
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := rowsByRun(t, dir)
	s, err = duck.Open(t.Context(), duck.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for duck.WordsBehind(s) {
		hits(t, s, false, "x")
	}
	for _, phrase := range []string{"darcel schlechd", "gtx pro 7"} {
		if len(hits(t, s, true, phrase)) == 0 {
			t.Errorf("%s is not found", phrase)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	all := rowsByRun(t, dir)
	if len(before) < 3 || len(all) <= len(before) {
		t.Errorf("%d runs before it ended, %d in all", len(before), len(all))
	}
	for run, rows := range before {
		if all[run] != rows {
			t.Errorf("run %d had %d rows, and has %d", run, rows, all[run])
		}
	}
}

// However long the texts are, one transaction writes only so many words.
func TestSlicesAreBounded(t *testing.T) {
	dir := t.TempDir()
	s, err := duck.Open(t.Context(), duck.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	const n, words = 20_000, 50
	source := crm.Source{Load: crm.Load{Object: "notes", Fields: []string{"name", "about"}}, Rows: func(yield func(crm.SourceRow, error) bool) {
		for i := range n {
			var about strings.Builder
			for j := range words {
				fmt.Fprintf(&about, "w%d ", i*7+j*1013)
			}
			if !yield(crm.SourceRow{Line: int64(i + 2), Values: []any{fmt.Sprint("note ", i), about.String()}}, nil) {
				return
			}
		}
	}}
	alts := []crm.Alteration{{Kind: crm.AddObject, Object: crm.Object{Name: "notes", Fields: []crm.Field{{Name: "name", Type: crm.Text, Role: crm.RoleName}, {Name: "about", Type: crm.LongText}}}}}
	if _, err := s.Import(t.Context(), ann, byImport, alts, []crm.Source{source}, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for duck.WordsBehind(s) {
		hits(t, s, false, "x")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var all int64
	for run, rows := range rowsByRun(t, dir) {
		if all += rows; rows > 2*duck.SliceRows {
			t.Errorf("run %d has %d rows", run, rows)
		}
	}
	if all < n*words {
		t.Errorf("%d rows in all", all)
	}
}

// rowsByRun counts the rows in the file of words of a store that is closed.
func rowsByRun(t *testing.T, dir string) map[int64]int64 {
	t.Helper()
	db, err := sql.Open("duckdb", filepath.Join(dir, "words.duckdb"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT run, count(*) FROM (SELECT run FROM value UNION ALL SELECT run FROM term) GROUP BY run")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[int64]int64{}
	for rows.Next() {
		var run, n int64
		if err := rows.Scan(&run, &n); err != nil {
			t.Fatal(err)
		}
		out[run] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}
