package duck

import (
	"encoding/json"
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// renamedIn gives the fields with the computed ones among them reading a column under its new name, and what their
// expressions were and are, by field. Taking a rename back, those that are still as it left them become what they were.
func (tx *Tx) renamedIn(fields []crm.Field, from, to string, back *alteredState) (out []crm.Field, was, is map[string]string, err error) {
	out = slices.Clone(fields)
	was, is = map[string]string{}, map[string]string{}
	for i, f := range out {
		if f.Type != crm.Computed {
			continue
		}
		expr, err := tx.renamedExpr(f.Expr, from, to)
		if err != nil {
			return nil, nil, nil, err
		}
		if expr == f.Expr {
			continue
		}
		if back != nil && back.Exprs[f.Name] != "" {
			expr = back.Exprs[f.Name]
		}
		was[f.Name], is[f.Name] = f.Expr, expr
		out[i].Expr = expr
	}
	return out, was, is, nil
}

// renamedExpr is an expression with each reference to a column under another name, as its author wrote it otherwise.
func (tx *Tx) renamedExpr(expr, from, to string) (string, error) {
	const begin = "SELECT "
	var tree string
	if err := tx.one("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", []any{begin + expr}, &tree); err != nil {
		return "", wrap("read an expression", err)
	}
	var all any
	if err := json.Unmarshal([]byte(tree), &all); err != nil {
		return "", wrap("read an expression", err)
	}
	var places []int
	var walk func(node any)
	walk = func(node any) {
		switch node := node.(type) {
		case map[string]any:
			names, _ := node["column_names"].([]any)
			at, placed := node["query_location"].(float64)
			if len(names) > 0 && placed {
				if names[len(names)-1] == from {
					places = append(places, int(at)-len(begin))
				}
			}
			for _, v := range node {
				walk(v)
			}
		case []any:
			for _, v := range node {
				walk(v)
			}
		}
	}
	walk(all)
	slices.Sort(places)
	for _, at := range slices.Backward(slices.Compact(places)) {
		if at < 0 || at > len(expr) {
			continue
		}
		for _, written := range []string{name(from), from} {
			if rest, ok := strings.CutPrefix(expr[at:], written); ok {
				expr = expr[:at] + name(to) + rest
				break
			}
		}
	}
	return expr, nil
}
