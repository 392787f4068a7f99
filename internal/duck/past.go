package duck

import (
	"context"
	"encoding/json"

	"openclaw/internal/crm"
)

// History keeps values under the names and in the types that their fields had. These steps lead from the fields of now
// to those of then.

// step is a change of the schema that made other fields of an object's fields.
type step struct {
	id            int64
	object        string
	did           crm.AlterKind
	before, after crm.Field
}

// stepsSince reads the steps after a change, the latest first.
func stepsSince(ctx context.Context, q querier, id int64) ([]step, error) {
	rows, err := q.QueryContext(ctx, `SELECT id, object, json_extract_string(after, '$.did') AS did,
			coalesce(json_extract(before, '$.field')::VARCHAR, '{}'), coalesce(json_extract(after, '$.field')::VARCHAR, '{}')
		FROM meta.history WHERE kind = 'schema' AND id > ? AND did IN ('add_field', 'restore_field', 'rename_field', 'change_field', 'remove_field') ORDER BY id DESC`, id)
	if err != nil {
		return nil, wrap("look for changed fields", err)
	}
	defer rows.Close()
	var out []step
	for rows.Next() {
		var s step
		var before, after string
		if err := rows.Scan(&s.id, &s.object, &s.did, &before, &after); err != nil {
			return nil, wrap("look for changed fields", err)
		}
		for text, into := range map[*string]*crm.Field{&before: &s.before, &after: &s.after} {
			if err := json.Unmarshal([]byte(*text), into); err != nil {
				return nil, wrap("read a changed field", err)
			}
		}
		out = append(out, s)
	}
	return out, wrap("look for changed fields", rows.Err())
}

// pastField is a field as it was, and what it is called by now: "" when it is gone.
type pastField struct {
	crm.Field
	now string
}

// presentFields are an object's fields by name.
func presentFields(o crm.Object) map[string]pastField {
	out := make(map[string]pastField, len(o.Fields))
	for _, f := range o.Fields {
		out[f.Name] = pastField{f, f.Name}
	}
	return out
}

// back turns the fields after the step into those before it.
func (s step) back(fields map[string]pastField) {
	now := fields[s.after.Name].now
	switch s.did {
	case crm.AddField, crm.RestoreField:
		delete(fields, s.after.Name)
	case crm.RenameField:
		delete(fields, s.after.Name)
		fields[s.before.Name] = pastField{s.before, now}
	case crm.ChangeField:
		fields[s.before.Name] = pastField{s.before, now}
	case crm.RemoveField:
		fields[s.before.Name] = pastField{s.before, ""}
	}
}

// namesSince are the names that a field of now has had since a change, the present one first.
func (tx *Tx) namesSince(object, field string, id int64) ([]string, error) {
	steps, err := stepsSince(tx.ctx, tx.conn, id)
	if err != nil {
		return nil, err
	}
	names := []string{field}
	for _, s := range steps {
		if s.object == object && s.did == crm.RenameField && s.after.Name == names[len(names)-1] {
			names = append(names, s.before.Name)
		}
	}
	return names, nil
}
