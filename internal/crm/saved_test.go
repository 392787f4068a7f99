package crm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

func TestParametersOfASavedQuestion(t *testing.T) {
	for question, want := range map[string][]string{
		"revenue":                            nil,
		"revenue in {period}":                {"period"},
		"{who} and {sales period} and {who}": {"who", "sales period"},
		"{a}{b}":                             {"a", "b"},
	} {
		got, err := crm.Saved{Question: question}.Asks()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", question, err, diff)
		}
	}
	for _, question := range []string{"x {a b} {", "x {", "x }", "x {}", "x { a}", "{a {b}}", "}{", "{a}}"} {
		_, err := crm.Saved{Question: question}.Asks()
		if e := fail.As(err); err == nil || e.Kind != fail.Invalid || e.Hint == "" {
			t.Errorf("%q: %v", question, err)
		}
	}
	got := crm.Saved{Question: "{who} in {period}, {who}"}.Filled(map[string]string{"who": "{period}", "period": "May"})
	if want := "{period} in May, {period}"; got != want {
		t.Errorf("filled: %q, want %q", got, want)
	}
}
