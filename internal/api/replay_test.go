package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"openclaw/internal/api"
	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// gone is a reader that went away before its answer.
type gone struct{ http.ResponseWriter }

func (gone) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// done keeps what was done, as the store does.
type done map[string]crm.Done

func (d done) Done(_ context.Context, _ ident.Caller, key string) (crm.Done, bool, error) {
	one, ok := d[key]
	return one, ok, nil
}

func (d done) Answered(_ context.Context, c ident.Caller, answer []byte) error {
	one, ok := d[c.Once.Key]
	if ok {
		one.Answer = answer
		d[c.Once.Key] = one
	}
	return nil
}

// filler is the API over a Demo that writes, and counts how often it did.
func filler(keeps done) (post func(w http.ResponseWriter, key string) error, times *int) {
	times = new(int)
	routes := api.Routes(api.Deps{Replays: keeps, Demo: func(_ context.Context, c ident.Caller) (map[string]int64, error) {
		*times++
		if c.Once.Key != "" {
			keeps[c.Once.Key] = crm.Done{Body: c.Once.Body, Batch: 5}
		}
		return map[string]int64{"deal": 7}, nil
	}})
	route := routes[slices.IndexFunc(routes, func(r edge.Route) bool { return r.Path == "/api/v1/demo" })]
	return func(w http.ResponseWriter, key string) error {
		r := httptest.NewRequest(route.Method, route.Path, nil)
		r.Header.Set("Idempotency-Key", key)
		return route.Handle(w, r)
	}, times
}

// A client that lost the answer and asks again gets that answer; nothing is done twice.
func TestAnswerThatWasLost(t *testing.T) {
	post, times := filler(done{})
	if err := post(gone{httptest.NewRecorder()}, "k"); err != nil {
		t.Fatal(err)
	}
	again := httptest.NewRecorder()
	if err := post(again, "k"); err != nil {
		t.Fatal(err)
	}
	if *times != 1 || again.Body.String() != "{\"objects\":{\"deal\":7}}\n" || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("done %d times, then answered %v %s", *times, again.Header(), again.Body)
	}
}

// After a crash between the write and its answer, the client is told that it was done and as which batch.
func TestAnswerThatWasNeverKept(t *testing.T) {
	keeps := done{}
	post, times := filler(keeps)
	if err := post(httptest.NewRecorder(), "k"); err != nil {
		t.Fatal(err)
	}
	for key, one := range keeps {
		one.Answer = nil
		keeps[key] = one
	}
	err := post(httptest.NewRecorder(), "k")
	if fail.KindOf(err) != fail.Conflict || !strings.Contains(err.Error(), "batch 5") || fail.As(err).Hint == "" || *times != 1 {
		t.Errorf("done %d times: %v", *times, err)
	}
}

// Where an answer may not be kept, a key is refused and not ignored.
func TestKeyWhereTheAnswerIsSecret(t *testing.T) {
	routes := api.Routes(api.Deps{Replays: done{}})
	for _, path := range []string{"/api/v1/tokens", "/api/v1/open"} {
		route := routes[slices.IndexFunc(routes, func(r edge.Route) bool { return r.Path == path && r.Method == "POST" })]
		r := httptest.NewRequest(route.Method, route.Path, nil)
		r.Header.Set("Idempotency-Key", "k")
		if err := route.Handle(httptest.NewRecorder(), r); fail.KindOf(err) != fail.Usage || fail.As(err).Hint == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
}
