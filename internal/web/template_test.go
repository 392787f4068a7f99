package web_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jba/templatecheck"

	"openclaw/internal/web"
)

// TestTemplates checks every template against the struct it is given: a field that does not exist fails here, not on
// somebody's screen.
func TestTemplates(t *testing.T) {
	site, err := web.New(web.Deps{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	checks := []struct {
		page, define string
		data         any
	}{
		{"home", "base", web.HomePage{}},
		{"home", "answer", &web.AnswerView{}},
		{"table", "base", web.TablePage{}},
		{"table", "table", web.TablePage{}},
		{"table", "filter-rest", web.FilterForm{}},
		{"record", "base", web.RecordPage{}},
		{"record", "record-history", web.RecordPage{}},
		{"record", "record-changed", web.RecordPage{}},
		{"record", "property", web.Property{}},
		{"record", "cell", web.Property{}},
		{"record", "names", []web.Choice{}},
		{"new", "base", web.NewPage{}},
		{"import", "base", web.ImportPage{}},
		{"import", "run", web.ImportPage{}},
		{"sql", "base", web.SQLPage{}},
		{"sql", "sql-result", web.SQLPage{}},
		{"history", "base", web.HistoryPage{}},
		{"schema", "base", web.SchemaPage{}},
		{"object", "base", web.ObjectPage{}},
		{"field", "base", web.FieldPage{}},
		{"settings", "base", web.SettingsPage{}},
		{"objects", "base", web.ObjectsPage{}},
		{"more", "base", web.ObjectsPage{}},
		{"search", "base", web.SearchPage{}},
		{"search", "found", web.SearchPage{}},
		{"gate", "gate", web.GatePage{}},
		{"gate", "error-toast", web.GatePage{}},
	}
	checked := map[string]bool{}
	for _, c := range checks {
		t.Run(c.page+"/"+c.define, func(t *testing.T) {
			set := site.Templates()[c.page]
			if set == nil {
				t.Fatalf("there is no page %s", c.page)
			}
			part := set.Lookup(c.define)
			if part == nil {
				t.Fatalf("page %s has no part %s", c.page, c.define)
			}
			if err := templatecheck.CheckHTML(part, c.data); err != nil {
				t.Error(err)
			}
		})
		checked[c.page] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(site.Templates())), slices.Sorted(maps.Keys(checked))); diff != "" {
		t.Errorf("pages without a check (-pages +checked):\n%s", diff)
	}
}
