package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
	"openclaw/internal/query"
)

func planSchema() crm.Schema {
	return crm.Schema{Objects: []crm.Object{
		{Name: "account", Label: "Account", Plural: "Accounts", Fields: []crm.Field{
			{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName},
			{Name: "sector", Label: "Sector", Type: crm.Text},
		}},
		{Name: "deal", Label: "Deal", Plural: "Deals", Fields: []crm.Field{
			{Name: "title", Label: "Title", Type: crm.Text, Role: crm.RoleName},
			{Name: "account", Label: "Account", Type: crm.Link, Target: "account"},
			{Name: "amount", Label: "Amount", Type: crm.Money, Scale: 2, Currency: "EUR", Role: crm.RoleAmount},
			{Name: "stage", Label: "Stage", Type: crm.Choice, Options: []crm.Option{{Value: "Won"}, {Value: "Lost"}}},
			{Name: "opened", Label: "Opened", Type: crm.Date},
			{Name: "closed", Label: "Closed", Type: crm.Date},
		}},
	}}
}

func TestCompile(t *testing.T) {
	won := crm.Where("stage", crm.Is, "Won")
	sum := plan.Measure{Fn: plan.Sum, Of: &crm.Term{Path: "amount"}}
	for _, tc := range []struct {
		name string
		plan plan.Plan
		want string
	}{
		{"count", plan.Plan{Object: "deal", Measures: []plan.Measure{{Fn: plan.Count}}},
			"SELECT count(*) AS \"count\"\nFROM deal AS t"},
		{"sum by a linked field, top 3", plan.Plan{Object: "deal", Filter: won, Groups: []plan.Group{{Path: "account.sector"}}, Measures: []plan.Measure{sum},
			Order: []plan.Order{plan.ByMeasure(0, true)}, Limit: 3},
			"SELECT t1.\"sector\" AS \"sector\", sum(t.\"amount\") AS \"sum of amount\"\n" +
				"FROM deal AS t LEFT JOIN account AS t1 ON t1.id = t.\"account_id\"\n" +
				"WHERE t.\"stage\" = 'Won' AND t1.\"sector\" IS NOT NULL\n" +
				"GROUP BY t1.\"sector\"\nORDER BY sum(t.\"amount\") DESC NULLS LAST, t1.\"sector\"\nLIMIT 3"},
		{"a quote in a value", plan.Plan{Object: "deal", Filter: crm.Where("title", crm.Is, "O'Brien $1"), Measures: []plan.Measure{{Fn: plan.Count}}},
			"SELECT count(*) AS \"count\"\nFROM deal AS t\nWHERE lower(t.\"title\") = 'o''brien $1'"},
		{"none pointing here", plan.Plan{Object: "account", Among: []plan.Among{{Of: "account", Plan: plan.Plan{Object: "deal", Filter: won}, Not: true}}, Limit: 5},
			"SELECT t.\"name\" AS \"name\"\nFROM account AS t\n" +
				"WHERE t.id NOT IN (SELECT s1_t.\"account_id\" FROM deal AS s1_t WHERE s1_t.\"stage\" = 'Won' AND s1_t.\"account_id\" IS NOT NULL)\nORDER BY t.id\nLIMIT 5"},
		{"the second highest", plan.Plan{Object: "deal", Groups: []plan.Group{{Path: "stage"}}, Measures: []plan.Measure{{Fn: plan.Count}},
			Order: []plan.Order{plan.ByMeasure(0, true)}, Limit: 1, Skip: 1},
			"SELECT t.\"stage\" AS \"stage\", count(*) AS \"count\"\nFROM deal AS t\nWHERE t.\"stage\" IS NOT NULL\n" +
				"GROUP BY t.\"stage\"\nORDER BY count(*) DESC NULLS LAST, t.\"stage\"\nLIMIT 1 OFFSET 1"},
		{"the mean over rows", plan.Plan{Object: "deal", Groups: []plan.Group{{Path: "stage"}}, Measures: []plan.Measure{{Fn: plan.Count}}, Averaged: true},
			"SELECT avg(\"count\") AS \"average count\" FROM (\nSELECT t.\"stage\" AS \"stage\", count(*) AS \"count\"\nFROM deal AS t\n" +
				"WHERE t.\"stage\" IS NOT NULL\nGROUP BY t.\"stage\"\n) AS answer"},
		{"rows counted", plan.Plan{Object: "deal", Groups: []plan.Group{{Path: "account"}}, Measures: []plan.Measure{{Fn: plan.Count}},
			Having: []plan.Having{{Measure: 0, Op: crm.More, Values: []string{"2"}}}, Tally: true},
			"SELECT count(*) AS \"count\" FROM (\nSELECT t1.\"name\" AS \"account\", count(*) AS \"count\"\n" +
				"FROM deal AS t LEFT JOIN account AS t1 ON t1.id = t.\"account_id\"\nWHERE t.\"account_id\" IS NOT NULL\n" +
				"GROUP BY t.\"account_id\", t1.\"name\"\nHAVING count(*) > 2\n) AS answer"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := query.Compile(planSchema(), tc.plan, func(o string) string { return o }, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Text); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(got.SQL, "Won") || strings.Contains(got.SQL, "Brien") {
				t.Errorf("a value stands in the statement that runs: %s", got.SQL)
			}
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	for name, p := range map[string]plan.Plan{
		"an unknown object":      {Object: "nothing"},
		"an unknown field":       {Object: "deal", Filter: crm.Where("colour", crm.Is, "red")},
		"the sum of a text":      {Object: "deal", Measures: []plan.Measure{{Fn: plan.Sum, Of: &crm.Term{Path: "title"}}}},
		"months of a text":       {Object: "deal", Groups: []plan.Group{{Path: "title", Bucket: plan.Month}}},
		"an order by nothing":    {Object: "deal", Order: []plan.Order{plan.ByMeasure(0, true)}},
		"an option there is not": {Object: "deal", Filter: crm.Where("stage", crm.Is, "Sold")},
		"too many rows":          {Object: "deal", Limit: plan.MaxLimit + 1},
		"a step without periods": {Object: "deal", Measures: []plan.Measure{{Fn: plan.Count, Step: plan.Growth}}},
		"a place and no number":  {Object: "deal", Skip: 1},
		"a mean of no rows":      {Object: "deal", Measures: []plan.Measure{{Fn: plan.Count}}, Averaged: true},
		"a wrong link":           {Object: "account", Among: []plan.Among{{Of: "stage", Plan: plan.Plan{Object: "deal"}}}},
		"two groups inside":      {Object: "account", Among: []plan.Among{{Of: "account", Plan: plan.Plan{Object: "deal", Groups: []plan.Group{{Path: "account"}, {Path: "stage"}}}}}},
		"a number inside":        {Object: "account", Among: []plan.Among{{Plan: plan.Plan{Object: "account", Tally: true}}}},
		"a bad plan inside":      {Object: "account", Among: []plan.Among{{Of: "account", Plan: plan.Plan{Object: "deal", Filter: crm.Where("nothing", crm.Is, "x")}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := query.Compile(planSchema(), p, func(o string) string { return o }, time.Now()); err == nil {
				t.Error("compiled")
			}
		})
	}
}
