package duck_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// What a request wrote and that it was done are on disk together or not at all; a day later it is forgotten.
func TestRequestsAreNotedWithTheirWrites(t *testing.T) {
	dir, later := t.TempDir(), atomic.Int64{}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	broken := errors.New("the audit log is full")
	var audit error
	opt := duck.Options{Dir: dir, Clock: func() time.Time { return start.Add(time.Duration(later.Load())) },
		Audit: func(context.Context, duck.AuditEvent) error { return audit }}
	s, err := duck.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	object := crm.Object{Name: "deal", Label: "Deal", Plural: "Deals", Fields: []crm.Field{{Name: "title", Label: "Title", Type: crm.Text}}}
	if _, err := s.Alter(t.Context(), ann, []crm.Alteration{{Kind: crm.AddObject, Object: object}}, crm.Cause{}); err != nil {
		t.Fatal(err)
	}
	me := ann
	me.Once = ident.Once{Key: "k", Body: "b"}
	add := []crm.Edit{{Kind: crm.Create, Object: "deal", Values: crm.Values{"title": "x"}}}
	audit = broken
	if _, err := s.Write(t.Context(), me, add, crm.Cause{}); fail.KindOf(err) != fail.Unavailable {
		t.Fatal(err)
	}
	if _, known, err := s.Done(t.Context(), ann, "k"); known || err != nil {
		t.Errorf("a write that failed is noted: %v", err)
	}
	audit = nil
	wrote, err := s.Write(t.Context(), me, add, crm.Cause{})
	if err != nil {
		t.Fatal(err)
	}
	want := crm.Done{Body: "b", Batch: wrote.Batch}
	expect := func() {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = duck.Open(t.Context(), opt); err != nil {
			t.Fatal(err)
		}
		got, known, err := s.Done(t.Context(), ann, "k")
		if err != nil || !known {
			t.Fatalf("known %t, %v", known, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	expect()
	want.Answer = []byte("{}\x00")
	if err := s.Answered(t.Context(), me, want.Answer); err != nil {
		t.Fatal(err)
	}
	expect()
	defer func() { s.Close() }()
	later.Store(int64(25 * time.Hour))
	if _, known, err := s.Done(t.Context(), ann, "k"); known || err != nil {
		t.Errorf("still known a day later: %v", err)
	}
}
