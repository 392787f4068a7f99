package gate

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
)

// query adds up a query and gives its columns.
func (m *meter) query(n Tree, outer *view) (columns, error) { return m.named(n, nil, outer) }

// named adds up a query whose columns have names of their own.
func (m *meter) named(n Tree, names any, outer *view) (columns, error) {
	v := &view{outer: outer, with: map[string]columns{}}
	with, _ := n["cte_map"].(Tree)
	list, _ := with["map"].([]any)
	for _, item := range list {
		entry, _ := item.(Tree)
		body, _ := entry["value"].(Tree)
		envelope, _ := body["query"].(Tree)
		made, _ := envelope["node"].(Tree)
		c, err := m.named(made, body["aliases"], v)
		if err != nil {
			return columns{}, err
		}
		v.with[strings.ToLower(text(entry["key"]))] = c.settled()
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
			c.add(column, known(float64(bytes)))
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

// expr adds up one expression and gives the size of its value.
func (m *meter) expr(e any, v *view) (size, error) {
	n, _ := e.(Tree)
	switch text(n["class"]) {
	case "CONSTANT":
		value, _ := n["value"].(Tree)
		if s, ok := value["value"].(string); ok {
			return size{float64(len(s)), float64(len(s)), 4, false}, nil
		}
		return known(small), nil
	case "COLUMN_REF":
		parts, _ := n["column_names"].([]any)
		return v.column(parts, m.column), nil
	case "PARAMETER":
		return known(1 << 10), nil
	case "STAR", "POSITIONAL_REFERENCE":
		return v.columns.largest(), m.all(n["replace_list"], v)
	case "FUNCTION", "WINDOW":
		return m.call(n, v, false)
	case "LAMBDA": // the arrow of JSON
		return m.largest(v, n["lhs"], n["expr"])
	case "COMPARISON", "CONJUNCTION", "BETWEEN":
		for _, member := range []string{"left", "right", "children", "input", "lower", "upper"} {
			if err := m.all(n[member], v); err != nil {
				return size{}, err
			}
		}
		return known(small), nil
	case "CASE":
		checks, _ := n["case_checks"].([]any)
		parts := []any{n["else_expr"]}
		for _, c := range checks {
			c, _ := c.(Tree)
			if err := m.all(c["when_expr"], v); err != nil {
				return size{}, err
			}
			parts = append(parts, c["then_expr"])
		}
		return m.largest(v, parts...)
	case "CAST":
		return m.cast(n, v)
	case "SUBQUERY":
		envelope, _ := n["subquery"].(Tree)
		c, err := m.envelope(envelope, v)
		if err != nil {
			return size{}, err
		}
		if err := m.all(n["child"], v); err != nil {
			return size{}, err
		}
		switch text(n["subquery_type"]) {
		case "EXISTS", "NOT_EXISTS", "ANY":
			return known(small), nil
		}
		return c.settled().largest(), nil
	case "OPERATOR":
		return m.operator(n, v)
	case "COLLATE":
		return m.expr(n["child"], v)
	}
	return known(m.column), m.all(n["children"], v)
}

func (m *meter) largest(v *view, parts ...any) (size, error) {
	var out size
	for _, p := range parts {
		if absent(p) {
			continue
		}
		s, err := m.expr(p, v)
		if err != nil {
			return size{}, err
		}
		out = wider(out, s)
	}
	return out, nil
}

func (m *meter) cast(n Tree, v *view) (size, error) {
	s, err := m.expr(n["child"], v)
	if err != nil {
		return size{}, err
	}
	to, _ := n["cast_type"].(Tree)
	switch id := text(to["id"]); id {
	case "VARCHAR", "BLOB", "UNBOUND", "LIST", "STRUCT", "MAP":
		if s.bytes <= small {
			return size{bytes: 2 * small, items: 2 * small, item: 4}, nil
		}
		if id != "VARCHAR" {
			s.bytes, s.items = 8*s.bytes, 8*s.items
		}
		return s, m.shape("a cast to "+id, s, s)
	}
	return known(small), m.shape("a cast to "+text(to["id"]), s, size{})
}

// shape wants a value of which nobody knows how often it is there to be cut before anything is made of it.
func (m *meter) shape(shown string, given, made size) error {
	if given.open() && !given.fresh {
		return cut(shown, "what it is given could be of any length")
	}
	return m.make(shown, made, 0)
}

func (m *meter) operator(n Tree, v *view) (size, error) {
	args, _ := n["children"].([]any)
	switch text(n["type"]) {
	case "OPERATOR_COALESCE", "OPERATOR_TRY", "OPERATOR_NULLIF", "OPERATOR_UNPACK", "STRUCT_EXTRACT":
		return m.largest(v, args...)
	case "ARRAY_EXTRACT":
		s, err := m.largest(v, args...)
		return one(s), err
	case "ARRAY_SLICE":
		return m.head("", args, v)
	case "ARRAY_CONSTRUCTOR":
		return m.sum("a list", args, v)
	}
	return known(small), m.all(args, v)
}

// one is an item of a list, or a character.
func one(s size) size { return known(min(s.item, s.bytes)) }

// sum is a value that is put together of others.
func (m *meter) sum(shown string, args []any, v *view) (size, error) {
	var out size
	for _, a := range args {
		s, err := m.expr(a, v)
		if err != nil {
			return size{}, err
		}
		if s.open() && !s.fresh {
			return size{}, cut(shown, "what it is given could be of any length")
		}
		out = size{out.bytes + s.bytes, out.items + s.items, max(out.item, s.bytes), out.fresh || s.fresh}
	}
	return out, m.make(shown, out, 0)
}

// until is where the first part of a value ends: left's length, substr's start and length, or a slice's end.
func until(args []any, rest bool) (end float64, ok bool) {
	if rest || len(args) == 0 {
		return 0, false
	}
	for i, a := range args[:min(len(args), 2)] {
		n, ok := number(a)
		if !ok && (i > 0 || len(args) == 1) || negative(a) {
			return 0, false
		}
		end += n
	}
	return end, true
}

// head is the first part of a text, or of what may be a list.
func (m *meter) head(name string, args []any, v *view) (size, error) {
	if len(args) == 0 {
		return size{}, nil
	}
	s, err := m.expr(args[0], v)
	if err != nil {
		return size{}, err
	}
	end, ok := until(args[1:], len(args) == 2 && strings.HasPrefix(name, "sub"))
	if !ok {
		if err := m.all(args[1:], v); err != nil {
			return size{}, err
		}
		return s, m.shape("a part of a value", s, s)
	}
	if strings.HasPrefix(name, "sub") || name == "left" {
		s.item = 4
	}
	s.items = min(s.items, end)
	s.bytes = min(s.bytes, end*max(s.item, 4))
	s.fresh = s.fresh && s.open()
	return s, m.make("a part of a value", s, 0)
}

func negative(arg any) bool {
	n, _ := arg.(Tree)
	value, _ := n["value"].(Tree)
	num, _ := value["value"].(json.Number)
	return strings.HasPrefix(num.String(), "-")
}

func literal(arg any) (string, bool) {
	n, _ := arg.(Tree)
	value, _ := n["value"].(Tree)
	s, ok := value["value"].(string)
	return s, ok && text(n["class"]) == "CONSTANT"
}

// share is a product that is nothing where one side is.
func share(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return math.Abs(a) * math.Abs(b)
}
