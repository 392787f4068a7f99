package answer

import (
	"slices"

	"openclaw/internal/crm"
)

// workforce reads the people who work at a record as its own figure for them, where there is one and nobody in the
// workspace is linked to such records: of how many people work at Acme, the number of employees is asked. Other people are
// never counted in their stead.
func (q *question) workforce() {
	for i := 2; i+2 < len(q.toks); i++ {
		if q.worksThere(i) {
			return
		}
		end := q.worksAt(i)
		if end == 0 || !oneOf(q.toks[i-1].fold, "many", "of") {
			continue
		}
		at := q.objectFrom(end)
		for _, o := range q.lex.schema.Objects {
			f, ok := q.employees(o)
			if o.Name != at || !ok || q.lex.routes[q.people()][at].path != "" {
				continue
			}
			q.toks[end-1].fold, q.toks[end-1].norm = "of", "of"
			last := q.toks[end-2].end
			q.toks[i].fold, q.toks[i].norm, q.toks[i].end = crm.Fold(f.Label), crm.Fold(f.Label), last
			q.toks = slices.Delete(q.toks, i+1, end-1)
			return
		}
	}
}

// worksThere reads the people who work there as the figure of the record that was named before.
func (q *question) worksThere(i int) bool {
	for j := i + 1; j < min(i+4, len(q.toks)-1); j++ {
		if !oneOf(q.toks[j].fold, "work", "works", "working", "employed") || q.toks[j+1].fold != "there" {
			continue
		}
		at := q.objectFrom(0)
		for _, o := range q.lex.schema.Objects {
			f, ok := q.employees(o)
			if o.Name != at || !ok || q.toks[i-1].fold != "many" || q.lex.routes[q.people()][at].path != "" {
				continue
			}
			q.toks[i].fold, q.toks[i].norm, q.toks[i].end = crm.Fold(f.Label), crm.Fold(f.Label), q.toks[j+1].end
			q.toks = slices.Delete(q.toks, i+1, j+2)
			return true
		}
	}
	return false
}

// employees is the figure that says how many people work at a record.
func (q *question) employees(o crm.Object) (crm.Field, bool) {
	i := slices.IndexFunc(o.Fields, func(f crm.Field) bool {
		return f.ValueType() == crm.Number && q.lex.called(f, "employees")
	})
	if i < 0 {
		return crm.Field{}, false
	}
	return o.Fields[i], true
}

// objectFrom is the object of the first noun or name from a token on.
func (q *question) objectFrom(i int) string {
	for ; i < len(q.toks); i++ {
		for n := min(maxSpan, len(q.toks)-i); n > 0; n-- {
			for _, s := range q.lex.entries[joinNorm(q.toks[i:i+n])] {
				if s.kind == "object" && s.score >= 0.85 {
					return s.object
				}
			}
			for _, h := range q.hits[joinFold(q.toks[i:i+n])] {
				o, _ := q.lex.schema.Object(h.Object)
				if f, ok := o.NameField(); ok && f.Name == h.Field && h.Distance == 0 {
					return h.Object
				}
			}
		}
	}
	return ""
}

// people is the object of people who are not the team.
func (q *question) people() string {
	for _, s := range q.lex.entries["person"] {
		if s.kind == "object" && s.object != q.lex.team {
			return s.object
		}
	}
	return ""
}

// worksAt tells where what people work at begins, 0 where token i is not of people who work.
func (q *question) worksAt(i int) int {
	if !oneOf(q.toks[i].fold, "people", "persons", "person", "folks", "employees", "staff") {
		return 0
	}
	for j := i + 1; j < min(i+5, len(q.toks)-1); j++ {
		switch q.toks[j].fold {
		case "who", "that", "do", "does", "are", "currently", "actually":
		case "work", "works", "working", "employed":
			if oneOf(q.toks[j+1].fold, "at", "for", "by", "with") && j+2 < len(q.toks) {
				return j + 2
			}
			return 0
		default:
			return 0
		}
	}
	return 0
}
