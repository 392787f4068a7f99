package duck

import (
	"strconv"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// notAlone refuses to take back what a change of a type did to one value without that change.
func (u *undo) notAlone() error {
	var others, batch int64
	if err := u.tx.one(`SELECT count(*) FROM temp.undoing WHERE kind <> 'convert'`, nil, &others); err != nil || others > 0 {
		return wrap("collect what is to be undone", err)
	}
	if err := u.tx.one(`SELECT max(batch) FROM meta.history WHERE id = ?`, []any{u.target}, &batch); err != nil {
		return wrap("collect what is to be undone", err)
	}
	return fail.New(fail.Conflict, "%d came with a change of the field's type and cannot be undone alone.", u.target).
		WithHint("Undo the change of the type, openclawd undo %d, or write the value by hand.", batch)
}

// backTo is the change of a field's type that is taken back, with the bins of the times that it was made and that stand.
func (u *undo) backTo(o crm.Object, field string, change int64) (*reverted, error) {
	bins, err := u.binsOf(change, u.tx.s.lastID+1, " AND change IN (SELECT id FROM meta.history WHERE undone = 0)")
	if err != nil {
		return nil, err
	}
	names, err := u.tx.namesSince(o.Name, field, change)
	if err != nil {
		return nil, err
	}
	wrote := "kind = 'create'"
	for _, n := range names {
		wrote += " OR (kind = 'set' AND json_exists(after, " + jsonPath(n) + "))"
	}
	object := "object = " + text(o.Name)
	back := &reverted{id: change, bins: bins, rewritten: "t.id IN (SELECT record FROM temp.undoing WHERE " + object + " AND id > " + literalID(change) + " AND (" + wrote + "))"}
	next := int64(0)
	for _, b := range bins {
		back.since = append(back.since, "t.id IN (SELECT record FROM meta.history WHERE "+object+" AND id > "+literalID(b.change)+" AND id < "+literalID(next)+" AND undone = 0 AND undoes = 0 AND ("+wrote+"))")
		next = b.change
	}
	return back, nil
}

// binsOf are the bins that a change of a type, and all that made the same change by taking back one that took it back,
// have filled before another change; of these changes those that fit cond, the latest first.
func (u *undo) binsOf(change, before int64, cond string) ([]bin, error) {
	rows, err := u.tx.query(`WITH RECURSIVE up(id, n) AS (
			SELECT CAST(? AS BIGINT), 0 UNION ALL
			SELECT h.undoes, n + 1 FROM up JOIN meta.history AS h ON h.id = up.id AND h.undoes > 0),
		down(id, n) AS (
			SELECT arg_max(id, n), 0 FROM up UNION ALL
			SELECT h.id, n + 1 FROM down JOIN meta.history AS h ON h.undoes = down.id AND h.kind = 'schema')
		SELECT place, object, field, change FROM meta.bin WHERE kind = 'values' AND change < ? AND change IN (SELECT id FROM down WHERE n % 2 = (SELECT max(n) % 2 FROM up))`+cond+` ORDER BY change DESC`, change, before)
	if err != nil {
		return nil, wrap("look into the trash", err)
	}
	defer rows.Close()
	var out []bin
	for rows.Next() {
		b := bin{kind: "values"}
		if err := rows.Scan(&b.place, &b.object, &b.field, &b.change); err != nil {
			return nil, wrap("look into the trash", err)
		}
		out = append(out, b)
	}
	return out, wrap("look into the trash", rows.Err())
}

// followType has values that were written in a type follow the undo of that type, and refuses those from before a change
// of type that stands, and is not taken back by this undo. A change and its undo, both later than the value, are nothing
// to it.
func (u *undo) followType(s step) error {
	if err := u.still(s, s.before.Name, "The type of %s of %s was changed since."); err != nil {
		return err
	}
	var undoes, n int64
	if err := u.tx.one(`SELECT coalesce(max(undoes), 0) FROM meta.history WHERE id = ? AND undone = 0 AND id NOT IN (SELECT id FROM temp.undoing)`, []any{s.id}, &undoes); err != nil {
		return wrap("look for changed fields", err)
	}
	cond := "kind = 'set' AND object = " + text(s.object) + " AND id < " + literalID(s.id) + " AND id > " + literalID(undoes) + " AND json_exists(before, " + jsonPath(s.before.Name) + ")"
	if err := u.tx.one("SELECT count(*) FROM temp.undoing WHERE "+cond, nil, &n); err != nil {
		return wrap("look for changed fields", err)
	}
	if undoes == 0 || n == 0 || sameValues(s.before, s.after) {
		return nil
	}
	became, err := u.binsOf(undoes, s.id, "")
	if err != nil {
		return err
	}
	turned, err := u.binsOf(s.id, s.id+1, "")
	if err != nil {
		return err
	}
	for _, side := range []string{"before", "after"} {
		if err := u.turn(s, side, cond, became, turned); err != nil {
			return err
		}
	}
	return nil
}

// turn gives one side of the rows that fit cond the type after the step. What became of a value, as the bin of that time says of just
// that record, it was; what the step turned into another, it is; all else is converted like any value.
func (u *undo) turn(s step, side, cond string, became, turned []bin) error {
	from, to, tx := s.before, s.after, u.tx
	column := name(from.Column())
	values := "(SELECT id, record AS _record, 1 AS _n, " + fromKept(from, side, from.Name) + " AS " + column + " FROM temp.undoing WHERE " + cond + ")"
	cv, err := convert(tx.ctx, tx.conn, tx.schema, everything(tx.schema), from, to, values, false)
	if err != nil {
		return err
	}
	if err := tx.texts(cv); err != nil {
		return err
	}
	is, known, joins := "CASE", "m.value IS NOT NULL", ""
	look := func(i int, b bin, has, gives, when string) {
		alias := "b" + strconv.Itoa(i)
		matches := alias + ".id IS NOT NULL AND " + alias + "." + has + " IS NOT DISTINCT FROM t." + column
		is += " WHEN " + matches + " THEN " + alias + "." + gives
		known += " OR (" + matches + ")"
		joins += " LEFT JOIN " + b.table() + " AS " + alias + " ON " + alias + ".id = t._record" + when
	}
	for i, b := range became {
		look(i, b, "became", "value", " AND t.id > "+literalID(b.change))
	}
	for i, b := range turned {
		look(len(became)+i, b, "value", "became", "")
	}
	is += " ELSE " + castOf(to, "m.value") + " END"
	err = tx.ddl("CREATE OR REPLACE TEMP TABLE turned AS SELECT t.id, t."+column+" IS NOT NULL AND NOT ("+known+") AS lost, "+is+" AS value FROM (SELECT *, "+shownAs(tx.schema, everything(tx.schema), from, to)+" AS _text FROM "+values+" AS t) AS t LEFT JOIN temp.converted AS m ON m.text = t._text"+joins,
		"DROP TABLE temp.converted")
	if err != nil {
		return err
	}
	var lost int64
	if err := tx.one("SELECT count(*) FROM temp.turned WHERE lost", nil, &lost); err != nil {
		return wrap("convert what is to be set back", err)
	}
	if lost > 0 {
		return fail.New(fail.Conflict, "The type of %s of %s was changed since.", from.Name, s.object).WithHint("Undo that first: openclawd undo %d. Nothing was undone.", s.id)
	}
	// Not json_merge_patch: that takes away what is null.
	_, err = tx.exec("UPDATE temp.undoing AS u SET " + side + " = (SELECT json_group_object(e.key, CASE WHEN e.key = " + text(from.Name) + " THEN " + keptSQL(to, "x.value") + " ELSE e.value END) FROM json_each(u." + side + ") AS e) FROM temp.turned AS x WHERE x.id = u.id AND json_exists(u." + side + ", " + jsonPath(from.Name) + ")")
	if err != nil {
		return wrap("convert what is to be set back", err)
	}
	return tx.ddl("DROP TABLE temp.turned")
}
