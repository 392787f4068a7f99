package duck

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/query"
)

// without is an object without one of its fields, and where that was.
func without(o crm.Object, field string) (crm.Object, int) {
	i := slices.IndexFunc(o.Fields, func(f crm.Field) bool { return f.Name == field })
	if i >= 0 {
		o.Fields = slices.Delete(slices.Clone(o.Fields), i, i+1)
	}
	return o, i
}

// with is an object with a field more, at a place.
func with(o crm.Object, f crm.Field, at int) crm.Object {
	o.Fields = slices.Insert(slices.Clone(o.Fields), min(max(at, 0), len(o.Fields)), f)
	return o
}

func (tx *Tx) addField(o crm.Object, f crm.Field, at int) (*alteration, error) {
	f, err := checkField(o, f)
	if err != nil {
		return nil, err
	}
	if err := tx.addColumn(o, f); err != nil {
		return nil, err
	}
	if err := tx.put(with(o, f, at), 0); err != nil {
		return nil, err
	}
	return &alteration{object: o.Name, after: map[string]any{"did": crm.AddField, "field": f, "at": at}}, nil
}

func (tx *Tx) addColumn(o crm.Object, f crm.Field) error {
	if f.Type == crm.Computed {
		return nil
	}
	for _, t := range both(o.Name) {
		if err := tx.ddl("ALTER TABLE " + t + " ADD COLUMN " + name(f.Column()) + " " + sqlType(f)); err != nil {
			return err
		}
	}
	return nil
}

// setField changes everything of a field but its name, and its values' type.
func (tx *Tx) setField(o crm.Object, f crm.Field) (*alteration, error) {
	was, ok := o.Field(f.Name)
	if !ok {
		return nil, query.NoField(o, f.Name)
	}
	if f.Type != was.Type || f.Scale != was.Scale || f.Target != was.Target {
		return nil, fail.New(fail.Invalid, "%s is a %s; this would change what its values are.", was.Label, was.Type.Noun()).WithHint("Change its type instead: openclawd field change.")
	}
	rest, at := without(o, f.Name)
	f, err := checkField(rest, f)
	if err != nil {
		return nil, err
	}
	if err := tx.optionsInUse(o, f); err != nil {
		return nil, err
	}
	return tx.replaceField(rest, was, f, at, crm.SetField)
}

func (tx *Tx) replaceField(rest crm.Object, was, is crm.Field, at int, did crm.AlterKind) (*alteration, error) {
	if reflect.DeepEqual(was, is) {
		return nil, nil
	}
	if err := tx.put(with(rest, is, at), 0); err != nil {
		return nil, err
	}
	return &alteration{object: rest.Name, before: map[string]any{"field": was}, after: map[string]any{"did": did, "field": is}}, nil
}

// optionsInUse refuses options of a choice field without a value that records have. One that only records in the trash
// have may go.
func (tx *Tx) optionsInUse(o crm.Object, f crm.Field) error {
	value, n, err := tx.strayOption(o, f, "TRUE")
	if err != nil || n == 0 {
		return err
	}
	return fail.New(fail.Conflict, "%d records have %q as %s, so the option cannot go.", n, value, f.Label).WithHint("Change these records first, or keep the option.")
}

// optionsThere refuses to bring back records that fit a condition with options that are gone by now.
func (tx *Tx) optionsThere(o crm.Object, cond string) error {
	for _, f := range o.Fields {
		value, n, err := tx.strayOption(o, f, cond)
		if err != nil {
			return err
		}
		if n > 0 {
			return fail.New(fail.Conflict, "%s has no option %q any more, which would come back.", f.Label, value).WithHint("Add the option to %s of %s again first. Nothing was changed.", f.Name, o.Name)
		}
	}
	return nil
}

// strayOption finds a value of a choice field that is none of its options, and how many of the records that fit a
// condition have it.
func (tx *Tx) strayOption(o crm.Object, f crm.Field, cond string) (value string, records int64, err error) {
	if f.Type != crm.Choice && f.Type != crm.Choices {
		return "", 0, nil
	}
	values := name(f.Column())
	if f.Type == crm.Choices {
		values = "unnest(" + values + ")"
	}
	rows, err := tx.query("SELECT v, count(*) FROM (SELECT " + values + " AS v FROM " + table(o.Name) + " WHERE " + cond + ") WHERE v IS NOT NULL GROUP BY v ORDER BY v")
	if err != nil {
		return "", 0, wrap("look for options in use", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&value, &records); err != nil {
			return "", 0, wrap("look for options in use", err)
		}
		if !slices.ContainsFunc(f.Options, func(o crm.Option) bool { return o.Value == value }) {
			return value, records, nil
		}
	}
	return "", 0, wrap("look for options in use", rows.Err())
}

// renameField has views and computed fields follow; back is the rename that this one takes back, or nil.
func (tx *Tx) renameField(o crm.Object, from, to string, back *alteredState) (*alteration, error) {
	was, ok := o.Field(from)
	if !ok {
		return nil, query.NoField(o, from)
	}
	if from == to {
		return nil, nil
	}
	if err := tx.unfilled(o.Name, from); err != nil {
		return nil, err
	}
	rest, at := without(o, from)
	is := was
	is.Name = to
	if is.Label == crm.LabelOf(from) {
		is.Label = crm.LabelOf(to)
	}
	is, err := checkField(rest, is)
	if err != nil {
		return nil, err
	}
	if is.Type != crm.Computed {
		for _, t := range both(o.Name) {
			if err := tx.ddl("ALTER TABLE " + t + " RENAME COLUMN " + name(was.Column()) + " TO " + name(is.Column())); err != nil {
				return nil, err
			}
		}
	}
	if _, err := tx.exec(`UPDATE meta.bin SET field = ? WHERE object = ? AND field = ? AND kind = 'values'`, to, o.Name, from); err != nil {
		return nil, wrap("rename the field "+from, err)
	}
	if err := tx.renameInViews(o.Name, from, to); err != nil {
		return nil, err
	}
	before, after := map[string]any{"field": was}, map[string]any{"did": crm.RenameField, "field": is}
	fields, wrote, writes, err := tx.renamedIn(rest.Fields, was.Column(), is.Column(), back)
	if err != nil {
		return nil, err
	}
	if rest.Fields = fields; len(writes) > 0 {
		before["exprs"], after["exprs"] = wrote, writes
	}
	if err := tx.put(with(rest, is, at), 0); err != nil {
		return nil, err
	}
	return &alteration{object: o.Name, before: before, after: after}, nil
}

// removeField moves a field's values, those of deleted records too, into the trash.
func (tx *Tx) removeField(o crm.Object, field string) (*alteration, error) {
	f, ok := o.Field(field)
	if !ok {
		return nil, query.NoField(o, field)
	}
	rest, at := without(o, field)
	// Who would notice another name for the column reads it.
	_, readers, _, err := tx.renamedIn(rest.Fields, f.Column(), f.Column()+"_", nil)
	if err != nil {
		return nil, err
	}
	if names := slices.Sorted(maps.Keys(readers)); len(names) > 0 {
		reader, _ := rest.Field(names[0])
		return nil, fail.New(fail.Invalid, "%s of %s is computed from %s.", reader.Label, o.Name, field).
			WithHint("Remove %s first, or give it another expression: openclawd field change %s %s --expr EXPRESSION", names[0], o.Name, names[0])
	}
	var bins []bin
	if f.Type != crm.Computed {
		if err := tx.unfilled(o.Name, field); err != nil {
			return nil, err
		}
		b := tx.bin("field", o.Name, field)
		b.definition = map[string]any{"field": f, "at": at}
		if err := tx.setAside(b, o, f); err != nil {
			return nil, err
		}
		for _, t := range both(o.Name) {
			if err := tx.ddl("ALTER TABLE " + t + " DROP COLUMN " + name(f.Column())); err != nil {
				return nil, err
			}
		}
		bins = append(bins, b)
	}
	if err := tx.put(rest, 0); err != nil {
		return nil, err
	}
	return &alteration{object: o.Name, before: map[string]any{"field": f, "at": at}, after: map[string]any{"did": crm.RemoveField}, bins: bins}, nil
}

// setAside copies the values of a field into a bin, by record.
func (tx *Tx) setAside(b bin, o crm.Object, f crm.Field) error {
	column := name(f.Column())
	return tx.ddl("CREATE TABLE " + b.table() + " AS SELECT id, " + column + " AS value FROM " + table(o.Name) + " WHERE " + column + " IS NOT NULL" +
		" UNION ALL SELECT id, " + column + " FROM " + trashed(o.Name) + " WHERE " + column + " IS NOT NULL")
}

// restoreField brings a field back with its values: the last one of that name, or the one that a change removed.
func (tx *Tx) restoreField(o crm.Object, field string, removedBy int64) (*alteration, error) {
	b, err := tx.findBin("field", o.Name, field, removedBy)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, fail.New(fail.NotFound, "No field %q of %s lies in the trash.", field, o.Name).WithHint("openclawd field list %s --removed shows what does.", o.Name)
	}
	var def struct {
		Field crm.Field `json:"field"`
		At    int       `json:"at"`
	}
	if err := json.Unmarshal([]byte(b.json), &def); err != nil {
		return nil, wrap("read the definition of "+field, err)
	}
	if _, taken := o.Field(def.Field.Name); taken {
		return nil, fail.New(fail.Conflict, "%s has another field %s by now.", o.Name, def.Field.Name).WithHint("Rename or remove that one first, then restore this one.")
	}
	f, err := checkField(o, def.Field)
	if err != nil {
		return nil, err
	}
	if _, err := tx.addField(o, f, def.At); err != nil {
		return nil, err
	}
	tx.fill(o.Name, f.Name, func() error {
		for _, t := range both(o.Name) {
			if _, err := tx.exec("UPDATE " + t + " AS t SET " + name(f.Column()) + " = b.value FROM " + b.table() + " AS b WHERE b.id = t.id"); err != nil {
				return wrap("bring back the values of "+field, err)
			}
		}
		return tx.empty(*b)
	})
	return &alteration{object: o.Name, after: map[string]any{"did": crm.RestoreField, "field": f, "at": def.At, "removal": b.change}}, nil
}

func (tx *Tx) moveField(o crm.Object, field string, to int) (*alteration, error) {
	f, ok := o.Field(field)
	if !ok {
		return nil, query.NoField(o, field)
	}
	rest, at := without(o, field)
	to = min(max(to, 0), len(rest.Fields))
	if at == to {
		return nil, nil
	}
	if err := tx.put(with(rest, f, to), 0); err != nil {
		return nil, err
	}
	return &alteration{object: o.Name, before: map[string]any{"name": field, "at": at}, after: map[string]any{"did": crm.MoveField, "name": field, "at": to}}, nil
}
