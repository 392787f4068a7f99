package duck

import (
	"cmp"
	"slices"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// remove moves a record into the trash. Links that lead to it are emptied in the same batch, each as a change of its
// own record, so that undoing the batch brings them back.
func (tx *Tx) remove(o crm.Object, e crm.Edit, w *crm.Written) error {
	now, err := tx.current(o, e.ID)
	if fail.KindOf(err) == fail.Conflict {
		return nil // it is where it should be already
	}
	if err != nil {
		return err
	}
	if e.IfVersion != 0 && e.IfVersion != now.version() {
		clashes, err := tx.since(o, now, e.IfVersion)
		if err != nil {
			return err
		}
		return tx.clash(o, now, clashes)
	}
	if err := tx.emptyLinksTo(o.Name, e.ID); err != nil {
		return err
	}
	at := tx.tick()
	if err := tx.bury(o, "id = ?", at, e.ID); err != nil {
		return err
	}
	return tx.note(crm.Change{At: at, Kind: string(crm.Delete), Object: o.Name, Record: e.ID}, w)
}

// bury moves the records that fit a condition on their id into the trash.
func (tx *Tx) bury(o crm.Object, cond string, at time.Time, args ...any) error {
	if _, err := tx.exec("INSERT INTO "+trashed(o.Name)+" BY NAME SELECT *, CAST(? AS TIMESTAMP) AS deleted_at FROM "+table(o.Name)+" WHERE "+cond, append([]any{at}, args...)...); err != nil {
		return wrap("move records into the trash", err)
	}
	_, err := tx.exec("DELETE FROM "+table(o.Name)+" WHERE "+cond, args...)
	return wrap("move records into the trash", err)
}

// raise moves the records that fit a condition on their id out of the trash.
func (tx *Tx) raise(o crm.Object, cond string, at time.Time, args ...any) error {
	if _, err := tx.exec("INSERT INTO "+table(o.Name)+" BY NAME SELECT * EXCLUDE (deleted_at) REPLACE (CAST(? AS TIMESTAMP) AS updated_at) FROM "+trashed(o.Name)+" WHERE "+cond, append([]any{at}, args...)...); err != nil {
		return wrap("take records out of the trash", err)
	}
	_, err := tx.exec("DELETE FROM "+trashed(o.Name)+" WHERE "+cond, args...)
	return wrap("take records out of the trash", err)
}

// restore takes a record out of the trash, and links that led to it lead to it again, unless they were set to something
// else since. What it links to itself may be gone by now; such links are emptied.
func (tx *Tx) restore(o crm.Object, e crm.Edit, w *crm.Written) error {
	var n int
	if err := tx.one("SELECT count(*) FROM "+tx.s.trashRelation(tx.caller, o)+" AS t WHERE id = ?", []any{e.ID}, &n); err != nil {
		return wrap("look into the trash", err)
	}
	if n == 0 {
		if _, err := tx.current(o, e.ID); err != nil {
			return err
		}
		return nil // it is where it should be already
	}
	at := tx.tick()
	if err := tx.raise(o, "id = ?", at, e.ID); err != nil {
		return err
	}
	if err := tx.optionsThere(o, "id = "+literalID(e.ID)); err != nil {
		return err
	}
	if err := tx.note(crm.Change{At: at, Kind: string(crm.Restore), Object: o.Name, Record: e.ID}, w); err != nil {
		return err
	}
	if err := tx.pruneLinks(o, e.ID); err != nil {
		return err
	}
	return tx.refillLinksTo(o.Name, e.ID)
}

// refillLinksTo brings back the links to a record that were emptied when it was deleted.
func (tx *Tx) refillLinksTo(object string, id int64) error {
	var batch int64
	if err := tx.one(`SELECT coalesce(max(batch), 0) FROM meta.history WHERE object = ? AND record = ? AND kind = 'delete'`, []any{object, id}, &batch); err != nil {
		return wrap("find how the record was deleted", err)
	}
	for _, o := range tx.schema.Objects {
		for _, f := range o.Fields {
			if f.Target != object {
				continue
			}
			names, err := tx.namesSince(o.Name, f.Name, batch)
			if err != nil {
				return err
			}
			column, had := "t."+name(f.Column()), fromKept(f, "before", names[len(names)-1])
			held, free, after := had+" = "+literalID(id), column+" IS NULL", literalID(id)
			if f.Type == crm.Links {
				held = "list_contains(" + had + ", " + literalID(id) + ")"
				free = "NOT list_contains(coalesce(" + column + ", []), " + literalID(id) + ")"
			}
			emptied := "FROM meta.history WHERE batch = " + literalID(batch) + " AND kind = 'set' AND object = " + text(o.Name) + " AND undone = 0 AND " + held
			if f.Type == crm.Links {
				after = inPlace("coalesce("+column+", [])", "(SELECT any_value("+had+") "+emptied+" AND record = t.id)", literalID(id))
			}
			cond := free + " AND t.id IN (SELECT record " + emptied + ")"
			if err := tx.setAll(o, f, cond, after); err != nil {
				return err
			}
		}
	}
	return nil
}

// inPlace puts an id into a list before the first one that came after it in another list, or at the end.
func inPlace(list, had, id string) string {
	next := "list_filter(" + had + "[list_position(" + had + ", " + id + ") + 1:], lambda x: list_contains(" + list + ", x))[1]"
	at := "coalesce(list_position(" + list + ", " + next + "), len(" + list + ") + 1)"
	return list + "[:" + at + " - 1] || [CAST(" + id + " AS BIGINT)] || " + list + "[" + at + ":]"
}

// pruneLinks empties the links of a record that lead to what is not there any more.
func (tx *Tx) pruneLinks(o crm.Object, id int64) error {
	now, err := tx.current(o, id)
	if err != nil {
		return err
	}
	values := crm.Values{}
	for _, f := range o.Fields {
		if f.Target == "" || now.values[f.Name] == nil {
			continue
		}
		linked := linksOf(now.values[f.Name])
		there, err := tx.ids("SELECT id FROM " + table(f.Target) + " WHERE id IN (" + join(linked, literalID) + ")")
		if err != nil {
			return err
		}
		if len(there) < len(linked) {
			values[f.Name] = slices.DeleteFunc(slices.Clone(linked), func(id int64) bool { return !slices.Contains(there, id) })
			if f.Type == crm.Link {
				values[f.Name] = nil
			}
		}
	}
	if len(values) == 0 {
		return nil
	}
	defer tx.following()()
	return tx.set(o, crm.Edit{ID: id, Values: values}, &crm.Written{})
}

// following marks what is written until its end as a consequence of another change.
func (tx *Tx) following() (end func()) {
	was := tx.cause.Follows
	tx.cause.Follows = true
	return func() { tx.cause.Follows = was }
}

// notFollowing is the condition on rows of history h that are no such consequence: to take back what they follow from
// loses nothing that anybody wrote.
const notFollowing = "json_extract_string(h.cause, '$.follows') IS NULL"

// pruneRestored empties the links that alterations brought back and that lead to what is not there any more.
func (tx *Tx) pruneRestored(alts []crm.Alteration) error {
	for _, a := range alts {
		object := cmp.Or(a.Object.Name, a.Name)
		o, ok := tx.schema.Object(object)
		if !ok {
			continue
		}
		for _, f := range o.Fields {
			if f.Target == "" || a.Kind != crm.RestoreObject && (a.Kind != crm.RestoreField || f.Name != a.Name) {
				continue
			}
			column := "t." + name(f.Column())
			links := "SELECT unnest([" + column + "]) AS link FROM " + table(o.Name) + " AS t"
			if f.Type == crm.Links {
				links = "SELECT unnest(" + column + ") AS link FROM " + table(o.Name) + " AS t"
			}
			gone, err := tx.ids("SELECT DISTINCT link FROM (" + links + ") WHERE link IS NOT NULL AND link NOT IN (SELECT id FROM " + table(f.Target) + ") ORDER BY link")
			if err != nil {
				return err
			}
			if len(gone) == 0 {
				continue
			}
			cond, after := column+" IN ("+join(gone, literalID)+")", "CAST(NULL AS BIGINT)"
			if f.Type == crm.Links {
				list := "[" + join(gone, literalID) + "]"
				cond = "list_has_any(" + column + ", " + list + ")"
				after = "nullif(list_filter(" + column + ", x -> NOT list_contains(" + list + ", x)), [])"
			}
			if err := tx.mayEmpty(o, f, cond); err != nil {
				return err
			}
			if err := tx.setAll(o, f, cond, after); err != nil {
				return err
			}
		}
	}
	return nil
}

// linksOf are the ids that a raw value of a link field holds.
func linksOf(v any) []int64 {
	switch v := v.(type) {
	case int64:
		return []int64{v}
	case []int64:
		return v
	}
	return nil
}

// emptyLinksTo takes a record out of all links that lead to it, each as a change of the record that had the link.
func (tx *Tx) emptyLinksTo(object string, id int64) error {
	for _, o := range tx.schema.Objects {
		for _, f := range o.Fields {
			if f.Target != object {
				continue
			}
			column := "t." + name(f.Column())
			cond, after := column+" = "+literalID(id), "CAST(NULL AS BIGINT)"
			if f.Type == crm.Links {
				cond = "list_contains(" + column + ", " + literalID(id) + ")"
				after = "nullif(list_filter(" + column + ", x -> x <> " + literalID(id) + "), [])"
			}
			if o.Name == object {
				cond += " AND t.id <> " + literalID(id)
			}
			if err := tx.mayEmpty(o, f, cond); err != nil {
				return err
			}
			if err := tx.setAll(o, f, cond, after); err != nil {
				return err
			}
		}
	}
	return nil
}

// mayEmpty refuses to empty a link that must not be empty.
func (tx *Tx) mayEmpty(o crm.Object, f crm.Field, cond string) error {
	if !f.Required {
		return nil
	}
	var n int64
	if err := tx.one("SELECT count(*) FROM "+table(o.Name)+" AS t WHERE "+cond, nil, &n); err != nil {
		return wrap("look for links", err)
	}
	if n == 0 {
		return nil
	}
	return fail.New(fail.Conflict, "%d %s would be left without %s, which must not be empty.", n, o.Plural, f.Label).
		WithHint("Link them to another record first, or make the field optional.")
}

// setAll sets a link field of all records t that fit, with a change for each.
func (tx *Tx) setAll(o crm.Object, f crm.Field, cond, after string) error {
	var n int64
	if err := tx.one("SELECT count(*) FROM "+table(o.Name)+" AS t WHERE "+cond, nil, &n); err != nil {
		return wrap("look for links", err)
	}
	if n == 0 {
		return nil
	}
	defer tx.following()()
	at, member := tx.tick(), text(f.Name)
	first := tx.newChanges(o.Name, n)
	_, err := tx.exec("INSERT INTO meta.history SELECT ? + row_number() OVER (ORDER BY t.id) - 1, CAST(? AS TIMESTAMP), ?, ?, 'set', ?, t.id, json_object("+member+", t."+name(f.Column())+"), json_object("+member+", "+after+"), ?, CAST(? AS JSON), 0, 0 FROM "+table(o.Name)+" AS t WHERE "+cond,
		first, at, tx.caller.Person, string(tx.caller.Via), o.Name, tx.batch, mustJSON(tx.cause))
	if err != nil {
		return wrap("write the history of emptied links", err)
	}
	if _, err := tx.exec("UPDATE "+table(o.Name)+" AS t SET updated_at = CAST(? AS TIMESTAMP), "+name(f.Column())+" = "+after+" WHERE "+cond, at); err != nil {
		return wrap("empty links", err)
	}
	tx.tell(string(crm.Set), o.Name, at)
	return nil
}

// tell adds an event for many changes at once; its Record is 0.
func (tx *Tx) tell(kind, object string, at time.Time) {
	tx.events = append(tx.events, crm.Change{At: at, Who: tx.caller.Person, Via: string(tx.caller.Via), Kind: kind, Object: object, Batch: tx.batch, Cause: tx.cause})
}
