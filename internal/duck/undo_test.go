package duck_test

import (
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
)

func TestUndoBase(t *testing.T) {
	s := ducktest.Sales(t)
	a := ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "employees": "12"})
	d := ducktest.Add(t, s, "deal", crm.Values{"name": "One", "account": "acme", "amount": "1,200.50", "partners": []int64{a}})
	do := func(what string, id int64) crm.Undone {
		u, err := s.Undo(t.Context(), ducktest.Ann, id)
		r, e2 := s.Record(t.Context(), ducktest.Vic, "deal", d)
		t.Log(what, u, err, "\n", r, e2)
		return u
	}
	w, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Set, Object: "deal", ID: d, Values: crm.Values{"amount": "7", "tags": "hot"}}, {Kind: crm.Delete, Object: "account", ID: a}, {Kind: crm.Delete, Object: "deal", ID: d}}, crm.Cause{Kind: "edit"})
	t.Log(w, err)
	u := do("undo", w.Batch)
	u = do("redo", u.Batch)
	u = do("undo", u.Batch)
	do("again", w.Batch)
	ww, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{
		{Kind: crm.RenameField, Object: crm.Object{Name: "deal"}, Name: "name", To: "title"},
		{Kind: crm.RemoveField, Object: crm.Object{Name: "deal"}, Name: "half"},
		{Kind: crm.ChangeField, Object: crm.Object{Name: "deal"}, Field: crm.Field{Name: "amount", Type: crm.Text}}}, crm.Cause{Kind: "schema"})
	t.Log(ww, err)
	u = do("undo alter", ww.Batch)
	u = do("redo alter", u.Batch)
	u = do("undo alter", u.Batch)
	ww, err = s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.RemoveObject, Name: "deal"}}, crm.Cause{Kind: "schema"})
	t.Log(ww, err)
	u = do("undo alter", ww.Batch)
	do("undo", 2)
	do("undo", 3)
}
