package ingest_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// FuzzCSV holds what heldWhole does of any text.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"name,size\nA,1\nB,2\n", "a;b\n\"x\ny\";1,5\n", "a,b\n\"x,1\ny,2\n", "a\tb\n1\t2\t3\n", "\xff\xfea\x00,\x00b\x00\n\x00", "a,b\nx\x00,1\n",
		"a,b\n1/2/2016,3\n", "id,id\n1,1\n1,2\n", "a,b,c\n,,\n\"\",\"\",x\n", "a,b\r1,2\r", "a,b\n\"1\"\"2\",\"x\" \n", "B,b\n000000,00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { heldWhole(t, "data.csv", content) })
}

// FuzzJSON holds it of JSON: a list of objects, and an object with a list in it.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`[{"a":1,"b":{"c":2}}]`, `[{"name":"A","size":1.50},{"name":"B","size":null,"more":[1,"x",{"y":true}]}]`, `{"people":[{"name":"A"},{"name":"B"}],"total":2}`,
		`[{"a":1e999,"b":"\ud800"},{"a":-0.0,"b":"\u0000"}]`, `[{"a":"x","a":"y"},{"":1}]`, `[{"a":[[["b"]]]}`, `[{"name":"A; B","tags":["x;y","\"z"]},{"name":"C","tags":[]}]`, "\ufeff[{\"id\":12345678901234567890}]",
		`[{"a":1},2]`, `[{"t":"2016-10-20T12:00:00Z","ok":"yes"},{"t":"20/10/2016","ok":"no"}]`, `{"a":{"b":[{"c":1},{"c":2}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { heldWhole(t, "data.json", content) })
}

// FuzzJSONLines holds it of JSON with one object a line.
func FuzzJSONLines(f *testing.F) {
	for _, seed := range []string{
		"{\"a\":1}\n{\"a\":\n", "{\"name\":\"A\",\"size\":1}\n{\"name\":\"B\",\"size\":2}\n", "{\"a\":1}\n\n{\"a\":2}", "{\"a\":1}{\"a\":2}\n{\"b\":3}\n", "{\"a\":1}\r\n[1]\r\n{\"a\":\"\xff\"}\r\n",
		"{\"a\":{\"b\":1,\"c\":[1,2]}}\n{\"a\":{\"b\":\"x\"}}\n", "{\"a\":\"x\\u0000\"}\n{\"a\":\"y\"}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { heldWhole(t, "data.jsonl", content) })
}

// FuzzVCard holds it of cards of each version.
func FuzzVCard(f *testing.F) {
	for _, seed := range []string{
		"BEGIN:VCARD\nFN:A\nEND:VCARD\n", card("2.1", "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg", "TEL;WORK;VOICE:+49 30 1", "NOTE;ENCODING=QUOTED-PRINTABLE:a=", "b"),
		card("3.0", "FN:Ann\\; Lee", "ORG:North;Sales", "ADR;TYPE=WORK:;;1 Main St;Bonn;;;Germany", "EMAIL;TYPE=PREF:a@x.example", "item1.URL:https://a.example", "NOTE:one\\,", " two"),
		card("4.0", "FN:A", "BDAY:--0412", "TEL;VALUE=uri;PREF=1:tel:+49-30-1", "CATEGORIES:x,y", "PHOTO:data:image/png;base64,AAAA"),
		"BEGIN:VCARD\nBEGIN:VCARD\nFN:A\nEND:VCARD\n", "BEGIN:VCARD\nFN:A\n", "BEGIN:VCARD\n:\n;=:\nFN\nEND:VCARD\nBEGIN:VCARD\nEND:VCARD\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) { heldWhole(t, "data.vcf", content) })
}

// FuzzXLSX holds it of a workbook whose zip file is damaged, or has anything in it.
func FuzzXLSX(f *testing.F) {
	f.Add(book(f))
	f.Add(repacked(f, book(f), nil))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, content []byte) { heldWhole(t, "data.xlsx", content) })
}

// FuzzSheet holds it of the parts of a workbook: the cells of a sheet, the texts that they share, and their formats.
func FuzzSheet(f *testing.F) {
	whole := book(f)
	sheet, texts, styles := part(f, whole, "xl/worksheets/sheet1.xml"), part(f, whole, "xl/sharedStrings.xml"), part(f, whole, "xl/styles.xml")
	f.Add(sheet, texts, styles)
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="str"><v>size</v></c></row><row r="2"><c r="A2" t="s"><v>99</v></c><c r="B2" t="b"><v>1</v></c></row><row r="3"><c r="A3" t="e"><v>#REF!</v></c><c r="B3"><f>A1</f></c></row></sheetData></worksheet>`), texts, styles)
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1e308</v></c></row><row r="0"><c r=""><v>-1</v></c></row></sheetData></worksheet>`), texts, styles)
	f.Fuzz(func(t *testing.T, sheet, texts, styles []byte) {
		content := repacked(t, whole, map[string][]byte{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": texts, "xl/styles.xml": styles})
		heldWhole(t, "data.xlsx", content)
	})
}

// heldWhole imports a file, whatever it is, and holds that nothing panics, that what is refused is refused in a sentence,
// that every row is taken or rejected, and that the same file again changes nothing.
func heldWhole(t *testing.T, name string, content []byte) {
	src := files(t, name, string(content))
	m := newMemory()
	for _, again := range []bool{false, true} {
		p, err := ingest.Prepare(t.Context(), m, ann, src, ingest.Options{Yes: true})
		if err != nil {
			if fail.KindOf(err) == fail.Failed {
				t.Fatalf("no sentence for a person: %v", err)
			}
			return
		}
		if len(p.Questions) > 0 {
			return
		}
		r, err := p.Import(t.Context(), m, ann, nil)
		if err != nil {
			t.Fatalf("import, again %v: %v", again, err)
		}
		for _, f := range r.Files {
			if f.Created+f.Updated+f.Unchanged+f.RejectedRows != f.Rows {
				t.Fatalf("%d rows, and what became of them: %+v", f.Rows, f)
			}
			if again && f.Created+f.Updated > 0 {
				t.Fatalf("a second import changed something: %+v\n%s", f, fmt.Sprint(m.records))
			}
		}
	}
}

// book is a small workbook with texts, numbers, a day and a formula.
func book(t testing.TB) []byte {
	t.Helper()
	x := excelize.NewFile()
	day := "dd/mm/yyyy"
	style, err := x.NewStyle(&excelize.Style{CustomNumFmt: &day})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{{"A1", "name", "born", "size", "double"}, {"A2", "Zoë", 31149, 1.5}, {"A3", "Ana", 33238, 2}} {
		cells := row[1:]
		if err := x.SetSheetRow("Sheet1", row[0].(string), &cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.SetColStyle("Sheet1", "B", style); err != nil {
		t.Fatal(err)
	}
	if err := x.SetCellFormula("Sheet1", "D2", "C2*2"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// repacked is a workbook with some of its parts replaced, none of them compressed.
func repacked(t testing.TB, book []byte, parts map[string][]byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		text, there := parts[f.Name]
		if !there {
			text = part(t, book, f.Name)
		}
		w, err := out.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// part reads one part of a workbook.
func part(t testing.TB, book []byte, name string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := in.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
