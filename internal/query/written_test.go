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

// TestConditionsReadWell: the SQL that people are shown is what they would have written, and no more.
func TestConditionsReadWell(t *testing.T) {
	is := crm.Where("stage", crm.Is, "it's")
	day := crm.Where("closed_on", crm.AtLeast, "2017-10-01")
	big := crm.Where("amount", crm.More, "5,000")
	for name, tc := range map[string]struct {
		filter crm.Filter
		want   string
	}{
		"a choice":          {is, `t."stage" = 'it''s'`},
		"a day":             {day, `t."closed_on" >= DATE '2017-10-01'`},
		"a span of days":    {crm.Where("closed_on", crm.Between, "2017-10-01", "2017-12-31"), `t."closed_on" BETWEEN DATE '2017-10-01' AND DATE '2017-12-31'`},
		"an instant":        {crm.Where("met_at", crm.Less, "2017-10-01"), `t."met_at" < TIMESTAMP '2017-10-01 00:00:00'`},
		"an amount":         {big, `t."amount" > 5000`},
		"a broken amount":   {crm.Where("amount", crm.Is, "-0.50"), `t."amount" = -0.5`},
		"text":              {crm.Where("name", crm.Contains, "GTX"), `contains(lower(t."name"), 'gtx')`},
		"text beyond ASCII": {crm.Where("name", crm.Is, "MÜLLER"), `lower(t."name") = lower('MÜLLER')`},
		"empty":             {crm.Where("amount", crm.Empty), `t."amount" IS NULL`},
		"not empty":         {crm.Where("amount", crm.NotEmpty), `t."amount" IS NOT NULL`},
		"no tags":           {crm.Where("tags", crm.Empty), `coalesce(len(t."tags"), 0) = 0`},
		"some tags":         {crm.Where("tags", crm.NotEmpty), `len(t."tags") > 0`},
		"both":              {crm.All(is, day), `t."stage" = 'it''s' AND t."closed_on" >= DATE '2017-10-01'`},
		"either":            {crm.Filter{Or: []crm.Filter{is, day}}, `(t."stage" = 'it''s' OR t."closed_on" >= DATE '2017-10-01')`},
		"both of either":    {crm.Filter{Or: []crm.Filter{crm.All(is, day), big}}, `((t."stage" = 'it''s' AND t."closed_on" >= DATE '2017-10-01') OR t."amount" > 5000)`},
		"neither":           {crm.Filter{Not: &crm.Filter{Or: []crm.Filter{is, day}}}, `NOT coalesce((t."stage" = 'it''s' OR t."closed_on" >= DATE '2017-10-01'), FALSE)`},
		"today":             {crm.Filter{Term: &crm.Term{Path: "closed_on"}, Op: crm.Less, Other: &crm.Term{Path: plan.Today}}, `t."closed_on" < DATE '2017-04-01'`},
	} {
		t.Run(name, func(t *testing.T) {
			s := scope(t, "deal")
			sql, err := s.Where(tc.filter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, query.Written(sql, s.Args())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWrittenLeavesQuotesAlone(t *testing.T) {
	for sql, want := range map[string]string{
		`SELECT '$1', "$2", $2 WHERE a = 'it''s $1' OR b = lower($1)`: `SELECT '$1', "$2", 7 WHERE a = 'it''s $1' OR b = 'x'' $2'`,
		`SELECT CAST($2 AS DECIMAL(18,2)), CAST($3 AS DOUBLE), $9`:    `SELECT 7, CAST('1e40' AS DOUBLE), $9`,
		`SELECT CAST($4 AS BOOLEAN), $5`:                              `SELECT TRUE, NULL`,
	} {
		if diff := cmp.Diff(want, query.Written(sql, []any{"X' $2", int64(7), "1e40", true, nil})); diff != "" {
			t.Error(diff)
		}
	}
}

// TestPagesAfterACursor: a condition of several parts and the cursor's are both asked.
func TestPagesAfterACursor(t *testing.T) {
	filter := crm.Filter{Or: []crm.Filter{crm.Where("amount", crm.Empty), crm.Where("name", crm.Is, "x")}}
	l, err := query.NewList(schema, crm.Query{Object: "deal", Filter: filter}, "", func(o string) string { return o }, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	next, err := query.NewList(schema, crm.Query{Object: "deal", Filter: filter, After: l.Cursor(3, nil)}, "", func(o string) string { return o }, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if got := query.Written(next.Find, next.Args); !strings.Contains(got, `WHERE ((t."amount" IS NULL OR lower(t."name") = 'x')) AND t.id > 3`) {
		t.Error(got)
	}
}
