package answer

import "slices"

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
