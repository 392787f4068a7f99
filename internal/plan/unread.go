package plan

import "openclaw/internal/crm"

// Unread is a question that words alone gave no plan for, with what they did give.
type Unread struct {
	Question string
	Facts    []Fact
	Known    []string // what was understood, in words
}

// Fact is a number, a period or a name that a question holds. A plan for the question uses each of them, and no other.
type Fact struct {
	Text   string // as the question has it
	Kind   FactKind
	Values []string // a number; the first and the last day; how the data spell the name
	Places []Place  // of a name: the fields that hold it
}

// Place is a field of an object.
type Place struct{ Object, Field string }

// FactKind says what a fact is.
type FactKind string

// The kinds of fact.
const (
	NumberFact FactKind = "number"
	PeriodFact FactKind = "period"
	NameFact   FactKind = "name"
)

// Holds tells whether a path from an object ends at one of the fact's places.
func (f Fact) Holds(s crm.Schema, object string, p crm.Path) bool {
	o, field, ok := s.Resolve(object, p)
	if !ok {
		return false
	}
	for _, at := range f.Places {
		if at.Object == o.Name && at.Field == field.Name {
			return true
		}
		if target, ok := s.Object(field.Target); ok && at.Object == target.Name {
			if name, ok := target.NameField(); ok && name.Name == at.Field {
				return true // a link is compared with the name of what it leads to
			}
		}
	}
	return false
}
