package ingest_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

// TestLateRejects holds that rows which only the database refuses stand in the file of rejects and in the list, between
// those that were refused before, and that none of them but the first are in memory.
func TestLateRejects(t *testing.T) {
	const each = 3000
	s := ducktest.Sales(t)
	var b strings.Builder
	b.WriteString("name,sector\nAcme,retail\n")
	for i := range each {
		fmt.Fprintf(&b, ",medical\nB%d,retail,one,more\n", i)
	}
	r := bring(t, s, files(t, "account.csv", b.String()), ingest.Options{Yes: true, TempDir: t.TempDir()})
	defer r.Close()
	f := r.Files[0]
	var last, n, late int64
	for reject, err := range f.Rejects() {
		if err != nil || reject.Row <= last {
			t.Fatalf("%+v after row %d: %v", reject, last, err)
		}
		if last, n = reject.Row, n+1; strings.Contains(reject.Reason, "must not be empty") {
			late++
		}
	}
	if f.Created != 1 || f.RejectedRows != 2*each || n != 2*each || late != each || len(f.Rejected) > 1000 {
		t.Errorf("%d created, %d rejected, %d listed, %d of them late, %d in memory", f.Created, f.RejectedRows, n, late, len(f.Rejected))
	}
	text, err := os.ReadFile(f.RejectsFile)
	if err != nil || bytes.Count(text, []byte("\n")) != 2*each+1 || bytes.Count(text, []byte("must not be empty")) != each {
		t.Errorf("%d lines, %v", bytes.Count(text, []byte("\n")), err)
	}
	_, err = prepare(t, s, files(t, "account.csv", "name,sector\n,retail\nZeta,retail\n"), ingest.Options{}).Import(t.Context(), s, ann, nil)
	if err == nil || !strings.Contains(err.Error(), "1 of 2 rows") {
		t.Errorf("without --yes: %v", err)
	}
	if page, err := s.List(t.Context(), ann, crm.Query{Object: "account", Total: true}); err != nil || page.Total != 1 {
		t.Errorf("%d accounts, %v", page.Total, err)
	}
}
