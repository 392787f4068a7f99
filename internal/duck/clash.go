package duck

import (
	"context"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// nameClashes gives the links that a conflict shows the names of their records, and returns the error. Where the names
// cannot be read the conflict is told without.
func (s *Store) nameClashes(ctx context.Context, c ident.Caller, err error) error {
	if fail.KindOf(err) != fail.Conflict {
		return err
	}
	clashes, _ := fail.As(err).Detail.([]crm.Clash)
	rerr := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		for i := range clashes {
			x := &clashes[i]
			o, _ := conn.schema.Object(x.Object)
			f, ok := o.Field(x.Field)
			if !ok || f.Target == "" {
				continue
			}
			for _, v := range []*any{&x.Yours, &x.Theirs} {
				ids := refIDs(*v)
				names, err := s.namesOf(ctx, conn, c, conn.schema, f.Target, ids)
				if err != nil {
					return err
				}
				*v = named(*v, names)
			}
		}
		return nil
	})
	if rerr != nil {
		s.log.Warn("the links of a conflict have no names", "err", rerr)
	}
	return err
}

func refIDs(v any) []int64 {
	switch v := v.(type) {
	case crm.Ref:
		return []int64{v.ID}
	case []crm.Ref:
		ids := make([]int64, len(v))
		for i, ref := range v {
			ids[i] = ref.ID
		}
		return ids
	}
	return nil
}

func named(v any, names map[int64]string) any {
	switch v := v.(type) {
	case crm.Ref:
		return crm.Ref{ID: v.ID, Name: names[v.ID]}
	case []crm.Ref:
		out := make([]crm.Ref, len(v))
		for i, ref := range v {
			out[i] = crm.Ref{ID: ref.ID, Name: names[ref.ID]}
		}
		return out
	}
	return v
}
