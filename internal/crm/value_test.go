package crm_test

import (
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
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

// TestMoneyInAnotherCurrency: an amount with the sign of another currency is never taken as one of this.
func TestMoneyInAnotherCurrency(t *testing.T) {
	for _, tc := range []struct{ currency, text, want string }{
		{"EUR", "$5", ""}, {"EUR", "5 USD", ""}, {"EUR", "(£5)", ""}, {"EUR", "-$5", ""}, {"USD", "€5", ""}, {"USD", "C$5", ""}, {"CHF", "5 €", ""}, {"CAD", "US$5", ""},
		{"EUR", "5", "5.00"}, {"EUR", "€5", "5.00"}, {"EUR", "5.50 EUR", "5.50"}, {"EUR", "-€ 5", "-5.00"}, {"EUR", "€-5", "-5.00"}, {"EUR", "(5 €)", "-5.00"}, {"EUR", "€\u00a01,234.50", "1234.50"},
		{"USD", "$5", "5.00"}, {"CAD", "$5", "5.00"}, {"CAD", "C$5", "5.00"}, {"CHF", "CHF 5", "5.00"}, {"", "$5", "5.00"}, {"", "€5", "5.00"},
	} {
		f := crm.Field{Label: "Price", Type: crm.Money, Scale: 2, Currency: tc.currency}
		v, err := f.Parse(tc.text)
		if got := f.Show(v); got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("%s for a field in %q: %q, %v, want %q", tc.text, tc.currency, got, err, tc.want)
		}
		if err != nil && (fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "kept in "+tc.currency)) {
			t.Errorf("%s for a field in %s: %v", tc.text, tc.currency, err)
		}
		computed := crm.Field{Label: "Twice", Type: crm.Computed, Result: crm.Money, Currency: tc.currency}
		for _, f := range []crm.Field{f, computed} {
			if d, err := f.Compared(tc.text); (err == nil) != (tc.want != "") || err == nil && d.StringFixed(2) != tc.want {
				t.Errorf("%s to compare a field in %q with: %v, %v, want %q", tc.text, tc.currency, d, err, tc.want)
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
