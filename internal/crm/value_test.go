package crm_test

import (
	"testing"

	"openclaw/internal/crm"
)

// TestInstantsAtTheEdges: what is taken is shown in a form that is taken again, whatever zone it came in.
func TestInstantsAtTheEdges(t *testing.T) {
	f := crm.Field{Label: "Met at", Type: crm.DateTime}
	for text, want := range map[string]bool{
		"0001-01-01":                  true,
		"9999-12-31T23:59:59.999999Z": true,
		"9999-12-31T23:00:00-05:00":   false,
		"0001-01-01T00:00:00+05:00":   false,
		"0000-12-31":                  false,
		"1969-12-31 23:59:59.999999":  true,
	} {
		v, err := f.Parse(text)
		if (err == nil) != want {
			t.Errorf("%s: got %v", text, err)
			continue
		}
		if err == nil {
			if again, err := f.Parse(f.Show(v)); err != nil || again != v {
				t.Errorf("%s is shown as %s, which is read as %v, %v", text, f.Show(v), again, err)
			}
		}
	}
}

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		"Close value": "Close value", " Close\r\n  value\t": "Close value", "a\x00b": "a b", " \n ": "", "日本語 ✨": "日本語 ✨", "bad\xff": "bad\uFFFD",
	} {
		if got := crm.Line(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
