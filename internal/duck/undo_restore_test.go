package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestUndoWhatWasRestored removes something, brings it back by hand and takes that back: the removal can be undone, as it
// could be at first; and so all over again.
func TestUndoWhatWasRestored(t *testing.T) {
	deal := crm.Object{Name: "deal"}
	edit := func(k crm.EditKind) func(*testing.T, *duck.Store) int64 {
		return func(t *testing.T, s *duck.Store) int64 {
			return write(t, s, crm.Edit{Kind: k, Object: "account", ID: 1}).Batch
		}
	}
	alt := func(a crm.Alteration) func(*testing.T, *duck.Store) int64 {
		return func(t *testing.T, s *duck.Store) int64 { return alter(t, s, a).Batch }
	}
	for name, tc := range map[string]struct {
		remove, restore func(*testing.T, *duck.Store) int64
	}{
		"field":  {alt(crm.Alteration{Kind: crm.RemoveField, Object: deal, Name: "partners"}), alt(crm.Alteration{Kind: crm.RestoreField, Object: deal, Name: "partners"})},
		"object": {alt(crm.Alteration{Kind: crm.RemoveObject, Name: "deal"}), alt(crm.Alteration{Kind: crm.RestoreObject, Name: "deal"})},
		"record": {edit(crm.Delete), edit(crm.Restore)},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Sales(t)
			ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
			ducktest.Add(t, s, "deal", crm.Values{"name": "A", "account": 1, "partners": []int64{1}})
			whole := dump(t, s)
			removed := tc.remove(t, s)
			without := dump(t, s)
			is := func(what string, want map[string]string) {
				t.Helper()
				if diff := cmp.Diff(want, dump(t, s)); diff != "" {
					t.Fatalf("%s, want -, got +:\n%s", what, diff)
				}
			}
			restored := tc.restore(t, s)
			is("restore", whole)
			again := undo(t, s, restored).Batch
			is("undo of the restore", without)
			back := undo(t, s, removed).Batch
			is("undo of the removal", whole)
			undo(t, s, back)
			is("undo of the undo of the removal", without)
			back = undo(t, s, again).Batch
			is("undo of the undo of the restore", whole)
			undo(t, s, back)
			is("undo of the undo of the undo of the restore", without)
			undo(t, s, removed)
			is("undo of the removal, again", whole)
		})
	}
}

// Where a removal was made good by hand there is nothing left to undo, and the refusal says just that.
func TestUndoOfWhatIsInUse(t *testing.T) {
	s := ducktest.Sales(t)
	removed := alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: crm.Object{Name: "deal"}, Name: "partners"})
	alter(t, s, crm.Alteration{Kind: crm.RestoreField, Object: crm.Object{Name: "deal"}, Name: "partners"})
	_, err := s.Undo(t.Context(), ducktest.Ann, removed.Batch)
	if fail.KindOf(err) != fail.Conflict || err.Error() != "What this removed is in use again already." {
		t.Errorf("got %v", err)
	}
}

// TestUndoImportAfterDelete has somebody delete a record of an import that made the object: that goes with the rest, and
// is in the trash still when the undo is undone.
func TestUndoImportAfterDelete(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	empty := dump(t, s)
	first := part(t, s, []string{"code", "stage"}, [][]any{{"K1", "Won"}, {"K2", "Lost"}}, newLots)
	deleted := write(t, s, crm.Edit{Kind: crm.Delete, Object: "lot", ID: 1}).Batch
	was := dump(t, s)
	gone := undo(t, s, first).Batch
	if diff := cmp.Diff(empty, dump(t, s)); diff != "" {
		t.Errorf("undone, want -, got +:\n%s", diff)
	}
	undo(t, s, gone)
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Errorf("back again, want -, got +:\n%s", diff)
	}
	undo(t, s, deleted)
	undo(t, s, first)
	if diff := cmp.Diff(empty, dump(t, s)); diff != "" {
		t.Errorf("undone once more, want -, got +:\n%s", diff)
	}
}

// A refused undo shows what is newer: of which record, what, by whom and when, with links by name.
func TestUndoShowsWhatIsNewer(t *testing.T) {
	s := ducktest.Sales(t)
	for _, n := range []string{"Acme", "Beta", "Gamma"} {
		ducktest.Add(t, s, "account", crm.Values{"name": n})
	}
	id := ducktest.Add(t, s, "deal", crm.Values{"name": "A", "account": 1})
	more := alter(t, s, crm.Alteration{Kind: crm.AddField, Object: crm.Object{Name: "deal"}, Field: crm.Field{Name: "more", Type: crm.Link, Target: "account"}})
	link := write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"account": 2}})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"account": 3, "more": 2}})
	made := write(t, s, crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{"name": "B"}})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: made.IDs[0], Values: crm.Values{"account": 2}})
	for name, tc := range map[string]struct {
		undo int64
		want crm.Clash
	}{
		"a newer value":           {link.Batch, crm.Clash{Object: "deal", Record: id, Field: "account", Yours: crm.Ref{ID: 1, Name: "Acme"}, Theirs: crm.Ref{ID: 3, Name: "Gamma"}, By: "ann"}},
		"a value of a new field":  {more.Batch, crm.Clash{Object: "deal", Record: id, Field: "more", Theirs: crm.Ref{ID: 2, Name: "Beta"}, By: "ann"}},
		"a value of a new record": {made.Batch, crm.Clash{Object: "deal", Record: made.IDs[0], Field: "account", Theirs: crm.Ref{ID: 2, Name: "Beta"}, By: "ann"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Undo(t.Context(), ducktest.Ann, tc.undo)
			if fail.KindOf(err) != fail.Conflict {
				t.Fatalf("got %v, want a conflict", err)
			}
			got, _ := fail.As(err).Detail.([]crm.Clash)
			if len(got) != 1 || got[0].At == "" {
				t.Fatalf("clashes are %+v, want one with its time", got)
			}
			got[0].At = ""
			if diff := cmp.Diff(tc.want, got[0]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
