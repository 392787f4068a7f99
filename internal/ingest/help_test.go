package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/ingest"
)

// files writes files given as name, content, name, content and returns them as sources.
func files(t testing.TB, pairs ...string) []ingest.Source {
	t.Helper()
	dir := t.TempDir()
	var out []ingest.Source
	for i := 0; i < len(pairs); i += 2 {
		path := filepath.Join(dir, pairs[i])
		if err := os.WriteFile(path, []byte(pairs[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, ingest.Source{Name: pairs[i], Path: path})
	}
	return out
}

func prepare(t testing.TB, m ingest.Store, src []ingest.Source, o ingest.Options) *ingest.Preview {
	t.Helper()
	p, err := ingest.Prepare(t.Context(), m, ann, src, o)
	if err != nil {
		t.Fatalf("prepare: %v", err)
	}
	return p
}

func bring(t testing.TB, m ingest.Store, src []ingest.Source, o ingest.Options) ingest.Result {
	t.Helper()
	r, err := prepare(t, m, src, o).Import(t.Context(), m, ann, nil)
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	return r
}

func columnOf(t testing.TB, f *ingest.File, name string) *ingest.Column {
	t.Helper()
	for _, c := range f.Columns {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("%s has no column %q", f.File, name)
	return nil
}

// shown is a field's values of all records, as text.
func shown(t testing.TB, m *memory, object, field string) []string {
	t.Helper()
	o, ok := m.schema.Object(object)
	if !ok {
		t.Fatalf("no object %s", object)
	}
	f, ok := o.Field(field)
	if !ok {
		t.Fatalf("%s has no field %s", object, field)
	}
	var out []string
	for _, r := range m.records[object] {
		v := r[field]
		if id, ok := v.(int64); ok {
			v = m.ref(f.Target, id)
		}
		out = append(out, f.Show(v))
	}
	return out
}

func table(header string, rows ...string) string {
	return header + "\n" + strings.Join(rows, "\n") + "\n"
}

// repeat makes a row n times, with # replaced by a letter that changes.
func repeat(row string, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(row, "#", string(rune('a'+i%26))+string(rune('a'+i/26))) + "\n")
	}
	return b.String()
}

func objectOf(t testing.TB, m *memory, name string) crm.Object {
	t.Helper()
	o, ok := m.schema.Object(name)
	if !ok {
		t.Fatalf("no object %s", name)
	}
	return o
}
