package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

// TestAddressesAreOneInAnyCase holds that an e-mail key finds its record however it is spelt, and stands once in a file.
func TestAddressesAreOneInAnyCase(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	bring(t, s, files(t, "contacts.csv", table("Name,Email", "Ann,Ann@X.example", "Bob,bob@x.example")), ingest.Options{})
	f := bring(t, s, files(t, "contacts.csv", table("Name,Email", "Ann Lee,ann@x.example", "Bob,bob@x.example")), ingest.Options{}).Files[0]
	if f.Created != 0 || f.Updated != 1 || f.Unchanged != 1 {
		t.Errorf("%+v", f)
	}
	p := prepare(t, s, files(t, "contacts.csv", table("Name,Email", "Cyd,cyd@x.example", "Cyd,CYD@x.example")), ingest.Options{})
	if p.Rejected != 1 || p.Files[0].Rejects[0].Row != 3 || len(p.Files[0].Duplicates) != 1 {
		t.Errorf("%+v %+v", p.Files[0].Rejects, p.Files[0].Duplicates)
	}
}

// TestWhatAFileWarnsOf holds that what would come in quietly and wrong is said beforehand.
func TestWhatAFileWarnsOf(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	bring(t, s, files(t, "contacts.csv", table("Name,Email", "Ann,ann@x.example", "Bob,bob@x.example"), "calls.csv", table("kind,day", "in,2017-01-02", "in,2017-01-02")), ingest.Options{})
	for _, tt := range []struct{ name, file, content, want string }{
		{"a total below", "sales.csv", table("Region,Units", "North,3", "South,4", "Total,7"), "The last row, 4, looks like a total"},
		{"a grand total below", "sales.csv", table("Region,Units", "North,3", "South,4", "Grand Total,7"), "The last row, 4, looks like a total"},
		{"no total", "sales.csv", table("Region,Units", "Total,3", "South,4"), ""},
		{"without the key", "contacts.csv", table("Name", "Ann", "Cyd"), "No column is Email"},
		{"a new column and no key", "calls.csv", table("kind,day,note", "in,2017-01-02,x"), "Calls have no key"},
		{"no key and nothing new", "calls.csv", table("kind,day", "in,2017-01-02"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			notes := strings.Join(prepare(t, s, files(t, tt.file, tt.content), ingest.Options{}).Files[0].Notes, " ")
			if tt.want == "" && notes != "" || !strings.Contains(notes, tt.want) {
				t.Errorf("it says %q, want %q", notes, tt.want)
			}
		})
	}
}

func TestWhatProgramsWriteForSpreadsheets(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "people.csv", table("name,code,born", `Ann,"=""00123""",3/14/55`, `Bob,="00124",31 Dec 68`)), ingest.Options{})
	if diff := cmp.Diff([]string{"00123", "00124"}, shown(t, m, "people", "code")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1955-03-14", "1968-12-31"}, shown(t, m, "people", "born")); diff != "" {
		t.Error(diff)
	}
}
