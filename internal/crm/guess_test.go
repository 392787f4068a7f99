package crm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
)

func options(values ...string) []crm.Option {
	var out []crm.Option
	for _, v := range values {
		out = append(out, crm.Option{Value: v})
	}
	return out
}

func TestGuess(t *testing.T) {
	for _, tt := range []struct {
		name   string
		object crm.Object
		want   map[string]crm.Role
	}{
		{"deals", crm.Object{Name: "deals", Label: "Deal", Fields: []crm.Field{
			{Name: "title", Type: crm.Text}, {Name: "status", Type: crm.Choice, Options: options("new", "closed won", "closed lost")}, {Name: "list_price", Type: crm.Money}, {Name: "revenue", Type: crm.Money},
			{Name: "created_on", Type: crm.Date}, {Name: "expected_close_date", Type: crm.Date}, {Name: "closed", Type: crm.Date}, {Name: "assigned_to", Type: crm.Link, Target: "people"},
		}}, map[string]crm.Role{"title": crm.RoleName, "status": crm.RoleStage, "revenue": crm.RoleAmount, "created_on": crm.RoleStarted, "expected_close_date": crm.RoleDue, "closed": crm.RoleEnded, "assigned_to": crm.RoleOwner}},
		{"companies", crm.Object{Name: "companies", Label: "Company", Fields: []crm.Field{
			{Name: "company", Type: crm.Text, Key: true}, {Name: "revenue", Type: crm.Money}, {Name: "parent_company", Type: crm.Link, Target: "companies"}, {Name: "country", Type: crm.Choice, Options: options("DE", "FR")}, {Name: "city", Type: crm.Text},
		}}, map[string]crm.Role{"company": crm.RoleName, "parent_company": crm.RoleParent, "country": crm.RolePlace, "city": crm.RolePlace}},
		{"invoices", crm.Object{Name: "invoices", Label: "Invoice", Fields: []crm.Field{
			{Name: "invoice_number", Type: crm.Text, Key: true}, {Name: "issued", Type: crm.Date}, {Name: "due_date", Type: crm.Date}, {Name: "paid", Type: crm.Date}, {Name: "quantity", Type: crm.Number}, {Name: "grand_total", Type: crm.Money},
		}}, map[string]crm.Role{"issued": crm.RoleStarted, "due_date": crm.RoleDue, "paid": crm.RoleEnded, "grand_total": crm.RoleAmount}},
		{"appointments of a clinic", crm.Object{Name: "appointments", Label: "Appointment", Fields: []crm.Field{
			{Name: "appointment_id", Type: crm.Text, Key: true}, {Name: "patient", Type: crm.Link, Target: "patients"}, {Name: "state", Type: crm.Choice, Options: options("booked", "done", "cancelled")}, {Name: "started_at", Type: crm.DateTime}, {Name: "ward_location", Type: crm.Text},
		}}, map[string]crm.Role{"state": crm.RoleStage, "started_at": crm.RoleStarted, "ward_location": crm.RolePlace}},
		{"people", crm.Object{Name: "people", Label: "Person", Fields: []crm.Field{
			{Name: "first_name", Type: crm.Text}, {Name: "last_name", Type: crm.Text}, {Name: "title", Type: crm.Text}, {Name: "email", Type: crm.Email, Key: true},
		}}, map[string]crm.Role{}},
		{"products", crm.Object{Name: "products", Label: "Product", Fields: []crm.Field{
			{Name: "sku", Type: crm.Text, Key: true}, {Name: "name", Type: crm.Text}, {Name: "unit_price", Type: crm.Money},
		}}, map[string]crm.Role{"name": crm.RoleName, "unit_price": crm.RoleUnitPrice}},
		{"what a person set stays", crm.Object{Name: "deals", Label: "Deal", Fields: []crm.Field{
			{Name: "title", Type: crm.Text}, {Name: "code_word", Type: crm.Text, Role: crm.RoleName}, {Name: "value", Type: crm.Money, Role: crm.RoleUnitPrice},
		}}, map[string]crm.Role{"code_word": crm.RoleName, "value": crm.RoleUnitPrice}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := map[string]crm.Role{}
			for _, f := range crm.Guess(tt.object).Fields {
				if f.Role != crm.NoRole {
					got[f.Name] = f.Role
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGuessOutcomes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []string
		want   []crm.Outcome
	}{
		{"a pipeline", []string{"Prospecting", "Engaging", "Won", "Lost"}, []crm.Outcome{crm.Open, crm.Open, crm.Won, crm.Lost}},
		{"closed both ways", []string{"Closed Won", "Closed Lost", "Negotiation"}, []crm.Outcome{crm.Won, crm.Lost, crm.Open}},
		{"in German", []string{"offen", "gewonnen", "verloren"}, []crm.Outcome{crm.Open, crm.Won, crm.Lost}},
		{"no win and no loss", []string{"todo", "doing", "done"}, []crm.Outcome{crm.NoOutcome, crm.NoOutcome, crm.NoOutcome}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := crm.Guess(crm.Object{Name: "deals", Label: "Deal", Fields: []crm.Field{{Name: "stage", Type: crm.Choice, Options: options(tt.values...)}}})
			var got []crm.Outcome
			for _, x := range o.Fields[0].Options {
				got = append(got, x.Outcome)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestGuessLeavesItsArgumentAlone(t *testing.T) {
	o := crm.Object{Name: "deals", Label: "Deal", Fields: []crm.Field{{Name: "stage", Type: crm.Choice, Options: options("won", "lost")}}}
	crm.Guess(o)
	if o.Fields[0].Role != crm.NoRole || o.Fields[0].Options[0].Outcome != crm.NoOutcome {
		t.Errorf("changed to %+v", o)
	}
}
