package duck

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Undo takes back a change, or a whole batch, as one batch of its own that can be undone in turn. Nothing is half
// undone: where something newer would be lost it is a Conflict that shows what, and nothing happens.
//
// The changes of schema are taken back first, the latest first, since DuckDB wants every ALTER of a table before its
// rows change. Then the records: each record's changes from the latest to the earliest, the same step for all records
// at once, so that an import is undone in a few statements.
func (s *Store) Undo(ctx context.Context, c ident.Caller, id int64) (crm.Undone, error) {
	var out crm.Undone
	err := s.write(ctx, c, "undo", crm.Cause{Kind: "undo"}, func(tx *Tx) error {
		u := &undo{tx: tx, target: id, gone: map[string]int64{}, touched: map[string]bool{}}
		if err := u.run(); err != nil {
			return asConflict(err)
		}
		out = crm.Undone{Undone: id, Changes: u.changes, Batch: tx.batch}
		return nil
	})
	return out, s.nameClashes(ctx, c, err)
}

// asConflict makes a conflict of what today's schema refuses: whoever undoes has written nothing that could be invalid.
func asConflict(err error) error {
	if fail.KindOf(err) != fail.Invalid {
		return err
	}
	e := *fail.As(err)
	e.Kind = fail.Conflict
	return &e
}

// undo is one undo under way. temp.undoing holds the history rows that it takes back, with the layer of each: 1 for a
// record's latest change, 2 for the one before it, and so on.
type undo struct {
	tx      *Tx
	target  int64
	changes int64
	gone    map[string]int64 // objects that it moved into the trash whole, and the change that did
	touched map[string]bool  // objects whose records it changed
	dropped []string         // fields that it took away, as object.field
	layers  int64
}

func (u *undo) run() error {
	if err := u.begin(); err != nil {
		return err
	}
	if err := u.schema(); err != nil {
		return err
	}
	if err := u.kept(); err != nil {
		return err
	}
	if err := u.followFields(); err != nil {
		return err
	}
	for layer := int64(1); layer <= u.layers; layer++ {
		// Records come back before links to them do, and go after links to them have gone.
		for _, kind := range []crm.EditKind{crm.Delete, crm.Set, crm.Create} {
			if err := u.layer(layer, kind); err != nil {
				return err
			}
		}
	}
	if u.tx.changed == 0 {
		return fail.New(fail.Conflict, "There is nothing left of %d to undo.", u.target).WithHint("Its records are already as they were before.")
	}
	if err := u.noDangling(); err != nil {
		return err
	}
	if err := u.fits(); err != nil {
		return err
	}
	if err := u.mark(); err != nil {
		return err
	}
	return u.tx.ddl("DROP TABLE temp.undoing")
}

// begin collects the history rows that are to be taken back.
func (u *undo) begin() error {
	tx := u.tx
	_, err := tx.exec(`CREATE OR REPLACE TEMP TABLE undoing AS
		SELECT id, kind, object, record, before, after, undoes,
			CASE WHEN record = 0 THEN 0 ELSE row_number() OVER (PARTITION BY object, record ORDER BY id DESC) END AS layer
		FROM meta.history WHERE (id = ? OR batch = ?) AND undone = 0`, u.target, u.target)
	if err != nil {
		return wrap("collect what is to be undone", err)
	}
	if err := tx.one(`SELECT count(*), coalesce(max(layer), 0) FROM temp.undoing`, nil, &u.changes, &u.layers); err != nil {
		return wrap("collect what is to be undone", err)
	}
	if u.changes > 0 {
		if err := u.seen(); err != nil {
			return err
		}
		return u.notAlone()
	}
	var undone, by int64
	if err := tx.one(`SELECT count(*), coalesce(max(n.batch), 0) FROM (SELECT * FROM meta.history WHERE (id = ? OR batch = ?) AND `+tx.s.historyOf(tx.schema, tx.caller)+`) AS h LEFT JOIN meta.history AS n ON n.id = h.undone`, []any{u.target, u.target}, &undone, &by); err != nil {
		return wrap("look for what was undone", err)
	}
	if undone == 0 {
		return u.nothing()
	}
	return fail.New(fail.Conflict, "%d was undone already.", u.target).WithHint("To have it back, undo the undo: openclawd undo %d.", by)
}

func (u *undo) nothing() error {
	return fail.New(fail.NotFound, "There is no change and no batch %d.", u.target).WithHint("openclawd history shows them.")
}

// seen refuses to take back what was done to records that the caller may not read, and so to tell anything of them.
func (u *undo) seen() error {
	var seen int64
	err := u.tx.one(`SELECT count(*) FROM temp.undoing WHERE `+u.tx.s.historyOf(u.tx.schema, u.tx.caller), nil, &seen)
	switch {
	case err != nil:
		return wrap("look whether what is to be undone may be read", err)
	case seen == 0:
		return u.nothing()
	case seen < u.changes:
		return fail.New(fail.Denied, "%d changed records that you may not see.", u.target).WithHint("Ask somebody who may see them to undo it. Nothing was undone.")
	}
	return nil
}

// objects are those with rows of a kind in a layer.
func (u *undo) objects(layer int64, kinds []crm.EditKind) ([]string, error) {
	rows, err := u.tx.query(`SELECT DISTINCT object FROM temp.undoing WHERE layer = ? AND kind IN (`+join(kinds, func(k crm.EditKind) string { return text(string(k)) })+`) ORDER BY object`, layer)
	if err != nil {
		return nil, wrap("collect the objects", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			return nil, wrap("collect the objects", err)
		}
		out = append(out, o)
	}
	return out, wrap("collect the objects", rows.Err())
}

// layer takes back the changes of one kind in one layer.
func (u *undo) layer(layer int64, kind crm.EditKind) error {
	kinds := []crm.EditKind{kind}
	if kind == crm.Create {
		kinds = append(kinds, crm.Restore) // both are undone by moving the record into the trash
	}
	objects, err := u.objects(layer, kinds)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if u.gone[object] != 0 {
			continue
		}
		o, ok := u.tx.schema.Object(object)
		if !ok {
			return fail.New(fail.Conflict, "%s was removed since.", object).WithHint("Restore it first, then undo again: openclawd object restore %s. Nothing was undone.", object)
		}
		u.touched[object] = true
		rows := `SELECT * FROM temp.undoing WHERE layer = ` + literalID(layer) + ` AND object = ` + text(object) + ` AND kind IN (` + join(kinds, func(k crm.EditKind) string { return text(string(k)) }) + `)`
		switch kind {
		case crm.Delete:
			err = u.raise(o, rows)
		case crm.Set:
			err = u.setBack(o, rows)
		default:
			err = u.bury(o, rows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// raise takes deleted records out of the trash. Those that are out already stay as they are.
func (u *undo) raise(o crm.Object, rows string) error {
	ids := "id IN (SELECT record FROM (" + rows + "))"
	at := u.tx.tick()
	if err := u.note(o, rows, crm.Restore, "record IN (SELECT id FROM "+trashed(o.Name)+")", "NULL", "NULL", at); err != nil {
		return err
	}
	return u.tx.raise(o, ids, at)
}

// bury moves created records into the trash, unless somebody has changed them since.
func (u *undo) bury(o crm.Object, rows string) error {
	clashes, err := u.clashes(`SELECT u.record, h.after, h.who, h.written_at FROM (`+rows+`) AS u JOIN meta.history AS h ON h.object = ? AND h.record = u.record AND h.id > u.id
		WHERE h.undone = 0 AND h.undoes = 0 AND h.kind = 'set' AND `+notFollowing+` AND h.id NOT IN (SELECT id FROM temp.undoing) ORDER BY h.id DESC LIMIT 20`, o)
	if err != nil {
		return err
	}
	if len(clashes) > 0 {
		return u.conflict(o, clashes)
	}
	at := u.tx.tick()
	if err := u.note(o, rows, crm.Delete, "record IN (SELECT id FROM "+table(o.Name)+")", "NULL", "NULL", at); err != nil {
		return err
	}
	return u.tx.bury(o, "id IN (SELECT record FROM ("+rows+"))", at)
}

// clashes reads changes that stand in the way: record, what was written since, by whom and when. The first one of a field
// counts.
func (u *undo) clashes(q string, o crm.Object) ([]crm.Clash, error) {
	rows, err := u.tx.query("SELECT record, unnest(json_keys(after)) AS field, after::VARCHAR, who, strftime(written_at, '%Y-%m-%dT%H:%M:%SZ') FROM ("+q+")", o.Name)
	if err != nil {
		return nil, wrap("look for newer changes", err)
	}
	defer rows.Close()
	var out []crm.Clash
	for rows.Next() {
		c := crm.Clash{Object: o.Name}
		var after string
		if err := rows.Scan(&c.Record, &c.Field, &after, &c.By, &c.At); err != nil {
			return nil, wrap("look for newer changes", err)
		}
		c.Theirs = member(o, c.Field, after)
		if !slices.ContainsFunc(out, func(newer crm.Clash) bool { return newer.Record == c.Record && newer.Field == c.Field }) {
			out = append(out, c)
		}
	}
	return out, wrap("look for newer changes", rows.Err())
}

func (u *undo) conflict(o crm.Object, clashes []crm.Clash) error {
	slices.SortStableFunc(clashes, func(a, b crm.Clash) int { return cmp.Compare(a.Record, b.Record) })
	first := clashes[0]
	return fail.New(fail.Conflict, "Undoing %d would lose what %s wrote since in %s of %s #%d.", u.target, first.By, first.Field, o.Label, first.Record).
		WithHint("Undo what is newer first (openclawd history %s %d shows it), or change the record by hand. Nothing was undone.", o.Name, first.Record).WithDetail(clashes)
}

// note writes a history row for each of the rows that fits cond, as the change that takes it back.
func (u *undo) note(o crm.Object, rows string, kind crm.EditKind, cond, before, after string, at time.Time) error {
	tx := u.tx
	var n int64
	if err := tx.one("SELECT count(*) FROM ("+rows+") WHERE "+cond, nil, &n); err != nil {
		return wrap("count what is to be undone", err)
	}
	if n == 0 {
		return nil
	}
	first := tx.newChanges(o.Name, n)
	_, err := tx.exec("INSERT INTO meta.history SELECT ? + row_number() OVER (ORDER BY id) - 1, CAST(? AS TIMESTAMP), ?, ?, ?, object, record, "+before+", "+after+", ?, CAST(? AS JSON), id, 0 FROM ("+rows+") WHERE "+cond,
		first, at, tx.caller.Person, string(tx.caller.Via), string(kind), tx.batch, mustJSON(tx.cause))
	if err != nil {
		return wrap("write the history of the undo", err)
	}
	event := crm.Change{ID: first, At: at, Who: tx.caller.Person, Via: string(tx.caller.Via), Kind: string(kind), Object: o.Name, Batch: tx.batch, Cause: tx.cause}
	if n == 1 {
		if err := tx.one("SELECT record FROM ("+rows+") WHERE "+cond, nil, &event.Record); err != nil {
			return wrap("find the record undone", err)
		}
	}
	tx.events = append(tx.events, event)
	return nil
}

// mark notes on the rows taken back which change did it, and sets the marks right along chains: what an undone undo had
// taken back stands again.
func (u *undo) mark() error {
	tx := u.tx
	if _, err := tx.exec(`UPDATE meta.history AS h SET undone = n.id FROM (SELECT id, undoes FROM meta.history WHERE batch = ? AND undoes > 0 AND kind <> 'convert') AS n WHERE h.id = n.undoes`, tx.batch); err != nil {
		return wrap("mark what was undone", err)
	}
	for object, change := range u.gone {
		if _, err := tx.exec(`UPDATE meta.history SET undone = ? WHERE undone = 0 AND id IN (SELECT id FROM temp.undoing WHERE object = ?)`, change, object); err != nil {
			return wrap("mark what was undone", err)
		}
	}
	// What the rows taken back had undone stands again; of that, what it had undone itself is undone again.
	if _, err := tx.exec(`CREATE OR REPLACE TEMP TABLE again AS SELECT id FROM meta.history WHERE undone > 0 AND undone IN (SELECT id FROM temp.undoing)`); err != nil {
		return wrap("mark what stands again", err)
	}
	if _, err := tx.exec(`UPDATE meta.history SET undone = 0 WHERE id IN (SELECT id FROM temp.again)`); err != nil {
		return wrap("mark what stands again", err)
	}
	if _, err := tx.exec(`UPDATE meta.history AS h SET undone = y.id FROM meta.history AS y WHERE y.id IN (SELECT id FROM temp.again) AND y.undoes > 0 AND y.kind <> 'convert' AND h.id = y.undoes AND h.undone = 0`); err != nil {
		return wrap("mark what is undone again", err)
	}
	if err := tx.ddl("DROP TABLE temp.again"); err != nil {
		return err
	}
	return tx.settleConverted()
}

// noDangling refuses an undo that would leave links to records that are not there.
func (u *undo) noDangling() error {
	for _, o := range u.tx.schema.Objects {
		for _, f := range o.Fields {
			if f.Target == "" || (!u.touched[o.Name] && !u.touched[f.Target]) {
				continue
			}
			links := "SELECT id, " + name(f.Column()) + " AS link FROM " + table(o.Name)
			if f.Type == crm.Links {
				links = "SELECT id, unnest(" + name(f.Column()) + ") AS link FROM " + table(o.Name)
			}
			var record, link int64
			err := u.tx.one("SELECT l.id, l.link FROM ("+links+") AS l ANTI JOIN "+table(f.Target)+" AS x ON x.id = l.link WHERE l.link IS NOT NULL ORDER BY l.id LIMIT 1", nil, &record, &link)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return wrap("check the links", err)
			}
			if seen, err := u.tx.s.sees(u.tx.ctx, u.tx.conn, u.tx.caller, o, record); err != nil {
				return err
			} else if !seen {
				return fail.New(fail.Conflict, "A record that you may not see links to %s #%d, which would not be there.", f.Target, link).
					WithHint("Ask somebody who may see it to change that link. Nothing was undone.")
			}
			return fail.New(fail.Conflict, "%s #%d links to %s #%d, which would not be there.", o.Label, record, f.Target, link).
				WithHint("Change that link, or restore the record, and undo again. Nothing was undone.").
				WithDetail([]crm.Clash{{Object: o.Name, Record: record, Field: f.Name, Theirs: crm.Ref{ID: link}}})
		}
	}
	return nil
}
