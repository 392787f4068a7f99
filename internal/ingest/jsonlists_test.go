package ingest_test

import (
	"path/filepath"
	"strings"
	"testing"

	"openclaw/internal/ingest"
)

// TestJSONLists holds that each list of objects becomes an object of its own name, that an empty list is passed over, and
// that what else stands beside is named and not taken for the table.
func TestJSONLists(t *testing.T) {
	m := newMemory()
	r := bring(t, m, files(t, "all.json", `{"total":2,"tags":["a","b"],"deals":[{"deal_id":"D1","client":"Northwind"},{"deal_id":"D2","client":"Southwind"}],"clients":[{"client":"Northwind","size":5},{"client":"Southwind","size":6},7],"meta":{"n":[1,{}]}}`), ingest.Options{Yes: true, RejectDir: t.TempDir()})
	if len(r.Files) != 2 || r.Files[0].Object != "clients" || r.Files[0].Created != 2 || r.Files[1].Sheet != "deals" || r.Files[1].Links["client"].Linked != 2 {
		t.Errorf("%+v", r.Files)
	}
	if notes := strings.Join(append(r.Files[0].Notes, r.Files[1].Notes...), " "); !strings.Contains(notes, "total, tags, meta") {
		t.Errorf("notes %q", notes)
	}
	path := r.Files[0].RejectsFile
	if base := filepath.Base(path); base != "clients.rejects.jsonl" {
		t.Fatalf("the file of rejects is %s", base)
	}
	if f := bring(t, m, files(t, filepath.Base(path), `{"client":"Eastwind","size":7}`), ingest.Options{}).Files[0]; f.Object != "clients" || f.Created != 1 {
		t.Errorf("corrected: %+v", f)
	}
	for name, content := range map[string]string{"on one line": `{"tags":["a"],"contacts":[{"n":"A"},{"n":"B"}]}`, "on several": "{\n\"tags\": [\"a\"],\n\"contacts\": [{\"n\":\"A\"},{\"n\":\"B\"}]\n}"} {
		f := prepare(t, newMemory(), files(t, "one.json", content), ingest.Options{}).Files[0]
		if notes := strings.Join(f.Notes, " "); f.Rows != 2 || f.Object != "one" || f.Sample[0].Values[0] != "A" || !strings.Contains(notes, "contacts stand tags") {
			t.Errorf("%s: %d rows of %s, notes %q", name, f.Rows, f.Object, notes)
		}
	}
	f := prepare(t, m, files(t, "one.json", `{"name":"Acme","contacts":[{"n":"A"},{"n":"B"}],"next":null}`), ingest.Options{}).Files[0]
	if notes := strings.Join(f.Notes, " "); f.Rows != 2 || !strings.Contains(notes, "name, next") {
		t.Errorf("%d rows, notes %q", f.Rows, notes)
	}
	if f := prepare(t, m, files(t, "items.json", `{"data":[],"items":[{"n":"A"}]}`), ingest.Options{}).Files[0]; f.Rows != 1 {
		t.Errorf("%d rows", f.Rows)
	}
	// A first cell may begin with a bracket.
	if f := prepare(t, m, files(t, "marks.csv", "[1],[2]\nA,B\nC,D\n"), ingest.Options{}).Files[0]; f.Rows != 2 || len(f.Columns) != 2 {
		t.Errorf("%d rows of %d columns", f.Rows, len(f.Columns))
	}
}
