package ingest_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"openclaw/internal/crm"
	"openclaw/internal/ingest"
)

// people is one table that every format says in its own way.
var people = map[string][]string{
	"name":  {"Zoë Müller", "Jörg, Ltd \"x\"", "Ana"},
	"born":  {"1985-04-12", "1990-12-31", ""},
	"spent": {"1054.50", "12.00", "0.00"},
	"code":  {"007", "010", "1234"},
}

const peopleCSV = "name,born,spent,code\nZoë Müller,1985-04-12,$1054.50,007\n\"Jörg, Ltd \"\"x\"\"\",1990-12-31,$12,010\nAna,,$0,1234\n"

func check(t *testing.T, src []ingest.Source, format string) {
	t.Helper()
	m := newMemory()
	p := prepare(t, m, src, ingest.Options{})
	if !strings.HasPrefix(p.Files[0].Format, format) {
		t.Errorf("read as %q, want %q", p.Files[0].Format, format)
	}
	if _, err := p.Import(t.Context(), m, ann, nil); err != nil {
		t.Fatal(err)
	}
	for field, want := range people {
		if diff := cmp.Diff(want, shown(t, m, "people", field)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
	if f, _ := objectOf(t, m, "people").Field("spent"); f.Type != crm.Money || f.Currency != "USD" {
		t.Errorf("spent is %+v", f)
	}
}

func TestEncodings(t *testing.T) {
	encoded := func(enc interface{ String(string) (string, error) }) string {
		out, err := enc.String(peopleCSV)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	late := table("thing_id,word", "A,plain") + repeat("B#,plain", 600) + strings.Repeat("", 1)
	for _, tt := range []struct{ name, content, format string }{
		{"UTF-8", peopleCSV, "CSV, comma, UTF-8"},
		{"UTF-8 with mark", "\ufeff" + peopleCSV, "CSV, comma, UTF-8"},
		{"UTF-16 LE with mark", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), "CSV, comma, UTF-16 LE"},
		{"UTF-16 BE with mark", encoded(unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()), "CSV, comma, UTF-16 BE"},
		{"UTF-16 LE", encoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()), "CSV, comma, UTF-16 LE"},
		{"UTF-16 BE", encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()), "CSV, comma, UTF-16 BE"},
		{"Windows-1252", encoded(charmap.Windows1252.NewEncoder()), "CSV, comma, Windows-1252"},
		{"CRLF", strings.ReplaceAll(peopleCSV, "\n", "\r\n"), "CSV, comma, UTF-8"},
		{"CR", strings.ReplaceAll(peopleCSV, "\n", "\r"), "CSV, comma, UTF-8"},
		{"semicolon", strings.NewReplacer("\"Jörg, Ltd \"\"x\"\"\"", "\"Jörg, Ltd \"\"x\"\"\"", ",", ";", "Jörg,", "Jörg,").Replace(peopleCSV), "CSV, semicolon"},
		{"tab", strings.NewReplacer("Jörg, ", "Jörg, ", ",", "\t").Replace(peopleCSV), "CSV, tab"},
		{"bar", strings.NewReplacer("Jörg, ", "Jörg, ", ",", "|").Replace(peopleCSV), "CSV, bar"},
		{"colon", strings.NewReplacer("Jörg, ", "Jörg, ", ",", ":").Replace(peopleCSV), "CSV, colon"},
		{"blanks around quotes", strings.ReplaceAll(peopleCSV, "\n\"Jörg", "\n  \"Jörg"), "CSV, comma"},
		{"a delimiter more in each row", strings.NewReplacer("code\n", "code\n", "\n", ",\n").Replace(peopleCSV), "CSV, comma"},
		{"blank lines", strings.ReplaceAll(peopleCSV, "\n", "\n\n") + ",,,\n", "CSV, comma"},
	} {
		t.Run(tt.name, func(t *testing.T) { check(t, files(t, "people.csv", tt.content), tt.format) })
	}
	t.Run("one byte far down decides", func(t *testing.T) {
		m := newMemory()
		bring(t, m, files(t, "things.csv", late+"C,caf\xe9\n"), ingest.Options{})
		words := shown(t, m, "things", "word")
		if got := words[len(words)-1]; got != "café" {
			t.Errorf("read %q", got)
		}
	})
}

func TestJSON(t *testing.T) {
	const rows = `{"name":"Zoë Müller","born":"1985-04-12","spent":"$1054.50","code":"007"},
{"name":"Jörg, Ltd \"x\"","born":"1990-12-31","spent":"$12","code":"010"},
{"name":"Ana","born":null,"spent":"$0","code":"1234"}`
	for _, tt := range []struct{ name, file, content, format string }{
		{"array", "people.json", "[" + rows + "]", "JSON, "},
		{"lines", "people.jsonl", strings.ReplaceAll(rows, "},\n", "}\n"), "JSON lines"},
		{"lines with another extension", "people.txt", strings.ReplaceAll(rows, "},\n", "}\n"), "JSON lines"},
		{"inside an object", "people.json", `{"meta":{"pages":[1,2]},"count":3,"data":[` + rows + `]}`, "JSON, "},
		{"inside an object, indented", "people.json", "{\n  \"data\": [" + rows + "]\n}", "JSON, "},
	} {
		t.Run(tt.name, func(t *testing.T) { check(t, files(t, tt.file, tt.content), tt.format) })
	}
	t.Run("on one line", func(t *testing.T) {
		f := prepare(t, newMemory(), files(t, "things.json", `[{"thing":"A","n":1},{"thing":{"b":{"c":1}}},{"thing":"C","n":2},7]`), ingest.Options{}).Files[0]
		if len(f.Rejects) != 2 || f.Rejects[0].Row != 2 || f.Rejects[1].Row != 4 {
			t.Errorf("%+v", f.Rejects)
		}
	})
	t.Run("nested and lists", func(t *testing.T) {
		m := newMemory()
		r := bring(t, m, files(t, "people.json", `[
{"uid":"a","address":{"city":"Bonn","zip":"053"},"tags":["x","y"],"n":1.50,"ok":true},
{"uid":"b","address":{"city":{"deep":1}}},
{"uid":"c","address":null,"tags":[{"o":1}]}, 17]`), ingest.Options{Yes: true})
		if f := r.Files[0]; f.Created != 1 || len(f.Rejected) != 3 || f.Rejected[0].Row != 2 || !strings.Contains(f.Rejected[0].Reason, "nested") || !strings.Contains(f.Rejected[1].Reason, "list of objects") {
			t.Errorf("%+v", f)
		}
		if diff := cmp.Diff([]string{"Bonn", "053", "x; y", "1.50"}, []string{shown(t, m, "people", "address_city")[0], shown(t, m, "people", "address_zip")[0], shown(t, m, "people", "tags")[0], shown(t, m, "people", "n")[0]}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestVCard(t *testing.T) {
	m := newMemory()
	src := files(t, "contacts.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nN:Müller;Zoë;;;\r\nFN:Zoë Müller\r\nORG:Northwind\\, Ltd;Sales\r\nEMAIL;TYPE=WORK:zoe@north.example\r\nEMAIL:z@home.example\r\nTEL;TYPE=CELL:+49 30 901820\r\nADR;TYPE=WORK:;;1 Main St;Bonn;;53111;Germany\r\nBDAY:19850412\r\nNOTE:one\\ntwo\r\nPHOTO;ENCODING=b:AAAA\r\n BBBB\r\nEND:VCARD\r\n"+
		"BEGIN:VCARD\nVERSION:4.0\nUID:u2\nFN:Ana\nEMAIL:ana@x.example\nTEL:tel:+1-555-0100\nEND:VCARD\n"+
		"BEGIN:VCARD\nVERSION:4.0\nFN:Cut off\n")
	r := bring(t, m, src, ingest.Options{Yes: true})
	f := r.Files[0]
	if f.Rows != 3 || f.Created != 2 || len(f.Rejected) != 1 || f.Rejected[0].Row != 23 {
		t.Errorf("%+v", f)
	}
	got := map[string]string{}
	for _, field := range objectOf(t, m, "contacts").Fields {
		got[field.Name] = shown(t, m, "contacts", field.Name)[0]
	}
	want := map[string]string{"uid": "u1", "name": "Zoë Müller", "first_name": "Zoë", "last_name": "Müller", "email": "zoe@north.example", "email_2": "z@home.example", "phone": "+49 30 901820", "company": "Northwind, Ltd", "department": "Sales", "street": "1 Main St", "city": "Bonn", "postcode": "53111", "country": "Germany", "birthday": "1985-04-12", "note": "one\ntwo"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f := bring(t, m, src, ingest.Options{Yes: true}).Files[0]; f.Unchanged != 2 || f.Created != 0 {
		t.Errorf("importing the cards again: %+v", f)
	}
}

// TestOldVCard holds that the version of old telephones is read: bare types, quoted-printable over several lines, pictures.
func TestOldVCard(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "contacts.vcf", "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=C3=AB;;;\r\nFN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Zo=EB =\r\nM=FCller\r\n"+
		"TEL;CELL:+49 30 901820\r\nTEL;HOME;VOICE:030 11111\r\nTEL;WORK:030 22222\r\nEMAIL;INTERNET:z@x.example\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgAB\r\n /9j/4AAQ=\r\n\r\nEND:VCARD\r\n"), ingest.Options{})
	got := map[string]string{}
	for _, field := range objectOf(t, m, "contacts").Fields {
		got[field.Name] = shown(t, m, "contacts", field.Name)[0]
	}
	want := map[string]string{"name": "Zoë Müller", "first_name": "Zoë", "last_name": "Müller", "email": "z@x.example", "phone": "+49 30 901820", "phone_2": "030 11111", "phone_3": "030 22222"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func workbook(t *testing.T, fill func(x *excelize.File)) []ingest.Source {
	t.Helper()
	x := excelize.NewFile()
	fill(x)
	path := filepath.Join(t.TempDir(), "people.xlsx")
	if err := x.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return []ingest.Source{{Name: "people.xlsx", Path: path}}
}

func row(t *testing.T, x *excelize.File, sheet, cell string, values ...any) {
	t.Helper()
	if err := x.SetSheetRow(sheet, cell, &values); err != nil {
		t.Fatal(err)
	}
}

func TestXLSX(t *testing.T) {
	style := func(x *excelize.File, format string) int {
		id, err := x.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	fill := func(x *excelize.File) {
		row(t, x, "Sheet1", "A1", "name", "born", "spent", "code")
		row(t, x, "Sheet1", "A2", "Zoë Müller", day(1985, 4, 12), 1054.5, 7)
		row(t, x, "Sheet1", "A3", "Jörg, Ltd \"x\"", day(1990, 12, 31), 12, 10)
		row(t, x, "Sheet1", "A5", "Ana", nil, 0, 1234)
		for col, format := range map[string]string{"B": "dd/mm/yyyy", "C": "\"$\"#,##0.00", "D": "000"} {
			if err := x.SetCellStyle("Sheet1", col+"2", col+"5", style(x, format)); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Run("one sheet", func(t *testing.T) { check(t, workbook(t, fill), "XLSX") })
	t.Run("without its extension", func(t *testing.T) {
		src := workbook(t, fill)
		src[0].Name = "people.csv"
		check(t, src, "XLSX")
	})
	t.Run("short dates, times and shares", func(t *testing.T) {
		m := newMemory()
		bring(t, m, workbook(t, func(x *excelize.File) {
			row(t, x, "Sheet1", "A1", "name", "at", "share", "ok", "n")
			row(t, x, "Sheet1", "A2", "A", day(2016, 3, 4), 0.25, true, 0.1+0.2)
			row(t, x, "Sheet1", "A3", "B", day(2016, 5, 6).Add(14*time.Hour+30*time.Minute), 0.5, false, 1e6)
			for cell, format := range map[string]string{"B2": "m/d/yy", "B3": "yyyy-mm-dd hh:mm", "C2": "0%", "C3": "0%"} {
				if err := x.SetCellStyle("Sheet1", cell, cell, style(x, format)); err != nil {
					t.Fatal(err)
				}
			}
		}), ingest.Options{})
		for field, want := range map[string][]string{"at": {"2016-03-04T00:00:00Z", "2016-05-06T14:30:00Z"}, "share": {"25", "50"}, "n": {"0.3", "1000000.0"}, "ok": {"yes", "no"}} {
			if diff := cmp.Diff(want, shown(t, m, "people", field)); diff != "" {
				t.Errorf("%s:\n%s", field, diff)
			}
		}
	})
	t.Run("days counted from 1904", func(t *testing.T) {
		m := newMemory()
		bring(t, m, workbook(t, func(x *excelize.File) {
			yes := true
			if err := x.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
				t.Fatal(err)
			}
			row(t, x, "Sheet1", "A1", "name", "at")
			row(t, x, "Sheet1", "A2", "A", day(2016, 3, 4))
			if err := x.SetCellStyle("Sheet1", "B2", "B2", style(x, "dd.mm.yyyy")); err != nil {
				t.Fatal(err)
			}
		}), ingest.Options{})
		if got := shown(t, m, "people", "at")[0]; got != "2016-03-04" {
			t.Errorf("read %s", got)
		}
	})
	t.Run("a title above, a remark beside, a gap", func(t *testing.T) {
		m := newMemory()
		r := bring(t, m, workbook(t, func(x *excelize.File) {
			row(t, x, "Sheet1", "A1", "People of the year")
			row(t, x, "Sheet1", "A2", "confidential")
			row(t, x, "Sheet1", "A4", "name", "size")
			row(t, x, "Sheet1", "A5", "A", 1)
			row(t, x, "Sheet1", "A6", "B", 2, "", "see below")
		}), ingest.Options{})
		if f := r.Files[0]; f.Created != 2 || !strings.Contains(strings.Join(f.FieldsAdded, " "), "name size column_4") {
			t.Errorf("%+v", f)
		}
	})
	t.Run("several sheets", func(t *testing.T) {
		m := newMemory()
		r := bring(t, m, workbook(t, func(x *excelize.File) {
			for _, name := range []string{"deals", "Clients", "empty", "notes"} {
				if _, err := x.NewSheet(name); err != nil {
					t.Fatal(err)
				}
			}
			row(t, x, "deals", "A1", "deal_id", "client")
			row(t, x, "deals", "A2", "D1", "Northwind")
			row(t, x, "deals", "A3", "D2", "Southwind")
			row(t, x, "Clients", "A1", "client", "size")
			row(t, x, "Clients", "A2", "Northwind", 5)
			row(t, x, "Clients", "A3", "Southwind", 6)
			row(t, x, "notes", "A1", "title", "", "", "", "", "x")
			row(t, x, "notes", "A2", "", "", 5)
		}), ingest.Options{})
		if len(r.Files) != 2 || r.Files[0].Object != "clients" || r.Files[1].Sheet != "deals" || r.Files[1].Links["client"].Linked != 2 {
			t.Errorf("%+v", r)
		}
	})
}

// TestExportAndImportAgain holds that what goes out comes back without a change, in each format.
func TestExportAndImportAgain(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t,
		"accounts.csv", table("account,size,joined,notes,active,tags,seen", "\"North, \"\"wind\"\"\",1.5,2017-01-02,\"=1+2\nsecond, line\",yes,red; blue,2017-01-02 10:00", "Südwind,2,,-,no,red,")+repeat("A#,3,2017-02-03,x,no,blue,2017-03-04 11:30", 20),
		"deals.csv", table("deal_id,account,value,parent_deal", "D1,Südwind,$10.5,", "D2,,$1234,D1", "D3,\"North, \"\"wind\"\"\",,D1"),
		"log.csv", table("what,when", "call,2017-01-02", "call,2017-01-02", "mail,2017-01-03"),
	), ingest.Options{})
	for _, format := range []string{"csv", "json"} {
		for _, object := range []string{"accounts", "deals", "log"} {
			var b bytes.Buffer
			e, err := ingest.NewEncoder(format, &b)
			if err != nil {
				t.Fatal(err)
			}
			if err := m.Export(t.Context(), ann, object, crm.Filter{}, func(cols []crm.Column, values []any) error {
				return e.Row(append([]crm.Column{{Name: "id", Path: "id"}}, cols...), append([]any{int64(1)}, values...))
			}); err != nil {
				t.Fatal(err)
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			before := m.clone()
			f := bring(t, m, files(t, object+"."+format, b.String()), ingest.Options{}).Files[0]
			if f.Created+f.Updated != 0 || f.Unchanged != f.Rows || len(f.FieldsAdded) != 0 {
				t.Errorf("%s as %s came back as %+v:\n%s", object, format, f, b.String())
			}
			if diff := cmp.Diff(before.records, m.records); diff != "" {
				t.Errorf("%s as %s changed records:\n%s", object, format, diff)
			}
			if diff := cmp.Diff(before.schema, m.schema); diff != "" {
				t.Errorf("%s as %s changed the schema:\n%s", object, format, diff)
			}
		}
	}
}

func TestExportOfNothing(t *testing.T) {
	for format, want := range map[string]string{"csv": "name,size\n", "json": "[]\n"} {
		var b bytes.Buffer
		e, err := ingest.NewEncoder(format, &b)
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Begin([]crm.Column{{Name: "Name", Path: "name"}, {Name: "Size", Path: "size"}}); err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s: %q, want %q", format, b.String(), want)
		}
	}
}
