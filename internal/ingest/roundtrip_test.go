package ingest_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

// nasty are texts that files write in a special way, or that mean something else in them.
var nasty = []string{
	"N/A", "-", "NA", "null", "None", "#N/A", "NaN", "—", "--", "#REF!", "n/a x",
	"a,b", "c;d", "g; h", "x; y", `"`, `""`, `"quoted"`, `"a"; b`, `5" pipe`, ";", ",", "; ;", `\`, `\N`, "it's",
	`="00123"`, `="a""b"`, `=""`, `="="x""`, "=1+2", "+1", "@x", "007", "1,5", "2,25", "1.234", "1,234", "3/4/2016", "yes", "0", "1e5", "12%", "$5",
	"tab\there", "ü — 日本語 ✨", "TOTAL", "reject_reason", "Correct the row, then clear this: x", "<b>", "a&b", "a\u2028b", "{}", "[1]", "é", "two  blanks", "\x1f",
}

// lines are long texts; a text of one line is trimmed when it is typed, these are not.
var lines = append([]string{"one\ntwo", "one\r\ntwo", " led by a blank", "ended by one ", "\n", "\nN/A", " - ", "\"\n\"", "a\n\n\nb", strings.Repeat("long, \"very\"\n", 30_000)}, nasty...)

// TestExportComesBackWhateverIsInIt fills an object that has a field of each type with texts that are hard to write, and
// holds that its export, imported again, changes nothing.
func TestExportComesBackWhateverIsInIt(t *testing.T) {
	var options []crm.Option
	for _, text := range nasty {
		if text = strings.TrimSpace(text); !slices.ContainsFunc(options, func(o crm.Option) bool { return strings.EqualFold(o.Value, text) }) {
			options = append(options, crm.Option{Value: text})
		}
	}
	fields := []crm.Field{
		{Name: "title", Label: "Title", Type: crm.Text, Role: crm.RoleName}, {Name: "note", Label: "Note", Type: crm.LongText},
		{Name: "size", Label: "Size", Type: crm.Number, Scale: 3}, {Name: "price", Label: "Price", Type: crm.Money, Scale: 2, Currency: "EUR"},
		{Name: "day", Label: "Day", Type: crm.Date}, {Name: "seen", Label: "Seen", Type: crm.DateTime}, {Name: "ok", Label: "Ok", Type: crm.Bool},
		{Name: "kind", Label: "Kind", Type: crm.Choice, Options: options}, {Name: "tags", Label: "Tags", Type: crm.Choices, Options: options},
		{Name: "place", Label: "Place", Type: crm.Link, Target: "place"}, {Name: "places", Label: "Places", Type: crm.Links, Target: "place"},
		{Name: "boss", Label: "Boss", Type: crm.Person}, {Name: "mail", Label: "Mail", Type: crm.Email}, {Name: "call", Label: "Call", Type: crm.Phone},
		{Name: "site", Label: "Site", Type: crm.URL}, {Name: "doc", Label: "Doc", Type: crm.File},
		{Name: "twice", Label: "Twice", Type: crm.Computed, Expr: "size * 2", Result: crm.Number},
	}
	s := ducktest.Open(t, duck.Options{})
	keyed := slices.Concat([]crm.Field{{Name: "code", Label: "Code", Type: crm.Text, Key: true}}, fields)
	ducktest.Make(t, s, crm.Object{Name: "place", Label: "place", Plural: "places", Fields: []crm.Field{{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName, Key: true}}},
		crm.Object{Name: "thing", Label: "thing", Plural: "things", Fields: keyed}, crm.Object{Name: "loose", Label: "loose thing", Plural: "loose things", Fields: fields})
	var places []any
	for _, text := range nasty {
		places = append(places, ducktest.Add(t, s, "place", crm.Values{"name": text}))
	}
	r := rand.New(rand.NewPCG(7, 11))
	one := func(of []string) string { return of[r.IntN(len(of))] }
	maybe := func(v any) any {
		if r.IntN(4) == 0 {
			return nil
		}
		return v
	}
	some := func(n int, pick func(i int)) {
		for _, i := range r.Perm(n)[:1+r.IntN(3)] {
			pick(i)
		}
	}
	values := func() crm.Values {
		var tags []string
		var to []any
		some(len(options), func(i int) { tags = append(tags, options[i].Value) })
		some(len(places), func(i int) { to = append(to, places[i]) })
		return crm.Values{"title": maybe(one(nasty)), "note": maybe(one(lines)), "size": maybe(one([]string{"1.234", "1234", "-0.001", "900"})), "price": maybe(one([]string{"1234.50", "0", "-3"})),
			"day": maybe(one([]string{"0001-01-01", "2016-04-03", "9999-12-31"})), "seen": maybe(one([]string{"2016-04-03 14:05:06.123456", "1969-12-31", "0001-01-01"})), "ok": maybe(r.IntN(2) == 0),
			"kind": maybe(options[r.IntN(len(options))].Value), "tags": maybe(tags), "place": maybe(places[r.IntN(len(places))]), "places": maybe(to), "boss": maybe(one(nasty)),
			"mail": maybe(one([]string{"a@b.example", "O'Neil+x@b.example", "\"a,b\"@c.example"})), "call": maybe(one([]string{"---", "+49 30 901820", "030/12-3 x5"})),
			"site": maybe(one([]string{"https://a.example/?q=1,2;3", "http://b.example/\"x\""})), "doc": maybe(one([]string{"a.pdf", "contracts/2026/a,b; c \"d\".pdf", "-", "日本語/ü"}))}
	}
	for i := range 150 {
		v := values()
		ducktest.Add(t, s, "loose", v)
		if v["code"] = fmt.Sprintf("T%d", i); i < len(nasty) {
			v["code"] = nasty[i]
		}
		ducktest.Add(t, s, "thing", v)
	}
	before, err := s.Schema(t.Context(), ann)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"csv", "json"} {
		for _, object := range []string{"place", "thing", "loose"} {
			text := exported(t, s, format, object)
			f := bring(t, s, files(t, object+"."+format, text), ingest.Options{}).Files[0]
			if f.Created+f.Updated != 0 || f.Unchanged != f.Rows || f.Rows < int64(len(nasty)) || len(f.FieldsAdded) != 0 || f.Repaired != 0 {
				t.Errorf("%s as %s: %d rows, %d created, %d updated, %d unchanged, %v %+v", object, format, f.Rows, f.Created, f.Updated, f.Unchanged, f.FieldsAdded, f.Links)
			}
			if diff := cmp.Diff(text, exported(t, s, format, object)); diff != "" {
				t.Errorf("%s as %s is another file afterwards:\n%s", object, format, diff)
			}
		}
	}
	after, err := s.Schema(t.Context(), ann)
	if err != nil || after.Version != before.Version {
		t.Errorf("the schema went from %d to %d, %v", before.Version, after.Version, err)
	}
}

// exported is an object as a file; what is computed is left out, as it is of every export.
func exported(t *testing.T, s ingest.Store, format, object string) string {
	t.Helper()
	var b bytes.Buffer
	e, err := ingest.NewEncoder(format, &b)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Export(t.Context(), ann, object, crm.Filter{}, func(cols []crm.Column, values []any) error {
		i := slices.IndexFunc(cols, func(c crm.Column) bool { return c.Path == "twice" })
		if i < 0 {
			return e.Row(cols, values)
		}
		return e.Row(slices.Delete(slices.Clone(cols), i, i+1), slices.Delete(slices.Clone(values), i, i+1))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestWordsForNothing holds what a word such as N/A means where: a value where the file says so, and nothing in files
// that quote all, or never.
func TestWordsForNothing(t *testing.T) {
	for _, tt := range []struct {
		name, file, text, want string
	}{
		{"without quotes", "t.csv", "code,name\nA,N/A\n", ""},
		{"the one quoted", "t.csv", "code,name\nA,\"N/A\"\n", "N/A"},
		{"all quoted", "t.csv", "\"code\",\"name\"\n\"A\",\"N/A\"\n", ""},
		{"all but the header quoted", "t.csv", "code,name\n\"A\",\"N/A\"\n", ""},
		{"quotes where they are needed", "t.csv", "code,name\n\"A, b\",\"N/A\"\n", "N/A"},
		{"JSON", "t.json", `[{"code":"A","name":"N/A"}]`, ""},
		{"JSON that marks it", "t.json", `[{"code":"A","name":"\u004e/A"}]`, "N/A"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			src := files(t, tt.file, tt.text)
			p := prepare(t, m, src, ingest.Options{Key: "code"})
			if check := columnOf(t, p.Files[0], "name").Check; tt.want == "" && !strings.Contains(check, "1 empty (1 spelt N/A)") {
				t.Errorf("the preview says %q", check)
			}
			bring(t, m, src, ingest.Options{Key: "code"})
			if diff := cmp.Diff([]string{tt.want}, shown(t, m, "t", "name")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestExportsReadTheSameElsewhere holds that what marks a text is not seen by other readers of the format.
func TestExportsReadTheSameElsewhere(t *testing.T) {
	cols := []crm.Column{{Name: "name", Path: "name", Type: crm.Text}, {Name: "size", Path: "size", Type: crm.Number}}
	for format, want := range map[string]string{"csv": "name,size\n\"N/A\",\nAcme,\n", "json": "[{\"name\":\"\\u004e/A\",\"size\":null},\n{\"name\":\"Acme\",\"size\":null}]\n"} {
		var b bytes.Buffer
		e, err := ingest.NewEncoder(format, &b)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"N/A", "Acme"} {
			if err := e.Row(cols, []any{name, nil}); err != nil {
				t.Fatal(err)
			}
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}
