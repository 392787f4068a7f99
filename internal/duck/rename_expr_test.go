package duck_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
)

// TestComputedFieldsFollowARename: an expression reads a field under its new name, and is what it was after an undo.
func TestComputedFieldsFollowARename(t *testing.T) {
	for expr, want := range map[string]string{
		`"amount" * 2`:                        `"order" * 2`,
		`amount*2 + amount`:                   `"order"*2 + "order"`,
		`'amount: ä ' || amount || "amounts"`: `'amount: ä ' || "order" || "amounts"`,
		`/* ü */ case when amount > 1 then round(amount, 0) else amounts end`: `/* ü */ case when "order" > 1 then round("order", 0) else amounts end`,
		`amounts`: `amounts`,
	} {
		t.Run(expr, func(t *testing.T) {
			s := ducktest.Open(t, duck.Options{})
			ducktest.Make(t, s, crm.Object{Name: "deal", Fields: []crm.Field{{Name: "amount", Type: crm.Number}, {Name: "amounts", Type: crm.Number},
				{Name: "x", Type: crm.Computed, Expr: expr, Result: crm.Text}}})
			ducktest.Add(t, s, "deal", crm.Values{"amount": 21, "amounts": 7})
			was, showed := dump(t, s), value(t, s, "deal", 1, "x")
			w := alter(t, s, renameField("deal", "amount", "order"))
			schema, err := s.Schema(t.Context(), ducktest.Vic)
			if err != nil {
				t.Fatal(err)
			}
			if got := schema.Objects[0].Fields[2].Expr; got != want {
				t.Errorf("it is now %s, want %s", got, want)
			}
			if got := value(t, s, "deal", 1, "x"); fmt.Sprint(got) != fmt.Sprint(showed) || got == nil {
				t.Errorf("it gives %v, was %v", got, showed)
			}
			is := dump(t, s)
			u := undo(t, s, w.Batch)
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Errorf("undone:\n%s", diff)
			}
			undo(t, s, u.Batch)
			if diff := cmp.Diff(is, dump(t, s)); diff != "" {
				t.Errorf("the undo undone:\n%s", diff)
			}
		})
	}
}
