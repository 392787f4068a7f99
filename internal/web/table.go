package web

import (
	"net/http"
	"strconv"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

const (
	pageRows = 50
	cellText = 120 // letters of a value that a table's cell shows; the record shows all
)

// nowhere is the moment given to a painter that paints no instants.
var nowhere = time.Time{}

// TablePage lists the records of one object.
type TablePage struct {
	Shell
	Object   ObjectHead
	Trash    bool
	Count    string    // of the rows that pass, and of all
	Views    []Choice  // Value is the address
	Save     *ViewForm // nil where there is nothing to save
	Chips    []Chip
	Keep     []Choice // the address's own parts, as hidden fields of the filter form
	Filter   FilterForm
	Columns  []Head
	Rows     []Row
	Empty    *Empty
	Figures  []Figure
	Took     string
	Span     string
	First    string // address of the first page, "" when this is it
	Previous string
	Next     string
	Export   string
	InTrash  string // address of the trash, or back from it
}

// ObjectHead is an object as pages speak of it.
type ObjectHead struct {
	Name   string
	Label  string
	Plural string
	Icon   string
}

// Empty says what to do where there is nothing.
type Empty struct {
	Icon  string
	Title string
	Text  string
	Links []Choice // Value is the address
}

// Figure is one number at the foot of a table.
type Figure struct {
	Label string
	Value string
}

// Title is the plural at the beginning of a line.
func (h ObjectHead) Title() string { return upper(h.Plural) }

func headOf(o crm.Object) ObjectHead {
	return ObjectHead{Name: o.Name, Label: lower(o.Label), Plural: lower(o.Plural), Icon: objectIcon(o)}
}

func findObject(schema crm.Schema, name string) (crm.Object, error) {
	o, ok := schema.Object(name)
	if !ok {
		return crm.Object{}, fail.New(fail.NotFound, "There is no object %q.", name).WithHint("The side of the page lists what there is.")
	}
	return o, nil
}

// objectOf is the schema of this moment and the object that a path names.
func (s *Site) objectOf(r *http.Request) (crm.Schema, crm.Object, error) {
	schema, err := s.Store.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return schema, crm.Object{}, err
	}
	o, err := findObject(schema, r.PathValue("object"))
	return schema, o, err
}

func (s *Site) table(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("object")
	shell, schema, err := s.shellOf(w, r, "", "/o/"+name)
	if err != nil {
		return err
	}
	o, err := findObject(schema, name)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if field := q.Get("ff"); field != "" {
		return s.addFilter(w, r, schema, o, q)
	}
	l, err := s.listingOf(r, schema, o, q)
	if err != nil {
		return err
	}
	shell.Title = upper(o.Plural)
	page := TablePage{Shell: shell, Object: headOf(o), Trash: l.trash}
	if page.Views, err = s.viewTabs(r, l); err != nil {
		return err
	}
	if page.CanWrite && !l.trash && len(l.values()) > 0 {
		page.Save = &ViewForm{Object: o.Name}
		if l.view != nil {
			page.Save.Name, page.Save.Own = l.view.Name, l.view.Owner != ""
		}
	}
	status := http.StatusOK
	err = s.fillTable(r, schema, l, &page)
	if kind := fail.KindOf(err); (kind == fail.Invalid || kind == fail.NotFound) && (len(l.conditions) > 0 || l.view != nil) {
		e := fail.As(err)
		page.Empty = &Empty{Icon: "filter", Title: e.Message, Text: e.Hint, Links: []Choice{{Label: "Without filters", Value: "/o/" + o.Name}}}
		page.Count, status = "no rows", http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	if swap(r) {
		return s.define(w, status, "table", "table", page)
	}
	return s.define(w, status, "table", "base", page)
}

func (s *Site) fillTable(r *http.Request, schema crm.Schema, l listing, page *TablePage) error {
	ctx, c := r.Context(), ident.From(r.Context())
	fields := shown(l.object)
	paths := make([]crm.Path, len(fields))
	for i, f := range fields {
		paths[i] = crm.Path(f.Name)
	}
	if l.view != nil && len(l.view.Fields) > 0 {
		paths = l.view.Fields
	}
	for i, cond := range l.conditions {
		chip := cond.chip()
		chip.Remove = l.without(i)
		page.Chips = append(page.Chips, chip)
	}
	for key, values := range l.values() {
		for _, v := range values {
			page.Keep = append(page.Keep, Choice{Label: key, Value: v})
		}
	}
	page.Filter = filterFormOf(l.object, "")
	began := s.Clock()
	rows, err := s.Store.List(ctx, c, crm.Query{Object: l.object.Name, Fields: paths, Filter: l.filter(), Sort: l.sort,
		Limit: pageRows, After: l.after, Trash: l.trash, Total: true})
	if err != nil {
		return err
	}
	if l.view != nil && len(l.view.Fields) > 0 {
		fields = viewFields(schema, l.object, rows.Columns)
	}
	for i, f := range fields {
		href, aria := l.sortedBy(paths[i])
		page.Columns = append(page.Columns, Head{Label: f.Label, Icon: typeIcon(f.ValueType()), Num: f.ValueType().Numeric(), Sort: aria, Href: href})
	}
	page.Took = tookText(s.Clock().Sub(began))
	page.Rows = tableRows(schema, l.object, fields, rows, s.Clock(), page.CanWrite && !l.trash)
	page.Count = plural(rows.Total, "row", "rows")
	if n := len(rows.Rows); n > 0 {
		page.Span = countText(l.from) + " to " + countText(l.from+int64(n)-1)
	}
	if l.after != "" {
		page.First, page.Previous = l.href(l.values()), l.previous()
	}
	if rows.After != "" {
		page.Next = l.next(rows.After, len(rows.Rows))
	}
	export := l.values()
	export.Del("trash")
	page.Export = "/o/" + l.object.Name + "/export?" + export.Encode()
	other := listing{object: l.object, trash: !l.trash}
	page.InTrash = other.href(other.values())
	if len(rows.Rows) == 0 {
		page.Empty = s.emptyTable(l, page)
		return nil
	}
	return s.figures(r, schema, l, page)
}

// figures sums the amount over all rows that pass, not only those of the page.
func (s *Site) figures(r *http.Request, schema crm.Schema, l listing, page *TablePage) error {
	f, ok := l.object.Role(crm.RoleAmount)
	if !ok || l.trash || !f.ValueType().Numeric() {
		return nil
	}
	of := &crm.Term{Path: crm.Path(f.Name)}
	rows, err := s.Plan(r.Context(), ident.From(r.Context()), plan.Plan{Object: l.object.Name, Filter: l.filter(),
		Measures: []plan.Measure{{Fn: plan.Sum, Of: of}, {Fn: plan.Mean, Of: of}}})
	if err != nil {
		return err
	}
	if len(rows.Rows) != 1 || len(rows.Rows[0]) < 2 {
		return nil
	}
	for i, label := range []string{"Sum of " + lower(f.Label), "Mean"} {
		v := rows.Rows[0][i]
		p := painterOf(schema, columnField(schema, l.object.Name, rows.Columns[i]), []any{v}, s.Clock())
		p.loose = true
		cell := p.paint(v)
		if cell.Text != "" {
			page.Figures = append(page.Figures, Figure{Label: label, Value: cell.Text})
		}
	}
	return nil
}

func (s *Site) emptyTable(l listing, page *TablePage) *Empty {
	switch {
	case l.trash:
		return &Empty{Icon: "trash", Title: "The trash is empty", Text: "What is deleted from " + page.Object.Plural + " lies here until someone brings it back.",
			Links: []Choice{{Label: "All " + page.Object.Plural, Value: "/o/" + page.Object.Name}}}
	case len(l.conditions) > 0 || l.view != nil:
		all := "0"
		for _, o := range page.Objects {
			if o.Name == l.object.Name {
				all = o.Count
			}
		}
		text := "No rows match. " + all + " do without a filter."
		if last := len(l.conditions) - 1; last > 0 {
			text = "No rows match all " + strconv.Itoa(last+1) + " filters. There are " + all + " without them."
		}
		return &Empty{Icon: "filter", Title: "Nothing matches", Text: text, Links: []Choice{{Label: "Without filters", Value: "/o/" + page.Object.Name}}}
	}
	e := &Empty{Icon: page.Object.Icon, Title: "No " + page.Object.Plural + " yet", Text: "Bring a file, or add the first one by hand. A CSV from anywhere will do."}
	if page.CanWrite {
		e.Links = []Choice{{Label: "Import a file", Value: "/import", Selected: true}, {Label: "New " + page.Object.Label, Value: "/o/" + page.Object.Name + "/new"}}
	}
	return e
}

func intOf(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}
