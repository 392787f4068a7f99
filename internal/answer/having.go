package answer

import (
	"context"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// lacks tells whether any record of an object is like that.
func (e *Engine) lacks(ctx context.Context, c ident.Caller, object string, none crm.Filter) bool {
	rows, err := e.opt.Store.Plan(ctx, c, plan.Plan{Object: object, Filter: none, Limit: 1})
	return err == nil && len(rows.Rows) > 0
}

// showsOrHas asks back where what stands behind with may be shown of all records, or may say which of them are meant, for
// some have none: visits with medication, households with children.
func (b *builder) showsOrHas() bool {
	s := b.sk
	if b.lacks == nil || len(s.mentions) != 1 || s.target.object != b.root || s.target.field != "" || s.rank != nil || s.orderDir != "" || s.order != nil {
		return true
	}
	m := s.mentions[0]
	f := b.field(m.object, m.field)
	if s.word(m.at-1) != "with" || m.object != b.root || !s.target.plural || m.at < s.target.at || f.Key || f.Type == crm.Bool {
		return true
	}
	p := crm.Path(m.field)
	none, any := crm.Where(p, crm.Empty), crm.Where(p, crm.NotEmpty)
	if f.ValueType().Numeric() {
		none, any = some(p, false), some(p, true)
	}
	if !b.lacks(b.root, none) {
		return true
	}
	all, those := b.p, b.p
	all.Filter = b.cond.filter()
	all.Columns = slices.Clone(b.p.Columns)
	those.Columns, those.Filter = nil, crm.All(canonical(append(flat(all.Filter), any))...)
	b.ask = []string{those.Words(b.schema), all.Words(b.schema)}
	return b.no("it does not say whether all " + b.plural(b.root) + " are meant, or those with any " + b.label(m))
}
