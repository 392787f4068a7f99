package query

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/plan"
)

// maxDepth keeps a filter's nesting, and so the SQL parser's recursion, within bounds.
const maxDepth = 50

// Where writes a filter as a condition; "TRUE" for the zero filter. It may be NULL where a field is empty, which is no
// match, as WHERE and FILTER take it: turning NULL into FALSE everywhere would keep DuckDB from skipping blocks of rows.
// It may stand beside other conditions with AND or OR between them as it is.
func (s *Scope) Where(f crm.Filter) (string, error) { return s.where(f, 0) }

func (s *Scope) where(f crm.Filter, depth int) (string, error) {
	if depth > maxDepth {
		return "", fail.New(fail.Invalid, "The filter is nested too deeply.").WithHint("Split it into several questions.")
	}
	switch {
	case f.Zero():
		return "TRUE", nil
	case len(f.And) > 0:
		sql, err := s.all(f.And, " AND ", depth)
		if depth == 0 {
			return sql, err
		}
		return "(" + sql + ")", err
	case len(f.Or) > 0:
		sql, err := s.all(f.Or, " OR ", depth)
		return "(" + sql + ")", err
	case f.Not != nil:
		inner, err := s.where(*f.Not, depth+1)
		return "NOT coalesce(" + inner + ", FALSE)", err
	}
	return s.leaf(f)
}

func (s *Scope) all(fs []crm.Filter, word string, depth int) (string, error) {
	parts := make([]string, len(fs))
	for i, f := range fs {
		part, err := s.where(f, depth+1)
		if err != nil {
			return "", err
		}
		parts[i] = part
	}
	return strings.Join(parts, word), nil
}

// leaf writes one comparison.
func (s *Scope) leaf(f crm.Filter) (string, error) {
	if head, rest, ok := s.throughLinks(f.Term.Path); ok && f.Term.Minus == "" && f.Other == nil {
		return s.anyLinked(f, head, rest)
	}
	e, err := s.Term(*f.Term)
	if err != nil {
		return "", err
	}
	if f.Other != nil {
		return s.compareTerms(e, f.Op, *f.Other)
	}
	if err := wantValues(f, e.Field); err != nil {
		return "", err
	}
	switch f.Op {
	case crm.Empty, crm.NotEmpty:
		return empty(e, f.Op == crm.Empty), nil
	}
	switch t := e.Field.ValueType(); {
	case t == crm.Link:
		return s.link(e, f)
	case t == crm.Links, t == crm.Choices:
		return s.several(e, f)
	case t.Textual():
		return s.text(e, f)
	case t == crm.Bool:
		return s.equal(e, f, "CAST(%s AS BOOLEAN)", func(v string) (any, error) { return e.Field.Parse(v) })
	case t.Temporal():
		return s.temporal(e, f)
	}
	return s.number(e, f)
}

// Term writes what a condition looks at. The difference of two terms is a number: of days, where they are dates.
func (s *Scope) Term(t crm.Term) (Expr, error) {
	a, err := s.Field(t.Path)
	if err != nil || t.Minus == "" {
		return a, err
	}
	b, err := s.Field(t.Minus)
	if err != nil {
		return Expr{}, err
	}
	label := a.Field.Label + " minus " + b.Field.Label
	ta, tb := a.Field.ValueType(), b.Field.ValueType()
	switch {
	case ta.Temporal() && tb.Temporal():
		return Expr{SQL: "date_diff('day', " + s.here(b) + ", " + s.here(a) + ")", Field: crm.Field{Label: label, Type: crm.Number}}, nil
	case ta.Numeric() && tb.Numeric():
		scale := max(a.Field.Scale, b.Field.Scale)
		wide := "CAST(%s AS DECIMAL(38," + strconv.Itoa(scale) + "))"
		return Expr{SQL: "(" + put(wide, a.SQL) + " - " + put(wide, b.SQL) + ")", Field: crm.Field{Label: label, Type: crm.Number, Scale: scale}}, nil
	}
	return Expr{}, fail.New(fail.Invalid, "%s cannot be taken from %s.", b.Field.Label, a.Field.Label).WithHint("Both must be dates, or both numbers.")
}

// sorted writes what rows are ordered by: a link by what its record is called.
func (s *Scope) sorted(t crm.Term) (Expr, error) {
	if t.Minus == "" {
		return s.Name(t.Path)
	}
	return s.Term(t)
}

func (s *Scope) compareTerms(a Expr, op crm.Op, other crm.Term) (string, error) {
	b, err := s.Term(other)
	if err != nil {
		return "", err
	}
	ta, tb := a.Field.ValueType(), b.Field.ValueType()
	if !(ta == tb || ta.Textual() && tb.Textual() || ta.Numeric() && tb.Numeric() || ta.Temporal() && tb.Temporal()) {
		return "", fail.New(fail.Invalid, "%s is a %s and %s a %s; they cannot be compared.", a.Field.Label, ta.Noun(), b.Field.Label, tb.Noun())
	}
	if ta.Temporal() && ta != tb {
		a.SQL, b.SQL = s.here(a), s.here(b)
	}
	switch op {
	case crm.Is:
		return a.SQL + " = " + b.SQL, nil
	case crm.IsNot:
		return a.SQL + " IS DISTINCT FROM " + b.SQL, nil
	case crm.Less, crm.AtMost, crm.More, crm.AtLeast:
		return a.SQL + " " + string(op) + " " + b.SQL, nil
	}
	return "", badOp(op, a.Field)
}

// wantValues checks that a condition has as many values as its operator takes.
func wantValues(f crm.Filter, field crm.Field) error {
	n := len(f.Values)
	switch f.Op {
	case crm.Empty, crm.NotEmpty:
		return nil
	case crm.Between:
		if n == 2 {
			return nil
		}
		return fail.New(fail.Invalid, "A range of %s takes two values.", field.Label)
	case crm.Less, crm.AtMost, crm.More, crm.AtLeast:
		if n == 1 {
			return nil
		}
		return fail.New(fail.Invalid, "The comparison %q of %s takes one value.", f.Op, field.Label)
	}
	if n == 0 || n > 10_000 {
		return fail.New(fail.Invalid, "The condition on %s has %d values.", field.Label, n).WithHint("Give 1 to 10,000.")
	}
	return nil
}

func badOp(op crm.Op, f crm.Field) error {
	return fail.New(fail.Invalid, "%q does not work on %s, which is a %s.", op, f.Label, f.ValueType().Noun())
}

// put sets a value into a pattern such as CAST(%s AS DATE).
func put(pattern, value string) string { return strings.Replace(pattern, "%s", value, 1) }

func empty(e Expr, want bool) string {
	several := e.Field.ValueType() == crm.Links || e.Field.ValueType() == crm.Choices
	switch {
	case several && want:
		return "coalesce(len(" + e.SQL + "), 0) = 0"
	case several:
		return "len(" + e.SQL + ") > 0"
	case want:
		return e.SQL + " IS NULL"
	}
	return e.SQL + " IS NOT NULL"
}

// oneOf writes Is and IsNot for values already written as SQL. An empty field is none of them.
func oneOf(e string, values []string, not bool) string {
	list := strings.Join(values, ", ")
	switch {
	case not && len(values) == 1:
		return e + " IS DISTINCT FROM " + list
	case not:
		return "(" + e + " IS NULL OR " + e + " NOT IN (" + list + "))"
	case len(values) == 1:
		return e + " = " + list
	}
	return e + " IN (" + list + ")"
}

// either joins conditions with or.
func either(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// equal writes Is and IsNot, the only comparisons some types have.
func (s *Scope) equal(e Expr, f crm.Filter, pattern string, parse func(string) (any, error)) (string, error) {
	if f.Op != crm.Is && f.Op != crm.IsNot {
		return "", badOp(f.Op, e.Field)
	}
	values := make([]string, len(f.Values))
	for i, text := range f.Values {
		v, err := parse(text)
		if err != nil {
			return "", err
		}
		if v == nil {
			return "", blank(e.Field)
		}
		values[i] = put(pattern, s.Bind(v))
	}
	return oneOf(e.SQL, values, f.Op == crm.IsNot), nil
}

func blank(f crm.Field) error {
	return fail.New(fail.Invalid, "The condition on %s has a blank value.", f.Label).WithHint("Ask for empty or not empty instead.")
}

func (s *Scope) text(e Expr, f crm.Filter) (string, error) {
	for _, v := range f.Values {
		if strings.TrimSpace(v) == "" {
			return "", blank(e.Field)
		}
	}
	if e.Field.Type == crm.Choice && (f.Op == crm.Is || f.Op == crm.IsNot) {
		return s.equal(e, f, "%s", e.Field.Parse)
	}
	low := s.Lower(e)
	any := func(test func(bound string) string) string {
		parts := make([]string, len(f.Values))
		for i, v := range f.Values {
			parts[i] = test("lower(" + s.Bind(v) + ")")
		}
		return either(parts)
	}
	switch f.Op {
	case crm.Is, crm.IsNot:
		values := make([]string, len(f.Values))
		for i, v := range f.Values {
			values[i] = "lower(" + s.Bind(v) + ")"
		}
		return oneOf(low, values, f.Op == crm.IsNot), nil
	case crm.AnyOf:
		return any(func(v string) string { return low + " = " + v }), nil
	case crm.NoneOf:
		return "NOT coalesce(" + any(func(v string) string { return low + " = " + v }) + ", FALSE)", nil
	case crm.Contains:
		return any(func(v string) string { return "contains(" + low + ", " + v + ")" }), nil
	case crm.StartsWith:
		return any(func(v string) string { return "starts_with(" + low + ", " + v + ")" }), nil
	case crm.Between:
		return low + " BETWEEN lower(" + s.Bind(f.Values[0]) + ") AND lower(" + s.Bind(f.Values[1]) + ")", nil
	case crm.Less, crm.AtMost, crm.More, crm.AtLeast:
		return low + " " + string(f.Op) + " lower(" + s.Bind(f.Values[0]) + ")", nil
	}
	return "", badOp(f.Op, e.Field)
}

func (s *Scope) number(e Expr, f crm.Filter) (string, error) {
	values := make([]string, len(f.Values))
	for i, text := range f.Values {
		d, err := e.Field.Compared(text)
		if err != nil {
			return "", err
		}
		values[i] = s.decimal(d, e.Field)
	}
	return compare(e, f, values)
}

// decimal binds a number in the column's own type where it fits, so that DuckDB can skip blocks of rows by it.
func (s *Scope) decimal(d decimal.Decimal, f crm.Field) string {
	scale := max(f.Scale, int(-d.Exponent()))
	if f.Name == "id" && d.IsInteger() && d.Abs().LessThan(decimal.New(9, 18)) {
		return "CAST(" + s.Bind(d.String()) + " AS BIGINT)"
	}
	if scale <= f.Scale && d.Abs().LessThan(decimal.New(1, int32(18-f.Scale))) {
		return "CAST(" + s.Bind(d.StringFixed(int32(f.Scale))) + " AS DECIMAL(18," + strconv.Itoa(f.Scale) + "))"
	}
	return "CAST(" + s.Bind(d.String()) + " AS DOUBLE)"
}

// compare writes a comparison of ordered values.
func compare(e Expr, f crm.Filter, values []string) (string, error) {
	switch f.Op {
	case crm.Is, crm.AnyOf:
		return oneOf(e.SQL, values, false), nil
	case crm.IsNot, crm.NoneOf:
		return oneOf(e.SQL, values, true), nil
	case crm.Less, crm.AtMost, crm.More, crm.AtLeast:
		return e.SQL + " " + string(f.Op) + " " + values[0], nil
	case crm.Between:
		return e.SQL + " BETWEEN " + values[0] + " AND " + values[1], nil
	}
	return "", badOp(f.Op, e.Field)
}

// temporal compares days and instants. A day compared with instants means the whole of it, on the machine's clock, where
// it has 23 or 25 hours now and then; so is an instant that is written without a zone.
func (s *Scope) temporal(e Expr, f crm.Filter) (string, error) {
	if e.Field.ValueType() == crm.Date {
		values := make([]string, len(f.Values))
		for i, text := range f.Values {
			d, err := s.day(text, e.Field)
			if err != nil {
				return "", err
			}
			values[i] = "CAST(" + s.Bind(d.Format(time.DateOnly)) + " AS DATE)"
		}
		return compare(e, f, values)
	}
	spans := make([]span, len(f.Values))
	for i, text := range f.Values {
		if d, err := s.day(text, e.Field); err == nil {
			spans[i] = span{s.midnight(d), s.midnight(d.AddDate(0, 0, 1))}
			continue
		}
		at, ok := crm.ParseInstant(crm.ReadIn(text, s.today.Location()))
		if !ok {
			return "", fail.New(fail.Invalid, "%q is not a date and time for %s.", text, e.Field.Label).WithHint("Write it like 2017-03-31 14:05.")
		}
		spans[i] = span{at, at.Add(time.Microsecond)}
	}
	test := func(op string, t time.Time) string {
		return e.SQL + " " + op + " CAST(" + s.Bind(t.Format("2006-01-02 15:04:05.999999")) + " AS TIMESTAMP)"
	}
	switch f.Op {
	case crm.Less:
		return test("<", spans[0].from), nil
	case crm.AtLeast:
		return test(">=", spans[0].from), nil
	case crm.AtMost:
		return test("<", spans[0].to), nil
	case crm.More:
		return test(">=", spans[0].to), nil
	case crm.Between:
		return test(">=", spans[0].from) + " AND " + test("<", spans[1].to), nil
	case crm.Is, crm.IsNot, crm.AnyOf, crm.NoneOf:
		parts := make([]string, len(spans))
		for i, sp := range spans {
			parts[i] = "(" + test(">=", sp.from) + " AND " + test("<", sp.to) + ")"
		}
		sql := either(parts)
		if f.Op == crm.IsNot || f.Op == crm.NoneOf {
			sql = "NOT coalesce(" + sql + ", FALSE)"
		}
		return sql, nil
	}
	return "", badOp(f.Op, e.Field)
}

type span struct{ from, to time.Time }

// midnight is when a day begins on the machine's clock, in UTC.
func (s *Scope) midnight(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.today.Location()).UTC()
}

func (s *Scope) day(text string, f crm.Field) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == string(plan.Today) {
		y, m, d := s.today.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), nil
	}
	if d, ok := crm.ParseDay(text); ok {
		return d, nil
	}
	return time.Time{}, fail.New(fail.Invalid, "%q is not a date for %s.", text, f.Label).WithHint("Write it like 2017-03-31.")
}
