package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// part is one import into lots, whose key is code.
func part(t *testing.T, s *duck.Store, fields []string, lines [][]any, alts ...crm.Alteration) int64 {
	t.Helper()
	got, err := s.Import(t.Context(), ducktest.Ann, byImport, alts, []crm.Source{{Load: crm.Load{Object: "lot", Key: "code", Fields: fields}, Rows: rows(lines...)}}, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Batch
}

func options(values ...string) []crm.Option {
	var out []crm.Option
	for _, v := range values {
		out = append(out, crm.Option{Value: v})
	}
	return out
}

var (
	lot      = crm.Object{Name: "lot"}
	newLots  = crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "lot", Fields: []crm.Field{{Name: "code", Type: crm.Text, Key: true, Role: crm.RoleName}, {Name: "stage", Type: crm.Choice, Options: options("Won", "Lost")}, {Name: "tags", Type: crm.Choices, Options: options("a")}}}}
	newStage = crm.Alteration{Kind: crm.SetField, Object: lot, Field: crm.Field{Name: "stage", Type: crm.Choice, Options: options("Won", "Lost", "Parked")}}
	newTag   = crm.Alteration{Kind: crm.SetField, Object: lot, Field: crm.Field{Name: "tags", Type: crm.Choices, Options: options("a", "b")}}
	newExtra = crm.Alteration{Kind: crm.AddField, Object: lot, Field: crm.Field{Name: "extra", Type: crm.Text}}
)

// TestUndoImport has a second import bring what the first did not: taking back the second, then the first, then the
// undos, gives each state again.
func TestUndoImport(t *testing.T) {
	for name, tc := range map[string]struct {
		fields []string
		lines  [][]any
		alts   []crm.Alteration
	}{
		"option on a known record":  {[]string{"code", "stage"}, [][]any{{"K1", "Parked"}}, []crm.Alteration{newStage}},
		"option on a new record":    {[]string{"code", "stage"}, [][]any{{"K3", "Parked"}}, []crm.Alteration{newStage}},
		"option of several choices": {[]string{"code", "tags"}, [][]any{{"K1", []string{"a", "b"}}, {"K4", []string{"b"}}}, []crm.Alteration{newTag}},
		"column alone":              {[]string{"code", "extra"}, [][]any{{"K1", "new"}}, []crm.Alteration{newExtra}},
		"column beside others":      {[]string{"code", "stage", "extra"}, [][]any{{"K1", "Lost", "new"}, {"K2", "Lost", "more"}, {"K5", "Won", "x"}}, []crm.Alteration{newExtra}},
		"all at once":               {[]string{"code", "stage", "tags", "extra"}, [][]any{{"K1", "Parked", []string{"b"}, "x"}, {"K6", "Parked", []string{"b"}, "x"}}, []crm.Alteration{newStage, newTag, newExtra}},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Open(t, duck.Options{})
			states := []map[string]string{dump(t, s)}
			first := part(t, s, []string{"code", "stage", "tags"}, [][]any{{"K1", "Won", []string{"a"}}, {"K2", "Lost", nil}}, newLots)
			states = append(states, dump(t, s))
			second := part(t, s, tc.fields, tc.lines, tc.alts...)
			states = append(states, dump(t, s))
			if _, err := s.Undo(t.Context(), ducktest.Ann, first); fail.KindOf(err) != fail.Conflict {
				t.Fatalf("undo of the first while the second stands: %v, want a conflict", err)
			}
			same := func(what string, state int) {
				t.Helper()
				if diff := cmp.Diff(states[state], dump(t, s)); diff != "" {
					t.Fatalf("%s, want -, got +:\n%s", what, diff)
				}
			}
			for range 2 {
				back := undo(t, s, second).Batch
				same("undo of the second", 1)
				gone := undo(t, s, first).Batch
				same("undo of the first", 0)
				undo(t, s, gone)
				same("undo of the undo of the first", 1)
				undo(t, s, back)
				same("undo of the undo of the second", 2)
			}
			soundness(t, s, true)
		})
	}
}

// An option that somebody has used since stays, and so does a column that somebody has filled in.
func TestUndoImportKeepsWhatIsNewer(t *testing.T) {
	for name, tc := range map[string]struct {
		field string
		value any
		alt   crm.Alteration
		fresh any
	}{
		"option": {"stage", "Parked", newStage, "Parked"},
		"tag":    {"tags", []string{"a", "b"}, newTag, []string{"b"}},
		"column": {"extra", "mine", newExtra, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Open(t, duck.Options{})
			part(t, s, []string{"code", "stage"}, [][]any{{"K1", "Won"}, {"K2", "Lost"}}, newLots)
			second := part(t, s, []string{"code", tc.field}, [][]any{{"K1", tc.fresh}}, tc.alt)
			mine := write(t, s, crm.Edit{Kind: crm.Set, Object: "lot", ID: 2, Values: crm.Values{tc.field: tc.value}})
			was := dump(t, s)
			if _, err := s.Undo(t.Context(), ducktest.Ann, second); fail.KindOf(err) != fail.Conflict || fail.As(err).Hint == "" {
				t.Fatalf("got %v, want a conflict with the next step", err)
			}
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Fatalf("half undone:\n%s", diff)
			}
			undo(t, s, mine.Batch)
			undo(t, s, second)
		})
	}
}
