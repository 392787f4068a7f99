package answer

import (
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// noun is the object or the field that a sense speaks of.
func (s sense) noun() noun { return noun{object: s.object, field: s.field} }

// fieldAt is what a noun calls, the zero field where that is no field.
func (l *lexicon) fieldAt(n noun) crm.Field {
	return l.fieldOf(sense{object: n.object, field: n.field})
}

// isFigure tells of a number that is no mere name of a record.
func (l *lexicon) isFigure(n noun) bool {
	o, _ := l.schema.Object(n.object)
	f, ok := o.Field(n.field)
	return ok && f.ValueType().Numeric() && !serial(o, f)
}

// isDate tells of a day or a moment.
func (l *lexicon) isDate(n noun) bool { return l.fieldAt(n).ValueType().Temporal() }

// isName tells of the field by which records are called.
func (l *lexicon) isName(n noun) bool {
	o, _ := l.schema.Object(n.object)
	f, ok := o.NameField()
	return ok && f.Name == n.field
}

// hasName tells of records that go by a name rather than by a number alone.
func hasName(o crm.Object) bool {
	_, named := o.Role(crm.RoleName)
	return named
}

// countOf measures how many of a thing: records of an object, different values of a field, the sum of a number.
func (l *lexicon) countOf(n noun) gauge {
	switch {
	case n.field == "":
		return gauge{fn: plan.Count, object: n.object}
	case l.isFigure(n):
		return gauge{fn: plan.Sum, object: n.object, field: n.field}
	}
	return gauge{fn: plan.Distinct, object: n.object, field: n.field}
}

// serial tells of a number that only names a record: a key, or the stop of a fuel stop.
func serial(o crm.Object, f crm.Field) bool {
	words := strings.Fields(key(o.Label))
	return f.Key || f.Type == crm.Number && len(words) > 0 && key(f.Label) == words[len(words)-1]
}
