package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/ingest"
)

// FileTab is one of the files brought.
type FileTab struct {
	Index    int
	Name     string
	Rows     string
	Says     string
	Wait     bool
	Here     bool
	Href     string
	Object   string
	IsNew    bool
	Rejected int64
}

// FileView is the file that is matched.
type FileView struct {
	FileTab
	Plural  string
	Matched string
	Columns []ColumnView
	Heads   []Head
	Sample  []SampleView
	Notes   []string
}

// ColumnView is one column of a file and the field it goes to.
type ColumnView struct {
	Name    string
	Param   string
	Was     string // the parameter without its kind
	Chosen  string // the field proposed; "-" for none
	Example string
	Label   string
	Fields  []Choice
	Type    string
	Check   string
	State   string // ok, wait or bad
	Icon    string
}

// SampleView is a row as it will be.
type SampleView struct {
	Row   string
	Cells []SampleCell
}

// SampleCell is one value of it; Was is the text in the file that was settled to another.
type SampleCell struct {
	Value Value
	Num   bool
	Was   string
}

// SettleView is a text that names no record exactly.
type SettleView struct {
	Param  string
	Text   string
	To     string
	Says   string
	Do     ingest.Do
	Target string
}

// AskView is a question that only a person can answer.
type AskView struct {
	Param   string
	Text    string
	Choices []Choice
}

// RejectView is a row that will not be taken.
type RejectView struct {
	Where  string
	Value  string
	Reason string
}

// asItWillBe adds the objects that the import makes, so that they are called by their labels.
func asItWillBe(schema crm.Schema, p *ingest.Preview) crm.Schema {
	schema.Objects = slices.Clone(schema.Objects)
	for _, f := range p.Files {
		if f.New {
			schema.Objects = append(schema.Objects, crm.Object{Name: f.Object, Label: f.Label, Plural: f.Plural})
		}
	}
	return schema
}

// busiest is the file that has most to settle, else the largest.
func busiest(p *ingest.Preview) int {
	best, most := 0, int64(-1)
	for i, f := range p.Files {
		if n := int64(openThings(p, f))<<40 + f.Rows; n > most {
			best, most = i, n
		}
	}
	return best
}

// mayReject tells whether the store may reject rows that the preview cannot judge: their links name several records.
func mayReject(f *ingest.File) bool {
	return slices.ContainsFunc(f.Columns, func(c *ingest.Column) bool { return c.Link != nil && len(c.Link.Shared) > 0 })
}

// openThings counts what a person should look at in a file.
func openThings(p *ingest.Preview, f *ingest.File) int {
	n := 0
	for _, q := range p.Questions {
		if q.File == f.File {
			n++
		}
	}
	for _, col := range f.Columns {
		if col.Link != nil {
			n += len(col.Link.Near) + len(col.Link.Unmatched) + len(col.Link.Shared)
		}
		if col.Unread > 0 || col.Look {
			n++
		}
	}
	return n
}

func tabOf(p *ingest.Preview, f *ingest.File, i, at int) FileTab {
	t := FileTab{Index: i, Name: f.File, Rows: plural(f.Rows, "row", "rows"), Says: "ready", Here: i == at, Href: "?file=" + strconv.Itoa(i), Object: f.Object, IsNew: f.New, Rejected: f.Rejected}
	if f.Sheet != "" {
		t.Name += ", " + f.Sheet
	}
	if n := openThings(p, f); n > 0 {
		t.Says, t.Wait = plural(int64(n), "thing to look at", "things to look at"), true
	}
	return t
}

func sumOf(p *ingest.Preview) string {
	var parts []string
	for _, f := range p.Files {
		parts = append(parts, plural(f.Rows-f.Rejected, "row", "rows")+" of "+lower(f.Plural))
	}
	text := andList(parts) + " go in."
	if p.Rejected > 0 {
		text += " " + plural(p.Rejected, "rejected row stays in a file of its own", "rejected rows stay in a file of their own") + ", ready to correct."
	}
	return text
}

func (s *Site) fileView(schema crm.Schema, f *ingest.File, tab FileTab) *FileView {
	v := &FileView{FileTab: tab, Plural: lower(f.Plural), Notes: f.Notes}
	matched := 0
	existing, _ := schema.Object(f.Object)
	var in []*ingest.Column
	for _, col := range f.Columns {
		if col.Field != "" {
			matched++
			in = append(in, col)
		}
		v.Columns = append(v.Columns, columnView(schema, f, existing, col))
	}
	v.Matched = strconv.Itoa(matched) + " of " + strconv.Itoa(len(f.Columns)) + " matched to " + v.Plural
	painters := make([]painter, len(in))
	for i, col := range in {
		v.Heads = append(v.Heads, Head{Label: col.Label, Num: col.Type.Numeric()})
		painters[i] = s.columnPainter(schema, f, i, col)
	}
	for _, row := range f.Sample {
		out := SampleView{Row: countText(row.Row)}
		for i, col := range in {
			cell := SampleCell{Num: col.Type.Numeric(), Was: row.Fixed[col.Name]}
			if i < len(row.Values) {
				cell.Value = painters[i].paint(fromJSON(painters[i].field, row.Values[i]))
			}
			out.Cells = append(out.Cells, cell)
		}
		v.Sample = append(v.Sample, out)
	}
	return v
}

// columnPainter paints a column of the sample as the field will be.
func (s *Site) columnPainter(schema crm.Schema, f *ingest.File, i int, col *ingest.Column) painter {
	field := col.AsField()
	if field.Type == crm.Link || field.Type == crm.Links {
		field.Type, field.Target = crm.Text, "" // the record may not exist yet
	}
	values := make([]any, 0, len(f.Sample))
	for _, row := range f.Sample {
		if i < len(row.Values) {
			values = append(values, fromJSON(field, row.Values[i]))
		}
	}
	return painterOf(schema, field, values, s.Clock())
}

func columnView(schema crm.Schema, f *ingest.File, existing crm.Object, col *ingest.Column) ColumnView {
	v := ColumnView{Name: col.Name, Param: "map." + f.Object + "." + col.Name, Was: f.Object + "." + col.Name, Chosen: cmp.Or(col.Field, "-"), Example: brief(col.Example), Label: col.Label, Check: col.Check, State: "ok", Icon: "holds", Type: typeWords(schema, col)}
	v.Fields = append(v.Fields, Choice{Value: "-", Label: "Leave out", Selected: col.Field == ""})
	found := false
	for _, field := range existing.Fields {
		if field.Type == crm.Computed {
			continue
		}
		v.Fields = append(v.Fields, Choice{Value: field.Name, Label: field.Label, Selected: field.Name == col.Field})
		found = found || field.Name == col.Field
	}
	if !found {
		name := col.Field
		if name == "" {
			name = crm.Ident(col.Name)
		}
		if _, taken := existing.Field(name); !taken {
			v.Fields = append(v.Fields, Choice{Value: name, Label: cmp.Or(col.Label, crm.Called(col.Name)) + newWord(f), Selected: col.Field != ""})
		}
	}
	switch {
	case col.Unread > 0:
		v.State, v.Icon = "bad", "fails"
	case col.Look, col.Link != nil && len(col.Link.Near)+len(col.Link.Unmatched)+len(col.Link.Shared) > 0:
		v.State, v.Icon = "wait", "wait"
	case col.Field == "":
		v.State, v.Icon = "", "info"
	}
	return v
}

// newWord marks a field that an existing object gets by the import.
func newWord(f *ingest.File) string {
	if f.New {
		return ""
	}
	return " (new field)"
}

func typeWords(schema crm.Schema, col *ingest.Column) string {
	if col.Field == "" {
		return ""
	}
	text := col.Type.Noun()
	switch col.Type {
	case crm.Link, crm.Links:
		text = "link to " + strings.ReplaceAll(col.Target, "_", " ")
		if o, ok := schema.Object(col.Target); ok {
			text = "link to " + lower(o.Plural)
		}
	case crm.Choice, crm.Choices:
		text = "choice, " + plural(int64(len(col.Options)), "option", "options")
	case crm.Money:
		text = "money, " + col.Currency
	case crm.Date, crm.DateTime:
		if col.DateOrder != "" {
			text = "date, " + strings.ReplaceAll(string(col.DateOrder), "-", " ")
		}
	case crm.Number:
		if col.Scale > 0 {
			text = "number, " + plural(int64(col.Scale), "digit", "digits") + " after the point"
		}
	}
	if col.Key {
		text += ", key"
	}
	return text
}

// shownSettled is how many names of one column are asked about; the rest keep what was proposed.
const shownSettled = 12

func settleViews(schema crm.Schema, f *ingest.File) []SettleView {
	var out []SettleView
	for _, col := range f.Columns {
		if col.Link == nil {
			continue
		}
		target := strings.ReplaceAll(col.Link.Object, "_", " ")
		if o, ok := schema.Object(col.Link.Object); ok {
			target = lower(o.Label)
		}
		all := slices.Concat(col.Link.Near, col.Link.Unmatched)
		for _, st := range all[:min(shownSettled, len(all))] {
			view := SettleView{Param: "fix." + f.Object + "." + col.Name + "." + st.Text, Text: st.Text, To: st.To, Do: st.Do, Target: crm.Singular(target)}
			view.Says = plural(st.Rows, "row says", "rows say") + " " + st.Text + " under " + col.Name + "."
			if st.To == "" {
				view.Says += " No " + view.Target + " is near it."
			}
			out = append(out, view)
		}
	}
	return out
}

func rejectView(r crm.Reject) RejectView {
	v := RejectView{Where: "Row " + countText(r.Row), Value: brief(r.Value), Reason: r.Reason}
	if r.Column != "" {
		v.Where += ", " + r.Column
	}
	return v
}
