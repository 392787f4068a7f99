package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

type objectList struct {
	Objects []crm.Object `json:"objects"`
}

type removedOut struct {
	Removed []crm.Removed `json:"removed"`
}

// cents is how many digits after the point money gets when nothing is said.
const cents = 2

type alteredOut struct {
	Batch  int64       `json:"batch"`
	Object *crm.Object `json:"object"`
	Broken []string    `json:"broken,omitempty"`
}

func (a *app) object() *cobra.Command {
	return a.holder("object", "The kinds of record there are", "  openclawd object list\n  openclawd object show opportunity",
		a.objectList(), a.objectShow(), a.objectAdd(), a.objectChange(), a.objectMove(), a.objectEnd("remove"), a.objectEnd("restore"))
}

func (a *app) objectList() *cobra.Command {
	var removed bool
	c := &cobra.Command{
		Use: "list", Short: "List all objects", Example: "  openclawd object list\n  openclawd object list --removed", Args: takes(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if removed {
				return a.removed(c, "")
			}
			return show(c.Context(), a, "GET", path("objects"), nil, func(v objectList) error {
				t := newTable("object", "label", "fields", "also called").numbers(2)
				for _, o := range v.Objects {
					t.row(o.Name, o.Label, len(o.Fields), o.Synonyms)
				}
				return t.print(a)
			})
		},
	}
	c.Flags().BoolVar(&removed, "removed", false, "list those that lie in the trash")
	return c
}

// removed lists the objects that lie in the trash, or the fields of one object that do.
func (a *app) removed(c *cobra.Command, object string) error {
	v, _, err := call[removedOut](c.Context(), a, "GET", path("removed"), nil)
	if err != nil {
		return err
	}
	v.Removed = slices.DeleteFunc(v.Removed, func(r crm.Removed) bool {
		return (r.Field != "") != (object != "") || (object != "" && r.Object != object)
	})
	if a.json {
		return a.printJSON(v)
	}
	t := newTable("removed", "label", "values", "at", "who").numbers(2)
	for _, r := range v.Removed {
		t.row(cmp.Or(r.Field, r.Object), r.Label, r.Values, local(r.At), r.Who)
	}
	return t.print(a)
}

func (a *app) objectShow() *cobra.Command {
	return &cobra.Command{
		Use: "show OBJECT", Short: "Show an object and its fields", Example: "  openclawd object show opportunity", Args: takes(1, 1), ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "GET", path("objects", args[0]), nil, a.printFields)
		},
	}
}

func (a *app) printFields(o crm.Object) error {
	t := newTable("field", "label", "type", "meaning", "detail")
	for _, f := range o.Fields {
		t.row(f.Name, f.Label, f.Type.Noun(), string(f.Role), detail(f))
	}
	return t.print(a)
}

func detail(f crm.Field) string {
	var parts []string
	if f.Key {
		parts = append(parts, "key")
	}
	if f.Required {
		parts = append(parts, "required")
	}
	if f.Target != "" {
		parts = append(parts, "to "+f.Target)
	}
	if f.Currency != "" {
		parts = append(parts, f.Currency)
	}
	if f.Type.Numeric() && f.Scale > 0 {
		parts = append(parts, fmt.Sprintf("%d digits after the point", f.Scale))
	}
	if len(f.Options) > 0 {
		names := make([]string, len(f.Options))
		for i, o := range f.Options {
			names[i] = o.Value
		}
		parts = append(parts, strings.Join(names, ", "))
	}
	if f.Expr != "" {
		parts = append(parts, "= "+f.Expr)
	}
	return strings.Join(parts, "; ")
}

// altered prints what a change of the schema did.
func (a *app) altered(c *cobra.Command, method, at string, in any, done string) error {
	return show(c.Context(), a, method, at, in, func(v alteredOut) error {
		if v.Batch == 0 {
			return a.say("It is so already. Nothing was changed.")
		}
		if len(v.Broken) > 0 {
			done += " The SQL of a saved question does not fit any more: " + clean(strings.Join(v.Broken, ", ")) + ". Save it again with SQL that does: openclawd saved add."
		}
		return a.say("%s To take it back: openclawd undo %d", done, v.Batch)
	})
}

func (a *app) objectAdd() *cobra.Command {
	var o crm.Object
	var fields []string
	c := &cobra.Command{
		Use: "add NAME", Short: "Add an object", Args: takes(1, 1),
		Long:    "Add an object with its first fields. A field is NAME:TYPE; field add can say more about one. The types are\n" + typeList() + ".",
		Example: "  openclawd object add project --field name:text --field budget:money --field due:date",
		RunE: func(c *cobra.Command, args []string) error {
			o.Name = args[0]
			for _, text := range fields {
				name, kind, ok := strings.Cut(text, ":")
				if !ok {
					kind = string(crm.Text)
				}
				f := crm.Field{Name: name, Label: crm.LabelOf(name), Type: crm.Type(kind)}
				if f.Type == crm.Money {
					f.Scale = cents
				}
				o.Fields = append(o.Fields, f)
			}
			return a.altered(c, "POST", path("objects"), o, "Added "+o.Name+".")
		},
	}
	c.Flags().StringVar(&o.Label, "label", "", "what one is called")
	c.Flags().StringVar(&o.Plural, "plural", "", "what several are called")
	c.Flags().StringArrayVar(&o.Synonyms, "synonym", nil, "another word for it, may be repeated")
	c.Flags().StringArrayVar(&fields, "field", nil, "NAME:TYPE, may be repeated")
	return c
}

func (a *app) objectChange() *cobra.Command {
	var name, label, plural string
	var synonyms []string
	c := &cobra.Command{
		Use: "change OBJECT", Short: "Change what an object is called", Args: takes(1, 1), ValidArgsFunction: a.completeObject,
		Example: "  openclawd object change opportunity --label deal --plural deals --synonym sale",
		RunE: func(c *cobra.Command, args []string) error {
			patch := map[string]any{}
			for flag, v := range map[string]any{"name": name, "label": label, "plural": plural} {
				if c.Flags().Changed(flag) {
					patch[flag] = v
				}
			}
			if c.Flags().Changed("synonym") {
				patch["synonyms"] = synonyms
			}
			return a.altered(c, "PATCH", path("objects", args[0]), patch, "Changed "+args[0]+".")
		},
	}
	c.Flags().StringVar(&name, "name", "", "rename it, and its table")
	c.Flags().StringVar(&label, "label", "", "what one is called")
	c.Flags().StringVar(&plural, "plural", "", "what several are called")
	c.Flags().StringArrayVar(&synonyms, "synonym", nil, "all other words for it, may be repeated")
	return c
}

func (a *app) objectMove() *cobra.Command {
	return &cobra.Command{
		Use: "move OBJECT POSITION", Short: "Move an object to another place in the order shown", Example: "  openclawd object move opportunity 1", Args: takes(2, 2), ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			position, err := strconv.Atoi(args[1])
			if err != nil || position < 1 {
				return fail.New(fail.Usage, "%q is no position.", args[1]).WithHint("The first place is 1.")
			}
			return a.altered(c, "PATCH", path("objects", args[0]), map[string]any{"at": position - 1}, "Moved "+args[0]+".")
		},
	}
}

// objectEnd is object remove and object restore.
func (a *app) objectEnd(verb string) *cobra.Command {
	c := &cobra.Command{
		Use: verb + " OBJECT", Short: "Move an object with its records to the trash", Example: "  openclawd object " + verb + " project", Args: takes(1, 1), ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			if verb == "restore" {
				return a.altered(c, "POST", path("objects", args[0], "restore"), nil, "Brought the object "+args[0]+", with its records, back.")
			}
			return a.altered(c, "DELETE", path("objects", args[0]), nil, "Moved the object "+args[0]+", with its records, to the trash.")
		},
	}
	if verb == "restore" {
		c.Short = "Bring a removed object back"
	}
	return c
}

func (a *app) field() *cobra.Command {
	return a.holder("field", "The fields of an object", "  openclawd field list opportunity\n  openclawd field add opportunity notes --type long_text",
		a.fieldList(), a.fieldAdd(), a.fieldRename(), a.fieldChange(), a.fieldEnd("remove"), a.fieldEnd("restore"))
}

func (a *app) fieldList() *cobra.Command {
	var removed bool
	c := &cobra.Command{
		Use: "list OBJECT", Short: "List the fields of an object", Example: "  openclawd field list opportunity\n  openclawd field list opportunity --removed", Args: takes(1, 1), ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			o, _, err := call[crm.Object](c.Context(), a, "GET", path("objects", args[0]), nil)
			if err != nil {
				return err
			}
			if removed {
				return a.removed(c, o.Name)
			}
			if a.json {
				return a.printJSON(map[string]any{"object": o.Name, "fields": o.Fields})
			}
			return a.printFields(o)
		},
	}
	c.Flags().BoolVar(&removed, "removed", false, "list those that lie in the trash")
	return c
}

// fieldFlags are the properties of a field as flags.
type fieldFlags struct {
	label, kind, role, currency, target, expr, result string
	scale                                             int
	required, key                                     bool
	options, synonyms, moves                          []string
}

func (f *fieldFlags) bind(c *cobra.Command) {
	s := c.Flags()
	s.StringVar(&f.kind, "type", "", "type of its values")
	s.StringVar(&f.label, "label", "", "what it is called")
	s.StringArrayVar(&f.synonyms, "synonym", nil, "another word for it, may be repeated")
	s.StringVar(&f.role, "role", "", "what it means: name, amount, stage, started, ended, due, owner, parent, place, unit_price")
	s.BoolVar(&f.required, "required", false, "it may not be empty")
	s.BoolVar(&f.key, "key", false, "it identifies a record at import")
	s.IntVar(&f.scale, "scale", 0, "digits after the point")
	s.StringVar(&f.currency, "currency", "", "ISO 4217 code, of money")
	s.StringArrayVar(&f.options, "option", nil, "one choice, may be repeated; VALUE:won, VALUE:lost or VALUE:open says what it stands for")
	s.StringArrayVar(&f.moves, "move", nil, "a legal move FROM>TO between choices, may be repeated; none means all are legal; >TO says where a record may begin, which is anywhere else")
	s.StringVar(&f.target, "target", "", "object that a link goes to")
	s.StringVar(&f.expr, "expr", "", "expression of a computed field")
	s.StringVar(&f.result, "result", "", "type of a computed field's value")
}

// patch is the flags that were given, as the API names them.
func (f *fieldFlags) patch(c *cobra.Command) (map[string]any, error) {
	out := map[string]any{}
	given := func(flag, name string, v any) {
		if c.Flags().Changed(flag) {
			out[name] = v
		}
	}
	given("type", "type", f.kind)
	given("label", "label", f.label)
	given("synonym", "synonyms", f.synonyms)
	given("role", "role", f.role)
	given("required", "required", f.required)
	given("key", "key", f.key)
	given("scale", "scale", f.scale)
	given("currency", "currency", f.currency)
	given("target", "target", f.target)
	given("expr", "expr", f.expr)
	given("result", "result", f.result)
	if c.Flags().Changed("option") {
		var options []crm.Option
		for _, text := range f.options {
			o := crm.Option{Value: text}
			for _, outcome := range []crm.Outcome{crm.Won, crm.Lost, crm.Open} {
				if v, ok := strings.CutSuffix(text, ":"+string(outcome)); ok {
					o = crm.Option{Value: v, Outcome: outcome}
				}
			}
			options = append(options, o)
		}
		out["options"] = options
	}
	if c.Flags().Changed("move") {
		var moves []crm.Move
		for _, text := range f.moves {
			from, to, ok := strings.Cut(text, ">")
			if !ok {
				return nil, fail.New(fail.Usage, "--move %q does not say from where to where.", text).WithHint("Write it like --move \"Prospecting>Engaging\".")
			}
			moves = append(moves, crm.Move{From: strings.TrimSpace(from), To: strings.TrimSpace(to)})
		}
		out["moves"] = moves
	}
	return out, nil
}

func (a *app) fieldAdd() *cobra.Command {
	var f fieldFlags
	c := &cobra.Command{
		Use: "add OBJECT NAME", Short: "Add a field", Args: takes(2, 2), ValidArgsFunction: a.completeObject,
		Long:    "Add a field. The types are\n" + typeList() + ".",
		Example: "  openclawd field add opportunity notes --type long_text\n  openclawd field add opportunity priority --type choice --option high --option low",
		RunE: func(c *cobra.Command, args []string) error {
			in, err := f.patch(c)
			if err != nil {
				return err
			}
			in["name"] = args[1]
			if in["type"] == nil {
				in["type"] = crm.Text
			}
			money := in["type"] == string(crm.Money) || in["type"] == string(crm.Computed) && in["result"] == string(crm.Money)
			if money && in["scale"] == nil {
				in["scale"] = cents
			}
			if in["label"] == nil {
				in["label"] = crm.LabelOf(args[1])
			}
			return a.altered(c, "POST", path("objects", args[0], "fields"), in, "Added "+args[1]+".")
		},
	}
	f.bind(c)
	return c
}

func (a *app) fieldRename() *cobra.Command {
	return &cobra.Command{
		Use: "rename OBJECT FIELD NAME", Short: "Rename a field, and its column", Args: takes(3, 3), ValidArgsFunction: a.completeObject,
		Example: "  openclawd field rename opportunity close_value amount",
		RunE: func(c *cobra.Command, args []string) error {
			return a.altered(c, "PATCH", path("objects", args[0], "fields", args[1]), map[string]string{"name": args[2]}, args[1]+" is now "+args[2]+".")
		},
	}
}

func (a *app) fieldChange() *cobra.Command {
	var f fieldFlags
	var try, lossy bool
	var at int
	c := &cobra.Command{
		Use: "change OBJECT FIELD", Short: "Change a field: its type, label, choices, position", Args: takes(2, 2), ValidArgsFunction: a.completeObject,
		Long:    "Change a field. A value that would not convert to a new type stops the change and is shown; --lossy empties such values,\n--try only counts them. undo brings all values back.",
		Example: "  openclawd field change opportunity close_value --type number --scale 2 --try\n  openclawd field change opportunity notes --label Remarks --at 0",
		RunE: func(c *cobra.Command, args []string) error {
			in, err := f.patch(c)
			if err != nil {
				return err
			}
			if c.Flags().Changed("at") {
				in["at"] = at
			}
			in["lossy"] = lossy
			if !try {
				return a.altered(c, "PATCH", path("objects", args[0], "fields", args[1]), in, "Changed "+args[1]+".")
			}
			return show(c.Context(), a, "POST", path("objects", args[0], "fields", args[1], "try"), in, func(v crm.Conversion) error {
				if v.Lost == 0 {
					return a.say("All %d values convert from %s to %s.", v.Values, v.From.Noun(), v.To.Noun())
				}
				return a.say("%d of %d values would not convert from %s to %s: %s", v.Lost, v.Values, v.From.Noun(), v.To.Noun(), clean(strings.Join(v.Sample, ", ")))
			})
		},
	}
	f.bind(c)
	c.Flags().IntVar(&at, "at", 0, "its position, from 0")
	c.Flags().BoolVar(&try, "try", false, "only say which values would not convert")
	c.Flags().BoolVar(&lossy, "lossy", false, "empty the values that do not convert")
	return c
}

// fieldEnd is field remove and field restore.
func (a *app) fieldEnd(verb string) *cobra.Command {
	c := &cobra.Command{
		Use: verb + " OBJECT FIELD", Short: "Move a field with its values to the trash", Example: "  openclawd field " + verb + " opportunity notes", Args: takes(2, 2), ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			if verb == "restore" {
				return a.altered(c, "POST", path("objects", args[0], "fields", args[1], "restore"), nil, "Brought the field "+args[1]+" of "+args[0]+", with its values, back.")
			}
			return a.altered(c, "DELETE", path("objects", args[0], "fields", args[1]), nil, "Moved the field "+args[1]+" of "+args[0]+", with its values, to the trash.")
		},
	}
	if verb == "restore" {
		c.Short = "Bring a removed field back"
	}
	return c
}

func typeList() string {
	var names []string
	for _, t := range crm.Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}
