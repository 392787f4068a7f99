package duck_test

import (
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
)

func TestBase(t *testing.T) {
	s := ducktest.Sales(t)
	a := ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "employees": "12"})
	b := ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
	d := ducktest.Add(t, s, "deal", crm.Values{"name": "One", "account": "acme", "amount": "1,200.50", "stage": "new", "tags": "hot; cold", "partners": []int64{b, a}, "closed_on": "2017-03-01", "met_at": "2017-03-01 10:00"})
	r, err := s.Record(t.Context(), ducktest.Vic, "deal", d)
	t.Log(r, err)
	p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Sort: []crm.Sort{{Path: "account", Desc: true}, {Path: "stage"}}, Total: true, Filter: crm.All(crm.Where("account", crm.Is, "ACME"), crm.Where("partners.name", crm.Is, "beta"))})
	t.Log(p, err)
	h, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{})
	t.Log(h, err)
	w, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Delete, Object: "account", ID: a}}, crm.Cause{Kind: "edit"})
	t.Log(w, err)
	r, err = s.Record(t.Context(), ducktest.Vic, "deal", d)
	t.Log(r, err)
	h, err = s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Object: "deal"})
	t.Log(h, err)
	w, err = s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Restore, Object: "account", ID: a}}, crm.Cause{Kind: "edit"})
	t.Log(w, err)
	ww, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.ChangeField, Object: crm.Object{Name: "deal"}, Field: crm.Field{Name: "amount", Type: crm.Text}}, {Kind: crm.RemoveField, Object: crm.Object{Name: "account"}, Name: "sector"}}, crm.Cause{Kind: "schema"})
	t.Log(ww, err)
	ww, err = s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.RemoveObject, Name: "deal"}}, crm.Cause{Kind: "schema"})
	t.Log(ww, err)
	ww, err = s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.RestoreObject, Name: "deal"}, {Kind: crm.RestoreField, Object: crm.Object{Name: "account"}, Name: "sector"}, {Kind: crm.RenameObject, Name: "account", To: "company"}, {Kind: crm.RenameField, Object: crm.Object{Name: "deal"}, Name: "account", To: "company"}}, crm.Cause{Kind: "schema"})
	t.Log(ww, err)
	r, err = s.Record(t.Context(), ducktest.Vic, "deal", d)
	t.Log(r, err)
}
