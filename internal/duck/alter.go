package duck

import (
	"cmp"
	"context"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

// Alter changes the schema in one transaction and one batch. Views, definitions and history change with the tables.
func (s *Store) Alter(ctx context.Context, c ident.Caller, alts []crm.Alteration, cause crm.Cause) (crm.Written, error) {
	var w crm.Written
	err := s.write(ctx, c, "alter", cause, func(tx *Tx) error {
		was := tx.schema
		var ids []int64
		do := func() (err error) {
			ids, err = tx.alter(alts)
			return err
		}
		var broken []string
		var err error
		if slices.ContainsFunc(alts, breaks) {
			broken, err = tx.breaking(do)
		} else {
			err = do()
		}
		if err != nil {
			return err
		}
		w = crm.Written{Batch: tx.batch, Changes: ids, Broken: broken}
		return toldApart(was, tx.schema)
	})
	if err != nil {
		return crm.Written{}, err
	}
	return w, nil
}

// alter makes alterations and returns the history id of each; one that changed nothing has none. It must come before
// the transaction changes any rows of the objects concerned.
func (tx *Tx) alter(alts []crm.Alteration) ([]int64, error) {
	var ids []int64
	for _, a := range alts {
		ch, err := tx.alterOne(a)
		if err != nil {
			return nil, err
		}
		if ch == nil {
			continue
		}
		id, err := tx.schemaChange(*ch)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if err := tx.settle(); err != nil {
		return nil, err
	}
	return ids, tx.pruneRestored(alts)
}

// settle ends a series of alterations: the values that they bring back are filled in, links lead somewhere, computed
// fields can be computed, and the views fit.
func (tx *Tx) settle() error {
	if err := checkTargets(tx.schema); err != nil {
		return err
	}
	for _, fill := range tx.fills {
		if err := fill(); err != nil {
			return err
		}
	}
	tx.fills, tx.filled = nil, nil
	if !tx.schemaChanged {
		return nil
	}
	for _, o := range tx.schema.Objects {
		if err := tx.checkComputed(o); err != nil {
			return err
		}
	}
	return tx.rebuildViews()
}

// alteration is what one alteration did, as history keeps it: before and after are the definition of what it changed.
type alteration struct {
	object string
	undoes int64
	before map[string]any
	after  map[string]any
	bins   []bin // what it put into the trash; they are filed under the change's id
}

// schemaChange writes the history of an alteration.
func (tx *Tx) schemaChange(a alteration) (int64, error) {
	tx.schemaChanged = true
	id, err := tx.change(crm.Change{Kind: "schema", Object: a.object, Before: a.before, After: a.after, Undoes: a.undoes})
	if err != nil {
		return 0, err
	}
	for _, b := range a.bins {
		if err := tx.file(b, id); err != nil {
			return 0, err
		}
	}
	return id, nil
}

func (tx *Tx) alterOne(a crm.Alteration) (*alteration, error) {
	if a.Kind == crm.AddObject {
		return tx.addObject(a.Object)
	}
	if a.Kind == crm.RestoreObject {
		return tx.restoreObject(cmp.Or(a.Name, a.Object.Name), 0)
	}
	objectName := a.Object.Name
	if a.Kind == crm.RenameObject || a.Kind == crm.RemoveObject {
		objectName = cmp.Or(a.Name, a.Object.Name)
	}
	o, ok := tx.schema.Object(objectName)
	if !ok {
		return nil, query.NoObject(tx.schema, objectName)
	}
	switch a.Kind {
	case crm.SetObject:
		return tx.setObject(o, a.Object)
	case crm.RenameObject:
		return tx.renameObject(o, a.To)
	case crm.RemoveObject:
		return tx.removeObject(o)
	case crm.MoveObject:
		return tx.moveObject(o, a.At)
	case crm.AddField:
		return tx.addField(o, a.Field, len(o.Fields))
	case crm.SetField:
		return tx.setField(o, a.Field)
	case crm.RenameField:
		return tx.renameField(o, a.Name, a.To, nil)
	case crm.ChangeField:
		return tx.changeField(o, a.Field, a.Lossy)
	case crm.RemoveField:
		return tx.removeField(o, a.Name)
	case crm.RestoreField:
		return tx.restoreField(o, a.Name, 0)
	case crm.MoveField:
		return tx.moveField(o, a.Name, a.At)
	}
	return nil, fail.New(fail.Invalid, "%q is no change of the schema.", a.Kind)
}

// place is the position of an object in the schema.
func (tx *Tx) place(object string) int {
	return slices.IndexFunc(tx.schema.Objects, func(o crm.Object) bool { return o.Name == object })
}

// put writes an object's definition, new or over the old one. The schema's objects are copied: readers share the old.
func (tx *Tx) put(o crm.Object, at int) error {
	objects := slices.Clone(tx.schema.Objects)
	if i := tx.place(o.Name); i >= 0 {
		objects[i] = o
		at = i
	} else {
		at = min(max(at, 0), len(objects))
		objects = slices.Insert(objects, at, o)
		for i, later := range objects[at+1:] {
			if _, err := tx.exec(`UPDATE meta.object SET position = ? WHERE name = ?`, at+1+i, later.Name); err != nil {
				return wrap("move the object "+later.Name, err)
			}
		}
	}
	tx.schema.Objects = objects
	return tx.saveObject(o, at)
}

// drop takes an object out of the definitions.
func (tx *Tx) drop(object string) error {
	tx.schema.Objects = slices.DeleteFunc(slices.Clone(tx.schema.Objects), func(o crm.Object) bool { return o.Name == object })
	return tx.dropDefinition(object)
}

// ddl runs statements that change tables.
func (tx *Tx) ddl(statements ...string) error {
	for _, q := range statements {
		if _, err := tx.exec(q); err != nil {
			return wrap("alter the tables", err)
		}
	}
	return nil
}

// both are the tables with an object's columns: its records and those in the trash.
func both(object string) []string { return []string{table(object), trashed(object)} }
