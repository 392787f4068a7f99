package answer_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
)

// A question means the same whatever the order in which somebody has the objects shown.
func TestTheOrderShownChangesNoMeaning(t *testing.T) {
	s := demoCompany(t)
	gold := readGold(t, filepath.Join("testdata", "demo.jsonl"))
	meanings := func() map[string]string {
		e := engine(t, s)
		out := map[string]string{}
		for _, g := range gold {
			a, err := e.Ask(t.Context(), ann, answer.Request{Question: g.Question})
			if err != nil {
				t.Fatal(err)
			}
			if a.Status == answer.Answered {
				out[g.Question], out[a.Words] = planOf(t, e, g.Question, nil), planOf(t, e, a.Words, nil)
			}
		}
		return out
	}
	before := meanings()
	schema, err := s.Schema(t.Context(), ann)
	if err != nil {
		t.Fatal(err)
	}
	var reverse []crm.Alteration
	for _, o := range schema.Objects {
		reverse = append(reverse, crm.Alteration{Kind: crm.MoveObject, Object: crm.Object{Name: o.Name}})
	}
	if _, err := s.Alter(t.Context(), ann, reverse, crm.Cause{Kind: "schema"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, meanings()); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}
