package duck_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// linked is a workspace with two accounts and a deal that links to both.
func linked(t *testing.T) *duck.Store {
	t.Helper()
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "employees": 5})
	ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
	ducktest.Add(t, s, "deal", crm.Values{"name": "A", "amount": "1", "account": 1, "partners": []int64{1, 2}, "tags": []string{"hot"}})
	return s
}

func on(object string) crm.Object { return crm.Object{Name: object} }

func renameField(object, from, to string) crm.Alteration {
	return crm.Alteration{Kind: crm.RenameField, Object: on(object), Name: from, To: to}
}

func value(t *testing.T, s *duck.Store, object string, id int64, field string) any {
	t.Helper()
	r, err := s.Record(t.Context(), ducktest.Vic, object, id)
	if err != nil {
		t.Fatal(err)
	}
	return r.Values[field]
}

// TestWhatComesBackLeadsSomewhere: links that lie in the trash with their field or object lead to nothing that was
// deleted meanwhile when they come back.
func TestWhatComesBackLeadsSomewhere(t *testing.T) {
	for name, alts := range map[string][2][]crm.Alteration{
		"fields": {
			{{Kind: crm.RemoveField, Object: on("deal"), Name: "account"}, {Kind: crm.RemoveField, Object: on("deal"), Name: "partners"}},
			{{Kind: crm.RestoreField, Object: on("deal"), Name: "account"}, {Kind: crm.RestoreField, Object: on("deal"), Name: "partners"}},
		},
		"an object": {{{Kind: crm.RemoveObject, Name: "deal"}}, {{Kind: crm.RestoreObject, Name: "deal"}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := linked(t)
			alter(t, s, alts[0]...)
			write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: 1})
			alter(t, s, alts[1]...)
			if got := value(t, s, "deal", 1, "account"); got != nil {
				t.Errorf("account leads to %v, which was deleted", got)
			}
			if diff := cmp.Diff([]crm.Ref{{ID: 2, Name: "Beta"}}, value(t, s, "deal", 1, "partners")); diff != "" {
				t.Errorf("partners: %s", diff)
			}
		})
	}
}

func TestATargetRenamedMeanwhile(t *testing.T) {
	s := linked(t)
	label := alter(t, s, crm.Alteration{Kind: crm.SetField, Object: on("deal"), Field: crm.Field{Name: "account", Label: "Customer", Type: crm.Link, Target: "account"}})
	field := alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on("deal"), Name: "partners"})
	alter(t, s, crm.Alteration{Kind: crm.RemoveObject, Name: "deal"})
	alter(t, s, crm.Alteration{Kind: crm.RenameObject, Name: "account", To: "firm"})
	alter(t, s, crm.Alteration{Kind: crm.RestoreObject, Name: "deal"})
	undo(t, s, field.Batch)
	undo(t, s, label.Batch)
	if diff := cmp.Diff([]crm.Ref{{ID: 1, Name: "Acme"}, {ID: 2, Name: "Beta"}}, value(t, s, "deal", 1, "partners")); diff != "" {
		t.Error(diff)
	}
}

func TestUndoOfARenameAmongOthers(t *testing.T) {
	s := linked(t)
	field := func(label, target string) crm.Alteration {
		return crm.Alteration{Kind: crm.SetField, Object: on("deal"), Field: crm.Field{Name: "account", Label: label, Type: crm.Link, Target: target}}
	}
	was := dump(t, s)
	w := alter(t, s, field("Customer", "account"), crm.Alteration{Kind: crm.RenameObject, Name: "account", To: "firm"}, field("Firm", "firm"))
	is := dump(t, s)
	u := undo(t, s, w.Batch)
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Errorf("undone:\n%s", diff)
	}
	undo(t, s, u.Batch)
	if diff := cmp.Diff(is, dump(t, s)); diff != "" {
		t.Errorf("the undo undone:\n%s", diff)
	}
}

// TestUndoAcrossARestart: a definition read from disk is the same as the one that was written.
func TestUndoAcrossARestart(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	was := dump(t, s)
	w := alter(t, s, crm.Alteration{Kind: crm.SetField, Object: on("account"), Field: crm.Field{Name: "employees", Label: "Staff", Type: crm.Number}},
		crm.Alteration{Kind: crm.SetObject, Object: crm.Object{Name: "account", Label: "firm"}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = ducktest.Open(t, duck.Options{Dir: dir})
	undo(t, s, w.Batch)
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Error(diff)
	}
}

// TestUndoFollowsNames swaps the names of two fields; a record's changes from before go back to the right ones.
func TestUndoFollowsNames(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	ducktest.Make(t, s, crm.Object{Name: "x", Fields: []crm.Field{{Name: "a", Type: crm.Text}, {Name: "b", Type: crm.Text}}})
	ducktest.Add(t, s, "x", crm.Values{"a": "a0", "b": "b0"})
	w := write(t, s, crm.Edit{Kind: crm.Set, Object: "x", ID: 1, Values: crm.Values{"a": "a1", "b": "b1"}}, crm.Edit{Kind: crm.Set, Object: "x", ID: 1, Values: crm.Values{"a": "a2", "b": "b2"}})
	alter(t, s, renameField("x", "a", "tmp"), renameField("x", "b", "a"), renameField("x", "tmp", "b"))
	undo(t, s, w.Batch)
	if a, b := value(t, s, "x", 1, "a"), value(t, s, "x", 1, "b"); a != "b0" || b != "a0" {
		t.Errorf("a is %v and b is %v", a, b)
	}
}

// TestUndoRefusesWhatDoesNotFitAnyMore has something happen to a field between a change and its undo.
func TestUndoRefusesWhatDoesNotFitAnyMore(t *testing.T) {
	set := func(object string, v crm.Values) func(*testing.T, *duck.Store) int64 {
		return func(t *testing.T, s *duck.Store) int64 {
			return write(t, s, crm.Edit{Kind: crm.Set, Object: object, ID: 1, Values: v}).Batch
		}
	}
	for name, tc := range map[string]struct {
		first func(*testing.T, *duck.Store) int64
		then  []crm.Alteration
		says  string
	}{
		"an option gone": {set("deal", crm.Values{"tags": []string{"cold"}}),
			[]crm.Alteration{{Kind: crm.SetField, Object: on("deal"), Field: crm.Field{Name: "tags", Type: crm.Choices, Options: []crm.Option{{Value: "cold"}}}}}, `"hot"`},
		"required by now": {func(t *testing.T, s *duck.Store) int64 {
			return write(t, s, crm.Edit{Kind: crm.Set, Object: "account", ID: 2, Values: crm.Values{"employees": 3}}).Batch
		}, []crm.Alteration{{Kind: crm.SetField, Object: on("account"), Field: crm.Field{Name: "employees", Type: crm.Number, Required: true}}}, "empty"},
		"renamed, then of another type": {set("account", crm.Values{"employees": 7}),
			[]crm.Alteration{renameField("account", "employees", "staff"), {Kind: crm.ChangeField, Object: on("account"), Field: crm.Field{Name: "staff", Type: crm.Text}}}, "type"},
		"another field of that name": {set("deal", crm.Values{"notes": "x"}),
			[]crm.Alteration{{Kind: crm.RemoveField, Object: on("deal"), Name: "notes"}, {Kind: crm.AddField, Object: on("deal"), Field: crm.Field{Name: "notes", Type: crm.LongText}}}, "another"},
		"a field written into, then renamed": {func(t *testing.T, s *duck.Store) int64 {
			w := alter(t, s, crm.Alteration{Kind: crm.AddField, Object: on("deal"), Field: crm.Field{Name: "more", Type: crm.Text}})
			set("deal", crm.Values{"more": "x"})(t, s)
			return w.Batch
		}, []crm.Alteration{renameField("deal", "more", "extra")}, "newer"},
		"restored already": {func(t *testing.T, s *duck.Store) int64 {
			return alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on("deal"), Name: "notes"}).Batch
		}, []crm.Alteration{{Kind: crm.RestoreField, Object: on("deal"), Name: "notes"}}, "already"},
	} {
		t.Run(name, func(t *testing.T) {
			s := linked(t)
			first := tc.first(t, s)
			alter(t, s, tc.then...)
			was := dump(t, s)
			_, err := s.Undo(t.Context(), ducktest.Ann, first)
			if fail.KindOf(err) != fail.Conflict || !strings.Contains(fail.As(err).Message, tc.says) {
				t.Errorf("got %v, want a conflict with %s", err, tc.says)
			}
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Errorf("half undone:\n%s", diff)
			}
		})
	}
}

func TestRestoreFits(t *testing.T) {
	s := linked(t)
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "deal", ID: 1})
	alter(t, s, crm.Alteration{Kind: crm.SetField, Object: on("deal"), Field: crm.Field{Name: "tags", Type: crm.Choices, Options: []crm.Option{{Value: "cold"}}}})
	_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Restore, Object: "deal", ID: 1}}, crm.Cause{Kind: "edit"})
	if fail.KindOf(err) != fail.Conflict || !strings.Contains(fail.As(err).Message, `"hot"`) {
		t.Errorf("got %v, want a conflict about the option", err)
	}
}

func TestRestoreFindsRenamedLinks(t *testing.T) {
	s := linked(t)
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: 1})
	alter(t, s, renameField("deal", "account", "client"))
	write(t, s, crm.Edit{Kind: crm.Restore, Object: "account", ID: 1})
	if got := value(t, s, "deal", 1, "client"); got != (crm.Ref{ID: 1, Name: "Acme"}) {
		t.Errorf("the link is %v", got)
	}
}

// TestHistorySpeaksOfFieldsAsTheyAre: values of back then stand under the names of now, in the types of then.
func TestHistorySpeaksOfFieldsAsTheyAre(t *testing.T) {
	s := linked(t)
	set := func(object string, v crm.Values) {
		write(t, s, crm.Edit{Kind: crm.Set, Object: object, ID: 1, Values: v})
	}
	set("deal", crm.Values{"notes": "abc", "account": 2})
	set("account", crm.Values{"employees": "1234.00"})
	alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: on("deal"), Field: crm.Field{Name: "notes", Type: crm.Number}, Lossy: true})
	alter(t, s, renameField("deal", "notes", "score"), renameField("deal", "account", "client"))
	set("deal", crm.Values{"score": 3})
	alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on("account"), Name: "employees"}, crm.Alteration{Kind: crm.AddField, Object: on("account"), Field: crm.Field{Name: "employees", Type: crm.Bool}})
	set("account", crm.Values{"employees": true})
	changes, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var got []map[string]any
	for _, ch := range changes {
		if ch.Kind == "set" {
			got = append(got, ch.After)
		}
	}
	want := []map[string]any{
		{"employees": true},
		{"score": json.Number("3")},
		{"employees (removed)": json.Number("1234")},
		{"score": "abc", "client": crm.Ref{ID: 2, Name: "Beta"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := json.Marshal(changes); err != nil {
		t.Error(err)
	}
}

func TestLabelsAreOneLine(t *testing.T) {
	s := ducktest.Sales(t)
	alter(t, s, crm.Alteration{Kind: crm.AddField, Object: on("deal"), Field: crm.Field{Name: "more", Label: " Close\r\nvalue\x00 ", Type: crm.Text, Synonyms: []string{"a\tb", " "}}})
	schema, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	_, f, _ := schema.Resolve("deal", "more")
	if f.Label != "Close value" || !cmp.Equal(f.Synonyms, []string{"a b"}) {
		t.Errorf("got %q and %q", f.Label, f.Synonyms)
	}
	_, err = s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.SetObject, Object: crm.Object{Name: "deal", Label: strings.Repeat("é", 501)}}}, crm.Cause{})
	if fail.KindOf(err) != fail.Invalid {
		t.Errorf("a label of 501 characters: %v", err)
	}
}

// TestTextThatCannotBeKept: what is not UTF-8 is the caller's mistake, wherever it comes in.
func TestTextThatCannotBeKept(t *testing.T) {
	s := linked(t)
	for _, path := range []crm.Path{"name", "account", "partners", "account.name", "partners.name", "stage", "amount"} {
		if _, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Filter: crm.Where(path, crm.Is, "bad\xff")}); fail.KindOf(err) != fail.Invalid {
			t.Errorf("filter by %s: %v", path, err)
		}
	}
	for field, v := range map[string]any{"name": "bad\xff", "account": "bad\xff", "partners": []string{"bad\xff"}, "tags": "bad\xff"} {
		if _, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "deal", Values: crm.Values{field: v}}}, crm.Cause{}); fail.KindOf(err) != fail.Invalid {
			t.Errorf("write %s: %v", field, err)
		}
	}
	if _, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Object: "bad\xff"}); fail.KindOf(err) != fail.Invalid {
		t.Errorf("history: %v", err)
	}
}
