package duck_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestEveryValueComesBack changes a field's type, writes into it, and takes both back in either order, and again after
// the undos were undone: what was there before is there again.
func TestEveryValueComesBack(t *testing.T) {
	choice := func(options ...string) crm.Field {
		f := crm.Field{Name: "it", Type: crm.Choice}
		for _, o := range options {
			f.Options = append(f.Options, crm.Option{Value: o})
		}
		return f
	}
	for name, tc := range map[string]struct {
		from, to crm.Field
		was, new any
	}{
		"a value emptied":        {crm.Field{Name: "it", Type: crm.Text}, crm.Field{Name: "it", Type: crm.Number}, "abc", 9},
		"a value written anew":   {crm.Field{Name: "it", Type: crm.Text}, crm.Field{Name: "it", Type: crm.Number}, "007", 9},
		"a removed option":       {choice("x", "y"), choice("x"), "y", "x"},
		"a choice that is a yes": {choice("Y", "no"), crm.Field{Name: "it", Type: crm.Bool}, "Y", false},
		"a time of day":          {crm.Field{Name: "it", Type: crm.DateTime}, crm.Field{Name: "it", Type: crm.Date}, "2026-03-01 10:20:30", "2026-04-01"},
	} {
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			t.Run(fmt.Sprint(name, order), func(t *testing.T) {
				s := ducktest.Open(t, duck.Options{})
				ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{tc.from}})
				ducktest.Add(t, s, "thing", crm.Values{"it": tc.was})
				was := dump(t, s)
				a := alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: on("thing"), Field: tc.to, Lossy: true})
				b := write(t, s, crm.Edit{Kind: crm.Set, Object: "thing", ID: 1, Values: crm.Values{"it": tc.new}})
				is := dump(t, s)
				both := []int64{a.Batch, b.Batch}
				for range 2 {
					var undos []int64
					for _, i := range order {
						undos = append(undos, undo(t, s, both[i]).Batch)
					}
					if diff := cmp.Diff(was, dump(t, s)); diff != "" {
						t.Fatalf("undone, want -, got +:\n%s", diff)
					}
					for _, id := range slices.Backward(undos) {
						undo(t, s, id)
					}
					if diff := cmp.Diff(is, dump(t, s)); diff != "" {
						t.Fatalf("the undos undone, want -, got +:\n%s", diff)
					}
				}
			})
		}
	}
}

// TestFieldsCalledLikeOurWords changes the types of fields whose names are words that the statements use too, beside a
// field n with figures of its own, and takes the changes back after later edits.
func TestFieldsCalledLikeOurWords(t *testing.T) {
	for _, called := range []string{"n", "v", "x", "t", "m", "r", "record", "text", "value", "became", "lost", "change", "rowid", "names", "kind", "before"} {
		t.Run(called, func(t *testing.T) {
			s := ducktest.Open(t, duck.Options{})
			fields := []crm.Field{{Name: called, Type: crm.Text}}
			if called != "n" {
				fields = append(fields, crm.Field{Name: "n", Type: crm.Number})
			}
			ducktest.Make(t, s, crm.Object{Name: "thing", Fields: fields})
			for _, v := range []string{"40", "x", "50"} {
				values := crm.Values{"n": "7"}
				values[called] = v
				ducktest.Add(t, s, "thing", values)
			}
			was := dump(t, s)
			to := crm.Field{Name: called, Type: crm.Number}
			tried, err := s.TryChange(t.Context(), ducktest.Ann, "thing", to)
			if err != nil {
				t.Fatal(err)
			}
			if tried.Values != 3 || tried.Lost != 1 {
				t.Errorf("tried: %+v, want 1 of 3 lost", tried)
			}
			a := alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: on("thing"), Field: to, Lossy: true})
			b := write(t, s, crm.Edit{Kind: crm.Set, Object: "thing", ID: 1, Values: crm.Values{called: "9"}})
			undo(t, s, a.Batch)
			undo(t, s, b.Batch)
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Errorf("undone, want -, got +:\n%s", diff)
			}
		})
	}
}

// TestConvertedValuesStandInHistory: what a change of type emptied or altered is told of each record, and shares the fate
// of that change.
func TestConvertedValuesStandInHistory(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "it", Type: crm.Text}}})
	for _, v := range []string{"abc", "007", "5"} {
		ducktest.Add(t, s, "thing", crm.Values{"it": v})
	}
	w := alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: on("thing"), Field: crm.Field{Name: "it", Type: crm.Number}, Lossy: true})
	told := func() map[int64][2]any {
		t.Helper()
		changes, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Batch: w.Batch})
		if err != nil {
			t.Fatal(err)
		}
		out := map[int64][2]any{}
		for _, ch := range changes {
			if ch.Kind == crm.ConvertChange {
				out[ch.Record] = [2]any{ch.Before["it"], ch.After["it"]}
				if _, err := s.Undo(t.Context(), ducktest.Ann, ch.ID); ch.Undone == 0 && fail.KindOf(err) != fail.Conflict {
					t.Errorf("one value alone: %v", err)
				}
			}
		}
		return out
	}
	if diff := cmp.Diff(map[int64][2]any{1: {"abc", nil}, 2: {"007", "7"}}, told()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	u := undo(t, s, w.Batch)
	batches, err := s.Batches(t.Context(), ducktest.Vic, "thing", 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	if !batches[1].Undone || batches[1].Only == nil || batches[0].Undone || batches[0].Only == nil {
		t.Errorf("after the undo: %+v", batches[:2])
	}
	undo(t, s, u.Batch)
	if batches, err = s.Batches(t.Context(), ducktest.Vic, "thing", 0, 10); err != nil {
		t.Fatal(err)
	}
	if batches[2].Undone || !batches[1].Undone {
		t.Errorf("after the undo was undone: %+v", batches[:3])
	}
}

// TestUndoUnwindsWhateverWasUndone changes types, takes options away, edits, and takes back any of it, all at random. Then
// it takes back everything, undos too, the latest first: each state that was there must be there again.
func TestUndoUnwindsWhateverWasUndone(t *testing.T) {
	for _, seed := range []uint64{3, 10, 16, 17, 29, 30} {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 5))
			s := ducktest.Open(t, duck.Options{})
			ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "a", Type: crm.Text}, {Name: "b", Type: crm.Text}}})
			for range 3 {
				ducktest.Add(t, s, "thing", crm.Values{"a": anyValue(r, crm.Field{Type: crm.Text}), "b": "x"})
			}
			var batches []int64
			states := []map[string]string{dump(t, s)}
			undone, refused, types := 0, 0, 0
			for range 40 {
				var batch int64
				switch pick := r.IntN(6); {
				case pick < 3 && len(batches) > 0:
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
				case pick == 3:
					if batch = anyType(t, s, r); batch != 0 {
						types++
					}
				default:
					batch = anySet(t, s, r)
				}
				if batch != 0 {
					batches = append(batches, batch)
					states = append(states, dump(t, s))
				}
			}
			if undone < 4 || types < 2 {
				t.Errorf("only %d undos and %d changes of a type were done; %d undos were refused", undone, types, refused)
			}
			for i, batch := range slices.Backward(batches) {
				if fullyUndone(t, s, batch) {
					t.Fatalf("batch %d is undone, with nothing later standing", batch)
				}
				undo(t, s, batch)
				if diff := cmp.Diff(states[i], dump(t, s)); diff != "" {
					t.Fatalf("after undoing batch %d, want -, got +:\n%s", batch, diff)
				}
			}
		})
	}
}

func fullyUndone(t *testing.T, s *duck.Store, batch int64) bool {
	t.Helper()
	changes, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Batch: batch, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	return !slices.ContainsFunc(changes, func(ch crm.Change) bool { return ch.Undone == 0 })
}

// anyType gives a field another type, or takes an option away, whatever becomes of the values.
func anyType(t *testing.T, s *duck.Store, r *rand.Rand) int64 {
	t.Helper()
	schema, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := schema.Object("thing")
	f := o.Fields[r.IntN(len(o.Fields))]
	if len(f.Options) > 1 && r.IntN(2) == 0 {
		f.Options = f.Options[1:]
	} else {
		f = crm.Field{Name: f.Name, Type: []crm.Type{crm.Text, crm.Number, crm.Date, crm.Bool, crm.Choice, crm.Choices}[r.IntN(6)], Scale: r.IntN(2)}
	}
	w, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.ChangeField, Object: on("thing"), Field: f, Lossy: true}}, crm.Cause{Kind: "schema"})
	return expected(t, "change a type", w, err)
}

func anySet(t *testing.T, s *duck.Store, r *rand.Rand) int64 {
	t.Helper()
	schema, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := schema.Object("thing")
	e := crm.Edit{Kind: []crm.EditKind{crm.Set, crm.Set, crm.Set, crm.Create, crm.Delete}[r.IntN(5)], Object: "thing", ID: 1 + r.Int64N(4), Values: crm.Values{}}
	for _, f := range o.Fields {
		e.Values[f.Name] = anyValue(r, f)
	}
	w, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{e}, crm.Cause{Kind: "edit"})
	return expected(t, "write", w, err)
}

// TestAnotherTypeShedsWhatItCannotUse holds that a field of another type keeps neither the choices, nor where its links
// led, nor the digits and the currency of its amounts; one undo brings them back. A target that is asked for is refused.
func TestAnotherTypeShedsWhatItCannotUse(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	fields := []crm.Field{
		{Name: "kind", Label: "Kind", Type: crm.Choice, Options: []crm.Option{{Value: "1", Outcome: crm.Won}, {Value: "2"}}, Moves: []crm.Move{{From: "1", To: "2"}}},
		{Name: "own", Label: "Own", Type: crm.Link, Target: "thing"},
		{Name: "price", Label: "Price", Type: crm.Money, Scale: 2, Currency: "EUR"},
	}
	ducktest.Make(t, s, crm.Object{Name: "thing", Label: "thing", Plural: "things", Fields: fields})
	ducktest.Add(t, s, "thing", crm.Values{"kind": "1", "price": "3"})
	now := func() []crm.Field {
		schema, err := s.Schema(t.Context(), ducktest.Ann)
		if err != nil {
			t.Fatal(err)
		}
		o, _ := schema.Object("thing")
		return o.Fields
	}
	before := now()
	for i, to := range map[int]crm.Type{0: crm.Number, 1: crm.Text, 2: crm.Text} {
		f := before[i]
		f.Type = to
		w := alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: on("thing"), Field: f})
		got := now()[i]
		if want := (crm.Field{Name: f.Name, Label: f.Label, Type: to}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s became %+v", f.Name, got)
		}
		if _, err := s.Undo(t.Context(), ducktest.Ann, w.Batch); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, now()); diff != "" {
			t.Errorf("%s after undo:\n%s", f.Name, diff)
		}
	}
	f := before[2]
	f.Type, f.Target = crm.Text, "thing"
	if _, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.ChangeField, Object: on("thing"), Field: f}}, crm.Cause{Kind: "schema"}); fail.KindOf(err) != fail.Invalid {
		t.Errorf("a text that links: %v", err)
	}
}
