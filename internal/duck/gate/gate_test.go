package gate_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/google/go-cmp/cmp"

	"openclaw/internal/duck/gate"
	"openclaw/internal/fail"
)

// workbench is a DuckDB with a few tables, one of which the caller sees in part only.
type workbench struct{ db *sql.DB }

func open(tb testing.TB) workbench {
	tb.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		tb.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { db.Close() })
	for _, q := range []string{
		`CREATE SCHEMA crm; CREATE SCHEMA meta; CREATE SCHEMA trash`,
		`CREATE TABLE crm.deal (id BIGINT, name VARCHAR, stage VARCHAR, amount DECIMAL(12,2), opened DATE, account_id BIGINT, tags VARCHAR[], owner VARCHAR)`,
		`INSERT INTO crm.deal VALUES (1,'A','Won',10.50,DATE '2017-01-02',1,['x','y'],'ann'), (2,'B','Lost',20,DATE '2017-02-03',1,[],'bob'), (3,'C','Won',30,NULL,NULL,NULL,'secret')`,
		`CREATE TABLE crm.account (id BIGINT, name VARCHAR)`,
		`INSERT INTO crm.account VALUES (1,'Acme'), (2,'Umbrella')`,
		`CREATE VIEW v_account AS SELECT * FROM crm.account`,
		`CREATE TABLE meta.history (secret VARCHAR); INSERT INTO meta.history VALUES ('meta secret')`,
		`CREATE TABLE trash.deal (name VARCHAR)`,
	} {
		if _, err := db.Exec(q); err != nil {
			tb.Fatalf("%s: %v", q, err)
		}
	}
	return workbench{db}
}

func (b workbench) serialize(tb testing.TB, q string) []byte {
	tb.Helper()
	var out []byte
	if err := b.db.QueryRow(`SELECT json_serialize_sql(?::VARCHAR)::VARCHAR`, q).Scan(&out); err != nil {
		tb.Fatalf("serialize %q: %v", q, err)
	}
	return out
}

var relations = map[string]string{
	"crm.deal": `SELECT * FROM (SELECT * FROM crm.deal WHERE owner <> 'secret')`, "deal": `SELECT * FROM (SELECT * FROM crm.deal WHERE owner <> 'secret')`,
	"crm.account": `SELECT * FROM crm.account`, "account": `SELECT * FROM crm.account`,
	"v_account": `SELECT * FROM main.v_account`, "main.v_account": `SELECT * FROM main.v_account`,
}

func (b workbench) options(tb testing.TB) gate.Options {
	return gate.Options{
		Tables: []string{"account", "deal"},
		Rows:   func(_, _ string) float64 { return 10_000 },
		Width: func(_, table string) map[string]int {
			out := map[string]int{"id": 32, "amount": 32, "opened": 32, "account_id": 32}
			for _, text := range []string{"name", "stage", "tags", "owner"} {
				out[text] = 256
			}
			return out
		},
		Relation: func(schema, table string) (gate.Tree, bool) {
			key := strings.ToLower(table)
			if schema != "" {
				key = strings.ToLower(schema) + "." + key
			}
			q, ok := relations[key]
			if !ok {
				return nil, false
			}
			tree, err := gate.Decode(b.serialize(tb, q))
			if err != nil {
				tb.Fatal(err)
			}
			return tree, true
		},
	}
}

// check runs a text through the whole gate and gives the text that would run.
func (b workbench) check(tb testing.TB, q string, limit int) (string, gate.Checked, error) {
	tb.Helper()
	if err := gate.Text(q); err != nil {
		return "", gate.Checked{}, err
	}
	opts := b.options(tb)
	opts.Limit = limit
	checked, err := gate.Statement(b.serialize(tb, q), opts)
	if err != nil {
		return "", checked, err
	}
	var run string
	if err := b.db.QueryRow(`SELECT json_deserialize_sql(?::VARCHAR::JSON)`, checked.Tree).Scan(&run); err != nil {
		tb.Fatalf("deserialize %q: %v\n%s", q, err, checked.Tree)
	}
	return run, checked, nil
}

func (b workbench) run(q string) ([][]any, error) {
	rows, err := b.db.QueryContext(context.Background(), q)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]any
	for rows.Next() {
		row, dest := make([]any, len(cols)), make([]any, len(cols))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func TestRefused(t *testing.T) {
	b := open(t)
	for _, tc := range refused {
		t.Run(tc.sql[:min(len(tc.sql), 60)], func(t *testing.T) {
			_, _, err := b.check(t, tc.sql, 100)
			if err == nil {
				t.Fatalf("%q was accepted", tc.sql)
			}
			var e *fail.Error
			if !errors.As(err, &e) || e.Hint == "" {
				t.Fatalf("%q: %v has no kind or no next step", tc.sql, err)
			}
			if !strings.Contains(strings.ToLower(e.Message), strings.ToLower(tc.part)) {
				t.Errorf("%q: the reason %q does not name %q", tc.sql, e.Message, tc.part)
			}
		})
	}
	if len(refused) < 150 {
		t.Errorf("only %d refused statements", len(refused))
	}
}

// What is accepted gives what DuckDB itself gives on a database that holds only the rows that the caller may see.
func TestAccepted(t *testing.T) {
	b, plain := open(t), open(t)
	for _, q := range []string{`DELETE FROM crm.deal WHERE owner = 'secret'`, `SET search_path = 'main,crm'`} {
		if _, err := plain.db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range accepted {
		t.Run(q[:min(len(q), 60)], func(t *testing.T) {
			run, _, err := b.check(t, q, 0)
			if err != nil {
				t.Fatalf("%q: %v", q, err)
			}
			got, err := b.run(run)
			if err != nil {
				t.Fatalf("%q became %q: %v", q, run, err)
			}
			want, err := plain.run(q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(show(want), show(got)); diff != "" {
				t.Errorf("%q became %q (-want +got):\n%s", q, run, diff)
			}
		})
	}
	if len(accepted) < 60 {
		t.Errorf("only %d accepted statements", len(accepted))
	}
}

func show(rows [][]any) string {
	out, err := json.Marshal(rows)
	if err != nil {
		return err.Error()
	}
	return string(out)
}

// What runs must parse to the tree that was checked: a quoting fault in making text of it would be a hole.
func TestTextIsTheTree(t *testing.T) {
	b := open(t)
	for _, q := range accepted {
		run, checked, err := b.check(t, q, 50)
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		if diff := cmp.Diff(gate.Shape([]byte(checked.Tree)), gate.Shape(b.serialize(t, run))); diff != "" {
			t.Errorf("%q became %q, which is another tree:\n%s", q, run, diff)
		}
	}
}

func TestLimit(t *testing.T) {
	b := open(t)
	for q, want := range map[string]int{
		"SELECT * FROM range(100)":                                      5,
		"SELECT * FROM range(100) LIMIT 3":                              3,
		"SELECT * FROM range(100) LIMIT 30":                             5,
		"SELECT * FROM range(100) ORDER BY 1 DESC":                      5,
		"SELECT * FROM range(100) UNION ALL SELECT * FROM range(3)":     5,
		"(SELECT * FROM range(100) LIMIT 2) UNION ALL SELECT 1":         3,
		"SELECT * FROM range(100) LIMIT 10%":                            5,
		"VALUES (1),(2),(3),(4),(5),(6)":                                5,
		"WITH a AS (SELECT * FROM range(100) LIMIT 90) SELECT * FROM a": 5,
	} {
		run, _, err := b.check(t, q, 5)
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		rows, err := b.run(run)
		if err != nil {
			t.Fatalf("%q: %v", run, err)
		}
		if len(rows) != want {
			t.Errorf("%q gave %d rows, want %d", q, len(rows), want)
		}
	}
}

func TestTablesAndParams(t *testing.T) {
	b := open(t)
	_, checked, err := b.check(t, `WITH a AS (FROM Deal) SELECT * FROM a JOIN crm.account x ON true WHERE a.stage = $stage AND $from < opened`, 0)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"crm.account", "deal"}, checked.Tables); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"from", "stage"}, checked.Params); diff != "" {
		t.Error(diff)
	}
}

// A function with too few arguments, or with odd ones, is for DuckDB to refuse.
func TestAnyCall(t *testing.T) {
	b := open(t)
	names, err := b.run(`SELECT DISTINCT function_name FROM duckdb_functions() WHERE regexp_full_match(function_name, '[a-z_0-9]+') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range names {
		name, _ := row[0].(string)
		if !gate.Allows(name) {
			continue
		}
		for _, args := range []string{``, `NULL`, `'a'`, `1`, `'a', 1`, `'a', -1`, `'a', NULL, 'b'`, `'a', 'b', 'c', 'd'`, `name, lambda x: x`, `lambda x: x`, `[], []`, `*`} {
			_, _, err := b.check(t, "SELECT "+name+"("+args+") FROM deal", 1)
			if err != nil && fail.KindOf(err) == fail.Failed {
				t.Errorf("%s(%s): %v", name, args, err)
			}
		}
	}
}

// Checking takes no longer for what doubles at each level.
func TestDoubling(t *testing.T) {
	b := open(t)
	for what, q := range map[string]string{
		"stars":   strings.Repeat("SELECT *, * FROM (", 60) + "SELECT * FROM deal" + strings.Repeat(")", 60),
		"joins":   "WITH a AS (SELECT * FROM deal)" + doubled(40) + " SELECT 1 FROM a",
		"lambdas": "SELECT " + strings.Repeat("list_transform([1], lambda x: ", 40) + "1" + strings.Repeat(")", 40),
		"steps":   strings.Repeat("WITH RECURSIVE t AS (SELECT 1 UNION ALL (", 40) + "SELECT 1" + strings.Repeat(")) SELECT * FROM t", 40),
	} {
		if _, _, err := b.check(t, q, 1); err != nil && fail.KindOf(err) == fail.Failed {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// doubled is WITH tables of which each is two of the one before, side by side.
func doubled(n int) string {
	var out strings.Builder
	last := "a"
	for i := range n {
		next := "a" + strconv.Itoa(i)
		out.WriteString(", " + next + " AS (SELECT * FROM " + last + " x, " + last + " y)")
		last = next
	}
	return out.String()
}

// Whatever passes holds no function beyond the list and reads nothing but the caller's relations.
func FuzzGate(f *testing.F) {
	for _, tc := range refused {
		f.Add(tc.sql)
	}
	for _, q := range accepted {
		f.Add(q)
	}
	b := open(f)
	f.Fuzz(func(t *testing.T, q string) {
		if len(q) > 2000 {
			return
		}
		run, checked, err := b.check(t, q, 10)
		if err != nil {
			if fail.KindOf(err) == fail.Failed {
				t.Fatalf("%q: %v is not an error of ours", q, err)
			}
			return
		}
		var tree any
		if err := json.Unmarshal(b.serialize(t, run), &tree); err != nil {
			t.Fatalf("%q became %q, which does not parse: %v", q, run, err)
		}
		if gate.Shape([]byte(checked.Tree)) != gate.Shape(b.serialize(t, run)) {
			return // the store does not run what comes back as another tree
		}
		inspect(t, q, tree, map[string]bool{})
	})
}

// inspect knows nothing of the gate's walk: it looks at every node of what would run, wherever it hangs.
func inspect(t *testing.T, q string, v any, made map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			inspect(t, q, item, made)
		}
	case map[string]any:
		if key, ok := v["key"].(string); ok && v["value"] != nil {
			made[strings.ToLower(key)] = true
		}
		if name, ok := v["cte_name"].(string); ok {
			made[strings.ToLower(name)] = true
		}
		for _, member := range []string{"cte_map", "cte_name"} {
			if m, ok := v[member]; ok {
				inspect(t, q, m, made)
			}
		}
		if fn, ok := v["function_name"].(string); ok && !gate.Allows(fn) {
			t.Fatalf("%q: function %s passed", q, fn)
		}
		if v["type"] == "BASE_TABLE" {
			schema, _ := v["schema_name"].(string)
			name, _ := v["table_name"].(string)
			catalog, _ := v["catalog_name"].(string)
			own := catalog == "" && (schema == "crm" && (name == "deal" || name == "account") || schema == "main" && name == "v_account")
			cte := catalog == "" && (schema == "" || schema == "recurring") && made[strings.ToLower(name)]
			if !own && !cte {
				t.Fatalf("%q: table %s.%s.%s passed", q, catalog, schema, name)
			}
		}
		for _, item := range v {
			inspect(t, q, item, made)
		}
	}
}

func TestText(t *testing.T) {
	for name, text := range map[string]string{
		"empty": " \n", "a NUL": "SELECT 'a\x00b'", "not UTF-8": "SELECT '\xff'", "a megabyte": "SELECT '" + strings.Repeat("x", 1<<20) + "'",
	} {
		if err := gate.Text(text); fail.KindOf(err) != fail.Invalid || fail.As(err).Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
