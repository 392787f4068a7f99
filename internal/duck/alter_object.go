package duck

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

func (tx *Tx) addObject(o crm.Object) (*alteration, error) {
	o, err := checkObject(tx.schema, o)
	if err != nil {
		return nil, err
	}
	columns := "id BIGINT PRIMARY KEY, created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL"
	var b strings.Builder
	for _, f := range o.Fields {
		if f.Type != crm.Computed {
			b.WriteString(", " + name(f.Column()) + " " + sqlType(f))
		}
	}
	err = tx.ddl("CREATE TABLE "+table(o.Name)+" ("+columns+b.String()+")",
		"CREATE TABLE "+trashed(o.Name)+" (id BIGINT, created_at TIMESTAMP, updated_at TIMESTAMP, deleted_at TIMESTAMP"+b.String()+")")
	if err != nil {
		return nil, err
	}
	if err := tx.put(o, len(tx.schema.Objects)); err != nil {
		return nil, err
	}
	return &alteration{object: o.Name, after: map[string]any{"did": crm.AddObject, "object": o}}, nil
}

// setObject changes what an object is called. Members left empty stay as they are, but for the synonyms.
func (tx *Tx) setObject(o, to crm.Object) (*alteration, error) {
	if err := tidy(&to.Synonyms, &to.Label, &to.Plural, &to.Icon); err != nil {
		return nil, err
	}
	next := o
	next.Label, next.Plural = cmp.Or(to.Label, o.Label), cmp.Or(to.Plural, o.Plural)
	next.Icon = cmp.Or(to.Icon, o.Icon)
	next.Synonyms = to.Synonyms
	return tx.redefine(o, next, crm.SetObject)
}

func (tx *Tx) redefine(o, next crm.Object, did crm.AlterKind) (*alteration, error) {
	was, is := o, next
	was.Fields, is.Fields = nil, nil
	if reflect.DeepEqual(was, is) {
		return nil, nil
	}
	if err := tx.put(next, 0); err != nil {
		return nil, err
	}
	return &alteration{object: next.Name, before: map[string]any{"object": was}, after: map[string]any{"did": did, "object": is}}, nil
}

// moveObject gives an object another place in the order shown.
func (tx *Tx) moveObject(o crm.Object, to int) (*alteration, error) {
	at := tx.place(o.Name)
	to = min(max(to, 0), len(tx.schema.Objects)-1)
	if at == to {
		return nil, nil
	}
	objects := slices.Delete(slices.Clone(tx.schema.Objects), at, at+1)
	tx.schema.Objects = slices.Insert(objects, to, o)
	for i, other := range tx.schema.Objects {
		if _, err := tx.exec(`UPDATE meta.object SET position = ? WHERE name = ?`, i, other.Name); err != nil {
			return nil, wrap("move the object "+o.Name, err)
		}
	}
	return &alteration{object: o.Name, before: map[string]any{"at": at}, after: map[string]any{"did": crm.MoveObject, "at": to}}, nil
}

// renameObject takes along everything that knows the object by its name, history too.
func (tx *Tx) renameObject(o crm.Object, to string) (*alteration, error) {
	if to == o.Name {
		return nil, nil
	}
	if err := tx.unfilled(o.Name, ""); err != nil {
		return nil, err
	}
	if err := checkNewName(tx.schema, to); err != nil {
		return nil, err
	}
	if err := tx.ddl("ALTER TABLE "+table(o.Name)+" RENAME TO "+name(to), "ALTER TABLE "+trashed(o.Name)+" RENAME TO "+name(to)); err != nil {
		return nil, err
	}
	last, err := tx.count("record:"+o.Name, 0)
	if err != nil {
		return nil, err
	}
	// An object that had the new name before may have left records in the history: go on above its ids, too.
	had, err := tx.count("record:"+to, 0)
	if err != nil {
		return nil, err
	}
	tx.counters["record:"+to] = max(last, had)
	for _, q := range []string{
		`UPDATE meta.history SET object = ? WHERE object = ?`, `UPDATE meta.bin SET object = ? WHERE object = ?`,
		`UPDATE meta.field SET target = ? WHERE target = ?`, `UPDATE meta.view SET object = ? WHERE object = ?`,
	} {
		if _, err := tx.exec(q, to, o.Name); err != nil {
			return nil, wrap("rename the object "+o.Name, err)
		}
	}
	// Definitions of what lies in the trash, or is to be taken back, name it as the target of links.
	was, is := `"target":`+mustJSON(o.Name), `"target":`+mustJSON(to)
	for _, q := range []string{
		`UPDATE meta.bin SET definition = replace(definition::VARCHAR, ?, ?)::JSON WHERE contains(definition::VARCHAR, ?)`,
		`UPDATE meta.history SET before = replace(before::VARCHAR, ?, ?)::JSON WHERE kind = 'schema' AND contains(before::VARCHAR, ?)`,
		`UPDATE meta.history SET after = replace(after::VARCHAR, ?, ?)::JSON WHERE kind = 'schema' AND contains(after::VARCHAR, ?)`,
	} {
		if _, err := tx.exec(q, was, is, was); err != nil {
			return nil, wrap("rename the object "+o.Name, err)
		}
	}
	at := tx.place(o.Name)
	if err := tx.drop(o.Name); err != nil {
		return nil, err
	}
	next := o
	next.Name = to
	next.Fields = retarget(next.Fields, o.Name, to)
	for i, other := range tx.schema.Objects {
		other.Fields = retarget(other.Fields, o.Name, to)
		tx.schema.Objects[i] = other
	}
	if err := tx.put(next, at); err != nil {
		return nil, err
	}
	return &alteration{object: to, before: map[string]any{"name": o.Name}, after: map[string]any{"did": crm.RenameObject, "name": to}}, nil
}

// retarget is the fields with links to an object following its new name.
func retarget(fields []crm.Field, from, to string) []crm.Field {
	out := make([]crm.Field, len(fields))
	for i, f := range fields {
		if f.Target == from {
			f.Target = to
		}
		out[i] = f
	}
	return out
}

// removeObject moves an object whole into the trash.
func (tx *Tx) removeObject(o crm.Object) (*alteration, error) {
	if err := tx.unfilled(o.Name, ""); err != nil {
		return nil, err
	}
	var from, how []string
	for _, other := range tx.schema.Objects {
		for _, f := range other.Fields {
			if f.Target == o.Name && other.Name != o.Name {
				from = append(from, f.Label+" of "+other.Name)
				how = append(how, "openclawd field remove "+other.Name+" "+f.Name)
			}
		}
	}
	if len(from) > 0 {
		return nil, fail.New(fail.Conflict, "%s cannot be removed, since there are links to it: %s.", o.Name, strings.Join(from, ", ")).
			WithHint("Remove them first: %s.", strings.Join(how, ", "))
	}
	at := tx.place(o.Name)
	records, deleted := tx.bin("object", o.Name, ""), tx.bin("records", o.Name, "")
	records.definition = map[string]any{"object": o, "at": at}
	err := tx.ddl(
		"CREATE TABLE "+records.table()+" AS SELECT * FROM "+table(o.Name), "DROP TABLE "+table(o.Name),
		"CREATE TABLE "+deleted.table()+" AS SELECT * FROM "+trashed(o.Name), "DROP TABLE "+trashed(o.Name))
	if err != nil {
		return nil, err
	}
	if err := tx.drop(o.Name); err != nil {
		return nil, err
	}
	return &alteration{object: o.Name, before: map[string]any{"object": o}, after: map[string]any{"did": crm.RemoveObject}, bins: []bin{records, deleted}}, nil
}

// restoreObject brings an object back: the last one of that name, or the one that a change removed.
func (tx *Tx) restoreObject(object string, removedBy int64) (*alteration, error) {
	records, err := tx.findBin("object", object, "", removedBy)
	if err != nil {
		return nil, err
	}
	if records == nil {
		return nil, fail.New(fail.NotFound, "No object %q lies in the trash.", object).WithHint("openclawd object list --removed shows what does.")
	}
	deleted, err := tx.findBin("records", object, "", records.change)
	if err != nil {
		return nil, err
	}
	var def struct {
		Object crm.Object `json:"object"`
		At     int        `json:"at"`
	}
	if err := json.Unmarshal([]byte(records.json), &def); err != nil {
		return nil, wrap("read the definition of "+object, err)
	}
	def.Object.Name = object
	if _, taken := tx.schema.Object(object); taken {
		return nil, fail.New(fail.Conflict, "There is another object %s by now.", object).WithHint("Rename or remove that one first, then restore this one.")
	}
	o, err := checkObject(tx.schema, def.Object)
	if err != nil {
		return nil, err
	}
	if _, err := tx.addObject(o); err != nil {
		return nil, err
	}
	if def.At != tx.place(object) {
		if err := tx.drop(object); err != nil {
			return nil, err
		}
		if err := tx.put(o, def.At); err != nil {
			return nil, err
		}
	}
	tx.fill(object, "", func() error {
		_, err := tx.exec("INSERT INTO " + table(object) + " BY NAME SELECT * FROM " + records.table())
		if err == nil && deleted != nil {
			_, err = tx.exec("INSERT INTO " + trashed(object) + " BY NAME SELECT * FROM " + deleted.table())
		}
		if err != nil {
			return wrap("bring back the records of "+object, err)
		}
		if deleted != nil {
			if err := tx.empty(*deleted); err != nil {
				return err
			}
		}
		return tx.empty(*records)
	})
	return &alteration{object: object, after: map[string]any{"did": crm.RestoreObject, "object": o, "removal": records.change}}, nil
}
