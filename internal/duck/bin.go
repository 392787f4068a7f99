package duck

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"openclaw/internal/fail"
)

// bin is a table in schema trash that holds what a change of the schema put away.
type bin struct {
	place      string
	kind       string // "object", "records", "field", "values"; see the migration
	object     string
	field      string
	change     int64
	definition any
	json       string // the definition as it was read
}

func (b bin) table() string { return "trash." + name(b.place) }

// bin makes a place that nothing has used: identifiers of objects hold no tilde.
func (tx *Tx) bin(kind, object, field string) bin {
	tx.s.lastBin++
	place := object + "~" + strconv.FormatInt(tx.s.lastBin, 10)
	return bin{place: place, kind: kind, object: object, field: field}
}

// file notes a bin under the change that filled it.
func (tx *Tx) file(b bin, change int64) error {
	_, err := tx.exec(`INSERT INTO meta.bin VALUES (?, ?, ?, ?, ?, ?)`, b.place, b.kind, b.object, b.field, change, mustJSON(b.definition))
	return wrap("note what went into the trash", err)
}

// removalNow is the change under which what a removal put away lies by now: it may have been brought back since, and
// that been taken back.
func (tx *Tx) removalNow(removal int64) (now int64, err error) {
	err = tx.one(`WITH RECURSIVE restores AS (
			SELECT id, CAST(json_extract(after, '$.removal') AS BIGINT) AS removal FROM meta.history WHERE kind = 'schema' AND json_exists(after, '$.removal')),
		removals(id) AS (
			SELECT CAST(? AS BIGINT) UNION
			SELECT h.id FROM removals JOIN restores ON restores.removal = removals.id JOIN meta.history AS h ON h.undoes = restores.id AND h.kind = 'schema')
		SELECT coalesce(max(change), 0) FROM meta.bin WHERE kind IN ('object', 'field') AND change IN (SELECT id FROM removals)`, []any{removal}, &now)
	if err == nil && now == 0 {
		now = removal
	}
	return now, wrap("look into the trash", err)
}

// findBin finds what a change put away; change 0 means the last one. nil when there is none.
func (tx *Tx) findBin(kind, object, field string, change int64) (*bin, error) {
	b := bin{kind: kind, object: object, field: field}
	var def sql.NullString
	err := tx.one(`SELECT place, change, definition::VARCHAR FROM meta.bin WHERE kind = ? AND object = ? AND (change = ? OR ? = 0 AND field = ?) ORDER BY change DESC LIMIT 1`,
		[]any{kind, object, change, change, field}, &b.place, &b.change, &def)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	b.json = def.String
	return &b, wrap("look into the trash", err)
}

// empty takes a bin away whose contents are back in use.
func (tx *Tx) empty(b bin) error {
	if _, err := tx.exec(`DELETE FROM meta.bin WHERE place = ?`, b.place); err != nil {
		return wrap("empty the trash", err)
	}
	return tx.ddl("DROP TABLE " + b.table())
}

// fill keeps for the end what changes rows of an object, since DuckDB wants every ALTER of a table before that. field
// is the field whose values are filled in, "" for those of all.
func (tx *Tx) fill(object, field string, fn func() error) {
	tx.fills = append(tx.fills, fn)
	tx.filled = append(tx.filled, [2]string{object, field})
}

// unfilled refuses to alter a field, or with "" a whole object, whose values are still to be filled in.
func (tx *Tx) unfilled(object, field string) error {
	for _, f := range tx.filled {
		if f[0] == object && (f[1] == field || f[1] == "" || field == "") {
			return fail.New(fail.Invalid, "%s cannot be changed further in the same step as its values are converted or brought back.", strings.TrimSuffix(object+"."+field, ".")).
				WithHint("Do it in two steps.")
		}
	}
	return nil
}
