package demo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/demo"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestFill imports the demo and holds what is in the database to what was made up: counts, sums and links that the
// messy spelling of the files must not change.
func TestFill(t *testing.T) {
	store := ducktest.Open(t, duck.Options{})
	records, err := demo.Fill(t.Context(), store, ducktest.Ann, today)
	if err != nil {
		t.Fatal(err)
	}
	w := demo.Generate(1, demo.Deals, today)
	// A task whose title holds a comma is a row that nobody can repair for sure.
	torn := int64(0)
	for _, task := range w.Tasks {
		if strings.Contains(task.Title, ",") {
			torn++
		}
	}
	want := map[string]int64{
		"rep": int64(len(w.Reps)), "product": int64(len(w.Products)), "company": int64(len(w.Companies)), "people": int64(len(w.People)),
		"deal": int64(len(w.Deals)), "task": int64(len(w.Tasks)) - torn, "invoice": int64(len(w.Invoices)),
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}

	stages, owners, products, companies, open := tally{}, tally{}, tally{}, tally{}, 0
	for _, d := range w.Deals {
		stages.add(d.Stage, d.Amount.Decimal)
		owners.add(d.Owner, d.Amount.Decimal)
		products.add(d.Product, d.Amount.Decimal)
		companies.add(d.Company, d.Amount.Decimal)
		if d.Closed.IsZero() {
			open++
		}
	}
	managers, parents, unpaid := tally{}, tally{}, tally{}
	for _, r := range w.Reps {
		managers.add(r.Manager, decimal.Zero)
	}
	for _, c := range w.Companies {
		parents.add(c.Parent, c.Revenue.Decimal)
	}
	for _, i := range w.Invoices {
		if i.Paid.IsZero() {
			unpaid.add(i.Status, i.Net)
		}
	}
	for _, tc := range []struct {
		name, sql string
		want      tally
	}{
		{"stages", "SELECT stage, count(*), coalesce(sum(amount), 0) FROM deal GROUP BY 1", stages},
		{"owners", "SELECT owner, count(*), coalesce(sum(amount), 0) FROM v_deal GROUP BY 1", owners},
		{"products", "SELECT product, count(*), coalesce(sum(amount), 0) FROM v_deal GROUP BY 1", products},
		{"companies", "SELECT coalesce(company, ''), count(*), coalesce(sum(amount), 0) FROM v_deal GROUP BY 1", companies},
		{"open", "SELECT 'open', count(*), 0 FROM deal WHERE closed_on IS NULL", tally{"open": fmt.Sprintf("%d 0", open)}},
		{"managers", "SELECT coalesce(manager, ''), count(*), 0 FROM v_rep GROUP BY 1", managers},
		{"parents", "SELECT coalesce(parent_company, ''), count(*), coalesce(sum(yearly_revenue), 0) FROM v_company GROUP BY 1", parents},
		{"unpaid invoices", "SELECT status, count(*), sum(net_amount) FROM invoice WHERE paid_on IS NULL GROUP BY 1", unpaid},
	} {
		rows, err := store.SQL(t.Context(), ducktest.Ann, tc.sql, duck.SQLLimits{})
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		got := tally{}
		for _, row := range rows.Rows {
			sum, err := decimal.NewFromString(fmt.Sprint(row[2]))
			if err != nil {
				t.Fatalf("%s: %v", tc.name, err)
			}
			got[fmt.Sprint(row[0])] = fmt.Sprintf("%v %s", row[1], sum)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}

	schema, err := store.Schema(t.Context(), ducktest.Ann)
	if err != nil {
		t.Fatal(err)
	}
	deal, _ := schema.Object("deal")
	stage, ok := deal.Role(crm.RoleStage)
	if lost, known := stage.Option("Lost"); !ok || !known || lost.Outcome != crm.Lost {
		t.Errorf("the deal's stage is %+v", stage)
	}
	engine, err := answer.New(answer.Options{Store: store, Clock: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	pinned, err := store.SavedList(t.Context(), ducktest.Ann)
	if err != nil || len(pinned) == 0 {
		t.Errorf("no questions are pinned: %v", err)
	}
	for _, q := range pinned {
		if a, err := engine.Ask(t.Context(), ducktest.Ann, answer.Request{Question: q.Question}); err != nil || a.Status != answer.Answered {
			t.Errorf("the pinned question %q gets %+v: %v", q.Question, a, err)
		}
	}
	if _, err := demo.Fill(t.Context(), store, ducktest.Ann, today); fail.KindOf(err) != fail.Conflict {
		t.Errorf("a second filling: %v, want a conflict", err)
	}
}

// tally is a count and a sum of money by name.
type tally map[string]string

func (t tally) add(name string, amount decimal.Decimal) {
	count, sum := 0, decimal.Zero
	if at, ok := t[name]; ok {
		n, s, _ := strings.Cut(at, " ")
		_, _ = fmt.Sscan(n, &count) // it was written below
		sum = decimal.RequireFromString(s)
	}
	t[name] = fmt.Sprintf("%d %s", count+1, sum.Add(amount))
}
