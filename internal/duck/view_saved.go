package duck

import (
	"context"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// ViewList gives the saved views of an object that the caller sees, by name. One's own hides a shared one of its name.
func (s *Store) ViewList(ctx context.Context, c ident.Caller, object string) ([]crm.View, error) {
	out := []crm.View{}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		all, err := readViews(ctx, conn, `WHERE object = ? AND owner IN ('', ?) ORDER BY lower(name), owner = ''`, object, c.Person)
		out = append(out, slices.CompactFunc(all, func(a, b crm.View) bool { return strings.EqualFold(a.Name, b.Name) })...)
		return err
	})
	return out, err
}

// ViewSet keeps a view under its name, over the one that was there; a shared one takes the place of the caller's own.
// It is read once first, so that a view that can be saved can be shown.
func (s *Store) ViewSet(ctx context.Context, c ident.Caller, v crm.View) (batch int64, err error) {
	if err := mayWrite(c); err != nil {
		return 0, err
	}
	v.Name = strings.TrimSpace(v.Name)
	switch {
	case v.Name == "" || len(v.Name) > 100 || strings.ContainsAny(v.Name, "\x00\r\n"):
		return 0, fail.New(fail.Invalid, "A view needs a name of one line, up to 100 letters long.")
	case v.Owner != "" && v.Owner != c.Person:
		return 0, fail.New(fail.Denied, "A view is shared or your own; it cannot be %s's.", v.Owner).WithHint("Leave the owner out to share it.")
	}
	if _, err := s.List(ctx, c, crm.Query{Object: v.Object, Fields: v.Fields, Filter: v.Filter, Sort: v.Sort, Limit: 1}); err != nil {
		return 0, err
	}
	return s.writeKept(ctx, c, "save a view", func(tx *Tx) error {
		there, err := readViews(tx.ctx, tx.conn, `WHERE object = ? AND lower(name) = lower(?) AND (owner = ? OR (? = '' AND owner = ?))`, v.Object, v.Name, v.Owner, v.Owner, c.Person)
		if err != nil {
			return err
		}
		var was *crm.View
		for _, old := range there {
			if old.Owner == v.Owner {
				was = &old
			} else if err := tx.keepView(&old, nil, 0); err != nil {
				return err
			}
		}
		return tx.keepView(was, &v, 0)
	})
}

// ViewRemove forgets a view that the caller sees; the records in it are left alone.
func (s *Store) ViewRemove(ctx context.Context, c ident.Caller, object, name string) (batch int64, err error) {
	name = strings.TrimSpace(name)
	return s.writeKept(ctx, c, "remove a view", func(tx *Tx) error {
		there, err := readViews(tx.ctx, tx.conn, `WHERE object = ? AND lower(name) = lower(?) AND owner IN ('', ?) ORDER BY owner = ''`, object, name, c.Person)
		if err != nil {
			return err
		}
		if len(there) == 0 {
			return fail.New(fail.NotFound, "There is no view %q of %s.", name, object).WithHint("The tabs above the table name the ones there are.")
		}
		return tx.keepView(&there[0], nil, 0)
	})
}

func (tx *Tx) insertView(v crm.View) error {
	_, err := tx.exec(`INSERT INTO meta.view VALUES (?, ?, ?, ?, ?, ?)`, v.Object, v.Name, list(v.Fields), mustJSON(v.Filter), list(v.Sort), v.Owner)
	return wrap("save a view", err)
}

// readViews reads the views that the end of the statement lets through.
func readViews(ctx context.Context, q querier, where string, args ...any) ([]crm.View, error) {
	rows, err := q.QueryContext(ctx, `SELECT object, name, fields::VARCHAR, filter::VARCHAR, sort::VARCHAR, owner FROM meta.view `+where, args...)
	if err != nil {
		return nil, wrap("read the views", err)
	}
	defer rows.Close()
	var out []crm.View
	for rows.Next() {
		var v crm.View
		var fields, filter, sort string
		if err := rows.Scan(&v.Object, &v.Name, &fields, &filter, &sort, &v.Owner); err != nil {
			return nil, wrap("read the views", err)
		}
		for text, into := range map[*string]any{&fields: &v.Fields, &filter: &v.Filter, &sort: &v.Sort} {
			if err := readList(*text, into); err != nil {
				return nil, wrap("read the view "+v.Name, err)
			}
		}
		out = append(out, v)
	}
	return out, wrap("read the views", rows.Err())
}

// renameInViews has the views follow a field to its new name, those too that reach it through links. It reads the
// schema as it was before.
func (tx *Tx) renameInViews(object, from, to string) error {
	views, err := readViews(tx.ctx, tx.conn, "")
	if err != nil {
		return err
	}
	for _, v := range views {
		was := mustJSON(v)
		renameInView(&v, func(p crm.Path) crm.Path { return renamedPath(tx.schema, v.Object, p, object, from, to) })
		if mustJSON(v) == was {
			continue
		}
		if _, err := tx.exec(`DELETE FROM meta.view WHERE object = ? AND name = ? AND owner = ?`, v.Object, v.Name, v.Owner); err != nil {
			return wrap("rename in the view "+v.Name, err)
		}
		if err := tx.insertView(v); err != nil {
			return err
		}
	}
	return nil
}

func renameInView(v *crm.View, renamed func(crm.Path) crm.Path) {
	for i := range v.Fields {
		v.Fields[i] = renamed(v.Fields[i])
	}
	for i := range v.Sort {
		v.Sort[i].Path = renamed(v.Sort[i].Path)
	}
	renameInFilter(&v.Filter, renamed)
}

func renameInFilter(f *crm.Filter, renamed func(crm.Path) crm.Path) {
	for i := range f.And {
		renameInFilter(&f.And[i], renamed)
	}
	for i := range f.Or {
		renameInFilter(&f.Or[i], renamed)
	}
	if f.Not != nil {
		renameInFilter(f.Not, renamed)
	}
	for _, t := range []*crm.Term{f.Term, f.Other} {
		if t != nil {
			t.Path, t.Minus = renamed(t.Path), renamed(t.Minus)
		}
	}
}

// renamedPath is a path, seen from an object at, after the field from of object is called to.
func renamedPath(schema crm.Schema, at string, p crm.Path, object, from, to string) crm.Path {
	steps := p.Steps()
	for i, step := range steps {
		o, ok := schema.Object(at)
		f, found := o.Field(step)
		if !ok || !found {
			break
		}
		if at == object && step == from {
			steps[i] = to
		}
		at = f.Target
	}
	return crm.Path(strings.Join(steps, "."))
}
