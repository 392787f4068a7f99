package duck_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
)

// TestCutOffAnywhere cancels the same changes later and later, until they get through: each is whole or leaves nothing,
// and the writer goes on.
func TestCutOffAnywhere(t *testing.T) {
	s := linked(t)
	several := []crm.Alteration{
		{Kind: crm.ChangeField, Object: on("account"), Field: crm.Field{Name: "employees", Type: crm.Text}},
		{Kind: crm.RemoveField, Object: on("deal"), Name: "tags"},
		{Kind: crm.RenameObject, Name: "deal", To: "sale"},
	}
	var batch int64
	steps := map[string]func(context.Context) error{
		"alter": func(ctx context.Context) error {
			w, err := s.Alter(ctx, ducktest.Ann, several, crm.Cause{Kind: "schema"})
			batch = w.Batch
			return err
		},
		"undo": func(ctx context.Context) error { _, err := s.Undo(ctx, ducktest.Ann, batch); return err },
		"write": func(ctx context.Context) error {
			_, err := s.Write(ctx, ducktest.Ann, []crm.Edit{{Kind: crm.Delete, Object: "account", ID: 1}, {Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Gamma"}}}, crm.Cause{Kind: "edit"})
			return err
		},
	}
	for _, name := range []string{"alter", "undo", "write"} {
		cut := 0
		for wait := 50 * time.Microsecond; ; wait += wait/3 + 100*time.Microsecond {
			was := dump(t, s)
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			err := steps[name](ctx)
			cancel()
			if err == nil {
				break
			}
			if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
				t.Fatalf("%s, with %s: %v", name, wait, err)
			}
			cut++
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Fatalf("%s, cut off after %s: %v\n%s", name, wait, err, diff)
			}
		}
		if cut == 0 {
			t.Errorf("%s was never cut off", name)
		}
	}
	soundness(t, s, true)
}
