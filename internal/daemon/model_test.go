package daemon_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// ollama is one that always says the same.
func ollama(t *testing.T, reply string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api/tags":
			io.WriteString(w, `{"models":[{"name":"tiny:latest"}]}`)
		case "/api/ps":
			io.WriteString(w, `{"models":[]}`)
		case "/api/chat":
			text, _ := json.Marshal(reply)
			fmt.Fprintf(w, `{"message":{"role":"assistant","content":%s},"done":true}`+"\n", text)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestModel(t *testing.T) {
	const bagged = `{"object":"deal","do":"count","where":[{"field":"closed_on","op":"in","value":"#1"},{"field":"stage","op":"=","value":"Won"}]}`
	o := options(t)
	o.Config.Model, o.Config.Ollama = "tiny", ollama(t, bagged)
	d := start(t, o)
	c := newCaller(t, d, o.Dir, "admin")
	c.ok(nil, "POST", "/api/v1/demo", nil)
	if body := string(c.do("GET", "/api/v1/model", nil).body); !strings.Contains(body, `"name":"tiny","here":true,"loaded":false`) {
		t.Error(body)
	}

	ask := func(in string) (out struct {
		Status, By, Words, Reason string
		Rows                      [][]any
		Notes                     []string
	}) {
		t.Helper()
		if err := json.Unmarshal(c.do("POST", "/api/v1/ask", in).body, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	plain := ask(`{"question":"how many won deals closed in 2026"}`)
	got := ask(`{"question":"how many deals did we bag in 2026"}`)
	if plain.By != "grammar" || got.By != "model" || got.Status != "answered" || fmt.Sprint(got.Rows) != fmt.Sprint(plain.Rows) {
		t.Errorf("by the grammar %+v, by the model %+v", plain, got)
	}
	if !strings.Contains(strings.Join(got.Notes, " "), "A model read this question") || !strings.Contains(got.Words, "stage Won") {
		t.Errorf("it does not say how it was read: %+v", got)
	}
	if a := ask(`{"question":"how many deals did we bag in 2026","no_model":true}`); a.Status != "unanswered" || a.By != "none" {
		t.Errorf("without a model: %+v", a)
	}
	// The model left the five out and brought a year that was not asked for.
	if a := ask(`{"question":"how many deals did those 5 folks bag"}`); a.Status != "unanswered" || len(a.Rows) != 0 || a.Reason == "" {
		t.Errorf("a plan with another number: %+v", a)
	}
	if a := ask(`{"question":"will we bag more deals next year"}`); a.By == "model" {
		t.Errorf("a forecast: %+v", a)
	}
}

func TestModelThatIsNotThere(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	o := options(t)
	o.Config.Model, o.Config.Ollama = "tiny", gone.URL
	d := start(t, o)
	c := newCaller(t, d, o.Dir, "admin")
	c.ok(nil, "POST", "/api/v1/demo", nil)
	c.fails(503, "GET", "/api/v1/model", nil)
	if body := string(c.do("POST", "/api/v1/ask", `{"question":"how many deals did we bag in 2026"}`).body); !strings.Contains(body, `"unanswered"`) || !strings.Contains(body, "Ollama does not run") {
		t.Errorf("%s", body)
	}
	if body := string(c.do("POST", "/api/v1/ask", `{"question":"how many deals"}`).body); !strings.Contains(body, `"answered"`) {
		t.Errorf("%s", body)
	}
}
