package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ingest"
)

const teamCSV = "employee,email,reports_to\nAnn Lee,ann@x.example,\nBob Ray,bob@x.example,Ann Lee\nCyd Fox,cyd@x.example,Ann Lee\nDee Orr,dee@x.example,Bob Ray\n"

func TestLinksAreFoundByValues(t *testing.T) {
	for _, tt := range []struct {
		name         string
		deals        string
		column, want string // field name and its target, "" for no link
	}{
		{"another name", table("deal_id,owner", "A,Ann Lee", "B,Bob Ray", "C,Cyd Fox", "D,Ann Lee"), "owner", "owner team"},
		{"by e-mail", table("deal_id,assigned", "A,ann@x.example", "B,bob@x.example", "C,cyd@x.example", "D,ann@x.example"), "assigned", "assigned team"},
		{"the id falls off", table("deal_id,employee_id", "A,Ann Lee", "B,Bob Ray", "C,Ann Lee", "D,Ann Lee"), "employee_id", "employee team"},
		{"in another case", table("deal_id,owner", "A,ANN LEE", "B,bob ray", "C,Cyd Fox", "D,Ann Lee"), "owner", "owner team"},
		{"several", table("deal_id,owners", "A,Ann Lee; Bob Ray", "B,Cyd Fox; Ann Lee", "C,Dee Orr", "D,Bob Ray; Dee Orr"), "owners", "owners team"},
		{"seldom several", table("deal_id,owners", "A,Ann Lee; Bob Ray", "B,Cyd Fox", "C,Dee Orr", "D,Bob Ray", "E,Ann Lee", "F,Ann Lee"), "owners", "owners team"},
		{"mostly strangers", table("deal_id,owner", "A,Ann Lee", "B,Xen", "C,Yul", "D,Ann Lee", "E,Zed"), "owner", ""},
		{"numbers of nothing", table("deal_id,size", "A,1", "B,2", "C,3", "D,1"), "size", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			src := files(t, "deals.csv", tt.deals, "team.csv", teamCSV)
			p := prepare(t, newMemory(), src, ingest.Options{})
			var c *ingest.Column
			for _, f := range p.Files {
				if f.Object == "deals" {
					c = columnOf(t, f, tt.column)
				}
			}
			got := ""
			if c.Link != nil {
				got = c.Field + " " + c.Target
			}
			if strings.HasPrefix(tt.name, "se") && c.Type != crm.Links {
				t.Errorf("%q is a %s", tt.column, c.Type)
			}
			if got != tt.want {
				t.Errorf("%q became %q, want %q", tt.column, got, tt.want)
			}
		})
	}
}

func TestNumbersLinkWhenTheirNameSaysSo(t *testing.T) {
	m := newMemory()
	r := bring(t, m, files(t,
		"orders.csv", table("order_id,customer_id,amount", "1,11,5", "2,12,6", "3,11,7"),
		"customers.csv", table("id,name", "11,North", "12,South", "13,West")), ingest.Options{})
	if l := r.Files[1].Links["customer"]; l.Linked != 3 || l.Created != 0 {
		t.Errorf("%+v", r.Files[1].Links)
	}
	if diff := cmp.Diff([]string{"North", "South", "North"}, shown(t, m, "orders", "customer")); diff != "" {
		t.Error(diff)
	}
}

// TestTwoColumnsForOneThing holds that the columns of two links, or of a link and a text, never get the same name.
func TestTwoColumnsForOneThing(t *testing.T) {
	accounts := table("account_id,name", "A1,North", "A2,South", "A3,West")
	for _, header := range []string{"deal_id,account_id,account", "deal_id,account,account_id"} {
		first, second := "A1,North", "A2,South"
		if header == "deal_id,account,account_id" {
			first, second = "North,A1", "South,A2"
		}
		s := ducktest.Open(t, duck.Options{})
		src := files(t, "deals.csv", table(header, "D1,"+first, "D2,"+second, "D3,"+first), "accounts.csv", accounts)
		f := bring(t, s, src, ingest.Options{}).Files[1]
		for name, l := range f.Links {
			if l.Linked != 3 || l.Created != 0 {
				t.Errorf("%s: %s %+v", header, name, l)
			}
		}
		if len(f.Links) != 2 {
			t.Errorf("%s: %d links", header, len(f.Links))
		}
		again := bring(t, s, src, ingest.Options{}).Files[1]
		if again.Unchanged != 3 || len(again.FieldsAdded) != 0 {
			t.Errorf("%s again: %+v", header, again)
		}
	}
}

func TestALinkGivesWayToAText(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	src := files(t, "deals.csv", table("deal_id,account,account_id", "D1,North,X7", "D2,South,X8", "D3,North,X7"), "accounts.csv", table("account,size", "North,1", "South,2", "West,3"))
	for _, created := range []int64{3, 0} {
		f := bring(t, s, src, ingest.Options{}).Files[1]
		if f.Created != created || f.Unchanged != 3-created || f.Links["account_link"].Linked != 3 {
			t.Errorf("%+v", f)
		}
	}
}

func TestAFilePointsIntoItself(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "team.csv", teamCSV), ingest.Options{})
	f, _ := objectOf(t, m, "team").Field("reports_to")
	if f.Type != crm.Link || f.Target != "team" || f.Role != crm.RoleParent {
		t.Errorf("reports_to is %+v", f)
	}
	if diff := cmp.Diff([]string{"", "Ann Lee", "Ann Lee", "Bob Ray"}, shown(t, m, "team", "reports_to")); diff != "" {
		t.Error(diff)
	}
}

func TestLinksToWhatIsThere(t *testing.T) {
	m := newMemory()
	bring(t, m, files(t, "team.csv", teamCSV), ingest.Options{})
	r := bring(t, m, files(t, "deals.csv", table("deal_id,owner", "A,Ann Lee", "B,Bob Ray", "C,Cyd Fox", "D,Ann  lee")), ingest.Options{})
	if l := r.Files[0].Links["owner"]; l.Linked != 4 || l.Created != 0 {
		t.Errorf("owner: %+v", l)
	}
	r = bring(t, m, files(t, "deals.csv", table("deal_id,owner", "E,Dee Orr", "F,Eve New")), ingest.Options{})
	if l := r.Files[0].Links["owner"]; l.Linked != 2 || l.Created != 1 || len(l.Unmatched) != 1 || len(r.Files[0].FieldsAdded) != 0 {
		t.Errorf("a second import: %+v", r.Files[0])
	}
}

func TestNearNamesAreSettled(t *testing.T) {
	products := table("product,price", "GTX Pro,5", "GTX Basic,6", "MG Special,7", "Turbo 500,8", "Turbo 550,9")
	deals := table("deal_id,product", "A,GTX Pro", "B,GTXPro", "C,gtx-basic", "D,MG Speciel", "E,Turbo 505", "F,GTXPro", "G,GTX Basic", "H,Turbo 500", "I,Turbo 550")
	find := func(p *ingest.Preview) *ingest.Column {
		for _, f := range p.Files {
			if f.Object == "deals" {
				return columnOf(t, f, "product")
			}
		}
		t.Fatal("no deals")
		return nil
	}
	src := files(t, "deals.csv", deals, "products.csv", products)
	c := find(prepare(t, newMemory(), src, ingest.Options{}))
	want := []ingest.Settled{{Text: "GTXPro", Rows: 2, Do: ingest.LinkTo, To: "GTX Pro"}, {Text: "MG Speciel", Rows: 1, Do: ingest.LinkTo, To: "MG Special"}, {Text: "gtx-basic", Rows: 1, Do: ingest.LinkTo, To: "GTX Basic"}}
	if diff := cmp.Diff(want, c.Link.Near); diff != "" {
		t.Errorf("near (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ingest.Settled{{Text: "Turbo 505", Rows: 1, Do: ingest.Make}}, c.Link.Unmatched); diff != "" {
		t.Errorf("unmatched (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		name    string
		fix     map[string]ingest.Fix
		want    []string
		created int64
	}{
		{"as proposed", nil, []string{"GTX Pro", "GTX Pro", "GTX Basic", "MG Special", "Turbo 505", "GTX Pro"}, 1},
		{"made new", map[string]ingest.Fix{"GTXPro": {Do: ingest.Make}}, []string{"GTX Pro", "GTXPro", "GTX Basic", "MG Special", "Turbo 505", "GTXPro"}, 2},
		{"left empty", map[string]ingest.Fix{"GTXPro": {Do: ingest.Leave}, "Turbo 505": {Do: ingest.Leave}}, []string{"GTX Pro", "", "GTX Basic", "MG Special", "", ""}, 0},
		{"linked to another", map[string]ingest.Fix{"Turbo 505": {Do: ingest.LinkTo, To: "Turbo 500"}}, []string{"GTX Pro", "GTX Pro", "GTX Basic", "MG Special", "Turbo 500", "GTX Pro"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory()
			r := bring(t, m, src, ingest.Options{Fix: map[string]map[string]ingest.Fix{"deals.product": tt.fix}})
			if diff := cmp.Diff(tt.want, shown(t, m, "deals", "product")[:6]); diff != "" {
				t.Error(diff)
			}
			if n := len(m.records["products"]) - 5; int64(n) != tt.created {
				t.Errorf("%d products made, want %d (%+v)", n, tt.created, r.Files[1].Links)
			}
		})
	}
}

func TestManyNames(t *testing.T) {
	var companies, deals strings.Builder
	companies.WriteString("company,size\n")
	deals.WriteString("deal_id,company\n")
	for i := range 60_000 {
		fmt.Fprintf(&companies, "Company %d Ltd,%d\n", i, i%9)
		fmt.Fprintf(&deals, "D%d,Company %d Ltd\n", i, (i*7)%60_000)
	}
	p := prepare(t, newMemory(), files(t, "deals.csv", deals.String(), "companies.csv", companies.String()), ingest.Options{})
	c := columnOf(t, p.Files[1], "company")
	if c.Link == nil || c.Target != "companies" || c.Link.Whole {
		t.Errorf("more names than are kept: %+v", c.Link)
	}
}

func TestLinksToMoreThanCanBeRead(t *testing.T) {
	m := newMemory()
	var companies strings.Builder
	companies.WriteString("company,size\n")
	for i := range 30_000 {
		fmt.Fprintf(&companies, "Company %d Ltd,%d\n", i, i%9)
	}
	bring(t, m, files(t, "companies.csv", companies.String()), ingest.Options{})
	src := files(t, "deals.csv", table("deal_id,customer,note", "A,Company 7 Ltd,x", "B,COMPANY 29999 Ltd,y", "C,Company 12 Ltd,z", "D,Company 12 Ltd,w"))
	p := prepare(t, m, src, ingest.Options{})
	if c := columnOf(t, p.Files[0], "customer"); c.Target != "companies" || len(c.Link.Near) != 1 || c.Link.Near[0].To != "Company 29999 Ltd" || len(c.Link.Unmatched) != 0 {
		t.Errorf("customer: %+v", c.Link)
	}
	if c := columnOf(t, p.Files[0], "note"); c.Link != nil {
		t.Errorf("note: %+v", c.Link)
	}
}

func TestFilesThatReferToEachOther(t *testing.T) {
	m := newMemory()
	r := bring(t, m, files(t,
		"teams.csv", table("team,lead", "Red,Ann Lee", "Blue,Bob Ray", "Grey,Ann Lee"),
		"staff.csv", table("staff,team", "Ann Lee,Red", "Bob Ray,Blue", "Cyd Fox,Red")), ingest.Options{})
	if len(r.Files) != 2 || len(m.records["teams"]) != 3 || len(m.records["staff"]) != 3 {
		t.Fatalf("%+v", r)
	}
	if diff := cmp.Diff([]string{"Red", "Blue", "Red"}, shown(t, m, "staff", "team")); diff != "" {
		t.Error(diff)
	}
}
