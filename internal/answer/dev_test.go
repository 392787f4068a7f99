package answer_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"openclaw/internal/answer"
)

func TestScratchDump(t *testing.T) {
	s := sales(t)
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
