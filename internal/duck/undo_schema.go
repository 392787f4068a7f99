package duck

import (
	"encoding/json"
	"fmt"
	"reflect"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// altered is a change of the schema as history keeps it.
type altered struct {
	id     int64
	object string
	before alteredState
	after  alteredState
}

type alteredState struct {
	Did    crm.AlterKind `json:"did"`
	Object *crm.Object   `json:"object"`
	Field  *crm.Field    `json:"field"`
	Name   string        `json:"name"`
	At     int           `json:"at"`
	// Exprs are expressions of computed fields that a rename changed, by field.
	Exprs map[string]string `json:"exprs"`
}

// schema takes back the changes of the schema, the latest first.
func (u *undo) schema() error {
	ids, err := u.tx.ids(`SELECT id FROM temp.undoing WHERE kind = 'schema' ORDER BY id DESC`)
	if err != nil || len(ids) == 0 {
		return err
	}
	for _, id := range ids {
		a, err := u.altered(id)
		if err != nil {
			return err
		}
		done, err := u.revert(a)
		if err != nil {
			return err
		}
		if done == nil {
			continue
		}
		done.undoes = a.id
		id, err := u.tx.schemaChange(*done)
		if err != nil {
			return err
		}
		if _, still := u.tx.schema.Object(done.object); !still {
			u.gone[done.object] = id
		}
		u.touched[done.object] = true
	}
	return u.tx.settle()
}

// altered reads a change of the schema as it stands now: taking back the rename of an object takes history along.
func (u *undo) altered(id int64) (altered, error) {
	a := altered{id: id}
	var before, after string
	if err := u.tx.one(`SELECT object, coalesce(before::VARCHAR, '{}'), coalesce(after::VARCHAR, '{}') FROM meta.history WHERE id = ?`, []any{id}, &a.object, &before, &after); err != nil {
		return a, wrap("read a change of the schema", err)
	}
	for text, into := range map[*string]*alteredState{&before: &a.before, &after: &a.after} {
		if err := json.Unmarshal([]byte(*text), into); err != nil {
			return a, wrap("read a change of the schema", err)
		}
	}
	return a, nil
}

// revert does the opposite of a change of the schema; nil when there is nothing to do.
func (u *undo) revert(a altered) (*alteration, error) {
	tx := u.tx
	if a.after.Did == crm.RemoveObject {
		removal, err := tx.removalNow(a.id)
		if err != nil {
			return nil, err
		}
		return again(tx.restoreObject(a.object, removal))
	}
	o, ok := tx.schema.Object(a.object)
	if !ok {
		return nil, fail.New(fail.Conflict, "%s was removed since.", a.object).WithHint("Restore it first, then undo again: openclawd object restore %s. Nothing was undone.", a.object)
	}
	switch a.after.Did {
	case crm.AddObject, crm.RestoreObject:
		if err := u.untouched(o, a.id); err != nil {
			return nil, err
		}
		return tx.removeObject(o)
	case crm.RenameObject:
		done, err := tx.renameObject(o, a.before.Name)
		if err == nil {
			_, err = tx.exec(`UPDATE temp.undoing SET object = ? WHERE object = ?`, a.before.Name, o.Name)
			err = wrap("follow a renamed object", err)
		}
		return done, err
	case crm.SetObject:
		return u.revertObject(o, a)
	case crm.MoveObject:
		return tx.moveObject(o, a.before.At)
	}
	return u.revertField(o, a)
}

// again makes a conflict of it when what a change put into the trash has left it by other means.
func again(a *alteration, err error) (*alteration, error) {
	if fail.KindOf(err) == fail.NotFound {
		return nil, fail.New(fail.Conflict, "What this removed is in use again already.").WithHint("openclawd history shows who restored it. Nothing was undone.")
	}
	return a, err
}

func (u *undo) revertObject(o crm.Object, a altered) (*alteration, error) {
	is, was := *a.after.Object, *a.before.Object
	is.Name, is.Fields = o.Name, o.Fields
	if !reflect.DeepEqual(is, o) {
		return nil, u.defined(o.Name)
	}
	next := o
	next.Label, next.Plural, next.Synonyms, next.Icon = was.Label, was.Plural, was.Synonyms, was.Icon
	return u.tx.redefine(o, next, crm.SetObject)
}

// defined refuses to take back a definition that was changed again since.
func (u *undo) defined(what string) error {
	return fail.New(fail.Conflict, "The definition of %s was changed again since.", what).WithHint("Undo the newer change first, or change it by hand. Nothing was undone.")
}

func (u *undo) revertField(o crm.Object, a altered) (*alteration, error) {
	tx := u.tx
	if a.after.Did == crm.RemoveField {
		if a.before.Field.Type == crm.Computed {
			return tx.addField(o, *a.before.Field, a.before.At)
		}
		removal, err := tx.removalNow(a.id)
		if err != nil {
			return nil, err
		}
		return again(tx.restoreField(o, a.before.Field.Name, removal))
	}
	then := a.after.Name
	if a.after.Field != nil {
		then = a.after.Field.Name
	}
	field, err := u.fieldNow(o.Name, then, a.id)
	if err != nil {
		return nil, err
	}
	f, ok := o.Field(field)
	if !ok {
		return nil, fail.New(fail.Conflict, "The field %s of %s was removed since.", field, o.Name).WithHint("Restore it first, then undo again: openclawd field restore %s %s. Nothing was undone.", o.Name, field)
	}
	switch a.after.Did {
	case crm.AddField, crm.RestoreField:
		if err := u.unwritten(o, f, a.id); err != nil {
			return nil, err
		}
		u.dropped = append(u.dropped, o.Name+"."+field)
		return tx.removeField(o, field)
	case crm.RenameField:
		return tx.renameField(o, field, a.before.Field.Name, &a.before)
	case crm.MoveField:
		return tx.moveField(o, field, a.before.At)
	}
	is, was := *a.after.Field, *a.before.Field
	is.Name, was.Name = field, field
	if !reflect.DeepEqual(is, f) {
		return nil, u.defined(f.Label)
	}
	if a.after.Did == crm.ChangeField {
		back, err := u.backTo(o, field, a.id)
		if err != nil {
			return nil, err
		}
		return tx.changeType(o, was, false, back)
	}
	rest, at := without(o, field)
	return tx.replaceField(rest, f, was, at, crm.SetField) // fits sees to the options, once the records are back
}

// fieldNow is the name that a field of back then has by now.
func (u *undo) fieldNow(object, field string, since int64) (string, error) {
	rows, err := u.tx.query(`SELECT json_extract_string(before, '$.field.name'), json_extract_string(after, '$.field.name') FROM meta.history
		WHERE kind = 'schema' AND object = ? AND id > ? AND json_extract_string(after, '$.did') = 'rename_field' ORDER BY id`, object, since)
	if err != nil {
		return "", wrap("look for renamed fields", err)
	}
	defer rows.Close()
	for rows.Next() {
		var from, to string
		if err := rows.Scan(&from, &to); err != nil {
			return "", wrap("look for renamed fields", err)
		}
		if from == field {
			field = to
		}
	}
	return field, wrap("look for renamed fields", rows.Err())
}

// untouched refuses to take an object away that somebody has worked with since. Records deleted since are no loss: the
// object goes with its trash.
func (u *undo) untouched(o crm.Object, since int64) error {
	var n int64
	var by *string
	err := u.tx.one(`SELECT count(*), max(who) FROM meta.history AS h WHERE object = ? AND id > ? AND kind NOT IN ('view', 'delete', 'restore') AND `+notFollowing+` AND undone = 0 AND undoes = 0 AND id NOT IN (SELECT id FROM temp.undoing)`, []any{o.Name, since}, &n, &by)
	if err != nil {
		return wrap("look for newer changes", err)
	}
	if n == 0 {
		return nil
	}
	lost := fmt.Sprintf("%d newer changes", n)
	if n == 1 {
		lost = "a newer change"
	}
	return fail.New(fail.Conflict, "Undoing %d would lose %s of %s by %s.", u.target, lost, o.Plural, *by).
		WithHint("Undo what is newer first (openclawd history %s shows it), or remove the object: openclawd object remove %s. Nothing was undone.", o.Name, o.Name).
		WithDetail([]crm.Clash{{Object: o.Name, Theirs: n, By: *by}})
}

// unwritten refuses to take a field away that somebody has written into since.
func (u *undo) unwritten(o crm.Object, f crm.Field, since int64) error {
	if f.Type == crm.Computed {
		return nil
	}
	names, err := u.tx.namesSince(o.Name, f.Name, since)
	if err != nil {
		return err
	}
	wrote := "h.kind = 'create'"
	for _, n := range names {
		wrote += " OR (h.kind = 'set' AND json_exists(h.after, " + jsonPath(n) + "))"
	}
	column := "t." + name(f.Column())
	newer := "SELECT t.id AS record, json_object(" + text(f.Name) + ", any_value(" + keptSQL(f, column) + ")) AS after, arg_max(h.who, h.id) AS who, max(h.written_at) AS written_at FROM meta.history AS h JOIN " + table(o.Name) + " AS t ON t.id = h.record" +
		" WHERE h.object = ? AND h.id > " + literalID(since) + " AND h.undone = 0 AND h.undoes = 0 AND " + notFollowing + " AND h.id NOT IN (SELECT id FROM temp.undoing) AND " + column + " IS NOT NULL AND (" + wrote + ") GROUP BY t.id"
	var n int64
	if err := u.tx.one("SELECT count(*) FROM ("+newer+")", []any{o.Name}, &n); err != nil {
		return wrap("look for newer values", err)
	}
	if n == 0 {
		return nil
	}
	clashes, err := u.clashes(newer+" ORDER BY t.id LIMIT 20", o)
	if err != nil {
		return err
	}
	return fail.New(fail.Conflict, "Undoing %d would lose the newer values of %s in %d %s.", u.target, f.Label, n, o.Plural).
		WithHint("Undo those changes first (openclawd history %s shows them), or remove the field: openclawd field remove %s %s. Nothing was undone.", o.Name, o.Name, f.Name).WithDetail(clashes)
}
