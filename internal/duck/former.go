package duck

import (
	"context"
	"encoding/json"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Former tells what objects and fields were called before, by what history says. The history of an object stands under
// the name that it has now.
func (s *Store) Former(ctx context.Context, c ident.Caller) (crm.Former, error) {
	out := crm.Former{Objects: map[string][]string{}, Fields: map[string]map[string][]string{}}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		rows, err := conn.QueryContext(ctx, `SELECT object, coalesce(before::VARCHAR, '{}'), after::VARCHAR FROM meta.history
			WHERE kind = 'schema' AND json_extract_string(after, '$.did') NOT IN ('move_object', 'move_field') ORDER BY id`)
		if err != nil {
			return wrap("read what things were called", err)
		}
		defer rows.Close()
		for rows.Next() {
			var object, before, after string
			var was, is alteredState
			if err := rows.Scan(&object, &before, &after); err != nil {
				return wrap("read what things were called", err)
			}
			for text, into := range map[*string]*alteredState{&before: &was, &after: &is} {
				if err := json.Unmarshal([]byte(*text), into); err != nil {
					return wrap("read what things were called", err)
				}
			}
			follow(&out, object, was, is)
		}
		return wrap("read what things were called", rows.Err())
	})
	return out, err
}

// follow takes one change of the schema in.
func follow(out *crm.Former, object string, was, is alteredState) {
	fields := out.Fields[object]
	if fields == nil {
		fields = map[string][]string{}
		out.Fields[object] = fields
	}
	switch is.Did {
	case crm.AddObject, crm.RemoveObject:
		delete(out.Objects, object)
		delete(out.Fields, object)
	case crm.RenameObject:
		out.Objects[object] = append(out.Objects[object], was.Name)
	case crm.SetObject:
		out.Objects[object] = append(out.Objects[object], was.Object.Label, was.Object.Plural)
	case crm.AddField:
		delete(fields, is.Field.Name)
	case crm.RemoveField:
		delete(fields, was.Field.Name)
	case crm.RenameField, crm.SetField, crm.ChangeField:
		called := append(fields[was.Field.Name], was.Field.Name, was.Field.Label)
		delete(fields, was.Field.Name)
		fields[is.Field.Name] = called
	}
}
