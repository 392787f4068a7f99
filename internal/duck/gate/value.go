package gate

import (
	"encoding/json"
	"math"
	"strings"
)

// expr adds up one expression and gives the size of its value.
func (m *meter) expr(e any, v *view) (size, error) {
	n, _ := e.(Tree)
	switch text(n["class"]) {
	case "CONSTANT":
		value, _ := n["value"].(Tree)
		if s, ok := value["value"].(string); ok {
			return written(float64(len(s))), nil
		}
		return numeric(), nil
	case "COLUMN_REF":
		parts, _ := n["column_names"].([]any)
		return v.column(parts, m.column), nil
	case "PARAMETER":
		return known(MaxParam), nil
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
		return numeric(), nil
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
			return numeric(), nil
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
			return known(2 * small), nil
		}
		s.number = false
		if id != "VARCHAR" {
			s.bytes, s.items = 8*s.bytes, 8*s.items
			s.item = max(s.item, s.bytes)
		}
		return s, m.shape("a cast to "+id, s, s)
	}
	return numeric(), m.shape("a cast to "+text(to["id"]), s, size{})
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
	return numeric(), m.all(args, v)
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
		s.item = s.bytes
		out = plus(out, s)
	}
	out.bytes, out.number = out.bytes+small, false
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
	s.number, s.fresh = false, s.fresh && s.open()
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
