package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// inReadingOrder sorts the objects so that what is linked to comes first, and else by name: a question means the same
// whatever the order in which the objects are shown.
func inReadingOrder(s crm.Schema) crm.Schema {
	byName := slices.SortedFunc(slices.Values(s.Objects), func(a, b crm.Object) int { return strings.Compare(a.Name, b.Name) })
	out := make([]crm.Object, 0, len(byName))
	seen := map[string]bool{}
	var visit func(o crm.Object)
	visit = func(o crm.Object) {
		if seen[o.Name] {
			return
		}
		seen[o.Name] = true
		for _, f := range o.Fields {
			if target, ok := s.Object(f.Target); ok {
				visit(target)
			}
		}
		out = append(out, o)
	}
	for _, o := range byName {
		visit(o)
	}
	s.Objects = out
	return s
}
