package crm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
)

func TestLists(t *testing.T) {
	for _, texts := range [][]string{{"a"}, {"a", "b"}, {"c;d"}, {"c;d", "e; f", "g"}, {`"`}, {`"a"`, `b"c`, `5" pipe; long`}, {`"a";"b"`}, {`a,b`, "c"}, {`""`, `;`}} {
		if diff := cmp.Diff(texts, crm.SplitList(crm.JoinList(texts))); diff != "" {
			t.Errorf("%q as %q (-want +got):\n%s", texts, crm.JoinList(texts), diff)
		}
	}
	for text, want := range map[string][]string{
		"": nil, " ; ;": nil, "a;b": {"a", "b"}, "a; b;": {"a", "b"}, "a, b": {"a, b"}, `5" pipe; x`: {`5" pipe`, "x"}, `"torn; x`: {`"torn`, "x"}, `"a"b; c`: {`"a"b`, "c"}, `"a"; "b;c" ;d`: {"a", "b;c", "d"},
	} {
		if diff := cmp.Diff(want, crm.SplitList(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestChoicesWithSeparators(t *testing.T) {
	f := crm.Field{Label: "Tags", Type: crm.Choices, Options: []crm.Option{{Value: "a"}, {Value: "b"}, {Value: "a,b"}, {Value: "c;d"}, {Value: "e, f"}, {Value: `"g"`}}}
	for _, v := range [][]string{{"a", "b"}, {"a,b"}, {"c;d"}, {"a,b", "c;d", "e, f"}, {"e, f"}, {`"g"`}} {
		got, err := f.Parse(f.Show(v))
		if diff := cmp.Diff(v, got); diff != "" || err != nil {
			t.Errorf("%q shown as %q: %v\n%s", v, f.Show(v), err, diff)
		}
	}
	if got, err := f.Parse("a, b"); err != nil || !cmp.Equal(got, any([]string{"a", "b"})) {
		t.Errorf("%v, %v", got, err)
	}
}
