package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

func alter(t *testing.T, s *duck.Store, alts ...crm.Alteration) crm.Written {
	t.Helper()
	w, err := s.Alter(t.Context(), ducktest.Ann, alts, crm.Cause{Kind: "schema"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func undo(t *testing.T, s *duck.Store, id int64) crm.Undone {
	t.Helper()
	u, err := s.Undo(t.Context(), ducktest.Ann, id)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestUndoRefusesToLoseWhatIsNewer has two things happen one after the other; taking back the first must be refused as
// long as the second stands, and leave everything as it is.
func TestUndoRefusesToLoseWhatIsNewer(t *testing.T) {
	deal, account := crm.Object{Name: "deal"}, crm.Object{Name: "account"}
	set := func(object string, id int64, v crm.Values) crm.Edit {
		return crm.Edit{Kind: crm.Set, Object: object, ID: id, Values: v}
	}
	edits := func(e ...crm.Edit) func(*testing.T, *duck.Store) int64 {
		return func(t *testing.T, s *duck.Store) int64 { return write(t, s, e...).Batch }
	}
	alts := func(a ...crm.Alteration) func(*testing.T, *duck.Store) int64 {
		return func(t *testing.T, s *duck.Store) int64 { return alter(t, s, a...).Batch }
	}
	for name, tc := range map[string]struct {
		first, then func(*testing.T, *duck.Store) int64
		clash       string // field of the first clash
	}{
		"the same field":       {edits(set("deal", 1, crm.Values{"amount": "2", "name": "B"})), edits(set("deal", 1, crm.Values{"amount": "3"})), "amount"},
		"the same links":       {edits(set("deal", 1, crm.Values{"partners": []int64{1}})), edits(set("deal", 1, crm.Values{"partners": []int64{1, 2}})), "partners"},
		"changed since made":   {edits(crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{"name": "New one"}}), edits(set("deal", 2, crm.Values{"amount": "3"})), "amount"},
		"linked since made":    {edits(crm.Edit{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Gamma"}}), edits(set("deal", 1, crm.Values{"account": 3})), "account"},
		"record in the trash":  {edits(set("deal", 1, crm.Values{"amount": "2"})), edits(crm.Edit{Kind: crm.Delete, Object: "deal", ID: 1}), ""},
		"link's record gone":   {edits(set("deal", 1, crm.Values{"account": 2})), edits(crm.Edit{Kind: crm.Delete, Object: "account", ID: 1}), "account"},
		"field removed":        {edits(set("deal", 1, crm.Values{"amount": "2"})), alts(crm.Alteration{Kind: crm.RemoveField, Object: deal, Name: "half"}, crm.Alteration{Kind: crm.RemoveField, Object: deal, Name: "amount"}), ""},
		"type changed":         {edits(set("deal", 1, crm.Values{"amount": "2"})), alts(crm.Alteration{Kind: crm.RemoveField, Object: deal, Name: "half"}, crm.Alteration{Kind: crm.ChangeField, Object: deal, Field: crm.Field{Name: "amount", Type: crm.Text}}), ""},
		"object removed":       {edits(set("deal", 1, crm.Values{"amount": "2"})), alts(crm.Alteration{Kind: crm.RemoveObject, Name: "deal"}), ""},
		"object in use":        {alts(crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "task", Fields: []crm.Field{{Name: "name", Type: crm.Text}}}}), edits(crm.Edit{Kind: crm.Create, Object: "task", Values: crm.Values{"name": "Call"}}), ""},
		"object linked to":     {alts(crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "task", Fields: []crm.Field{{Name: "name", Type: crm.Text}}}}), alts(crm.Alteration{Kind: crm.AddField, Object: account, Field: crm.Field{Name: "task", Type: crm.Link, Target: "task"}}), ""},
		"field in use":         {alts(crm.Alteration{Kind: crm.AddField, Object: deal, Field: crm.Field{Name: "more", Type: crm.Text}}), edits(set("deal", 1, crm.Values{"more": "x"})), "more"},
		"field in use by new":  {alts(crm.Alteration{Kind: crm.AddField, Object: deal, Field: crm.Field{Name: "more", Type: crm.Text}}), edits(crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{"more": "x"}}), "more"},
		"definition changed":   {alts(crm.Alteration{Kind: crm.SetField, Object: account, Field: crm.Field{Name: "employees", Type: crm.Number, Label: "Staff"}}), alts(crm.Alteration{Kind: crm.SetField, Object: account, Field: crm.Field{Name: "employees", Type: crm.Number, Label: "Crew"}}), ""},
		"does not convert":     {alts(crm.Alteration{Kind: crm.ChangeField, Object: account, Field: crm.Field{Name: "employees", Type: crm.Text}}), edits(set("account", 1, crm.Values{"employees": "many"})), ""},
		"the name taken again": {alts(crm.Alteration{Kind: crm.RenameField, Object: account, Name: "employees", To: "staff"}), alts(crm.Alteration{Kind: crm.AddField, Object: account, Field: crm.Field{Name: "employees", Type: crm.Text}}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Sales(t)
			ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "employees": 5})
			ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
			ducktest.Add(t, s, "deal", crm.Values{"name": "A", "amount": "1", "account": 1})
			first := tc.first(t, s)
			middle := dump(t, s)
			then := tc.then(t, s)
			was := dump(t, s)
			_, err := s.Undo(t.Context(), ducktest.Ann, first)
			if fail.KindOf(err) != fail.Conflict || fail.As(err).Hint == "" {
				t.Fatalf("got %v, want a conflict with the next step", err)
			}
			if tc.clash != "" {
				clashes, _ := fail.As(err).Detail.([]crm.Clash)
				if len(clashes) == 0 || clashes[0].Field != tc.clash {
					t.Errorf("clashes are %+v, want one of %s", clashes, tc.clash)
				}
			}
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Fatalf("half undone:\n%s", diff)
			}
			undo(t, s, then)
			if diff := cmp.Diff(middle, dump(t, s)); diff != "" {
				t.Fatalf("undoing the newer one:\n%s", diff)
			}
			undo(t, s, first)
		})
	}
}

// What is newer but lost by nobody does not hold up an undo.
func TestUndoPassesBy(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	id := ducktest.Add(t, s, "deal", crm.Values{"name": "A", "amount": "1"})
	first := write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"amount": "2"}})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"name": "B"}})
	alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: crm.Object{Name: "deal"}, Name: "half"},
		crm.Alteration{Kind: crm.RenameField, Object: crm.Object{Name: "deal"}, Name: "amount", To: "worth"},
		crm.Alteration{Kind: crm.RenameObject, Name: "deal", To: "opportunity"})
	undo(t, s, first.Changes[0])
	r, err := s.Record(t.Context(), ducktest.Vic, "opportunity", id)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Values["worth"]; got == nil || crm.Values(r.Values)["name"] != "B" || (crm.Field{Scale: 2}).Show(got) != "1.00" {
		t.Errorf("after undo: %v", r.Values)
	}
}

func TestUndoOfABatchInOnePiece(t *testing.T) {
	s := ducktest.Sales(t)
	empty := dump(t, s)
	w := write(t, s,
		crm.Edit{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Acme"}},
		crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{"name": "A", "account": 1}},
		crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"amount": "3"}},
		crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"amount": "4", "stage": "New"}},
		crm.Edit{Kind: crm.Delete, Object: "account", ID: 1},
		crm.Edit{Kind: crm.Restore, Object: "account", ID: 1},
		crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"account": 1}})
	full := dump(t, s)
	u := undo(t, s, w.Batch)
	if diff := cmp.Diff(empty, dump(t, s)); diff != "" {
		t.Fatalf("undone, -want +got:\n%s", diff)
	}
	if _, err := s.Undo(t.Context(), ducktest.Ann, w.Batch); fail.KindOf(err) != fail.Conflict {
		t.Errorf("undone twice: %v", err)
	}
	u = undo(t, s, u.Batch)
	if diff := cmp.Diff(full, dump(t, s)); diff != "" {
		t.Fatalf("redone, -want +got:\n%s", diff)
	}
	undo(t, s, u.Batch)
	if diff := cmp.Diff(empty, dump(t, s)); diff != "" {
		t.Fatalf("undone again, -want +got:\n%s", diff)
	}
	if _, err := s.Undo(t.Context(), ducktest.Ann, 999_999); fail.KindOf(err) != fail.NotFound {
		t.Errorf("undo of nothing: %v", err)
	}
}

// TestUndoOfASchemaWithItsRecords is what an import does that adds an object and a field: one batch, taken back whole.
func TestUndoOfASchemaWithItsRecords(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	was := dump(t, s)
	row := func(values ...any) []any { return values }
	imported, err := s.Import(t.Context(), ducktest.Ann, crm.Cause{Kind: "import"}, []crm.Alteration{
		{Kind: crm.AddObject, Object: crm.Object{Name: "task", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "account", Type: crm.Link, Target: "account"}}}},
		{Kind: crm.AddField, Object: crm.Object{Name: "account"}, Field: crm.Field{Name: "city", Type: crm.Text}},
	}, []crm.Source{
		{Load: crm.Load{Object: "account", Key: "name", Fields: []string{"name", "city"}}, Rows: rows(row("Acme", "Berlin"), row("Beta", "Bonn"))},
		{Load: crm.Load{Object: "task", Fields: []string{"name", "account"}, Links: map[string]crm.LinkBy{"account": {Field: "name"}}}, Rows: rows(row("Call", "Beta"))},
	}, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	full := dump(t, s)
	u := undo(t, s, imported.Batch)
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Fatalf("undone, -want +got:\n%s", diff)
	}
	u = undo(t, s, u.Batch)
	if diff := cmp.Diff(full, dump(t, s)); diff != "" {
		t.Fatalf("redone, -want +got:\n%s", diff)
	}
	undo(t, s, u.Batch)
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Fatalf("undone again, -want +got:\n%s", diff)
	}
}
