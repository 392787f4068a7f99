package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// bringSales brings two accounts and two deals of the first, as one import; the second deal has both as partners.
func bringSales(t *testing.T, s *duck.Store, alts ...crm.Alteration) int64 {
	t.Helper()
	byName := crm.LinkBy{Field: "name"}
	got, err := s.Import(t.Context(), ducktest.Ann, byImport, alts, []crm.Source{
		{Load: crm.Load{Object: "account", Fields: []string{"name"}}, Rows: rows([]any{"Acme"}, []any{"Brick"})},
		{Load: crm.Load{Object: "deal", Fields: []string{"name", "account", "partners"}, Links: map[string]crm.LinkBy{"account": byName, "partners": byName}},
			Rows: rows([]any{"one", "Acme", nil}, []any{"two", "Acme", []string{"Acme", "Brick"}})},
	}, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Batch
}

// TestUndoImportAfterADeletion deletes a record of an import that others of it link to. That their links were emptied, or
// filled again when it was restored, is nothing that anybody wrote: the import can be taken back, and that again.
func TestUndoImportAfterADeletion(t *testing.T) {
	objects := []crm.Alteration{{Kind: crm.AddObject, Object: ducktest.SalesObjects()[0]}, {Kind: crm.AddObject, Object: ducktest.SalesObjects()[1]}}
	remove := crm.Edit{Kind: crm.Delete, Object: "account", ID: 1}
	for name, tc := range map[string]struct {
		there []crm.Object // before the import, which makes the rest
		alts  []crm.Alteration
		since []crm.Edit
	}{
		"objects that were there":                     {ducktest.SalesObjects(), nil, []crm.Edit{remove}},
		"objects of the import":                       {nil, objects, []crm.Edit{remove}},
		"restored since":                              {ducktest.SalesObjects(), nil, []crm.Edit{remove, {Kind: crm.Restore, Object: "account", ID: 1}}},
		"deleted and restored after what it links to": {ducktest.SalesObjects(), nil, []crm.Edit{{Kind: crm.Delete, Object: "deal", ID: 2}, remove, {Kind: crm.Restore, Object: "deal", ID: 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Open(t, duck.Options{})
			if tc.there != nil {
				ducktest.Make(t, s, tc.there...)
			}
			empty := dump(t, s)
			batch := bringSales(t, s, tc.alts...)
			for _, e := range tc.since {
				write(t, s, e)
			}
			was := dump(t, s)
			gone := undo(t, s, batch)
			if diff := cmp.Diff(empty, dump(t, s)); diff != "" {
				t.Errorf("undone (-want +got):\n%s", diff)
			}
			soundness(t, s, true)
			undo(t, s, gone.Batch)
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Errorf("undone again (-want +got):\n%s", diff)
			}
			soundness(t, s, true)
		})
	}
	t.Run("a link that somebody wrote since is kept", func(t *testing.T) {
		for _, there := range []bool{true, false} {
			s := ducktest.Open(t, duck.Options{})
			alts := objects
			if there {
				ducktest.Make(t, s, ducktest.SalesObjects()...)
				alts = nil
			}
			batch := bringSales(t, s, alts...)
			write(t, s, remove)
			write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"account": 2}})
			was := dump(t, s)
			if _, err := s.Undo(t.Context(), ducktest.Ann, batch); fail.KindOf(err) != fail.Conflict || fail.As(err).Hint == "" {
				t.Errorf("got %v, want a conflict with the next step", err)
			}
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Errorf("half undone:\n%s", diff)
			}
		}
	})
	t.Run("a link from elsewhere does not dangle", func(t *testing.T) {
		s := ducktest.Open(t, duck.Options{})
		ducktest.Make(t, s, ducktest.SalesObjects()...)
		batch := bringSales(t, s)
		ducktest.Add(t, s, "deal", crm.Values{"name": "mine", "account": 1})
		if _, err := s.Undo(t.Context(), ducktest.Ann, batch); fail.KindOf(err) != fail.Conflict {
			t.Fatalf("got %v, want a conflict", err)
		}
		deletion := write(t, s, remove)
		undo(t, s, batch)
		soundness(t, s, true)
		if _, err := s.Undo(t.Context(), ducktest.Ann, deletion.Batch); fail.KindOf(err) != fail.Conflict {
			t.Errorf("its deletion undone: %v, want a conflict, since deals of the import are in the trash", err)
		}
	})
}
