package duck

import (
	"context"
	"strconv"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// List is one page of an object's records, with the names of what they link to.
func (s *Store) List(ctx context.Context, c ident.Caller, q crm.Query) (crm.Page, error) {
	var page crm.Page
	err := s.scan(ctx, c, func(ctx context.Context, conn *moment) error {
		schema := conn.schema
		base := ""
		if o, ok := schema.Object(q.Object); ok && q.Trash {
			base = s.trashRelation(c, o)
		}
		l, err := query.NewList(schema, q, base, s.rel(schema, c), s.opt.Clock())
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

// rel is a caller's relation by an object's name.
func (s *Store) rel(schema crm.Schema, c ident.Caller) query.Rel {
	return func(object string) string {
		o, _ := schema.Object(object)
		return s.relation(c, o)
	}
}

// page finds a page's records and reads their values.
func (s *Store) page(ctx context.Context, conn *moment, c ident.Caller, schema crm.Schema, l *query.List, page *crm.Page) error {
	ids, after, err := find(ctx, conn, l)
	if err != nil || len(ids) == 0 {
		return err
	}
	page.After = after
	rows, err := conn.QueryContext(ctx, l.Rows(ids))
	if err != nil {
		return wrap("list the records", err)
	}
	defer rows.Close()
	// Two columns may show fields of the same name, so values are kept by the columns' own numbers.
	fields := make([]crm.Field, len(l.Fields))
	for i, f := range l.Fields {
		f.Name = strconv.Itoa(i)
		fields[i] = f
	}
	place := make(map[int64]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	values := make([]map[string]any, len(ids))
	page.Rows = make([]crm.Row, len(ids))
	cells := make([]any, 2+len(fields))
	for rows.Next() {
		if err := scanInto(rows, cells); err != nil {
			return err
		}
		id, _ := cells[0].(int64)
		updated, _ := cells[1].(time.Time)
		v := make(map[string]any, len(fields))
		for i, f := range fields {
			v[f.Name] = raw(cells[2+i])
		}
		values[place[id]] = v
		page.Rows[place[id]] = crm.Row{ID: id, Version: updated.UnixMicro()}
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

// find gives the ids of a page in order, and the cursor of the next page where there is one.
func find(ctx context.Context, q querier, l *query.List) (ids []int64, after string, err error) {
	rows, err := q.QueryContext(ctx, l.Find, l.Args...)
	if err != nil {
		return nil, "", wrap("find the records", err)
	}
	defer rows.Close()
	cells := make([]any, 1+l.Keys())
	for rows.Next() {
		if len(ids) == l.Limit {
			keys := make([]*string, l.Keys())
			for i, c := range cells[1:] {
				if t, ok := c.(string); ok {
					keys[i] = &t
				}
			}
			return ids, l.Cursor(ids[l.Limit-1], keys), nil
		}
		if err := scanInto(rows, cells); err != nil {
			return nil, "", err
		}
		id, _ := cells[0].(int64)
		ids = append(ids, id)
	}
	return ids, "", wrap("find the records", rows.Err())
}
