package duck

import (
	"slices"
	"strconv"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// changeField gives a field another type and converts its values. What they were is kept, beside what they became, in a
// bin; and history says of each value that reads otherwise since what it was.
func (tx *Tx) changeField(o crm.Object, to crm.Field, lossy bool) (*alteration, error) {
	return tx.changeType(o, to, lossy, nil)
}

// reverted is a change of a type that is being taken back.
type reverted struct {
	id   int64
	bins []bin // what the values were and what they became, each time that it was made; the latest first
	// since fits, for a bin, the records t that were written after it and before the next one, so that it does not tell
	// what they were.
	since []string
	// rewritten fits the records t whose newer values the same undo takes back, so that they are not lost.
	rewritten string
}

// changeType changes a field's type. Taking another change back, values that nobody has touched since become exactly what
// they were.
func (tx *Tx) changeType(o crm.Object, to crm.Field, lossy bool, back *reverted) (*alteration, error) {
	o, from, to, err := changing(tx.schema, o.Name, to, back == nil)
	if err != nil {
		return nil, err
	}
	rest, at := without(o, to.Name)
	if sameValues(from, to) {
		return tx.replaceField(rest, from, to, at, crm.ChangeField)
	}
	if err := tx.unfilled(o.Name, from.Name); err != nil {
		return nil, err
	}
	cv, err := convert(tx.ctx, tx.conn, tx.schema, everything(tx.schema), from, to, valuesOf(o), back == nil)
	if err != nil {
		return nil, err
	}
	if to, cv.report.Object = cv.to, o.Name; sameValues(from, to) {
		return tx.replaceField(rest, from, to, at, crm.ChangeField) // the options that it would be given are those that it has
	}
	b := tx.bin("values", o.Name, to.Name)
	b.definition = map[string]any{"field": from}
	if err := tx.setAsideConverted(b, o, from, cv, back); err != nil {
		return nil, err
	}
	if err := tx.refuseLoss(b, o, cv, lossy, back); err != nil {
		return nil, err
	}
	if err := tx.noteConverted(b, o, from, to, back); err != nil {
		return nil, err
	}
	for _, t := range both(o.Name) {
		if err := tx.ddl("ALTER TABLE "+t+" DROP COLUMN "+name(from.Column()), "ALTER TABLE "+t+" ADD COLUMN "+name(to.Column())+" "+sqlType(to)); err != nil {
			return nil, err
		}
	}
	if err := tx.put(with(rest, to, at), 0); err != nil {
		return nil, err
	}
	tx.fill(o.Name, to.Name, func() error {
		for _, t := range both(o.Name) {
			if _, err := tx.exec("UPDATE " + t + " AS t SET " + name(to.Column()) + " = b.became FROM " + b.table() + " AS b WHERE b.id = t.id AND b.became IS NOT NULL"); err != nil {
				return wrap("convert the values of "+to.Name, err)
			}
		}
		if back != nil && len(back.bins) > 0 {
			return tx.trim(back.bins[0])
		}
		return nil
	})
	return &alteration{object: o.Name, before: map[string]any{"field": from}, after: map[string]any{"did": crm.ChangeField, "field": to}, bins: []bin{b}}, nil
}

// sameValues tells whether the values of one field are values of the other as they are.
func sameValues(from, to crm.Field) bool {
	return from.Type == to.Type && from.Scale == to.Scale && from.Target == to.Target &&
		slices.EqualFunc(from.Options, to.Options, func(a, b crm.Option) bool { return a.Value == b.Value })
}

// trim leaves in a bin that was taken back only the records that were written since: taking back these writes, their
// values of then are asked for.
func (tx *Tx) trim(b bin) error {
	if _, err := tx.exec("DELETE FROM "+b.table()+" WHERE id NOT IN (SELECT record FROM meta.history WHERE object = ? AND id > ? AND kind = 'set')", b.object, b.change); err != nil {
		return wrap("empty the trash", err)
	}
	var left int64
	if err := tx.one("SELECT count(*) FROM "+b.table(), nil, &left); err != nil || left > 0 {
		return wrap("look into the trash", err)
	}
	return tx.empty(b)
}

// texts makes temp.converted: each text of a conversion, and the text for castOf that it becomes.
func (tx *Tx) texts(cv conversion) error {
	if err := tx.ddl("CREATE OR REPLACE TEMP TABLE converted (text VARCHAR, value VARCHAR)"); err != nil {
		return err
	}
	const step = 10_000
	for i := 0; i < len(cv.texts); i += step {
		j := min(i+step, len(cv.texts))
		if _, err := tx.exec(`INSERT INTO temp.converted SELECT unnest(CAST(CAST(? AS JSON) AS VARCHAR[])), unnest(CAST(CAST(? AS JSON) AS VARCHAR[]))`, mustJSON(cv.texts[i:j]), mustJSON(cv.values[i:j])); err != nil {
			return wrap("convert the values of "+cv.report.Field, err)
		}
	}
	return nil
}

// setAsideConverted fills a bin with each record's value and what it becomes.
func (tx *Tx) setAsideConverted(b bin, o crm.Object, from crm.Field, cv conversion, back *reverted) error {
	if err := tx.texts(cv); err != nil {
		return err
	}
	became, join, keep := castOf(cv.to, "m.value"), "", "t.value IS NOT NULL"
	if back != nil && len(back.bins) > 0 {
		exactly, known, joins := back.exactly()
		became = "CASE" + exactly + " ELSE " + became + " END"
		join, keep = joins, keep+known
	}
	column, shown := name(from.Column()), shownAs(tx.schema, everything(tx.schema), from, cv.to)
	each := func(t string) string {
		return "SELECT t.id, t." + column + " AS value, " + shown + " AS text FROM " + t + " AS t"
	}
	return tx.ddl("CREATE TABLE "+b.table()+" AS SELECT t.id, t.value, "+became+" AS became FROM ("+each(table(o.Name))+" UNION ALL "+each(trashed(o.Name))+") AS t LEFT JOIN temp.converted AS m ON m.text = t.text"+join+" WHERE "+keep,
		"DROP TABLE temp.converted")
}

// told is what one of the bins tells.
func (r *reverted) told(i int) string {
	return "(SELECT * FROM " + r.bins[i].table() + " AS t WHERE NOT (" + r.since[i] + "))"
}

// exactly is, for a CASE, what the value of a record t was where it still has what became of that; known adds to a
// condition the records that a bin knows; joins joins the bins.
func (r *reverted) exactly() (exactly, known, joins string) {
	for i := range r.bins {
		e := "e" + strconv.Itoa(i)
		exactly += " WHEN " + e + ".id IS NOT NULL AND " + e + ".became IS NOT DISTINCT FROM t.value THEN " + e + ".value"
		known += " OR " + e + ".id IS NOT NULL"
		joins += " LEFT JOIN " + r.told(i) + " AS " + e + " ON " + e + ".id = t.id"
	}
	return exactly, known, joins
}

// refuseLoss refuses to lose values unless that is wanted.
func (tx *Tx) refuseLoss(b bin, o crm.Object, cv conversion, lossy bool, back *reverted) error {
	if lossy {
		return nil
	}
	cond := ""
	if back != nil {
		cond = " AND NOT (" + back.rewritten + ")"
	}
	if back != nil {
		// A value that came of nothing goes back to nothing; only one written since would be lost.
		for i := range back.bins {
			cond += " AND NOT EXISTS (SELECT 1 FROM " + back.told(i) + " AS e WHERE e.id = t.id AND e.became IS NOT DISTINCT FROM t.value)"
		}
	}
	var lost int64
	if err := tx.one("SELECT count(*) FROM "+b.table()+" AS t SEMI JOIN "+table(o.Name)+" AS r ON r.id = t.id WHERE t.value IS NOT NULL AND t.became IS NULL"+cond, nil, &lost); err != nil {
		return wrap("count what would be lost", err)
	}
	if lost == 0 {
		return nil
	}
	cv.report.Lost = lost
	return fail.New(fail.Conflict, "%d of %d values of %s are not a %s and would be lost, such as %s.", lost, cv.report.Values, cv.to.Label, cv.to.Type.Noun(), join(cv.report.Sample[:min(3, len(cv.report.Sample))], func(s string) string { return `"` + s + `"` })).
		WithHint("Correct these values first, or say that they may be emptied: --lossy. They stay in the trash and in the history, and undo brings them back.").WithDetail(cv.report)
}

// noteConverted writes the history of the values that read otherwise in the other type. The rows stand right before that
// of the change itself, which they share their fate with: see settleConverted.
func (tx *Tx) noteConverted(b bin, o crm.Object, from, to crm.Field, back *reverted) error {
	var undoes int64
	if back != nil {
		undoes = back.id
	}
	changed := "SELECT id, value, became FROM (SELECT id, value, became, " + shownValue(tx.schema, everything(tx.schema), from, to, "value") + " AS was, " + shownValue(tx.schema, everything(tx.schema), to, from, "became") + " AS now FROM " + b.table() + ") WHERE was IS DISTINCT FROM now"
	var n int64
	if err := tx.one("SELECT count(*) FROM ("+changed+")", nil, &n); err != nil {
		return wrap("count the values converted", err)
	}
	if n == 0 {
		return nil
	}
	at, member := tx.tick(), text(from.Name)
	_, err := tx.exec("INSERT INTO meta.history SELECT ? + row_number() OVER (ORDER BY id) - 1, CAST(? AS TIMESTAMP), ?, ?, ?, ?, id, json_object("+member+", "+keptSQL(from, "value")+"), json_object("+member+", "+keptSQL(to, "became")+"), ?, CAST(? AS JSON), ?, 0 FROM ("+changed+")",
		tx.newChanges(o.Name, n), at, tx.caller.Person, string(tx.caller.Via), crm.ConvertChange, o.Name, tx.batch, mustJSON(tx.cause), undoes)
	return wrap("write the history of values converted", err)
}

// settleConverted marks converted values as undone where the change of their type is, which is the next one after them.
func (tx *Tx) settleConverted() error {
	_, err := tx.exec(`UPDATE meta.history AS h SET undone = x.undone FROM (
		SELECT c.id, s.undone FROM (SELECT id, undone FROM meta.history WHERE kind = 'convert') AS c
		ASOF JOIN (SELECT id, undone FROM meta.history WHERE kind = 'schema') AS s ON c.id <= s.id WHERE c.undone <> s.undone) AS x WHERE h.id = x.id`)
	return wrap("mark values converted", err)
}
