package duck_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// dump is everything that people see: the schema, and all records with their values.
func dump(t *testing.T, s *duck.Store) map[string]string {
	t.Helper()
	schema, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for i, o := range schema.Objects {
		def, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		out[fmt.Sprintf("object %d", i)] = string(def)
		page, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: o.Name, Limit: 1000, Total: true})
		if err != nil {
			t.Fatal(err)
		}
		out[o.Name+" total"] = fmt.Sprint(page.Total)
		for _, r := range page.Rows {
			line := ""
			for j, v := range r.Values {
				f, _ := o.Field(page.Columns[j].Name)
				line += fmt.Sprintf("%s=%v ", f.Name, shown(f, v))
			}
			out[fmt.Sprintf("%s %d", o.Name, r.ID)] = line
		}
	}
	return out
}

func shown(f crm.Field, v any) string {
	switch v := v.(type) {
	case crm.Ref:
		return fmt.Sprint(v.ID)
	case []crm.Ref:
		out := ""
		for _, r := range v {
			out += fmt.Sprint(r.ID, ",")
		}
		return out
	}
	return f.Show(v)
}

// anything makes one random change of data or schema and returns its batch; 0 when it was refused or changed nothing.
func anything(t *testing.T, s *duck.Store, r *rand.Rand, n int) int64 {
	t.Helper()
	schema, err := s.Schema(t.Context(), ducktest.Ann)
	if err != nil {
		t.Fatal(err)
	}
	if len(schema.Objects) == 0 {
		w, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.RestoreObject, Name: "account"}}, crm.Cause{Kind: "schema"})
		return expected(t, "restore", w, err)
	}
	if r.IntN(3) > 0 {
		return anyEdit(t, s, r, schema)
	}
	if r.IntN(4) == 0 {
		return anyImport(t, s, r, schema, n)
	}
	o := schema.Objects[r.IntN(len(schema.Objects))]
	f := o.Fields[r.IntN(len(o.Fields))]
	on := crm.Object{Name: o.Name}
	var alt crm.Alteration
	switch r.IntN(9) {
	case 0:
		alt = crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: fmt.Sprintf("thing%d", n), Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "of", Type: crm.Link, Target: o.Name}}}}
	case 1:
		alt = crm.Alteration{Kind: crm.RenameObject, Name: o.Name, To: fmt.Sprintf("named%d", n)}
	case 2:
		if len(schema.Objects) < 2 {
			return 0
		}
		alt = crm.Alteration{Kind: crm.RemoveObject, Name: o.Name}
	case 3:
		alt = crm.Alteration{Kind: crm.AddField, Object: on, Field: crm.Field{Name: fmt.Sprintf("field%d", n), Type: crm.Text}}
	case 4:
		alt = crm.Alteration{Kind: crm.RenameField, Object: on, Name: f.Name, To: fmt.Sprintf("called%d", n)}
	case 5:
		alt = crm.Alteration{Kind: crm.RemoveField, Object: on, Name: f.Name}
	case 6:
		to := crm.Field{Name: f.Name, Type: []crm.Type{crm.Text, crm.Number, crm.Date, crm.Bool, crm.Choice, crm.LongText, crm.Choices}[r.IntN(7)]}
		alt = crm.Alteration{Kind: crm.ChangeField, Object: on, Field: to, Lossy: r.IntN(2) == 0}
	case 7:
		alt = crm.Alteration{Kind: crm.MoveField, Object: on, Name: f.Name, At: r.IntN(len(o.Fields))}
	case 8:
		f.Label += "!"
		alt = crm.Alteration{Kind: crm.SetField, Object: on, Field: f}
	}
	if (alt.Kind == crm.RemoveField) && len(o.Fields) < 3 {
		return 0
	}
	w, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{alt}, crm.Cause{Kind: "schema"})
	return expected(t, fmt.Sprintf("%s %s.%s", alt.Kind, o.Name, f.Name), w, err)
}

// expected lets refusals pass that a person would understand.
func expected(t *testing.T, what string, w crm.Written, err error) int64 {
	t.Helper()
	switch fail.KindOf(err) {
	case "":
		return w.Batch
	case fail.Invalid, fail.Conflict, fail.NotFound:
		return 0
	}
	t.Fatalf("%s: %v", what, err)
	return 0
}

func anyEdit(t *testing.T, s *duck.Store, r *rand.Rand, schema crm.Schema) int64 {
	t.Helper()
	var edits []crm.Edit
	for range 1 + r.IntN(4) {
		o := schema.Objects[r.IntN(len(schema.Objects))]
		e := crm.Edit{Object: o.Name, ID: 1 + r.Int64N(8), Values: crm.Values{}, Kind: []crm.EditKind{crm.Create, crm.Create, crm.Set, crm.Set, crm.Set, crm.Delete, crm.Restore}[r.IntN(7)]}
		for _, f := range o.Fields {
			if r.IntN(2) == 0 || f.Required {
				e.Values[f.Name] = anyValue(r, f)
			}
			if f.Type == crm.Computed {
				delete(e.Values, f.Name)
			}
		}
		edits = append(edits, e)
	}
	w, err := s.Write(t.Context(), ducktest.Ann, edits, crm.Cause{Kind: "edit"})
	return expected(t, "write", w, err)
}

// anyImport takes some rows into an object, with a field or options that it did not have, or into a new object.
func anyImport(t *testing.T, s *duck.Store, r *rand.Rand, schema crm.Schema, n int) int64 {
	t.Helper()
	o := schema.Objects[r.IntN(len(schema.Objects))]
	var alts []crm.Alteration
	if r.IntN(5) == 0 {
		o = crm.Object{Name: fmt.Sprintf("lot%d", n), Fields: []crm.Field{{Name: "code", Type: crm.Text}, {Name: "stage", Type: crm.Choice, Options: options("Won")}}}
		alts = append(alts, crm.Alteration{Kind: crm.AddObject, Object: o})
	}
	on := crm.Object{Name: o.Name}
	o.Fields = slices.Clone(o.Fields)
	for i, f := range o.Fields {
		if (f.Type == crm.Choice || f.Type == crm.Choices) && r.IntN(2) == 0 {
			f.Options = append(slices.Clone(f.Options), crm.Option{Value: fmt.Sprintf("new%d", n)})
			o.Fields[i] = f
			alts = append(alts, crm.Alteration{Kind: crm.SetField, Object: on, Field: f})
		}
	}
	if r.IntN(2) == 0 {
		f := crm.Field{Name: fmt.Sprintf("column%d", n), Type: []crm.Type{crm.Text, crm.Number, crm.Choice}[r.IntN(3)]}
		if f.Type == crm.Choice {
			f.Options = options("x", "y")
		}
		o.Fields = append(o.Fields, f)
		alts = append(alts, crm.Alteration{Kind: crm.AddField, Object: on, Field: f})
	}
	load := crm.Load{Object: o.Name, Links: map[string]crm.LinkBy{}}
	var taken []crm.Field
	for _, f := range o.Fields {
		if f.Target != "" || f.Type == crm.Computed {
			continue
		}
		if f.Type == crm.Text && load.Key == "" {
			load.Key = f.Name
		}
		load.Fields, taken = append(load.Fields, f.Name), append(taken, f)
	}
	var lines [][]any
	for range 1 + r.IntN(4) {
		var line []any
		for _, f := range taken {
			v := anyValue(r, f)
			if text, ok := v.(string); ok {
				var err error
				if v, err = f.Parse(text); err != nil {
					t.Fatal(err)
				}
			}
			line = append(line, v)
		}
		lines = append(lines, line)
	}
	got, err := s.Import(t.Context(), ducktest.Ann, byImport, alts, []crm.Source{{Load: load, Rows: rows(lines...)}}, crm.ImportOptions{})
	return expected(t, "import", crm.Written{Batch: got.Batch}, err)
}

func anyValue(r *rand.Rand, f crm.Field) any {
	choice := f.Type == crm.Choice || f.Type == crm.Choices
	if (r.IntN(6) == 0 && !f.Required) || (choice && len(f.Options) == 0) {
		return nil
	}
	switch f.Type {
	case crm.Number, crm.Money:
		return fmt.Sprint(r.IntN(100))
	case crm.Date:
		return fmt.Sprintf("2017-03-%02d", 1+r.IntN(28))
	case crm.DateTime:
		return fmt.Sprintf("2017-03-%02d 10:%02d:01.%06d", 1+r.IntN(28), r.IntN(60), r.IntN(1_000_000))
	case crm.Bool:
		return r.IntN(2) == 0
	case crm.Choice:
		return f.Options[r.IntN(len(f.Options))].Value
	case crm.Choices:
		return []string{f.Options[r.IntN(len(f.Options))].Value, f.Options[r.IntN(len(f.Options))].Value}
	case crm.Link:
		return 1 + r.Int64N(6)
	case crm.Links:
		return []int64{1 + r.Int64N(4), 1 + r.Int64N(4)}
	case crm.Text, crm.LongText:
		return []string{"1", "2017-03-01", "yes", "it's \"quoted\" {json} ü", "two; parts", "7.5"}[r.IntN(6)]
	}
	return nil
}

// TestUndoBackAndForth makes random changes of data and schema, takes all back the latest first, and then takes the
// undos back. At each step everything must be as it was when it stood there before.
func TestUndoBackAndForth(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 7))
			dir := t.TempDir()
			s := ducktest.Open(t, duck.Options{Dir: dir})
			ducktest.Make(t, s, loose(ducktest.SalesObjects())...)
			ducktest.Make(t, s, crm.Object{Name: "person", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "manager", Type: crm.Link, Target: "person"}}})
			var batches []int64
			states := []map[string]string{dump(t, s)}
			for n := range 80 {
				if b := anything(t, s, r, n); b != 0 {
					batches = append(batches, b)
					states = append(states, dump(t, s))
				}
			}
			if len(batches) < 20 {
				t.Fatalf("only %d of 80 changes were taken", len(batches))
			}
			var undos []int64
			for i := len(batches) - 1; i >= 0; i-- {
				u, err := s.Undo(t.Context(), ducktest.Ann, batches[i])
				if err != nil {
					t.Fatalf("undo batch %d (%d of %d): %v", batches[i], i+1, len(batches), err)
				}
				undos = append(undos, u.Batch)
				if diff := cmp.Diff(states[i], dump(t, s)); diff != "" {
					t.Fatalf("after undoing batch %d, want -, got +:\n%s", batches[i], diff)
				}
			}
			for i := len(undos) - 1; i >= 0; i-- {
				if _, err := s.Undo(t.Context(), ducktest.Ann, undos[i]); err != nil {
					t.Fatalf("undo the undo %d: %v", undos[i], err)
				}
				if diff := cmp.Diff(states[len(undos)-i], dump(t, s)); diff != "" {
					t.Fatalf("after undoing the undo %d of batch %d, want -, got +:\n%s", undos[i], batches[len(undos)-1-i], diff)
				}
			}
			// What is on disk is what was in use.
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(states[len(states)-1], dump(t, ducktest.Open(t, duck.Options{Dir: dir}))); diff != "" {
				t.Errorf("opened again, want -, got +:\n%s", diff)
			}
		})
	}
}

// loose takes away what would refuse most random values: legal moves and computed fields.
func loose(objects []crm.Object) []crm.Object {
	for i, o := range objects {
		var fields []crm.Field
		for _, f := range o.Fields {
			f.Moves = nil
			if f.Type != crm.Computed {
				fields = append(fields, f)
			}
		}
		objects[i].Fields = fields
	}
	return objects
}
