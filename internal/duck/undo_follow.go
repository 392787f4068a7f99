package duck

import (
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// followFields gives the values that are to be set back the names and types that their fields have now. It refuses those
// whose field is gone and another has its name, or is of another type by a change that stands.
func (u *undo) followFields() error {
	var first *int64
	if err := u.tx.one(`SELECT min(id) FROM temp.undoing WHERE kind = 'set'`, nil, &first); err != nil {
		return wrap("collect what is to be set back", err)
	}
	if first == nil {
		return nil
	}
	steps, err := stepsSince(u.tx.ctx, u.tx.conn, *first)
	if err != nil {
		return err
	}
	for _, s := range slices.Backward(steps) {
		switch s.did {
		case crm.RenameField:
			err = u.followRename(s)
		case crm.ChangeField:
			err = u.followType(s)
		case crm.AddField:
			err = u.still(s, s.after.Name, "The field %s of %s is another one by now.")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *undo) followRename(s step) error {
	turn := func(column string) string {
		return "(SELECT json_group_object(CASE WHEN e.key = " + text(s.before.Name) + " THEN " + text(s.after.Name) + " ELSE e.key END, e.value) FROM json_each(" + column + ") AS e)"
	}
	_, err := u.tx.exec("UPDATE temp.undoing SET before = "+turn("before")+", after = "+turn("after")+
		" WHERE kind = 'set' AND id < ? AND object = ? AND json_exists(before, "+jsonPath(s.before.Name)+")", s.id, s.object)
	return wrap("follow a renamed field", err)
}

// still refuses to set back values of a field from before a step that was not taken back, and is not by this undo.
func (u *undo) still(s step, field, says string) error {
	var n int64
	err := u.tx.one(`SELECT count(*) FROM temp.undoing AS u, meta.history AS h WHERE h.id = ? AND h.undone = 0 AND h.undoes = 0 AND h.id NOT IN (SELECT id FROM temp.undoing)
		AND u.kind = 'set' AND u.id < h.id AND u.object = h.object AND json_exists(u.before, `+jsonPath(field)+`)`, []any{s.id}, &n)
	if err != nil {
		return wrap("look for changed fields", err)
	}
	if n == 0 {
		return nil
	}
	return fail.New(fail.Conflict, says, field, s.object).WithHint("Undo that first: openclawd undo %d. Nothing was undone.", s.id)
}

// fits refuses an undo that would bring back an option that is gone, take one away that is in use, or leave a field empty
// that must not be. It looks at the records as the undo leaves them: what came with an option goes with it.
func (u *undo) fits() error {
	for _, o := range u.tx.schema.Objects {
		if !u.touched[o.Name] {
			continue
		}
		if err := u.tx.optionsThere(o, "id IN (SELECT record FROM temp.undoing WHERE object = "+text(o.Name)+")"); err != nil {
			return err
		}
		for _, f := range o.Fields {
			if u.tx.schemaChanged {
				if err := u.tx.optionsInUse(o, f); err != nil {
					return err
				}
			}
			if !f.Required {
				continue
			}
			emptied, err := u.tx.ids("SELECT id FROM "+table(o.Name)+" WHERE "+name(f.Column())+" IS NULL AND id IN (SELECT record FROM temp.undoing WHERE object = ? AND json_exists(before, "+jsonPath(f.Name)+")) ORDER BY id LIMIT 1", o.Name)
			if err != nil {
				return err
			}
			if len(emptied) > 0 {
				return fail.New(fail.Conflict, "%s of %s #%d would be empty, which it must not be by now.", f.Label, o.Label, emptied[0]).
					WithHint("Make the field optional first, or change the record by hand. Nothing was undone.")
			}
		}
	}
	return nil
}
