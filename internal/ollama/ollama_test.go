package ollama_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/chat"
	"openclaw/internal/fail"
	"openclaw/internal/ollama"
)

// server is an Ollama of one scripted model.
type server struct {
	lines  []string // of a reply
	status int
	body   string
	asked  []map[string]any
	left   chan struct{} // closed when the asker went away
	torn   bool          // the connection ends in the middle of a reply
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/tags":
		io.WriteString(w, `{"models":[{"name":"tiny:latest","size":98000000,"details":{"parameter_size":"135M"}},{"name":"far","remote_host":"https://example.com"}]}`)
	case "/api/ps":
		io.WriteString(w, `{"models":[{"name":"tiny:latest"}]}`)
	case "/api/chat":
		var in map[string]any
		json.NewDecoder(r.Body).Decode(&in)
		s.asked = append(s.asked, in)
		if s.status != 0 {
			w.WriteHeader(s.status)
			io.WriteString(w, s.body)
			return
		}
		for i, piece := range s.lines {
			fmt.Fprintf(w, `{"message":{"role":"assistant","content":%q},"done":%t,"done_reason":%q}`+"\n", piece, !s.torn && s.left == nil && i == len(s.lines)-1, "length")
			w.(http.Flusher).Flush()
		}
		if s.left != nil {
			<-r.Context().Done()
			close(s.left)
		}
	}
}

func client(t *testing.T, s *server) *ollama.Client {
	t.Helper()
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	c, err := ollama.New(ollama.Options{URL: web.URL, Model: "tiny", Context: 2048})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var schema = json.RawMessage(`{"type":"object"}`)

func TestReplyEndsWithItsJSON(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  string
		cut   bool
	}{
		{[]string{`{"a"`, `:"}\"`, `{"}  `, "  ", " "}, `{"a":"}\"{"}`, false},
		{[]string{` [1,{}`, `]`, `[2]`}, ` [1,{}]`, false},
		{[]string{`{"a":`, `[1,`}, `{"a":[1,`, true},
		{[]string{`I cannot`, ` say.`}, `I cannot say.`, true},
	} {
		var heard strings.Builder
		r, err := client(t, &server{lines: c.lines}).Say(context.Background(), chat.Prompt{User: "?", Schema: schema}, func(p string) { heard.WriteString(p) })
		if err != nil || r.Text != c.want || r.Cut != c.cut {
			t.Errorf("%q: %q, cut %t, %v; want %q, cut %t", c.lines, r.Text, r.Cut, err, c.want, c.cut)
		}
		if !strings.HasPrefix(heard.String(), c.want) {
			t.Errorf("heard %q of %q", heard.String(), c.want)
		}
	}
}

func TestNothingButTheTextsChanges(t *testing.T) {
	s := &server{lines: []string{"{}"}}
	c := client(t, s)
	for _, q := range []string{"one", "two"} {
		if _, err := c.Say(context.Background(), chat.Prompt{System: "You read.", User: q, Schema: schema, MaxTokens: 96}, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, second := s.asked[0], s.asked[1]
	messages := func(m map[string]any) []any { return m["messages"].([]any) }
	if diff := cmp.Diff(messages(first)[0], messages(second)[0]); diff != "" {
		t.Errorf("the system message changes: %s", diff)
	}
	delete(first, "messages")
	delete(second, "messages")
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the options change: %s", diff)
	}
	if first["think"] != false || first["truncate"] != false || first["shift"] != false {
		t.Errorf("think, truncate and shift are not off: %v", first)
	}
}

func TestAskerWhoLeavesEndsTheReply(t *testing.T) {
	s := &server{lines: []string{`{"a":`}, left: make(chan struct{})}
	ctx, leave := context.WithCancel(context.Background())
	_, err := client(t, s).Say(ctx, chat.Prompt{User: "?", Schema: schema}, func(string) { leave() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	<-s.left
}

func TestModelThatDiesHasNotAnswered(t *testing.T) {
	_, err := client(t, &server{lines: []string{`{"a":`}, torn: true}).Say(context.Background(), chat.Prompt{User: "?"}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "The model gave no answer.") {
		t.Errorf("got %v", err)
	}
}

func TestStatesAreNamed(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   fail.Kind
		says   string
	}{
		{404, `{"error":"model 'tiny' not found"}`, fail.Unavailable, "The model tiny is not on this box."},
		{503, `{"error":"server busy, please try again. maximum pending requests exceeded"}`, fail.Busy, "The model is busy."},
		{500, `{"error":"model requires more system memory (5.0 GiB) than is available (1.2 GiB)"}`, fail.Unavailable, "The model tiny needs more memory than this box has free."},
		{400, `{"error":"the prompt exceeds the available context size"}`, fail.Invalid, "That is too long for the model."},
		{500, `{"error":"llama runner process has terminated: signal: killed"}`, fail.Unavailable, "The model gave no answer."},
	} {
		_, err := client(t, &server{status: c.status, body: c.body}).Say(context.Background(), chat.Prompt{User: "?"}, nil)
		var f *fail.Error
		if !errors.As(err, &f) || f.Kind != c.kind || f.Message != c.says || f.Hint == "" {
			t.Errorf("%d %s: %v, want %s", c.status, c.body, err, c.says)
		}
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	c, _ := ollama.New(ollama.Options{URL: gone.URL, Model: "tiny"})
	if _, err := c.Models(context.Background()); err == nil || !strings.Contains(err.Error(), "does not run") {
		t.Errorf("an Ollama that is not there: %v", err)
	}
}

func TestModelsOfThisBoxOnly(t *testing.T) {
	got, err := client(t, &server{}).Models(context.Background())
	want := []chat.Model{{Name: "tiny:latest", Bytes: 98000000, Loaded: true, Parameter: "135M"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, u := range []string{"", "127.0.0.1:11434", "ftp://x", "http://"} {
		if _, err := ollama.New(ollama.Options{URL: u}); err == nil {
			t.Errorf("%q is taken", u)
		}
	}
}
