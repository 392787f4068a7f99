package query

import (
	"strconv"
	"strings"

	"openclaw/internal/crm"
)

// link compares a link with records, named by their name or their id.
func (s *Scope) link(e Expr, f crm.Filter) (string, error) {
	ids, err := s.named(e.Field, f.Op, f.Values)
	if err != nil {
		return "", err
	}
	if f.Op == crm.IsNot || f.Op == crm.NoneOf {
		return "(" + e.SQL + " IS NULL OR " + e.SQL + " NOT IN (" + ids + "))", nil
	}
	return e.SQL + " IN (" + ids + ")", nil
}

// named is a subselect of the ids of a link's target whose name, or id, fits.
func (s *Scope) named(f crm.Field, op crm.Op, values []string) (string, error) {
	in, err := s.inner(f.Target)
	if err != nil {
		return "", err
	}
	var tests []string
	nameField, hasName := in.root.NameField()
	if hasName && nameField.Type != crm.Link && nameField.Type != crm.Links {
		byName := crm.Where(crm.Path(nameField.Name), op, values...)
		switch op {
		case crm.IsNot, crm.AnyOf, crm.NoneOf:
			byName.Op = crm.Is
		case crm.Is, crm.Contains, crm.StartsWith:
		default:
			return "", badOp(op, f)
		}
		test, err := in.leaf(byName)
		if err != nil {
			return "", err
		}
		tests = append(tests, test)
	}
	if op != crm.Contains && op != crm.StartsWith {
		for _, v := range values {
			if id, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(v), "#"), 10, 64); err == nil {
				tests = append(tests, in.prefix+".id = "+s.Bind(id))
			}
		}
	}
	if len(tests) == 0 {
		tests = []string{"FALSE"}
	}
	return "SELECT " + in.prefix + ".id FROM " + in.From() + " WHERE " + strings.Join(tests, " OR "), nil
}

// several compares a field that holds several choices or links. Is and AnyOf: it holds at least one of the values.
func (s *Scope) several(e Expr, f crm.Filter) (string, error) {
	not := f.Op == crm.IsNot || f.Op == crm.NoneOf
	var set string
	switch {
	case e.Field.ValueType() == crm.Links:
		ids, err := s.named(e.Field, f.Op, f.Values)
		if err != nil {
			return "", err
		}
		set = "(SELECT list(id) FROM (" + ids + "))"
	case not || f.Op == crm.Is || f.Op == crm.AnyOf || f.Op == crm.Contains:
		var options []string
		for _, v := range f.Values {
			picked, err := e.Field.Parse(v)
			if err != nil {
				return "", err
			}
			if picked == nil {
				return "", blank(e.Field)
			}
			for _, o := range picked.([]string) {
				options = append(options, s.Bind(o))
			}
		}
		set = "[" + strings.Join(options, ", ") + "]"
	default:
		return "", badOp(f.Op, e.Field)
	}
	sql := "list_has_any(" + e.SQL + ", " + set + ")"
	if not {
		sql = "NOT coalesce(" + sql + ", FALSE)"
	}
	return sql, nil
}

// anyLinked asks a path that goes through a field with several links: at least one of the linked records fits. What is
// asked in the negative is the opposite of what it would be in the positive, so "!= x" means that none is x.
func (s *Scope) anyLinked(f crm.Filter, head, rest crm.Path) (string, error) {
	negative := map[crm.Op]crm.Op{crm.IsNot: crm.Is, crm.NoneOf: crm.AnyOf, crm.Empty: crm.NotEmpty}
	op, not := negative[f.Op]
	if !not {
		op = f.Op
	}
	e, err := s.Field(head)
	if err != nil {
		return "", err
	}
	in, err := s.inner(e.Field.Target)
	if err != nil {
		return "", err
	}
	cond, err := in.leaf(crm.Where(rest, op, f.Values...))
	if err != nil {
		return "", err
	}
	sql := "list_has_any(" + e.SQL + ", (SELECT list(" + in.prefix + ".id) FROM " + in.From() + " WHERE " + cond + "))"
	if not {
		sql = "NOT coalesce(" + sql + ", FALSE)"
	}
	return sql, nil
}
