package duck_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

func TestSessions(t *testing.T) {
	dir, clock := t.TempDir(), atomic.Int64{}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	at := func() time.Time { return start.Add(time.Duration(clock.Load())) }
	s, err := duck.Open(t.Context(), duck.Options{Dir: dir, Clock: at})
	if err != nil {
		t.Fatal(err)
	}
	admin := ident.Caller{Person: "root", Role: ident.Admin, Via: ident.CLI}
	bob := ident.Caller{Person: "bob", Role: ident.Viewer, Via: ident.Browser}
	mine := ident.Session{ID: "a1", Kind: ident.Browser, Person: "ann", Role: ident.Member, Label: "Firefox", CreatedAt: start, SeenAt: start, ExpiresAt: start.Add(time.Hour)}
	his := ident.Session{ID: "b1", Kind: ident.Browser, Person: "bob", Role: ident.Viewer, CreatedAt: start.Add(time.Second), SeenAt: start, ExpiresAt: start.Add(time.Hour)}
	for hash, session := range map[string]ident.Session{"hash-a": mine, "hash-b": his} {
		if err := s.SessionAdd(t.Context(), admin, session, []byte(hash)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SessionAdd(t.Context(), bob, ident.Session{ID: "x", Person: "ann", Role: ident.Admin}, []byte("h")); fail.KindOf(err) != fail.Denied {
		t.Errorf("a viewer opened a session for somebody else: %v", err)
	}
	if err := s.SessionAdd(t.Context(), admin, mine, []byte("other")); fail.KindOf(err) != fail.Conflict {
		t.Errorf("the same id twice: %v", err)
	}
	got, err := s.SessionFind(t.Context(), ident.System(), []byte("hash-a"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mine, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	clock.Store(int64(90 * time.Second))
	if got, err = s.SessionFind(t.Context(), ident.System(), []byte("hash-a")); err != nil || !got.SeenAt.Equal(at()) {
		t.Errorf("seen at %v, %v", got.SeenAt, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = duck.Open(t.Context(), duck.Options{Dir: dir, Clock: at}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for who, want := range map[ident.Caller][]string{admin: {"b1", "a1"}, bob: {"b1"}, ann: {"a1"}} {
		list, err := s.SessionList(t.Context(), who, ident.Browser)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, one := range list {
			ids = append(ids, one.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s sees (-want +got):\n%s", who.Person, diff)
		}
	}
	if err := s.SessionRevoke(t.Context(), bob, "a1"); fail.KindOf(err) != fail.NotFound {
		t.Errorf("a viewer ended somebody else's session: %v", err)
	}
	if err := s.SessionRevoke(t.Context(), ann, "a1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SessionFind(t.Context(), ident.System(), []byte("hash-a")); fail.KindOf(err) != fail.Denied {
		t.Errorf("a revoked session still lets in: %v", err)
	}
	clock.Store(int64(2 * time.Hour))
	if _, err := s.SessionFind(t.Context(), ident.System(), []byte("hash-b")); fail.KindOf(err) != fail.Denied {
		t.Errorf("an expired session still lets in: %v", err)
	}
	if _, err := s.SessionFind(t.Context(), ident.System(), nil); fail.KindOf(err) != fail.Denied {
		t.Errorf("no secret at all lets in: %v", err)
	}
}

// Who holds somebody's token cannot lock that person out; a person ends what is theirs from where they are no less.
func TestWhoEndsWhat(t *testing.T) {
	for name, x := range map[string]struct {
		as    ident.Caller
		ended string
		want  fail.Kind
	}{
		"a token, itself":                          {ident.Caller{Person: "ann", Role: ident.Viewer, Via: ident.Token, Session: "reader"}, "reader", ""},
		"a token, the browser":                     {ident.Caller{Person: "ann", Role: ident.Viewer, Via: ident.Token, Session: "reader"}, "browser", fail.Denied},
		"a token, the browser, with the same role": {ident.Caller{Person: "ann", Role: ident.Admin, Via: ident.Token, Session: "writer"}, "browser", fail.Denied},
		"a token, another token":                   {ident.Caller{Person: "ann", Role: ident.Admin, Via: ident.Token, Session: "writer"}, "reader", fail.Denied},
		"a browser, itself":                        {ident.Caller{Person: "ann", Role: ident.Admin, Via: ident.Browser, Session: "browser"}, "browser", ""},
		"a browser, a token":                       {ident.Caller{Person: "ann", Role: ident.Admin, Via: ident.Browser, Session: "browser"}, "writer", ""},
		"a browser of a lesser role":               {ident.Caller{Person: "ann", Role: ident.Member, Via: ident.Browser, Session: "other"}, "browser", fail.Denied},
		"the command line":                         {ident.Caller{Person: "ann", Role: ident.Admin, Via: ident.CLI}, "browser", ""},
		"somebody else":                            {ident.Caller{Person: "bob", Role: ident.Member, Via: ident.Browser, Session: "bob"}, "reader", fail.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := duck.Open(t.Context(), duck.Options{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			now := time.Now()
			for id, role := range map[string]ident.Role{"browser": ident.Admin, "writer": ident.Admin, "reader": ident.Viewer} {
				kind := ident.Token
				if id == "browser" {
					kind = ident.Browser
				}
				one := ident.Session{ID: id, Kind: kind, Person: "ann", Role: role, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(time.Hour)}
				if err := s.SessionAdd(t.Context(), ident.System(), one, []byte(id)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.SessionRevoke(t.Context(), x.as, x.ended); fail.KindOf(err) != x.want {
				t.Errorf("got %v, want %q", err, x.want)
			}
			_, err = s.SessionFind(t.Context(), ident.System(), []byte(x.ended))
			if ended := fail.KindOf(err) == fail.Denied; ended != (x.want == "") {
				t.Errorf("ended: %t, %v", ended, err)
			}
		})
	}
}

func TestSaved(t *testing.T) {
	s, _ := shop(t)
	win := crm.Saved{Name: "Win rate", Question: "win rate by {who}", Params: []string{"who"}, By: "ann"}
	big := crm.Saved{Name: "big ones", SQL: "SELECT title FROM deal WHERE value > $least", Pinned: true, Verified: "ann"}
	for _, q := range []crm.Saved{win, big, {Name: " WIN RATE ", Question: "win rate per {who}", Params: []string{"who"}}} {
		if _, err := s.SavedSet(t.Context(), ann, q); err != nil {
			t.Fatal(err)
		}
	}
	big.Params, big.By = []string{"least"}, "ann"
	got, err := s.SavedList(t.Context(), ann)
	if err != nil {
		t.Fatal(err)
	}
	want := []crm.Saved{big, {Name: "WIN RATE", Question: "win rate per {who}", Params: []string{"who"}, By: "ann"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, q := range map[string]crm.Saved{
		"no name": {Question: "x"}, "nothing asked": {Name: "x"}, "SQL that may not run": {Name: "x", SQL: "SELECT * FROM meta.history"},
		"two lines": {Name: "a\nb", Question: "x"},
	} {
		if _, err := s.SavedSet(t.Context(), ann, q); err == nil || fail.KindOf(err) == fail.Failed {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.SavedSet(t.Context(), ident.Caller{Person: "bob", Role: ident.Viewer}, win); fail.KindOf(err) != fail.Denied {
		t.Errorf("a viewer saved a question: %v", err)
	}
	if _, err := s.SavedRemove(t.Context(), ann, "win rate"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavedRemove(t.Context(), ann, "win rate"); fail.KindOf(err) != fail.NotFound {
		t.Errorf("removed twice: %v", err)
	}
}
