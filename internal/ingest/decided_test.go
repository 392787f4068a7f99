package ingest_test

import (
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// TestAllFilesOrNone holds that a file whose content would be missed stops an import, unless what is valid is wanted, and
// that a text beside the tables does not.
func TestAllFilesOrNone(t *testing.T) {
	good := []string{"good.csv", "name,size\nA,1\n"}
	for _, tt := range []struct {
		name, file, content string
		stops               bool
	}{
		{"PDF", "a.pdf", "%PDF-1.4 ...", true},
		{"empty", "a.csv", "", true},
		{"values first", "a.csv", "1,2,3\n4,5,6\n", true},
		{"a title above", "a.csv", "Report for 2017\nname,size,seen\nA,1,x\nB,2,y\n", true},
		{"a description of the tables", "a.csv", "good,,,,,b\n1,2,3,4,5,6\n", false},
		{"prose", "readme.txt", "This is a text that somebody wrote about the data.\nIt goes on.\n", false},
		{"a header alone", "a.csv", "name,size\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			src := files(t, append([]string{tt.file, tt.content}, good...)...)
			_, err := prepare(t, m, src, ingest.Options{}).Import(t.Context(), m, ann, nil)
			if stopped := fail.KindOf(err) == fail.Invalid; stopped != tt.stops {
				t.Fatalf("without --yes: %v", err)
			}
			if e := fail.As(err); tt.stops && (!strings.Contains(e.Message, tt.file) || !strings.Contains(e.Hint, "--yes") || len(m.schema.Objects) != 0) {
				t.Errorf("it says %q, %q", e.Message, e.Hint)
			}
			r := bring(t, m, src, ingest.Options{Yes: true})
			if len(r.Files) != 1 || len(r.Skipped) != 1 || r.Skipped[0].Stops != tt.stops {
				t.Errorf("with --yes: %+v", r)
			}
		})
	}
}

// TestDecisionsThatCannotBeMeant holds that nothing a person says of a column is passed over, or done in another way.
func TestDecisionsThatCannotBeMeant(t *testing.T) {
	text := "name,city,note,day\nAnn,Rome,x,3/4/2016\nBob,Oslo,y,4/5/2016\n"
	for _, tt := range []struct {
		name, want string
		o          ingest.Options
	}{
		{"two columns, one field", "city and name of t.csv would both go to the field name", ingest.Options{Map: map[string]string{"city": "name"}}},
		{"two columns said, one field", "both go to the field place", ingest.Options{Map: map[string]string{"city": "place", "note": "Place"}}},
		{"an order of texts", "note has no dates", ingest.Options{DateOrder: map[string]ingest.Order{"note": ingest.DayFirst, "day": ingest.DayFirst}}},
		{"a decimal sign of texts", "note has no numbers", ingest.Options{Decimal: map[string]ingest.Decimal{"note": ingest.Comma}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ingest.Prepare(t.Context(), newMemory(), ann, files(t, "t.csv", text), tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) || fail.As(err).Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
	m := newMemory()
	o := ingest.Options{Map: map[string]string{"city": "name", "name": "city"}, DateOrder: map[string]ingest.Order{"day": ingest.DayFirst}}
	if f := bring(t, m, files(t, "t.csv", text), o).Files[0]; f.Created != 2 || shown(t, m, "t", "name")[0] != "Rome" {
		t.Errorf("two columns that change places: %+v", f)
	}
}

// TestFirstTextIsNoName holds that a column is not taken for a link because it is called, and has values, as the first
// text of another object, which has neither a key nor a name; a column that is called as the object is.
func TestFirstTextIsNoName(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "torn.csv", "a,b\n1,xavier\n1,yolanda\n"), ingest.Options{})
	bring(t, m, files(t, "t.csv", "code,b,torn\nC1,xavier,yolanda\nC2,yolanda,xavier\nC3,yolanda,xavier\n"), ingest.Options{})
	o, _ := m.schema.Object("t")
	b, _ := o.Field("b")
	torn, _ := o.Field("torn")
	if b.Type == crm.Link || torn.Type != crm.Link {
		t.Errorf("b is %s, torn is %s", b.Type, torn.Type)
	}
}
