package answer_test

import (
	"path/filepath"
	"testing"

	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

// library imports a town library: a workspace that sells nothing and whose files link by name.
func library(t testing.TB, dir string) *duck.Store {
	t.Helper()
	s := ducktest.Open(t, duck.Options{Clock: clock})
	var sources []ingest.Source
	for _, f := range []string{"branches.csv", "members.csv", "books.csv", "loans.csv"} {
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

func TestLibraryQuestions(t *testing.T) {
	dir := filepath.Join("testdata", "library")
	scoreAll(t, engine(t, library(t, dir)), readGold(t, filepath.Join(dir, "questions.jsonl")), floor{right: 53, wrong: 0})
}
