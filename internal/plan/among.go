package plan

import "strings"

// none is the one absence of a plan, where it can be said in passing: companies without open deals.
func (p Plan) none() (Among, bool) {
	if len(p.Among) != 1 {
		return Among{}, false
	}
	a := p.Among[0]
	in := a.Plan
	plain := len(in.Groups)+len(in.Order)+len(in.Among) == 0 && in.Limit == 0
	for _, f := range terms(in.Filter) {
		plain = plain && f.Term != nil && f.Term.Minus == "" && f.Other == nil
	}
	return a, a.Not && a.Path == "" && a.Of != "" && in.Object != p.Object && plain
}

// parents tells of those that all records of their own kind are searched for: the parents among companies.
func (w wording) parents(a Among) bool {
	return a.Path == "" && a.Of != "" && a.Plan.Object == w.p.Object && a.Plan.Filter.Zero() && a.Plan.List() && a.Plan.Limit == 0 && len(a.Plan.Among) == 0
}

// among says the plans inside a plan, behind all else, each up to the end or to the next one beside it.
func (w wording) among() string {
	if _, said := w.p.none(); said {
		return ""
	}
	var b strings.Builder
	for i, a := range w.p.Among {
		if w.parents(a) {
			b.WriteString(map[bool]string{true: " without child ", false: " with child "}[a.Not] + lower(w.object.Plural))
			continue
		}
		if i > 0 {
			b.WriteString(", and")
		} else {
			b.WriteString(",")
		}
		b.WriteString(" only those ")
		if a.Not {
			b.WriteString("not ")
		}
		if a.Path == "" && len(a.Plan.Groups) == 0 {
			b.WriteString("with: ")
		} else {
			b.WriteString("of: ")
		}
		b.WriteString(a.Plan.Words(w.s))
	}
	return b.String()
}
