package duck

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// What people keep beside the records, views and saved questions, is written through history like everything else: as a
// change with the whole of it before and after, nil where there was or is none.

// writeKept writes what changes only what is kept, and gives the batch: 0 when nothing was changed.
func (s *Store) writeKept(ctx context.Context, c ident.Caller, action string, fn func(*Tx) error) (batch int64, err error) {
	err = s.write(ctx, c, action, crm.Cause{Kind: "edit"}, func(tx *Tx) error {
		err := fn(tx)
		batch = tx.batch
		return err
	})
	if err != nil {
		return 0, err
	}
	return batch, nil
}

// keepView puts a view in the place of another; nil is none. Two that are the same are no change.
func (tx *Tx) keepView(was, is *crm.View, undoes int64) error {
	if mustJSON(was) == mustJSON(is) {
		return nil
	}
	if was != nil {
		if _, err := tx.exec(`DELETE FROM meta.view WHERE object = ? AND name = ? AND owner = ?`, was.Object, was.Name, was.Owner); err != nil {
			return wrap("remove a view", err)
		}
	}
	if is != nil {
		if err := tx.insertView(*is); err != nil {
			return err
		}
	}
	_, err := tx.change(crm.Change{Kind: crm.ViewChange, Object: cmp.Or(is, was).Object, Before: members(was), After: members(is), Undoes: undoes})
	return err
}

// keepQuestion does for saved questions what keepView does for views.
func (tx *Tx) keepQuestion(was, is *crm.Saved, undoes int64) error {
	if mustJSON(was) == mustJSON(is) {
		return nil
	}
	if was != nil {
		if _, err := tx.exec(`DELETE FROM meta.saved WHERE name = ?`, was.Name); err != nil {
			return wrap("remove a saved question", err)
		}
	}
	if is != nil {
		if _, err := tx.exec(`INSERT INTO meta.saved VALUES (?, ?, ?, ?, ?, ?, ?)`, is.Name, is.Question, is.SQL, list(is.Params), is.Pinned, is.Verified, is.By); err != nil {
			return wrap("save a question", err)
		}
	}
	_, err := tx.change(crm.Change{Kind: crm.QuestionChange, Before: members(was), After: members(is), Undoes: undoes})
	return err
}

// members are the members of a value's JSON, nil of a nil pointer.
func members[T any](v *T) map[string]any {
	var out map[string]any
	if err := json.Unmarshal([]byte(mustJSON(v)), &out); err != nil {
		panic("a view or a question is no JSON object: " + err.Error()) // the two types marshalled here always are
	}
	return out
}

// kept takes back the changes of views and saved questions, the latest first.
func (u *undo) kept() error {
	ids, err := u.tx.ids(`SELECT id FROM temp.undoing WHERE kind IN ('view', 'question') ORDER BY id DESC`)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var kind, object, before, after string
		if err := u.tx.one(`SELECT kind, object, coalesce(before::VARCHAR, 'null'), coalesce(after::VARCHAR, 'null') FROM temp.undoing WHERE id = ?`, []any{id}, &kind, &object, &before, &after); err != nil {
			return wrap("read what is to be taken back", err)
		}
		if kind == crm.ViewChange {
			err = u.view(id, object, before, after)
		} else {
			err = u.question(id, before, after)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// view takes back one change of a view. Its object and fields may have other names by now.
func (u *undo) view(id int64, object, before, after string) error {
	if _, ok := u.tx.schema.Object(object); !ok {
		return fail.New(fail.Conflict, "%s was removed since.", object).WithHint("Restore it first, then undo again: openclawd object restore %s. Nothing was undone.", object)
	}
	var was, is *crm.View
	for text, into := range map[string]**crm.View{before: &was, after: &is} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return wrap("read a view of then", err)
		}
		if err := u.today(*into, object, id); err != nil {
			return err
		}
	}
	of := *cmp.Or(was, is)
	if of.Owner != "" && of.Owner != u.tx.caller.Person {
		return fail.New(fail.Denied, "The view %s is %s's own.", of.Name, of.Owner).WithHint("Only they can take this back. Nothing was undone.")
	}
	there, err := readViews(u.tx.ctx, u.tx.conn, `WHERE object = ? AND lower(name) = lower(?) AND owner = ?`, object, of.Name, of.Owner)
	if err != nil {
		return err
	}
	var now *crm.View
	if len(there) > 0 {
		now = &there[0]
	}
	if now := mustJSON(now); now != mustJSON(is) && now != mustJSON(was) {
		return u.keptAnew("view", of.Name)
	}
	return u.tx.keepView(now, was, id)
}

func (u *undo) question(id int64, before, after string) error {
	var was, is *crm.Saved
	for text, into := range map[string]**crm.Saved{before: &was, after: &is} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return wrap("read a saved question of then", err)
		}
	}
	name := cmp.Or(was, is).Name
	now, err := readSaved(u.tx.ctx, u.tx.conn, name)
	if err != nil {
		return err
	}
	if now := mustJSON(now); now != mustJSON(is) && now != mustJSON(was) {
		return u.keptAnew("saved question", name)
	}
	return u.tx.keepQuestion(now, was, id)
}

func (u *undo) keptAnew(what, name string) error {
	return fail.New(fail.Conflict, "The %s %s was changed again since.", what, name).WithHint("Undo the newer change first, or change it by hand. Nothing was undone.")
}

// today has a view of back then speak of its object and fields by the names that they have by now.
func (u *undo) today(v *crm.View, object string, since int64) error {
	if v == nil {
		return nil
	}
	v.Object = object
	var failed error
	renameInView(v, func(p crm.Path) crm.Path {
		steps := p.Steps()
		at := object
		for i, step := range steps {
			field, err := u.fieldNow(at, step, since)
			if err != nil {
				failed = err
				return p
			}
			o, _ := u.tx.schema.Object(at)
			f, ok := o.Field(field)
			if !ok {
				break
			}
			steps[i], at = field, f.Target
		}
		return crm.Path(strings.Join(steps, "."))
	})
	return failed
}
