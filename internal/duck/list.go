package duck

import (
	"context"
	"database/sql"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// List is one page of an object's records, with the names of what they link to.
func (s *Store) List(ctx context.Context, c ident.Caller, q crm.Query) (crm.Page, error) {
	var page crm.Page
	err := s.scan(ctx, c, func(ctx context.Context, conn *sql.Conn) error {
		schema := *s.schema.Load()
		l, err := query.NewList(schema, q, s.rel(schema, c, q), s.opt.Clock())
		if err != nil {
			return err
		}
		page = crm.Page{Columns: l.Columns, Rows: []crm.Row{}, Total: -1}
		if q.Total {
			if err := conn.QueryRowContext(ctx, l.Count, l.CountArgs...).Scan(&page.Total); err != nil {
				return wrap("count the records", err)
			}
		}
		return s.page(ctx, conn, c, schema, l, &page)
	})
	return page, err
}

// rel is a caller's relation by an object's name. Of the object listed it is the trash, where the query says so.
func (s *Store) rel(schema crm.Schema, c ident.Caller, q crm.Query) query.Rel {
	return func(object string) string {
		o, _ := schema.Object(object)
		if q.Trash && object == q.Object {
			return s.trashRelation(c, o)
		}
		return s.relation(c, o)
	}
}

// page reads the rows of a list.
func (s *Store) page(ctx context.Context, conn *sql.Conn, c ident.Caller, schema crm.Schema, l *query.List, page *crm.Page) error {
	rows, err := conn.QueryContext(ctx, l.SQL, l.Args...)
	if err != nil {
		return wrap("list the records", err)
	}
	defer rows.Close()
	// Two columns may show fields of the same name, so rows are kept by the columns' own numbers.
	fields := make([]crm.Field, len(l.Fields))
	for i, f := range l.Fields {
		f.Name = itoa(i)
		fields[i] = f
	}
	keys := l.Keys()
	cells := make([]any, 2+len(fields)+keys)
	var values []map[string]any
	for rows.Next() {
		if len(page.Rows) == l.Limit {
			page.After = l.Cursor(page.Rows[l.Limit-1].ID, cursorKeys(cells[2+len(fields):]))
			break
		}
		if err := scanInto(rows, cells); err != nil {
			return err
		}
		id, _ := cells[0].(int64)
		updated, _ := cells[1].(time.Time)
		v := make(map[string]any, len(fields))
		for i, f := range fields {
			v[f.Name] = raw(cells[2+i])
		}
		values = append(values, v)
		page.Rows = append(page.Rows, crm.Row{ID: id, Version: updated.UnixMicro()})
	}
	if err := rows.Err(); err != nil {
		return wrap("list the records", err)
	}
	rows.Close()
	if err := s.nameLinks(ctx, conn, c, schema, fields, values); err != nil {
		return err
	}
	for i, v := range values {
		page.Rows[i].Values = make([]any, len(fields))
		for j, f := range fields {
			page.Rows[i].Values[j] = v[f.Name]
		}
	}
	return nil
}

// cursorKeys are the sort keys of the last row taken, as the query gave them.
func cursorKeys(cells []any) []*string {
	out := make([]*string, len(cells))
	for i, c := range cells {
		if t, ok := c.(string); ok {
			out[i] = &t
		}
	}
	return out
}
