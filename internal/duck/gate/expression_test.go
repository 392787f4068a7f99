package gate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/duck/gate"
	"openclaw/internal/fail"
)

func TestExpression(t *testing.T) {
	b := open(t)
	columns := []string{"amount", "name", "opened", "tags"}
	for q, want := range map[string]string{
		`amount * 2`: "amount",
		`"name" || ' (' || upper(substr(name, 1, 2)) || ')'`:             "name",
		`CASE WHEN amount > 10 THEN 'big' ELSE 'small' END`:              "amount",
		`round(amount / nullif(length(name), 0), 2)`:                     "amount name",
		`date_diff('day', opened, DATE '2017-12-31')`:                    "opened",
		`amount BETWEEN 1 AND 2 OR name IN ('a', 'b') OR opened IS NULL`: "amount name opened",
		`tags[1]`:                                                            "tags",
		`'; DROP TABLE deal; --' || name`:                                    "name",
		`replace(replace(name, '-', ''), ' ', '')`:                           "name",
		`regexp_replace(name, '[^0-9]', '', 'g')`:                            "name",
		`levenshtein(left(name, 60), left(name, 30))`:                        "name",
		`array_to_string(tags, ', ') || ' ' || coalesce(name, '') || amount`: "amount name tags",
		`lpad(CAST(amount AS VARCHAR), 12, '0') || repeat('*', 5)`:           "amount",
		`42 -- the answer`:                                                   "",
		`CAST(amount AS INTEGER) % 3`:                                        "amount",
	} {
		tree, used, err := gate.Expression(b.serialize(t, "SELECT "+q), columns)
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		if diff := cmp.Diff(want, strings.Join(used, " ")); diff != "" {
			t.Errorf("%s: %s", q, diff)
		}
		var run string
		if err := b.db.QueryRow(`SELECT json_deserialize_sql(?::VARCHAR::JSON)`, tree).Scan(&run); err != nil || !strings.HasPrefix(run, "SELECT ") {
			t.Errorf("%s became %q, %v", q, run, err)
		}
	}
	for q, part := range map[string]string{
		`(SELECT 1)`: "one value", `(SELECT secret FROM meta.history)`: "one value", `1 FROM deal`: "one value", `1, 2`: "one value", `*`: "one value",
		`sum(amount)`: "sum", `count(*)`: "count_star", `row_number() OVER ()`: "one value", `1; SELECT 2`: "several statements",
		`secret`: "secret", `deal.amount`: "deal", `getenv('x')`: "getenv", `random()`: "random", `uuid()`: "uuid", `$x`: "one value",
		`amount) FROM deal --`: "could not be read", ``: "could not be read", `1 WHERE true`: "one value", `1 LIMIT 1`: "one value", `1 ORDER BY 1`: "one value",
		`list_transform(tags, lambda x: x)`: "one value", `repeat(name, 1000000000)`: "repeat", `DISTINCT amount`: "one value", `unnest(tags)`: "unnest",
		`length(replace(replace(repeat('x', 10000) || name, 'x', '` + strings.Repeat("y", 300) + `'), 'y', '` + strings.Repeat("z", 300) + `'))`: "too much",
		`replace(replace(name, 'x', '` + strings.Repeat("x", 20) + `'), 'x', '` + strings.Repeat("x", 20) + `')`:                                 "replace",
		`list_reduce(tags, lambda a, b: a || b)`: "one value", `levenshtein(repeat(name, 10), repeat(name, 10))`: "levenshtein", `repeat(name, 1000)`: "repeat",
		`regexp_replace(name, '.', '` + strings.Repeat("x", 1000) + `', 'g')`: "regexp_replace", `range(10000)`: "range", `concat(` + strings.Repeat("name, ", 200) + `name)`: "concat",
		`amount UNION SELECT 1`: "one value", `exists(FROM deal)`: "one value", `read_text('x')`: "read_text", `current_user`: "current_user",
	} {
		_, _, err := gate.Expression(b.serialize(t, "SELECT "+q), columns)
		if err == nil {
			t.Errorf("%s was accepted", q)
			continue
		}
		if e := fail.As(err); e.Kind == fail.Failed || e.Hint == "" || !strings.Contains(e.Message, part) {
			t.Errorf("%s: %q does not name %q", q, e.Message, part)
		}
	}
}
