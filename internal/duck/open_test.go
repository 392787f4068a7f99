package duck_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// shipped are the migrations that workspaces out there remember. Their files must never change; a change of the layout
// is a new file.
var shipped = map[string]string{
	"0004_view.sql": "3b3fd53cb153a6f3add6827e0c7598ef508cbaa00cbdd82a8a62e8933923588f",
	"0001_base.sql": "710740802e41f80bb4ff8a374e95f6ce2d13971c1ed4f4734160412f8735ecf8",
}

func TestShippedMigrationsAreUnchanged(t *testing.T) {
	for file, want := range shipped {
		body, err := os.ReadFile(filepath.Join("migrations", file))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s has changed: sum %s, was %s", file, got, want)
		}
	}
}

func TestOneWorkspaceOneProcess(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	_, err := duck.Open(t.Context(), duck.Options{Dir: dir})
	if fail.KindOf(err) != fail.Busy {
		t.Fatalf("a second opener got %v, want busy", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ducktest.Open(t, duck.Options{Dir: dir})
}

func TestNewerDataIsRefusedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, duck.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO meta.migration VALUES (9000, '9000_later', 'abc', now()::TIMESTAMP, '7.3')`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = duck.Open(t.Context(), duck.Options{Dir: dir})
	if fail.KindOf(err) != fail.Unavailable || !strings.Contains(err.Error(), "7.3") {
		t.Fatalf("got %v, want a refusal that names version 7.3", err)
	}
}

func TestReopenedWorkspaceGoesOn(t *testing.T) {
	dir := t.TempDir()
	late := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	s := ducktest.Open(t, duck.Options{Dir: dir, Clock: func() time.Time { return late }})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	first := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	last := ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: last})
	was := dump(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	leftover := filepath.Join(dir, "run", "tmp", "duckdb_temp_storage_0.tmp")
	if err := os.WriteFile(leftover, []byte("of a life cut short"), 0o600); err != nil {
		t.Fatal(err)
	}

	// The box comes up with a clock that is years behind.
	early := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	s = ducktest.Open(t, duck.Options{Dir: dir, Clock: func() time.Time { return early }})
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Fatal(diff)
	}
	if _, err := os.Stat(leftover); !os.IsNotExist(err) {
		t.Errorf("a temporary file of the life before is still there: %v", err)
	}
	if id := ducktest.Add(t, s, "account", crm.Values{"name": "Gamma"}); id <= last {
		t.Errorf("id %d was given out again after %d", id, last)
	}
	before, err := s.Record(t.Context(), ducktest.Vic, "account", first)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, crm.Edit{Kind: crm.Set, Object: "account", ID: first, Values: crm.Values{"employees": 3}})
	after, err := s.Record(t.Context(), ducktest.Vic, "account", first)
	if err != nil {
		t.Fatal(err)
	}
	if after.Version() <= before.Version() {
		t.Errorf("version went from %d to %d", before.Version(), after.Version())
	}
}

func write(t *testing.T, s *duck.Store, edits ...crm.Edit) crm.Written {
	t.Helper()
	w, err := s.Write(t.Context(), ducktest.Ann, edits, crm.Cause{Kind: "edit"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestNobodyMayDoNothingAndViewersOnlyRead(t *testing.T) {
	s := ducktest.Sales(t)
	id := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	edit := []crm.Edit{{Kind: crm.Delete, Object: "account", ID: id}}
	add := []crm.Alteration{{Kind: crm.AddObject, Object: crm.Object{Name: "thing"}}}
	calls := map[string]struct {
		writes bool
		call   func(c ident.Caller) error
	}{
		"schema":  {false, func(c ident.Caller) error { _, err := s.Schema(t.Context(), c); return err }},
		"list":    {false, func(c ident.Caller) error { _, err := s.List(t.Context(), c, crm.Query{Object: "account"}); return err }},
		"record":  {false, func(c ident.Caller) error { _, err := s.Record(t.Context(), c, "account", id); return err }},
		"history": {false, func(c ident.Caller) error { _, err := s.History(t.Context(), c, crm.HistoryQuery{}); return err }},
		"batches": {false, func(c ident.Caller) error { _, err := s.Batches(t.Context(), c, "", 0, 5); return err }},
		"try": {false, func(c ident.Caller) error {
			_, err := s.TryChange(t.Context(), c, "account", crm.Field{Name: "name", Type: crm.Number})
			return err
		}},
		"write": {true, func(c ident.Caller) error { _, err := s.Write(t.Context(), c, edit, crm.Cause{}); return err }},
		"alter": {true, func(c ident.Caller) error { _, err := s.Alter(t.Context(), c, add, crm.Cause{}); return err }},
		"undo":  {true, func(c ident.Caller) error { _, err := s.Undo(t.Context(), c, 1); return err }},
	}
	for name, tc := range calls {
		t.Run(name, func(t *testing.T) {
			if err := tc.call(ident.Caller{}); fail.KindOf(err) != fail.Denied {
				t.Errorf("nobody got %v, want denied", err)
			}
			err := tc.call(ducktest.Vic)
			if tc.writes && fail.KindOf(err) != fail.Denied {
				t.Errorf("a viewer got %v, want denied", err)
			}
			if !tc.writes && err != nil {
				t.Errorf("a viewer got %v", err)
			}
		})
	}
}

func TestAuditComesFirst(t *testing.T) {
	var events []duck.AuditEvent
	var refuse error
	var told []crm.Change
	s := ducktest.Open(t, duck.Options{
		Audit: func(_ context.Context, e duck.AuditEvent) error { events = append(events, e); return refuse },
		Event: func(ch crm.Change) { told = append(told, ch) },
	})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	events, told = nil, nil
	id := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	if len(events) != 1 || events[0].Action != "write" || events[0].Changes != 1 || events[0].Caller.Person != "ann" || !cmp.Equal(events[0].Objects, []string{"account"}) {
		t.Errorf("audit was told %+v", events)
	}
	if len(told) != 1 || told[0].Record != id {
		t.Errorf("the stream was told %+v", told)
	}
	refuse = errors.New("the disk of the audit log is full")
	_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Delete, Object: "account", ID: id}}, crm.Cause{Kind: "edit"})
	if fail.KindOf(err) != fail.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	if r, err := s.Record(t.Context(), ducktest.Vic, "account", id); err != nil || r.Deleted {
		t.Errorf("the record was written without audit: %+v %v", r, err)
	}
	if len(told) != 1 {
		t.Errorf("the stream was told of a write that did not happen: %+v", told)
	}
}

func TestBrokenDatabaseIsOpenedAgain(t *testing.T) {
	s := ducktest.Sales(t)
	id := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	failing := "read"
	duck.FailAt(s, func(stage string) error {
		if stage != failing {
			return nil
		}
		return &driver.Error{Type: driver.ErrorTypeFatal, Msg: "FATAL Error: database has been invalidated"}
	})
	if err := s.Ready(t.Context()); fail.KindOf(err) != fail.Unavailable {
		t.Errorf("a read got %v, want unavailable", err)
	}
	failing = "commit"
	_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Set, Object: "account", ID: id, Values: crm.Values{"name": "Lost"}}}, crm.Cause{Kind: "edit"})
	if fail.KindOf(err) != fail.Unavailable {
		t.Fatalf("got %v, want unavailable", err)
	}
	duck.FailAt(s, nil)
	if r, err := s.Record(t.Context(), ducktest.Vic, "account", id); err != nil || r.Values["name"] != "Acme" {
		t.Errorf("after opening again: %+v %v", r.Values, err)
	}
	write(t, s, crm.Edit{Kind: crm.Set, Object: "account", ID: id, Values: crm.Values{"name": "Acme Corp"}})
}

// TestBrokenDatabaseIsTriedAgain breaks the database while its file cannot be opened. Once it can be, the next write opens it.
func TestBrokenDatabaseIsTriedAgain(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	id := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	if err := s.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, duck.FileName)
	duck.FailAt(s, func(stage string) error {
		if stage != "commit" {
			return nil
		}
		if err := errors.Join(os.Rename(file, file+".away"), os.Mkdir(file, 0o700)); err != nil {
			t.Error(err)
		}
		return &driver.Error{Type: driver.ErrorTypeFatal, Msg: "FATAL Error: database has been invalidated"}
	})
	set := crm.Edit{Kind: crm.Set, Object: "account", ID: id, Values: crm.Values{"name": "Acme Corp"}}
	for range 2 {
		if _, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{set}, crm.Cause{}); fail.KindOf(err) != fail.Unavailable {
			t.Errorf("got %v, want unavailable", err)
		}
		if st := s.State(); !st.ReadOnly || st.Fix == "" {
			t.Errorf("while it is closed: %+v", st)
		}
		duck.FailAt(s, nil)
	}
	if err := errors.Join(os.Remove(file), os.Rename(file+".away", file)); err != nil {
		t.Fatal(err)
	}
	write(t, s, set)
	if st := s.State(); st.ReadOnly {
		t.Errorf("after it: %+v", st)
	}
}

// TestFullDisk fills a small disk with writes. What was acknowledged is there afterwards, and once there is room the
// same store takes writes again. Where no small disk can be mounted, the test above stands for it.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI must be able to mount a small disk: %v", err)
		}
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 12<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s := ducktest.Open(t, duck.Options{Dir: dir})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	var kept []int64
	var err error
	for n := range 400 {
		var w crm.Written
		notes := strings.Repeat(string(rune('a'+n%26)), 100_000)
		if w, err = s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "deal", Values: crm.Values{"notes": notes}}}, crm.Cause{Kind: "edit"}); err != nil {
			break
		}
		kept = append(kept, w.IDs[0])
	}
	if fail.KindOf(err) != fail.Unavailable {
		t.Fatalf("after %d writes on a full disk: %v, want unavailable", len(kept), err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	page, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Total: true})
	if fail.KindOf(err) == fail.Unavailable { // it may not have come up on the full disk; the next write tries again
		ducktest.Add(t, s, "account", crm.Values{"name": "Room"})
		page, err = s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Total: true})
	}
	if err != nil || page.Total != int64(len(kept)) {
		t.Fatalf("%d writes were acknowledged, %d are there: %v", len(kept), page.Total, err)
	}
	ducktest.Add(t, s, "deal", crm.Values{"notes": "there is room again"})
}

func TestBelowTheFloorNothingIsWritten(t *testing.T) {
	s := ducktest.Open(t, duck.Options{FreeFloor: 1 << 60})
	if st := s.State(); !st.ReadOnly || st.Reason == "" {
		t.Errorf("state is %+v, want read-only with a reason", st)
	}
	_, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.AddObject, Object: crm.Object{Name: "thing"}}}, crm.Cause{})
	if fail.KindOf(err) != fail.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
	if _, err := s.Schema(t.Context(), ducktest.Vic); err != nil {
		t.Errorf("reading: %v", err)
	}
}

func TestClosedStoreSaysSo(t *testing.T) {
	s := ducktest.Sales(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); fail.KindOf(err) != fail.Unavailable {
		t.Errorf("ready: %v", err)
	}
	if _, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "account"}}, crm.Cause{}); fail.KindOf(err) != fail.Unavailable {
		t.Errorf("write: %v", err)
	}
}

func jsonNumber(s string) json.Number { return json.Number(s) }
