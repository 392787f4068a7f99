package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// ChangeView is a change of type before it is done.
type ChangeView struct {
	Type     string
	Query    []Choice // the form's own values, to be sent again
	Values   string
	Lost     string
	Lossy    bool
	Sample   []string
	Error    string
	Hint     string
	Possible bool
}

// tryChange asks the store what a change of type would do.
func (s *Site) tryChange(r *http.Request, o crm.Object, f crm.Field, q url.Values) *ChangeView {
	view := &ChangeView{Type: crm.Type(q.Get("type")).Noun()}
	to, err := typedField(f, q)
	if err == nil {
		var c crm.Conversion
		if c, err = s.Store.TryChange(r.Context(), ident.From(r.Context()), o.Name, to); err == nil {
			view.Possible, view.Lossy, view.Sample = true, c.Lost > 0, c.Sample
			view.Values, view.Lost = plural(c.Values, "value", "values"), plural(c.Lost, "value", "values")
		}
	}
	if err != nil {
		e := fail.As(err)
		view.Error, view.Hint = e.Message, e.Hint
	}
	for _, name := range []string{"type", "scale", "currency", "target", "options", "expr", "result"} {
		view.Query = append(view.Query, Choice{Label: name, Value: q.Get(name)})
	}
	return view
}

// typedField reads what a form says of a field's type.
func typedField(f crm.Field, q url.Values) (crm.Field, error) {
	f.Type = crm.Type(q.Get("type"))
	if !slices.Contains(crm.Types(), f.Type) {
		return f, fail.New(fail.Invalid, "There is no type %q.", q.Get("type")).WithHint("Choose one of the list.")
	}
	f.Target, f.Expr, f.Result = "", "", ""
	switch f.Type {
	case crm.Number, crm.Money:
		f.Scale = int(intOf(q.Get("scale")))
		f.Currency = ""
		if f.Type == crm.Money {
			f.Currency = strings.ToUpper(strings.TrimSpace(q.Get("currency")))
			if f.Currency == "" {
				f.Currency = "USD"
			}
			if q.Get("scale") == "" {
				f.Scale = 2
			}
		}
	case crm.Choice, crm.Choices:
		if text := q.Get("options"); strings.TrimSpace(text) != "" {
			f.Options = optionsOf(text, f.Options)
		}
	case crm.Link, crm.Links:
		f.Target = q.Get("target")
	case crm.Computed:
		f.Expr, f.Result = strings.TrimSpace(q.Get("expr")), crm.Type(q.Get("result"))
		if f.Result == "" {
			f.Result = crm.Text
		}
		if f.Result == crm.Money && q.Get("scale") == "" {
			f.Scale = 2
		}
	}
	if f.Type != crm.Choice && f.Type != crm.Choices {
		f.Options = nil
	}
	f.Moves = keptMoves(f)
	if f.Type != crm.Choice {
		f.Moves = nil
	}
	return f, nil
}

func (s *Site) schemaAdd(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	label := strings.TrimSpace(r.PostForm.Get("label"))
	if label == "" {
		return s.schemaPage(w, r, http.StatusUnprocessableEntity, fail.New(fail.Invalid, "An object needs a name.").WithHint("Say what one of its records is called, such as invoice."))
	}
	name := r.PostForm.Get("name")
	if name == "" {
		name = crm.Ident(crm.Plural(label))
	}
	o := crm.Object{Name: name, Label: label, Plural: strings.TrimSpace(r.PostForm.Get("plural")), Fields: []crm.Field{{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName}}}
	if o.Plural == "" {
		o.Plural = crm.Plural(label)
	}
	written, err := s.alter(r, crm.Alteration{Kind: crm.AddObject, Object: o})
	if refusable(err) {
		return s.schemaPage(w, r, http.StatusUnprocessableEntity, fail.As(err))
	} else if err != nil {
		return err
	}
	return done(w, r, Toast{Text: upper(o.Plural) + " added.", Undo: written.Batch, Back: "/schema"}, "/schema/"+o.Name)
}

func refusable(err error) bool {
	kind := fail.KindOf(err)
	return kind == fail.Invalid || kind == fail.Conflict || kind == fail.NotFound
}

func (s *Site) alter(r *http.Request, a crm.Alteration) (crm.Written, error) {
	return s.Store.Alter(r.Context(), ident.From(r.Context()), []crm.Alteration{a}, crm.Cause{Kind: "schema"})
}

// schemaAlter does one thing to an object: what is in the form's "do".
func (s *Site) schemaAlter(w http.ResponseWriter, r *http.Request) error {
	schema, err := s.Store.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil && r.PostForm.Get("do") != string(crm.RestoreObject) {
		return err
	}
	a, says, err := alteration(o, r.PostForm)
	if err == nil {
		var written crm.Written
		if written, err = s.alter(r, a); err == nil {
			to := "/schema/" + o.Name
			switch a.Kind {
			case crm.RemoveObject, crm.MoveObject:
				to = "/schema"
			case crm.RestoreObject:
				to = "/schema/" + a.Name
			case crm.RenameObject:
				to = "/schema/" + a.To
			}
			if len(written.Broken) > 0 {
				says += " The SQL of a saved question does not fit any more: " + strings.Join(written.Broken, ", ") + "."
			}
			return done(w, r, Toast{Text: says, Undo: written.Batch, Back: "/schema"}, to)
		}
	}
	if !refusable(err) {
		return err
	}
	const status = http.StatusUnprocessableEntity
	switch a.Kind {
	case crm.RestoreObject:
		return s.schemaPage(w, r, status, fail.As(err))
	case crm.SetField, crm.RenameField, crm.ChangeField:
		if _, known := o.Field(a.Name); known {
			return s.fieldPage(w, r, status, a.Name, &a.Field, fail.As(err))
		}
	case crm.AddField:
		return s.objectPage(w, r, status, a.Field, fail.As(err))
	}
	return s.objectPage(w, r, status, crm.Field{Type: crm.Text}, fail.As(err))
}

// alteration reads a form into one alteration and the sentence that tells it.
func alteration(o crm.Object, form url.Values) (crm.Alteration, string, error) {
	a := crm.Alteration{Kind: crm.AlterKind(form.Get("do")), Object: o, Name: form.Get("field"), Lossy: form.Get("lossy") == "1"}
	f, known := o.Field(a.Name)
	words := func(name string) []string { return splitWords(form.Get(name)) }
	switch a.Kind {
	case crm.SetObject:
		a.Object.Label, a.Object.Plural, a.Object.Synonyms = strings.TrimSpace(form.Get("label")), strings.TrimSpace(form.Get("plural")), words("synonyms")
		return a, "Saved.", nil
	case crm.MoveObject:
		a.At = int(intOf(form.Get("at")))
		return a, upper(o.Plural) + " moved.", nil
	case crm.RemoveObject:
		a.Name = o.Name
		return a, upper(o.Plural) + " are in the trash.", nil
	case crm.RenameObject:
		a.Name, a.To = o.Name, crm.Ident(form.Get("to"))
		return a, "The table is now called " + a.To + ".", nil
	case crm.RestoreObject:
		a.Name = form.Get("object")
		return a, upper(form.Get("label")) + " are back.", nil
	case crm.RestoreField:
		return a, form.Get("label") + " is back.", nil
	case crm.AddField:
		label := strings.TrimSpace(form.Get("label"))
		if label == "" {
			return a, "", fail.New(fail.Invalid, "A field needs a name.").WithHint("Write what it is called, such as Close date.")
		}
		var err error
		a.Field, err = typedField(crm.Field{Name: crm.Ident(label), Label: label}, form)
		a.Field = guessed(o, a.Field)
		return a, label + " added.", err
	}
	if !slices.Contains([]crm.AlterKind{crm.SetField, crm.RenameField, crm.ChangeField, crm.RemoveField, crm.MoveField}, a.Kind) {
		return a, "", fail.New(fail.Invalid, "There is no such change: %q.", form.Get("do")).WithHint("Use the forms of this page.")
	}
	if !known {
		return a, "", fail.New(fail.NotFound, "%s have no field %q.", upper(o.Plural), a.Name).WithHint("Load the page again; somebody may have renamed it.")
	}
	a.Field = f
	switch a.Kind {
	case crm.SetField:
		if form.Has("moves") {
			a.Field.Moves = movesOf(f, form["move"])
			if len(a.Field.Moves) == 0 && len(form["move"]) == 0 {
				return a, "", fail.New(fail.Invalid, "With no move ticked, %s could never change.", f.Label).WithHint("Tick those that are legal, or all of them.")
			}
			return a, "The moves of " + f.Label + " are saved.", nil
		}
		a.Field.Label, a.Field.Synonyms = strings.TrimSpace(form.Get("label")), words("synonyms")
		a.Field.Role, a.Field.Required, a.Field.Key = crm.Role(form.Get("role")), form.Get("required") == "1", form.Get("key") == "1"
		if form.Has("options") {
			a.Field.Options = optionsOf(form.Get("options"), f.Options)
			a.Field.Moves = keptMoves(a.Field)
		}
		return a, a.Field.Label + " saved.", nil
	case crm.RenameField:
		a.To = crm.Ident(form.Get("to"))
		return a, "The column is now called " + a.To + ".", nil
	case crm.ChangeField:
		var err error
		a.Field, err = typedField(f, form)
		return a, f.Label + " is now a " + a.Field.Type.Noun() + ".", err
	case crm.RemoveField:
		return a, f.Label + " is in the trash.", nil
	}
	a.At = int(intOf(form.Get("at")))
	return a, f.Label + " moved.", nil
}

// guessed is a new field with what it seems to mean, as an import guesses it, so that questions know it at once.
func guessed(o crm.Object, f crm.Field) crm.Field {
	o.Fields = append(slices.Clone(o.Fields), f)
	if g, ok := crm.Guess(o).Field(f.Name); ok && f.Role == crm.NoRole {
		f.Role, f.Options = g.Role, g.Options
	}
	return f
}

func splitWords(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if p := strings.TrimSpace(part); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// optionLines writes the options of a choice field, one a line: what it is, other words for it, what it stands for, as
// in "Won, closed = won".
func optionLines(f crm.Field) string {
	var b strings.Builder
	for _, o := range f.Options {
		b.WriteString(strings.Join(append([]string{o.Value}, o.Synonyms...), ", "))
		if o.Outcome != crm.NoOutcome {
			b.WriteString(" = " + string(o.Outcome))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// optionsOf reads them back. What the form does not show of an option is kept; an option that has a comma in it is known
// by the text it had.
func optionsOf(text string, before []crm.Option) []crm.Option {
	var out []crm.Option
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		outcome := crm.NoOutcome
		if i := strings.LastIndex(line, "="); i >= 0 {
			if said := crm.Outcome(strings.ToLower(strings.TrimSpace(line[i+1:]))); slices.Contains([]crm.Outcome{crm.Open, crm.Won, crm.Lost}, said) {
				line, outcome = strings.TrimSpace(line[:i]), said
			}
		}
		if line == "" {
			continue
		}
		o := crm.Option{}
		value, words, _ := strings.Cut(line, ",")
		for _, old := range before {
			if rest, ok := cutFold(line, old.Value); ok && len(old.Value) >= len(o.Value) {
				o, value, words = old, line[:len(old.Value)], rest
			}
		}
		o.Value, o.Synonyms, o.Outcome = strings.TrimSpace(value), splitWords(words), outcome
		out = append(out, o)
	}
	return out
}

// cutFold takes an option's value, in any case, off the start of a line, where the line ends or a comma follows.
func cutFold(line, value string) (rest string, ok bool) {
	if len(line) < len(value) || !strings.EqualFold(line[:len(value)], value) {
		return "", false
	}
	rest = strings.TrimSpace(line[len(value):])
	return strings.TrimPrefix(rest, ","), rest == "" || rest[0] == ','
}
