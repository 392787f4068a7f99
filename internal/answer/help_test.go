package answer_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"openclaw/internal/answer"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

var ann = ident.Caller{Person: "ann", Name: "Ann", Role: ident.Member, Via: ident.CLI}

func clock() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

// salesFiles is the folder of the sales company's files. A test that is about them is skipped where they are not there, and
// says so: the demo company's, the clinic's and the library's questions are scored everywhere.
func salesFiles(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("OPENCLAW_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "crm-sales", "accounts.csv")); err != nil {
		t.Skipf("the sales company's files are not in %s: set OPENCLAW_TESTDATA", dir)
	}
	return dir
}

// sales imports the sales company the way its people would.
func sales(t testing.TB) *duck.Store {
	t.Helper()
	return imported(t, filepath.Join(salesFiles(t), "crm-sales"), "accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
}

// imported is a workspace with the files of a folder in it.
func imported(t testing.TB, dir string, files ...string) *duck.Store {
	t.Helper()
	s := ducktest.Open(t, duck.Options{Clock: clock})
	var sources []ingest.Source
	for _, f := range files {
		sources = append(sources, ingest.Source{Name: f, Path: filepath.Join(dir, f)})
	}
	p, err := ingest.Prepare(t.Context(), s, ann, sources, ingest.Options{Yes: true, RejectDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Import(t.Context(), s, ann, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func engine(t testing.TB, s answer.Store) *answer.Engine {
	t.Helper()
	e, err := answer.New(answer.Options{Store: s, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// readsAs asks a question, which must be answered and read with these words; "" for one that must not be answered.
func readsAs(t *testing.T, e *answer.Engine, question, words string) answer.Answer {
	t.Helper()
	a, err := e.Ask(t.Context(), ann, answer.Request{Question: question})
	if err != nil {
		t.Fatal(err)
	}
	got := a.Words
	if a.Status != answer.Answered {
		got = ""
	}
	if got != words {
		t.Errorf("%q reads as %q, want %q: %s %q", question, got, words, a.Reason, a.Choices)
	}
	return a
}
