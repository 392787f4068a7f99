package plan

import (
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// MaxLimit is the most rows that a Plan may ask for.
const MaxLimit = 10_000

// Validate tells, in a sentence, what of the plan the schema cannot carry.
func (p Plan) Validate(s crm.Schema) error {
	v := validator{schema: s, object: p.Object}
	o, ok := s.Object(p.Object)
	if !ok {
		return fail.New(fail.Invalid, "There is no object %q.", p.Object).WithHint("openclawd object list shows those there are.")
	}
	v.filter(p.Filter)
	for _, g := range p.Groups {
		t := v.path(g.Path)
		if g.Bucket != "" && v.err == nil && !t.Temporal() {
			v.bad("%s is no date, so it has no %ss.", g.Path, g.Bucket)
		}
	}
	for _, m := range p.Measures {
		v.measure(m, p)
	}
	for _, c := range p.Columns {
		v.path(c)
	}
	for _, h := range p.Having {
		if h.Measure < 0 || h.Measure >= len(p.Measures) || len(h.Values) == 0 {
			v.bad("The plan compares a measure that it does not compute.")
		}
	}
	for _, ord := range p.Order {
		switch {
		case ord.Of != nil:
			v.term(*ord.Of)
		case ord.Measure >= len(p.Measures) || ord.Group >= len(p.Groups) || (ord.Measure < 0 && ord.Group < 0):
			v.bad("The plan orders by something that it does not compute.")
		}
	}
	v.compare(p)
	for _, a := range p.Among {
		v.among(a, o)
	}
	if p.Limit < 0 || p.Limit > MaxLimit {
		v.bad("A plan may ask for 1 to %d rows.", MaxLimit)
	}
	if p.Skip < 0 || p.Skip > 0 && (p.Limit == 0 || p.Each || p.Skip > MaxLimit) {
		v.bad("A plan skips rows only where it says how many it wants.")
	}
	if p.Averaged && (len(p.Groups) == 0 || len(p.Measures) != 1 || p.Tally) {
		v.bad("An average over rows needs a grouping and one measure.")
	}
	if p.Today != "" {
		if _, err := time.Parse(time.DateOnly, p.Today); err != nil {
			v.bad("%q is not a day.", p.Today)
		}
	}
	return v.err
}

type validator struct {
	schema crm.Schema
	object string
	err    error
}

func (v *validator) bad(format string, args ...any) {
	if v.err == nil {
		v.err = fail.New(fail.Invalid, format, args...)
	}
}

func (v *validator) path(p crm.Path) crm.Type {
	if p == Today {
		return crm.Date
	}
	t, _, ok := TypeOf(v.schema, v.object, p)
	if !ok {
		v.bad("%s has no field %q.", v.object, p)
	}
	return t
}

func (v *validator) term(t crm.Term) crm.Type {
	a := v.path(t.Path)
	if t.Minus == "" || v.err != nil {
		return a
	}
	b := v.path(t.Minus)
	if v.err == nil && (a.Temporal() != b.Temporal() || (!a.Temporal() && !(a.Numeric() && b.Numeric()))) {
		v.bad("%s and %s have no difference.", t.Path, t.Minus)
	}
	return crm.Number
}

func (v *validator) filter(f crm.Filter) {
	for _, sub := range f.And {
		v.filter(sub)
	}
	for _, sub := range f.Or {
		v.filter(sub)
	}
	if f.Not != nil {
		v.filter(*f.Not)
	}
	if f.Term != nil {
		v.term(*f.Term)
		if f.Other != nil {
			v.term(*f.Other)
		}
	}
}

func (v *validator) measure(m Measure, p Plan) {
	v.filter(m.Filter)
	switch {
	case m.Fn == Count:
	case m.Of == nil:
		v.bad("The plan does not say of what it takes the %s.", m.Fn)
	default:
		t := v.term(*m.Of)
		need := m.Fn == Sum || m.Fn == Mean || m.Fn == Median
		if v.err == nil && need && !t.Numeric() {
			v.bad("%s is a %s: it has no %s.", m.Of.Path, t.Noun(), m.Fn)
		}
	}
	if m.Step != "" && (len(p.Groups) == 0 || p.Groups[len(p.Groups)-1].Bucket == "" || p.Groups[len(p.Groups)-1].Bucket == Weekday) {
		v.bad("A change from period to period needs a grouping by date.")
	}
	if m.Step == Running && (m.Fn != Count && m.Fn != Sum || m.Over != nil) {
		v.bad("Only counts and sums add up to a running total.")
	}
	if hollow(m, p.Filter) {
		v.bad("The part is all or none of what it is a share of.")
	}
	if m.Over != nil {
		v.measure(*m.Over, p)
	}
}

func (v *validator) compare(p Plan) {
	if len(p.Compare) == 0 {
		return
	}
	if len(p.Compare) != 2 || len(p.Measures) != 1 || len(p.Groups) != 0 {
		v.bad("A comparison sets two parts side by side, by one measure.")
	}
	for _, part := range p.Compare {
		v.filter(part.Filter)
	}
}

// maxAmong is how many plans may stand one inside the other.
const maxAmong = 5

func (v *validator) among(a Among, o crm.Object) {
	p := a.Plan
	inner, ok := v.schema.Object(p.Object)
	switch {
	case !ok:
		v.bad("There is no object %q.", p.Object)
	case p.depth() > maxAmong:
		v.bad("The plan asks too much at once.")
	case len(p.Compare) > 0 || p.Tally || p.Averaged || p.Each || p.Today != "" || len(p.Groups) > 1:
		v.bad("Records are kept by a list of others, or by one group of them.")
	case len(p.Groups) == 1 && (p.Groups[0].Bucket != "" || p.Groups[0].Path != a.Of), len(p.Groups) == 0 && len(p.Measures) > 0:
		v.bad("Records are kept by a list of others, or by one group of them.")
	}
	for _, m := range p.Measures {
		if m.Share || m.Step != "" {
			v.bad("Records are not kept by a share or a change.")
		}
	}
	if v.err == nil {
		v.err = p.Validate(v.schema)
	}
	if here, there := v.end(o, a.Path), (&validator{schema: v.schema}).end(inner, a.Of); v.err == nil && (here == "" || here != there) {
		v.bad("%s and %s have nothing in common to be kept by.", o.Plural, inner.Plural)
	}
}

// end says what a path leads to: an object, or a type of values. "" is nothing that two plans can have in common.
func (v *validator) end(o crm.Object, p crm.Path) string {
	if p == "" {
		return o.Name
	}
	_, f, ok := v.schema.Resolve(o.Name, p)
	switch t := f.ValueType(); {
	case !ok || t == crm.Links || t == crm.Choices:
		return ""
	case t == crm.Link:
		return f.Target
	case t.Textual():
		return "@text"
	default:
		return "@" + string(t)
	}
}

// depth is how many plans stand one inside the other.
func (p Plan) depth() int {
	deepest := 0
	for _, a := range p.Among {
		deepest = max(deepest, a.Plan.depth())
	}
	return deepest + 1
}

// TypeOf tells the type that readers see at the end of a path, the pseudo-fields included, and the field itself.
func TypeOf(s crm.Schema, object string, p crm.Path) (crm.Type, crm.Field, bool) {
	steps := p.Steps()
	last := steps[len(steps)-1]
	if last == "id" || last == "created_at" || last == "updated_at" {
		if len(steps) > 1 {
			if _, f, ok := s.Resolve(object, crm.Path(string(p)[:len(p)-len(last)-1])); !ok || f.Target == "" {
				return "", crm.Field{}, false
			}
		} else if _, ok := s.Object(object); !ok {
			return "", crm.Field{}, false
		}
		if last == "id" {
			return crm.Number, crm.Field{Name: "id", Label: "ID", Type: crm.Number}, true
		}
		return crm.DateTime, crm.Field{Name: last, Label: map[string]string{"created_at": "Created", "updated_at": "Updated"}[last], Type: crm.DateTime}, true
	}
	_, f, ok := s.Resolve(object, p)
	return f.ValueType(), f, ok
}
