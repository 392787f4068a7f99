package ingest_test

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/ingest"
)

func TestReadCSV(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	for _, tt := range []struct {
		name, text string
		want       [][]string
		torn       int
	}{
		{"plain", "a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}, 0},
		{"no line end at the end", "a,b\nc,d", [][]string{{"a", "b"}, {"c", "d"}}, 0},
		{"CRLF", "a,b\r\n\"c\",d\r\n", [][]string{{"a", "b"}, {"c", "d"}}, 0},
		{"quotes", "\"a,\"\"b\"\"\",\"\"\n", [][]string{{`a,"b"`, ""}}, 0},
		{"a line end inside", "\"a\r\nb\",c\r\nd,e\r\n", [][]string{{"a\nb", "c"}, {"d", "e"}}, 0},
		{"a line end inside that is not that of the records", "\"a\r\nb\",c\nd,e\n", [][]string{{"a\r\nb", "c"}, {"d", "e"}}, 0},
		{"an inch sign", "5\" pipe,c\n", [][]string{{`5" pipe`, "c"}}, 0},
		{"blanks outside the quotes", " \"a,b\" ,c\n", [][]string{{"a,b", "c"}}, 0},
		{"blank lines", "\na,b\n\n,\n \nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}, 0},
		{"ragged", "a\nb,c,d\n", [][]string{{"a"}, {"b", "c", "d"}}, 0},
		{"torn, and no quote comes", "a,\"b\nc,d\ne,f\n", [][]string{{"c", "d"}, {"e", "f"}}, 1},
		{"torn, and another cell's quote comes", "a,\"b\nc,\"d\"\ne,f\n", [][]string{{"c", "d"}, {"e", "f"}}, 1},
		{"text after the quote", "\"a\"b,c\nd,e\n", [][]string{{"d", "e"}}, 1},
		{"a line too long", "a,b\n" + long + "\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}, 1},
		{"a line too long inside quotes", "a,\"b\n" + long + "\nc,d\n", [][]string{{"c", "d"}}, 2},
		{"NUL", "a,b\x00\nc,d\n", [][]string{{"c", "d"}}, 1},
		{"broken character", "a,b\xff\nc,d\n", [][]string{{"c", "d"}}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, torn, err := ingest.ReadCSV(tt.text, ',')
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || torn != tt.torn {
				t.Errorf("%d torn, want %d; (-want +got):\n%s", torn, tt.torn, diff)
			}
		})
	}
	t.Run("torn everywhere", func(t *testing.T) {
		_, torn, err := ingest.ReadCSV(strings.Repeat("a,\"b\n", 3000), ',')
		if err == nil && torn == 0 {
			t.Error("nothing was said")
		}
	})
}

// FuzzReadCSV holds that what a CSV writer wrote is read back as it was.
func FuzzReadCSV(f *testing.F) {
	f.Add("a|b|c|d", 2)
	f.Add("x\ny|\"|,|;\r\n| z ", 3)
	f.Fuzz(func(t *testing.T, cells string, width int) {
		if width < 1 || width > 20 || !utf8.ValidString(cells) || strings.ContainsAny(cells, "\x00\uFFFD") {
			return
		}
		list := strings.Split(cells, "|")
		var want [][]string
		for ; len(list) >= width; list = list[width:] {
			if strings.TrimSpace(strings.Join(list[:width], "")) != "" {
				want = append(want, list[:width])
			}
		}
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		for _, r := range want {
			for i := range r {
				r[i] = strings.ReplaceAll(r[i], "\r\n", "\n")
			}
		}
		got, torn, err := ingest.ReadCSV(b.String(), ',')
		if diff := cmp.Diff(want, got); err != nil || torn != 0 || diff != "" {
			t.Errorf("%v, %d torn, from %q:\n%s", err, torn, b.String(), diff)
		}
	})
}
