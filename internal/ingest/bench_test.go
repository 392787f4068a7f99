package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

// sink is a memory store that takes rows and forgets them.
type sink struct {
	*memory
	rows int64
}

func (s *sink) Import(ctx context.Context, _ ident.Caller, _ crm.Cause, _ []crm.Alteration, sources []crm.Source, o crm.ImportOptions) (crm.Imported, error) {
	var out crm.Imported
	for _, src := range sources {
		var l crm.Loaded
		for _, err := range src.Rows {
			if err != nil {
				return out, err
			}
			l.Created++
		}
		s.rows += l.Created
		out.Loaded = append(out.Loaded, l)
	}
	return out, ctx.Err()
}

// deals writes a table of opportunities and the two that it refers to.
func deals(t testing.TB, dir string, rows int) []ingest.Source {
	t.Helper()
	write := func(name string, lines func(w *bufio.Writer)) ingest.Source {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(f)
		lines(w)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return ingest.Source{Name: name, Path: f.Name()}
	}
	r := rand.New(rand.NewPCG(1, 2))
	return []ingest.Source{
		write("opportunities.csv", func(w *bufio.Writer) {
			fmt.Fprintln(w, "opportunity_id,agent,product,account,stage,engage_date,close_date,value")
			for i := range rows {
				closed, value := "", ""
				if i%4 != 0 {
					closed, value = fmt.Sprintf("%d/%d/2017", 1+r.IntN(12), 1+r.IntN(28)), fmt.Sprint(r.IntN(30000))
				}
				fmt.Fprintf(w, "OPP%07d,Agent %c%c,Product %c,Company %c%c Ltd,%s,%d/%d/2016,%s,%s\n", i, 'A'+r.IntN(5), 'a'+r.IntN(6), 'A'+r.IntN(7), 'A'+r.IntN(20), 'a'+r.IntN(20), []string{"Open", "Won", "Lost", "Won"}[i%4], 1+r.IntN(12), 1+r.IntN(28), closed, value)
			}
		}),
		write("agents.csv", func(w *bufio.Writer) {
			fmt.Fprintln(w, "agent,office")
			for i := range 30 {
				fmt.Fprintf(w, "Agent %c%c,%s\n", 'A'+i/6, 'a'+i%6, []string{"West", "East"}[i%2])
			}
		}),
		write("companies.csv", func(w *bufio.Writer) {
			fmt.Fprintln(w, "company,sector")
			for i := range 400 {
				fmt.Fprintf(w, "Company %c%c Ltd,%s\n", 'A'+i/20, 'a'+i%20, []string{"retail", "medical"}[i%2])
			}
		}),
	}
}

func BenchmarkPrepare(b *testing.B) {
	const rows = 200_000
	files := deals(b, b.TempDir(), rows)
	for b.Loop() {
		if _, err := ingest.Prepare(b.Context(), newMemory(), ann, files, ingest.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkImport(b *testing.B) {
	const rows = 200_000
	p, err := ingest.Prepare(b.Context(), newMemory(), ann, deals(b, b.TempDir(), rows), ingest.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Import(b.Context(), &sink{memory: newMemory()}, ann, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
