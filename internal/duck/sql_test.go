package duck_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

var ann = ident.Caller{Person: "ann", Name: "Ann", Role: ident.Member, Via: ident.CLI}

// shop opens a workspace with two objects that are linked and a few records.
func shop(t testing.TB) (*duck.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := duck.Open(t.Context(), duck.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	_, err = s.Alter(t.Context(), ann, []crm.Alteration{
		{Kind: crm.AddObject, Object: crm.Object{Name: "account", Fields: []crm.Field{
			{Name: "name", Type: crm.Text, Role: crm.RoleName, Key: true},
			{Name: "sector", Type: crm.Choice, Options: []crm.Option{{Value: "Retail"}, {Value: "Medical"}}},
			{Name: "parent", Type: crm.Link, Target: "account", Role: crm.RoleParent},
		}}},
		{Kind: crm.AddObject, Object: crm.Object{Name: "deal", Plural: "deals", Fields: []crm.Field{
			{Name: "title", Type: crm.Text, Role: crm.RoleName, Key: true},
			{Name: "value", Type: crm.Money, Scale: 2, Currency: "USD"},
			{Name: "closed", Type: crm.Date},
			{Name: "account", Type: crm.Link, Target: "account"},
			{Name: "double", Type: crm.Computed, Expr: `"value" * 2`, Result: crm.Money, Scale: 2},
		}}},
	}, crm.Cause{Kind: "schema"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := s.Write(t.Context(), ann, []crm.Edit{
		{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Acme", "sector": "Retail"}},
		{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Umbrella", "sector": "Medical"}},
	}, crm.Cause{Kind: "edit"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Write(t.Context(), ann, []crm.Edit{
		{Kind: crm.Create, Object: "deal", Values: crm.Values{"title": "First", "value": "10.50", "closed": "2017-03-01", "account": crm.Ref{ID: w.IDs[0]}}},
		{Kind: crm.Create, Object: "deal", Values: crm.Values{"title": "Second", "value": "20"}},
	}, crm.Cause{Kind: "edit"})
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

func TestSQL(t *testing.T) {
	s, _ := shop(t)
	for _, tc := range []struct {
		q    string
		cols []crm.Column
		rows [][]any
	}{
		{`SELECT title, value, closed, double FROM deal ORDER BY id`,
			[]crm.Column{{Name: "title", Type: crm.Text}, {Name: "value", Type: crm.Number, Scale: 2}, {Name: "closed", Type: crm.Date}, {Name: "double", Type: crm.Number, Scale: 2}},
			[][]any{{"First", dec("10.50"), day("2017-03-01"), dec("21.00")}, {"Second", dec("20.00"), nil, dec("40.00")}}},
		{`SELECT account FROM v_deal WHERE title = 'First'`, []crm.Column{{Name: "account", Type: crm.Text}}, [][]any{{"Acme"}}},
		{`SELECT account.name, count(deal.id) AS n FROM crm.account LEFT JOIN crm.deal ON deal.account_id = account.id GROUP BY ALL ORDER BY 1;`,
			[]crm.Column{{Name: "name", Type: crm.Text}, {Name: "n", Type: crm.Number}}, [][]any{{"Acme", dec("1")}, {"Umbrella", dec("0")}}},
		{`SELECT avg(value) AS a, true AS b, ['x','y'] AS c, {'k': [1, 2]} AS d, INTERVAL 3 DAY AS e, 2::HUGEINT AS f, NULL AS g`,
			nil, nil},
		{`SELECT avg(value) AS a, count(*) > 1 AS b, list(title ORDER BY id) AS c FROM deal`,
			[]crm.Column{{Name: "a", Type: crm.Number, Scale: 2}, {Name: "b", Type: crm.Bool}, {Name: "c", Type: crm.Choices}},
			[][]any{{dec("15.25"), true, []string{"First", "Second"}}}},
		{`SELECT {'k': [1, 2]} AS d, INTERVAL 3 DAY AS e, 2::HUGEINT AS f, NULL AS g, 'ab'::BLOB AS h, TIME '10:11:12' AS i, 0.1 + 0.2 AS j, 1e300 AS k, MAP {'a': 1} AS l`,
			[]crm.Column{{Name: "d", Type: crm.Text}, {Name: "e", Type: crm.Text}, {Name: "f", Type: crm.Number}, {Name: "g", Type: crm.Number}, {Name: "h", Type: crm.Text},
				{Name: "i", Type: crm.Text}, {Name: "j", Type: crm.Number, Scale: 1}, {Name: "k", Type: crm.Number}, {Name: "l", Type: crm.Text}},
			[][]any{{`{"k":[1,2]}`, "3 days", dec("2"), nil, `\x6162`, "10:11:12", dec("0.3"), dec("1e300"), `{"a":1}`}}},
		{`SELECT 'nan'::DOUBLE AS a, 'inf'::DOUBLE AS b, '-inf'::FLOAT AS c`, // no decimal holds these, and they are not nothing
			[]crm.Column{{Name: "a", Type: crm.Number}, {Name: "b", Type: crm.Number}, {Name: "c", Type: crm.Number}},
			[][]any{{"NaN", "Infinity", "-Infinity"}}},
	} {
		got, err := s.SQL(t.Context(), ann, tc.q, duck.SQLLimits{})
		if tc.cols == nil {
			if err == nil {
				t.Errorf("%s ran without its table", tc.q)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tc.q, err)
			continue
		}
		if diff := cmp.Diff(tc.cols, got.Columns); diff != "" {
			t.Errorf("%s: columns (-want +got):\n%s", tc.q, diff)
		}
		if diff := cmp.Diff(tc.rows, got.Rows); diff != "" {
			t.Errorf("%s: rows (-want +got):\n%s", tc.q, diff)
		}
	}
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func day(s string) time.Time { d, _ := crm.ParseDay(s); return d }

// Each is tried against the real workspace, whose own file must stay out of reach.
func TestSQLRefuses(t *testing.T) {
	s, dir := shop(t)
	file := filepath.Join(dir, duck.FileName)
	if err := os.WriteFile(filepath.Join(dir, "x.csv"), []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`SELECT * FROM read_blob('` + file + `')`, `SELECT * FROM read_text('` + file + `')`, `SELECT * FROM '` + dir + `/x.csv'`,
		`DETACH ws`, `ATTACH '` + file + `' AS again`, `SELECT 1; DROP TABLE crm.deal`, `COPY crm.deal TO '` + dir + `/out.csv'`,
		`SELECT * FROM meta.history`, `SELECT * FROM trash.deal`, `SELECT * FROM ws.meta.history`, `SELECT getenv('HOME')`,
		`SELECT * FROM duckdb_secrets()`, `WITH x AS (SELECT * FROM read_blob('` + file + `')) SELECT * FROM x`,
		`DELETE FROM crm.deal`, `SET threads = 1`, `SELECT nosuch FROM deal`, `SELECT 'a'::INTEGER`, `SELECT $x`,
	} {
		_, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{})
		if err == nil {
			t.Errorf("%s ran", q)
			continue
		}
		if e := fail.As(err); e.Kind == fail.Failed || e.Hint == "" || strings.Contains(e.Message, "Error:") {
			t.Errorf("%s: %q (%s) is no sentence with a next step", q, e.Message, e.Kind)
		}
	}
	if _, err := s.SQL(t.Context(), ident.Caller{}, `SELECT 1`, duck.SQLLimits{}); fail.KindOf(err) != fail.Denied {
		t.Errorf("nobody was let in: %v", err)
	}
}

func TestSQLLimits(t *testing.T) {
	s, _ := shop(t)
	got, err := s.SQL(t.Context(), ann, `SELECT * FROM range(100) t(n) ORDER BY n DESC`, duck.SQLLimits{Rows: 7})
	if err != nil || len(got.Rows) != 7 || !got.Truncated || !got.Rows[0][0].(decimal.Decimal).Equal(dec("99")) {
		t.Errorf("limit of rows: %d rows, truncated %v, %v", len(got.Rows), got.Truncated, err)
	}
	got, err = s.SQL(t.Context(), ann, `SELECT * FROM range(7)`, duck.SQLLimits{Rows: 7})
	if err != nil || len(got.Rows) != 7 || got.Truncated {
		t.Errorf("just the limit: %d rows, truncated %v, %v", len(got.Rows), got.Truncated, err)
	}
	for name, q := range map[string]string{
		"a huge range":      `SELECT count(*) FROM range(100000000000) a WHERE a.range % 7 = 3`,
		"endless recursion": `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t`,
		"a huge sort":       `SELECT * FROM range(100000000000) ORDER BY random()`,
		"a huge list":       `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT list(n) FROM t`,
		"a huge text":       `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT string_agg('xxxxxxxxxxxxxxxxxxxxxxxxx') FROM t`,
		// The gate takes a recursion for the rows that it begins with, so these are the limits' to stop.
		"recursion with itself": `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 300000) SELECT count(*) FROM t a, t b WHERE a.n * b.n % 7 = 3`,
		"recursion that fans":   `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + r.range FROM t, range(1000) r) SELECT max(n) FROM t`,
		"recursion, its median": `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + r.range FROM t, range(1000) r) SELECT median(n) FROM t`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{Time: 2 * time.Second, Memory: 256 << 20})
			if e := fail.As(err); e.Kind != fail.Invalid || e.Hint == "" {
				t.Fatalf("%v", err)
			}
			if _, err := s.SQL(t.Context(), ann, `SELECT count(*) FROM deal`, duck.SQLLimits{}); err != nil {
				t.Fatalf("the next statement: %v", err)
			}
		})
	}
}

// endless is a statement that ends only when it is stopped.
const endless = `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t`

// Three people with two long statements each leave room for a fourth one's, and for the program's own reads.
func TestSQLTurnsOfMany(t *testing.T) {
	s, _ := shop(t)
	ctx, stop := context.WithCancel(t.Context())
	var long sync.WaitGroup
	for _, person := range []string{"ann", "bob", "cyd"} {
		for range 2 {
			long.Go(func() {
				who := ident.Caller{Person: person, Role: ident.Viewer, Via: ident.CLI}
				if _, err := s.SQL(ctx, who, endless, duck.SQLLimits{}); !errors.Is(err, context.Canceled) {
					t.Errorf("a long one: %v", err)
				}
			})
		}
	}
	dee := ident.Caller{Person: "dee", Role: ident.Viewer, Via: ident.CLI}
	for what, do := range map[string]func() error{
		"a statement": func() error {
			_, err := s.SQL(t.Context(), dee, `SELECT count(*) FROM deal`, duck.SQLLimits{Time: 5 * time.Second})
			return err
		},
		"a list": func() error { _, err := s.List(t.Context(), dee, crm.Query{Object: "deal"}); return err },
		"a question": func() error {
			_, err := s.Plan(t.Context(), dee, plan.Plan{Object: "deal", Measures: []plan.Measure{{Fn: plan.Count}}})
			return err
		},
	} {
		began := time.Now()
		if err := do(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%s waited %s", what, took)
		}
	}
	stop()
	long.Wait()
}

// However many long statements one person runs, another's short one has its turn.
func TestSQLTurns(t *testing.T) {
	s, _ := shop(t)
	bob := ident.Caller{Person: "bob", Name: "Bob", Role: ident.Viewer, Via: ident.CLI}
	ctx, stop := context.WithCancel(t.Context())
	var long sync.WaitGroup
	for range 8 {
		long.Go(func() {
			if _, err := s.SQL(ctx, ann, endless, duck.SQLLimits{}); !errors.Is(err, context.Canceled) {
				t.Errorf("a long one: %v", err)
			}
		})
	}
	for range 5 {
		began := time.Now()
		if _, err := s.SQL(t.Context(), bob, `SELECT count(*) FROM deal`, duck.SQLLimits{Time: 5 * time.Second}); err != nil {
			t.Errorf("a short one: %v", err)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("a short one waited %s", took)
		}
	}
	stop()
	long.Wait()
}

// How many rows a table has decides what may be joined with it.
func TestSQLKnowsRows(t *testing.T) {
	s, _ := team(t, 5_000)
	for _, of := range []string{"opportunities", "v_opportunities"} {
		_, err := s.SQL(t.Context(), ann, `SELECT mode(a.opportunity_id || b.opportunity_id) FROM `+of+` a, `+of+` b`, duck.SQLLimits{})
		if e := fail.As(err); err == nil || e.Kind != fail.Denied || e.Hint == "" {
			t.Errorf("%s with itself: %v", of, err)
		}
		if _, err = s.SQL(t.Context(), ann, `SELECT mode(a.opportunity_id) FROM `+of+` a JOIN `+of+` b USING (opportunity_id)`, duck.SQLLimits{}); err != nil {
			t.Errorf("%s by its id: %v", of, err)
		}
	}
}

func TestSQLCancel(t *testing.T) {
	s, _ := shop(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := s.SQL(ctx, ann, endless, duck.SQLLimits{})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled: %v", err)
	}
}

func TestSQLParameters(t *testing.T) {
	s, _ := shop(t)
	got, err := s.SQL(t.Context(), ann, `SELECT title FROM deal WHERE value > $least AND title <> $not`, duck.SQLLimits{Args: map[string]any{"least": 5, "not": "First", "unused": 1}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{"Second"}}, got.Rows); diff != "" {
		t.Error(diff)
	}
}

// The SQL that an answer shows runs as it is, as a person's statement, and gives the same rows.
func TestSQLOfPlans(t *testing.T) {
	s, _ := team(t, 500)
	value, took := &crm.Term{Path: "close_value"}, &crm.Term{Path: "close_date", Minus: "engage_date"}
	won := crm.Where("deal_stage", crm.Is, "Won")
	for name, p := range map[string]plan.Plan{
		"count":        {Object: "opportunities", Measures: []plan.Measure{{Fn: plan.Count}}},
		"by link":      {Object: "opportunities", Filter: won, Groups: []plan.Group{{Path: "sales_agent"}}, Measures: []plan.Measure{{Fn: plan.Sum, Of: value}, {Fn: plan.Mean, Of: took}}, Order: []plan.Order{plan.ByMeasure(0, true)}, Limit: 5},
		"buckets":      {Object: "opportunities", Groups: []plan.Group{{Path: "engage_date", Bucket: plan.Quarter}}, Measures: []plan.Measure{{Fn: plan.Count}, {Fn: plan.Count, Step: plan.Growth}, {Fn: plan.Sum, Of: value, Share: true}}},
		"weeks":        {Object: "opportunities", Groups: []plan.Group{{Path: "engage_date", Bucket: plan.Week}}, Measures: []plan.Measure{{Fn: plan.Median, Of: value}}},
		"rate":         {Object: "opportunities", Groups: []plan.Group{{Path: "account.sector"}}, Measures: []plan.Measure{{Fn: plan.Count, Filter: won, Over: &plan.Measure{Fn: plan.Count}}}},
		"having":       {Object: "opportunities", Groups: []plan.Group{{Path: "product"}}, Measures: []plan.Measure{{Fn: plan.Count}}, Having: []plan.Having{{Op: crm.More, Values: []string{"5"}}}},
		"list":         {Object: "opportunities", Filter: crm.All(won, crm.Where("account", crm.NotEmpty)), Columns: []crm.Path{"opportunity_id", "account", "close_value"}, Order: []plan.Order{plan.ByTerm(*value, true)}, Limit: 7},
		"text":         {Object: "agents", Filter: crm.Filter{Or: []crm.Filter{crm.Where("sales_agent", crm.Contains, "a_'%"), crm.Where("sales_agent", crm.StartsWith, "dar")}}},
		"not, between": {Object: "opportunities", Filter: crm.All(crm.Filter{Not: &won}, crm.Where("engage_date", crm.Between, "2016-10-20", "2017-01-01")), Tally: true},
		"without":      {Object: "accounts", Among: []plan.Among{{Of: "account", Plan: plan.Plan{Object: "opportunities", Filter: won}, Not: true}}, Tally: true},
		"of the best":  {Object: "opportunities", Among: []plan.Among{{Path: "sales_agent", Of: "sales_agent", Plan: plan.Plan{Object: "opportunities", Filter: won, Groups: []plan.Group{{Path: "sales_agent"}}, Measures: []plan.Measure{{Fn: plan.Sum, Of: value}}, Order: []plan.Order{plan.ByMeasure(0, true)}, Limit: 3}}}, Measures: []plan.Measure{{Fn: plan.Count}}},
		"of a list":    {Object: "accounts", Among: []plan.Among{{Of: "account", Plan: plan.Plan{Object: "opportunities", Order: []plan.Order{plan.ByTerm(*value, true)}, Limit: 5}}}},
		"same sector":  {Object: "accounts", Among: []plan.Among{{Path: "sector", Of: "account.sector", Plan: plan.Plan{Object: "opportunities", Groups: []plan.Group{{Path: "account.sector"}}, Measures: []plan.Measure{{Fn: plan.Count}}, Having: []plan.Having{{Op: crm.More, Values: []string{"5"}}}}}}, Tally: true},
		"compare":      {Object: "opportunities", Measures: []plan.Measure{{Fn: plan.Sum, Of: value}}, Compare: []plan.Part{{Label: "won", Filter: won}, {Label: "rest", Filter: crm.Filter{Not: &won}}}},
		"each":         {Object: "opportunities", Groups: []plan.Group{{Path: "product"}, {Path: "sales_agent"}}, Measures: []plan.Measure{{Fn: plan.Count}}, Order: []plan.Order{plan.ByMeasure(0, true)}, Limit: 1, Each: true},
	} {
		want, err := s.Plan(t.Context(), ann, p)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := s.SQL(t.Context(), ann, want.SQL, duck.SQLLimits{})
		if err != nil {
			t.Errorf("%s: %s: %v", name, want.SQL, err)
			continue
		}
		if diff := cmp.Diff(want.Rows, got.Rows); diff != "" {
			t.Errorf("%s: %s (-plan +sql):\n%s", name, want.SQL, diff)
		}
	}
}
