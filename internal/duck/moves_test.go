package duck_test

import (
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestWhereARecordBegins: by hand and by import a record begins in any stage, unless a move says where; an empty stage is
// filled by the same rule.
func TestWhereARecordBegins(t *testing.T) {
	for name, tc := range map[string]struct {
		moves []crm.Move
		legal bool // to begin in Won
	}{
		"anywhere":           {[]crm.Move{{From: "New", To: "Won"}}, true},
		"where a move says":  {[]crm.Move{{From: "New", To: "Won"}, {To: "New"}}, false},
		"no moves are there": {nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Open(t, duck.Options{})
			ducktest.Make(t, s, crm.Object{Name: "deal", Fields: []crm.Field{{Name: "name", Type: crm.Text, Key: true},
				{Name: "stage", Type: crm.Choice, Options: []crm.Option{{Value: "New"}, {Value: "Won"}}, Moves: tc.moves}}})
			ducktest.Add(t, s, "deal", crm.Values{"name": "A", "stage": "New"})
			ducktest.Add(t, s, "deal", crm.Values{"name": "B"})
			for _, e := range []crm.Edit{
				{Kind: crm.Create, Object: "deal", Values: crm.Values{"stage": "Won"}},
				{Kind: crm.Set, Object: "deal", ID: 2, Values: crm.Values{"stage": "Won"}},
			} {
				if _, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{e}, crm.Cause{}); (err == nil) != tc.legal || (err != nil && fail.KindOf(err) != fail.Invalid) {
					t.Errorf("%s: %v", e.Kind, err)
				}
			}
			ducktest.Add(t, s, "deal", crm.Values{"name": "C"})
			got := load(t, s, ducktest.Ann, crm.Load{Object: "deal", Key: "name", Fields: []string{"name", "stage"}}, "C", "Won")
			if taken := len(got.Rejects) == 0; taken != tc.legal {
				t.Errorf("an import that fills the stage: %+v", got.Rejects)
			}
		})
	}
}
