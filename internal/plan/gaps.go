package plan

import "openclaw/internal/crm"

// Gap is where a record may have no value and is then left out: of the groups, or of one measure.
type Gap struct {
	Path    crm.Path
	Measure int // its index; -1 for a group
}

// Gaps are where records of the plan may be left out, its groups first.
func (p Plan) Gaps() []Gap {
	var out []Gap
	for _, g := range p.Groups {
		out = append(out, Gap{Path: g.Path, Measure: -1})
	}
	for i, m := range p.Measures {
		if m.Of != nil && m.Of.Minus == "" && m.Fn != Distinct && m.Fn != Min && m.Fn != Max {
			out = append(out, Gap{Path: m.Of.Path, Measure: i})
		}
	}
	return out
}
