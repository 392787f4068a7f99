package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// TestRemoved lists what was put away, newest first, and restores each by the name that the list gives.
func TestRemoved(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "sector": "retail"})
	ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
	removed := func() []crm.Removed {
		t.Helper()
		out, err := s.Removed(t.Context(), ducktest.Vic)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := removed(); len(got) != 0 {
		t.Fatalf("nothing was removed, but %v", got)
	}
	on := crm.Object{Name: "account"}
	alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on, Name: "sector"})
	alter(t, s, crm.Alteration{Kind: crm.AddField, Object: on, Field: crm.Field{Name: "sector", Type: crm.Text, Label: "Sector"}})
	alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on, Name: "sector"})
	ducktest.Make(t, s, crm.Object{Name: "note", Label: "note", Plural: "notes", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "more", Type: crm.Text}}})
	ducktest.Add(t, s, "note", crm.Values{"name": "one"})
	alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: crm.Object{Name: "note"}, Name: "more"})
	alter(t, s, crm.Alteration{Kind: crm.RemoveObject, Name: "note"})

	want := []crm.Removed{
		{Object: "note", Label: "notes", Values: 1, Who: ducktest.Ann.Person},
		{Object: "account", Field: "sector", Label: "Sector", Type: crm.Text, Who: ducktest.Ann.Person},
	}
	got := removed()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(crm.Removed{}, "At")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	alter(t, s, crm.Alteration{Kind: crm.RestoreObject, Name: "note"})
	alter(t, s, crm.Alteration{Kind: crm.RestoreField, Object: on, Name: "sector"})
	alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on, Name: "name"})
	alter(t, s, crm.Alteration{Kind: crm.RenameField, Object: on, Name: "sector", To: "trade"})
	want = []crm.Removed{
		{Object: "account", Field: "name", Label: "Name", Type: crm.Text, Values: 2, Who: ducktest.Ann.Person},
		{Object: "note", Field: "more", Label: "More", Type: crm.Text, Who: ducktest.Ann.Person},
		{Object: "account", Field: "sector", Label: "Sector", Type: crm.Choice, Values: 1, Who: ducktest.Ann.Person},
	}
	if diff := cmp.Diff(want, removed(), cmpopts.IgnoreFields(crm.Removed{}, "At")); diff != "" {
		t.Errorf("after two came back, -want +got:\n%s", diff)
	}
	if _, err := s.Removed(t.Context(), ident.Caller{}); fail.KindOf(err) != fail.Denied {
		t.Errorf("nobody was told: %v", err)
	}
}
