package answer_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"openclaw/internal/answer"
)

// The readings of some hundred questions over the sales files, looked through by hand; "" is a question that must not be
// answered, or is not yet understood.
func TestReadings(t *testing.T) {
	s := sales(t)
	f, err := os.Open(filepath.Join("testdata", "readings.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	e := engine(t, s)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var want struct{ Question, Reads string }
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: want.Question})
		if err != nil {
			t.Fatal(err)
		}
		got := a.Words
		if a.Status != answer.Answered {
			got = ""
		}
		if got != want.Reads {
			t.Errorf("%q reads as %q, want %q", want.Question, got, want.Reads)
		}
	}
}
