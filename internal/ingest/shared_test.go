package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// A link that names several records is never emptied without a word: its row is a reject, in the preview too.
func TestLinksToSharedNames(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	bring(t, s, files(t, "co.csv", table("co_id,co_name", "1,X", "2,X", "3,Y", "4,Z", "5,Lone")), ingest.Options{Object: "co"})
	people := files(t, "ppl.csv", table("pname,co_name", "A,X", "B,Y", "C,x", "D,Z", "E,Lone"))
	p := prepare(t, s, people, ingest.Options{Yes: true})
	c := columnOf(t, p.Files[0], "co_name")
	if c.Link == nil || p.Rejected != 2 || c.Link.Linked != 3 || len(c.Link.Shared) != 2 || !strings.Contains(c.Check, "3 linked") {
		t.Fatalf("%d rejected, %q, %+v", p.Rejected, c.Check, c.Link)
	}
	if _, err := prepare(t, s, people, ingest.Options{}).Import(t.Context(), s, ann, nil); fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "2 cos are called X") {
		t.Errorf("without --yes: %v", err)
	}
	r := bring(t, s, people, ingest.Options{Yes: true}).Files[0]
	if r.Created != 3 || r.RejectedRows != 2 || r.RejectsFile == "" || r.Links["co_name"].Linked != 3 {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]string{"Y", "Z", "Lone"}, linked(t, s)); diff != "" {
		t.Error(diff)
	}
}

// A record whose link leads to one of those records already says nothing new, and stays as it is.
func TestLinksThatStandAreClear(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	bring(t, s, files(t, "co.csv", table("co_id,co_name", "1,X", "2,V", "3,Y", "4,Z")), ingest.Options{Object: "co"})
	people := files(t, "ppl.csv", table("pname,co_name", "A,X", "B,Y", "C,V", "D,Z"))
	bring(t, s, people, ingest.Options{})
	bring(t, s, files(t, "co.csv", table("co_id,co_name", "2,X")), ingest.Options{Object: "co"})
	if r := bring(t, s, files(t, "ppl.csv", table("pname,co_name", "A,X", "B,Y", "C,X", "D,Z")), ingest.Options{}).Files[0]; r.Unchanged != 4 || r.RejectedRows != 0 {
		t.Errorf("%+v", r)
	}
	r := bring(t, s, files(t, "ppl.csv", table("pname,co_name", "A,X", "B,X", "E,x", "F,Y")), ingest.Options{Yes: true}).Files[0]
	if r.Created != 1 || r.Unchanged != 1 || r.RejectedRows != 2 || r.Rejected[0].Row != 3 || r.Rejected[1].Row != 4 {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff([]string{"X", "Y", "X", "Z", "Y"}, linked(t, s)); diff != "" {
		t.Error(diff)
	}
}

func linked(t *testing.T, s *duck.Store) []string {
	t.Helper()
	got, err := s.SQL(t.Context(), ann, "SELECT co_name FROM v_ppl ORDER BY pname", duck.SQLLimits{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range got.Rows {
		out = append(out, fmt.Sprint(row[0]))
	}
	return out
}

// An empty cell takes nothing away from a record that is there, a link included, and the preview says so.
func TestEmptyCellsChangeNothing(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	bring(t, s, files(t, "co.csv", table("co_id,co_name", "1,Acme", "2,Vale", "3,Yew")), ingest.Options{Object: "co"})
	bring(t, s, files(t, "ppl.csv", table("pname,co_name,qty", "K1,Acme,5", "K2,Vale,6", "K3,Yew,7")), ingest.Options{})
	again := files(t, "ppl.csv", table("pname,co_name,qty", "K1,,", "K2,,8", "K4,,"))
	notes := strings.Join(prepare(t, s, again, ingest.Options{}).Files[0].Notes, " ")
	if !strings.Contains(notes, "keeps its value") {
		t.Errorf("the preview says %q", notes)
	}
	if r := bring(t, s, again, ingest.Options{}).Files[0]; r.Created != 1 || r.Updated != 1 || r.Unchanged != 1 {
		t.Errorf("%+v", r)
	}
	got, err := s.SQL(t.Context(), ann, "SELECT pname || ' ' || coalesce(co_name, '-') || ' ' || coalesce(CAST(qty AS VARCHAR), '-') FROM v_ppl ORDER BY pname", duck.SQLLimits{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{"K1 Acme 5"}, {"K2 Vale 8"}, {"K3 Yew 7"}, {"K4 - -"}}, got.Rows); diff != "" {
		t.Error(diff)
	}
}
