package demo

import (
	"reflect"
	"slices"

	"openclaw/internal/crm"
)

// meaning is what a person would say about an object on the schema page. Fields that it does not name have no role.
type meaning struct {
	object, label, plural string
	synonyms              []string
	roles                 map[string]crm.Role
	words                 map[string][]string // field -> synonyms
	stages                []crm.Option        // of the field with the role stage, in order
}

func meanings() []meaning {
	return []meaning{
		{
			object: "deal", label: "deal", plural: "deals", synonyms: []string{"opportunity", "sale"},
			roles: map[string]crm.Role{
				"title": crm.RoleName, "amount": crm.RoleAmount, "stage": crm.RoleStage, "opened_on": crm.RoleStarted,
				"closed_on": crm.RoleEnded, "owner": crm.RoleOwner,
			},
			words: map[string][]string{"company": {"customer", "client"}, "owner": {"rep", "seller"}, "amount": {"value"}},
			stages: []crm.Option{
				{Value: "Lead", Outcome: crm.Open}, {Value: "Qualified", Outcome: crm.Open}, {Value: "Proposal", Outcome: crm.Open},
				{Value: "Negotiation", Outcome: crm.Open}, {Value: "Won", Outcome: crm.Won}, {Value: "Lost", Outcome: crm.Lost},
			},
		},
		{
			object: "company", label: "company", plural: "companies", synonyms: []string{"customer", "client", "account"},
			roles: map[string]crm.Role{"company": crm.RoleName, "country": crm.RolePlace, "city": crm.RolePlace, "parent_company": crm.RoleParent},
		},
		{
			object: "people", label: "person", plural: "people", synonyms: []string{"contact"},
			roles: map[string]crm.Role{"full_name": crm.RoleName, "city": crm.RolePlace},
		},
		{
			object: "rep", label: "rep", plural: "reps", synonyms: []string{"sales rep", "seller", "salesperson"},
			roles: map[string]crm.Role{"name": crm.RoleName, "office": crm.RolePlace, "manager": crm.RoleParent},
		},
		{
			object: "product", label: "product", plural: "products",
			roles: map[string]crm.Role{"product": crm.RoleName, "list_price": crm.RoleUnitPrice},
		},
		{
			object: "task", label: "task", plural: "tasks", synonyms: []string{"to-do"},
			roles: map[string]crm.Role{
				"title": crm.RoleName, "status": crm.RoleStage, "due_on": crm.RoleDue, "done_on": crm.RoleEnded, "assigned_to": crm.RoleOwner,
			},
			stages: []crm.Option{
				{Value: "To do", Outcome: crm.Open}, {Value: "In progress", Outcome: crm.Open}, {Value: "Blocked", Outcome: crm.Open},
				{Value: "Done", Outcome: crm.Won},
			},
		},
		{
			object: "invoice", label: "invoice", plural: "invoices", synonyms: []string{"bill"},
			roles: map[string]crm.Role{
				"invoice_no": crm.RoleName, "net_amount": crm.RoleAmount, "status": crm.RoleStage, "issued_on": crm.RoleStarted,
				"due_on": crm.RoleDue, "paid_on": crm.RoleEnded,
			},
			words: map[string][]string{"net_amount": {"amount"}},
			stages: []crm.Option{
				{Value: "Draft", Outcome: crm.Open}, {Value: "Sent", Outcome: crm.Open}, {Value: "Overdue", Outcome: crm.Open},
				{Value: "Paid", Outcome: crm.Won},
			},
		},
	}
}

// explain makes the alterations that give a freshly imported schema its meaning. What an import guessed and got right is
// not touched.
func explain(schema crm.Schema) []crm.Alteration {
	var out []crm.Alteration
	for _, m := range meanings() {
		o, ok := schema.Object(m.object)
		if !ok {
			continue
		}
		named := crm.Object{Name: o.Name, Label: m.label, Plural: m.plural, Synonyms: m.synonyms, Icon: o.Icon}
		out = append(out, crm.Alteration{Kind: crm.SetObject, Object: named})
		// A role is taken away before it is given to another field, since an object has it once.
		var taken, given []crm.Alteration
		for _, f := range o.Fields {
			meant := f
			meant.Role = m.roles[f.Name]
			for _, word := range m.words[f.Name] {
				if !slices.Contains(meant.Synonyms, word) {
					meant.Synonyms = append(slices.Clip(meant.Synonyms), word)
				}
			}
			if meant.Role == crm.RoleStage && f.Type == crm.Choice {
				meant.Options = order(f.Options, m.stages)
			}
			if reflect.DeepEqual(f, meant) {
				continue
			}
			set := crm.Alteration{Kind: crm.SetField, Object: crm.Object{Name: o.Name}, Field: meant}
			if meant.Role == crm.NoRole {
				taken = append(taken, set)
			} else {
				given = append(given, set)
			}
		}
		out = append(append(out, taken...), given...)
	}
	return out
}

// order puts the options that the data have into the order of a pipeline and says what each stands for. An option that
// the pipeline does not know stays, at the end.
func order(have, pipeline []crm.Option) []crm.Option {
	var out []crm.Option
	for _, stage := range pipeline {
		i := slices.IndexFunc(have, func(o crm.Option) bool { return o.Value == stage.Value })
		if i < 0 {
			out = append(out, stage) // no record is there yet
			continue
		}
		o := have[i]
		o.Outcome = stage.Outcome
		out = append(out, o)
	}
	for _, o := range have {
		if !slices.ContainsFunc(pipeline, func(stage crm.Option) bool { return stage.Value == o.Value }) {
			out = append(out, o)
		}
	}
	return out
}
