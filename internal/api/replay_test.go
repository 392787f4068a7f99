package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"openclaw/internal/api"
	"openclaw/internal/edge"
	"openclaw/internal/ident"
)

// gone is a reader that went away before its answer.
type gone struct{ http.ResponseWriter }

func (gone) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// A client that lost the answer and asks again gets that answer; nothing is done twice.
func TestAnswerThatWasLost(t *testing.T) {
	done := 0
	routes := api.Routes(api.Deps{Clock: time.Now, Demo: func(context.Context, ident.Caller) (map[string]int64, error) {
		done++
		return map[string]int64{"deal": 7}, nil
	}})
	route := routes[slices.IndexFunc(routes, func(r edge.Route) bool { return r.Path == "/api/v1/demo" })]
	ask := func(w http.ResponseWriter) {
		t.Helper()
		r := httptest.NewRequest(route.Method, route.Path, nil)
		r.Header.Set("Idempotency-Key", "k")
		if err := route.Handle(w, r); err != nil {
			t.Fatal(err)
		}
	}
	ask(gone{httptest.NewRecorder()})
	again := httptest.NewRecorder()
	ask(again)
	if done != 1 || again.Body.String() != "{\"objects\":{\"deal\":7}}\n" || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("done %d times, then answered %v %s", done, again.Header(), again.Body)
	}
}
