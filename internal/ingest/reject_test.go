package ingest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/ingest"
)

// TestRejectsKeepWhatStoodThere holds, for each format and each way in which a row can be torn, that the file of rejects
// has its text to the last character, that importing that file uncorrected brings nothing in and gives the same file
// again, and that the corrected file comes in.
func TestRejectsKeepWhatStoodThere(t *testing.T) {
	csv := "code,name,size\n" + repeat("G#,x,5", 120)
	jsonl := strings.ReplaceAll(repeat(`{"code":"G#","name":"x","size":5}`, 120), "\r", "")
	cards := repeat("BEGIN:VCARD\nVERSION:3.0\nUID:G#\nFN:Ann #\nEND:VCARD", 120)
	for _, tt := range []struct {
		name, file, good, bad string
		rejects               string // what the file of rejects is, without its header
		corrected             string // what a person makes of it; the header is added
	}{
		{"a torn quote", "things.csv", csv, "\"abc,d,6\n",
			"\"Correct the row, then clear this: A quote is not closed properly. Close it, or double it inside a quoted cell.\",\"\"\"abc\",d,6\n", ",abc,d,6\n"},
		{"a quote within a text", "things.csv", csv, "a\"b,\"c\"d,6\n",
			"\"Correct the row, then clear this: A quote is not closed properly. Close it, or double it inside a quoted cell.\",\"a\"\"b\",\"\"\"c\"\"d\",6\n", ",abc,cd,6\n"},
		{"cells too many", "things.csv", csv, "a,b,c,d,e\n",
			"\"Correct the row, then clear this: It has 5 cells, and the header has 3. Put a text that holds the separator in quotes.\",a,b,c,d,e\n", ",a,b,6\n"},
		{"cells too few", "things.csv", csv, "a\n",
			"\"Correct the row, then clear this: It has 1 cells, and the header has 3. Add the missing ones, or check for a line end inside a text without quotes.\",a\n", ",a,b,6\n"},
		{"a value", "things.csv", csv, "a,b,six\n", "Not a number. Leave it empty to import.,a,b,six\n", "Not a number. Leave it empty to import.,a,b,6\n"},
		{"a key twice", "things.csv", csv, "Gaa,b,7\n", "\"Correct the row, then clear this: The key stands in row 2 too.\",Gaa,b,7\n", ",Other,b,7\n"},
		{"a broken JSON line", "things.jsonl", jsonl, "{\"code\":\"a\",\n",
			`{"reject_reason":"Correct the row, then clear this: It is not valid JSON.","reject_text":"{\"code\":\"a\","}` + "\n", `{"code":"a"}` + "\n"},
		{"no JSON object", "things.jsonl", jsonl, "3\n",
			`{"reject_reason":"Correct the row, then clear this: It is not a JSON object.","reject_text":"3"}` + "\n", `{"code":"3"}` + "\n"},
		{"JSON nested too deep", "things.jsonl", jsonl, `{"code":"a", "b":{"c":{"d":1}}}` + "\n",
			`{"reject_reason":"Correct the row, then clear this: \"b c\" is nested more than one level deep. Write its members side by side.","code":"a","b":{"c":{"d":1}}}` + "\n",
			`{"reject_reason":"","code":"a","b":1}` + "\n"},
		{"a list of objects in JSON", "things.jsonl", jsonl, `{"code":"a","items":[{"b":1}]}` + "\n",
			`{"reject_reason":"Correct the row, then clear this: \"items\" is a list of objects. Give them a file of their own.","code":"a","items":[{"b":1}]}` + "\n", `{"code":"a"}` + "\n"},
		{"a value in JSON", "things.jsonl", jsonl, `{"code":"a","size":"six"}` + "\n",
			`{"reject_reason":"Not a number. Leave it empty to import.","code":"a","size":"six"}` + "\n", `{"reject_reason":"Not a number. Leave it empty to import.","code":"a","size":6}` + "\n"},
		{"a torn card", "people.vcf", cards, "BEGIN:VCARD\nVERSION:3.0\nFN:Torn\nTEL:123",
			"BEGIN:VCARD\r\nX-REJECT-REASON:Correct the row\\, then clear this: The card cannot be read: its beginning or its end is missing.\r\nVERSION:3.0\r\nFN:Torn\r\nTEL:123\r\n",
			"BEGIN:VCARD\nUID:T\nVERSION:3.0\nFN:Torn\nEND:VCARD\n"},
		{"a value of a card", "people.vcf", cards, "BEGIN:VCARD\nVERSION:3.0\nUID:Gaa\nFN:Twice\nEND:VCARD\n",
			"BEGIN:VCARD\r\nX-REJECT-REASON:Correct the row\\, then clear this: The key stands in row 1 too.\r\nVERSION:3.0\r\nUID:Gaa\r\nFN:Twice\r\nEND:VCARD\r\n",
			"BEGIN:VCARD\r\nX-REJECT-REASON:\r\nVERSION:3.0\r\nUID:Other\r\nFN:Twice\r\nEND:VCARD\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, m := t.TempDir(), newMemory()
			o := ingest.Options{Yes: true, RejectDir: dir, Key: map[bool]string{true: "uid", false: "code"}[strings.HasSuffix(tt.file, "vcf")]}
			f := bring(t, m, files(t, tt.file, tt.good+tt.bad), o).Files[0]
			if f.Created != 120 || f.RejectedRows != 1 {
				t.Fatalf("%+v", f)
			}
			header := ""
			if strings.HasSuffix(tt.file, ".csv") {
				header = "reject_reason,code,name,size\n"
			}
			text, err := os.ReadFile(f.RejectsFile)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(header+tt.rejects, string(text)); diff != "" {
				t.Errorf("the file of rejects (-want +got):\n%s", diff)
			}
			before := m.clone()
			again, err := ingest.Prepare(t.Context(), m, ann, []ingest.Source{{Name: filepath.Base(f.RejectsFile), Path: f.RejectsFile}}, o)
			if err == nil {
				r, err := again.Import(t.Context(), m, ann, nil)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(before.records, m.records); diff != "" {
					t.Errorf("uncorrected it brought in:\n%s", diff)
				}
				if second, err := os.ReadFile(r.Files[0].RejectsFile); err != nil || !bytes.Equal(text, second) {
					t.Errorf("its own rejects are %q, %v", second, err)
				}
			}
			if r := bring(t, m, files(t, filepath.Base(f.RejectsFile), header+tt.corrected), ingest.Options{Key: o.Key}).Files[0]; r.Created != 1 || r.Object != f.Object {
				t.Errorf("corrected: %+v", r)
			}
		})
	}
}

// TestUncorrectedJSONRejectsBringNothing is an array whose elements are of several kinds.
func TestUncorrectedJSONRejectsBringNothing(t *testing.T) {
	dir, m := t.TempDir(), newMemory()
	f := bring(t, m, files(t, "things.json", `[{"a":1,"b":{"c":{"d":1}}},{"a":2},3]`), ingest.Options{Yes: true, RejectDir: dir}).Files[0]
	if f.Created != 1 || f.RejectedRows != 2 {
		t.Fatalf("%+v", f)
	}
	r := bring(t, m, []ingest.Source{{Name: "things.rejects.jsonl", Path: f.RejectsFile}}, ingest.Options{Yes: true, RejectDir: dir}).Files[0]
	if r.Created != 0 || r.RejectedRows != 2 || len(m.records["things"]) != 1 {
		t.Errorf("%+v, %v", r, m.records["things"])
	}
}

// TestALineTooLongKeepsItsBeginning holds that a line which no table has is a reject of its own with a mebibyte of it.
func TestALineTooLongKeepsItsBeginning(t *testing.T) {
	dir := t.TempDir()
	long := "X," + strings.Repeat("é", 1<<20)
	f := bring(t, newMemory(), files(t, "things.csv", "code,name\nA,a\n"+long+"\nB,b\n"), ingest.Options{Yes: true, RejectDir: dir}).Files[0]
	text, err := os.ReadFile(f.RejectsFile)
	if err != nil || f.Created != 2 || f.RejectedRows != 1 || len(f.Rejected[0].Value) > 500 {
		t.Fatalf("%d created, %d rejected, %v", f.Created, f.RejectedRows, err)
	}
	if !bytes.Contains(text, []byte(long[:1<<20-1])) || !bytes.Contains(text, []byte("only its beginning is kept")) {
		t.Errorf("%d bytes, beginning with %q", len(text), text[:100])
	}
}

// TestNothingLiesBesideTheSource holds that until an import is done nothing of it lies in the folder of rejects, even
// were it killed; what it wrote on the way lies in the folder for that.
func TestNothingLiesBesideTheSource(t *testing.T) {
	for _, place := range []string{"one file system", "another file system"} {
		dir, temp, m := t.TempDir(), t.TempDir(), newMemory()
		if place == "another file system" {
			temp = "/dev/shm"
		}
		src := files(t, "accounts.csv", "account,joined\n"+repeat("G#,10/20/2016", 6000)+"X,2/30/2017\n"+repeat("H#,10/20/2016", 6000))
		p := prepare(t, m, src, ingest.Options{Yes: true, RejectDir: dir, TempDir: temp})
		_, err := p.Import(t.Context(), m, ann, func(done, total int64) {
			if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
				t.Errorf("%v lies there, %v", entries, err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 || entries[0].Name() != "accounts.rejects.csv" {
			t.Errorf("afterwards %v, %v", entries, err)
		}
		if left, err := filepath.Glob(filepath.Join(temp, "rejects-*")); err != nil || len(left) > 0 {
			t.Errorf("left on the way: %v, %v", left, err)
		}
	}
}

// TestRejectsAreWhole holds that the answer of an import names each reject, however many there are, in their order.
func TestRejectsAreWhole(t *testing.T) {
	const bad = 2500
	text := "code,size\n" + repeat("G#,5", 400)
	for i := range bad {
		text += fmt.Sprintf("B%d,5,extra,cells\n", i)
	}
	m := newMemory()
	p := prepare(t, m, files(t, "things.csv", text), ingest.Options{Yes: true, RejectDir: t.TempDir()})
	r, err := p.Import(t.Context(), m, ann, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var b bytes.Buffer
	if err := r.WriteJSON(&b, nil); err != nil {
		t.Fatal(err)
	}
	var out ingest.Result
	if err := json.Unmarshal(b.Bytes(), &out); err != nil || bytes.ContainsRune(b.Bytes(), '\n') {
		t.Fatalf("%v", err)
	}
	f := out.Files[0]
	if f.RejectedRows != bad || len(f.Rejected) != bad || f.Rejected[0].Row != 402 || f.Rejected[bad-1].Row != 401+bad || out.Batch != r.Batch || f.Created != 400 {
		t.Errorf("%d, %d listed", f.RejectedRows, len(f.Rejected))
	}
	if len(r.Files[0].Rejected) != 1000 {
		t.Errorf("%d are in memory", len(r.Files[0].Rejected))
	}
	want := crm.Reject{Row: 402, Value: "B0,5,extra,cells", Reason: "It has 4 cells, and the header has 2. Put a text that holds the separator in quotes."}
	if diff := cmp.Diff(want, f.Rejected[0]); diff != "" {
		t.Error(diff)
	}
}

// TestMemoryOfRejects holds that the heap does not grow with the rows that are not taken.
func TestMemoryOfRejects(t *testing.T) {
	peak := func(rows int) int64 {
		path := filepath.Join(t.TempDir(), "things.csv")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(file)
		fmt.Fprintln(w, "code,name")
		for i := range rows / 2 {
			fmt.Fprintf(w, "A%d,x\nB%d,x,extra,cells\n", i, i)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		before := heap()
		var most int64
		s := &sink{memory: newMemory()}
		p := prepare(t, s, []ingest.Source{{Name: "things.csv", Path: path}}, ingest.Options{Yes: true})
		r, err := p.Import(t.Context(), s, ann, func(done, total int64) {
			if done%32768 == 0 {
				most = max(most, heap()-before)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		out := &measured{tell: func() { most = max(most, heap()-before) }}
		if err := r.WriteJSON(out, nil); err != nil {
			t.Fatal(err)
		}
		if r.Files[0].RejectedRows != int64(rows/2) || out.n < int64(rows/2)*50 {
			t.Fatalf("%d rejects in %d bytes", r.Files[0].RejectedRows, out.n)
		}
		return most
	}
	small, large := peak(100_000), peak(400_000)
	if large > small+(8<<20) {
		t.Errorf("%d KiB for 50,000 rejects, %d KiB for 200,000", small>>10, large>>10)
	}
}

// measured counts what is written and tells from time to time.
type measured struct {
	n, last int64
	tell    func()
}

func (m *measured) Write(p []byte) (int, error) {
	if m.n += int64(len(p)); m.n-m.last > 4<<20 {
		m.last = m.n
		m.tell()
	}
	return len(p), nil
}
