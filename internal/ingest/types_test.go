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

func TestTypes(t *testing.T) {
	many := func(values ...string) []string {
		var out []string
		for len(out) < 60 {
			out = append(out, values...)
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		column string
		values []string
		want   crm.Type
		scale  int
		shown  string // of the first row
	}{
		{"whole numbers", "employees", []string{"12", "5,400", "7"}, crm.Number, 0, "12"},
		{"decimal point", "size", []string{"1.5", "2", "1,234.25"}, crm.Number, 2, "1.50"},
		{"decimal comma", "size", []string{"1,5", "2", "1.234,25"}, crm.Number, 2, "1.50"},
		{"decimals below one", "weight", []string{"0,125", "1,375"}, crm.Number, 3, "0.125"},
		{"thousands with points", "units", []string{"1.234", "12.500", "900"}, crm.Number, 0, "1234"},
		{"a formula that failed", "units", []string{"12", "#DIV/0!", "#REF!"}, crm.Number, 0, "12"},
		{"thousands alone", "units", []string{"1,234", "2,000", "3"}, crm.Number, 0, "1234"},
		{"groups by blanks", "size", []string{"1 234,5", "12 000 000,25"}, crm.Number, 2, "1234.50"},
		{"groups by apostrophes", "size", []string{"1'234.5", "12'000'000.25"}, crm.Number, 2, "1234.50"},
		{"minus in brackets", "delta", []string{"(300)", "-4", "5"}, crm.Number, 0, "-300"},
		{"exponent", "size", []string{"1.2E+05", "3"}, crm.Number, 0, "120000"},
		{"percent", "share", []string{"45%", "7.5%"}, crm.Number, 1, "45.0"},
		{"money by sign", "size", []string{"$1,054.00", "$3.50"}, crm.Money, 2, "1054.00"},
		{"money by sign after", "size", []string{"1.054,00 €", "3,50 €"}, crm.Money, 2, "1054.00"},
		{"money by name", "close_value", []string{"1054", "", "12"}, crm.Money, 0, "1054"},
		{"money with one digit", "price", []string{"10.5", "12"}, crm.Money, 2, "10.50"},
		{"two currencies", "price", []string{"$10", "€12"}, crm.Text, 0, "$10"},
		{"a count is no money", "number of payments", []string{"10", "12"}, crm.Number, 0, "10"},
		{"leading zeros", "depot", []string{"0012", "1234"}, crm.Text, 0, "0012"},
		{"codes by name", "zip code", []string{"10115", "80331"}, crm.Text, 0, "10115"},
		{"long digits", "card", []string{"4111111111111111", "5500000000000004"}, crm.Text, 0, "4111111111111111"},
		{"many digits after the point", "latitude", []string{"52.520006599998", "13.404953999"}, crm.Text, 0, "52.520006599998"},
		{"iso days", "seen", []string{"2017-03-31", "2017-04-01"}, crm.Date, 0, "2017-03-31"},
		{"month first", "seen", []string{"3/4/2016", "10/20/2016"}, crm.Date, 0, "2016-03-04"},
		{"day first", "seen", []string{"3/4/2016", "20/10/2016"}, crm.Date, 0, "2016-04-03"},
		{"dots", "seen", []string{"3.4.2016", "5.6.2016"}, crm.Date, 0, "2016-04-03"},
		{"two-digit years", "seen", []string{"3/14/16", "12/31/99"}, crm.Date, 0, "2016-03-14"},
		{"named months", "seen", []string{"3 Apr 2016", "May 5, 2017", "12-Jun-2018"}, crm.Date, 0, "2016-04-03"},
		{"midnights are days", "seen", []string{"2016-04-03 00:00:00", "2016-05-03 00:00"}, crm.Date, 0, "2016-04-03"},
		{"times", "seen", []string{"2016-04-03 14:05", "2016-05-03T10:00:00+02:00", "5/14/2016 2:05 PM"}, crm.DateTime, 0, "2016-04-03T14:05:00Z"},
		{"yes and no", "regular", []string{"yes", "no", "Yes"}, crm.Bool, 0, "yes"},
		{"true and false", "regular", []string{"TRUE", "FALSE"}, crm.Bool, 0, "yes"},
		{"y alone is a letter", "size", []string{"y", "y"}, crm.Text, 0, "y"},
		{"one and zero by name", "is active", []string{"1", "0"}, crm.Bool, 0, "yes"},
		{"one and zero", "visits", []string{"1", "0"}, crm.Number, 0, "1"},
		{"e-mail", "contact", []string{"a@b.example", "c@d.example"}, crm.Email, 0, "a@b.example"},
		{"phone", "mobile", []string{"+49 30 901820", "030 123456"}, crm.Phone, 0, "+49 30 901820"},
		{"phone by plus", "reach", []string{"+49 30 901820", "+1 (555) 010-2030"}, crm.Phone, 0, "+49 30 901820"},
		{"web", "site", []string{"https://a.example/x", "www.b.example"}, crm.URL, 0, "https://a.example/x"},
		{"long text", "remarks", []string{"\"one\ntwo\"", "three"}, crm.LongText, 0, "one\ntwo"},
		{"few values", "sector", many("retail", "medical", "Retail"), crm.Choice, 0, "retail"},
		{"few names stay text", "city", many("Bonn", "Kiel"), crm.Text, 0, "Bonn"},
		{"a short stage", "stage", []string{"won", "lost", "won", "open", "open", "won"}, crm.Choice, 0, "won"},
		{"several values", "tags", many("red; blue", "red", "green; red"), crm.Choices, 0, "red; blue"},
		{"years", "established", []string{"1996", "2001"}, crm.Number, 0, "1996"},
		{"nothing", "spare", []string{"", "N/A"}, crm.Text, 0, ""},
		{"mostly numbers stay text", "house", []string{"12", "12a", "7", "9", "11"}, crm.Text, 0, "12"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			fmt.Fprintf(&b, "thing_id;%s\n", tt.column)
			for i, v := range tt.values {
				fmt.Fprintf(&b, "T%da;%s\n", i, quoteFor(v))
			}
			m := newMemory()
			p := prepare(t, m, files(t, "things.csv", b.String()), ingest.Options{})
			c := columnOf(t, p.Files[0], tt.column)
			if c.Type != tt.want || c.Scale != tt.scale {
				t.Fatalf("%s with scale %d, want %s with %d (%s)", c.Type, c.Scale, tt.want, tt.scale, c.Check)
			}
			if _, err := p.Import(t.Context(), m, ann, nil); err != nil {
				t.Fatal(err)
			}
			got := shown(t, m, "things", c.Field)
			if got[0] != tt.shown || len(got) != len(tt.values) {
				t.Errorf("the first of %d is %q, want %q of %d", len(got), got[0], tt.shown, len(tt.values))
			}
		})
	}
}

func quoteFor(v string) string {
	if strings.Contains(v, ";") {
		return `"` + v + `"`
	}
	return v
}

func TestMissingValues(t *testing.T) {
	m := newMemory()
	src := files(t, "things.csv", table("thing_id,size,seen", "A,NULL,N/A", "B,-,2017-01-02", "C,12,", "D,n/a,null"))
	p := prepare(t, m, src, ingest.Options{})
	if diff := cmp.Diff(map[string]int64{"NULL": 1, "-": 1, "n/a": 1}, columnOf(t, p.Files[0], "size").Spelt); diff != "" {
		t.Errorf("how nothing is spelt:\n%s", diff)
	}
	bring(t, m, src, ingest.Options{})
	if diff := cmp.Diff([]string{"", "", "12", ""}, shown(t, m, "things", "size")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "2017-01-02", "", ""}, shown(t, m, "things", "seen")); diff != "" {
		t.Error(diff)
	}
}

func TestDateOrderIsAskedFor(t *testing.T) {
	src := files(t, "visits.csv", table("visit_id,seen,left", "A,3/4/2016,12/31/2016", "B,5/6/2016,1/2/2017"))
	m := newMemory()
	p := prepare(t, m, src, ingest.Options{})
	if len(p.Questions) != 1 || p.Questions[0].Column != "seen" || len(p.Questions[0].Choices) != 2 {
		t.Fatalf("questions: %+v", p.Questions)
	}
	if first := p.Questions[0].Choices[0]; first.Option != "--date-order seen=month-first" || !first.Likely || !strings.Contains(first.Text, "(month first)") {
		t.Errorf("the first choice is %+v", first)
	}
	_, err := p.Import(t.Context(), m, ann, nil)
	if fail.KindOf(err) != fail.Invalid || !strings.Contains(fail.As(err).Hint, "--date-order seen=month-first") {
		t.Errorf("an import without the answer: %v", err)
	}
	for order, want := range map[ingest.Order][]string{ingest.MonthFirst: {"2016-03-04", "2016-05-06"}, ingest.DayFirst: {"2016-04-03", "2016-06-05"}} {
		for _, column := range []string{"seen", "visits.seen"} {
			m := newMemory()
			bring(t, m, src, ingest.Options{DateOrder: map[string]ingest.Order{column: order}})
			if diff := cmp.Diff(want, shown(t, m, "visits", "seen")); diff != "" {
				t.Errorf("%s:\n%s", order, diff)
			}
		}
	}
	if _, err := ingest.Prepare(t.Context(), m, ann, src, ingest.Options{DateOrder: map[string]ingest.Order{"seen": "middle"}}); fail.KindOf(err) != fail.Usage {
		t.Errorf("an order that does not exist: %v", err)
	}
}

func TestTheNumbersOfACommaFileAreReadAlike(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "parts.csv", table("part;weight;length", "A;1,5;1.234", "B;2,25;2.345")), ingest.Options{})
	if diff := cmp.Diff([]string{"1234", "2345"}, shown(t, m, "parts", "length")); diff != "" {
		t.Errorf("1.234 beside 1,5 is a thousand:\n%s", diff)
	}
}

// TestBothOrders holds that a column whose dates disagree is shown with the rows that do, and that a field of dates asks.
func TestBothOrders(t *testing.T) {
	m := newMemory()
	src := files(t, "visits.csv", table("visit,seen", "A,13/01/2020", "B,01/14/2020", "C,25/02/2020", "D,03/04/2020"))
	c := columnOf(t, prepare(t, m, src, ingest.Options{}).Files[0], "seen")
	if c.Type != crm.Text || !c.Look || !strings.Contains(c.Check, "row 3") || !strings.Contains(c.Check, "row 2") {
		t.Errorf("%s %v %s", c.Type, c.Look, c.Check)
	}
	bring(t, m, files(t, "visits.csv", table("visit,seen", "X,2020-01-01")), ingest.Options{})
	if q := prepare(t, m, src, ingest.Options{}).Questions; len(q) != 1 || !strings.Contains(q[0].Text, "Both orders") {
		t.Errorf("%+v", q)
	}
	p := prepare(t, m, src, ingest.Options{DateOrder: map[string]ingest.Order{"seen": ingest.DayFirst}})
	if len(p.Questions) != 0 || p.Rejected != 1 || p.Files[0].Rejects[0].Row != 3 {
		t.Errorf("%+v %+v", p.Questions, p.Files[0].Rejects)
	}
}

// TestTimesForDays holds that a time of day is not dropped where a field keeps days alone, and that midnight is the day
// that was written, whatever the zone.
func TestTimesForDays(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "visits.csv", table("visit_id,seen", "A,2020-01-01", "B,2020-01-02")), ingest.Options{})
	p := prepare(t, m, files(t, "visits.csv", table("visit_id,seen", "C,2020-01-03 00:00", "D,2020-01-04T00:00:00+02:00", "E,2020-01-05 10:00", "F,1/13/2020 12:00 AM")), ingest.Options{Yes: true, RejectDir: t.TempDir()})
	if rejects := p.Files[0].Rejects; len(rejects) != 1 || rejects[0].Row != 4 || !strings.Contains(rejects[0].Reason, "time of day") {
		t.Errorf("%+v", rejects)
	}
	if _, err := p.Import(t.Context(), m, ann, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04", "2020-01-13"}, shown(t, m, "visits", "seen")); diff != "" {
		t.Error(diff)
	}
}
