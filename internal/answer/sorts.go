package answer

import "openclaw/internal/crm"

// makeKindOf reads the kind of a record as the field that holds it, never as the record: repairs per kind of bike. Any
// kind of record is the record, a kind of status is the status; else nothing here is called so.
func makeKindOf(r *reader, m []item) ([]item, bool) {
	last := m[len(m)-1]
	lone := oneOf(r.word(m[0].from-1), "any", "all", "every", "this", "that", "these", "those", "some", "same", "different")
	switch {
	case last.kind == "object" && last.word != "verb" && !lone:
		o, _ := r.schema.Object(last.object)
		for _, f := range o.Fields {
			if t := f.ValueType(); (t == crm.Choice || t == crm.Text || t == crm.Link) && f.Role != crm.RoleName && !f.Key && r.lex.called(f, "kind") {
				out := joined("field", m)
				out.object, out.field = o.Name, f.Name
				return []item{out}, true
			}
		}
	case last.kind == "object" && lone, last.kind == "field" && r.lex.fieldOf(last.sense).ValueType() == crm.Choice:
		return []item{last}, true
	}
	return []item{joined("misfit", m)}, true
}
