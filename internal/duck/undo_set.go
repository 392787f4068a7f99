package duck

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// setBack gives fields the values they had before. What is neither what the change wrote nor what was there before it
// is newer, and a conflict.
func (u *undo) setBack(o crm.Object, rows string) error {
	fields, err := u.fields(o, rows)
	if err != nil {
		return err
	}
	if err := u.buried(o, rows); err != nil {
		return err
	}
	if err := u.newer(o, rows, fields); err != nil {
		return err
	}
	at := u.tx.tick()
	there := "record IN (SELECT id FROM " + table(o.Name) + ")"
	noted, was, err := u.present(o, rows, fields)
	if err != nil {
		return err
	}
	if err := u.note(o, noted, crm.Set, there, was, "before", at); err != nil {
		return err
	}
	sets := "updated_at = CAST(? AS TIMESTAMP)"
	for _, f := range fields {
		sets += ", " + name(f.Column()) + " = CASE WHEN json_exists(u.before, " + jsonPath(f.Name) + ") THEN " + fromKept(f, "u.before", f.Name) + " ELSE t." + name(f.Column()) + " END"
	}
	_, err = u.tx.exec("UPDATE "+table(o.Name)+" AS t SET "+sets+" FROM ("+rows+") AS u WHERE u.record = t.id", at)
	return wrap("set values back", err)
}

// present gives the rows, and of each what its values are now: what the change wrote, but where a newer change was taken
// back out of turn what was there before it. Taking this undo back must not write what it has not taken away.
func (u *undo) present(o crm.Object, rows string, fields []crm.Field) (noted, was string, err error) {
	now, differs := "json_object(", "false"
	for i, f := range fields {
		if i > 0 {
			now += ", "
		}
		now += text(f.Name) + ", " + keptSQL(f, "t."+name(f.Column()))
		differs += " OR (json_exists(u.after, " + jsonPath(f.Name) + ") AND t." + name(f.Column()) + " IS DISTINCT FROM " + fromKept(f, "u.after", f.Name) + ")"
	}
	from := " FROM (" + rows + ") AS u JOIN " + table(o.Name) + " AS t ON t.id = u.record"
	var n int64
	if err := u.tx.one("SELECT count(*)"+from+" WHERE "+differs, nil, &n); err != nil {
		return "", "", wrap("look at the values of now", err)
	}
	if n == 0 {
		return rows, "after", nil
	}
	member := `'$."' || e.key || '"'`
	return "SELECT u.*, " + now + ") AS now" + from,
		"(SELECT json_group_object(e.key, coalesce(json_extract(now, " + member + "), e.value)) FROM json_each(after) AS e)", nil
}

func jsonPath(member string) string { return text(`$."` + member + `"`) }

// fields are the fields that the rows changed, as far as they exist. One that this undo takes away needs no value.
func (u *undo) fields(o crm.Object, rows string) ([]crm.Field, error) {
	r, err := u.tx.query("SELECT DISTINCT unnest(json_keys(before)) AS field FROM (" + rows + ") ORDER BY field")
	if err != nil {
		return nil, wrap("collect the fields changed", err)
	}
	defer r.Close()
	var out []crm.Field
	for r.Next() {
		var field string
		if err := r.Scan(&field); err != nil {
			return nil, wrap("collect the fields changed", err)
		}
		f, ok := o.Field(field)
		switch {
		case ok:
			out = append(out, f)
		case !slices.Contains(u.dropped, o.Name+"."+field):
			return nil, fail.New(fail.Conflict, "The field %s of %s was removed since.", field, o.Name).WithHint("Restore it first, then undo again: openclawd field restore %s %s. Nothing was undone.", o.Name, field)
		}
	}
	return out, wrap("collect the fields changed", r.Err())
}

// buried refuses to set back records that somebody has deleted since, unless this undo takes back their creation too.
func (u *undo) buried(o crm.Object, rows string) error {
	ids, err := u.tx.ids("SELECT record FROM ("+rows+") WHERE record IN (SELECT id FROM "+trashed(o.Name)+") AND record NOT IN (SELECT record FROM temp.undoing WHERE object = ? AND kind = 'create') ORDER BY record LIMIT 1", o.Name)
	if err != nil || len(ids) == 0 {
		return err
	}
	return fail.New(fail.Conflict, "The %s #%d is in the trash.", o.Label, ids[0]).WithHint("Restore it first: openclawd record restore %s %d. Nothing was undone.", o.Name, ids[0])
}

// newer finds values that were written since and would be lost.
func (u *undo) newer(o crm.Object, rows string, fields []crm.Field) error {
	var clashes []crm.Clash
	for _, f := range fields {
		now := "t." + name(f.Column())
		q := "SELECT u.record, json_object(" + text(f.Name) + ", json_extract(u.before, " + jsonPath(f.Name) + "))::VARCHAR, json_object(" + text(f.Name) + ", " + keptSQL(f, now) + ")::VARCHAR FROM (" + rows + ") AS u JOIN " + table(o.Name) + " AS t ON t.id = u.record" +
			" WHERE json_exists(u.after, " + jsonPath(f.Name) + ") AND " + now + " IS DISTINCT FROM " + fromKept(f, "u.after", f.Name) + " AND " + now + " IS DISTINCT FROM " + fromKept(f, "u.before", f.Name) + " ORDER BY u.record LIMIT 20"
		found, err := u.clashing(o, f, q)
		if err != nil {
			return err
		}
		clashes = append(clashes, found...)
	}
	if len(clashes) == 0 {
		return nil
	}
	for i := range clashes {
		c := &clashes[i]
		err := u.tx.one(`SELECT who, strftime(written_at, '%Y-%m-%dT%H:%M:%SZ') FROM meta.history WHERE object = ? AND record = ? ORDER BY id DESC LIMIT 1`, []any{c.Object, c.Record}, &c.By, &c.At)
		if err != nil {
			return wrap("find who changed the record", err)
		}
	}
	return u.conflict(o, clashes)
}

func (u *undo) clashing(o crm.Object, f crm.Field, q string) ([]crm.Clash, error) {
	r, err := u.tx.query(q)
	if err != nil {
		return nil, wrap("look for newer values", err)
	}
	defer r.Close()
	var out []crm.Clash
	for r.Next() {
		c := crm.Clash{Object: o.Name, Field: f.Name}
		var yours, theirs string
		if err := r.Scan(&c.Record, &yours, &theirs); err != nil {
			return nil, wrap("look for newer values", err)
		}
		c.Yours, c.Theirs = member(o, f.Name, yours), member(o, f.Name, theirs)
		out = append(out, c)
	}
	return out, wrap("look for newer values", r.Err())
}

// member is one value of history's JSON as readers are shown it, links by id.
func member(o crm.Object, field, object string) any {
	d := json.NewDecoder(bytes.NewReader([]byte(object)))
	d.UseNumber()
	m := map[string]any{}
	if d.Decode(&m) != nil {
		return strings.TrimSpace(object)
	}
	f, ok := o.Field(field)
	if !ok {
		return m[field]
	}
	return display(f, m[field], func(_ string, id int64) crm.Ref { return crm.Ref{ID: id} })
}
