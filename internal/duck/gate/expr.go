package gate

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"openclaw/internal/fail"
)

// expr checks one expression.
func (w *walk) expr(n Tree, sc *scope) error {
	class, kind := text(n["class"]), text(n["type"])
	var err error
	switch class {
	case "FUNCTION":
		err = w.function(n, inQuery, "")
	case "WINDOW":
		err = w.function(n, inWindow, " OVER")
	case "OPERATOR":
		if !operators[kind] {
			err = refuse(kind, "this operator is not known to be safe")
		}
	case "COLUMN_REF":
		err = w.column(n)
	case "COLLATE":
		if c := text(n["collation"]); !collations[strings.ToLower(c)] {
			err = refuse("COLLATE "+c, "this collation is not known")
		}
	case "PARAMETER":
		w.params[text(n["identifier"])] = true
	}
	if err != nil {
		return err
	}
	return w.kind("expression", classes, class, n, sc)
}

func (w *walk) column(n Tree) error {
	parts, _ := n["column_names"].([]any)
	if len(parts) == 0 {
		return odd("column", "column_names")
	}
	first := text(parts[0])
	if len(parts) == 1 && sessionWords[strings.ToLower(first)] {
		return refuse(first, "the session is not yours to look at")
	}
	return nil
}

// function checks the name of a function and, where it makes much of little, its counts.
func (w *walk) function(n Tree, allowed names, after string) error {
	name := strings.ToLower(text(n["function_name"]))
	shown := text(n["function_name"]) + "()" + after
	if schema := text(n["schema"]); (schema != "" && schema != "main") || !absent(n["catalog"]) {
		return refuse(schema+"."+shown, "functions are written without a schema; a method is written as a function, such as upper(name)")
	}
	args, _ := n["children"].([]any)
	switch {
	case byName[name]:
		return w.aggregateName(shown, args)
	case allowed[name]:
		return nil
	case formats[name]:
		return w.format(shown, args)
	case amplifiers[name] != nil:
		return w.amplify(shown, args, amplifiers[name])
	case unbounded[name]:
		return refuse(shown, "it can make a value longer at each step; use list_sum(), list_max(), list_aggregate() or string_agg()")
	case windows[name]:
		return refuse(shown, "it needs OVER (...)")
	}
	return refuse(shown, "this function is not on the list of those allowed")
}

// aggregateName wants the aggregate that list_aggregate runs by its name to be written out and on the list.
func (w *walk) aggregateName(shown string, args []any) error {
	if len(args) > 1 {
		n, _ := args[1].(Tree)
		value, _ := n["value"].(Tree)
		called := text(value["value"])
		if text(n["class"]) == "CONSTANT" && aggregates[strings.ToLower(called)] {
			return nil
		}
		if called != "" {
			return refuse(shown+" of "+called, "this aggregate is not on the list of those allowed")
		}
	}
	return refuse(shown, "the aggregate's name must be written out")
}

// amplify wants the counts of repeat(), lpad() and the like to be written out; what they make is the meter's matter.
func (w *walk) amplify(shown string, args []any, counts []int) error {
	for _, i := range counts {
		if i >= len(args) {
			continue
		}
		if _, ok := number(args[i]); !ok {
			return refuse(shown, "its count must be a number that is written out")
		}
	}
	return nil
}

func number(arg any) (float64, bool) {
	n, _ := arg.(Tree)
	if text(n["class"]) != "CONSTANT" {
		return 0, false
	}
	value, _ := n["value"].(Tree)
	t, _ := value["type"].(Tree)
	if !slices.Contains([]string{"INTEGER", "BIGINT"}, text(t["id"])) {
		return 0, false
	}
	num, ok := value["value"].(json.Number)
	if !ok {
		return 0, false
	}
	f, err := num.Float64()
	if err != nil {
		return 0, false
	}
	return max(f, -f), true
}

var wide = regexp.MustCompile(`\d{4,}|\*|\{[^{}]*\{`)

// format wants the pattern written out and without wide or computed widths.
func (w *walk) format(shown string, args []any) error {
	if len(args) > 0 {
		n, _ := args[0].(Tree)
		value, _ := n["value"].(Tree)
		if pattern, ok := value["value"].(string); ok && text(n["class"]) == "CONSTANT" && !wide.MatchString(pattern) {
			return nil
		}
	}
	return refuse(shown, "its pattern must be written out, with widths below 1,000")
}

// Expression checks the tree of "SELECT <text>" as the expression of a computed field: one value, made of the record's
// own columns by functions of one row. It gives the tree for json_deserialize_sql and the columns that are used.
func Expression(serialized []byte, columns []string) (tree string, used []string, err error) {
	all, err := Decode(serialized)
	if err != nil {
		return "", nil, err
	}
	stmt, node, err := only(all)
	if err != nil {
		return "", nil, err
	}
	list, _ := node["select_list"].([]any)
	from, _ := node["from_table"].(Tree)
	if text(node["type"]) != "SELECT_NODE" || text(from["type"]) != "EMPTY" || len(list) != 1 || !absent(stmt["named_param_map"]) {
		return "", nil, notValue()
	}
	for _, extra := range []string{"modifiers", "cte_map", "where_clause", "group_expressions", "group_sets", "having", "sample", "qualify"} {
		if !absent(node[extra]) {
			return "", nil, notValue()
		}
	}
	w := &walk{tables: map[string]bool{}, params: map[string]bool{}}
	seen := map[string]bool{}
	if err := w.own(list[0], set("").with(columns...), seen); err != nil {
		return "", nil, err
	}
	if err := w.node(node, nil); err != nil {
		return "", nil, err
	}
	if _, err := (&meter{budget: ofExpression}).query(node, nil); err != nil {
		return "", nil, err
	}
	if item, ok := list[0].(Tree); ok {
		item["alias"] = ""
	}
	if tree, err = encode(all); err != nil {
		return "", nil, err
	}
	for _, c := range columns {
		if seen[c] {
			used = append(used, c)
		}
	}
	return tree, used, nil
}

func notValue() error {
	return fail.New(fail.Invalid, "A computed field is one value made of the record's own fields.").
		WithHint("Write it like: quantity * price, or close_date - engage_date.")
}

// own refuses what a value of one record cannot be made of: aggregates, windows, subqueries, stars, other columns, and
// what changes from one reading to the next.
func (w *walk) own(v any, columns names, seen map[string]bool) error {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if err := w.own(item, columns, seen); err != nil {
				return err
			}
		}
	case Tree:
		switch text(v["class"]) {
		case "SUBQUERY", "WINDOW", "STAR", "PARAMETER", "POSITIONAL_REFERENCE", "LAMBDA":
			return notValue()
		case "FUNCTION":
			name := strings.ToLower(text(v["function_name"]))
			if (aggregates[name] && !scalars[name]) || name == "unnest" || name == "random" || name == "uuid" || name == "gen_random_uuid" {
				return refuse(name+"()", "a computed field is made of one record, and always the same way")
			}
		case "COLUMN_REF":
			parts, _ := v["column_names"].([]any)
			name := ""
			if len(parts) > 0 {
				name = text(parts[0])
			}
			if !columns[name] {
				return fail.New(fail.Invalid, "There is no field %s that this could be computed from.", fmt.Sprintf("%q", name)).
					WithHint("It has: %s.", strings.Join(keys(columns), ", "))
			}
			seen[name] = true
		}
		for _, item := range v {
			if err := w.own(item, columns, seen); err != nil {
				return err
			}
		}
	}
	return nil
}
