// Package query writes the SQL that reads records: conditions, lists and plans. It is pure text and arguments; it opens
// nothing and runs nothing. Whoever runs the text decides what a caller may see, by the relation that stands for an object.
package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/plan"
)

// Rel gives the relation a caller reads an object from: SQL that may stand after FROM, with the columns id, created_at,
// updated_at and one for each field by Field.Column.
type Rel func(object string) string

// Scope is one FROM clause in the making: a root relation, and the links followed from it, each once, as left joins.
// Arguments are numbered ($1, $2, ...), so parts may be put together in any order.
type Scope struct {
	schema crm.Schema
	rel    Rel
	today  time.Time
	root   crm.Object
	base   string // the root's relation, where it is not rel's
	prefix string
	joins  []join
	args   *[]any
	nested *int // how many scopes hang on the same arguments; keeps their aliases apart
}

// join is a link followed: the relation of target under an alias, where its id is what on says.
type join struct {
	path    crm.Path
	alias   string
	target  string
	on      string
	lowered []string // columns that are wanted in lower case too; see Lower
}

// NewScope starts a FROM clause at an object. today is what @today and relative conditions mean; its location is the
// clock by which instants fall on days.
func NewScope(schema crm.Schema, object string, rel Rel, today time.Time) (*Scope, error) {
	o, ok := schema.Object(object)
	if !ok {
		return nil, NoObject(schema, object)
	}
	return &Scope{schema: schema, rel: rel, today: today, root: o, prefix: "t", args: new([]any), nested: new(int)}, nil
}

// inner starts a subselect at another object; it shares the arguments.
func (s *Scope) inner(object string) (*Scope, error) {
	o, ok := s.schema.Object(object)
	if !ok {
		return nil, NoObject(s.schema, object)
	}
	*s.nested++
	return &Scope{schema: s.schema, rel: s.rel, today: s.today, root: o, prefix: fmt.Sprintf("s%d_t", *s.nested), args: s.args, nested: s.nested}, nil
}

// Root is the object the clause starts at.
func (s *Scope) Root() crm.Object { return s.root }

// Alias is the root relation's alias.
func (s *Scope) Alias() string { return s.prefix }

// Args are the values bound so far; $1 is the first.
func (s *Scope) Args() []any { return *s.args }

// Bind adds an argument and returns what stands for it in the text.
func (s *Scope) Bind(v any) string {
	*s.args = append(*s.args, v)
	return fmt.Sprintf("$%d", len(*s.args))
}

// From is the clause after FROM: the root and all links followed so far. Ask for it last.
func (s *Scope) From() string {
	var b strings.Builder
	base := s.base
	if base == "" {
		base = s.rel(s.root.Name)
	}
	b.WriteString(base + " AS " + s.prefix)
	for _, j := range s.joins {
		b.WriteString(" LEFT JOIN " + j.relation(s.rel) + " AS " + j.alias + " ON " + j.alias + ".id = " + j.on)
	}
	return b.String()
}

func (j join) relation(rel Rel) string {
	if len(j.lowered) == 0 {
		return rel(j.target)
	}
	extra := ""
	for _, c := range j.lowered {
		extra += ", lower(" + Ident(c) + ") AS " + Ident(loweredName(c))
	}
	return "(SELECT *" + extra + " FROM " + rel(j.target) + ")"
}

// loweredName cannot be a column's name: identifiers hold no blank.
func loweredName(column string) string { return "lower " + column }

// Lower is a text field in lower case. What a link leads to is lowered before it is joined: once for each record that is
// linked to, where lower() around the joined value would run once for each that links.
func (s *Scope) Lower(e Expr) string {
	alias, _, _ := strings.Cut(e.SQL, ".")
	column := e.Field.Column()
	for i, j := range s.joins {
		if j.alias != alias {
			continue
		}
		if !slices.Contains(j.lowered, column) {
			s.joins[i].lowered = append(j.lowered, column)
		}
		return alias + "." + Ident(loweredName(column))
	}
	return "lower(" + e.SQL + ")"
}

// Expr is a value of one record: its SQL and the field whose type it has.
type Expr struct {
	SQL   string
	Field crm.Field
	// Object is the object that the field belongs to.
	Object string
}

// column is the column of a result that shows the value.
func (e Expr) column(name string, p crm.Path) crm.Column {
	return crm.Column{Name: name, Type: e.Field.ValueType(), Scale: e.Field.Scale, Currency: e.Field.Currency, Path: p}
}

// Field resolves a path to its column and follows its links by joins. A link itself is the id it points to. A path
// through a field that links to several has no single value and is refused; Where knows how to ask such paths.
func (s *Scope) Field(p crm.Path) (Expr, error) {
	if p == plan.Today {
		return Expr{SQL: "CAST(" + s.Bind(s.today.Format(time.DateOnly)) + " AS DATE)", Field: crm.Field{Name: string(plan.Today), Label: "today", Type: crm.Date}}, nil
	}
	o, alias := s.root, s.prefix
	steps := p.Steps()
	for i, step := range steps {
		f, ok := fieldOf(o, step)
		if !ok {
			return Expr{}, NoField(o, step)
		}
		if i == len(steps)-1 {
			return Expr{SQL: alias + "." + Ident(f.Column()), Field: f, Object: o.Name}, nil
		}
		if f.Type != crm.Link {
			return Expr{}, notFollowed(o, f)
		}
		target, ok := s.schema.Object(f.Target)
		if !ok {
			return Expr{}, NoObject(s.schema, f.Target)
		}
		alias = s.follow(crm.Path(strings.Join(steps[:i+1], ".")), alias, f)
		o = target
	}
	return Expr{}, fail.New(fail.Invalid, "A field is missing.")
}

// Name is like Field, but a link gives what its record is called.
func (s *Scope) Name(p crm.Path) (Expr, error) {
	e, err := s.Field(p)
	if err != nil || e.Field.Type != crm.Link {
		return e, err
	}
	target, ok := s.schema.Object(e.Field.Target)
	if !ok {
		return Expr{}, NoObject(s.schema, e.Field.Target)
	}
	f, ok := target.NameField()
	if !ok {
		return e, nil
	}
	if f.Type == crm.Link || f.Type == crm.Links {
		return e, nil
	}
	return s.Field(p.Then(f.Name))
}

// follow joins the record that a link points to, and returns its alias.
func (s *Scope) follow(p crm.Path, from string, link crm.Field) string {
	for _, j := range s.joins {
		if j.path == p {
			return j.alias
		}
	}
	alias := fmt.Sprintf("%s%d", s.prefix, len(s.joins)+1)
	s.joins = append(s.joins, join{path: p, alias: alias, target: link.Target, on: from + "." + Ident(link.Column())})
	return alias
}

// fieldOf finds a field of an object, or one of the fields that every object has.
func fieldOf(o crm.Object, step string) (crm.Field, bool) {
	switch step {
	case "id":
		return crm.Field{Name: "id", Label: "ID", Type: crm.Number}, true
	case "created_at":
		return crm.Field{Name: "created_at", Label: "Created at", Type: crm.DateTime}, true
	case "updated_at":
		return crm.Field{Name: "updated_at", Label: "Updated at", Type: crm.DateTime}, true
	}
	return o.Field(step)
}

// NoObject says that there is no such object and which there are.
func NoObject(s crm.Schema, name string) error {
	names := make([]string, len(s.Objects))
	for i, o := range s.Objects {
		names[i] = o.Name
	}
	err := fail.New(fail.NotFound, "There is no object %q.", name)
	if len(names) == 0 {
		return err.WithHint("There are none yet: import a file, or add one with openclawd object add.")
	}
	return err.WithHint("There are: %s.", strings.Join(names, ", "))
}

// NoField says that an object has no such field and which it has.
func NoField(o crm.Object, name string) error {
	names := make([]string, len(o.Fields))
	for i, f := range o.Fields {
		names[i] = f.Name
	}
	return fail.New(fail.NotFound, "%s has no field %q.", o.Name, name).WithHint("It has: %s.", strings.Join(names, ", "))
}

func notFollowed(o crm.Object, f crm.Field) error {
	if f.Type == crm.Links {
		return fail.New(fail.Invalid, "%s of %s links to several records, so it has no single value here.", f.Label, o.Name).WithHint("Filter by it instead.")
	}
	return fail.New(fail.Invalid, "%s of %s is no link and cannot be followed.", f.Label, o.Name)
}

// Ident quotes an identifier.
func Ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// Literal quotes text.
func Literal(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }

// throughLinks tells where a path goes through a field that links to several: the path up to that field and the rest.
func (s *Scope) throughLinks(p crm.Path) (head, rest crm.Path, ok bool) {
	o := s.root
	steps := p.Steps()
	for i, step := range steps[:max(len(steps)-1, 0)] {
		f, found := o.Field(step)
		if !found || !slices.Contains([]crm.Type{crm.Link, crm.Links}, f.Type) {
			return "", "", false
		}
		if f.Type == crm.Links {
			return crm.Path(strings.Join(steps[:i+1], ".")), crm.Path(strings.Join(steps[i+1:], ".")), true
		}
		if o, found = s.schema.Object(f.Target); !found {
			return "", "", false
		}
	}
	return "", "", false
}
