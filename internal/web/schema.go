package web

import (
	"net/http"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// SchemaPage lists all objects and their fields.
type SchemaPage struct {
	Shell
	Cards   []ObjectCard
	Removed []RemovedLine
	Error   string
	Hint    string
}

// ObjectCard is one object with its fields.
type ObjectCard struct {
	Object   ObjectHead
	At       int // its place among the objects
	Last     bool
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
	TypeForm
	Card    ObjectCard
	Label   string // of a new field that was not taken
	Removed []RemovedLine
	Error   string
	Hint    string
}

// FieldPage edits one field.
type FieldPage struct {
	Shell
	TypeForm
	Object   ObjectHead
	Field    FieldLine
	Synonyms string
	Required bool
	Key      bool
	Roles    []Choice
	Own      string // the options it has, as lines
	Choice   bool
	Moves    []MoveLine
	To       *ChangeView
	Error    string
	Hint     string
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
	if page.Removed, err = s.removed(r, ""); err != nil {
		return err
	}
	for i, o := range schema.Objects {
		card := cardOf(schema, o, shell)
		card.At, card.Last = i, i == len(schema.Objects)-1
		page.Cards = append(page.Cards, card)
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
		line.Type += ": " + optionWords(f.Options)
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

// optionWords names the first options, and how many others there are.
func optionWords(options []crm.Option) string {
	const most = 6
	var values []string
	for _, option := range options[:min(len(options), most)] {
		values = append(values, option.Value)
	}
	text := strings.Join(values, ", ")
	if n := len(options) - most; n > 0 {
		text += " and " + plural(int64(n), "other", "others")
	}
	return text
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
	return s.objectPage(w, r, http.StatusOK, crm.Field{Type: crm.Text}, nil)
}

// objectPage writes the page of an object; fresh is the field that is about to be added.
func (s *Site) objectPage(w http.ResponseWriter, r *http.Request, status int, fresh crm.Field, because *fail.Error) error {
	shell, schema, err := s.shellOf(w, r, "", "/schema")
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	shell.Title = upper(o.Plural)
	page := ObjectPage{Shell: shell, Card: cardOf(schema, o, shell), Label: fresh.Label, TypeForm: typeFormOf(schema, fresh, o.Name)}
	if page.Removed, err = s.removed(r, o.Name); err != nil {
		return err
	}
	if because != nil {
		page.Error, page.Hint = because.Message, because.Hint
	}
	return s.define(w, status, "object", "base", page)
}

func (s *Site) schemaField(w http.ResponseWriter, r *http.Request) error {
	return s.fieldPage(w, r, http.StatusOK, r.PathValue("field"), nil, nil)
}

// fieldPage writes the page of a field; typed, when not nil, is what was asked of it and refused because of an error.
func (s *Site) fieldPage(w http.ResponseWriter, r *http.Request, status int, name string, typed *crm.Field, because *fail.Error) error {
	shell, schema, err := s.shellOf(w, r, "", "/schema")
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	f, ok := o.Field(name)
	if !ok {
		return fail.New(fail.NotFound, "%s have no field %q.", upper(o.Plural), name).WithHint("The page of the object lists its fields.")
	}
	shell.Title = f.Label
	page := FieldPage{Shell: shell, Object: headOf(o), Field: fieldLine(schema, o, f), TypeForm: typeFormOf(schema, f, "")}
	shown := f
	if because != nil {
		page.Error, page.Hint, shown = because.Message, because.Hint, *typed
	}
	page.Field.Label, page.Synonyms, page.Required, page.Key = shown.Label, strings.Join(shown.Synonyms, ", "), shown.Required, shown.Key
	page.Choice, page.Own, page.Moves = f.Type == crm.Choice || f.Type == crm.Choices, optionLines(shown), moveLines(f)
	for _, role := range roles {
		page.Roles = append(page.Roles, Choice{Value: string(role), Label: roleWords(role), Selected: role == shown.Role})
	}
	if q := r.URL.Query(); q.Get("type") != "" {
		page.To = s.tryChange(r, o, f, q)
		if to, err := typedField(f, q); err == nil {
			page.TypeForm = typeFormOf(schema, to, "")
		}
	}
	return s.define(w, status, "field", "base", page)
}

// Up and Down are the places one higher and one lower.
func (c ObjectCard) Up() int   { return max(0, c.At-1) }
func (c ObjectCard) Down() int { return c.At + 1 }

// Up and Down are the places one higher and one lower.
func (f FieldLine) Up() int   { return max(0, f.At-1) }
func (f FieldLine) Down() int { return f.At + 1 }
