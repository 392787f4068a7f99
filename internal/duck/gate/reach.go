package gate

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"openclaw/internal/fail"
)

// How many rows a statement walks through is bounded beforehand as far as can be told: a join without a condition of
// ranges and tables whose product nobody waits for, and aggregates that keep each value of more rows than memory takes,
// are refused. What is let through is still under the limits of time and memory, and so is WITH RECURSIVE: how often it
// steps cannot be told beforehand, so it counts for the rows that it begins with. DuckDB looks between its steps whether it
// was stopped; that no value grows from step to step is the meter's to see.
const (
	mostJoined = 10_000_000_000
	mostKept   = 20_000_000
)

// keepers are the aggregates that keep each value that they are given; those of gather do so too.
var keepers = set(`median quantile quantile_cont quantile_disc mad mode entropy`)

// reach tells how many rows queries have at most.
type reach struct {
	rows func(schema, table string) float64
	with map[string]float64 // of the queries that WITH named
}

// query bounds a query, and gives how many rows it makes.
func (r *reach) query(n Tree) (float64, error) {
	inner := &reach{rows: r.rows, with: map[string]float64{}}
	for name, rows := range r.with {
		inner.with[name] = rows
	}
	for _, cte := range withClause(n) {
		rows, err := inner.query(cte.query)
		if err != nil {
			return 0, err
		}
		inner.with[cte.name] = rows
	}
	rows, err := inner.made(n)
	if most, ok := limited(n); ok {
		rows = min(rows, most)
	}
	return rows, err
}

func (r *reach) made(n Tree) (float64, error) {
	left, _ := n["left"].(Tree)
	right, _ := n["right"].(Tree)
	switch text(n["type"]) {
	case "SELECT_NODE":
		return r.selection(n)
	case "SET_OPERATION_NODE":
		l, err := r.query(left)
		if err != nil {
			return 0, err
		}
		more, err := r.query(right)
		return l + more, err
	case "RECURSIVE_CTE_NODE": // left to the limits of time and memory
		rows, err := r.query(left)
		if err != nil {
			return 0, err
		}
		r.with[strings.ToLower(text(n["cte_name"]))] = rows
		_, err = r.query(right)
		return rows, err
	}
	return 1, nil
}

func (r *reach) selection(n Tree) (float64, error) {
	from, _ := n["from_table"].(Tree)
	sources, pairs, err := r.from(from)
	if err != nil {
		return 0, err
	}
	rows := joined(sources, pairs+equalities(n["where_clause"]))
	if len(sources) > 1 && rows > mostJoined {
		return 0, fail.New(fail.Denied, "The statement joins each row with each other, more than %d billion times.", int(mostJoined/1e9)).
			WithHint("Join on the columns that belong together, such as: ON deal.account_id = account.id")
	}
	used := &uses{reach: r}
	for member, part := range n {
		if member != "from_table" && member != "cte_map" {
			if err := used.look(part); err != nil {
				return 0, err
			}
		}
	}
	if used.kept*rows > mostKept {
		return 0, fail.New(fail.Denied, "%s() keeps each value, and there could be more than %d million of them.", used.keeper, int(mostKept/1e6)).
			WithHint("Join on the columns that belong together, or group in a subquery first. approx_quantile() keeps few.")
	}
	if groups, _ := n["group_expressions"].([]any); used.aggregate && len(groups) == 0 && text(n["aggregate_handling"]) != "FORCE_AGGREGATES" {
		return 1, nil
	}
	return rows, nil
}

// joined is how many rows sources make of which some pairs are equal in a column: about as many as the rest make.
func joined(sources []float64, pairs int) float64 {
	slices.Sort(sources)
	slices.Reverse(sources)
	rows := 1.0
	for _, n := range sources[:max(min(1, len(sources)), len(sources)-pairs)] {
		rows *= n
	}
	return rows
}

// from gives the rows of each source after FROM, and how many pairs of them are joined by equal columns.
func (r *reach) from(n Tree) (sources []float64, pairs int, err error) {
	switch text(n["type"]) {
	case "BASE_TABLE":
		schema, name := text(n["schema_name"]), strings.ToLower(text(n["table_name"]))
		if rows, ok := r.with[name]; ok && (schema == "" || schema == "recurring") {
			return []float64{rows}, 0, nil
		}
		if r.rows == nil {
			return []float64{1}, 0, nil
		}
		return []float64{r.rows(schema, name)}, 0, nil
	case "SUBQUERY":
		envelope, _ := n["subquery"].(Tree)
		node, _ := envelope["node"].(Tree)
		rows, err := r.query(node)
		return []float64{rows}, 0, err
	case "JOIN":
		left, _ := n["left"].(Tree)
		right, _ := n["right"].(Tree)
		l, some, err := r.from(left)
		if err != nil {
			return nil, 0, err
		}
		more, others, err := r.from(right)
		pairs = some + others + equalities(n["condition"])
		if kind := text(n["ref_type"]); !absent(n["using_columns"]) || kind == "NATURAL" || kind == "POSITIONAL" || kind == "ASOF" {
			pairs++
		}
		return append(l, more...), pairs, err
	case "TABLE_FUNCTION":
		call, _ := n["function"].(Tree)
		return []float64{counts(call)}, 0, nil
	case "EXPRESSION_LIST":
		values, _ := n["values"].([]any)
		return []float64{float64(len(values))}, 0, nil
	case "PIVOT":
		source, _ := n["source"].(Tree)
		return r.from(source)
	}
	return nil, 0, nil
}

// counts is how many rows range() makes. Of what is not written out, such as a list, it is taken for few.
func counts(call Tree) float64 {
	args, _ := call["children"].([]any)
	ends := []float64{0, 0, 1}
	switch name := strings.ToLower(text(call["function_name"])); {
	case name == "unnest" || len(args) == 0 || len(args) > 3:
		return 1
	case len(args) == 1:
		ends[1] = worth(args[0])
	default:
		for i, a := range args {
			ends[i] = worth(a)
		}
	}
	n := math.Ceil(math.Abs((ends[1] - ends[0]) / ends[2]))
	if math.IsNaN(n) {
		return 1
	}
	return n
}

// worth is the number that an expression of written numbers stands for; NaN for any other.
func worth(e any) float64 {
	n, _ := e.(Tree)
	switch text(n["class"]) {
	case "CONSTANT":
		value, _ := n["value"].(Tree)
		num, ok := value["value"].(json.Number)
		if s, isText := value["value"].(string); isText {
			num, ok = json.Number(s), true
		}
		f, err := num.Float64()
		if !ok || err != nil {
			return math.NaN()
		}
		return f
	case "CAST":
		return worth(n["child"])
	case "FUNCTION":
		args, _ := n["children"].([]any)
		if len(args) == 1 && text(n["function_name"]) == "-" {
			return -worth(args[0])
		}
		if len(args) != 2 {
			return math.NaN()
		}
		a, b := worth(args[0]), worth(args[1])
		switch text(n["function_name"]) {
		case "+":
			return a + b
		case "-":
			return a - b
		case "*":
			return a * b
		case "**", "^", "pow", "power":
			return math.Pow(a, b)
		case "<<":
			return a * math.Pow(2, b)
		}
	}
	return math.NaN()
}

// equalities counts the conditions that must hold and that say two columns are equal.
func equalities(e any) int {
	n, _ := e.(Tree)
	switch text(n["type"]) {
	case "CONJUNCTION_AND":
		all, _ := n["children"].([]any)
		count := 0
		for _, c := range all {
			count += equalities(c)
		}
		return count
	case "COMPARE_EQUAL", "COMPARE_NOT_DISTINCT_FROM":
		left, _ := n["left"].(Tree)
		right, _ := n["right"].(Tree)
		a, b := columnsOf(left), columnsOf(right)
		if len(a) > 0 && len(b) > 0 && !slices.Equal(a, b) {
			return 1
		}
	}
	return 0
}

// columnsOf lists the columns that an expression reads.
func columnsOf(part any) []string {
	var out []string
	switch part := part.(type) {
	case []any:
		for _, item := range part {
			out = append(out, columnsOf(item)...)
		}
	case Tree:
		if text(part["class"]) == "COLUMN_REF" {
			names, _ := part["column_names"].([]any)
			var parts []string
			for _, name := range names {
				parts = append(parts, strings.ToLower(text(name)))
			}
			return []string{strings.Join(parts, ".")}
		}
		for _, item := range part {
			out = append(out, columnsOf(item)...)
		}
	}
	slices.Sort(out)
	return out
}

// limited is the number of rows after LIMIT, where it is written out.
func limited(n Tree) (float64, bool) {
	modifiers, _ := n["modifiers"].([]any)
	for _, m := range modifiers {
		m, _ := m.(Tree)
		if text(m["type"]) == "LIMIT_MODIFIER" {
			return number(m["limit"])
		}
	}
	return 0, false
}

// uses is what the expressions of a query do with its rows.
type uses struct {
	*reach
	aggregate bool
	kept      float64 // aggregates that keep each value
	keeper    string  // one of them
}

func (u *uses) look(part any) error {
	switch part := part.(type) {
	case []any:
		for _, item := range part {
			if err := u.look(item); err != nil {
				return err
			}
		}
	case Tree:
		name := strings.ToLower(text(part["function_name"]))
		switch text(part["class"]) {
		case "SUBQUERY":
			envelope, _ := part["subquery"].(Tree)
			node, _ := envelope["node"].(Tree)
			if _, err := u.query(node); err != nil {
				return err
			}
			return u.look(part["child"])
		case "FUNCTION", "WINDOW":
			u.aggregate = u.aggregate || text(part["class"]) == "FUNCTION" && aggregates[name] && !scalars[name]
			order, _ := part["order_bys"].(Tree)
			if keepers[name] || gather[name] || aggregates[name] && (part["distinct"] == true || !absent(order["orders"])) {
				u.kept, u.keeper = u.kept+1, name
			}
		}
		for _, item := range part {
			if err := u.look(item); err != nil {
				return err
			}
		}
	}
	return nil
}
