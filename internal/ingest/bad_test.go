package ingest_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/sys/unix"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

func TestWhatIsNoTable(t *testing.T) {
	for _, tt := range []struct{ name, file, content, says string }{
		{"empty", "a.csv", "", "empty"},
		{"blank", "a.csv", " \n\n", "empty"},
		{"a header alone", "a.csv", "name,size\n", "no rows"},
		{"values first", "a.csv", "1,2,3\n4,5,6\n", "no header"},
		{"prose", "readme.txt", "This is a text that somebody wrote about the data.\nIt goes on.\n", "sentence"},
		{"PDF", "a.csv", "%PDF-1.4 ...", "not text"},
		{"web page", "a.csv", "<!doctype html><table></table>", "web page"},
		{"old Excel", "a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "old or an encrypted Excel"},
		{"one JSON object", "a.json", "{\n \"a\": 1\n}", "not a list"},
		{"JSON of nothing", "a.json", "[]", "not a table: its list is empty"},
		{"JSON of numbers", "a.json", "[1,2,3]", "plain values"},
		{"JSON of texts", "a.json", "[\"a\",\n\"b\"]\n", "plain values"},
		{"JSON of lists", "a.json", "[[\"name\"],[1]]", "plain values or lists"},
		{"JSON without a list of objects", "a.json", "{\n\"tags\":[\"a\"]}", "not a list"},
		{"a title above", "a.csv", "Report for 2017\nname,size,seen\nA,1,x\nB,2,y\n", "title"},
		{"a few names", "a.csv", "a,,,,,b\n1,2,3,4,5,6\n", "names 2 of 6"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ingest.Prepare(t.Context(), newMemory(), ann, files(t, tt.file, tt.content), ingest.Options{})
			if fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), tt.says) || fail.As(err).Hint == "" {
				t.Errorf("%v", err)
			}
			p := prepare(t, newMemory(), files(t, tt.file, tt.content, "good.csv", "name,size\nA,1\n"), ingest.Options{})
			if len(p.Files) != 1 || len(p.Skipped) != 1 || p.Skipped[0].File != tt.file {
				t.Errorf("beside a good file: %+v", p.Skipped)
			}
		})
	}
}

// cutBook is a workbook without its end.
func cutBook(t *testing.T) string {
	text, err := os.ReadFile(workbook(t, func(x *excelize.File) { row(t, x, "Sheet1", "A1", "name", "size") })[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text[:len(text)/2])
}

func TestBadFiles(t *testing.T) {
	wide := strings.TrimSuffix(strings.Repeat("c,", 10_000), ",")
	for _, tt := range []struct{ name, file, content, says string }{
		{"10,000 columns", "a.csv", wide + "\n" + wide + "\n", "10000 columns"},
		{"a torn header", "a.csv", "\"name,size\nA,1\n", "header"},
		{"a zip that is no workbook", "a.xlsx", "PK\x03\x04 nothing", "not a workbook"},
		{"a workbook cut off", "a.xlsx", cutBook(t), "not a workbook"},
		{"a huge JSON value", "a.json", "[{\"a\":1},\n{\"a\":\"" + strings.Repeat("x", 40<<20) + "\"}]", "more than 16 MiB"},
		{"broken JSON", "a.json", "[\n{\"a\":1},\n{\"a\":\n", "line 4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ingest.Prepare(t.Context(), newMemory(), ann, files(t, tt.file, tt.content), ingest.Options{})
			if fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), tt.says) || fail.As(err).Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("a file that is not there", func(t *testing.T) {
		_, err := ingest.Prepare(t.Context(), newMemory(), ann, []ingest.Source{{Name: "x.csv", Path: filepath.Join(t.TempDir(), "x.csv")}}, ingest.Options{})
		if fail.KindOf(err) != fail.NotFound {
			t.Errorf("%v", err)
		}
	})
	t.Run("a pipe that nobody writes to", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ingest.Prepare(t.Context(), newMemory(), ann, []ingest.Source{{Name: "x.csv", Path: path}}, ingest.Options{})
		if fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "pipe") {
			t.Errorf("%v", err)
		}
	})
	t.Run("a folder", func(t *testing.T) {
		_, err := ingest.Prepare(t.Context(), newMemory(), ann, []ingest.Source{{Name: "x", Path: t.TempDir()}}, ingest.Options{})
		if fail.KindOf(err) != fail.Invalid {
			t.Errorf("%v", err)
		}
	})
}

// TestZipBomb makes workbooks that unpack to more than any table needs, and one that lies about it.
func TestZipBomb(t *testing.T) {
	for name, claimed := range map[string]uint64{"honest": 4 << 30, "lying": 100} {
		t.Run(name, func(t *testing.T) {
			var packed bytes.Buffer
			squeeze, err := flate.NewWriter(&packed, flate.BestSpeed)
			if err != nil {
				t.Fatal(err)
			}
			block := make([]byte, 1<<20)
			for range 64 {
				if _, err := squeeze.Write(block); err != nil {
					t.Fatal(err)
				}
			}
			if err := squeeze.Close(); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "bomb.xlsx")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			z := zip.NewWriter(f)
			w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: claimed})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(packed.Bytes()); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(z.Close(), f.Close()); err != nil {
				t.Fatal(err)
			}
			before := heap()
			_, err = ingest.Prepare(t.Context(), newMemory(), ann, []ingest.Source{{Name: "bomb.xlsx", Path: path}}, ingest.Options{})
			if fail.KindOf(err) != fail.Invalid || fail.As(err).Hint == "" || name == "honest" && !strings.Contains(err.Error(), "unpacks to more than") {
				t.Errorf("%v", err)
			}
			if grown := heap() - before; grown > 8<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestRejects holds that each bad row is one reject with its line, that nothing else is lost, and that without --yes
// nothing at all is written.
func TestRejects(t *testing.T) {
	good := repeat("G#,retail,10/20/2016,5", 120)
	for _, tt := range []struct {
		name, row string
		want      crm.Reject
	}{
		{"no such day", "X,retail,2/30/2017,5", crm.Reject{Row: 122, Column: "joined", Value: "2/30/2017", Reason: "February 2017 has no day 30."}},
		{"no number", "X,retail,2/20/2017,five", crm.Reject{Row: 122, Column: "size", Value: "five", Reason: "Not a number. Leave it empty to import."}},
		{"too few cells", "X,retail", crm.Reject{Row: 122, Value: "X,retail", Reason: "It has 2 cells, and the header has 4. Add the missing ones, or check for a line end inside a text without quotes."}},
		{"far too many cells", "X,a,b,c,d,e,f", crm.Reject{Row: 122, Value: "X,a,b,c,d,e,f", Reason: "It has 7 cells, and the header has 4. Put a text that holds the separator in quotes."}},
		{"a torn quote", "X,\"retail,2/20/2017,5", crm.Reject{Row: 122, Value: "X,\"retail,2/20/2017,5", Reason: "A quote is not closed properly. Close it, or double it inside a quoted cell."}},
		{"a NUL", "X,re\x00tail,2/20/2017,5", crm.Reject{Row: 122, Value: "X,re\x00tail,2/20/2017,5", Reason: "It holds a NUL character. Remove it."}},
		{"a key twice", "Gaa,retail,2/20/2017,5", crm.Reject{Row: 122, Column: "account", Value: "Gaa", Reason: "The key stands in row 2 too."}},
		{"no key", ",retail,2/20/2017,5", crm.Reject{Row: 122, Column: "account", Value: "", Reason: "The key is empty. Every row needs one."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := files(t, "accounts.csv", "account,sector,joined,size\n"+good+tt.row+"\nLast,retail,1/2/2017,9\n")
			m := newMemory()
			p := prepare(t, m, src, ingest.Options{})
			if diff := cmp.Diff([]crm.Reject{tt.want}, p.Files[0].Rejects); diff != "" {
				t.Errorf("beforehand (-want +got):\n%s", diff)
			}
			_, err := p.Import(t.Context(), m, ann, nil)
			if fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "1 of 122 rows") || !strings.Contains(fail.As(err).Hint, "--yes") {
				t.Errorf("without --yes: %v", err)
			}
			if len(m.schema.Objects) != 0 {
				t.Error("something was written")
			}
			dir := t.TempDir()
			f := bring(t, m, src, ingest.Options{Yes: true, RejectDir: dir}).Files[0]
			if f.Created != 121 || f.Rows != 122 {
				t.Errorf("%+v", f)
			}
			if diff := cmp.Diff([]crm.Reject{tt.want}, f.Rejected); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if f.RejectsFile != filepath.Join(dir, "accounts.rejects.csv") {
				t.Errorf("the file of rejects is %q", f.RejectsFile)
			}
		})
	}
}

func TestDuplicatesByKeyAreShown(t *testing.T) {
	src := files(t, "data.csv", table("nr,who", "A,x", "B,y", "A,z", "A,w", "B,v", "C,u"))
	p := prepare(t, newMemory(), src, ingest.Options{Key: "nr"})
	if diff := cmp.Diff([]ingest.Duplicate{{Value: "A", Rows: []int64{2, 4, 5}}, {Value: "B", Rows: []int64{3, 6}}}, p.Files[0].Duplicates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.Rejected != 3 {
		t.Errorf("%d rejects", p.Rejected)
	}
}

func TestCorrectedRejectsComeIn(t *testing.T) {
	dir := t.TempDir()
	src := files(t, "accounts.csv", "account,sector,joined\n"+repeat("G#,retail,10/20/2016", 120)+"X,\"re, tail\",2/30/2017\n")
	m := newMemory()
	f := bring(t, m, src, ingest.Options{Yes: true, RejectDir: dir}).Files[0]
	text, err := os.ReadFile(f.RejectsFile)
	if err != nil {
		t.Fatal(err)
	}
	if want := "reject_reason,account,sector,joined\nFebruary 2017 has no day 30.,X,\"re, tail\",2/30/2017\n"; string(text) != want {
		t.Errorf("the file of rejects:\n%s\nwant:\n%s", text, want)
	}
	again := bring(t, m, src, ingest.Options{Yes: true, RejectDir: dir}).Files[0]
	if again.RejectsFile != filepath.Join(dir, "accounts.rejects-2.csv") || again.Unchanged != 120 {
		t.Errorf("a second import: %+v", again)
	}
	if err := os.WriteFile(f.RejectsFile, []byte(strings.ReplaceAll(string(text), "2/30/2017", "2/28/2017")), 0o600); err != nil {
		t.Fatal(err)
	}
	got := bring(t, m, []ingest.Source{{Name: "accounts.rejects.csv", Path: f.RejectsFile}}, ingest.Options{}).Files[0]
	if got.Object != "accounts" || got.Created != 1 || len(got.FieldsAdded) != 0 {
		t.Errorf("the corrected file: %+v", got)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left in the folder: %v %v", entries, err)
	}
}

func TestATornQuoteCostsOneLine(t *testing.T) {
	m := newMemory()
	rows := repeat("G#,\"x, y\",5", 30)
	f := bring(t, m, files(t, "things.csv", "thing,note,size\n"+rows+"T1,\"open,5\n"+strings.ReplaceAll(rows, "G", "H")+"T2,\"a\"b,6\nT3,\"two\nlines\",7\n"), ingest.Options{Yes: true}).Files[0]
	if f.Rows != 63 || f.Created != 61 || len(f.Rejected) != 2 || f.Rejected[0].Row != 32 || f.Rejected[1].Row != 63 {
		t.Errorf("%+v", f)
	}
}

func TestRepairs(t *testing.T) {
	good := repeat("C#,retail,1990,Bonn #", 30) + repeat("D#,medical,1990,Bonn", 10)
	for _, tt := range []struct {
		name, row string
		want      ingest.Repair
	}{
		{"one place fits", "North, Ltd,retail,1991,Kiel", ingest.Repair{Row: 42, Column: "account", Before: "North, Ltd,retail,1991,Kiel", After: "North, Ltd"}},
		{"in the last column", "North,retail,1991,Kiel, Germany", ingest.Repair{Row: 42, Column: "place", Before: "North,retail,1991,Kiel, Germany", After: "Kiel, Germany"}},
		{"an empty cell at the end", "North,retail,1991,Kiel,", ingest.Repair{}},
		{"no place fits", "North,retail,x,y,Kiel", ingest.Repair{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := files(t, "accounts.csv", "account,sector,year,place\n"+good+tt.row+"\n")
			p := prepare(t, newMemory(), src, ingest.Options{})
			f := p.Files[0]
			if tt.want == (ingest.Repair{}) {
				if f.Rejected != 1 || f.Repaired != 0 {
					t.Errorf("rejected %+v, repaired %+v", f.Rejects, f.Repairs)
				}
				return
			}
			if len(f.Repairs) != 1 || f.Repairs[0].Rule == "" {
				t.Fatalf("repairs %+v, rejects %+v", f.Repairs, f.Rejects)
			}
			f.Repairs[0].Rule = ""
			if diff := cmp.Diff(tt.want, f.Repairs[0]); diff != "" {
				t.Error(diff)
			}
			m := newMemory()
			r := bring(t, m, src, ingest.Options{})
			if names := shown(t, m, "accounts", tt.want.Column); names[40] != tt.want.After || r.Files[0].Repaired != 1 {
				t.Errorf("read %q; %+v", names[40], r.Files[0])
			}
		})
	}
	t.Run("two places fit", func(t *testing.T) {
		p := prepare(t, newMemory(), files(t, "things.csv", table("thing,note,size", "A,x,1", "B,y,2", "C,z, w,3")), ingest.Options{})
		if f := p.Files[0]; f.Rejected != 1 || !strings.Contains(f.Rejects[0].Reason, "more than one way") {
			t.Errorf("%+v", f.Rejects)
		}
	})
}

func TestKeylessFilesComeInOnce(t *testing.T) {
	m := newMemory()
	src := files(t, "calls.csv", table("kind,day,minutes", "in,2017-01-02,5", "in,2017-01-02,5", "out,2017-01-03,7"))
	if f := bring(t, m, src, ingest.Options{}).Files[0]; f.Created != 3 {
		t.Fatalf("%+v", f)
	}
	if f := bring(t, m, src, ingest.Options{}).Files[0]; f.Created != 0 || f.Unchanged != 3 {
		t.Errorf("again: %+v", f)
	}
	more := files(t, "calls.csv", table("kind,day,minutes", "in,2017-01-02,5", "in,2017-01-02,5", "in,2017-01-02,5", "out,2017-01-03,7"))
	if f := bring(t, m, more, ingest.Options{}).Files[0]; f.Created != 1 || f.Unchanged != 3 {
		t.Errorf("with one row more: %+v", f)
	}
}

func TestOptions(t *testing.T) {
	src := files(t, "data.csv", table("nr,who,when", "A,x,2017-01-02", "B,y,2017-01-03", "C,x,2017-01-04"))
	t.Run("object, map and key", func(t *testing.T) {
		m := newMemory()
		bring(t, m, src, ingest.Options{Object: "Support tickets", Map: map[string]string{"who": "customer", "when": "-"}, Key: "nr"})
		o := objectOf(t, m, "support_tickets")
		var names []string
		for _, f := range o.Fields {
			names = append(names, f.Name)
		}
		if diff := cmp.Diff([]string{"nr", "customer"}, names); diff != "" {
			t.Error(diff)
		}
		if o.Label != "Support ticket" || o.Plural != "Support tickets" {
			t.Errorf("called %q, %q", o.Label, o.Plural)
		}
	})
	for name, tt := range map[string]struct {
		o    ingest.Options
		kind fail.Kind
	}{
		"unknown column in the map": {ingest.Options{Map: map[string]string{"whom": "x"}}, fail.NotFound},
		"unknown key":               {ingest.Options{Key: "number"}, fail.NotFound},
		"unknown order":             {ingest.Options{DateOrder: map[string]ingest.Order{"when": "x"}}, fail.Usage},
		"unknown fix":               {ingest.Options{Fix: map[string]map[string]ingest.Fix{"who": {"x": {Do: "what"}}}}, fail.Usage},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ingest.Prepare(t.Context(), newMemory(), ann, src, tt.o)
			if fail.KindOf(err) != tt.kind || fail.As(err).Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("one object for two files", func(t *testing.T) {
		two := append(files(t, "other.csv", "a,b\nx,y\n"), src...)
		if _, err := ingest.Prepare(t.Context(), newMemory(), ann, two, ingest.Options{Object: "thing"}); fail.KindOf(err) != fail.Usage {
			t.Errorf("%v", err)
		}
	})
	t.Run("two files of one name", func(t *testing.T) {
		two := append(files(t, "data.csv", "a,b\nx,y\n"), src...)
		if _, err := ingest.Prepare(t.Context(), newMemory(), ann, two, ingest.Options{}); fail.KindOf(err) != fail.Invalid {
			t.Errorf("%v", err)
		}
	})
	t.Run("a dry run keeps nothing and its numbers are those of the import", func(t *testing.T) {
		m := newMemory()
		r := bring(t, m, src, ingest.Options{DryRun: true})
		if !r.DryRun || r.Files[0].Created != 3 || len(m.schema.Objects) != 0 {
			t.Errorf("%+v", r)
		}
	})
}

func TestExistingFieldsLead(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "deals.csv", table("deal_id,stage,value,closed,place", "A,won,5,2017-01-02,07", "B,lost,6,2017-01-02,08", "C,won,7,,09", "D,lost,8,,10")), ingest.Options{})
	src := files(t, "deals.csv", table("Deal ID,Stage,VALUE,closed,place,extra", "A,Won,5,2017-01-02,7,x", "E,on hold,6.25,1/31/2017,11,y", "F,lost,,,12,z"))
	p := prepare(t, m, src, ingest.Options{})
	f := p.Files[0]
	if diff := cmp.Diff([]string{"on hold"}, columnOf(t, f, "Stage").NewOptions); diff != "" {
		t.Error(diff)
	}
	if f.New || f.Key != "deal_id" || columnOf(t, f, "place").Type != crm.Text {
		t.Errorf("%+v", f)
	}
	r := bring(t, m, src, ingest.Options{}).Files[0]
	if r.Created != 2 || r.Updated != 1 || len(r.FieldsAdded) != 1 || r.FieldsAdded[0] != "extra" {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]string{"won", "lost", "won", "lost", "on hold", "lost"}, shown(t, m, "deals", "stage")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"5.00", "6.00", "7.00", "8.00", "6.25", ""}, shown(t, m, "deals", "value")); diff != "" {
		t.Error(diff)
	}
}

func TestOneColumn(t *testing.T) {
	m := newMemory()
	f := bring(t, m, files(t, "tags.csv", "tag\nRed, dark\nBlue\n\"Green; light\"\n"), ingest.Options{}).Files[0]
	if f.Created != 3 || shown(t, m, "tags", "tag")[0] != "Red, dark" {
		t.Errorf("%+v", f)
	}
}

func TestHeaders(t *testing.T) {
	m := newMemory()
	p := prepare(t, m, files(t, "data.csv", "Name,id,Close Value ($),Name,,\nA,1,5,x,y,\nB,2,6,z,w,\n"), ingest.Options{})
	var got []string
	for _, c := range p.Files[0].Columns {
		got = append(got, c.Field)
	}
	if diff := cmp.Diff([]string{"name", "source_id", "close_value", "name_2", "column_5"}, got); diff != "" {
		t.Error(diff)
	}
	if len(p.Files[0].Notes) != 1 {
		t.Errorf("notes: %q", p.Files[0].Notes)
	}
}

// TestMemory holds that the heap does not grow with the file: four times the rows may not take twice the memory.
func TestMemory(t *testing.T) {
	peak := func(rows int) int64 {
		src := deals(t, t.TempDir(), rows)
		before := heap()
		var most int64
		s := &sink{memory: newMemory()}
		p := prepare(t, s, src, ingest.Options{})
		most = heap() - before
		if _, err := p.Import(t.Context(), s, ann, func(done, total int64) {
			if done%8192 == 0 {
				most = max(most, heap()-before)
			}
		}); err != nil {
			t.Fatal(err)
		}
		if s.rows != int64(rows)+430 {
			t.Fatalf("%d rows came of %d", s.rows, rows)
		}
		return most
	}
	small, large := peak(60_000), peak(240_000)
	if large > 48<<20 || large > 2*small+(8<<20) {
		t.Errorf("%d KiB for 60,000 rows, %d KiB for 240,000", small>>10, large>>10)
	}
}

func TestCancel(t *testing.T) {
	src := deals(t, t.TempDir(), 50_000)
	ctx, cancel := context.WithCancel(t.Context())
	m := newMemory()
	p := prepare(t, m, src, ingest.Options{})
	_, err := p.Import(ctx, m, ann, func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || len(m.schema.Objects) != 0 {
		t.Errorf("%v, %d objects", err, len(m.schema.Objects))
	}
	if _, err := ingest.Prepare(ctx, m, ann, src, ingest.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("prepare: %v", err)
	}
}

func TestProgress(t *testing.T) {
	var last, all int64
	m := newMemory()
	p := prepare(t, m, deals(t, t.TempDir(), 3000), ingest.Options{})
	if _, err := p.Import(t.Context(), m, ann, func(done, total int64) {
		if done < last {
			t.Errorf("went back from %d to %d", last, done)
		}
		last, all = done, total
	}); err != nil {
		t.Fatal(err)
	}
	if last != 3430 || all != 3430 {
		t.Errorf("ended at %d of %d", last, all)
	}
}
