package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

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
	rec, err := s.recordAt(r, o)
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
	if len(written.Changes) > 0 { // to go through a cell is nothing to tell
		toast.Back = backTo(r, toast.Back)
		p.Toast = &toast
		w.Header().Set("HX-Trigger", "record-changed")
	}
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
