package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// RecordPage is one record: its properties, what links to it, and its history.
type RecordPage struct {
	Shell
	Object  ObjectHead
	ID      int64
	Name    string
	Letter  Avatar
	Made    string // "Account, added 2 Nov 2026"
	Deleted bool
	Fields  []Property
	Changed Value
	Linked  []LinkedTable
	Events  []Event
	More    bool // there are older changes than those shown
}

// LinkedTable is the records of one object that point here by one field.
type LinkedTable struct {
	Object  ObjectHead
	By      string // the field's label, where an object points here by more than one
	Count   string
	All     string // the address of all of them
	Add     string
	Columns []Head
	Rows    []Row
}

func (s *Site) record(w http.ResponseWriter, r *http.Request) error {
	return s.recordPage(w, r, http.StatusOK, nil)
}

// recordPage writes the page; editing, when not nil, stands in place of its property.
func (s *Site) recordPage(w http.ResponseWriter, r *http.Request, status int, editing *Property) error {
	name := r.PathValue("object")
	shell, schema, err := s.shellOf(w, r, "", "/o/"+name)
	if err != nil {
		return err
	}
	o, err := findObject(schema, name)
	if err != nil {
		return err
	}
	rec, err := s.recordAt(r, o)
	if err != nil {
		return err
	}
	page := RecordPage{Shell: shell, Object: headOf(o), ID: rec.ID, Name: recordName(o, rec), Deleted: rec.Deleted}
	page.Back = recordPath(o.Name, rec.ID)
	page.Title, page.Letter = page.Name, avatarOf(page.Name)
	page.Made = upper(o.Label) + ", added " + whenText(rec.CreatedAt, s.Clock())
	page.Changed = Value{Kind: "text", Text: whenText(rec.UpdatedAt, s.Clock()), Title: rec.UpdatedAt.UTC().Format("2006-01-02T15:04:05Z07:00")}
	edit := r.URL.Query().Get("edit")
	for _, f := range o.Fields {
		p := s.propertyOf(schema, f, rec, page.CanWrite)
		if editing != nil && editing.Field == f.Name {
			p = *editing
		} else if edit == f.Name && p.Editable {
			if p.Edit, err = s.editor(r, schema, f, rec); err != nil {
				return err
			}
		}
		page.Fields = append(page.Fields, p)
	}
	if page.Linked, err = s.linked(r, schema, o, rec, page.CanWrite); err != nil {
		return err
	}
	if err := s.recordEvents(r, schema, rec, &page); err != nil {
		return err
	}
	if part := r.FormValue("part"); swap(r) && (part == "history" || part == "changed") {
		return s.fragment(w, "record", "record-"+part, page)
	}
	return s.define(w, status, "record", "base", page)
}

func recordName(o crm.Object, rec crm.Record) string {
	if f, ok := o.NameField(); ok {
		if text := f.Show(rec.Values[f.Name]); text != "" {
			return text
		}
	}
	return upper(o.Label) + " " + strconv.FormatInt(rec.ID, 10)
}

const shownEvents = 20

func (s *Site) recordEvents(r *http.Request, schema crm.Schema, rec crm.Record, page *RecordPage) error {
	changes, err := s.Store.History(r.Context(), ident.From(r.Context()), crm.HistoryQuery{Object: rec.Object, Record: rec.ID, Limit: shownEvents + 1})
	if err != nil {
		return err
	}
	if len(changes) > shownEvents {
		changes, page.More = changes[:shownEvents], true
	}
	for _, ch := range changes {
		page.Events = append(page.Events, s.seenBy(ident.From(r.Context()), eventOf(schema, ch, nil, s.Clock())))
	}
	return nil
}

// linked finds the tables that point to a record, the fullest properties first as the schema orders them.
func (s *Site) linked(r *http.Request, schema crm.Schema, o crm.Object, rec crm.Record, canWrite bool) ([]LinkedTable, error) {
	ctx, c := r.Context(), ident.From(r.Context())
	var out []LinkedTable
	for _, from := range schema.Objects {
		for _, f := range from.Fields {
			if (f.Type != crm.Link && f.Type != crm.Links) || f.Target != o.Name {
				continue
			}
			columns := linkedColumns(from, f.Name)
			paths := make([]crm.Path, len(columns))
			for i, col := range columns {
				paths[i] = crm.Path(col.Name)
			}
			cond := condition{field: f, path: crm.Path(f.Name).Then("id"), value: strconv.FormatInt(rec.ID, 10)}
			list, err := s.Store.List(ctx, c, crm.Query{Object: from.Name, Fields: paths, Filter: cond.filter(), Sort: newestFirst(from), Limit: 8, Total: true})
			if err != nil {
				return nil, err
			}
			if list.Total == 0 && f.Role == crm.RoleParent {
				continue
			}
			l := listing{object: from, conditions: []condition{cond}}
			t := LinkedTable{Object: headOf(from), Count: countText(list.Total), All: l.href(l.values()), Rows: tableRows(schema, from, columns, list, s.Clock(), false)}
			if linksTo(from, o.Name) > 1 || from.Name == o.Name {
				t.By = "by " + lower(f.Label)
			}
			if canWrite && !rec.Deleted && f.Type == crm.Link {
				t.Add = "/o/" + from.Name + "/new?" + url.Values{f.Name: {strconv.FormatInt(rec.ID, 10)}}.Encode()
			}
			for _, col := range columns {
				t.Columns = append(t.Columns, Head{Label: col.Label, Num: col.ValueType().Numeric()})
			}
			out = append(out, t)
		}
	}
	return out, nil
}

func linksTo(o crm.Object, target string) int {
	n := 0
	for _, f := range o.Fields {
		if f.Target == target {
			n++
		}
	}
	return n
}

// linkedColumns are up to six fields of a linked table, in the object's order after its name: first of all where each
// stands, what it is worth and its day, then what else is short, without the link itself.
func linkedColumns(o crm.Object, except string) []crm.Field {
	const most = 6
	var fit []crm.Field
	for _, f := range shown(o) {
		if f.Name != except && f.Type != crm.LongText && f.Type != crm.File && f.Type != crm.Links {
			fit = append(fit, f)
		}
	}
	chosen := map[string]bool{}
	choose := func(f crm.Field) {
		if len(chosen) < most {
			chosen[f.Name] = true
		}
	}
	if len(fit) > 0 {
		choose(fit[0])
	}
	for _, role := range []crm.Role{crm.RoleStage, crm.RoleAmount, newest(o)} {
		if i := slices.IndexFunc(fit, func(f crm.Field) bool { return role != crm.NoRole && f.Role == role }); i >= 0 {
			choose(fit[i])
		}
	}
	for _, key := range []bool{false, true} { // a code that names nothing comes last
		for _, f := range fit {
			if f.Key == key {
				choose(f)
			}
		}
	}
	return slices.DeleteFunc(fit, func(f crm.Field) bool { return !chosen[f.Name] })
}

// newest is the role of the day by which an object's records are told apart in time.
func newest(o crm.Object) crm.Role {
	for _, role := range []crm.Role{crm.RoleEnded, crm.RoleStarted, crm.RoleDue} {
		if _, ok := o.Role(role); ok {
			return role
		}
	}
	return crm.NoRole
}

func newestFirst(o crm.Object) []crm.Sort {
	if f, ok := o.Role(newest(o)); ok && f.Role != crm.NoRole {
		return []crm.Sort{{Path: crm.Path(f.Name), Desc: true}}
	}
	return nil
}

// named leads from a record's name to the record, or to the rows that share the name.
func (s *Site) named(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	_, o, err := s.objectOf(r)
	if err != nil {
		return err
	}
	f, ok := o.NameField()
	if !ok {
		return fail.New(fail.NotFound, "%s have no names.", upper(o.Plural)).WithHint("Look for it in the table.")
	}
	l := listing{object: o, conditions: []condition{{field: f, path: crm.Path(f.Name), value: r.URL.Query().Get("name")}}}
	list, err := s.Store.List(ctx, c, crm.Query{Object: o.Name, Filter: l.filter(), Limit: 2})
	if err != nil {
		return err
	}
	to := l.href(l.values())
	if len(list.Rows) == 1 {
		to = recordPath(o.Name, list.Rows[0].ID)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// NewPage is the form of a new record.
type NewPage struct {
	Shell
	Object ObjectHead
	Fields []NewField
	Error  string
	Hint   string
}

// NewField is one line of that form.
type NewField struct {
	Label    string
	Required bool
	Input    Input
	Error    string
}

func (s *Site) newRecord(w http.ResponseWriter, r *http.Request) error {
	return s.newPage(w, r, nil)
}

func (s *Site) newPage(w http.ResponseWriter, r *http.Request, because *fail.Error) error {
	name := r.PathValue("object")
	shell, schema, err := s.shellOf(w, r, "", "/o/"+name)
	if err != nil {
		return err
	}
	o, err := findObject(schema, name)
	if err != nil {
		return err
	}
	shell.Title = "New " + lower(o.Label)
	page := NewPage{Shell: shell, Object: headOf(o)}
	status := http.StatusOK
	if because != nil {
		page.Error, page.Hint, status = because.Message, because.Hint, http.StatusUnprocessableEntity
	}
	for _, f := range o.Fields {
		if f.Type == crm.Computed {
			continue
		}
		var v any
		if id := intOf(r.URL.Query().Get(f.Name)); f.Type == crm.Link && id > 0 {
			v = crm.Ref{ID: id}
			if target, ok := schema.Object(f.Target); ok {
				if rec, err := s.Store.Record(r.Context(), ident.From(r.Context()), f.Target, id); err == nil {
					v = crm.Ref{ID: id, Name: recordName(target, rec)}
				}
			}
		}
		in, err := s.input(r, schema, f, v)
		if err != nil {
			return err
		}
		in.ID = "new-" + f.Name
		if in.Name == "ref" {
			in.Name = refName(f.Name)
		} else {
			in.Name = f.Name
		}
		field := NewField{Label: f.Label, Required: f.Required}
		if because != nil {
			in.keep(r.PostForm)
			if _, err := f.Parse(in.Text); err != nil && fail.As(err).Message == because.Message {
				in.Invalid, field.Error = true, because.Message+" "+because.Hint
			}
		}
		field.Input = in
		page.Fields = append(page.Fields, field)
	}
	return s.define(w, status, "new", "base", page)
}

func (s *Site) createRecord(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	_, o, err := s.objectOf(r)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	values := crm.Values{}
	for _, f := range o.Fields {
		if f.Type == crm.Computed {
			continue
		}
		v, err := s.typed(r, f, f.Name)
		if err != nil {
			return err
		}
		if v != nil && v != "" {
			values[f.Name] = v
		}
	}
	if len(values) == 0 {
		return s.newPage(w, r, fail.New(fail.Invalid, "Nothing was filled in.").WithHint("Fill in at least one field."))
	}
	written, err := s.Store.Write(ctx, c, []crm.Edit{{Kind: crm.Create, Object: o.Name, Values: values}}, crm.Cause{Kind: "edit"})
	if kind := fail.KindOf(err); kind == fail.Invalid || kind == fail.Conflict || kind == fail.NotFound {
		return s.newPage(w, r, fail.As(err))
	} else if err != nil {
		return err
	}
	to := recordPath(o.Name, written.IDs[0])
	return done(w, r, Toast{Text: upper(o.Label) + " added.", Undo: written.Batch, Back: "/o/" + o.Name}, to)
}

func (s *Site) deleteRecord(w http.ResponseWriter, r *http.Request) error {
	return s.lifeOf(w, r, crm.Delete, "is in the trash.")
}

func (s *Site) restoreRecord(w http.ResponseWriter, r *http.Request) error {
	return s.lifeOf(w, r, crm.Restore, "is back.")
}

// recordAt reads the record that a path names.
func (s *Site) recordAt(r *http.Request, o crm.Object) (crm.Record, error) {
	id := intOf(r.PathValue("id"))
	if id <= 0 {
		return crm.Record{}, fail.New(fail.NotFound, "There is nothing at %s.", r.URL.Path).WithHint("Look for the one you want among the %s.", lower(o.Plural))
	}
	rec, err := s.Store.Record(r.Context(), ident.From(r.Context()), o.Name, id)
	if fail.KindOf(err) == fail.NotFound {
		return rec, fail.New(fail.NotFound, "There is no %s #%d.", lower(o.Label), id).WithHint("Look for the one you want among the %s.", lower(o.Plural))
	}
	return rec, err
}

// lifeOf deletes a record or brings it back.
func (s *Site) lifeOf(w http.ResponseWriter, r *http.Request, kind crm.EditKind, says string) error {
	ctx, c := r.Context(), ident.From(r.Context())
	_, o, err := s.objectOf(r)
	if err != nil {
		return err
	}
	rec, err := s.recordAt(r, o)
	if err != nil {
		return err
	}
	id := rec.ID
	written, err := s.Store.Write(ctx, c, []crm.Edit{{Kind: kind, Object: o.Name, ID: id}}, crm.Cause{Kind: "edit"})
	if err != nil {
		return err
	}
	to := recordPath(o.Name, id)
	if kind == crm.Delete {
		to = "/o/" + o.Name
	}
	return done(w, r, Toast{Text: recordName(o, rec) + " " + says, Undo: written.Batch, Back: recordPath(o.Name, id)}, to)
}
