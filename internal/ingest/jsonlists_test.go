package ingest_test

import (
	"strings"
	"testing"

	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// A JSON file of several lists is refused with their names, an empty list is passed over, and what stands beside the list
// is named.
func TestJSONLists(t *testing.T) {
	m := newMemory()
	src := files(t, "all.json", `{"total":2,"contacts":[{"n":"A"},{"n":"B"}],"companies":[{"c":"X"}]}`)
	if _, err := ingest.Prepare(t.Context(), m, ann, src, ingest.Options{}); fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "contacts, companies") {
		t.Errorf("two lists: %v", err)
	}
	f := prepare(t, m, files(t, "one.json", `{"name":"Acme","contacts":[{"n":"A"},{"n":"B"}],"next":null}`), ingest.Options{}).Files[0]
	if notes := strings.Join(f.Notes, " "); f.Rows != 2 || !strings.Contains(notes, "name, next") {
		t.Errorf("%d rows, notes %q", f.Rows, notes)
	}
	if f := prepare(t, m, files(t, "items.json", `{"data":[],"items":[{"n":"A"}]}`), ingest.Options{}).Files[0]; f.Rows != 1 {
		t.Errorf("%d rows", f.Rows)
	}
}
