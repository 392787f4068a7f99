package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// conditions gathers what records must fulfil. Values of one field asked for together are met in one condition.
type conditions struct {
	order []string // keys, as they came
	set   map[string]*choiceOf
	rest  []crm.Filter
}

type choiceOf struct {
	path   crm.Path
	values []string
	not    []string
	far    bool // over a link
}

// restrict asks that a field has one of the values. False when that contradicts what was asked before.
func (c *conditions) restrict(p crm.Path, values []string, not, far bool) bool {
	if c.set == nil {
		c.set = map[string]*choiceOf{}
	}
	k := string(p)
	old, ok := c.set[k]
	if !ok {
		old = &choiceOf{path: p, far: far}
		c.set[k] = old
		c.order = append(c.order, k)
	}
	switch {
	case not:
		for _, v := range values {
			if !slices.Contains(old.not, v) {
				old.not = append(old.not, v)
			}
		}
	case old.values == nil:
		old.values = values
	default:
		old.values = intersect(old.values, values)
		return len(old.values) > 0
	}
	return true
}

func (c *conditions) filter() crm.Filter {
	var out []crm.Filter
	for _, k := range c.order {
		s := c.set[k]
		if s.values != nil {
			out = append(out, crm.Where(s.path, crm.Is, sorted(without(s.values, s.not))...))
			continue
		}
		out = append(out, crm.Where(s.path, crm.IsNot, sorted(s.not)...))
		if s.far {
			out = append(out, crm.Where(s.path, crm.NotEmpty))
		}
	}
	out = append(out, c.rest...)
	return crm.All(canonical(out)...)
}

// canonical puts conditions into one order and drops those said twice, so that the order of a question's words does not
// matter to its Plan.
func canonical(fs []crm.Filter) []crm.Filter {
	slices.SortStableFunc(fs, func(a, b crm.Filter) int { return strings.Compare(filterKey(a), filterKey(b)) })
	return slices.CompactFunc(fs, func(a, b crm.Filter) bool { return filterKey(a) == filterKey(b) })
}

func filterKey(f crm.Filter) string {
	var b strings.Builder
	if f.Term != nil {
		if f.Other != nil {
			b.WriteString(string(f.Other.Path) + " ")
		}
		b.WriteString(string(f.Term.Path) + "-" + string(f.Term.Minus) + " " + string(f.Op) + " " + strings.Join(f.Values, "|"))
	}
	if f.Not != nil {
		b.WriteString("not " + filterKey(*f.Not))
	}
	for _, sub := range append(slices.Clone(f.And), f.Or...) {
		b.WriteString("(" + filterKey(sub) + ")")
	}
	return b.String()
}

func sorted(values []string) []string {
	out := slices.Clone(values)
	slices.Sort(out)
	return out
}
