package duck

import (
	"context"
	"database/sql"
	"encoding/json"

	"openclaw/internal/crm"
)

// querier is what loadSchema needs: a pool, a connection or a transaction.
type querier interface {
	QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// loadSchema reads the definitions of all objects in use.
func loadSchema(ctx context.Context, q querier) (crm.Schema, error) {
	var s crm.Schema
	rows, err := q.QueryContext(ctx, `SELECT coalesce(max(value), 0) FROM meta.counter WHERE name = 'schema'`)
	if err != nil {
		return s, wrap("read the schema's version", err)
	}
	for rows.Next() {
		if err := rows.Scan(&s.Version); err != nil {
			rows.Close()
			return s, wrap("read the schema's version", err)
		}
	}
	if err := rows.Close(); err != nil {
		return s, wrap("read the schema's version", err)
	}
	if rows, err = q.QueryContext(ctx, `SELECT name, label, plural, to_json(synonyms)::VARCHAR, icon FROM meta.object ORDER BY position, name`); err != nil {
		return s, wrap("read the objects", err)
	}
	defer rows.Close()
	at := map[string]int{}
	for rows.Next() {
		o := crm.Object{Fields: []crm.Field{}}
		var synonyms string
		if err := rows.Scan(&o.Name, &o.Label, &o.Plural, &synonyms, &o.Icon); err != nil {
			return s, wrap("read the objects", err)
		}
		if err := readList(synonyms, &o.Synonyms); err != nil {
			return s, wrap("read the synonyms of "+o.Name, err)
		}
		at[o.Name] = len(s.Objects)
		s.Objects = append(s.Objects, o)
	}
	if err := rows.Err(); err != nil {
		return s, wrap("read the objects", err)
	}
	fields, err := q.QueryContext(ctx, `SELECT object, name, label, to_json(synonyms)::VARCHAR, type, role, required, key, scale, currency, options::VARCHAR, moves::VARCHAR, target, expr, result FROM meta.field ORDER BY object, position`)
	if err != nil {
		return s, wrap("read the fields", err)
	}
	defer fields.Close()
	for fields.Next() {
		var f crm.Field
		var object, synonyms, options, moves string
		if err := fields.Scan(&object, &f.Name, &f.Label, &synonyms, &f.Type, &f.Role, &f.Required, &f.Key, &f.Scale, &f.Currency, &options, &moves, &f.Target, &f.Expr, &f.Result); err != nil {
			return s, wrap("read the fields", err)
		}
		for from, to := range map[*string]any{&synonyms: &f.Synonyms, &options: &f.Options, &moves: &f.Moves} {
			if err := readList(*from, to); err != nil {
				return s, wrap("read the field "+object+"."+f.Name, err)
			}
		}
		i := at[object]
		s.Objects[i].Fields = append(s.Objects[i].Fields, f)
	}
	return s, wrap("read the fields", fields.Err())
}

// saveObject writes an object's definition, its fields included, over what was there.
func (tx *Tx) saveObject(o crm.Object, position int) error {
	if err := tx.dropDefinition(o.Name); err != nil {
		return err
	}
	if _, err := tx.exec(`INSERT INTO meta.object VALUES (?, ?, ?, ?, CAST(CAST(? AS JSON) AS VARCHAR[]), ?)`, o.Name, position, o.Label, o.Plural, list(o.Synonyms), o.Icon); err != nil {
		return wrap("write the definition of "+o.Name, err)
	}
	for i, f := range o.Fields {
		if _, err := tx.exec(`INSERT INTO meta.field VALUES (?, ?, ?, ?, CAST(CAST(? AS JSON) AS VARCHAR[]), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			o.Name, f.Name, i, f.Label, list(f.Synonyms), string(f.Type), string(f.Role), f.Required, f.Key, f.Scale, f.Currency, list(f.Options), list(f.Moves), f.Target, f.Expr, string(f.Result)); err != nil {
			return wrap("write the definition of "+o.Name+"."+f.Name, err)
		}
	}
	return nil
}

func (tx *Tx) dropDefinition(object string) error {
	for _, q := range []string{`DELETE FROM meta.object WHERE name = ?`, `DELETE FROM meta.field WHERE object = ?`} {
		if _, err := tx.exec(q, object); err != nil {
			return wrap("remove the definition of "+object, err)
		}
	}
	return nil
}

// readList reads what list wrote: no list is nil, so that a definition is the same before and after it was on disk.
func readList(text string, into any) error {
	if text == "[]" {
		return nil
	}
	return json.Unmarshal([]byte(text), into)
}

// list is a list as JSON; no list is [], so that columns are never NULL.
func list[T any](v []T) string {
	if v == nil {
		return "[]"
	}
	return mustJSON(v)
}
