package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// TestTheSignBeforeDecimals holds that a column is read in one style for all its values, that evidence decides which, and
// that a person is asked where there is none: 1.234 is never made a thousand, nor 1,234 a fraction, by a guess.
func TestTheSignBeforeDecimals(t *testing.T) {
	asks := []string{"?"}
	for _, tt := range []struct {
		name, delimiter string
		values          []string
		want            []string // as the field shows them
	}{
		{"nothing tells", ";", []string{"1.234", "5.678", "12.500"}, asks},
		{"one value tells", ";", []string{"1.234", "5.678", "0.500"}, []string{"1.234", "5.678", "0.500"}},
		{"one value tells the other", ";", []string{"1.234", "5.678", "2,5"}, []string{"1234.0", "5678.0", "2.5"}},
		{"both signs and little that tells", ",", []string{"1,234", "1.234", "2,5"}, asks},
		{"both signs and much that tells", ",", []string{"1,234", "1.234", "2.5", "1,000.25", "7.5"}, []string{"1234.000", "1.234", "2.500", "1000.250", "7.500"}},
		{"commas between commas are thousands", ",", []string{"1,234", "5,678", "12,500"}, []string{"1234", "5678", "12500"}},
		{"points between commas are decimals", ",", []string{"1.234", "5.678", "12.501"}, []string{"1.234", "5.678", "12.501"}},
		{"points between commas that look like thousands", ",", []string{"1.200", "45.000", "900"}, asks},
		{"commas between semicolons", ";", []string{"1,234", "5,678"}, asks},
		{"commas between tabs", "\t", []string{"1,234", "5,678"}, asks},
		{"sizes tell thousands", ";", []string{"1.200", "45.000", "900"}, []string{"1200", "45000", "900"}},
		{"one size tells nothing", ";", []string{"1.500", "2.250", "3"}, asks},
		{"two groups tell", ";", []string{"1.234.567", "1.234"}, []string{"1234567", "1234"}},
		{"both styles stay text", ",", []string{"1.5", "2,5", "3.25"}, []string{"1.5", "2,5", "3.25"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			fmt.Fprintf(&b, "part%sweight\n", tt.delimiter)
			for i, v := range tt.values {
				if strings.Contains(v, tt.delimiter) {
					v = `"` + v + `"`
				}
				fmt.Fprintf(&b, "P%da%s%s\n", i, tt.delimiter, v)
			}
			m, src := newMemory(), files(t, "parts.csv", b.String())
			p := prepare(t, m, src, ingest.Options{})
			if cmp.Equal(tt.want, asks) {
				if len(p.Questions) != 1 || p.Questions[0].About != "decimal" || p.Questions[0].Column != "weight" {
					t.Fatalf("questions: %+v, %s", p.Questions, columnOf(t, p.Files[0], "weight").Check)
				}
				return
			}
			if len(p.Questions) > 0 {
				t.Fatalf("it asks %+v", p.Questions)
			}
			if _, err := p.Import(t.Context(), m, ann, nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, shown(t, m, "parts", "weight")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheSignBeforeDecimalsIsAskedFor(t *testing.T) {
	src := files(t, "parts.csv", table("part;weight;length", "A;1.234;5.678", "B;5.678;12.345"))
	m := newMemory()
	p := prepare(t, m, src, ingest.Options{})
	if len(p.Questions) != 2 {
		t.Fatalf("questions: %+v", p.Questions)
	}
	want := []ingest.Choice{
		{Text: "1.234 is 1.234 (decimal point)", Option: "--decimal weight=point", Value: "point"},
		{Text: "1.234 is 1234 (decimal comma)", Option: "--decimal weight=comma", Value: "comma", Likely: true},
	}
	if diff := cmp.Diff(want, p.Questions[0].Choices); diff != "" {
		t.Errorf("the choices (-want +got):\n%s", diff)
	}
	if got := p.Files[0].Sample[0].Values[1]; got != "1.234" {
		t.Errorf("the sample shows %v before the question is answered", got)
	}
	_, err := p.Import(t.Context(), m, ann, nil)
	if fail.KindOf(err) != fail.Invalid || !strings.Contains(fail.As(err).Hint, "--decimal weight=comma") || len(m.schema.Objects) != 0 {
		t.Errorf("an import without the answer: %v", err)
	}
	for sign, want := range map[ingest.Decimal][]string{ingest.Point: {"1.234", "5.678"}, ingest.Comma: {"1234", "5678"}} {
		for _, column := range []string{"weight", "parts.weight"} {
			m := newMemory()
			o := ingest.Options{Decimal: map[string]ingest.Decimal{column: sign}}
			if q := prepare(t, m, src, o).Questions; len(q) != 0 {
				t.Errorf("the answer for one column leaves %+v", q)
			}
			bring(t, m, src, o)
			if diff := cmp.Diff(want, shown(t, m, "parts", "weight")); diff != "" {
				t.Errorf("%s %s:\n%s", column, sign, diff)
			}
		}
	}
	if _, err := ingest.Prepare(t.Context(), m, ann, src, ingest.Options{Decimal: map[string]ingest.Decimal{"weight": "dot"}}); fail.KindOf(err) != fail.Usage || fail.As(err).Hint == "" {
		t.Errorf("a sign that does not exist: %v", err)
	}
	if _, err := ingest.Prepare(t.Context(), m, ann, src, ingest.Options{Decimal: map[string]ingest.Decimal{"width": "comma"}}); fail.KindOf(err) != fail.NotFound {
		t.Errorf("a column that does not exist: %v", err)
	}
}

// TestTheSignIsShown holds that the preview says how numbers are read, asked or not.
func TestTheSignIsShown(t *testing.T) {
	src := files(t, "parts.csv", table("part,weight,price,pieces", `A,1.234,"1,234",5`, `B,0.5,"12,500",6`))
	p := prepare(t, newMemory(), src, ingest.Options{})
	for column, want := range map[string]string{"weight": "decimal point: 1.234 is 1.234", "price": "decimal point: 1,234 is 1234", "pieces": "all read"} {
		if got := columnOf(t, p.Files[0], column).Check; !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
	if c := columnOf(t, p.Files[0], "price"); c.Decimal != "." {
		t.Errorf("%q", c.Decimal)
	}
}

// TestNumbersOfProgramsHaveAPoint holds that 1.234 in JSON is what every reader of JSON takes it for.
func TestNumbersOfProgramsHaveAPoint(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "parts.json", `[{"part":"A","weight":1.234,"note":"2,5"},{"part":"B","weight":12.500,"note":"3,5"},{"part":"C","weight":900}]`), ingest.Options{})
	if diff := cmp.Diff([]string{"1.234", "12.500", "900.000"}, shown(t, m, "parts", "weight")); diff != "" {
		t.Error(diff)
	}
}

// TestAFieldOfNumbersAsks holds that a column in both styles is asked about where the field must have numbers, and that
// what does not fit the answer is a reject.
func TestAFieldOfNumbersAsks(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "parts.csv", table("part,weight", "A,1", "B,2")), ingest.Options{})
	src := files(t, "parts.csv", table("part,weight", "C,1.5", `D,"2,5"`, "E,3.25"))
	if q := prepare(t, m, src, ingest.Options{}).Questions; len(q) != 1 || !strings.Contains(q[0].Text, "Both ways") {
		t.Fatalf("%+v", q)
	}
	p := prepare(t, m, src, ingest.Options{Decimal: map[string]ingest.Decimal{"weight": ingest.Point}})
	if len(p.Questions) != 0 || p.Rejected != 1 || p.Files[0].Rejects[0].Value != "2,5" || columnOf(t, p.Files[0], "weight").Type != crm.Number {
		t.Errorf("%+v %+v", p.Questions, p.Files[0].Rejects)
	}
}
