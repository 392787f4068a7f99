package duck_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// TestAuditKnowsOfWhatIsNoRecord: what is kept beside the records and every way in are in the audit before they are, and
// without the audit they are not.
func TestAuditKnowsOfWhatIsNoRecord(t *testing.T) {
	var events []duck.AuditEvent
	var refuse error
	s := ducktest.Open(t, duck.Options{Audit: func(_ context.Context, e duck.AuditEvent) error { events = append(events, e); return refuse }})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	until := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	way := ident.Session{ID: "s1", Kind: ident.Token, Person: "ann", Role: ident.Member, CreatedAt: time.Now(), SeenAt: time.Now(), ExpiresAt: until}
	secret := []byte("hash of a secret")
	batch := func(_ int64, err error) error { return err }
	acts := []struct {
		action string
		do     func() error
	}{
		{"save a question", func() error {
			return batch(s.SavedSet(t.Context(), ducktest.Ann, crm.Saved{Name: "q", Question: "how many deals"}))
		}},
		{"remove a saved question", func() error { return batch(s.SavedRemove(t.Context(), ducktest.Ann, "q")) }},
		{"save a view", func() error { return batch(s.ViewSet(t.Context(), ducktest.Ann, crm.View{Object: "deal", Name: "v"})) }},
		{"remove a view", func() error { return batch(s.ViewRemove(t.Context(), ducktest.Ann, "deal", "v")) }},
		{"add a way in", func() error { return s.SessionAdd(t.Context(), ducktest.Ann, way, secret) }},
		{"end a way in", func() error { return s.SessionRevoke(t.Context(), ducktest.Ann, "s1") }},
	}
	for _, act := range acts {
		refuse = errors.New("the audit is full")
		if err := act.do(); fail.KindOf(err) != fail.Unavailable {
			t.Errorf("%s without the audit: %v", act.action, err)
		}
		refuse, events = nil, nil
		if err := act.do(); err != nil {
			t.Fatalf("%s: %v", act.action, err)
		}
		if len(events) != 1 || events[0].Action != act.action || events[0].Caller != ducktest.Ann {
			t.Fatalf("%s: the audit has %+v", act.action, events)
		}
		e := events[0]
		if said := fmt.Sprintf("%+v", e); strings.Contains(said, string(secret)) {
			t.Errorf("%s: the audit tells the secret: %s", act.action, said)
		}
		if about := "token s1 of ann as member until " + until.Format(time.RFC3339); strings.HasSuffix(act.action, "way in") {
			if diff := cmp.Diff(about, e.About); diff != "" {
				t.Errorf("%s: %s", act.action, diff)
			}
		} else if e.Changes != 1 || e.Batch == 0 {
			t.Errorf("%s: %+v", act.action, e)
		}
	}
}
