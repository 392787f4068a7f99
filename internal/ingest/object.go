package ingest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// newFile decides where a table goes and what each of its columns is; links come later, when all files are known.
func newFile(t table, p *profile, k known, o Options) (*File, error) {
	f := &File{File: t.file, Sheet: t.sheet, Format: t.format, Rows: p.rows, Notes: t.notes, table: t, profile: p}
	f.called = cmp.Or(o.Object, t.base)
	f.before, f.New = k.matchObject(f.called, t.header, o.Object != "")
	switch f.Object = f.before.Name; {
	case f.New && crm.Plain(f.called):
		f.Object = crm.Ident(f.called)
	case f.New:
		f.Object = freeName(crm.Ident(f.called), k.taken)
	}
	for i, name := range t.header {
		s := p.columns[i]
		if name == "" && s.filled == 0 {
			continue
		}
		c := &Column{Name: name, Filled: s.filled, Empty: p.good() - s.filled, Example: short(s.example, 60), index: i, stats: s}
		if len(s.missing) > 0 {
			c.Spelt = s.missing
		}
		if s.values.complete() {
			c.Distinct = int64(len(s.values.list))
		}
		f.Columns = append(f.Columns, c)
	}
	if err := f.matchFields(k, o); err != nil {
		return nil, err
	}
	f.decideColumns(o)
	f.chooseKey(o)
	return f, nil
}

// known is what the workspace has, and what that was called before.
type known struct {
	schema crm.Schema
	former crm.Former
	taken  map[string]bool // names of objects that a file in another script may not get: its own is only spelt like them
}

// means tells whether a text that is to name a thing means the one of such a name and label: by its identifier, unless
// both are in other scripts, where different texts are spelt alike.
func means(text, name, label string) bool {
	return crm.Ident(text) == name && (crm.Plain(text) || crm.Plain(label) && crm.Squash(text) != "")
}

// good is how many rows were profiled.
func (p *profile) good() int64 { return p.rows - p.problem - p.odd }

// matchObject finds the object that rows of such a name go to: by its name, or by what people call it when at least
// half of the columns are fields of it.
func (k known) matchObject(text string, header []string, exact bool) (crm.Object, bool) {
	if o, ok := k.schema.Object(crm.Ident(text)); ok && crm.Plain(text) {
		return o, false
	}
	for _, o := range k.schema.Objects {
		called := slices.Concat([]string{o.Label, o.Plural}, o.Synonyms, k.former.Objects[o.Name])
		if !slices.ContainsFunc(called, func(s string) bool { return crm.Same(s, text) || crm.Plain(text) && crm.Ident(s) == crm.Ident(text) }) {
			continue
		}
		fields := 0
		for _, h := range header {
			_, ok := matchField(o, h)
			if _, was := k.renamedField(o, h); ok || was {
				fields++
			}
		}
		if exact || fields*2 >= len(header) {
			return o, false
		}
	}
	if o, ok := k.schema.Object(crm.Ident(text)); ok && means(text, o.Name, o.Label) {
		return o, false
	}
	return crm.Object{}, true
}

// matchField finds the field that a column of such a name means.
func matchField(o crm.Object, column string) (crm.Field, bool) {
	label := crm.Called(column)
	for _, is := range []func(f crm.Field) bool{
		func(f crm.Field) bool { return !crm.Plain(column) && f.Label == label },
		func(f crm.Field) bool { return means(column, f.Name, f.Label) },
		func(f crm.Field) bool {
			return crm.Same(f.Label, column) || slices.ContainsFunc(f.Synonyms, func(s string) bool { return crm.Same(s, column) })
		},
		func(f crm.Field) bool { return means(column, f.Column(), f.Label) },
	} {
		if at := slices.IndexFunc(o.Fields, is); at >= 0 {
			return o.Fields[at], true
		}
	}
	return crm.Field{}, false
}

// renamedField finds the field that a column of such a name meant before it was called something else.
func (k known) renamedField(o crm.Object, column string) (crm.Field, bool) {
	for _, f := range o.Fields {
		if slices.ContainsFunc(k.former.Fields[o.Name][f.Name], func(s string) bool { return crm.Same(s, column) }) {
			return f, true
		}
	}
	return crm.Field{}, false
}

// matchFields gives each column its field: one that the object has, or the name of a new one.
func (f *File) matchFields(k known, o Options) error {
	taken := map[string]bool{}
	for _, old := range f.before.Fields {
		taken[old.Name], taken[old.Column()] = true, true
	}
	used, meant := map[string]bool{}, map[string]bool{}
	for _, c := range f.Columns {
		if old, ok := matchField(f.before, c.Name); ok {
			meant[old.Name] = true
		}
	}
	for _, c := range f.Columns {
		wish, said := column(o.Map, f.Object, c.Name)
		switch {
		case said && (wish == "" || wish == "-"), isReason(c.Name), c.Name == rejectText && slices.ContainsFunc(f.table.header, isReason):
			c.Check = "left out"
			continue
		}
		name := c.Name
		if name == "" {
			name = "column " + strconv.Itoa(c.index+1)
		}
		if said {
			name = wish
		}
		old, ok := matchField(f.before, name)
		if c.wished = old.Name; !ok {
			c.wished = crm.Ident(name)
			if !crm.Plain(name) {
				c.wished = crm.Called(name)
			}
		}
		for n := 2; ok && used[old.Name]; n++ {
			old, ok = f.before.Field(numbered(crm.Ident(name), n))
		}
		if was, found := k.renamedField(f.before, name); !ok && found && !meant[was.Name] && !used[was.Name] {
			old, ok, c.Renamed = was, true, true
		}
		if ok {
			if old.Type == crm.Computed {
				if said {
					return fail.New(fail.Invalid, "%s of %s is computed and cannot be imported.", old.Label, f.before.Plural).WithHint("Map the column %s to another field.", c.Name)
				}
				c.Check = "computed, left out"
				continue
			}
			used[old.Name] = true
			c.Field, c.field = old.Name, old
			continue
		}
		c.New = true
		c.Field = freeName(crm.Ident(name), taken)
		taken[c.Field], used[c.Field] = true, true
		if said && c.Name != "" && crm.Ident(c.Name) == crm.Ident(name) {
			name = c.Name // the identifier was meant, and the column says how it is written
		}
		c.field = crm.Field{Name: c.Field, Label: labelOf(c.Name, name, c.Field)}
		if said && c.Name != "" && crm.Ident(c.Name) != c.Field {
			c.field.Synonyms = []string{strings.ToLower(crm.Called(c.Name))}
		}
	}
	return nil
}

// freeName is the name, or the first numbered one that is not taken.
func freeName(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		free = numbered(name, n)
	}
	return free
}

func numbered(name string, n int) string { return name + "_" + strconv.Itoa(n) }

// decideColumns gives new fields their types, and finds how the values of fields that exist are written.
func (f *File) decideColumns(o Options) {
	h := hints{currency: o.Currency}
	if h.currency == "" {
		h.currency = "USD"
	}
	h.others, h.delimiter = f.evident(o), f.table.comma
	for _, c := range f.Columns {
		if c.Field == "" {
			continue
		}
		h := h
		h.order, _ = column(o.DateOrder, f.Object, c.Name)
		h.decimal, _ = column(o.Decimal, f.Object, c.Name)
		c.verdict = decide(c.Name, c.stats, h)
		if c.New {
			c.take(c.verdict)
		} else {
			c.adapt(h)
		}
		c.show()
	}
}

// take makes a new field what the column is.
func (c *Column) take(v verdict) {
	c.field.Type, c.field.Scale, c.field.Currency = v.kind, v.scale, v.currency
	for _, text := range v.options {
		c.field.Options = append(c.field.Options, crm.Option{Value: text})
	}
	c.Unread = v.unread
}

// adapt fits a column to the field that is there: how its values are written is the column's, what they are the
// field's. A choice gains the options that are new, a number the digits after the point.
func (c *Column) adapt(h hints) {
	switch c.field.Type {
	case crm.Choice, crm.Choices:
		texts := c.options()
		c.field.Options = slices.Clone(c.field.Options)
		for _, text := range texts {
			if _, ok := c.field.Option(text); !ok && !c.asSynonym(text) && len(c.NewOptions) < maxOptions {
				c.field.Options = append(c.field.Options, crm.Option{Value: text})
				c.NewOptions = append(c.NewOptions, text)
			}
		}
	case crm.Number, crm.Money:
		if c.verdict.kind.Numeric() && c.verdict.scale <= 9 {
			c.field.Scale = max(c.field.Scale, c.verdict.scale)
		}
		if !c.verdict.kind.Numeric() {
			both := c.verdict.writeStyle(c.stats, h)
			c.verdict.ask = c.verdict.ask || both != ""
		}
	case crm.Date, crm.DateTime:
		if !c.verdict.kind.Temporal() {
			c.verdict.ask = false
			c.verdict = decideDay(c.stats, c.verdict)
			c.verdict.ask = c.verdict.ask || !c.verdict.kind.Temporal() && c.stats.count(isOrdered) > 0
		}
	}
	c.verdict.ask = c.verdict.ask && (c.field.Type.Temporal() || c.field.Type.Numeric())
}

// options are the different choices that a column has, none when they are too many.
func (c *Column) options() []string {
	switch {
	case c.stats.values.complete() && c.field.Type == crm.Choices:
		parts := newTally(c.stats.values.seed, maxTextsEach, nil)
		for _, e := range c.stats.values.list {
			for _, part := range c.field.Elements(e.text) {
				parts.add(part, e.line)
			}
		}
		return parts.options()
	case c.stats.values.complete():
		return c.stats.values.options()
	case c.field.Type == crm.Choices && c.stats.parts != nil && c.stats.parts.complete():
		return c.stats.parts.options()
	}
	return nil
}

func (c *Column) asSynonym(text string) bool {
	return slices.ContainsFunc(c.field.Options, func(o crm.Option) bool {
		return slices.ContainsFunc(o.Synonyms, func(s string) bool { return strings.EqualFold(s, text) })
	})
}

// AsField is the field that the column will be, its options with what they stand for.
func (c *Column) AsField() crm.Field { return c.field }

// show copies what was decided to the members that people see.
func (c *Column) show() {
	c.Field, c.Label, c.Type, c.Target, c.Scale, c.Currency, c.Key = c.field.Name, c.field.Label, c.field.Type, c.field.Target, c.field.Scale, c.field.Currency, c.field.Key
	c.Options = nil
	for _, o := range c.field.Options {
		c.Options = append(c.Options, o.Value)
	}
	c.DateOrder, c.Decimal = "", ""
	if c.Type.Temporal() {
		c.DateOrder = c.verdict.order
	}
	if m := c.stats.marks(""); c.Type.Numeric() && m != (marks{}) {
		c.Decimal = string(c.verdict.style)
	}
}

// chooseKey finds the field that identifies a record.
func (f *File) chooseKey(o Options) {
	if o.Key != "" {
		for _, c := range f.Columns {
			if c.Field != "" && (c.Field == o.Key || c.Name == o.Key || crm.Ident(c.Name) == crm.Ident(o.Key)) {
				f.setKey(c)
				return
			}
		}
	}
	if !f.New {
		for _, c := range f.Columns {
			if c.Field != "" && !c.New && c.field.Key {
				f.setKey(c)
				return
			}
		}
		return
	}
	best, score := (*Column)(nil), 0
	for _, c := range f.Columns {
		if s := f.keyScore(c); s > score {
			best, score = c, s
		}
	}
	if best != nil {
		f.setKey(best)
	}
}

func (f *File) setKey(c *Column) {
	f.Key = c.Field
	c.Key, c.field.Key = true, true
	if c.New && c.field.Type != crm.Email {
		c.field.Type, c.field.Options, c.field.Scale, c.field.Currency, c.Unread = crm.Text, nil, 0, "", 0
	}
	c.show()
}

// notKeys are first columns that are all different only by chance.
var notKeys = []string{"first_name", "last_name", "surname", "city", "street", "address", "country", "region", "note", "notes", "description", "comment", "type", "status", "date", "url", "website"}

// keyScore says how well a column would identify records; 0 is not at all.
func (f *File) keyScore(c *Column) int {
	if c.Field == "" || c.stats.keys == nil || f.profile.good() == 0 {
		return 0
	}
	named := crm.Suggests("code", c.Name) > 0
	whole := c.Type == crm.Number && c.Scale == 0 && c.Currency == ""
	if c.Type != crm.Text && c.Type != crm.Email && !whole {
		return 0
	}
	doubtful := c.stats.keys.repeats() + c.Empty
	if doubtful > 0 && (doubtful > tolerance(f.profile.good()) || f.profile.good() < 50) {
		return 0
	}
	ident, own := crm.Ident(c.Name), f.ownNames()
	switch {
	case slices.Contains([]string{"source_id", "uid", "uuid", "guid", "key", "record_id"}, ident):
		return 100
	case named && c.index == 0:
		return 90
	case slices.Contains(own, ident):
		return 80
	case c.Type == crm.Email && doubtful == 0:
		return 75
	case (ident == "name" || ident == "full_name") && doubtful == 0:
		return 72
	case c.index == 0 && !whole && !slices.Contains(notKeys, ident):
		return 70
	case named && doubtful == 0:
		return 60
	}
	return 0
}

// ownNames are what a column is called that is named after the file's own records.
func (f *File) ownNames() []string {
	one := crm.Ident(crm.Singular(crm.LabelOf(f.Object)))
	return []string{one, one + "_name", f.Object}
}

// describe makes the new object's labels: from its key column, when that is named after a thing, and from the name of
// the file. A name that a person gave is the label, and the key column's a synonym.
func (f *File) describe(named bool) {
	label := crm.Singular(crm.Called(f.called))
	var synonyms []string
	if thing := f.keyThing(); thing != "" && !strings.EqualFold(thing, label) {
		if named {
			label, thing = thing, label
		}
		synonyms = append(synonyms, strings.ToLower(label), strings.ToLower(crm.Plural(label)))
		label = thing
	}
	slices.Sort(synonyms)
	f.Label, f.Plural = label, crm.Plural(label)
	if one := f.oneOf(); one != "" && !named {
		f.Label, f.Plural = one, label
	}
	f.object = crm.Object{Name: f.Object, Label: f.Label, Plural: f.Plural, Synonyms: slices.Compact(synonyms)}
}

// oneOf is the key column's name where that is the file's in another number, as клиент is of клиенты: this program knows
// the plurals of English alone.
func (f *File) oneOf() string {
	for _, c := range f.Columns {
		if c.Field != f.Key || c.Field == "" || crm.Plain(c.Name) {
			continue
		}
		one, all := []rune(crm.Squash(c.Name)), []rune(crm.Squash(f.called))
		same := 0
		for same < min(len(one), len(all)) && one[same] == all[same] {
			same++
		}
		if same > 1 && same*3 >= 2*max(len(one), len(all)) {
			return crm.Called(c.Name)
		}
	}
	return ""
}

// keyThing is the thing that the key column is named after: Opportunity for opportunity_id, "" for id, name or email.
func (f *File) keyThing() string {
	for _, c := range f.Columns {
		ident := crm.Ident(c.Name)
		if f.Key == "" || c.Field != f.Key || !crm.Plain(c.Name) || strings.HasPrefix(ident, "source_") {
			continue
		}
		thing := ident
		for _, end := range []string{"_id", "_no", "_nr", "_number", "_code", "_key", "_ref", "_name", "_uuid"} {
			thing = strings.TrimSuffix(thing, end)
		}
		bare := strings.ReplaceAll(thing, "_", " ")
		if max(crm.Suggests("generic", thing), crm.Suggests("code", thing)) == 2*len(bare) || thing == ident && c.index != 0 {
			continue
		}
		return crm.Singular(crm.LabelOf(thing))
	}
	return ""
}
