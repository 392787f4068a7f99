// Package ducktest opens workspaces for tests.
package ducktest

import (
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/ident"
)

// Ann is a member, Vic a viewer.
var (
	Ann = ident.Caller{Person: "ann", Name: "Ann", Role: ident.Member, Via: ident.CLI}
	Vic = ident.Caller{Person: "vic", Name: "Vic", Role: ident.Viewer, Via: ident.CLI}
)

// Open opens an empty workspace in a folder of the test's own and closes it at the end. Options are taken as they are,
// but for Dir, which is filled in when it is empty.
func Open(t testing.TB, opt duck.Options) *duck.Store {
	t.Helper()
	if opt.Dir == "" {
		opt.Dir = t.TempDir()
	}
	s, err := duck.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Sales opens a workspace with two linked objects: account (name, sector, employees) and deal (name, account, amount,
// stage with legal moves, closed_on, tags, owner, notes, and margin, which is computed).
func Sales(t testing.TB) *duck.Store {
	t.Helper()
	s := Open(t, duck.Options{})
	Make(t, s, SalesObjects()...)
	return s
}

// Make adds objects.
func Make(t testing.TB, s *duck.Store, objects ...crm.Object) {
	t.Helper()
	var alts []crm.Alteration
	for _, o := range objects {
		alts = append(alts, crm.Alteration{Kind: crm.AddObject, Object: o})
	}
	if _, err := s.Alter(t.Context(), Ann, alts, crm.Cause{Kind: "schema"}); err != nil {
		t.Fatal(err)
	}
}

// Add creates a record and returns its id.
func Add(t testing.TB, s *duck.Store, object string, v crm.Values) int64 {
	t.Helper()
	w, err := s.Write(t.Context(), Ann, []crm.Edit{{Kind: crm.Create, Object: object, Values: v}}, crm.Cause{Kind: "edit"})
	if err != nil {
		t.Fatal(err)
	}
	return w.IDs[0]
}

// SalesObjects are the objects of Sales.
func SalesObjects() []crm.Object {
	return []crm.Object{
		{Name: "account", Label: "account", Plural: "accounts", Fields: []crm.Field{
			{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName, Required: true},
			{Name: "sector", Label: "Sector", Type: crm.Choice, Options: []crm.Option{{Value: "retail"}, {Value: "medical"}, {Value: "software"}}},
			{Name: "employees", Label: "Employees", Type: crm.Number},
		}},
		{Name: "deal", Label: "deal", Plural: "deals", Fields: []crm.Field{
			{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName},
			{Name: "account", Label: "Account", Type: crm.Link, Target: "account"},
			{Name: "amount", Label: "Amount", Type: crm.Money, Scale: 2, Currency: "USD", Role: crm.RoleAmount},
			{Name: "stage", Label: "Stage", Type: crm.Choice, Role: crm.RoleStage,
				Options: []crm.Option{{Value: "New"}, {Value: "Engaging", Outcome: crm.Open}, {Value: "Won", Outcome: crm.Won}, {Value: "Lost", Outcome: crm.Lost}},
				Moves:   []crm.Move{{From: "", To: "New"}, {From: "", To: "Engaging"}, {From: "New", To: "Engaging"}, {From: "Engaging", To: "Won"}, {From: "Engaging", To: "Lost"}}},
			{Name: "closed_on", Label: "Closed on", Type: crm.Date, Role: crm.RoleEnded},
			{Name: "tags", Label: "Tags", Type: crm.Choices, Options: []crm.Option{{Value: "hot"}, {Value: "cold"}, {Value: "partner"}}},
			{Name: "partners", Label: "Partners", Type: crm.Links, Target: "account"},
			{Name: "urgent", Label: "Urgent", Type: crm.Bool},
			{Name: "met_at", Label: "Met at", Type: crm.DateTime},
			{Name: "notes", Label: "Notes", Type: crm.LongText},
			{Name: "half", Label: "Half", Type: crm.Computed, Expr: `"amount" / 2`, Result: crm.Number},
		}},
	}
}
