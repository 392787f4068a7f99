package duck

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// exportPage is how many ids of an export are asked for at once: memory does not grow with the object.
const exportPage = 20_000

// Export gives the records of an object that a filter lets through to row, one after the other by id, with a column for
// each field in the order shown. Values are canonical; links carry the names of their records. All rows are of one
// moment. row gets the same slice each time; its error ends the export.
func (s *Store) Export(ctx context.Context, c ident.Caller, object string, filter crm.Filter, row func(cols []crm.Column, values []any) error) error {
	return s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		schema := conn.schema
		o, ok := schema.Object(object)
		if !ok {
			return query.NoObject(schema, object)
		}
		e := &export{s: s, conn: conn.Conn, c: c, schema: schema, o: o, row: row, values: make([]any, len(o.Fields))}
		for _, f := range o.Fields {
			e.columns = append(e.columns, crm.Column{Name: f.Label, Type: f.ValueType(), Scale: f.Scale, Currency: f.Currency, Path: crm.Path(f.Name)})
		}
		var last int64
		if err := conn.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM "+s.relation(c, o)+" AS t").Scan(&last); err != nil {
			return wrap("export "+object, err)
		}
		for after := int64(0); after < last; after += exportPage {
			if err := e.page(ctx, filter, after); err != nil {
				return err
			}
		}
		return nil
	})
}

type export struct {
	s       *Store
	conn    *sql.Conn
	c       ident.Caller
	schema  crm.Schema
	o       crm.Object
	columns []crm.Column
	values  []any
	row     func([]crm.Column, []any) error
}

// page gives the rows with the ids that follow one.
func (e *export) page(ctx context.Context, filter crm.Filter, after int64) error {
	q, args, err := e.sql(filter, after)
	if err != nil {
		return err
	}
	rows, err := e.conn.QueryContext(ctx, q, args...)
	if err != nil {
		return wrap("export "+e.o.Name, err)
	}
	defer rows.Close()
	names := 0
	for _, f := range e.o.Fields {
		if f.Type == crm.Link {
			names++
		}
	}
	cells := make([]any, 1+len(e.o.Fields)+names)
	var lists []map[string]any
	for rows.Next() {
		if err := scanInto(rows, cells); err != nil {
			return err
		}
		if e.lists() {
			kept := make(map[string]any, len(cells))
			for i, v := range cells {
				kept[strconv.Itoa(i)] = v
			}
			lists = append(lists, kept)
			continue
		}
		if err := e.give(cells); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return wrap("export "+e.o.Name, err)
	}
	rows.Close()
	return e.giveLists(ctx, lists, cells)
}

// lists tells whether a field links to several records; their names are looked up for a page at once.
func (e *export) lists() bool {
	for _, f := range e.o.Fields {
		if f.Type == crm.Links {
			return true
		}
	}
	return false
}

func (e *export) giveLists(ctx context.Context, rows []map[string]any, cells []any) error {
	var fields []crm.Field
	for i, f := range e.o.Fields {
		if f.Type == crm.Links {
			f.Name = strconv.Itoa(i + 1)
			fields = append(fields, f)
		}
	}
	for _, r := range rows {
		for _, f := range fields {
			r[f.Name] = raw(r[f.Name])
		}
	}
	if err := e.s.nameLinks(ctx, e.conn, e.c, e.schema, fields, rows); err != nil {
		return err
	}
	for _, r := range rows {
		for i := range cells {
			cells[i] = r[strconv.Itoa(i)]
		}
		if err := e.give(cells); err != nil {
			return err
		}
	}
	return nil
}

// give hands one row on: id, then a cell for each field, then a name for each link.
func (e *export) give(cells []any) error {
	link := 1 + len(e.o.Fields)
	for i, f := range e.o.Fields {
		v := cells[1+i]
		switch f.Type {
		case crm.Links:
			e.values[i] = v
			continue
		case crm.Link:
			e.values[i] = nil
			if id, ok := v.(int64); ok {
				called, _ := cells[link].(string)
				e.values[i] = crm.Ref{ID: id, Name: called}
			}
			link++
			continue
		}
		e.values[i] = raw(v)
	}
	if err := e.row(e.columns, e.values); err != nil {
		return fmt.Errorf("take an exported row: %w", err)
	}
	return nil
}

func (e *export) sql(filter crm.Filter, after int64) (string, []any, error) {
	rel := e.s.rel(e.schema, e.c)
	scope, err := query.NewScope(e.schema, e.o.Name, rel, e.s.opt.Clock())
	if err != nil {
		return "", nil, err
	}
	cond, err := scope.Where(filter)
	if err != nil {
		return "", nil, err
	}
	id := scope.Alias() + ".id"
	columns := []string{id}
	var names, joins []string
	for i, f := range e.o.Fields {
		columns = append(columns, scope.Alias()+"."+name(f.Column()))
		if f.Type == crm.Link {
			alias := "n" + strconv.Itoa(i)
			names = append(names, alias+".name")
			joins = append(joins, " LEFT JOIN (SELECT id, "+called(e.schema, f.Target)+" AS name FROM "+rel(f.Target)+" AS x) AS "+alias+" ON "+alias+".id = "+scope.Alias()+"."+name(f.Column()))
		}
	}
	cond += " AND " + id + " > " + scope.Bind(after) + " AND " + id + " <= " + scope.Bind(after+exportPage)
	q := "SELECT " + strings.Join(append(columns, names...), ", ") + " FROM " + scope.From() + strings.Join(joins, "") + " WHERE " + cond + " ORDER BY " + id
	return q, scope.Args(), nil
}
