package daemon_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/control"
	"openclaw/internal/duck"
)

// TestAuditIsAsked: what is done over the control socket, the making and ending of a token too, comes by the audit hook
// with whoever does it.
func TestAuditIsAsked(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	o := options(t)
	o.Audit = func(_ context.Context, e duck.AuditEvent) error {
		mu.Lock()
		defer mu.Unlock()
		if e.Caller.Person == "" {
			t.Errorf("nobody did %+v", e)
		}
		what, _, _ := strings.Cut(e.About, " ")
		asked = append(asked, strings.TrimSpace(e.Action+" "+what))
		return nil
	}
	start(t, o)
	box := control.Dial(o.Dir)
	var made struct {
		ID string `json:"id"`
	}
	for _, call := range []struct {
		method, path string
		in           any
	}{
		{"POST", "/api/v1/objects", map[string]any{"name": "thing", "fields": []any{map[string]any{"name": "name", "type": "text"}}}},
		{"POST", "/api/v1/objects/thing/records", map[string]any{"values": map[string]any{"name": "A"}}},
		{"PUT", "/api/v1/saved/q", map[string]any{"question": "how many things"}},
	} {
		if err := box.Do(t.Context(), call.method, call.path, call.in, nil); err != nil {
			t.Fatalf("%s: %v", call.path, err)
		}
	}
	if err := box.Do(t.Context(), "POST", "/api/v1/tokens", map[string]any{"label": "x", "role": "viewer"}, &made); err != nil {
		t.Fatal(err)
	}
	if err := box.Do(t.Context(), "DELETE", "/api/v1/tokens/"+made.ID, nil, nil); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{"alter", "write", "save a question", "add a way in token", "end a way in token"}, asked); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
