package plan

import (
	"strings"

	"openclaw/internal/crm"
)

// Label is what a path is called: the field's label, with the object's before it where the label alone would not say
// which field of the schema is meant. A path to a link, or to the name of a linked record, is called like the link.
func Label(s crm.Schema, object string, p crm.Path) string {
	if p == Today {
		return "today"
	}
	_, f, ok := TypeOf(s, object, p)
	if !ok {
		return string(p)
	}
	label := lower(f.Label)
	if f.Role == crm.RoleParent && strings.HasSuffix(label, " of") {
		o, _ := s.Object(f.Target)
		return "parent " + lower(o.Label)
	}
	owner, _, _ := s.Resolve(object, p)
	if owner.Name == "" {
		return label
	}
	for _, o := range s.Objects {
		if o.Name == owner.Name {
			continue
		}
		for _, other := range o.Fields {
			if lower(other.Label) == label && !sameThing(s, owner, f, o, other) {
				return lower(owner.Label) + " " + label
			}
		}
	}
	return label
}

// sameThing tells whether two fields of one name mean the same records: a link and the name of what it points to, or
// two links to one object.
func sameThing(s crm.Schema, a crm.Object, f crm.Field, b crm.Object, g crm.Field) bool {
	named := func(o crm.Object, f crm.Field) string {
		if f.Type == crm.Link {
			return f.Target
		}
		if n, ok := o.NameField(); ok && n.Name == f.Name {
			return o.Name
		}
		return ""
	}
	x := named(a, f)
	return x != "" && x == named(b, g)
}

func lower(label string) string {
	if len(label) > 1 && strings.ToUpper(label[:2]) == label[:2] && label[1] >= 'A' && label[1] <= 'Z' {
		return label
	}
	return strings.ToLower(label)
}

// TermLabel is what a term is called.
func TermLabel(s crm.Schema, object string, t crm.Term) string {
	if t.Minus == "" {
		return Label(s, object, t.Path)
	}
	if typ, _, _ := TypeOf(s, object, t.Path); typ.Temporal() || t.Path == Today {
		return "days from " + Label(s, object, t.Minus) + " to " + Label(s, object, t.Path)
	}
	return Label(s, object, t.Path) + " minus " + Label(s, object, t.Minus)
}

var fnWords = map[Fn]string{Count: "count", Distinct: "number of different", Sum: "sum of", Mean: "average", Median: "median", Min: "minimum", Max: "maximum"}

// MeasureLabel is what a computed column is called.
func MeasureLabel(s crm.Schema, object string, m Measure) string {
	label := m.Name
	if label == "" {
		label = fnWords[m.Fn]
		if m.Of != nil {
			label += " " + TermLabel(s, object, *m.Of)
		}
		if m.Over != nil {
			label += " per " + MeasureLabel(s, object, *m.Over)
		}
	}
	if m.Share {
		label = "share of " + label
	}
	if m.Step != "" {
		label = string(m.Step) + " of " + label
	}
	return label
}
