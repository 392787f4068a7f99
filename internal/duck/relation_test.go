package duck_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

var eve = ident.Caller{Person: "eve", Role: ident.Member, Via: ident.CLI}

// reader is one way to read, with all that it gives as text.
type reader func(c ident.Caller) (any, error)

// readers are the ways to read records. Each gives Ann something of the second account, which is called Zyxwick.
func readers(t *testing.T, s *duck.Store) map[string]reader {
	list := func(q crm.Query) reader {
		return func(c ident.Caller) (any, error) { return s.List(t.Context(), c, q) }
	}
	statement := func(q string) reader {
		return func(c ident.Caller) (any, error) { return s.SQL(t.Context(), c, q, duck.SQLLimits{}) }
	}
	look := func(fuzzy bool, phrase string) reader {
		return func(c ident.Caller) (any, error) {
			hits, err := s.Lookup(t.Context(), c, []string{phrase}, fuzzy)
			for i := range hits {
				hits[i].Phrase = ""
			}
			return hits, err
		}
	}
	return map[string]reader{
		"list":             list(crm.Query{Object: "account"}),
		"trash":            list(crm.Query{Object: "account", Trash: true}),
		"links of a list":  list(crm.Query{Object: "deal"}),
		"fields of a link": list(crm.Query{Object: "deal", Fields: []crm.Path{"account.name"}}),
		"record":           func(c ident.Caller) (any, error) { return s.Record(t.Context(), c, "account", 2) },
		"links of a record": func(c ident.Caller) (any, error) {
			return s.Record(t.Context(), c, "deal", 1)
		},
		"sql":                 statement("SELECT name FROM account"),
		"sql with its schema": statement("SELECT name FROM crm.account"),
		"the view":            statement("SELECT name FROM v_account"),
		"a link in a view":    statement("SELECT account FROM v_deal"),
		"links in a view":     statement("SELECT partners FROM main.v_deal"),
		"a view, within":      statement("SELECT * FROM (SELECT * FROM v_account) AS x"),
		"summarize":           statement("SUMMARIZE account"),
		"a plan": func(c ident.Caller) (any, error) {
			return s.Plan(t.Context(), c, plan.Plan{Object: "account", Groups: []plan.Group{{Path: "name"}}, Measures: []plan.Measure{{Fn: plan.Count}}})
		},
		"look-up":                 look(false, "zyxwick"),
		"look-up of a typo":       look(true, "zyxwik"),
		"look-up of a word":       look(false, "quibbleton"),
		"search":                  func(c ident.Caller) (any, error) { return s.Search(t.Context(), c, "zyx", "", 10) },
		"search for what is near": func(c ident.Caller) (any, error) { return s.Nearest(t.Context(), c, "zyxwik", "", 10) },
		"history":                 func(c ident.Caller) (any, error) { return s.History(t.Context(), c, crm.HistoryQuery{}) },
		"history of a record": func(c ident.Caller) (any, error) {
			return s.History(t.Context(), c, crm.HistoryQuery{Object: "account", Record: 2})
		},
		"batches": func(c ident.Caller) (any, error) { return read(s.Batches(t.Context(), c, "", 0, 100)) },
		"export": func(c ident.Caller) (any, error) {
			var out []string
			err := s.Export(t.Context(), c, "account", crm.Filter{}, func(_ []crm.Column, v []any) error { out = append(out, fmt.Sprint(v...)); return nil })
			return out, err
		},
		"links of an export": func(c ident.Caller) (any, error) {
			var out []string
			err := s.Export(t.Context(), c, "deal", crm.Filter{}, func(_ []crm.Column, v []any) error { out = append(out, fmt.Sprint(v...)); return nil })
			return out, err
		},
		"a conflict of an edit": func(c ident.Caller) (any, error) {
			return refused(s.Write(t.Context(), c, []crm.Edit{{Kind: crm.Set, Object: "account", ID: 2, IfVersion: 1, Values: crm.Values{"name": "Mine"}}}, crm.Cause{}))
		},
		"a conflict of a removal": func(c ident.Caller) (any, error) {
			return refused(s.Write(t.Context(), c, []crm.Edit{{Kind: crm.Delete, Object: "account", ID: 2, IfVersion: 1}}, crm.Cause{}))
		},
		"a conflict over a link": func(c ident.Caller) (any, error) {
			return refused(s.Write(t.Context(), c, []crm.Edit{{Kind: crm.Set, Object: "deal", ID: 1, IfVersion: 1, Values: crm.Values{"account": 1, "partners": []int64{1}}}}, crm.Cause{}))
		},
		"a conflict of an undo": func(c ident.Caller) (any, error) {
			changes, err := s.History(t.Context(), ducktest.Ann, crm.HistoryQuery{Object: "account", Record: 2})
			if err != nil || len(changes) != 3 {
				t.Fatalf("%v, %v", changes, err)
			}
			return refused(s.Undo(t.Context(), c, changes[2].ID))
		},
		"a change of type on trial": func(c ident.Caller) (any, error) {
			return s.TryChange(t.Context(), c, "account", crm.Field{Name: "name", Type: crm.Number})
		},
		"a change of a link's type on trial": func(c ident.Caller) (any, error) {
			return s.TryChange(t.Context(), c, "deal", crm.Field{Name: "account", Type: crm.Number})
		},
	}
}

// refused spells out what a refusal says.
func refused[T any](_ T, err error) (any, error) {
	e := fail.As(err)
	return fmt.Sprintf("%s %s %s %+v", e.Kind, e.Message, e.Hint, e.Detail), nil
}

// read spells out the changes that batches point to.
func read(batches []crm.Batch, err error) (any, error) {
	var out []string
	for _, b := range batches {
		out = append(out, fmt.Sprint(b.Parts, b.Only))
		if b.Only != nil {
			out = append(out, fmt.Sprint(*b.Only))
		}
	}
	return out, err
}

// TestEveryReaderKeepsToTheCallersRelation keeps a record from Eve, in use and in the trash; whatever she reads, nothing of
// it comes.
func TestEveryReaderKeepsToTheCallersRelation(t *testing.T) {
	var told []crm.Change
	s := ducktest.Open(t, duck.Options{Event: func(c crm.Change) { told = append(told, c) }, Rows: func(c ident.Caller, o crm.Object) string {
		if c.Person == "eve" && o.Name == "account" {
			return `"id" NOT IN (2, 3)`
		}
		return ""
	}})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	for _, name := range []string{"Acme", "Zyxwick Quibbleton", "Zyxwick of old"} {
		ducktest.Add(t, s, "account", crm.Values{"name": name})
	}
	write(t, s, crm.Edit{Kind: crm.Set, Object: "account", ID: 2, Values: crm.Values{"name": "Zyxwick"}})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "account", ID: 2, Values: crm.Values{"name": "Zyxwick Quibbleton"}})
	ducktest.Add(t, s, "deal", crm.Values{"name": "A", "account": 2, "partners": []int64{1, 2}})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"notes": "x", "account": 1}}, crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"account": 2}})
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: 3})
	all := readers(t, s)
	all["events"] = func(c ident.Caller) (any, error) {
		var out []crm.Change
		for _, e := range told {
			if may, err := s.Sees(t.Context(), c, e.Object, e.Record); err != nil {
				return nil, err
			} else if may && e.Object == "account" {
				out = append(out, e)
			}
		}
		return out, nil
	}
	for name, read := range all {
		t.Run(name, func(t *testing.T) {
			hers, err := read(eve)
			if err != nil && fail.KindOf(err) != fail.NotFound {
				t.Fatal(err)
			}
			his, err := read(ducktest.Ann)
			if err != nil {
				t.Fatal(err)
			}
			if says := fmt.Sprintf("%+v", hers); strings.Contains(says, "Zyxwick") {
				t.Errorf("Eve is told of it: %s", says)
			}
			if says := fmt.Sprintf("%+v", his); !strings.Contains(says, "Zyxwick") {
				t.Errorf("Ann is not told of it, so this proves nothing: %s", says)
			}
		})
	}
	t.Run("what cannot be seen is as if it were not there", func(t *testing.T) {
		edit := func(c ident.Caller, e crm.Edit) string {
			said, _ := refused(s.Write(t.Context(), c, []crm.Edit{e}, crm.Cause{}))
			return said.(string)
		}
		link := func(field string, to any) crm.Edit {
			return crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{field: to}}
		}
		for name, same := range map[string]func(id int64) crm.Edit{
			"a link":             func(id int64) crm.Edit { return link("account", id) },
			"a link as #":        func(id int64) crm.Edit { return link("account", fmt.Sprint("#", id)) },
			"a link as a number": func(id int64) crm.Edit { return link("account", fmt.Sprint(id)) },
			"links":              func(id int64) crm.Edit { return link("partners", []int64{1, id}) },
			"an edit": func(id int64) crm.Edit {
				return crm.Edit{Kind: crm.Set, Object: "account", ID: id, Values: crm.Values{"name": "x"}}
			},
			"a removal": func(id int64) crm.Edit { return crm.Edit{Kind: crm.Delete, Object: "account", ID: id} },
			"a restore": func(id int64) crm.Edit { return crm.Edit{Kind: crm.Restore, Object: "account", ID: id} },
		} {
			for _, hidden := range []int64{2, 3} { // in use, in the trash
				was, never := edit(eve, same(hidden)), edit(eve, same(99))
				if want := strings.ReplaceAll(never, "99", fmt.Sprint(hidden)); was != want {
					t.Errorf("%s to #%d: %s, want %s", name, hidden, was, want)
				}
			}
		}
		undo := func(id int64) string { said, _ := refused(s.Undo(t.Context(), eve, id)); return said.(string) }
		changes, err := s.History(t.Context(), ducktest.Ann, crm.HistoryQuery{Object: "account", Record: 3})
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range changes {
			if was, want := undo(ch.ID), strings.ReplaceAll(undo(987654), "987654", fmt.Sprint(ch.ID)); was != want {
				t.Errorf("an undo: %s, want %s", was, want)
			}
		}
		some := write(t, s, crm.Edit{Kind: crm.Set, Object: "account", ID: 1, Values: crm.Values{"employees": 5}}, crm.Edit{Kind: crm.Set, Object: "account", ID: 2, Values: crm.Values{"employees": 5}})
		if said := undo(some.Batch); !strings.HasPrefix(said, "denied") {
			t.Errorf("an undo of what she sees in part: %s", said)
		}
	})
	t.Run("a link that is there may stay", func(t *testing.T) {
		w, err := s.Write(t.Context(), eve, []crm.Edit{{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"account": 2, "partners": []int64{2}, "notes": "hers"}}}, crm.Cause{})
		if err != nil || len(w.Changes) != 1 {
			t.Errorf("%+v, %v", w, err)
		}
	})
	t.Run("links by name", func(t *testing.T) {
		for _, c := range []ident.Caller{eve, ducktest.Ann} {
			_, err := s.Write(t.Context(), c, []crm.Edit{{Kind: crm.Create, Object: "deal", Values: crm.Values{"account": "Zyxwick Quibbleton"}}}, crm.Cause{})
			if (fail.KindOf(err) == fail.Invalid) != (c.Person == "eve") {
				t.Errorf("%s: %v", c.Person, err)
			}
			got := load(t, s, c, crm.Load{Object: "deal", Fields: []string{"name", "account"}, Links: map[string]crm.LinkBy{"account": {Field: "name"}}}, "B", "Zyxwick Quibbleton")
			if linked := got.Links["account"].Linked == 1; linked == (c.Person == "eve") {
				t.Errorf("%s's import: %+v", c.Person, got.Links)
			}
		}
	})
}

// TestAnImportKeepsToTheCallersRelation keeps two records from Eve. To an import of hers, a row that has their key is a new
// one, and she is not told that there are several; whoever may read them gets what is so.
func TestAnImportKeepsToTheCallersRelation(t *testing.T) {
	s := ducktest.Open(t, duck.Options{Rows: func(c ident.Caller, o crm.Object) string {
		if c.Person == "eve" {
			return `"id" <> 2 AND "id" < 4`
		}
		return ""
	}})
	ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "name", Type: crm.Text, Key: true, Role: crm.RoleName}, {Name: "note", Type: crm.Text}}})
	for _, name := range []string{"seen", "hidden", "twice", "twice"} {
		ducktest.Add(t, s, "thing", crm.Values{"name": name, "note": "old"})
	}
	l := crm.Load{Object: "thing", Key: "name", Fields: []string{"name", "note"}}
	for name, tc := range map[string]struct {
		c    ident.Caller
		want crm.Loaded
	}{
		"seen":   {eve, crm.Loaded{Updated: 1}},
		"hidden": {eve, crm.Loaded{Created: 1}},
		"twice":  {eve, crm.Loaded{Updated: 1}},
	} {
		for _, c := range []ident.Caller{tc.c, ducktest.Ann} {
			got := load(t, s, c, l, name, "new")
			want := tc.want
			if c.Person != "eve" {
				want = crm.Loaded{Updated: 1}
				if name == "twice" {
					want = crm.Loaded{Rejected: 1, Rejects: got.Rejects}
				}
			}
			got.Links = nil
			if diff := cmp.Diff(want, got); diff != "" || c.Person != "eve" && name == "twice" && len(got.Rejects) != 1 {
				t.Errorf("%s's %s (-want +got):\n%s", c.Person, name, diff)
			}
		}
	}
}

// load imports one row, on trial.
func load(t *testing.T, s *duck.Store, c ident.Caller, l crm.Load, values ...any) crm.Loaded {
	t.Helper()
	rows := func(yield func(crm.SourceRow, error) bool) { yield(crm.SourceRow{Line: 2, Values: values}, nil) }
	out, err := s.Import(t.Context(), c, crm.Cause{Kind: "import"}, nil, []crm.Source{{Load: l, Rows: rows}}, crm.ImportOptions{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	return out.Loaded[0]
}

// TestNothingWithoutACaller calls every exported method of the store that takes a caller with none, and lists those that
// take none.
func TestNothingWithoutACaller(t *testing.T) {
	free := []string{"Behind", "Checkpoint", "Close", "Ready", "Shutdown", "State"} // they tell and do nothing about the data
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	v := reflect.ValueOf(s)
	for i := range v.NumMethod() {
		m := v.Type().Method(i)
		t.Run(m.Name, func(t *testing.T) {
			var args []reflect.Value
			takes := false
			for j := 1; j < m.Type.NumIn(); j++ {
				in := m.Type.In(j)
				arg := reflect.Zero(in)
				switch {
				case in == reflect.TypeFor[context.Context]():
					arg = reflect.ValueOf(t.Context())
				case in == reflect.TypeFor[ident.Caller]():
					takes = true
				case in.Kind() == reflect.String:
					arg = reflect.ValueOf("account").Convert(in)
				case in.Kind() == reflect.Int || in.Kind() == reflect.Int64:
					arg = reflect.ValueOf(1).Convert(in)
				}
				args = append(args, arg)
			}
			for _, name := range free {
				if name == m.Name {
					if takes {
						t.Errorf("%s takes a caller after all", name)
					}
					return
				}
			}
			if !takes {
				t.Fatalf("%s takes no caller", m.Name)
			}
			call := v.Method(i).Call
			if m.Type.IsVariadic() {
				call = v.Method(i).CallSlice
			}
			out := call(args)
			err, _ := out[len(out)-1].Interface().(error)
			if fail.KindOf(err) != fail.Denied {
				t.Errorf("nobody got %v, want denied", err)
			}
			for _, value := range out[:len(out)-1] {
				if !value.IsZero() && !(value.Kind() == reflect.Slice && value.Len() == 0) && !(value.Kind() == reflect.Struct && m.Name == "Former") {
					t.Errorf("nobody got %v", value)
				}
			}
		})
	}
}
