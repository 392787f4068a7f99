package duck_test

import (
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/fail"
)

// A refusal names what can be done about it by the command that was refused.
func TestRefusalsSayWhatToDo(t *testing.T) {
	s, err := duck.Open(t.Context(), duck.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	on := crm.Object{Name: "deal"}
	do := func(a crm.Alteration) error {
		_, err := s.Alter(t.Context(), ann, []crm.Alteration{a}, crm.Cause{})
		return err
	}
	title := crm.Field{Name: "title", Label: "Title", Type: crm.Text, Required: true}
	notes := crm.Field{Name: "notes", Label: "Notes", Type: crm.Text}
	made := crm.Object{Name: "deal", Label: "Deal", Plural: "Deals", Fields: []crm.Field{title, notes}}
	for _, a := range []crm.Alteration{
		{Kind: crm.AddObject, Object: made},
		{Kind: crm.RemoveField, Object: on, Name: "notes"},
		{Kind: crm.AddField, Object: on, Field: notes},
		{Kind: crm.AddObject, Object: crm.Object{Name: "task", Label: "Task", Plural: "Tasks", Fields: []crm.Field{notes}}},
		{Kind: crm.RemoveObject, Object: crm.Object{Name: "task"}, Name: "task"},
		{Kind: crm.AddObject, Object: crm.Object{Name: "task", Label: "Task", Plural: "Tasks", Fields: []crm.Field{notes}}},
	} {
		if err := do(a); err != nil {
			t.Fatal(err)
		}
	}
	linked, unlinked, odd := notes, notes, notes
	linked.Target = "task"
	unlinked.Type = crm.Link
	odd.Type, odd.Currency = crm.Money, "XXXX"
	_, empty := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Create, Object: "deal", Values: crm.Values{"notes": "x"}}}, crm.Cause{})
	for name, x := range map[string]struct {
		err  error
		kind fail.Kind
		hint string
	}{
		"a required value":           {empty, fail.Invalid, "openclawd field change deal title --required=false"},
		"a field that is there anew": {do(crm.Alteration{Kind: crm.RestoreField, Object: on, Name: "notes"}), fail.Conflict, "Rename or remove"},
		"an object there anew":       {do(crm.Alteration{Kind: crm.RestoreObject, Object: crm.Object{Name: "task"}, Name: "task"}), fail.Conflict, "Rename or remove"},
		"text with a target":         {do(crm.Alteration{Kind: crm.ChangeField, Object: on, Name: "notes", Field: linked}), fail.Invalid, "--target ''"},
		"a link without one":         {do(crm.Alteration{Kind: crm.ChangeField, Object: on, Name: "notes", Field: unlinked}), fail.Invalid, "--target account"},
		"no such currency":           {do(crm.Alteration{Kind: crm.ChangeField, Object: on, Name: "notes", Field: odd}), fail.Invalid, "ISO 4217"},
	} {
		if fail.KindOf(x.err) != x.kind || !strings.Contains(fail.As(x.err).Hint, x.hint) {
			t.Errorf("%s: %v; %s", name, x.err, fail.As(x.err).Hint)
		}
	}
}
