package gate

import (
	"maps"
	"slices"
	"strings"
)

// cte is a query that WITH named.
type cte struct {
	name    string // in lower case
	columns any    // what its columns are called, if anything
	query   Tree
}

// withClause gives the queries that a query begins with, in their order.
func withClause(n Tree) []cte {
	with, _ := n["cte_map"].(Tree)
	list, _ := with["map"].([]any)
	out := make([]cte, 0, len(list))
	for _, item := range list {
		entry, _ := item.(Tree)
		body, _ := entry["value"].(Tree)
		envelope, _ := body["query"].(Tree)
		query, _ := envelope["node"].(Tree)
		out = append(out, cte{name: strings.ToLower(text(entry["key"])), columns: body["aliases"], query: query})
	}
	return out
}

// query adds up a query and gives its columns.
func (m *meter) query(n Tree, outer *view) (columns, error) { return m.named(n, nil, outer) }

// named adds up a query whose columns have names of their own.
func (m *meter) named(n Tree, names any, outer *view) (columns, error) {
	v := &view{outer: outer, with: map[string]columns{}}
	for _, cte := range withClause(n) {
		c, err := m.named(cte.query, cte.columns, v)
		if err != nil {
			return columns{}, err
		}
		v.with[cte.name] = c.settled()
	}
	var c columns
	var err error
	switch text(n["type"]) {
	case "SET_OPERATION_NODE":
		c, err = m.union(n, v)
	case "RECURSIVE_CTE_NODE":
		c, err = m.recursion(n, names, v)
	default:
		c, err = m.selection(n, v)
	}
	return c.renamed(names), err
}

func (m *meter) envelope(envelope Tree, v *view) (columns, error) {
	node, _ := envelope["node"].(Tree)
	return m.query(node, v)
}

func (m *meter) union(n Tree, v *view) (columns, error) {
	left, _ := n["left"].(Tree)
	right, _ := n["right"].(Tree)
	l, err := m.query(left, v)
	if err != nil {
		return columns{}, err
	}
	r, err := m.query(right, v)
	if err != nil {
		return columns{}, err
	}
	v.columns = both(l, r)
	return v.columns, m.all(n["modifiers"], v)
}

// both gives the columns of two queries of which one's rows follow the other's.
func both(l, r columns) columns {
	out := columns{names: l.names, star: l.star || r.star || len(l.sizes) != len(r.sizes)}
	for i, s := range l.sizes {
		if out.star {
			s = wider(s, r.largest())
		} else {
			s = wider(s, r.sizes[i])
		}
		out.sizes = append(out.sizes, s)
	}
	if out.star {
		for i, name := range r.names {
			out.add(name, wider(r.sizes[i], l.largest()))
		}
	}
	return out
}

// recursion wants a step to make no column longer than growing: then no number of steps does.
func (m *meter) recursion(n Tree, names any, v *view) (columns, error) {
	left, _ := n["left"].(Tree)
	right, _ := n["right"].(Tree)
	first, err := m.query(left, v)
	if err != nil {
		return columns{}, err
	}
	first = first.settled().renamed(names)
	name := strings.ToLower(text(n["cte_name"]))
	if err := m.enter(); err != nil {
		return columns{}, err
	}
	defer m.leave()
	before := *m
	v.with[name] = first
	step, err := m.query(right, v)
	if err != nil {
		return columns{}, err
	}
	longer := first.star || step.star || len(first.sizes) != len(step.sizes)
	reach := columns{names: first.names, star: first.star}
	for i, s := range first.sizes {
		now := step.largest()
		if !longer {
			now = step.sizes[i]
		}
		if now.bytes > s.bytes {
			s = wider(s, known(growing))
		}
		reach.sizes = append(reach.sizes, s)
	}
	*m = before
	v.with[name] = reach
	if step, err = m.query(right, v); err != nil {
		return columns{}, err
	}
	for i, s := range reach.sizes {
		now := step.largest()
		if !longer {
			now = step.sizes[i]
		}
		if now.bytes > s.bytes {
			return columns{}, cut("WITH RECURSIVE "+text(n["cte_name"]), "each step could make its texts or lists longer, without end")
		}
	}
	return both(first, step.settled()), m.all(n["modifiers"], v)
}

func (m *meter) selection(n Tree, v *view) (columns, error) {
	from, _ := n["from_table"].(Tree)
	if err := m.from(from, v); err != nil {
		return columns{}, err
	}
	var out columns
	list, _ := n["select_list"].([]any)
	sources := v.columns
	for _, item := range list {
		e, _ := item.(Tree)
		if text(e["class"]) == "STAR" {
			if err := m.all(e["expr"], v); err != nil {
				return columns{}, err
			}
			out.star = true
			out.names, out.sizes = append(out.names, sources.names...), append(out.sizes, sources.sizes...)
			replaced, _ := e["replace_list"].([]any)
			for _, r := range replaced {
				r, _ := r.(Tree)
				s, err := m.expr(r["value"], v)
				if err != nil {
					return columns{}, err
				}
				out.add(text(r["key"]), s)
			}
			if !absent(e["rename_list"]) {
				out.add("", sources.largest())
			}
			continue
		}
		s, err := m.expr(item, v)
		if err != nil {
			return columns{}, err
		}
		name := text(e["alias"])
		if parts, _ := e["column_names"].([]any); name == "" && len(parts) > 0 {
			name = text(parts[len(parts)-1])
		}
		out.add(name, s)
		if alias := text(e["alias"]); alias != "" {
			v.columns.add(alias, s) // what follows may use it
		}
	}
	for _, member := range slices.Sorted(maps.Keys(n)) {
		if member == "select_list" || member == "from_table" || member == "cte_map" {
			continue
		}
		if err := m.all(n[member], v); err != nil {
			return columns{}, err
		}
	}
	if out.star {
		out = out.merged()
	}
	return out, nil
}

// from adds the columns of what stands after FROM.
func (m *meter) from(n Tree, v *view) error {
	var c columns
	var err error
	switch text(n["type"]) {
	case "BASE_TABLE":
		c = m.table(text(n["schema_name"]), text(n["table_name"]), v)
	case "SUBQUERY":
		envelope, _ := n["subquery"].(Tree)
		if c, err = m.envelope(envelope, v); err != nil {
			return err
		}
		c = c.settled()
	case "JOIN":
		left, _ := n["left"].(Tree)
		right, _ := n["right"].(Tree)
		if err := m.from(left, v); err != nil {
			return err
		}
		if err := m.from(right, v); err != nil {
			return err
		}
		return m.all(n["condition"], v)
	case "TABLE_FUNCTION":
		call, _ := n["function"].(Tree)
		s, err := m.call(call, v, tableFunctions[strings.ToLower(text(call["function_name"]))])
		if err != nil {
			return err
		}
		s.fresh = false
		c.star = true
		c.add(text(n["alias"]), s)
		c.add("", s)
	case "EXPRESSION_LIST":
		lists, _ := n["values"].([]any)
		var s size
		for _, row := range lists {
			row, _ := row.([]any)
			for _, item := range row {
				each, err := m.expr(item, v)
				if err != nil {
					return err
				}
				s = wider(s, each)
			}
		}
		c.star = true
		c.add("", s)
	case "SHOW_REF":
		node, _ := n["query"].(Tree)
		if c, err = m.query(node, v); err != nil {
			return err
		}
		s := wider(known(m.column), c.settled().largest())
		c = columns{star: true}
		c.add("", s)
	case "PIVOT":
		source, _ := n["source"].(Tree)
		if err := m.from(source, v); err != nil {
			return err
		}
		s := v.columns.largest()
		list, _ := n["aggregates"].([]any)
		for _, a := range list {
			each, err := m.expr(a, v)
			if err != nil {
				return err
			}
			s = wider(s, each)
		}
		s.fresh = false
		v.columns = columns{star: true}
		c.add("", s)
	}
	c = c.renamed(n["column_name_alias"])
	v.columns.names = append(v.columns.names, c.names...)
	v.columns.sizes = append(v.columns.sizes, c.sizes...)
	return nil
}

func (m *meter) table(schema, name string, v *view) columns {
	if schema == "" || schema == "recurring" {
		if c, ok := v.table(name); ok {
			return c
		}
	}
	c := columns{star: true}
	if m.width != nil {
		for column, bytes := range m.width(schema, name) {
			s := known(float64(bytes))
			s.number = bytes == small // as a text of this length cannot grow by what numbers do
			c.add(column, s)
		}
	}
	if len(c.sizes) == 0 {
		c.add("", known(m.column))
	}
	return c
}

// all adds up whatever expressions and queries hang in a part of the tree, and gives the largest.
func (m *meter) all(part any, v *view) error {
	switch part := part.(type) {
	case []any:
		for _, item := range part {
			if err := m.all(item, v); err != nil {
				return err
			}
		}
	case Tree:
		if text(part["class"]) != "" && text(part["class"]) != "STAR" {
			_, err := m.expr(part, v)
			return err
		}
		for _, item := range part {
			if err := m.all(item, v); err != nil {
				return err
			}
		}
	}
	return nil
}
