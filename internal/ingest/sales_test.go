package ingest_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/ingest"
)

// salesFiles are the four files of a sales team and one that is no table: the real ones where they are, else a small
// set of ours with the same traps.
func salesFiles(t *testing.T) map[string]ingest.Source {
	t.Helper()
	dir := os.Getenv("OPENCLAW_TESTDATA")
	if dir == "" {
		dir = "../../../shared/data"
	}
	out := map[string]ingest.Source{}
	for _, name := range []string{"accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv", "data_dictionary.csv"} {
		path := filepath.Join(dir, "crm-sales", name)
		if _, err := os.Stat(path); err == nil {
			out[name] = ingest.Source{Name: name, Path: path}
		}
	}
	if len(out) == 5 {
		return out
	}
	for _, s := range files(t,
		"accounts.csv", table("account,sector,year_established,revenue,employees,office_location,subsidiary_of", "Northwind,retail,1996,1100.04,2822,Kenya,", "Southwind,retail,2001,718.62,24,United States,Northwind", "Westwind,medical,1999,251.41,495,United States,Northwind")+repeat("Company #,retail,1990,55.5,12,United States,", 20),
		"products.csv", table("product,series,sales_price", "GTX Basic,GTX,550", "GTX Pro,GTX,4821", "MG Special,MG,55"),
		"sales_teams.csv", table("sales_agent,manager,regional_office", "Anna Snell,Dora Brink,Central", "Carl Lind,Dora Brink,Central", "Zoe Levy,Sam Wald,West"),
		"sales_pipeline.csv", table("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value", "1C1I7A6R,Anna Snell,GTXPro,Northwind,Won,10/20/2016,3/1/2017,4514", "Z063OYW0,Carl Lind,GTX Basic,,Engaging,10/25/2016,,", "EC4QE1BX,Zoe Levy,MG Special,Southwind,Lost,1/2/2017,3/7/2017,0")+repeat("X#,Anna Snell,GTX Pro,Westwind,Won,10/25/2016,3/17/2017,4821", 40)+repeat("Y#,Anna Snell,GTXPro,,Prospecting,,,", 7),
		"data_dictionary.csv", "accounts,,,,,,,,,sales_teams,,,,\naccount,sector,,,,,,,,sales_agent,,,,\n") {
		out[s.Name] = s
	}
	return out
}

func permutations(names []string) [][]string {
	if len(names) < 2 {
		return [][]string{names}
	}
	var out [][]string
	for i := range names {
		rest := append(append([]string{}, names[:i]...), names[i+1:]...)
		for _, p := range permutations(rest) {
			out = append(out, append([]string{names[i]}, p...))
		}
	}
	return out
}

// counted reads a file by other means and counts, for one column, the rows that fill it and what their numbers sum up to.
func counted(t *testing.T, path string) (rows int, filled map[string]int, sums map[string]decimal.Decimal) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	filled, sums = map[string]int{}, map[string]decimal.Decimal{}
	for _, r := range records[1:] {
		for i, name := range records[0] {
			if r[i] == "" {
				continue
			}
			filled[name]++
			if d, err := decimal.NewFromString(r[i]); err == nil {
				sums[name] = sums[name].Add(d)
			}
		}
	}
	return len(records) - 1, filled, sums
}

func TestSalesFilesInAnyOrder(t *testing.T) {
	src := salesFiles(t)
	names := []string{"accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv"}
	rows, filled, sums := counted(t, src["sales_pipeline.csv"].Path)
	for i, order := range permutations(names) {
		if i%5 != 0 {
			continue
		}
		t.Run(strings.Join(order, " "), func(t *testing.T) {
			var list []ingest.Source
			for _, name := range order {
				list = append(list, src[name])
			}
			m := newMemory()
			r := bring(t, m, append(list, src["data_dictionary.csv"]), ingest.Options{})
			if r.Files[3].File != "sales_pipeline.csv" {
				t.Errorf("the files went in as %v; what is referred to comes first", r.Files)
			}
			if first := m.schema.Objects[0].Name; first != "sales_pipeline" {
				t.Errorf("%s are shown first, not what refers to the others", first)
			}
			got := r.Files[3]
			if int(got.Created) != rows || len(got.Rejected) != 0 {
				t.Errorf("created %d, rejected %v; the file has %d rows", got.Created, got.Rejected, rows)
			}
			if a := got.Links["account"]; int(a.Linked) != filled["account"] || int(a.Empty) != rows-filled["account"] || a.Created != 0 || len(a.Unmatched) != 0 {
				t.Errorf("accounts: %+v; %d of %d rows have one", a, filled["account"], rows)
			}
			for _, link := range []string{"product", "sales_agent"} {
				if l := got.Links[link]; int(l.Linked) != rows || l.Created != 0 {
					t.Errorf("%s: %+v", link, l)
				}
			}
			var sum decimal.Decimal
			closed := 0
			for _, rec := range m.records["sales_pipeline"] {
				if d, ok := rec["close_value"].(decimal.Decimal); ok {
					sum = sum.Add(d)
				}
				if rec["close_date"] != nil {
					closed++
				}
			}
			if !sum.Equal(sums["close_value"]) || closed != filled["close_date"] {
				t.Errorf("values sum up to %s and %d have a close date; the file says %s and %d", sum, closed, sums["close_value"], filled["close_date"])
			}
			if len(r.Skipped) != 1 || r.Skipped[0].File != "data_dictionary.csv" || !strings.Contains(r.Skipped[0].Reason, "not a table") {
				t.Errorf("skipped %+v", r.Skipped)
			}
		})
	}
}

func TestSalesFilesBecomeACRM(t *testing.T) {
	src := salesFiles(t)
	var list []ingest.Source
	for _, s := range src {
		list = append(list, s)
	}
	m := newMemory()
	p := prepare(t, m, list, ingest.Options{})
	var near []ingest.Settled
	for _, f := range p.Files {
		if f.Object == "sales_pipeline" {
			near = columnOf(t, f, "product").Link.Near
			if c := columnOf(t, f, "engage_date"); c.DateOrder != ingest.MonthFirst {
				t.Errorf("engage_date is read %q", c.DateOrder)
			}
			if len(f.Sample) != 20 {
				t.Errorf("%d rows shown beforehand", len(f.Sample))
			}
			if f.Sample[0].Fixed == nil && f.Sample[1].Fixed == nil {
				t.Error("the sample does not show what was settled")
			}
		}
	}
	if len(near) != 1 || near[0].Text != "GTXPro" || near[0].To != "GTX Pro" || near[0].Rows < 2 {
		t.Errorf("names to settle: %+v", near)
	}
	if _, err := p.Import(t.Context(), m, ann, nil); err != nil {
		t.Fatal(err)
	}
	deals := objectOf(t, m, "sales_pipeline")
	if diff := cmp.Diff([]any{"Opportunity", "Opportunities", []string{"sales pipeline", "sales pipelines"}}, []any{deals.Label, deals.Plural, deals.Synonyms}); diff != "" {
		t.Errorf("what people call it:\n%s", diff)
	}
	roles := map[string]crm.Role{}
	for _, o := range m.schema.Objects {
		for _, f := range o.Fields {
			if f.Role != crm.NoRole {
				roles[o.Name+"."+f.Name] = f.Role
			}
		}
	}
	want := map[string]crm.Role{
		"accounts.account": crm.RoleName, "accounts.office_location": crm.RolePlace, "accounts.subsidiary_of": crm.RoleParent,
		"products.product": crm.RoleName, "products.sales_price": crm.RoleUnitPrice,
		"sales_teams.sales_agent": crm.RoleName, "sales_teams.manager": crm.RoleOwner, "sales_teams.regional_office": crm.RolePlace,
		"sales_pipeline.sales_agent": crm.RoleOwner, "sales_pipeline.deal_stage": crm.RoleStage, "sales_pipeline.engage_date": crm.RoleStarted, "sales_pipeline.close_date": crm.RoleEnded, "sales_pipeline.close_value": crm.RoleAmount,
	}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
	stage, _ := deals.Role(crm.RoleStage)
	outcomes := map[string]crm.Outcome{}
	for _, o := range stage.Options {
		outcomes[o.Value] = o.Outcome
	}
	if diff := cmp.Diff(map[string]crm.Outcome{"Engaging": crm.Open, "Prospecting": crm.Open, "Won": crm.Won, "Lost": crm.Lost}, outcomes); diff != "" {
		t.Errorf("outcomes:\n%s", diff)
	}
	for _, f := range bring(t, m, list, ingest.Options{}).Files {
		if f.Created+f.Updated != 0 || f.Unchanged != f.Rows || len(f.FieldsAdded) != 0 {
			t.Errorf("importing %s again: %+v", f.File, f)
		}
	}
}
