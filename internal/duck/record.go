package duck

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// row is a record with raw values.
type row struct {
	id                 int64
	createdAt, updated time.Time
	values             map[string]any
}

func (r row) version() int64 { return r.updated.UnixMicro() }

// Record is one record with the names of what it links to. One in the trash is given too, marked as deleted.
func (s *Store) Record(ctx context.Context, c ident.Caller, object string, id int64) (crm.Record, error) {
	var out crm.Record
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		schema := conn.schema
		o, ok := schema.Object(object)
		if !ok {
			return query.NoObject(schema, object)
		}
		for _, deleted := range []bool{false, true} {
			relation := s.relation(c, o)
			if deleted {
				relation = s.trashRelation(c, o)
			}
			r, err := readRow(ctx, conn, relation, o.Fields, id)
			if err != nil {
				return err
			}
			if r == nil {
				continue
			}
			out = crm.Record{Object: object, ID: id, CreatedAt: r.createdAt, UpdatedAt: r.updated, Deleted: deleted, Values: r.values}
			return s.nameLinks(ctx, conn, c, schema, o.Fields, []map[string]any{r.values})
		}
		return noRecord(o, id)
	})
	return out, err
}

func noRecord(o crm.Object, id int64) error {
	return fail.New(fail.NotFound, "There is no %s #%d.", o.Label, id).WithHint("Look for it: openclawd record list %s.", o.Name)
}

// readRow reads one row of a relation; nil when there is none.
func readRow(ctx context.Context, q querier, relation string, fields []crm.Field, id int64) (*row, error) {
	columns := make([]string, 0, len(fields)+3)
	columns = append(columns, "id", "created_at", "updated_at")
	for _, f := range fields {
		columns = append(columns, name(f.Column()))
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+relation+" AS t WHERE id = ?", id)
	if err != nil {
		return nil, wrap("read a record", err)
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, wrap("read a record", rows.Err())
	}
	cells := make([]any, len(columns))
	if err := scanInto(rows, cells); err != nil {
		return nil, err
	}
	r := &row{id: id, values: make(map[string]any, len(fields))}
	r.createdAt, _ = cells[1].(time.Time)
	r.updated, _ = cells[2].(time.Time)
	r.createdAt, r.updated = r.createdAt.UTC(), r.updated.UTC()
	for i, f := range fields {
		r.values[f.Name] = raw(cells[i+3])
	}
	return r, nil
}

// scanInto scans the current row into cells.
func scanInto(rows *sql.Rows, cells []any) error {
	dest := make([]any, len(cells))
	for i := range cells {
		dest[i] = &cells[i]
	}
	return wrap("read a row", rows.Scan(dest...))
}

// Write makes edits, all or none, as one batch. An edit that changes nothing leaves no trace.
func (s *Store) Write(ctx context.Context, c ident.Caller, edits []crm.Edit, cause crm.Cause) (crm.Written, error) {
	var w crm.Written
	err := s.write(ctx, c, "write", cause, func(tx *Tx) error {
		w = crm.Written{Changes: []int64{}, IDs: make([]int64, 0, len(edits))}
		for i, e := range edits {
			id, err := tx.edit(e, &w)
			if err != nil {
				return numbered(err, i, len(edits))
			}
			w.IDs = append(w.IDs, id)
		}
		w.Batch, w.Follows = tx.batch, tx.changed-int64(len(w.Changes))
		return nil
	})
	if err != nil {
		return crm.Written{}, s.nameClashes(ctx, c, err)
	}
	return w, nil
}

// numbered says which of several edits an error is about.
func numbered(err error, i, of int) error {
	if e := fail.As(err); of > 1 && e.Kind != fail.Failed {
		out := *e
		out.Message = "Edit " + strconv.Itoa(i+1) + " of " + strconv.Itoa(of) + ": " + e.Message
		return &out
	}
	return err
}

func (tx *Tx) edit(e crm.Edit, w *crm.Written) (int64, error) {
	o, ok := tx.schema.Object(e.Object)
	if !ok {
		return 0, query.NoObject(tx.schema, e.Object)
	}
	switch e.Kind {
	case crm.Create:
		return tx.create(o, e, w)
	case crm.Set:
		return e.ID, tx.set(o, e, w)
	case crm.Delete:
		return e.ID, tx.remove(o, e, w)
	case crm.Restore:
		return e.ID, tx.restore(o, e, w)
	}
	return 0, fail.New(fail.Invalid, "%q is no way to edit a record.", e.Kind).WithHint("There are create, set, delete and restore.")
}

func (tx *Tx) create(o crm.Object, e crm.Edit, w *crm.Written) (int64, error) {
	values, err := tx.parse(o, e.Values, nil)
	if err != nil {
		return 0, err
	}
	for _, f := range o.Fields {
		v := values[f.Name]
		if f.Required && v == nil {
			return 0, missing(o, f)
		}
		if v != nil {
			if err := tx.checkMove(f, nil, v); err != nil {
				return 0, err
			}
		}
	}
	id, err := tx.newIDs(o.Name, 1)
	if err != nil {
		return 0, err
	}
	at := tx.tick()
	columns, marks, args := []string{"id", "created_at", "updated_at"}, []string{"?", "?", "?"}, []any{id, at, at}
	for _, f := range o.Fields {
		if v := values[f.Name]; v != nil {
			columns, marks, args = append(columns, name(f.Column())), append(marks, castOf(f, "?")), append(args, argument(f, v))
		}
	}
	if _, err := tx.exec("INSERT INTO "+table(o.Name)+" ("+strings.Join(columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...); err != nil {
		return 0, wrap("create a record", err)
	}
	return id, tx.note(crm.Change{At: at, Kind: string(crm.Create), Object: o.Name, Record: id}, w)
}

// note writes history and tells it to the one who asked for the edit.
func (tx *Tx) note(ch crm.Change, w *crm.Written) error {
	id, err := tx.change(ch)
	if err == nil {
		w.Changes = append(w.Changes, id)
	}
	return err
}

func (tx *Tx) set(o crm.Object, e crm.Edit, w *crm.Written) error {
	now, err := tx.current(o, e.ID)
	if err != nil {
		return err
	}
	values, err := tx.parse(o, e.Values, now.values)
	if err != nil {
		return err
	}
	var fields []crm.Field
	for _, f := range o.Fields {
		if v, given := values[f.Name]; given && !same(now.values[f.Name], v) {
			fields = append(fields, f)
		}
	}
	if e.IfVersion != 0 && e.IfVersion != now.version() && len(fields) > 0 {
		clashes := make([]crm.Clash, len(fields))
		for i, f := range fields {
			clashes[i] = crm.Clash{Field: f.Name, Yours: shown(f, values[f.Name]), Theirs: shown(f, now.values[f.Name])}
		}
		return tx.clash(o, now, clashes)
	}
	if len(fields) == 0 {
		return nil
	}
	for _, f := range fields {
		if f.Required && values[f.Name] == nil {
			return missing(o, f)
		}
		if err := tx.checkMove(f, now.values[f.Name], values[f.Name]); err != nil {
			return err
		}
	}
	at := tx.tick()
	before, after := map[string]any{}, map[string]any{}
	sets, args := []string{"updated_at = ?"}, []any{at}
	for _, f := range fields {
		before[f.Name], after[f.Name] = kept(f, now.values[f.Name]), kept(f, values[f.Name])
		sets, args = append(sets, name(f.Column())+" = "+castOf(f, "?")), append(args, argument(f, values[f.Name]))
	}
	if _, err := tx.exec("UPDATE "+table(o.Name)+" SET "+strings.Join(sets, ", ")+" WHERE id = ?", append(args, e.ID)...); err != nil {
		return wrap("change a record", err)
	}
	return tx.note(crm.Change{At: at, Kind: string(crm.Set), Object: o.Name, Record: e.ID, Before: before, After: after}, w)
}

// shown is a raw value as a conflict shows it, links by id; nameClashes adds what they are called.
func shown(f crm.Field, v any) any {
	switch ids := linksOf(v); {
	case f.Target == "" || ids == nil:
		return f.JSON(v)
	case f.Type == crm.Link:
		return crm.Ref{ID: ids[0]}
	default:
		refs := make([]crm.Ref, len(ids))
		for i, id := range ids {
			refs[i] = crm.Ref{ID: id}
		}
		return refs
	}
}

// current reads a record that is to be changed.
func (tx *Tx) current(o crm.Object, id int64) (*row, error) {
	var fields []crm.Field
	for _, f := range o.Fields {
		if f.Type != crm.Computed {
			fields = append(fields, f)
		}
	}
	now, err := readRow(tx.ctx, tx.conn, tx.s.relation(tx.caller, o), fields, id)
	if err != nil || now != nil {
		return now, err
	}
	var n int
	if err := tx.one("SELECT count(*) FROM "+tx.s.trashRelation(tx.caller, o)+" AS t WHERE id = ?", []any{id}, &n); err != nil {
		return nil, wrap("look into the trash", err)
	}
	if n > 0 {
		return nil, fail.New(fail.Conflict, "The %s #%d is in the trash.", o.Label, id).WithHint("Restore it first: openclawd record restore %s %d.", o.Name, id)
	}
	return nil, noRecord(o, id)
}

// clash refuses to write over what somebody else wrote since, and shows both values.
func (tx *Tx) clash(o crm.Object, now *row, clashes []crm.Clash) error {
	var by string
	var at time.Time
	err := tx.one(`SELECT who, written_at FROM meta.history WHERE object = ? AND record = ? ORDER BY id DESC LIMIT 1`, []any{o.Name, now.id}, &by, &at)
	if err != nil {
		return wrap("find who changed the record", err)
	}
	for i := range clashes {
		c := &clashes[i]
		c.Object, c.Record, c.By, c.At = o.Name, now.id, by, at.UTC().Format(time.RFC3339)
	}
	return fail.New(fail.Conflict, "The %s #%d was changed by %s since you looked at it.", o.Label, now.id, by).
		WithHint("Look at both values, then save again.").WithDetail(clashes)
}

// since are the values of a record that were changed after a version of it: what they were in that version, and what they
// are now.
func (tx *Tx) since(o crm.Object, now *row, version int64) ([]crm.Clash, error) {
	rows, err := tx.query(`SELECT before::VARCHAR FROM meta.history WHERE object = ? AND record = ? AND before IS NOT NULL AND written_at > ? ORDER BY id`,
		o.Name, now.id, time.UnixMicro(version).UTC())
	if err != nil {
		return nil, wrap("look for newer changes", err)
	}
	defer rows.Close()
	clashes := []crm.Clash{}
	for rows.Next() {
		var before string
		if err := rows.Scan(&before); err != nil {
			return nil, wrap("look for newer changes", err)
		}
		var changed map[string]any
		if err := json.Unmarshal([]byte(before), &changed); err != nil {
			return nil, wrap("read a newer change", err)
		}
		for _, f := range o.Fields {
			_, is := changed[f.Name]
			if is && !slices.ContainsFunc(clashes, func(c crm.Clash) bool { return c.Field == f.Name }) {
				theirs := mustJSON(map[string]any{f.Name: kept(f, now.values[f.Name])})
				clashes = append(clashes, crm.Clash{Field: f.Name, Yours: member(o, f.Name, before), Theirs: member(o, f.Name, theirs)})
			}
		}
	}
	return clashes, wrap("look for newer changes", rows.Err())
}

func missing(o crm.Object, f crm.Field) error {
	return fail.New(fail.Invalid, "%s of %s must not be empty.", f.Label, o.Label).
		WithHint("Give it a value, or let it be empty: openclawd field change %s %s --required=false", o.Name, f.Name)
}

// checkMove refuses a move of a pipeline that is not among the legal ones.
func (tx *Tx) checkMove(f crm.Field, from, to any) error {
	if f.Type != crm.Choice {
		return nil
	}
	a, _ := from.(string)
	b, _ := to.(string)
	if f.MayMove(a, b) {
		return nil
	}
	var legal []string
	for _, m := range f.Moves {
		if m.From == a {
			legal = append(legal, cmp.Or(m.To, "empty"))
		}
	}
	err := fail.New(fail.Invalid, "%s cannot go from %s to %s.", f.Label, cmp.Or(a, "empty"), cmp.Or(b, "empty"))
	if len(legal) == 0 {
		return err.WithHint("From %s it goes nowhere.", cmp.Or(a, "empty"))
	}
	return err.WithHint("From %s it can go to %s.", cmp.Or(a, "empty"), strings.Join(legal, ", "))
}
