package ingest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"openclaw/internal/ingest"
)

// TestNamedDelimiter holds that a first line such as sep=; names the delimiter and is neither header nor row.
func TestNamedDelimiter(t *testing.T) {
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("sep=\t\r\nname\tsize\r\nA;B\t1\r\nC\tx\r\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, content, format string }{
		{"semicolon", "sep=;\r\nname;size\r\nA;1\r\nC;x\r\n", "CSV, semicolon"},
		{"comma, in quotes", "\"sep=,\"\nname,size\nA,1\nC,x\n", "CSV, comma"},
		{"against what the rows look like", "SEP=|\nname|size\nA,B,C|1\nC|x\n", "CSV, bar"},
		{"a rare one", "\ufeffsep=^\nname^size\nA^1\nC^x\n", "CSV, ^, UTF-8"},
		{"tab, UTF-16", wide, "CSV, tab, UTF-16"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := prepare(t, newMemory(), files(t, "things.csv", tt.content), ingest.Options{}).Files[0]
			var names []string
			for _, c := range f.Columns {
				names = append(names, c.Name)
			}
			if diff := cmp.Diff([]string{"name", "size"}, names); diff != "" || f.Rows != 2 || f.Sample[0].Row != 3 || !strings.HasPrefix(f.Format, tt.format) {
				t.Errorf("%s, %d rows, %+v\n%s", f.Format, f.Rows, f.Sample, diff)
			}
		})
	}
}
