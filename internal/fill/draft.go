package fill

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/plan"
)

// draft is a plan as a model writes it: short, flat, and made of names of the schema and tags of facts.
type draft struct {
	Object string      `json:"object"`
	Do     string      `json:"do"` // list, count, or a function over Of
	Of     string      `json:"of,omitempty"`
	Where  []condition `json:"where,omitempty"`
	By     []group     `json:"by,omitempty"`
	Order  string      `json:"order,omitempty"` // of a list: the field; else anything that is not empty: by the value
	Desc   bool        `json:"desc,omitempty"`
	Limit  string      `json:"limit,omitempty"` // a fact
}

type condition struct {
	Field string `json:"field"`
	Op    string `json:"op"`
	Value string `json:"value,omitempty"` // a fact, or an option of the field
}

type group struct {
	Field  string `json:"field"`
	Bucket string `json:"bucket,omitempty"`
}

var functions = map[string]plan.Fn{"count": plan.Count, "distinct": plan.Distinct, "sum": plan.Sum, "mean": plan.Mean, "median": plan.Median, "min": plan.Min, "max": plan.Max}

var operators = map[string]crm.Op{"=": crm.Is, "!=": crm.IsNot, "<": crm.Less, "<=": crm.AtMost, ">": crm.More, ">=": crm.AtLeast, "in": crm.Between, "empty": crm.Empty, "not empty": crm.NotEmpty}

func parse(text string) (draft, error) {
	var d draft
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return draft{}, fail.New(fail.Invalid, "The model's reading is not the JSON that was asked for.").Because(err)
	}
	return d, nil
}

// maker turns a draft into a plan, and keeps count of the facts.
type maker struct {
	schema crm.Schema
	q      plan.Unread
	object string
	used   []bool
	err    error
}

func (d draft) plan(q plan.Unread, s crm.Schema) (plan.Plan, error) {
	m := &maker{schema: s, q: q, object: d.Object, used: make([]bool, len(q.Facts))}
	p := plan.Plan{Object: d.Object}
	if _, ok := s.Object(d.Object); !ok {
		return p, wrong("There is no object %q.", d.Object)
	}
	var conditions []crm.Filter
	for _, c := range d.Where {
		conditions = append(conditions, m.condition(c))
	}
	p.Filter = crm.All(conditions...)
	for _, g := range d.By {
		p.Groups = append(p.Groups, plan.Group{Path: crm.Path(g.Field), Bucket: plan.Bucket(g.Bucket)})
	}
	if d.Do != "list" {
		fn, ok := functions[d.Do]
		if !ok {
			return p, wrong("%q is nothing that can be done.", d.Do)
		}
		measure := plan.Measure{Fn: fn}
		if fn != plan.Count {
			measure.Of = &crm.Term{Path: crm.Path(d.Of)}
		}
		p.Measures = []plan.Measure{measure}
	}
	switch {
	case d.Order == "":
	case p.List():
		p.Order = []plan.Order{plan.ByTerm(crm.Term{Path: crm.Path(d.Order)}, d.Desc)}
	case len(p.Measures) > 0:
		p.Order = []plan.Order{plan.ByMeasure(0, d.Desc)}
	}
	p.Limit = m.limit(d.Limit)
	if m.err != nil {
		return p, m.err
	}
	if i := slices.Index(m.used, false); i >= 0 {
		return p, wrong("%s, %q, is not used.", tag(i), q.Facts[i].Text)
	}
	if err := p.Validate(s); err != nil {
		return p, wrong("%s", err.Error())
	}
	return p, nil
}

func wrong(format string, args ...any) error { return fail.New(fail.Invalid, format, args...) }

func (m *maker) fail(format string, args ...any) {
	if m.err == nil {
		m.err = wrong(format, args...)
	}
}

// fact finds what a tag stands for, and marks it as used.
func (m *maker) fact(text string) (plan.Fact, bool) {
	n, err := strconv.Atoi(strings.TrimPrefix(text, "#"))
	if !strings.HasPrefix(text, "#") || err != nil || n < 1 || n > len(m.q.Facts) {
		return plan.Fact{}, false
	}
	m.used[n-1] = true
	return m.q.Facts[n-1], true
}

func (m *maker) condition(c condition) crm.Filter {
	path, op := crm.Path(c.Field), operators[c.Op]
	_, field, ok := m.schema.Resolve(m.object, path)
	if !ok || op == "" {
		m.fail("%s has no field %q, or %q compares nothing.", m.object, c.Field, c.Op)
		return crm.Filter{}
	}
	if op == crm.Empty || op == crm.NotEmpty {
		return crm.Where(path, op)
	}
	fact, ok := m.fact(c.Value)
	if !ok {
		option, known := field.Option(c.Value)
		if !known || op != crm.Is && op != crm.IsNot {
			m.fail("%q is neither a fact of the question nor a choice of %s.", c.Value, c.Field)
			return crm.Filter{}
		}
		return crm.Where(path, op, option.Value)
	}
	return m.compare(path, op, field, fact)
}

// compare holds a fact to the kind of field that it may be compared with.
func (m *maker) compare(path crm.Path, op crm.Op, field crm.Field, fact plan.Fact) crm.Filter {
	t := field.ValueType()
	switch {
	case fact.Kind == plan.NameFact && fact.Holds(m.schema, m.object, path) && (op == crm.Is || op == crm.IsNot):
		return crm.Where(path, op, fact.Values...)
	case fact.Kind == plan.NumberFact && t.Numeric() && op != crm.Between:
		return crm.Where(path, op, fact.Values...)
	case fact.Kind == plan.PeriodFact && t.Temporal():
		return m.period(path, op, fact)
	}
	m.fail("%q cannot be compared with %s by %q.", fact.Text, path, op)
	return crm.Filter{}
}

func (m *maker) period(path crm.Path, op crm.Op, fact plan.Fact) crm.Filter {
	first, last := fact.Values[0], fact.Values[len(fact.Values)-1]
	switch op {
	case crm.Is, crm.Between:
		return crm.Where(path, crm.Between, first, last)
	case crm.Less, crm.AtLeast:
		return crm.Where(path, op, first)
	case crm.More, crm.AtMost:
		return crm.Where(path, op, last)
	}
	m.fail("%q cannot be compared by %q.", fact.Text, op)
	return crm.Filter{}
}

func (m *maker) limit(text string) int {
	if text == "" {
		return 0
	}
	fact, ok := m.fact(text)
	if !ok || fact.Kind != plan.NumberFact {
		m.fail("%q is no number of the question.", text)
		return 0
	}
	n, err := strconv.Atoi(fact.Values[0])
	if err != nil || n < 1 || n > plan.MaxLimit {
		m.fail("%s is no number of rows.", fact.Text)
	}
	return n
}
