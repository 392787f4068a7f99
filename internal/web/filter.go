package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// ops are the operators as they stand in an address and as they are said.
var ops = []struct {
	name string
	op   crm.Op
	says string
	arg  bool
}{
	{"is", crm.Is, "is", true},
	{"not", crm.IsNot, "is not", true},
	{"has", crm.Contains, "contains", true},
	{"starts", crm.StartsWith, "starts with", true},
	{"ge", crm.AtLeast, "≥", true},
	{"le", crm.AtMost, "≤", true},
	{"gt", crm.More, ">", true},
	{"lt", crm.Less, "<", true},
	{"any", crm.AnyOf, "has", true},
	{"none", crm.NoneOf, "has not", true},
	{"empty", crm.Empty, "is empty", false},
	{"filled", crm.NotEmpty, "is not empty", false},
}

// opsFor lists which operators make sense for a type.
func opsFor(t crm.Type) []string {
	switch {
	case t.Numeric() || t.Temporal():
		return []string{"ge", "le", "gt", "lt", "is", "not", "empty", "filled"}
	case t == crm.Choice || t == crm.Bool || t == crm.Person:
		return []string{"is", "not", "empty", "filled"}
	case t == crm.Choices || t == crm.Links:
		return []string{"any", "none", "empty", "filled"}
	}
	return []string{"has", "is", "not", "starts", "empty", "filled"}
}

// Choice is one option of a select.
type Choice struct {
	Value    string
	Label    string
	Selected bool
}

// Chip is one filter of a table.
type Chip struct {
	Icon   string
	Field  string
	Op     string
	Value  string
	Remove string // the address without it
}

// condition is one filter as an address carries it: field:op:value.
type condition struct {
	field crm.Field
	path  crm.Path
	op    int // index into ops
	value string
}

func (c condition) String() string { return string(c.path) + ":" + ops[c.op].name + ":" + c.value }

func (c condition) filter() crm.Filter {
	if !ops[c.op].arg {
		return crm.Where(c.path, ops[c.op].op)
	}
	return crm.Where(c.path, ops[c.op].op, c.value)
}

func (c condition) chip() Chip {
	chip := Chip{Icon: typeIcon(c.field.ValueType()), Field: c.field.Label, Op: ops[c.op].says}
	if ops[c.op].arg {
		chip.Value = c.value
		if day, ok := crm.ParseDay(c.value); ok && c.field.ValueType().Temporal() {
			chip.Value = dayText(day)
		} else if v, err := c.field.Parse(c.value); err == nil && c.field.Target == "" {
			chip.Value = painterOf(crm.Schema{}, c.field, []any{v}, nowhere).paint(v).Text
		}
	}
	return chip
}

func parseCondition(schema crm.Schema, object, text string) (condition, error) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) != 3 {
		return condition{}, fail.New(fail.Invalid, "The filter %q cannot be read.", text).WithHint("Write it as field:operator:value, such as stage:is:Won.")
	}
	_, f, ok := schema.Resolve(object, crm.Path(parts[0]))
	if !ok && (strings.HasSuffix(parts[0], ".id") || parts[0] == "id") {
		f, ok = crm.Field{Name: "id", Label: "Record", Type: crm.Number}, true
		if link, own := strings.CutSuffix(parts[0], ".id"); own {
			_, of, found := schema.Resolve(object, crm.Path(link))
			f.Label, ok = of.Label, found
		}
	}
	if !ok {
		return condition{}, fail.New(fail.NotFound, "There is no field %q here.", parts[0]).WithHint("Take the filter away, or choose another field.")
	}
	i := slices.IndexFunc(ops, func(o struct {
		name string
		op   crm.Op
		says string
		arg  bool
	}) bool {
		return o.name == parts[1]
	})
	if i < 0 {
		return condition{}, fail.New(fail.Invalid, "There is no operator %q.", parts[1]).WithHint("Use one of is, not, has, starts, ge, le, gt, lt, any, none, empty, filled.")
	}
	return condition{field: f, path: crm.Path(parts[0]), op: i, value: parts[2]}, nil
}

// listing is what an address says about a table: which rows, in what order, from where.
type listing struct {
	object     crm.Object
	view       *crm.View  // the saved view that it begins with; nil for none
	fixed      int        // so many of the conditions are the view's
	base       crm.Filter // the view's filter where it is no list of conditions
	conditions []condition
	sort       []crm.Sort
	after      string
	back       []string // where the pages before this one begin, the second of the listing first
	from       int64
	trash      bool
}

func parseListing(schema crm.Schema, o crm.Object, q url.Values) (listing, error) {
	l := listing{object: o, after: q.Get("after"), from: 1, trash: q.Get("trash") == "1"}
	for _, text := range q["f"] {
		c, err := parseCondition(schema, o.Name, text)
		if err != nil {
			return listing{}, err
		}
		l.conditions = append(l.conditions, c)
	}
	for key := range strings.SplitSeq(q.Get("sort"), ",") {
		if path, desc := strings.CutPrefix(key, "-"); path != "" {
			l.sort = append(l.sort, crm.Sort{Path: crm.Path(path), Desc: desc})
		}
	}
	if l.after != "" {
		l.from = max(1, intOf(q.Get("from")))
		l.back = q["back"]
	}
	return l, nil
}

func (l listing) filter() crm.Filter {
	all := []crm.Filter{l.base}
	for _, c := range l.conditions {
		all = append(all, c.filter())
	}
	return crm.All(all...)
}

// narrow adds a filter, as far as it is one condition or several that all hold. False when it is not.
func (l *listing) narrow(schema crm.Schema, f crm.Filter) bool {
	for _, part := range f.And {
		if !l.narrow(schema, part) {
			return false
		}
	}
	if len(f.Or) > 0 || f.Not != nil || f.Other != nil || (f.Term != nil && (f.Term.Minus != "" || len(f.Values) > 1 && f.Op != crm.Between)) {
		return false
	}
	if f.Term == nil {
		return true
	}
	if f.Op == crm.Between {
		return len(f.Values) == 2 && l.narrow(schema, crm.Where(f.Term.Path, crm.AtLeast, f.Values[0])) && l.narrow(schema, crm.Where(f.Term.Path, crm.AtMost, f.Values[1]))
	}
	for _, op := range ops {
		if op.op == f.Op {
			c, err := parseCondition(schema, l.object.Name, string(f.Term.Path)+":"+op.name+":"+strings.Join(f.Values, ""))
			l.conditions = append(l.conditions, c)
			return err == nil
		}
	}
	return false
}

// values are the listing's own part of an address: conditions and order, without the place in it.
func (l listing) values() url.Values {
	q := url.Values{}
	for _, c := range l.conditions[l.fixed:] {
		q.Add("f", c.String())
	}
	if l.view != nil {
		q.Set("view", l.view.Name)
	}
	if len(l.sort) > 0 && (l.view == nil || !slices.Equal(l.sort, l.view.Sort)) {
		var keys []string
		for _, s := range l.sort {
			key := string(s.Path)
			if s.Desc {
				key = "-" + key
			}
			keys = append(keys, key)
		}
		q.Set("sort", strings.Join(keys, ","))
	}
	if l.trash {
		q.Set("trash", "1")
	}
	return q
}

// maxBack is how many pages back an address remembers.
const maxBack = 20

// at is the address of a page of the listing.
func (l listing) at(after string, from int64, back []string) string {
	q := l.values()
	if after != "" {
		q.Set("after", after)
		q.Set("from", strconv.FormatInt(from, 10))
		if back = back[max(0, len(back)-maxBack):]; len(back) > 0 {
			q["back"] = back
		}
	}
	return l.href(q)
}

// previous is the address of the page before, "" for the first one and where the address no longer knows it.
func (l listing) previous() string {
	switch n := len(l.back); {
	case l.after == "":
		return ""
	case n > 0:
		return l.at(l.back[n-1], max(1, l.from-pageRows), l.back[:n-1])
	case l.from <= pageRows+1:
		return l.at("", 1, nil)
	}
	return ""
}

// next is the address of the page that begins after a cursor.
func (l listing) next(after string, rows int) string {
	back := l.back
	if l.after != "" {
		back = append(slices.Clone(back), l.after)
	}
	return l.at(after, l.from+int64(rows), back)
}

func (l listing) href(q url.Values) string {
	path := "/o/" + l.object.Name
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// sortedBy is the address of the same rows sorted by a field: the other way round if they already are.
func (l listing) sortedBy(path crm.Path) (href, aria string) {
	next := crm.Sort{Path: path}
	if len(l.sort) > 0 && l.sort[0].Path == path {
		aria, next.Desc = "ascending", true
		if l.sort[0].Desc {
			aria, next.Desc = "descending", false
		}
	}
	other := l
	other.sort = []crm.Sort{next}
	return other.href(other.values()), aria
}

// without is the address of the listing with one condition less. Without one of its view's it is no longer that view.
func (l listing) without(i int) string {
	other := l
	if i < l.fixed {
		other.view, other.fixed = nil, 0
	}
	other.conditions = slices.Delete(slices.Clone(l.conditions), i, i+1)
	return other.href(other.values())
}
