package duck

import (
	"context"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// relation is what a caller reads an object's records from: something that may stand after FROM and wants an alias. Its
// columns are id, created_at, updated_at and one for each field, by Field.Column. Every read of records for a caller goes
// through here, those of the v_ views, of links' names and of history too, so that security has this one place.
func (s *Store) relation(c ident.Caller, o crm.Object) string { return s.allowed(c, o, table(o.Name)) }

// trashRelation is the same for deleted records; it has deleted_at too.
func (s *Store) trashRelation(c ident.Caller, o crm.Object) string {
	return s.allowed(c, o, trashed(o.Name))
}

func (s *Store) allowed(c ident.Caller, o crm.Object, table string) string {
	cond := s.restriction(c, o)
	if cond == "" {
		return withComputed(table, o)
	}
	return "(SELECT * FROM " + withComputed(table, o) + " AS t WHERE " + cond + ")"
}

// restriction is the condition on the records of an object that a caller may read, "" for all.
func (s *Store) restriction(c ident.Caller, o crm.Object) string {
	if s.opt.Rows == nil {
		return ""
	}
	return s.opt.Rows(c, o)
}

// sees tells whether a caller may read a record, in use or in the trash.
func (s *Store) sees(ctx context.Context, q querier, c ident.Caller, o crm.Object, id int64) (bool, error) {
	if s.restriction(c, o) == "" {
		return true, nil
	}
	ids := "SELECT id FROM " + s.relation(c, o) + " AS t UNION ALL SELECT id FROM " + s.trashRelation(c, o) + " AS t"
	rows, err := q.QueryContext(ctx, "SELECT id FROM ("+ids+") WHERE id = ?", id)
	if err != nil {
		return false, wrap("look whether a record may be read", err)
	}
	defer rows.Close()
	found := rows.Next()
	return found, wrap("look whether a record may be read", rows.Err())
}

// Sees tells whether a caller may be told of a change: of a record only who may read it, in use or in the trash.
func (s *Store) Sees(ctx context.Context, c ident.Caller, object string, record int64) (bool, error) {
	if err := known(c); err != nil {
		return false, err
	}
	if record == 0 || s.opt.Rows == nil {
		return true, nil
	}
	o, ok := s.schema.Load().Object(object)
	if !ok || s.restriction(c, o) == "" {
		return ok, nil // whose records they were cannot be told once an object is gone
	}
	var may bool
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		var err error
		may, err = s.sees(ctx, conn, c, o, record)
		return err
	})
	return may, err
}

// historyOf is the condition on rows of history that a caller may read: those of records that he may not are not for him.
func (s *Store) historyOf(schema crm.Schema, c ident.Caller) string {
	cond := "TRUE"
	for _, o := range schema.Objects {
		if s.restriction(c, o) != "" {
			cond += " AND NOT (object = " + text(o.Name) + " AND record <> 0 AND record NOT IN (SELECT id FROM " + s.relation(c, o) + " AS t UNION ALL SELECT id FROM " + s.trashRelation(c, o) + " AS t))"
		}
	}
	return cond
}

// everything is the relation of what is no read for a caller: what the store makes of all records for itself. What comes
// of it reaches callers only through their own relations.
func everything(schema crm.Schema) query.Rel {
	return func(object string) string {
		o, _ := schema.Object(object)
		return withComputed(table(object), o)
	}
}

func withComputed(table string, o crm.Object) string {
	var b strings.Builder
	for _, f := range o.Fields {
		if f.Type == crm.Computed {
			b.WriteString(", " + computed(f) + " AS " + name(f.Name))
		}
	}
	if b.Len() == 0 {
		return table
	}
	return "(SELECT *" + b.String() + " FROM " + table + ")"
}

// computed is a computed field's expression, cast to the type that readers are promised. A value that cannot be
// computed, such as a division by zero or text that is no number, is empty.
func computed(f crm.Field) string {
	stored := f
	stored.Type = f.Result
	return "TRY_CAST(TRY(" + f.Expr + ") AS " + sqlType(stored) + ")"
}

// sqlType is the column type of a field's values.
func sqlType(f crm.Field) string {
	switch f.ValueType() {
	case crm.Number, crm.Money:
		return decimalType(f.Scale)
	case crm.Date:
		return "DATE"
	case crm.DateTime:
		return "TIMESTAMP"
	case crm.Bool:
		return "BOOLEAN"
	case crm.Choices:
		return "VARCHAR[]"
	case crm.Link:
		return "BIGINT"
	case crm.Links:
		return "BIGINT[]"
	}
	return "VARCHAR"
}
