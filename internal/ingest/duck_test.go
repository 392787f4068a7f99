package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// TestSalesFilesIntoDuckDB brings the files of a sales team into a real workspace, checks sums by SQL against an
// independent count, imports again, exports, imports what was exported, and takes all of it back by one undo.
func TestSalesFilesIntoDuckDB(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	src := salesFiles(t)
	var list []ingest.Source
	for _, name := range []string{"sales_pipeline.csv", "data_dictionary.csv", "sales_teams.csv", "accounts.csv", "products.csv"} {
		list = append(list, src[name])
	}
	rows, filled, sums := counted(t, src["sales_pipeline.csv"].Path)
	first := bring(t, s, list, ingest.Options{})
	if n := first.Files[3].Created; int(n) != rows || first.Batch == 0 {
		t.Errorf("created %d in batch %d, want %d", n, first.Batch, rows)
	}
	if fixed := first.Files[3].Links["product"].Fixed; fixed["GTXPro"] != "GTX Pro" {
		t.Errorf("fixed: %v", fixed)
	}
	got, err := s.SQL(t.Context(), ann, `SELECT count(*), count(account), count(close_date), CAST(sum(close_value) AS BIGINT), count(product), count(sales_agent) FROM v_sales_pipeline`, duck.SQLLimits{})
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprint([]any{rows, filled["account"], filled["close_date"], sums["close_value"], rows, rows})
	if diff := cmp.Diff(want, fmt.Sprint(got.Rows[0])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	unchanged := func(src []ingest.Source, what string) {
		t.Helper()
		for _, f := range bring(t, s, src, ingest.Options{}).Files {
			if f.Created+f.Updated != 0 || f.Unchanged != f.Rows || len(f.FieldsAdded) != 0 || len(f.Rejected) != 0 {
				t.Errorf("%s: %+v", what, f)
			}
		}
	}
	unchanged(list, "again")
	for _, format := range []string{"csv", "json"} {
		var pairs []string
		for _, f := range first.Files {
			var b bytes.Buffer
			e, err := ingest.NewEncoder(format, &b)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Export(t.Context(), ann, f.Object, crm.Filter{}, e.Row); err != nil {
				t.Fatal(err)
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			pairs = append(pairs, f.Object+"."+format, b.String())
		}
		unchanged(files(t, pairs...), "exported as "+format)
	}
	shown := func() (names []string) {
		t.Helper()
		schema, err := s.Schema(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range schema.Objects {
			names = append(names, o.Name)
		}
		return names
	}
	order := shown()
	if order[0] != "sales_pipeline" {
		t.Errorf("the objects are shown as %v", order)
	}
	undone, err := s.Undo(t.Context(), ann, first.Batch)
	if err != nil {
		t.Fatal(err)
	}
	if left := shown(); len(left) != 0 {
		t.Errorf("%v are left after undo", left)
	}
	if _, err := s.Undo(t.Context(), ann, undone.Batch); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(order, shown()); diff != "" {
		t.Errorf("the undo undone (-want +got):\n%s", diff)
	}
}

func TestDuckDBTakesWhatThePreviewPromises(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	bring(t, s, files(t, "team.csv", teamCSV, "calls.csv", table("kind,day,tags", "in,2017-01-02,", "in,2017-01-02,", "out,2017-01-03,")), ingest.Options{})
	t.Run("a keyless file again", func(t *testing.T) {
		f := bring(t, s, files(t, "calls.csv", table("kind,day,tags", "in,2017-01-02,", "in,2017-01-02,", "out,2017-01-03,", "out,2017-01-04,")), ingest.Options{}).Files[0]
		if f.Created != 1 || f.Unchanged != 3 {
			t.Errorf("%+v", f)
		}
	})
	t.Run("links to what is there, several and new ones", func(t *testing.T) {
		deals := table("deal_id,owner,helpers,stage,value", "A,Ann Lee,Bob Ray; Cyd Fox,won,5", "B,bob ray,Dee Orr,lost,6", "C,Eve New,,won,7", "D,Cyd Fox,Ann Lee; Bob Ray,open,", "E,Ann Lee,,open,", "F,Bob Ray,,won,1")
		f := bring(t, s, files(t, "deals.csv", deals), ingest.Options{Fix: map[string]map[string]ingest.Fix{"owner": {"Eve New": {Do: ingest.Make}}}}).Files[0]
		if l := f.Links["owner"]; l.Linked != 6 || l.Created != 1 {
			t.Errorf("owner: %+v", l)
		}
		if l := f.Links["helpers"]; l.Linked != 3 || l.Empty != 3 {
			t.Errorf("helpers: %+v", l)
		}
		again := bring(t, s, files(t, "deals.csv", deals), ingest.Options{}).Files[0]
		if again.Unchanged != 6 {
			t.Errorf("again: %+v", again)
		}
	})
	t.Run("new options and more digits", func(t *testing.T) {
		f := bring(t, s, files(t, "deals.csv", table("deal_id,stage,value,extra", "A,on hold,5.25,x", "G,won,1,y")), ingest.Options{}).Files[0]
		if f.Updated != 1 || f.Created != 1 || len(f.FieldsAdded) != 1 {
			t.Errorf("%+v", f)
		}
	})
	t.Run("rejects without --yes leave nothing", func(t *testing.T) {
		before, err := s.Schema(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		src := files(t, "visits.csv", "visit_id,seen\n"+repeat("V#,1/31/2017", 60)+"X,2/30/2017\n")
		p := prepare(t, s, src, ingest.Options{})
		if _, err := p.Import(t.Context(), s, ann, nil); fail.KindOf(err) != fail.Invalid {
			t.Errorf("%v", err)
		}
		after, err := s.Schema(t.Context(), ann)
		if err != nil || after.Version != before.Version {
			t.Errorf("the schema went from %d to %d (%v)", before.Version, after.Version, err)
		}
		p.Options.Yes, p.Options.RejectDir = true, t.TempDir()
		r, err := p.Import(t.Context(), s, ann, nil)
		if err != nil || r.Files[0].Created != 60 || len(r.Files[0].Rejected) != 1 {
			t.Errorf("%+v %v", r, err)
		}
		text, err := os.ReadFile(r.Files[0].RejectsFile)
		if err != nil || !strings.Contains(string(text), "X,2/30/2017") {
			t.Errorf("%s %v", text, err)
		}
	})
	t.Run("cancel leaves nothing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := prepare(t, s, deals(t, t.TempDir(), 20_000), ingest.Options{})
		if _, err := p.Import(ctx, s, ann, func(done, total int64) {
			if done > total/2 {
				cancel()
			}
		}); err == nil {
			t.Error("it went on")
		}
		schema, err := s.Schema(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := schema.Object("opportunities"); ok {
			t.Error("the object is there")
		}
	})
}

// BenchmarkWhole is an import from the files to the workspace, preview included.
func BenchmarkWhole(b *testing.B) {
	const rows = 200_000
	src := deals(b, b.TempDir(), rows)
	for b.Loop() {
		s := ducktest.Open(b, duck.Options{})
		bring(b, s, src, ingest.Options{})
		b.StopTimer() // the words that are made after it belong to none
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
