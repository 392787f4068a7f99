package answer_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"openclaw/internal/answer"
	"openclaw/internal/demo"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
)

func TestScratchDump(t *testing.T) {
	s := sales(t)
	if os.Getenv("DEMO") != "" {
		s = ducktest.Open(t, duck.Options{Clock: clock})
		if _, err := demo.Fill(t.Context(), s, ann, clock()); err != nil {
			t.Fatal(err)
		}
	}
	schema, _ := s.Schema(t.Context(), ann)
	raw, _ := json.MarshalIndent(schema, "", " ")
	if os.Getenv("DUMP") != "" {
		t.Log(string(raw))
	}
	e := engine(t, s)
	f, _ := os.Open(os.Getenv("QS"))
	out, _ := os.Create(os.Getenv("OUT"))
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: sc.Text()})
		if err != nil {
			a.Reason = "ERR " + err.Error()
		}
		raw, _ := json.Marshal(a)
		out.Write(append(raw, '\n'))
	}
	_ = filepath.Join
}
