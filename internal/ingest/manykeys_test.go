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

// TestKeysBeyondMemory holds that a key that stands twice is found in a file with more different values than are kept
// in memory: by the file's own check or by the store.
func TestKeysBeyondMemory(t *testing.T) {
	const rows, twice = 400_000, 12
	var b strings.Builder
	b.WriteString("one,two,three,code\n")
	for i := range rows + twice {
		code := i
		if i >= rows {
			code = (i - rows) * 30_000
		}
		fmt.Fprintf(&b, "a%d,b%d,c%d,K%d\n", i, i, i, code)
	}
	src := files(t, "things.csv", b.String())
	s := ducktest.Open(t, duck.Options{})
	p, err := ingest.Prepare(t.Context(), s, ann, src, ingest.Options{Key: "code"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Import(t.Context(), s, ann, nil); fail.KindOf(err) != fail.Invalid {
		t.Errorf("without leave to set rows aside: %v", err)
	}
	got := bring(t, s, src, ingest.Options{Key: "code", Yes: true, TempDir: t.TempDir()}).Files[0]
	var lines, want []int64
	for _, r := range got.Rejected {
		lines = append(lines, r.Row)
	}
	for i := range int64(twice) {
		want = append(want, rows+2+i)
	}
	if diff := cmp.Diff(want, lines); diff != "" || got.Created != rows {
		t.Errorf("%d created, rejected (-want +got):\n%s", got.Created, diff)
	}
}
