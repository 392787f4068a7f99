package answer

import (
	"slices"

	"openclaw/internal/crm"
)

// countsDone tells whether a verb of what was done stands in the clause that counts the records, with a sum of them in the
// next one: how many were paid, and what do they add up to. The verb then says which records both are of.
func (b *builder) countsDone(e item) bool {
	s := b.sk
	if c := s.counted; !s.also || c == nil || c.field != "" || c.object != e.object || c.at > e.from || s.rank != nil {
		return false
	}
	joint := slices.IndexFunc(s.toks[e.from:], func(t token) bool { return t.fold == "and" })
	return joint > 0 && !slices.ContainsFunc(s.toks[s.counted.at:e.from], func(t token) bool { return t.fold == "and" })
}

// amountAside tells of an amount in the singular behind a comma at the end of a question in key words, which asks for the
// total: invoices paid Q2 2026, amount.
func (k *sketcher) amountAside(it item, n noun) bool {
	s := k.s
	if s.asked != "" || n.plural || !s.target.plural || s.target.field != "" || s.target.object != n.object || s.counted != nil || s.agg != "" || s.rank != nil || s.order != nil ||
		len(s.gauges)+len(s.groups)+len(s.mentions) > 0 || k.i != len(k.items)-1 || it.from == 0 || k.r.toks[it.from-1].fold != "," {
		return false
	}
	f := k.r.lex.fieldAt(n)
	return f.Role == crm.RoleAmount || f.Type == crm.Money && f.Role != crm.RoleUnitPrice
}
