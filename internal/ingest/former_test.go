package ingest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

func TestAFileFindsWhatWasRenamedSince(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	first := files(t, "firms.csv", "Firm,Revenue,City\nAcme,10,Bern\nBolt,20,Ulm\n")
	bring(t, s, first, ingest.Options{})
	on := crm.Object{Name: "firms"}
	alter := func(alts ...crm.Alteration) {
		t.Helper()
		if _, err := s.Alter(t.Context(), ann, alts, crm.Cause{}); err != nil {
			t.Fatal(err)
		}
	}
	field := func(name string) crm.Field {
		t.Helper()
		schema, err := s.Schema(t.Context(), ann)
		o, _ := schema.Object("firms")
		f, ok := o.Field(name)
		if err != nil || !ok {
			t.Fatalf("no field %s: %v", name, err)
		}
		return f
	}
	to := func(src []ingest.Source) map[string]string {
		t.Helper()
		out := map[string]string{}
		for _, c := range prepare(t, s, src, ingest.Options{}).Files[0].Columns {
			out[c.Name] = c.Field
			if c.New {
				out[c.Name] += ", new"
			}
			if c.Renamed {
				out[c.Name] += ": " + c.Check
			}
		}
		return out
	}
	same := func(what string, src []ingest.Source, want map[string]string) {
		t.Helper()
		if diff := cmp.Diff(want, to(src)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}

	alter(crm.Alteration{Kind: crm.RenameField, Object: on, Name: "revenue", To: "annual_revenue"})
	turnover := field("annual_revenue")
	turnover.Label = "Turnover"
	alter(crm.Alteration{Kind: crm.SetField, Object: on, Field: turnover})
	same("by its first name", first, map[string]string{"Firm": "firm", "Revenue": "annual_revenue: called Turnover by now", "City": "city"})
	if again := bring(t, s, first, ingest.Options{}); again.Files[0].Unchanged != 2 || len(again.Files[0].FieldsAdded) != 0 {
		t.Errorf("again: %+v", again.Files[0])
	}
	both := files(t, "firms.csv", "Firm,Revenue,Turnover\nAcme,1,2\n")
	same("beside its name of now", both, map[string]string{"Firm": "firm", "Revenue": "revenue, new", "Turnover": "annual_revenue"})

	alter(crm.Alteration{Kind: crm.AddField, Object: on, Field: crm.Field{Name: "revenue", Label: "Revenue", Type: crm.Text}})
	same("another has that name", first, map[string]string{"Firm": "firm", "Revenue": "revenue", "City": "city"})
	alter(crm.Alteration{Kind: crm.RemoveField, Object: on, Name: "revenue"}, crm.Alteration{Kind: crm.RemoveField, Object: on, Name: "annual_revenue"})
	same("it is gone", first, map[string]string{"Firm": "firm", "Revenue": "revenue, new", "City": "city"})

	alter(crm.Alteration{Kind: crm.SetObject, Object: crm.Object{Name: "firms", Label: "Customer", Plural: "Customers"}},
		crm.Alteration{Kind: crm.RenameObject, Object: on, Name: "firms", To: "customers"})
	if f := prepare(t, s, first, ingest.Options{}).Files[0]; f.New || f.Object != "customers" {
		t.Errorf("the file goes to %s, new %v", f.Object, f.New)
	}
}
