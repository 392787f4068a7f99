package answer

import (
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// dateRank reads first and last: the record, or the day when the question asks when.
func (b *builder) dateRank() bool {
	s, r := b.sk, b.sk.rank
	p, ok := crm.Path(""), false
	if s.aged {
		p, ok = b.yearField() // the oldest member is not the one who joined first
	}
	if !ok {
		p, ok = b.mainDate()
	}
	if !ok && b.fail == "" {
		p, ok = b.yearField()
	}
	if f, _ := b.dueField(); s.nth > 1 || s.aged && string(p) == f.Name {
		ok = false // how old something is does not follow from when it is due
	}
	if !ok || r.of != nil || len(b.p.Measures) > 0 && s.asked != "when" {
		return b.no("it does not say first or last of what")
	}
	if len(b.p.Groups) > len(s.groups) {
		return b.no("it does not say first or last of what")
	}
	b.p.Measures, b.stages = nil, nil
	if s.asked == "when" {
		fn := plan.Max
		if !r.desc {
			fn = plan.Min
		}
		b.p.Measures = []plan.Measure{{Fn: fn, Of: &crm.Term{Path: p}}}
		b.stages = []crm.Filter{{}}
		s.asked, s.target = "", noun{}
		return true
	}
	if len(b.p.Groups) > 0 || s.target.zero() {
		return b.no("it does not say first or last of what")
	}
	b.p.Order = []plan.Order{plan.ByTerm(crm.Term{Path: p}, r.desc)}
	b.p.Limit = b.limit(s.target.plural)
	b.cond.rest = append(b.cond.rest, crm.Where(p, crm.NotEmpty))
	return true
}

func (b *builder) dueField() (crm.Field, bool) {
	o, _ := b.schema.Object(b.root)
	return o.Role(crm.RoleDue)
}

// yearField is a number of the root that is a year, such as the year a company was founded.
func (b *builder) yearField() (crm.Path, bool) {
	o, _ := b.schema.Object(b.root)
	for _, f := range o.Fields {
		if f.Type == crm.Number && isYear(f) {
			return crm.Path(f.Name), true
		}
	}
	return "", false
}

// isYear tells of a number that is a year: year established, or a bare opened or published.
func isYear(f crm.Field) bool {
	label := strings.ToLower(f.Label)
	return f.Type == crm.Number && (strings.Contains(label, "year") || strings.HasSuffix(label, "ed") && !strings.Contains(label, " ") || label == "built") // founded, but not meals served
}
