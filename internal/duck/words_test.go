package duck_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/duckdb/duckdb-go/v2"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// While the words of an import are made, records are edited and read.
func TestEditsDoNotWaitForWords(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	begun, goOn := make(chan struct{}), make(chan struct{})
	duck.FailAt(s, func(stage string) error {
		if stage == "words" {
			select {
			case begun <- struct{}{}:
				<-goOn
			case <-goOn:
			}
		}
		return nil
	})
	alts, sources := companies(400)
	if _, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	asked := make(chan []string, 1)
	go func() {
		found, err := s.Lookup(t.Context(), ann, []string{"quentin zweig"}, false)
		if err != nil {
			t.Error(err)
		}
		var out []string
		for _, h := range found {
			out = append(out, h.Value)
		}
		asked <- out
	}()
	<-begun
	ducktest.Add(t, s, "agents", crm.Values{"sales_agent": "Quentin Zweig"})
	if p, err := s.List(t.Context(), ann, crm.Query{Object: "agents", Filter: crm.Where("sales_agent", crm.Is, "Quentin Zweig"), Total: true}); err != nil || p.Total != 1 {
		t.Errorf("a reader found %d, %v", p.Total, err)
	}
	close(goOn)
	<-asked
	if got := hits(t, s, false, "quentin zweig"); len(got) != 1 {
		t.Errorf("after it: %q", got)
	}
}

// What goes wrong with the words is made good: the records are what counts.
func TestWordsAreMadeAnew(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, dir, file string){
		"the file is gone": func(t *testing.T, _, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		},
		"the file is damaged": func(t *testing.T, _, file string) {
			if err := os.WriteFile(file, []byte("not a database"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"the file is of another workspace": func(t *testing.T, _, file string) {
			other := t.TempDir()
			s, err := duck.Open(t.Context(), duck.Options{Dir: other})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents([]any{"Wrong One", nil, nil})}, crm.ImportOptions{}); err != nil {
				t.Fatal(err)
			}
			hits(t, s, false, "wrong one")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(other, filepath.Base(file)), file); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s, err := duck.Open(t.Context(), duck.Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents([]any{"Quentin Zweig", nil, nil})}, crm.ImportOptions{}); err != nil {
				t.Fatal(err)
			}
			hits(t, s, false, "quentin zweig")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			spoil(t, dir, filepath.Join(dir, "words.duckdb"))
			s = ducktest.Open(t, duck.Options{Dir: dir})
			if got := hits(t, s, false, "quentin zweig", "wrong one"); len(got) != 1 {
				t.Errorf("found %q", got)
			}
		})
	}
}

// A failure while words are made leaves those that were there, and the next question makes up for it.
func TestWordsAfterAFailure(t *testing.T) {
	s, _ := team(t, 400)
	hits(t, s, false, "x")
	broken := errors.New("broken")
	duck.FailAt(s, func(stage string) error {
		if stage == "words" {
			return broken
		}
		return nil
	})
	ducktest.Add(t, s, "agents", crm.Values{"sales_agent": "Quentin Zweig"})
	if _, err := s.Lookup(t.Context(), ann, []string{"quentin zweig"}, false); !errors.Is(err, broken) {
		t.Errorf("the failure is not told: %v", err)
	}
	duck.FailAt(s, nil)
	if got := hits(t, s, false, "quentin zweig", "darcel schlecht"); len(got) != 2 {
		t.Errorf("after it: %q", got)
	}
}

// The words are of all records, so that nobody reads them but through Lookup and Search, which look at who asks.
func TestWordsAreNotForSQL(t *testing.T) {
	s, _ := team(t, 40)
	hits(t, s, false, "x")
	for _, q := range []string{"SELECT * FROM words.main.value", "SELECT * FROM words.value", `SELECT token FROM "words"."main"."term"`, "USE words", "DETACH words"} {
		if _, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{}); fail.As(err).Kind == fail.Failed || err == nil {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// What takes too much memory at once is done a slice at a time, and what is found stays the same.
func TestWordsInSlices(t *testing.T) {
	phrases := []string{"darcel schlecht", "rosie papadopolous", "levy group", "anna", "gtx"}
	whole, _ := team(t, 45_000)
	want := hits(t, whole, true, phrases...)
	s := ducktest.Open(t, duck.Options{})
	short := true
	duck.FailAt(s, func(stage string) error {
		if stage == "words" && short {
			short = false
			return &duckdb.Error{Type: duckdb.ErrorTypeOutOfMemory, Msg: "Out of Memory Error: failed to pin block"}
		}
		return nil
	})
	alts, sources := companies(45_000)
	if _, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	got := hits(t, s, true, phrases...)
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(slices.Compact(want), slices.Compact(got)) {
		t.Errorf("in slices:\n%q\nat once:\n%q", got, want)
	}
}
