package duck

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"openclaw/internal/crm"
	"openclaw/internal/duck/gate"
	"openclaw/internal/fail"
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

func checkNewName(s crm.Schema, object string) error {
	if !identifier.MatchString(object) || strings.HasPrefix(object, "v_") {
		return fail.New(fail.Invalid, "%q cannot be the name of an object.", object).
			WithHint("Use lower-case letters, digits and _, beginning with a letter but not with v_, such as %s.", strings.TrimPrefix(crm.Ident(object), "v_"))
	}
	if _, taken := s.Object(object); taken {
		return fail.New(fail.Conflict, "There is an object %s already.", object).WithHint("Choose another name, or add fields to that one.")
	}
	return nil
}

// maxLabel is how many characters a label or a synonym may have.
const maxLabel = 500

// tidy makes one line of each label and synonym, and refuses what is too long to show. It leaves what it was given alone:
// readers share it.
func tidy(synonyms *[]string, labels ...*string) error {
	var kept []string
	for _, s := range *synonyms {
		if s = crm.Line(s); s != "" {
			kept = append(kept, s)
		}
	}
	*synonyms = kept
	longest := 0
	for _, s := range kept {
		longest = max(longest, utf8.RuneCountInString(s))
	}
	for _, l := range labels {
		*l = crm.Line(*l)
		longest = max(longest, utf8.RuneCountInString(*l))
	}
	if longest > maxLabel {
		return fail.New(fail.Invalid, "A name of %d characters is too long to show.", longest).WithHint("Use at most %d.", maxLabel)
	}
	return nil
}

// checkObject fills in what was left out of a new object and refuses what cannot be.
func checkObject(s crm.Schema, o crm.Object) (crm.Object, error) {
	if err := checkNewName(s, o.Name); err != nil {
		return o, err
	}
	if err := tidy(&o.Synonyms, &o.Label, &o.Plural, &o.Icon); err != nil {
		return o, err
	}
	o.Label = cmp.Or(o.Label, strings.ToLower(crm.Singular(crm.LabelOf(o.Name))))
	o.Plural = cmp.Or(o.Plural, crm.Plural(o.Label))
	fields := o.Fields
	o.Fields = []crm.Field{} // none is a list as well, in JSON
	for _, f := range fields {
		f, err := checkField(o, f)
		if err != nil {
			return o, err
		}
		o.Fields = append(o.Fields, f)
	}
	return o, nil
}

// checkField fills in what was left out of a field and refuses what does not go together. o is the object without the
// field. Where links lead is checked at the end of the alteration, so that objects may refer to each other.
func checkField(o crm.Object, f crm.Field) (crm.Field, error) {
	if !identifier.MatchString(f.Name) || crm.Reserved(f.Name) {
		return f, fail.New(fail.Invalid, "%q cannot be the name of a field.", f.Name).
			WithHint("Use lower-case letters, digits and _, beginning with a letter, such as %s.", crm.Ident(f.Name))
	}
	if err := tidy(&f.Synonyms, &f.Label); err != nil {
		return f, err
	}
	f.Label = cmp.Or(f.Label, crm.LabelOf(f.Name))
	f.Options, f.Moves = orNil(f.Options), orNil(f.Moves)
	if !slices.Contains(crm.Types(), f.Type) {
		return f, fail.New(fail.Invalid, "%q is no type of field.", f.Type).WithHint("The types are: %s.", join(crm.Types(), func(t crm.Type) string { return string(t) }))
	}
	for _, other := range o.Fields {
		if other.Name == f.Name || other.Column() == f.Column() {
			return f, fail.New(fail.Conflict, "%s has a field %s already.", o.Name, other.Name).WithHint("Choose another name than %s.", f.Name)
		}
		if f.Role != crm.NoRole && f.Role == other.Role && f.Role != crm.RolePlace && f.Role != crm.RoleOwner {
			return f, fail.New(fail.Conflict, "%s is already the %s of %s.", other.Label, strings.ReplaceAll(string(f.Role), "_", " "), o.Name).WithHint("Take the role from %s first.", other.Name)
		}
	}
	target := "Name that object, as in --target account."
	if f.Target != "" {
		target = fmt.Sprintf("Take %s away: --target ''.", f.Target)
	}
	switch {
	case f.Scale < 0 || f.Scale > 9:
		return f, fail.New(fail.Invalid, "%s cannot keep %d digits after the point.", f.Label, f.Scale).WithHint("Choose 0 to 9.")
	case !isCurrency(f.Currency):
		return f, fail.New(fail.Invalid, "%q is no currency.", f.Currency).WithHint("Write its ISO 4217 code, such as EUR or USD.")
	case f.Type == crm.Computed && (strings.TrimSpace(f.Expr) == "" || f.Required || f.Key):
		return f, fail.New(fail.Invalid, "%s is computed, so it needs an expression and can be neither required nor a key.", f.Label).WithHint(`Write it like "amount" * 0.2.`)
	case f.Type == crm.Computed && (f.Result == crm.Computed || f.Result == crm.Link || f.Result == crm.Links || !slices.Contains(crm.Types(), f.Result)):
		return f, fail.New(fail.Invalid, "%s is computed and needs the type of its result.", f.Label).WithHint("Such as number, money, text, date or bool.")
	case (f.Type == crm.Link || f.Type == crm.Links) != (f.Target != ""):
		return f, fail.New(fail.Invalid, "%s needs an object to link to if, and only if, it is a link.", f.Label).WithHint("%s", target)
	}
	return f, checkOptions(f)
}

// isCurrency tells whether a text is the code of a currency, or empty, for an amount of none.
func isCurrency(code string) bool {
	_, err := currency.ParseISO(code)
	return code == "" || err == nil && code == strings.ToUpper(code)
}

// orNil makes no list of an empty one, as it comes back from disk.
func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func checkOptions(f crm.Field) error {
	seen := map[string]bool{}
	for _, o := range f.Options {
		key := strings.ToLower(o.Value)
		if strings.TrimSpace(o.Value) != o.Value || o.Value == "" || seen[key] || strings.ContainsAny(o.Value, "\x00") || !utf8.ValidString(o.Value) {
			return fail.New(fail.Invalid, "%q cannot be an option of %s.", o.Value, f.Label).WithHint("Options are different from each other and not blank.")
		}
		seen[key] = true
	}
	for _, m := range f.Moves {
		for _, end := range []string{m.From, m.To} {
			if _, ok := f.Option(end); !ok && end != "" {
				return fail.New(fail.Invalid, "%s states a move between %q and %q, but has no option %q.", f.Label, m.From, m.To, end).
					WithHint("Keep that option, or state the moves without it. Nothing was changed.")
			}
		}
	}
	return nil
}

// checkTargets refuses links that lead to no object.
func checkTargets(s crm.Schema) error {
	for _, o := range s.Objects {
		for _, f := range o.Fields {
			if f.Target == "" {
				continue
			}
			if _, ok := s.Object(f.Target); !ok {
				return fail.New(fail.Invalid, "%s of %s links to %q, which is no object.", f.Label, o.Name, f.Target).WithHint("Add that object first, or restore it: openclawd object restore %s.", f.Target)
			}
		}
	}
	return nil
}

// checkComputed asks DuckDB to bind an object's computed fields.
func (tx *Tx) checkComputed(o crm.Object) error {
	for _, f := range o.Fields {
		if f.Type != crm.Computed {
			continue
		}
		if err := tx.checkExpression(o, f); err != nil {
			return err
		}
		rows, err := tx.query("SELECT " + computed(f) + " FROM " + table(o.Name) + " LIMIT 0")
		if err != nil {
			if cut := tx.ctx.Err(); cut != nil { // what was stopped says nothing of the expression
				return cut
			}
			return fail.New(fail.Invalid, "%s of %s cannot be computed: %s.", f.Label, o.Name, reason(err)).
				WithHint("Use fields of %s in double quotes, or change %s first.", o.Name, f.Name).Because(err)
		}
		rows.Close()
	}
	return nil
}

// checkExpression holds a computed field to values of its own record.
func (tx *Tx) checkExpression(o crm.Object, f crm.Field) error {
	var tree string
	if err := tx.one("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", []any{"SELECT " + f.Expr}, &tree); err != nil {
		return wrap("read the expression of "+f.Name, err)
	}
	columns := []string{"id", "created_at", "updated_at"}
	for _, own := range o.Fields {
		if own.Type != crm.Computed {
			columns = append(columns, own.Column())
		}
	}
	if _, _, err := gate.Expression([]byte(tree), columns); err != nil {
		e := *fail.As(err)
		e.Message = f.Label + " of " + o.Name + ": " + e.Message
		return &e
	}
	return nil
}

// reason is what DuckDB says is wrong with a statement, without the class that it gives the error.
func reason(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if _, after, ok := strings.Cut(line, " Error: "); ok {
		line = after
	}
	return strings.TrimRight(line, ".! ")
}
