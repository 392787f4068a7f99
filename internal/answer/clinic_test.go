package answer_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
)

// clinic is a workspace that sells nothing: doctors, patients and appointments.
func clinic(t testing.TB) *duck.Store {
	t.Helper()
	s := ducktest.Open(t, duck.Options{Clock: clock})
	options := func(values ...string) []crm.Option {
		var out []crm.Option
		for _, v := range values {
			out = append(out, crm.Option{Value: v})
		}
		return out
	}
	ducktest.Make(t, s,
		crm.Object{Name: "doctor", Label: "Doctor", Plural: "Doctors", Synonyms: []string{"physician", "dr"}, Fields: []crm.Field{
			{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName},
			{Name: "ward", Label: "Ward", Type: crm.Choice, Options: options("Cardiology", "Surgery", "Paediatrics")}}},
		crm.Object{Name: "patient", Label: "Patient", Plural: "Patients", Fields: []crm.Field{
			{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName},
			{Name: "town", Label: "Town", Type: crm.Text, Role: crm.RolePlace}}},
		crm.Object{Name: "appointment", Label: "Appointment", Plural: "Appointments", Synonyms: []string{"visit"}, Fields: []crm.Field{
			{Name: "no", Label: "Appointment no", Type: crm.Text, Role: crm.RoleName},
			{Name: "doctor", Label: "Doctor", Type: crm.Link, Target: "doctor"},
			{Name: "patient", Label: "Patient", Type: crm.Link, Target: "patient"},
			{Name: "status", Label: "Status", Type: crm.Choice, Options: options("Planned", "Held", "Cancelled")},
			{Name: "held_on", Label: "Held on", Type: crm.Date},
			{Name: "fee", Label: "Fee", Type: crm.Money, Scale: 2, Currency: "GBP"}}})
	doctors := []string{"Imogen Farrow", "Rufus Lindqvist", "Tamsin Okoye", "Bertil Marchetti", "Yara Pellworth"}
	wards := []string{"Cardiology", "Surgery", "Paediatrics"}
	towns := []any{"Leeds", "York", "Ripon", nil}
	var edits []crm.Edit
	for i, name := range doctors {
		edits = append(edits, crm.Edit{Kind: crm.Create, Object: "doctor", Values: crm.Values{"name": name, "ward": wards[i%3]}})
	}
	for i := range 40 {
		edits = append(edits, crm.Edit{Kind: crm.Create, Object: "patient", Values: crm.Values{"name": "Patient " + string(rune('A'+i%26)) + strconv.Itoa(i), "town": towns[i%4]}})
	}
	written, err := s.Write(t.Context(), ann, edits, crm.Cause{Kind: "edit"})
	if err != nil {
		t.Fatal(err)
	}
	edits = nil
	for i := range 120 {
		v := crm.Values{"no": "A" + strconv.Itoa(1000+i), "status": []string{"Planned", "Held", "Held", "Cancelled", "Held"}[i%5],
			"doctor": crm.Ref{ID: written.IDs[(i*i+i/7)%5]}, "patient": crm.Ref{ID: written.IDs[5+(i*7)%36]}, "fee": decimal.New(int64(4000+(i*977)%9000), -2)}
		if i%5 != 0 {
			v["held_on"] = time.Date(2026, time.Month(1+i%10), 1+i%28, 0, 0, 0, 0, time.UTC)
		}
		edits = append(edits, crm.Edit{Kind: crm.Create, Object: "appointment", Values: v})
	}
	if _, err := s.Write(t.Context(), ann, edits, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	return s
}
