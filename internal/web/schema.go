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

// SchemaPage lists all objects and their fields.
type SchemaPage struct {
	Shell
	Cards []ObjectCard
	Error string
	Hint  string
}

// ObjectCard is one object with its fields.
type ObjectCard struct {
	Object   ObjectHead
	Count    string
	Synonyms string
	Fields   []FieldLine
}

// FieldLine is one field in a list.
type FieldLine struct {
	Name  string
	Label string
	Icon  string
	Type  string
	Says  string // role, key, needed, synonyms
	At    int
	First bool
	Last  bool
	Href  string
}

// ObjectPage edits one object.
type ObjectPage struct {
	Shell
	Card  ObjectCard
	Types []Choice
	Links []Choice // objects that a link may point to
	Error string
	Hint  string
}

// FieldPage edits one field.
type FieldPage struct {
	Shell
	Object     ObjectHead
	Field      FieldLine
	Synonyms   string
	Required   bool
	Key        bool
	Roles      []Choice
	Options    string
	Choice     bool
	Types      []Choice
	Links      []Choice
	To         *ChangeView
	Computed   string
	RenameNote string
}

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

func (s *Site) schema(w http.ResponseWriter, r *http.Request) error {
	return s.schemaPage(w, r, http.StatusOK, nil)
}

func (s *Site) schemaPage(w http.ResponseWriter, r *http.Request, status int, because *fail.Error) error {
	shell, schema, err := s.shellOf(w, r, "Objects and fields", "/schema")
	if err != nil {
		return err
	}
	page := SchemaPage{Shell: shell}
	if because != nil {
		page.Error, page.Hint = because.Message, because.Hint
	}
	for _, o := range schema.Objects {
		page.Cards = append(page.Cards, cardOf(schema, o, shell))
	}
	return s.define(w, status, "schema", "base", page)
}

func cardOf(schema crm.Schema, o crm.Object, shell Shell) ObjectCard {
	card := ObjectCard{Object: headOf(o), Synonyms: strings.Join(o.Synonyms, ", ")}
	for _, nav := range shell.Objects {
		if nav.Name == o.Name {
			card.Count = nav.Count
		}
	}
	for i, f := range o.Fields {
		line := fieldLine(schema, o, f)
		line.At, line.First, line.Last = i, i == 0, i == len(o.Fields)-1
		card.Fields = append(card.Fields, line)
	}
	return card
}

func fieldLine(schema crm.Schema, o crm.Object, f crm.Field) FieldLine {
	line := FieldLine{Name: f.Name, Label: f.Label, Icon: typeIcon(f.ValueType()), Type: f.Type.Noun(), Href: "/schema/" + o.Name + "/" + f.Name}
	switch f.Type {
	case crm.Link, crm.Links:
		if target, ok := schema.Object(f.Target); ok {
			line.Type += " to " + lower(target.Plural)
		}
	case crm.Money:
		line.Type += ", " + f.Currency
	case crm.Choice, crm.Choices:
		var values []string
		for _, option := range f.Options {
			values = append(values, option.Value)
		}
		line.Type += ": " + brief(strings.Join(values, ", "))
	case crm.Computed:
		line.Type += ": " + brief(f.Expr)
	}
	var says []string
	if f.Role != crm.NoRole {
		says = append(says, roleWords(f.Role))
	}
	if f.Key {
		says = append(says, "key")
	}
	if f.Required {
		says = append(says, "needed")
	}
	if len(f.Synonyms) > 0 {
		says = append(says, "also "+strings.Join(f.Synonyms, ", "))
	}
	line.Says = strings.Join(says, "; ")
	return line
}

var roles = []crm.Role{crm.NoRole, crm.RoleName, crm.RoleAmount, crm.RoleStage, crm.RoleStarted, crm.RoleEnded, crm.RoleDue, crm.RoleOwner, crm.RoleParent, crm.RolePlace, crm.RoleUnitPrice}

func roleWords(r crm.Role) string {
	switch r {
	case crm.NoRole:
		return "nothing special"
	case crm.RoleName:
		return "the record's name"
	case crm.RoleAmount:
		return "what it is worth"
	case crm.RoleStage:
		return "where it stands"
	case crm.RoleStarted:
		return "the day it began"
	case crm.RoleEnded:
		return "the day it closed"
	case crm.RoleDue:
		return "the day it is due"
	case crm.RoleOwner:
		return "who is responsible"
	case crm.RoleParent:
		return "what it belongs to"
	case crm.RolePlace:
		return "a place"
	case crm.RoleUnitPrice:
		return "the list price"
	}
	return string(r)
}

func (s *Site) schemaObject(w http.ResponseWriter, r *http.Request) error {
	return s.objectPage(w, r, http.StatusOK, nil)
}

func (s *Site) objectPage(w http.ResponseWriter, r *http.Request, status int, because *fail.Error) error {
	shell, schema, err := s.shellOf(w, r, "", "/schema")
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	shell.Title = upper(o.Plural)
	page := ObjectPage{Shell: shell, Card: cardOf(schema, o, shell), Types: typeChoices(crm.Text), Links: objectChoices(schema, o.Name)}
	if because != nil {
		page.Error, page.Hint = because.Message, because.Hint
	}
	return s.define(w, status, "object", "base", page)
}

func typeChoices(chosen crm.Type) []Choice {
	var out []Choice
	for _, t := range crm.Types() {
		out = append(out, Choice{Value: string(t), Label: t.Noun(), Selected: t == chosen})
	}
	return out
}

func objectChoices(schema crm.Schema, chosen string) []Choice {
	var out []Choice
	for _, o := range schema.Objects {
		out = append(out, Choice{Value: o.Name, Label: lower(o.Plural), Selected: o.Name == chosen})
	}
	return out
}

func (s *Site) schemaField(w http.ResponseWriter, r *http.Request) error {
	shell, schema, err := s.shellOf(w, r, "", "/schema")
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	f, ok := o.Field(r.PathValue("field"))
	if !ok {
		return fail.New(fail.NotFound, "%s have no field %q.", upper(o.Plural), r.PathValue("field")).WithHint("The page of the object lists its fields.")
	}
	shell.Title = f.Label
	page := FieldPage{Shell: shell, Object: headOf(o), Field: fieldLine(schema, o, f), Synonyms: strings.Join(f.Synonyms, ", "), Required: f.Required, Key: f.Key,
		Choice: f.Type == crm.Choice || f.Type == crm.Choices, Options: optionLines(f), Types: typeChoices(f.Type), Links: objectChoices(schema, f.Target)}
	for _, role := range roles {
		page.Roles = append(page.Roles, Choice{Value: string(role), Label: roleWords(role), Selected: role == f.Role})
	}
	q := r.URL.Query()
	if q.Get("type") != "" {
		page.Types = typeChoices(crm.Type(q.Get("type")))
		page.To = s.tryChange(r, o, f, q)
	}
	return s.render(w, "field", page)
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
	}
	if f.Type != crm.Choice && f.Type != crm.Choices {
		f.Options, f.Moves = nil, nil
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
			case crm.RemoveObject:
				to = "/schema"
			case crm.RenameObject:
				to = "/schema/" + a.To
			}
			return done(w, r, Toast{Text: says, Undo: written.Batch, Back: "/schema"}, to)
		}
	}
	if refusable(err) {
		return s.objectPage(w, r, http.StatusUnprocessableEntity, fail.As(err))
	}
	return err
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
	case crm.RemoveObject:
		a.Name = o.Name
		return a, upper(o.Plural) + " are in the trash.", nil
	case crm.RenameObject:
		a.Name, a.To = o.Name, crm.Ident(form.Get("to"))
		return a, "The table is now called " + a.To + ".", nil
	case crm.AddField:
		label := strings.TrimSpace(form.Get("label"))
		if label == "" {
			return a, "", fail.New(fail.Invalid, "A field needs a name.").WithHint("Write what it is called, such as Close date.")
		}
		var err error
		a.Field, err = typedField(crm.Field{Name: crm.Ident(label), Label: label}, form)
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
		a.Field.Label, a.Field.Synonyms = strings.TrimSpace(form.Get("label")), words("synonyms")
		a.Field.Role, a.Field.Required, a.Field.Key = crm.Role(form.Get("role")), form.Get("required") == "1", form.Get("key") == "1"
		if form.Has("options") {
			a.Field.Options = optionsOf(form.Get("options"), f.Options)
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

func splitWords(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if p := strings.TrimSpace(part); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// optionLines writes the options of a choice field, one a line; "= won" after one says what it stands for.
func optionLines(f crm.Field) string {
	var b strings.Builder
	for _, o := range f.Options {
		b.WriteString(o.Value)
		if o.Outcome != crm.NoOutcome {
			b.WriteString(" = " + string(o.Outcome))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// optionsOf reads them back. What the form does not show of an option is kept.
func optionsOf(text string, before []crm.Option) []crm.Option {
	var out []crm.Option
	for line := range strings.Lines(text) {
		value, outcome, _ := strings.Cut(line, "=")
		value = strings.TrimSpace(value)
		if value == "" {
			continue
		}
		o := crm.Option{Value: value}
		for _, old := range before {
			if strings.EqualFold(old.Value, value) {
				o = old
				o.Value = value
			}
		}
		o.Outcome = crm.Outcome(strings.ToLower(strings.TrimSpace(outcome)))
		out = append(out, o)
	}
	return out
}

// Up is the place one higher.
func (f FieldLine) Up() int { return max(0, f.At-1) }
