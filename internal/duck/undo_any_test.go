package duck_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestUndoInAnyOrder changes data and schema, brings back what lies in the trash and takes back any batch, all at random.
// An undo works or is a conflict, and what must always hold does after each step.
func TestUndoInAnyOrder(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 99))
			s := ducktest.Open(t, duck.Options{})
			ducktest.Make(t, s, loose(ducktest.SalesObjects())...)
			ducktest.Make(t, s, crm.Object{Name: "person", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "manager", Type: crm.Link, Target: "person"}, {Name: "team", Type: crm.Links, Target: "person"}}})
			var batches []int64
			undone, refused := 0, 0
			for n := range 100 {
				var batch int64
				switch pick := r.IntN(10); {
				case pick < 5 && len(batches) > 0:
					u, err := s.Undo(t.Context(), ducktest.Ann, batches[r.IntN(len(batches))])
					switch fail.KindOf(err) {
					case "":
						batch = u.Batch
						undone++
					case fail.Conflict:
						refused++
					default:
						t.Fatalf("undo: %v", err)
					}
				case pick == 5:
					batch = restoreAny(t, s, r)
				default:
					batch = anything(t, s, r, n)
				}
				if batch != 0 {
					batches = append(batches, batch)
				}
				soundness(t, s, n%10 == 0)
				if t.Failed() {
					t.Fatalf("after step %d", n)
				}
			}
			if undone < 10 || refused < 10 {
				t.Errorf("only %d undos were done and %d refused", undone, refused)
			}
		})
	}
}

// restoreAny brings back an object or a field out of the trash and returns the batch; 0 when there is none or it was refused.
func restoreAny(t *testing.T, s *duck.Store, r *rand.Rand) int64 {
	t.Helper()
	removed, err := s.Removed(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	if len(removed) == 0 {
		return 0
	}
	one := removed[r.IntN(len(removed))]
	alt := crm.Alteration{Kind: crm.RestoreObject, Name: one.Object}
	if one.Field != "" {
		alt = crm.Alteration{Kind: crm.RestoreField, Object: on(one.Object), Name: one.Field}
	}
	w, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{alt}, crm.Cause{Kind: "schema"})
	return expected(t, "restore", w, err)
}

// soundness checks what must always hold: a record is in use or in the trash, links lead to records in use, choices are
// options, history can be read, and, with views, each view shows the records of its object.
func soundness(t *testing.T, s *duck.Store, views bool) {
	t.Helper()
	schema, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Limit: 1000}); err != nil {
		t.Error(err)
	}
	pages, there := map[string]crm.Page{}, map[string]map[int64]bool{}
	for _, o := range schema.Objects {
		there[o.Name] = map[int64]bool{}
		for _, trash := range []bool{false, true} {
			p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: o.Name, Limit: 1000, Trash: trash})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range p.Rows {
				if there[o.Name][row.ID] {
					t.Errorf("%s #%d is there twice", o.Name, row.ID)
				}
				if !trash {
					there[o.Name][row.ID] = true
				}
			}
			if !trash {
				pages[o.Name] = p
			}
		}
		if views {
			checkView(t, s, o, len(pages[o.Name].Rows))
		}
	}
	for _, o := range schema.Objects {
		for _, row := range pages[o.Name].Rows {
			for i, v := range row.Values {
				f, _ := o.Field(pages[o.Name].Columns[i].Name)
				if !sound(f, v, there[f.Target]) {
					t.Errorf("%s #%d: %s holds %v", o.Name, row.ID, f.Name, v)
				}
			}
		}
	}
}

func sound(f crm.Field, v any, there map[int64]bool) bool {
	ok := true
	option := func(value string) {
		_, known := f.Option(value)
		ok = ok && known
	}
	switch v := v.(type) {
	case crm.Ref:
		return there[v.ID]
	case []crm.Ref:
		for _, ref := range v {
			ok = ok && there[ref.ID]
		}
	case string:
		if f.Type == crm.Choice {
			option(v)
		}
	case []string:
		for _, x := range v {
			option(x)
		}
	}
	return ok
}

func checkView(t *testing.T, s *duck.Store, o crm.Object, records int) {
	t.Helper()
	rows, err := s.SQL(t.Context(), ducktest.Vic, `SELECT * FROM "v_`+o.Name+`"`, duck.SQLLimits{})
	if err != nil {
		t.Errorf("the view of %s: %v", o.Name, err)
		return
	}
	want := []string{"entry_id", "created_at", "updated_at"}
	for _, f := range o.Fields {
		want = append(want, f.Name)
	}
	var got []string
	for _, c := range rows.Columns {
		got = append(got, c.Name)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(rows.Rows) != records {
		t.Errorf("the view of %s has %d rows for %d records:\n%s", o.Name, len(rows.Rows), records, diff)
	}
}
