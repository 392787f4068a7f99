package ingest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

// TestNamesInOtherScripts brings in files whose names and columns are in other letters. Some are spelt alike in ASCII,
// some cannot be spelt at all, and all are still told apart: labels are what the files say, an export says it again, and
// what went out or comes in once more changes nothing.
func TestNamesInOtherScripts(t *testing.T) {
	came := []string{
		"клиенты.csv", "Клиент,Сумма,Дата\nИвановы,10.5,2024-01-02\nПетров,20.0,2024-02-03\n",
		"заказы.csv", "Номер заказа,Клиент\n7а,Петров\n8а,Ивановы\n9а,Петров\n",
		"πελάτες.csv", "Πελάτης,Ποσό\nΓιώργος,3\nΆννα,4\n",
		"العملاء.csv", "العميل,المبلغ\nأحمد,3\nسارة,4\n",
		"市.csv", "是,事,销售,消受\n1,2,3,4\n5,6,7,8\n",
		"事.csv", "年,年份\n21,11\n22,12\n",
		"😀.csv", "😀,🎉,Größe\nэ,ю,1\nь,ъ,2\n",
		"🎉.csv", "🐈,🐕\nq,w\nr,t\n",
		"a.csv", "x,y\nll,2\n",
		"а.csv", "икс,игрек\nлл,33\n", // a Cyrillic letter
	}
	s := ducktest.Open(t, duck.Options{})
	objects := map[string]string{}
	for _, f := range bring(t, s, files(t, came...), ingest.Options{}).Files {
		objects[f.File] = f.Object
	}
	schema, err := s.Schema(t.Context(), ann)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{}
	for _, o := range schema.Objects {
		labels[o.Name] = o.Label + ", " + o.Plural
	}
	for file, want := range map[string]string{
		"клиенты.csv": "Клиент, клиенты", "заказы.csv": "заказы, заказы", "πελάτες.csv": "Πελάτης, πελάτες", "市.csv": "市, 市", "事.csv": "事, 事",
		"😀.csv": "😀, 😀", "🎉.csv": "🎉, 🎉", "а.csv": "а, а",
	} {
		if got := labels[objects[file]]; got != want {
			t.Errorf("%s is called %q, want %q", file, got, want)
		}
	}
	if objects["a.csv"] != "a" || objects["клиенты.csv"] != "klienty" {
		t.Errorf("the objects are %v", objects)
	}
	unchanged := func(what string, src []ingest.Source) {
		t.Helper()
		for _, f := range bring(t, s, src, ingest.Options{}).Files {
			if f.Unchanged != f.Rows || f.Rows == 0 || len(f.FieldsAdded) != 0 || f.Object != objects[f.File] && what == "again" {
				t.Errorf("%s %s: to %s, %d of %d unchanged, new %v", f.File, what, f.Object, f.Unchanged, f.Rows, f.FieldsAdded)
			}
		}
	}
	unchanged("again", files(t, came...))
	var out []string
	for i := 0; i < len(came); i += 2 {
		if diff := cmp.Diff(came[i+1], exported(t, s, "csv", objects[came[i]])); diff != "" {
			t.Errorf("%s comes out (-in +out):\n%s", came[i], diff)
		}
		out = append(out, objects[came[i]]+".csv", exported(t, s, "csv", objects[came[i]]), objects[came[i]]+".json", exported(t, s, "json", objects[came[i]]))
	}
	for pair := range slices.Chunk(out, 2) {
		unchanged("exported", files(t, pair...))
	}
	// The columns in another order are the same columns, also where two are spelt alike.
	unchanged("turned", files(t, "市.csv", "消受,销售,事,是\n4,3,2,1\n8,7,6,5\n"))
	// Who is called otherwise meanwhile is still found, and a field with a name of its own goes out under that.
	o, _ := schema.Object("klienty")
	f, _ := o.Field("summa")
	f.Label = "Amount"
	if _, err := s.Alter(t.Context(), ann, []crm.Alteration{{Kind: crm.SetField, Object: crm.Object{Name: "klienty"}, Field: f}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	unchanged("after a new label", files(t, came[:2]...))
	if header, _, _ := strings.Cut(exported(t, s, "csv", "klienty"), "\n"); header != "Клиент,summa,Дата" {
		t.Errorf("comes out under %s", header)
	}
}
