package answer

import (
	"openclaw/internal/crm"
)

// route is the way from one object to another over links.
type route struct {
	path crm.Path // "" when it is the same object
	len  int
	ways int // how many different shortest ways there are
	// alike tells of a way of one link that is called like what it leads to.
	alike bool
}

// routes finds the shortest ways over links from an object to all others. Between equal ones the link that says who is
// responsible wins; otherwise the first is taken and ways says that there was a choice.
func routes(s crm.Schema, from string) map[string]route {
	out := map[string]route{from: {ways: 1}}
	queue := []string{from}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		o, _ := s.Object(at)
		here := out[at]
		owner := map[string]bool{}
		for _, f := range o.Fields {
			if f.Type != crm.Link || f.Target == at {
				continue
			}
			old, seen := out[f.Target]
			step := route{path: here.path.Then(f.Name), len: here.len + 1, ways: here.ways}
			switch {
			case !seen:
				out[f.Target] = step
				queue = append(queue, f.Target)
				owner[f.Target] = f.Role == crm.RoleOwner
			case old.len == step.len && f.Role == crm.RoleOwner && !owner[f.Target]:
				out[f.Target], owner[f.Target] = step, true
			case old.len == step.len && !owner[f.Target]:
				old.ways += step.ways
				out[f.Target] = old
			}
		}
	}
	return out
}

// path leads from the root to a noun: an object by the link to it, a field by the link and its name.
func (b *builder) path(n noun) (crm.Path, bool) {
	r, ok := b.lex.routes[b.root][n.object]
	if !ok {
		return "", false
	}
	if r.ways > 1 {
		b.score -= 0.5
	}
	if n.field != "" {
		if o, _ := b.schema.Object(n.object); r.len > 0 {
			if f, ok := o.NameField(); ok && f.Name == n.field {
				return r.path, true
			}
		}
		return r.path.Then(n.field), true
	}
	if r.len > 0 {
		return r.path, true
	}
	o, _ := b.schema.Object(n.object)
	f, ok := o.NameField()
	return crm.Path(f.Name), ok
}

// linked is the path to a noun, which must be linked to the root.
func (b *builder) linked(n noun) (crm.Path, bool) {
	p, ok := b.path(n)
	return p, ok || b.no(b.label(n)+" is not linked to "+b.plural(b.root))
}

// reaches tells whether an object sees another over links.
func (b *builder) reaches(from, to string) bool {
	_, ok := b.lex.routes[from][to]
	return ok
}
