package ingest_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"openclaw/internal/crm"
	"openclaw/internal/ingest"
)

// formatted writes the cells of a column from its second row on, in a format.
func formatted(t *testing.T, x *excelize.File, column, title, format string, values ...any) {
	t.Helper()
	id, err := x.NewStyle(&excelize.Style{CustomNumFmt: &format})
	if err != nil {
		t.Fatal(err)
	}
	cells := append([]any{title}, values...)
	if err := x.SetSheetCol("Sheet1", column+"1", &cells); err != nil {
		t.Fatal(err)
	}
	if err := x.SetColStyle("Sheet1", column, id); err != nil {
		t.Fatal(err)
	}
}

// TestSheetTimes holds that a duration and a time of day are what the sheet shows, and no part of a day.
func TestSheetTimes(t *testing.T) {
	m := newMemory()
	bring(t, m, workbook(t, func(x *excelize.File) {
		formatted(t, x, "A", "name", "@", "A", "B", "C")
		formatted(t, x, "B", "took", "h:mm", 0.0625, 0.5, 1.0/24)
		formatted(t, x, "C", "sum", "[h]:mm", 1.5, 12.5, 2.0)
		formatted(t, x, "D", "at", "h:mm:ss AM/PM", 0.75, 0.5, 0.25)
		formatted(t, x, "E", "n", "0.00", 0.0625, 0.5, 2)
	}), ingest.Options{})
	for field, want := range map[string][]string{"took": {"1:30", "12:00", "1:00"}, "sum": {"36:00", "300:00", "48:00"}, "at": {"6:00:00 PM", "12:00:00 PM", "6:00:00 AM"}, "n": {"0.0625", "0.5000", "2.0000"}} {
		if diff := cmp.Diff(want, shown(t, m, "people", field)); diff != "" {
			t.Errorf("%s:\n%s", field, diff)
		}
	}
}

// TestSheetDollars holds that a bare $ is the dollar that the field, or whoever imports, says.
func TestSheetDollars(t *testing.T) {
	src := workbook(t, func(x *excelize.File) {
		formatted(t, x, "A", "name", "@", "A", "B")
		formatted(t, x, "B", "price", `"$"#,##0.00`, 1054.5, 12)
	})
	for _, currency := range []string{"CAD", "AUD", "USD", "EUR"} {
		want := map[string]string{"EUR": "USD"}[currency]
		if want == "" {
			want = currency
		}
		m := newMemory()
		if c := columnOf(t, prepare(t, m, src, ingest.Options{Currency: currency}).Files[0], "price"); c.Type != crm.Money || c.Currency != want {
			t.Errorf("new, with %s: %s in %s", currency, c.Type, c.Currency)
		}
		bring(t, m, files(t, "people.csv", table("name,price", "Z,3.50")), ingest.Options{Currency: currency})
		p := prepare(t, m, src, ingest.Options{})
		if f, _ := objectOf(t, m, "people").Field("price"); f.Currency != currency || (p.Rejected == 0) == (currency == "EUR") {
			t.Errorf("into %s: %d rejected, %+v", f.Currency, p.Rejected, p.Files[0].Rejects)
		}
	}
}

// TestFormulas holds that a formula which failed is named where its cell comes in empty, and that one without a result,
// as programs write it that do not calculate, is a reject.
func TestFormulas(t *testing.T) {
	fill := func(x *excelize.File) {
		row(t, x, "Sheet1", "A1", "name", "size", "note")
		row(t, x, "Sheet1", "A2", "A", 1, "x")
		row(t, x, "Sheet1", "A4", "B", 2, "y")
		row(t, x, "Sheet1", "A5", "C", 3, "z")
		for cell, text := range map[string]string{"B4": "#REF!", "C5": "#N/A"} {
			if err := x.SetCellValue("Sheet1", cell, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	p := prepare(t, newMemory(), workbook(t, fill), ingest.Options{})
	f := p.Files[0]
	if notes := strings.Join(f.Notes, " "); p.Rejected != 0 || !strings.Contains(notes, "size has formulas that failed: 1 #REF!.") || strings.Contains(notes, "#N/A") || !columnOf(t, f, "size").Look {
		t.Errorf("%d rejected, notes %q", p.Rejected, notes)
	}
	m := newMemory()
	r := bring(t, m, workbook(t, fill), ingest.Options{})
	if strings.Join(r.Files[0].Notes, " ") != strings.Join(f.Notes, " ") || shown(t, m, "people", "note")[2] != "" {
		t.Errorf("the import says %q", r.Files[0].Notes)
	}
	p = prepare(t, newMemory(), workbook(t, func(x *excelize.File) {
		fill(x)
		row(t, x, "Sheet1", "A8", "D")
		for _, cell := range []string{"A7", "B8"} {
			if err := x.SetCellFormula("Sheet1", cell, "B2*2"); err != nil {
				t.Fatal(err)
			}
		}
		row(t, x, "Sheet1", "A9", "E", 4)
	}), ingest.Options{})
	f = p.Files[0]
	if len(f.Rejects) != 2 || f.Rows != 6 {
		t.Fatalf("%d rows, %+v", f.Rows, f.Rejects)
	}
	for i, want := range []string{"A7", "B8"} {
		if why := f.Rejects[i].Reason; !strings.Contains(why, want) || !strings.Contains(why, "no result") {
			t.Errorf("%+v", f.Rejects[i])
		}
	}
}

// TestFormulasOfPrograms reads sheets as programs write them: one that calculates marks an empty text, others leave the
// result out.
func TestFormulasOfPrograms(t *testing.T) {
	for _, tt := range []struct{ name, cell, rejected string }{
		{"an empty text", `<c r="B2" t="str"><f>IF(A2="","x","")</f><v></v></c>`, ""},
		{"a text", `<c r="B2" t="str"><f>A2</f><v>A</v></c>`, ""},
		{"an empty value", `<c r="B2"><f>A2</f><v/></c>`, "B2"},
		{"no value", `<c r="B2"><f>A2</f></c>`, "B2"},
		{"a shared formula without a value", `<c r="B2"><f t="shared" si="0"/></c>`, "B2"},
		{"no formula", `<c r="B2" s="0"/>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := workbook(t, func(x *excelize.File) {
				row(t, x, "Sheet1", "A1", "name", "size")
				row(t, x, "Sheet1", "A2", "A", "PLACE")
				row(t, x, "Sheet1", "A3", "B", 2)
			})
			rewrite(t, src[0].Path, "xl/worksheets/sheet1.xml", regexp.MustCompile(`<c r="B2".*?</c>`), tt.cell)
			f := prepare(t, newMemory(), src, ingest.Options{}).Files[0]
			if f.Rows != 2 || (len(f.Rejects) > 0) != (tt.rejected != "") || len(f.Rejects) > 0 && !strings.Contains(f.Rejects[0].Reason, tt.rejected) {
				t.Errorf("%d rows, %+v", f.Rows, f.Rejects)
			}
		})
	}
}

// rewrite puts a text in the place of another in a part of a workbook.
func rewrite(t *testing.T, path, part string, old *regexp.Regexp, with string) {
	t.Helper()
	in, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		if f.Name != part {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || !old.Match(text) {
			t.Fatalf("%s: %v", text, err)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(old.ReplaceAllLiteral(text, []byte(with))); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
