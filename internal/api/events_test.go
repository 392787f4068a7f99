package api_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"openclaw/internal/api"
	"openclaw/internal/edge"
	"openclaw/internal/event"
	"openclaw/internal/ident"
)

// TestEventsThatMayBeTold: the stream leaves out what its reader may not be told of, and goes on behind it.
func TestEventsThatMayBeTold(t *testing.T) {
	hub := event.New(16, time.Now)
	before := hub.Last()
	tells := func(_ context.Context, c ident.Caller, e event.Event) (bool, error) {
		return c.Person == "ann" && e.Data != "secret", nil
	}
	server, err := edge.New(edge.Options{Routes: api.Routes(api.Deps{Events: hub, Tells: tells, Clock: time.Now}), Store: everybody{}})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server.Handler())
	defer front.Close()
	for _, data := range []string{"one", "secret", "two"} {
		hub.Publish("change", data)
	}
	hub.Close()
	r, err := http.NewRequestWithContext(t.Context(), "GET", front.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer x")
	r.Header.Set("Last-Event-ID", strconv.FormatUint(before, 10))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var told []string
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			told = append(told, data)
		}
	}
	if got := strings.Join(told, " "); got != `"one" "two"` {
		t.Errorf("told %s", got)
	}
}
