package gate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"openclaw/internal/fail"
)

// walk checks one statement and replaces its tables as it goes.
type walk struct {
	opts   Options
	depth  int
	tables map[string]bool
	params map[string]bool
}

// scope is the names that WITH has made so far, innermost first. A name is in scope only where DuckDB sees it too: in
// later tables of the same WITH and in the query that follows, never in itself.
type scope struct {
	name  string
	outer *scope
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.outer {
		if strings.EqualFold(s.name, name) {
			return true
		}
	}
	return false
}

func (w *walk) node(n Tree, sc *scope) error { return w.kind("query", nodes, text(n["type"]), n, sc) }

// kind checks all members of a node against the shape of its kind.
func (w *walk) kind(what string, shapes map[string]shape, name string, n Tree, sc *scope) error {
	w.depth++
	defer func() { w.depth-- }()
	if w.depth > maxDepth {
		return fail.New(fail.Invalid, "The statement nests too deep.").WithHint("Split it into smaller ones.")
	}
	s, ok := shapes[name]
	if !ok {
		return refuse(fmt.Sprintf("%q", name), "this kind of "+what+" is not known to be safe")
	}
	if with := n["cte_map"]; !absent(with) {
		var err error
		if sc, err = w.with(with, sc); err != nil {
			return err
		}
	}
	for _, member := range slices.Sorted(maps.Keys(n)) {
		switch member {
		case "type", "class", "alias", "query_location", "sample":
			if !isPlain(n[member]) {
				return odd(name, member)
			}
			continue
		}
		r, ok := s[member]
		if !ok {
			return odd(name, member)
		}
		if absent(n[member]) {
			continue
		}
		in := sc
		if name == "RECURSIVE_CTE_NODE" && member == "right" {
			in = &scope{text(n["cte_name"]), sc}
		}
		if err := w.member(r, name, member, n[member], in); err != nil {
			return err
		}
	}
	return nil
}

func odd(kind, member string) error {
	return refuse(fmt.Sprintf("%s of %s", member, strings.ToLower(kind)), "this form is not known to be safe")
}

// known refuses members of an envelope beyond those named.
func (w *walk) known(what string, n Tree, members ...string) error {
	for _, m := range slices.Sorted(maps.Keys(n)) {
		if !slices.Contains(members, m) && !absent(n[m]) {
			return refuse(m+" of "+what, "this form is not known to be safe")
		}
	}
	return nil
}

func (w *walk) member(r role, kind, member string, v any, sc *scope) error {
	if absent(v) {
		return nil
	}
	switch r {
	case plain:
		if isPlain(v) {
			return nil
		}
	case ctes:
		return nil // read by with
	case expr:
		return each(v, false, func(n Tree) error { return w.expr(n, sc) })
	case exprs:
		return each(v, true, func(n Tree) error { return w.expr(n, sc) })
	case rows:
		return eachRow(v, func(n Tree) error { return w.expr(n, sc) })
	case query:
		return each(v, false, func(n Tree) error { return w.node(n, sc) })
	case subquery:
		return each(v, false, func(n Tree) error { return w.envelope(n, sc) })
	case ref:
		return each(v, false, func(n Tree) error { return w.ref(n, sc) })
	case tableFn:
		return each(v, false, func(n Tree) error { return w.tableFunction(n, sc) })
	case modifier:
		return each(v, true, func(n Tree) error { return w.modifier(n, sc) })
	case order:
		return each(v, false, func(n Tree) error { return w.modifier(n, sc) })
	case orders:
		return each(v, true, func(n Tree) error { return w.orderKey(n, sc) })
	case cases:
		return each(v, true, func(n Tree) error { return w.parts("CASE", n, sc, "when_expr", "then_expr") })
	case replaced:
		return each(v, true, func(n Tree) error {
			if !isPlain(n["key"]) {
				return odd("REPLACE", "key")
			}
			delete(n, "query_location")
			return w.parts("REPLACE", Tree{"value": n["value"]}, sc, "value")
		})
	case pivots:
		return each(v, true, func(n Tree) error { return w.pivot(n, sc) })
	case typ:
		return each(v, false, w.typ)
	case value:
		return each(v, false, w.value)
	}
	return odd(kind, member)
}

func (w *walk) envelope(n Tree, sc *scope) error {
	if err := w.known("a subquery", n, "node", "named_param_map"); err != nil {
		return err
	}
	return w.member(query, "SUBQUERY", "node", n["node"], sc)
}

// with reads the tables that WITH makes and gives the scope of what follows.
func (w *walk) with(v any, sc *scope) (*scope, error) {
	envelope, _ := v.(Tree)
	if err := w.known("WITH", envelope, "map"); err != nil {
		return nil, err
	}
	err := each(envelope["map"], true, func(n Tree) error {
		name := text(n["key"])
		body, _ := n["value"].(Tree)
		if strings.ContainsAny(name, `./\:*?[`) || name == "" {
			return refuse(fmt.Sprintf("WITH %q", name), "the name looks like a file; choose a plain word")
		}
		if err := w.known("WITH "+name, body, "query", "aliases", "materialized", "key_targets"); err != nil {
			return err
		}
		if err := w.member(exprs, "WITH", "key_targets", body["key_targets"], sc); err != nil {
			return err
		}
		if !isPlain(body["aliases"]) || !isPlain(body["materialized"]) {
			return odd("WITH", "aliases")
		}
		if err := w.member(subquery, "WITH", "query", body["query"], sc); err != nil {
			return err
		}
		sc = &scope{name, sc}
		return nil
	})
	return sc, err
}

func (w *walk) modifier(n Tree, sc *scope) error {
	kind := text(n["type"])
	for _, m := range slices.Sorted(maps.Keys(n)) {
		var err error
		switch {
		case m == "type" || absent(n[m]):
		case m == "orders" && kind == "ORDER_MODIFIER":
			err = w.member(orders, kind, m, n[m], sc)
		case (m == "limit" || m == "offset") && (kind == "LIMIT_MODIFIER" || kind == "LIMIT_PERCENT_MODIFIER"):
			err = w.member(expr, kind, m, n[m], sc)
		case m == "distinct_on_targets" && kind == "DISTINCT_MODIFIER":
			err = w.member(exprs, kind, m, n[m], sc)
		default:
			err = odd(kind, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) orderKey(n Tree, sc *scope) error {
	if !isPlain(n["type"]) || !isPlain(n["null_order"]) {
		return odd("ORDER BY", "type")
	}
	return w.parts("ORDER BY", Tree{"expression": n["expression"]}, sc, "expression")
}

// parts checks a small envelope whose members are all expressions.
func (w *walk) parts(what string, n Tree, sc *scope, members ...string) error {
	if err := w.known(what, n, members...); err != nil {
		return err
	}
	for _, m := range members {
		if err := w.member(expr, what, m, n[m], sc); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) pivot(n Tree, sc *scope) error {
	if err := w.known("PIVOT", n, "pivot_expressions", "unpivot_names", "entries"); err != nil {
		return err
	}
	if !isPlain(n["unpivot_names"]) {
		return odd("PIVOT", "unpivot_names")
	}
	if err := w.member(exprs, "PIVOT", "pivot_expressions", n["pivot_expressions"], sc); err != nil {
		return err
	}
	return each(n["entries"], true, func(e Tree) error {
		if err := w.known("PIVOT IN", e, "values", "star_expr", "alias"); err != nil {
			return err
		}
		if err := w.member(expr, "PIVOT", "star_expr", e["star_expr"], sc); err != nil {
			return err
		}
		values, _ := e["values"].([]any)
		return each(values, true, w.value)
	})
}

// typ checks a type and all types inside it.
func (w *walk) typ(n Tree) error {
	id := text(n["id"])
	info, _ := n["type_info"].(Tree)
	if id == "UNBOUND" && text(info["name"]) == "JSON" && absent(info["schema"]) && absent(info["catalog"]) && absent(info["user_type_modifiers"]) {
		return nil
	}
	if !types[id] {
		if id == "UNBOUND" {
			id = text(info["name"])
		}
		return refuse("type "+id, "it is not one of the types that may be named here")
	}
	return w.typeInfo(info)
}

func (w *walk) typeInfo(info Tree) error {
	for _, m := range slices.Sorted(maps.Keys(info)) {
		var err error
		switch m {
		case "type", "width", "scale", "alias":
			if !isPlain(info[m]) {
				err = odd("type", m)
			}
		case "child_type":
			err = each(info[m], false, w.typ)
		case "child_types":
			err = each(info[m], true, func(n Tree) error {
				if !isPlain(n["first"]) {
					return odd("type", m)
				}
				return each(n["second"], false, w.typ)
			})
		default:
			if !absent(info[m]) {
				err = odd("type", m)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// value checks a constant: a known type, and nothing in it that could be a node.
func (w *walk) value(n Tree) error {
	if err := w.known("a constant", n, "type", "is_null", "value"); err != nil {
		return err
	}
	if err := each(n["type"], false, w.typ); err != nil {
		return err
	}
	if !isPlain(n["value"]) {
		return odd("constant", "value")
	}
	return nil
}

// each runs f over one node, or over the nodes of a list.
func each(v any, list bool, f func(Tree) error) error {
	items := []any{v}
	if list {
		var ok bool
		if items, ok = v.([]any); !ok {
			return odd("statement", "list")
		}
	}
	for _, item := range items {
		n, ok := item.(Tree)
		if !ok {
			return odd("statement", "node")
		}
		if err := f(n); err != nil {
			return err
		}
	}
	return nil
}

func eachRow(v any, f func(Tree) error) error {
	lists, ok := v.([]any)
	if !ok {
		return odd("VALUES", "rows")
	}
	for _, row := range lists {
		if err := each(row, true, f); err != nil {
			return err
		}
	}
	return nil
}

// absent tells whether a member says nothing: DuckDB writes out every member of a node.
func absent(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case bool:
		return !v
	case []any:
		return len(v) == 0
	case Tree:
		m, ok := v["map"].([]any)
		return len(v) == 0 || (ok && len(v) == 1 && len(m) == 0)
	}
	return false
}

// isPlain tells whether a member holds only names, flags and numbers: no node has neither class nor type.
func isPlain(v any) bool {
	switch v := v.(type) {
	case nil, string, bool, json.Number, float64, int:
		return true
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !isPlain(item) })
	case Tree:
		if _, ok := v["class"]; ok {
			return false
		}
		for key, item := range v {
			if key == "node" || !isPlain(item) {
				return false
			}
		}
		return true
	}
	return false
}
