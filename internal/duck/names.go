package duck

import (
	"context"
	"maps"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// nameLinks turns the ids in link fields of raw values into references, with one look-up for each object linked to. A
// record that the caller may not see, or that is gone, keeps its id alone.
func (s *Store) nameLinks(ctx context.Context, q querier, c ident.Caller, schema crm.Schema, fields []crm.Field, rows []map[string]any) error {
	wanted := map[string]map[int64]bool{}
	for _, f := range fields {
		if f.Target == "" {
			continue
		}
		if wanted[f.Target] == nil {
			wanted[f.Target] = map[int64]bool{}
		}
		for _, r := range rows {
			for _, id := range linksOf(r[f.Name]) {
				wanted[f.Target][id] = true
			}
		}
	}
	names := map[string]map[int64]string{}
	for object, ids := range wanted {
		found, err := s.namesOf(ctx, q, c, schema, object, slices.Sorted(maps.Keys(ids)))
		if err != nil {
			return err
		}
		names[object] = found
	}
	for _, f := range fields {
		if f.Target == "" {
			continue
		}
		for _, r := range rows {
			switch v := r[f.Name].(type) {
			case int64:
				r[f.Name] = crm.Ref{ID: v, Name: names[f.Target][v]}
			case []int64:
				refs := make([]crm.Ref, len(v))
				for i, id := range v {
					refs[i] = crm.Ref{ID: id, Name: names[f.Target][id]}
				}
				r[f.Name] = refs
			}
		}
	}
	return nil
}

// namesOf is what records of an object are called, those in the trash included: history and the trash still name them.
func (s *Store) namesOf(ctx context.Context, q querier, c ident.Caller, schema crm.Schema, object string, ids []int64) (map[int64]string, error) {
	o, ok := schema.Object(object)
	if !ok || len(ids) == 0 {
		return nil, nil
	}
	out := make(map[int64]string, len(ids))
	for _, relation := range []string{s.relation(c, o), s.trashRelation(c, o)} {
		if err := readNames(ctx, q, "SELECT id, "+called(schema, object)+" FROM "+relation+" AS t WHERE id IN ("+join(ids, literalID)+")", out); err != nil {
			return nil, wrap("look up the names of "+object, err)
		}
		if len(out) == len(ids) {
			break
		}
	}
	return out, nil
}

func readNames(ctx context.Context, q querier, text string, out map[int64]string) error {
	rows, err := q.QueryContext(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		out[id] = name
	}
	return rows.Err()
}
