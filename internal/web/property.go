package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// fewNames is up to how many records a link is chosen from a list; beyond it is typed, with suggestions.
const fewNames = 200

// Property is one field of one record, shown or being edited.
type Property struct {
	Object   string
	ID       int64
	Field    string
	Label    string
	Icon     string
	Value    Value
	Empty    string // what to do where there is no value: "Add a sector"
	Num      bool
	Editable bool
	Edit     *Editor
	Toast    *Toast // said beside a swapped property
}

// Editor is the form of one property. A form that failed keeps what was typed.
type Editor struct {
	Input
	Was     string
	Version int64
	Error   string
	Hint    string
	Clash   *Clash
}

// Input is the control that fits a field's type.
type Input struct {
	Name    string // of the form's value
	ID      string
	Kind    string // text, number, date, datetime-local, email, tel, url, area, select, boxes, names
	Text    string
	Options []Choice
	Names   string // of Kind names: where suggestions come from
	Invalid bool
}

// Clash is a field that has two values: the newer one of somebody else, and the one that was wanted.
type Clash struct {
	Field  string
	By     string
	At     string
	Theirs string
	Yours  string
}

func (s *Site) findField(r *http.Request) (crm.Schema, crm.Object, crm.Field, crm.Record, error) {
	ctx, c := r.Context(), ident.From(r.Context())
	schema, err := s.Store.Schema(ctx, c)
	if err != nil {
		return crm.Schema{}, crm.Object{}, crm.Field{}, crm.Record{}, err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return crm.Schema{}, crm.Object{}, crm.Field{}, crm.Record{}, err
	}
	f, ok := o.Field(r.PathValue("field"))
	if !ok {
		return crm.Schema{}, crm.Object{}, crm.Field{}, crm.Record{}, fail.New(fail.NotFound, "%s have no field %q.", upper(o.Plural), r.PathValue("field"))
	}
	rec, err := s.Store.Record(ctx, c, o.Name, intOf(r.PathValue("id")))
	return schema, o, f, rec, err
}

func (s *Site) propertyOf(schema crm.Schema, f crm.Field, rec crm.Record, editable bool) Property {
	v := rec.Values[f.Name]
	p := Property{Object: rec.Object, ID: rec.ID, Field: f.Name, Label: f.Label, Icon: typeIcon(f.ValueType()), Num: f.ValueType().Numeric(),
		Value: painterOf(schema, f, []any{v}, s.Clock()).paint(v), Editable: editable && f.Type != crm.Computed && !rec.Deleted}
	if p.Editable {
		p.Empty = "Add " + lower(f.Label)
	}
	return p
}

// property shows a property by itself: as it is, or with its editor.
func (s *Site) property(w http.ResponseWriter, r *http.Request) error {
	schema, _, f, rec, err := s.findField(r)
	if err != nil {
		return err
	}
	if !swap(r) {
		http.Redirect(w, r, recordPath(rec.Object, rec.ID)+"?edit="+url.QueryEscape(f.Name), http.StatusSeeOther)
		return nil
	}
	p := s.propertyOf(schema, f, rec, ident.From(r.Context()).Role.CanWrite())
	if r.FormValue("edit") == "1" && p.Editable {
		if p.Edit, err = s.editor(r, schema, f, rec); err != nil {
			return err
		}
	}
	return s.fragment(w, "record", propertyPart(r), p)
}

// propertyPart is the shape a property is asked in: a line of a record, or a cell of a table.
func propertyPart(r *http.Request) string {
	if r.FormValue("as") == "cell" {
		return "cell"
	}
	return "property"
}

func (s *Site) editor(r *http.Request, schema crm.Schema, f crm.Field, rec crm.Record) (*Editor, error) {
	input, err := s.input(r, schema, f, rec.Values[f.Name])
	if err != nil {
		return nil, err
	}
	v := rec.Values[f.Name]
	return &Editor{Input: input, Was: painterOf(schema, f, []any{v}, s.Clock()).paint(v).Text, Version: rec.Version()}, nil
}

// input makes the control for a field that holds v.
func (s *Site) input(r *http.Request, schema crm.Schema, f crm.Field, v any) (Input, error) {
	in := Input{Name: "value", ID: "edit-" + f.Name, Kind: "text", Text: f.Show(v)}
	switch f.Type {
	case crm.LongText:
		in.Kind = "area"
	case crm.Date:
		in.Kind = "date"
	case crm.DateTime:
		in.Kind = "datetime-local"
		if at, ok := v.(time.Time); ok {
			in.Text = at.In(s.Clock().Location()).Format("2006-01-02T15:04")
		}
	case crm.Email:
		in.Kind = "email"
	case crm.Phone:
		in.Kind = "tel"
	case crm.Bool:
		in.Kind = "select"
		in.Options = choices([]string{"", "yes", "no"}, in.Text)
	case crm.Choice:
		in.Kind = "select"
		values := []string{""}
		for _, o := range f.Options {
			if f.MayMove(in.Text, o.Value) {
				values = append(values, o.Value)
			}
		}
		if in.Text != "" && !slices.Contains(values, in.Text) {
			values = append(values, in.Text)
		}
		in.Options = choices(values, in.Text)
	case crm.Choices:
		in.Kind = "boxes"
		chosen, _ := v.([]string)
		for _, o := range f.Options {
			in.Options = append(in.Options, Choice{Value: o.Value, Label: o.Value, Selected: slices.Contains(chosen, o.Value)})
		}
	case crm.Link, crm.Links:
		return s.linkInput(r, schema, f, v, in)
	}
	return in, nil
}

// linkInput offers the records of the target by name where they are few; else a name is typed.
func (s *Site) linkInput(r *http.Request, schema crm.Schema, f crm.Field, v any, in Input) (Input, error) {
	in.Kind, in.Names = "names", "/o/"+f.Target+"/names"
	target, err := findObject(schema, f.Target)
	if err != nil {
		return Input{}, err
	}
	list, err := s.nameList(r, target, "", fewNames+1)
	if err != nil || len(list) > fewNames {
		return in, err
	}
	chosen := map[string]bool{}
	switch v := v.(type) {
	case crm.Ref:
		chosen[strconv.FormatInt(v.ID, 10)] = true
	case []crm.Ref:
		for _, ref := range v {
			chosen[strconv.FormatInt(ref.ID, 10)] = true
		}
	}
	in.Kind, in.Name = "select", "ref"
	if f.Type == crm.Links {
		in.Kind = "boxes"
	} else {
		in.Options = append(in.Options, Choice{Selected: len(chosen) == 0})
	}
	for _, c := range list {
		c.Selected = chosen[c.Value]
		in.Options = append(in.Options, c)
	}
	return in, nil
}

// nameList lists records by name: Value is the id, Label the name.
func (s *Site) nameList(r *http.Request, o crm.Object, begins string, limit int) ([]Choice, error) {
	q := crm.Query{Object: o.Name, Fields: []crm.Path{"id"}, Limit: limit}
	name, named := o.NameField()
	if named {
		q.Fields = []crm.Path{crm.Path(name.Name)}
		q.Sort = []crm.Sort{{Path: crm.Path(name.Name)}}
		if begins != "" {
			q.Filter = crm.Where(crm.Path(name.Name), crm.Contains, begins)
		}
	}
	page, err := s.Store.List(r.Context(), ident.From(r.Context()), q)
	if err != nil {
		return nil, err
	}
	out := make([]Choice, 0, len(page.Rows))
	for _, row := range page.Rows {
		id := strconv.FormatInt(row.ID, 10)
		c := Choice{Value: id, Label: "#" + id}
		if named {
			if text := name.Show(row.Values[0]); text != "" {
				c.Label = text
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// names suggests records for a link that is being typed; "of" is the name of the field it is typed into.
func (s *Site) names(w http.ResponseWriter, r *http.Request) error {
	schema, err := s.Store.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	list, err := s.nameList(r, o, strings.TrimSpace(r.FormValue(r.FormValue("of"))), 20)
	if err != nil {
		return err
	}
	return s.fragment(w, "record", "names", list)
}

func choices(values []string, chosen string) []Choice {
	out := make([]Choice, len(values))
	for i, v := range values {
		out[i] = Choice{Value: v, Label: v, Selected: v == chosen}
	}
	return out
}

// typed reads what a form sent for a field: text as typed, or the records chosen.
func (s *Site) typed(r *http.Request, f crm.Field, name string) (any, error) {
	refs := r.PostForm[refName(name)]
	switch {
	case f.Type == crm.Link && len(refs) > 0:
		if refs[0] == "" {
			return nil, nil
		}
		return crm.Ref{ID: intOf(refs[0])}, nil
	case f.Type == crm.Links && r.PostForm.Has(refName(name)):
		out := []crm.Ref{}
		for _, ref := range refs {
			if ref != "" {
				out = append(out, crm.Ref{ID: intOf(ref)})
			}
		}
		return out, nil
	case f.Type == crm.Choices:
		return strings.Trim(strings.Join(r.PostForm[name], "; "), "; "), nil
	case f.Type == crm.DateTime:
		if at, err := time.ParseInLocation("2006-01-02T15:04", r.PostForm.Get(name), s.Clock().Location()); err == nil {
			return at.UTC(), nil
		}
	}
	return r.PostForm.Get(name), nil
}

func refName(name string) string {
	if name == "value" {
		return "ref"
	}
	return "ref." + name
}

// setProperty writes one field. Whoever typed against an older version is shown both values.
func (s *Site) setProperty(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	schema, _, f, rec, err := s.findField(r)
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	value, err := s.typed(r, f, "value")
	if err != nil {
		return err
	}
	written, err := s.Store.Write(ctx, c, []crm.Edit{{Kind: crm.Set, Object: rec.Object, ID: rec.ID, Values: crm.Values{f.Name: value},
		IfVersion: intOf(r.PostForm.Get("version"))}}, crm.Cause{Kind: "edit"})
	if kind := fail.KindOf(err); kind == fail.Invalid || kind == fail.Conflict || kind == fail.NotFound {
		return s.editAgain(w, r, schema, f, rec, fail.As(err))
	} else if err != nil {
		return err
	}
	now, err := s.Store.Record(ctx, c, rec.Object, rec.ID)
	if err != nil {
		return err
	}
	p := s.propertyOf(schema, f, now, true)
	toast := Toast{Text: f.Label + " is now empty.", Undo: written.Batch, Verb: "Undo", Back: recordPath(rec.Object, rec.ID)}
	if p.Value.Text != "" {
		toast.Text = f.Label + " is now " + brief(p.Value.Text) + "."
	}
	if len(written.Changes) == 0 {
		toast = Toast{Text: f.Label + " was that already. Nothing changed."}
	}
	if !swap(r) {
		return done(w, r, toast, recordPath(rec.Object, rec.ID))
	}
	toast.Back = backTo(r, toast.Back)
	p.Toast = &toast
	w.Header().Set("HX-Trigger", "record-changed")
	return s.fragment(w, "record", propertyPart(r), p)
}

// editAgain shows the editor with what was typed and why it was not taken.
func (s *Site) editAgain(w http.ResponseWriter, r *http.Request, schema crm.Schema, f crm.Field, rec crm.Record, e *fail.Error) error {
	p := s.propertyOf(schema, f, rec, true)
	edit, err := s.editor(r, schema, f, rec)
	if err != nil {
		return err
	}
	edit.Error, edit.Hint, edit.Invalid = e.Message, e.Hint, true
	edit.keep(r.PostForm)
	status := http.StatusUnprocessableEntity
	var clashes []crm.Clash
	if e.Kind == fail.Conflict {
		status = http.StatusConflict
		clashes, _ = e.Detail.([]crm.Clash)
		edit.Clash = &Clash{Theirs: p.Value.Text, Yours: edit.Text}
	}
	for _, clash := range clashes {
		if clash.Field == f.Name {
			edit.Clash.By = clash.By
			if at, err := time.Parse(time.RFC3339Nano, clash.At); err == nil {
				edit.Clash.At = whenText(at, s.Clock())
			}
		}
	}
	p.Edit = edit
	if swap(r) {
		return s.define(w, status, "record", propertyPart(r), p)
	}
	return s.recordPage(w, r, status, &p)
}

// keep puts what was typed back into the control.
func (in *Input) keep(form url.Values) {
	typed := form[in.Name]
	if len(typed) > 0 {
		in.Text = typed[0]
	}
	for i := range in.Options {
		in.Options[i].Selected = slices.Contains(typed, in.Options[i].Value)
		if in.Options[i].Selected && in.Kind == "select" {
			in.Text = in.Options[i].Label
		}
	}
}

// brief cuts a text that a sentence quotes.
func brief(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return text
}

// parseForm reads a form's body. What is too long keeps the edge's own sentence.
func parseForm(r *http.Request) error {
	err := r.ParseForm()
	var tooLarge *http.MaxBytesError
	if err == nil || errors.As(err, &tooLarge) {
		return err
	}
	return fail.New(fail.Usage, "The form cannot be read.").WithHint("Load the page again, and send it once more.").Because(err)
}
