package web_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/plan"
	"openclaw/internal/web"
)

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		amount string
		scale  int
		code   string
		want   string
	}{
		{"1153214", 0, "USD", "$1,153,214"},
		{"-1054.5", 2, "EUR", "-€1,054.50"},
		{"0", 0, "GBP", "£0"},
		{"11698.03", 2, "CHF", "CHF 11,698.03"},
		{"12", 0, "", "12"},
		{"12", 0, "XYZ?", "XYZ? 12"},
	} {
		if got := web.MoneyText(decimal.RequireFromString(c.amount), c.scale, c.code); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.amount, c.code, got, c.want)
		}
	}
}

func TestCounts(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1000000: "1,000,000", -8800: "-8,800"} {
		if got := web.CountText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 3, 1, 10, 42, 0, 0, time.UTC)
	for at, want := range map[string]string{
		"2026-03-01T09:58:00Z": "today 09:58",
		"2026-02-28T16:20:00Z": "yesterday 16:20",
		"2026-02-12T11:04:00Z": "12 Feb 11:04",
		"2025-11-12T11:04:00Z": "12 Nov 2025 11:04",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := web.WhenText(moment, now); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

func TestPaint(t *testing.T) {
	schema := crm.Schema{Objects: []crm.Object{
		{Name: "rep", Label: "sales agent", Plural: "sales agents"},
		{Name: "account", Label: "account", Plural: "accounts"},
	}}
	d := func(text string) any { return decimal.RequireFromString(text) }
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		field  crm.Field
		values []any
		want   []string
	}{
		{"cents only if a row has cents", crm.Field{Type: crm.Money, Scale: 2, Currency: "USD"}, []any{d("10"), d("1200")}, []string{"$10", "$1,200"}},
		{"and then for all of them", crm.Field{Type: crm.Money, Scale: 2, Currency: "USD"}, []any{d("10.5"), d("1200")}, []string{"$10.50", "$1,200.00"}},
		{"numbers keep their scale", crm.Field{Type: crm.Number, Scale: 1}, []any{d("1234"), d("0.5")}, []string{"1,234.0", "0.5"}},
		{"years are not grouped", crm.Field{Name: "year_established", Type: crm.Number}, []any{d("1982"), d("2001")}, []string{"1982", "2001"}},
		{"what is no year is", crm.Field{Name: "year_total", Type: crm.Number}, []any{d("1982"), d("20000")}, []string{"1,982", "20,000"}},
		{"empty stays empty", crm.Field{Type: crm.Text}, []any{nil, "x"}, []string{"", "x"}},
		{"days", crm.Field{Type: crm.Date}, []any{time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC)}, []string{"1 Mar 2017"}},
		{"yes or no", crm.Field{Type: crm.Bool}, []any{true, false}, []string{"yes", "no"}},
		{"a record without a name", crm.Field{Type: crm.Link, Target: "account"}, []any{crm.Ref{ID: 7}}, []string{"#7"}},
		{"a web address", crm.Field{Type: crm.URL}, []any{"https://example.com/x"}, []string{"example.com/x"}},
		{"means are cut", crm.Field{Type: crm.Number}, []any{1490.915512, 0.63151}, []string{"1,490.92", "0.6315"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, v := range web.Paint(schema, c.field, c.values, now) {
				got = append(got, v.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	person := web.Paint(schema, crm.Field{Type: crm.Link, Target: "rep"}, []any{crm.Ref{ID: 3, Name: "Darcel Schlecht"}}, now)[0]
	if person.Kind != "who" || person.Avatar.Initials != "DS" || person.Href != "/o/rep/3" {
		t.Errorf("a link to a person is %+v", person)
	}
}

func TestOptions(t *testing.T) {
	f := crm.Field{Type: crm.Choice, Options: []crm.Option{{Value: "New", Color: "pink", Synonyms: []string{"fresh"}}, {Value: "Won", Outcome: crm.Won}, {Value: "Lost", Outcome: crm.Lost}}}
	if diff := cmp.Diff(f.Options, web.OptionsOf(web.OptionLines(f), f.Options)); diff != "" {
		t.Errorf("written and read again (-want +got):\n%s", diff)
	}
	colors := map[string]string{}
	for _, v := range web.Paint(crm.Schema{}, f, []any{"New", "Won", "Lost", "unknown"}, time.Time{}) {
		colors[v.Text] = v.Color
	}
	if diff := cmp.Diff(map[string]string{"New": "pink", "Won": "green", "Lost": "grey", "unknown": "grey"}, colors); diff != "" {
		t.Errorf("colours (-want +got):\n%s", diff)
	}
}

func TestSQLSpans(t *testing.T) {
	text := `SELECT "a b" AS n, count(*) FROM t WHERE x = 'it''s' AND y >= 1.5`
	joined, kinds := "", map[string]string{}
	for _, s := range web.SQLSpans(text) {
		joined += s.Text
		kinds[s.Text] = s.Kind
	}
	if joined != text {
		t.Errorf("it became %q", joined)
	}
	if kinds["SELECT"] != "b" || kinds["1.5"] != "i" {
		t.Errorf("colours: %v", kinds)
	}
	for _, broken := range []string{"'", `"`, "SELECT 'x", "\xff\xfe"} {
		joined = ""
		for _, s := range web.SQLSpans(broken) {
			joined += s.Text
		}
		if joined != broken {
			t.Errorf("%q became %q", broken, joined)
		}
	}
}

func TestCharts(t *testing.T) {
	labels := make([]web.Value, 30)
	shown := make([]string, 30)
	values := make([]any, 30)
	for i := range values {
		values[i] = int64(30 - i)
	}
	bars := web.Bars(labels, shown, values)
	if len(bars) != 12 || bars[0].Width != 1000 || !bars[0].Hot || bars[1].Hot || bars[11].Width != 633 {
		t.Errorf("bars: %d, first %+v, last %+v", len(bars), bars[0], bars[len(bars)-1])
	}
	if b := web.Bars(labels[:2], shown[:2], []any{json.Number("-4"), nil}); !b[0].Minus || b[0].Width != 1000 || b[1].Width != 0 {
		t.Errorf("a minus and nothing: %+v", b)
	}
	if p := web.NewPlot([]string{"a", "b"}, []string{"0", "0"}, []any{int64(0), int64(0)}, false); p != nil {
		t.Errorf("nothing but zeros is drawn: %+v", p)
	}
	p := web.NewPlot([]string{"Mar", "Apr", "May"}, []string{"1", "4", "2"}, []any{int64(1), int64(4), int64(2)}, false)
	if p == nil || p.First != "Mar" || p.Last != "May" || p.Top != "4" || !p.Rects[1].Hot || p.Rects[1].H != "160.0" {
		t.Errorf("plot: %+v", p)
	}
	for in, want := range map[string]string{"2017-03": "Mar 2017"} {
		if got := web.PeriodText(in, plan.Month); got != want {
			t.Errorf("%s: %s", in, got)
		}
	}
	if got := web.PeriodText("2017-Q4", plan.Quarter); got != "Q4 2017" {
		t.Error(got)
	}
}

func TestListing(t *testing.T) {
	schema := crm.Schema{Objects: []crm.Object{
		{Name: "deal", Fields: []crm.Field{{Name: "stage", Label: "Stage", Type: crm.Choice}, {Name: "account", Label: "Account", Type: crm.Link, Target: "account"}, {Name: "note", Label: "Note", Type: crm.Text}}},
		{Name: "account", Fields: []crm.Field{{Name: "sector", Label: "Sector", Type: crm.Text}}},
	}}
	for _, c := range []struct {
		name   string
		q      map[string][]string
		href   string
		filter crm.Filter
		bad    fail.Kind
	}{
		{name: "all", href: "/o/deal"},
		{name: "one filter and an order", q: map[string][]string{"f": {"stage:is:Won"}, "sort": {"-note,stage"}}, href: "/o/deal?f=stage%3Ais%3AWon&sort=-note%2Cstage", filter: crm.Where("stage", crm.Is, "Won")},
		{name: "a value with colons", q: map[string][]string{"f": {"note:has:a:b&c"}}, href: "/o/deal?f=note%3Ahas%3Aa%3Ab%26c", filter: crm.Where("note", crm.Contains, "a:b&c")},
		{name: "through a link", q: map[string][]string{"f": {"account.sector:is:retail"}}, href: "/o/deal?f=account.sector%3Ais%3Aretail", filter: crm.Where("account.sector", crm.Is, "retail")},
		{name: "the record linked to", q: map[string][]string{"f": {"account.id:is:7"}}, href: "/o/deal?f=account.id%3Ais%3A7", filter: crm.Where("account.id", crm.Is, "7")},
		{name: "empty", q: map[string][]string{"f": {"note:empty:"}}, href: "/o/deal?f=note%3Aempty%3A", filter: crm.Where("note", crm.Empty)},
		{name: "no such field", q: map[string][]string{"f": {"shoe:is:9"}}, bad: fail.NotFound},
		{name: "no such operator", q: map[string][]string{"f": {"note:like:9"}}, bad: fail.Invalid},
		{name: "half of one", q: map[string][]string{"f": {"note"}}, bad: fail.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			href, filter, err := web.Listing(schema, "deal", c.q)
			if c.bad != "" {
				if fail.KindOf(err) != c.bad {
					t.Errorf("taken: %s, %v", href, err)
				}
				return
			}
			if err != nil || href != c.href {
				t.Errorf("%q, %v; want %q", href, err, c.href)
			}
			if diff := cmp.Diff(c.filter, filter); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
