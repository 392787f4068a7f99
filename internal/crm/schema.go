// Package crm says what a CRM is: objects with typed fields, records, filters and changes. It knows no SQL and no HTTP.
package crm

import (
	"slices"
	"strings"
)

// Type is the kind of value a field holds.
type Type string

// The field types.
const (
	Text     Type = "text"
	LongText Type = "long_text"
	Number   Type = "number"   // a decimal with Field.Scale digits after the point
	Money    Type = "money"    // a decimal with Field.Scale digits, in Field.Currency
	Date     Type = "date"     // a day, without a zone
	DateTime Type = "datetime" // an instant, kept in UTC
	Bool     Type = "bool"
	Choice   Type = "choice"  // one of Field.Options
	Choices  Type = "choices" // several of Field.Options
	Link     Type = "link"    // one record of Field.Target
	Links    Type = "links"   // several records of Field.Target
	Person   Type = "person"  // who in the team
	Email    Type = "email"
	Phone    Type = "phone"
	URL      Type = "url"
	File     Type = "file"     // a path below the workspace's folder files, such as contracts/acme.pdf
	Computed Type = "computed" // Field.Expr over the record's own fields; its result is read, never written
)

// Types lists all field types in the order that people are shown.
func Types() []Type {
	return []Type{Text, LongText, Number, Money, Date, DateTime, Bool, Choice, Choices, Link, Links, Person, Email, Phone, URL, File, Computed}
}

// Textual tells whether values of the type are kept as plain text.
func (t Type) Textual() bool {
	switch t {
	case Text, LongText, Choice, Person, Email, Phone, URL, File:
		return true
	}
	return false
}

// Numeric tells whether values of the type are decimals.
func (t Type) Numeric() bool { return t == Number || t == Money }

// Temporal tells whether values of the type are days or instants.
func (t Type) Temporal() bool { return t == Date || t == DateTime }

// Role is what a field means to the business, beyond its type. It gives sense to words that no column has: won,
// revenue, biggest, whose. Guessed at import, shown and editable on the schema page.
type Role string

// The roles a field may have. An object has at most one field for each, except Place and Owner.
const (
	NoRole        Role = ""
	RoleName      Role = "name"       // what a record is called
	RoleAmount    Role = "amount"     // what a record is worth
	RoleStage     Role = "stage"      // where it stands; its options carry an Outcome
	RoleStarted   Role = "started"    // the day it began
	RoleEnded     Role = "ended"      // the day it was closed
	RoleDue       Role = "due"        // the day it should be done
	RoleOwner     Role = "owner"      // who in the team is responsible
	RoleParent    Role = "parent"     // the record of the same object that this one belongs to
	RolePlace     Role = "place"      // country, city, region, office
	RoleUnitPrice Role = "unit_price" // the list price of a thing sold
)

// Outcome says what an option of a stage stands for.
type Outcome string

// The outcomes.
const (
	NoOutcome Outcome = ""
	Open      Outcome = "open"
	Won       Outcome = "won"
	Lost      Outcome = "lost"
)

// Option is one value of a choice field.
type Option struct {
	Value    string   `json:"value"` // what the database holds and people read
	Color    string   `json:"color,omitempty"`
	Synonyms []string `json:"synonyms,omitempty"`
	Outcome  Outcome  `json:"outcome,omitempty"`
}

// Move is a legal step of a pipeline, from one option to another. From "" is the start of a new record.
type Move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Field is one typed property of an object.
type Field struct {
	Name     string   `json:"name"` // lower-case identifier, the column's name
	Label    string   `json:"label"`
	Synonyms []string `json:"synonyms,omitempty"`
	Type     Type     `json:"type"`
	Role     Role     `json:"role,omitempty"`
	Required bool     `json:"required,omitempty"`
	Key      bool     `json:"key,omitempty"`      // identifies a record at import; values are meant to be different, which import checks
	Scale    int      `json:"scale,omitempty"`    // digits after the point of Number and Money, 0 to 9
	Currency string   `json:"currency,omitempty"` // ISO 4217, of Money
	Options  []Option `json:"options,omitempty"`  // of Choice and Choices, in order
	Moves    []Move   `json:"moves,omitempty"`    // of Choice: the legal moves; none stated means all are legal
	Target   string   `json:"target,omitempty"`   // object name, of Link and Links
	Expr     string   `json:"expr,omitempty"`     // SQL expression over own fields, of Computed
	Result   Type     `json:"result,omitempty"`   // type of the computed value
}

// Column is the name of the field's column in its table: <name>, <name>_id for a link, <name>_ids for links.
func (f Field) Column() string {
	switch f.Type {
	case Link:
		return f.Name + "_id"
	case Links:
		return f.Name + "_ids"
	}
	return f.Name
}

// ValueType is the type that readers see: of a computed field its result, else its own.
func (f Field) ValueType() Type {
	if f.Type == Computed {
		return f.Result
	}
	return f.Type
}

// Option finds an option by its value, without regard to case.
func (f Field) Option(value string) (Option, bool) {
	for _, o := range f.Options {
		if strings.EqualFold(o.Value, value) {
			return o, true
		}
	}
	return Option{}, false
}

// MayMove tells whether a record may go from one option to another; from "" is a new record or an empty field, which may
// begin anywhere unless moves say where.
func (f Field) MayMove(from, to string) bool {
	if len(f.Moves) == 0 || from == to || from == "" && f.AnyBegin() {
		return true
	}
	return slices.Contains(f.Moves, Move{From: from, To: to})
}

// AnyBegin tells whether no move says where a record begins.
func (f Field) AnyBegin() bool {
	return !slices.ContainsFunc(f.Moves, func(m Move) bool { return m.From == "" })
}

// Object is a kind of record, such as deals or companies: one table.
type Object struct {
	Name     string   `json:"name"`   // lower-case identifier, the table's name
	Label    string   `json:"label"`  // singular, as people say it: opportunity
	Plural   string   `json:"plural"` // opportunities
	Synonyms []string `json:"synonyms,omitempty"`
	Icon     string   `json:"icon,omitempty"`
	Fields   []Field  `json:"fields"` // in the order shown
}

// Field finds a field by its name.
func (o Object) Field(name string) (Field, bool) {
	for _, f := range o.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Role finds the first field with a role.
func (o Object) Role(r Role) (Field, bool) {
	for _, f := range o.Fields {
		if f.Role == r {
			return f, true
		}
	}
	return Field{}, false
}

// NameField is the field that says what a record is called: the one with the role name, else the key, else the first
// text field. False when the object has none of these; its records are then called by their id.
func (o Object) NameField() (Field, bool) {
	if f, ok := o.Role(RoleName); ok {
		return f, true
	}
	for _, f := range o.Fields {
		if f.Key {
			return f, true
		}
	}
	for _, f := range o.Fields {
		if f.Type == Text {
			return f, true
		}
	}
	return Field{}, false
}

// Schema is all objects of a workspace at one moment. A Schema is never changed once it is made; share it freely.
type Schema struct {
	Version int64    `json:"version"` // grows with every change of the schema
	Objects []Object `json:"objects"` // in the order shown
}

// Object finds an object by its name.
func (s Schema) Object(name string) (Object, bool) {
	for _, o := range s.Objects {
		if o.Name == name {
			return o, true
		}
	}
	return Object{}, false
}

// Resolve follows a path from an object and returns the object and field it ends at. The links of a path are
// Link fields; only the last step may be of any type.
func (s Schema) Resolve(object string, p Path) (Object, Field, bool) {
	steps := p.Steps()
	o, ok := s.Object(object)
	for i, step := range steps {
		if !ok {
			return Object{}, Field{}, false
		}
		f, found := o.Field(step)
		if !found {
			return Object{}, Field{}, false
		}
		if i == len(steps)-1 {
			return o, f, true
		}
		if f.Type != Link && f.Type != Links {
			return Object{}, Field{}, false
		}
		o, ok = s.Object(f.Target)
	}
	return Object{}, Field{}, false
}

// Path names a field as seen from an object: links to follow and the field, joined by dots: "account.sector".
// The pseudo-fields "id", "created_at" and "updated_at" may stand last.
type Path string

// Steps splits the path.
func (p Path) Steps() []string { return strings.Split(string(p), ".") }

// Then goes one step further.
func (p Path) Then(step string) Path {
	if p == "" {
		return Path(step)
	}
	return p + "." + Path(step)
}
