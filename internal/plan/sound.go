package plan

import (
	"reflect"
	"slices"

	"openclaw/internal/crm"
)

// hollow tells of a share that says nothing whatever the data hold: its part is all of its base, or none of it, because
// the conditions on the base settle those on the part.
func hollow(m Measure, base crm.Filter) bool {
	if m.Over == nil || m.Filter.Zero() || m.Fn != m.Over.Fn || !reflect.DeepEqual(m.Of, m.Over.Of) {
		return false
	}
	whole := append(terms(base), terms(m.Over.Filter)...)
	all := true
	for _, f := range terms(m.Filter) {
		implied, excluded := settled(f, whole)
		if excluded && m.Over.Filter.Zero() {
			return true
		}
		all = all && implied
	}
	return all
}

// terms are the conditions that must all hold.
func terms(f crm.Filter) []crm.Filter {
	if len(f.And) == 0 {
		if f.Zero() {
			return nil
		}
		return []crm.Filter{f}
	}
	var out []crm.Filter
	for _, sub := range f.And {
		out = append(out, terms(sub)...)
	}
	return out
}

// settled tells whether conditions that hold already make another one true, or untrue.
func settled(f crm.Filter, held []crm.Filter) (implied, excluded bool) {
	for _, h := range held {
		if reflect.DeepEqual(f, h) {
			return true, false
		}
		if f.Term == nil || h.Term == nil || *f.Term != *h.Term || f.Other != nil || h.Other != nil {
			continue
		}
		inside := !slices.ContainsFunc(h.Values, func(v string) bool { return !slices.Contains(f.Values, v) })
		apart := !slices.ContainsFunc(h.Values, func(v string) bool { return slices.Contains(f.Values, v) })
		switch {
		case f.Op == crm.Is && h.Op == crm.Is:
			implied, excluded = implied || inside, excluded || apart
		case f.Op == crm.IsNot && h.Op == crm.Is:
			implied, excluded = implied || apart, excluded || inside
		case f.Op == crm.NotEmpty && h.Op == crm.Is:
			implied = true
		case f.Op == crm.Empty && (h.Op == crm.Is || h.Op == crm.NotEmpty), f.Op == crm.NotEmpty && h.Op == crm.Empty:
			excluded = true
		}
	}
	return implied, excluded
}
