package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
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
	Object  ObjectHead
	Trash   bool
	Count   string // of the rows that pass, and of all
	Chips   []Chip
	Keep    []Choice // the address's own parts, as hidden fields of the filter form
	Filter  FilterForm
	Columns []Head
	Rows    []Row
	Empty   *Empty
	Figures []Figure
	Took    string
	Span    string
	First   string // address of the first page, "" when this is it
	Next    string
	Export  string
	InTrash string // address of the trash, or back from it
}

// ObjectHead is an object as pages speak of it.
type ObjectHead struct {
	Name   string
	Label  string
	Plural string
	Icon   string
}

// Head is the head of one column.
type Head struct {
	Label string
	Icon  string
	Num   bool
	Sort  string
	Href  string
}

// Row is one record of a table.
type Row struct {
	ID    int64
	Href  string
	Cells []Cell
	Sub   string // the rest of the row in one line, on a phone
}

// Cell is one value in a row. Place says where a phone puts it: m1 name, m2 amount, m4 stage, "" nowhere.
type Cell struct {
	Property
	Place string
	Link  string
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

// FilterForm is the small form that adds a filter.
type FilterForm struct {
	Object  string
	Fields  []Choice
	Ops     []Choice
	Options []Choice // of a choice field
	Input   string   // type of the input, when there are no options
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

// shown puts the name first, and leaves the rest in the object's order.
func shown(o crm.Object) []crm.Field {
	name, ok := o.NameField()
	if !ok {
		return o.Fields
	}
	fields := []crm.Field{name}
	for _, f := range o.Fields {
		if f.Name != name.Name {
			fields = append(fields, f)
		}
	}
	return fields
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
		return addFilter(w, r, schema, o, q)
	}
	l, err := parseListing(schema, o, q)
	if err != nil {
		return err
	}
	shell.Title = upper(o.Plural)
	page := TablePage{Shell: shell, Object: headOf(o), Trash: l.trash}
	if err := s.fillTable(r, schema, l, &page); err != nil {
		return err
	}
	if swap(r) {
		return s.fragment(w, "table", "table", page)
	}
	return s.render(w, "table", page)
}

// addFilter turns what the filter form sent into the address of the table with one filter more.
func addFilter(w http.ResponseWriter, r *http.Request, schema crm.Schema, o crm.Object, q url.Values) error {
	text := q.Get("ff") + ":" + q.Get("fop") + ":" + q.Get("fv")
	c, err := parseCondition(schema, o.Name, text)
	if err != nil {
		return err
	}
	l, err := parseListing(schema, o, q)
	if err != nil {
		return err
	}
	if c.value != "" || !ops[c.op].arg {
		l.conditions = append(l.conditions, c)
	}
	http.Redirect(w, r, l.href(l.values()), http.StatusSeeOther)
	return nil
}

func (s *Site) fillTable(r *http.Request, schema crm.Schema, l listing, page *TablePage) error {
	ctx, c := r.Context(), ident.From(r.Context())
	fields := shown(l.object)
	paths := make([]crm.Path, len(fields))
	for i, f := range fields {
		paths[i] = crm.Path(f.Name)
	}
	began := s.Clock()
	rows, err := s.Store.List(ctx, c, crm.Query{Object: l.object.Name, Fields: paths, Filter: l.filter(), Sort: l.sort,
		Limit: pageRows, After: l.after, Trash: l.trash, Total: true})
	if err != nil {
		return err
	}
	page.Took = tookText(s.Clock().Sub(began))
	page.Rows = tableRows(schema, l.object, fields, rows, s.Clock(), page.CanWrite && !l.trash)
	for i, cond := range l.conditions {
		chip := cond.chip()
		chip.Remove = l.without(i)
		page.Chips = append(page.Chips, chip)
	}
	for _, f := range fields {
		href, aria := l.sortedBy(crm.Path(f.Name))
		page.Columns = append(page.Columns, Head{Label: f.Label, Icon: typeIcon(f.ValueType()), Num: f.ValueType().Numeric(), Sort: aria, Href: href})
	}
	for key, values := range l.values() {
		for _, v := range values {
			page.Keep = append(page.Keep, Choice{Label: key, Value: v})
		}
	}
	page.Filter = filterFormOf(l.object, "")
	page.Count = plural(rows.Total, "row", "rows")
	if n := len(rows.Rows); n > 0 {
		page.Span = countText(l.from) + " to " + countText(l.from+int64(n)-1)
	}
	if l.after != "" {
		page.First = l.href(l.values())
	}
	if rows.After != "" {
		q := l.values()
		q.Set("after", rows.After)
		q.Set("from", strconv.FormatInt(l.from+int64(len(rows.Rows)), 10))
		page.Next = l.href(q)
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
	case len(l.conditions) > 0:
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

// tableRows paints the rows of a list; fields are its columns in order.
func tableRows(schema crm.Schema, o crm.Object, fields []crm.Field, list crm.Page, now time.Time, editable bool) []Row {
	painters := make([]painter, len(fields))
	for i, f := range fields {
		values := make([]any, len(list.Rows))
		for j, row := range list.Rows {
			values[j] = row.Values[i]
		}
		painters[i] = painterOf(schema, f, values, now)
	}
	places := phonePlaces(o, fields)
	rows := make([]Row, len(list.Rows))
	for j, row := range list.Rows {
		out := Row{ID: row.ID, Href: recordPath(o.Name, row.ID)}
		var rest []string
		for i, f := range fields {
			v := painters[i].paint(row.Values[i]).clip(cellText)
			cell := Cell{Place: places[i], Property: Property{Object: o.Name, ID: row.ID, Field: f.Name, Label: f.Label, Value: v,
				Num: f.ValueType().Numeric(), Editable: editable && f.Type != crm.Computed}}
			if i == 0 {
				cell.Link = out.Href
				if v.Text == "" {
					cell.Value = Value{Kind: "text", Text: "#" + strconv.FormatInt(row.ID, 10)}
				}
			}
			if places[i] == "" && v.Text != "" && len(rest) < 3 {
				rest = append(rest, v.Text)
			}
			out.Cells = append(out.Cells, cell)
		}
		out.Sub = strings.Join(rest, " · ")
		rows[j] = out
	}
	return rows
}

// phonePlaces chooses what a phone shows of a row besides its name: the amount and the stage.
func phonePlaces(o crm.Object, fields []crm.Field) []string {
	places := make([]string, len(fields))
	amount, stage := -1, -1
	for i, f := range fields {
		switch {
		case i == 0:
			places[i] = "m1"
		case f.Role == crm.RoleAmount || (amount < 0 && f.ValueType() == crm.Money):
			amount = i
		case f.Role == crm.RoleStage || (stage < 0 && f.Type == crm.Choice):
			stage = i
		}
	}
	if amount > 0 {
		places[amount] = "m2"
	}
	if stage > 0 {
		places[stage] = "m4"
	}
	return places
}

func filterFormOf(o crm.Object, chosen string) FilterForm {
	form := FilterForm{Object: o.Name, Input: "text"}
	var field crm.Field
	for _, f := range shown(o) {
		if f.Type == crm.File {
			continue
		}
		if chosen == "" {
			chosen = f.Name
		}
		if f.Name == chosen {
			field = f
		}
		form.Fields = append(form.Fields, Choice{Value: f.Name, Label: f.Label, Selected: f.Name == chosen})
	}
	for _, name := range opsFor(field.ValueType()) {
		for _, op := range ops {
			if op.name == name {
				form.Ops = append(form.Ops, Choice{Value: name, Label: op.says})
			}
		}
	}
	switch field.ValueType() {
	case crm.Choice, crm.Choices:
		for _, option := range field.Options {
			form.Options = append(form.Options, Choice{Value: option.Value, Label: option.Value})
		}
	case crm.Bool:
		form.Options = []Choice{{Value: "yes", Label: "yes"}, {Value: "no", Label: "no"}}
	case crm.Date, crm.DateTime:
		form.Input = "date"
	}
	return form
}

// filterForm gives the operators and values of the field chosen in the filter form.
func (s *Site) filterForm(w http.ResponseWriter, r *http.Request) error {
	schema, err := s.Store.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	return s.fragment(w, "table", "filter-rest", filterFormOf(o, r.FormValue("ff")))
}

// export sends the rows that pass the filters as CSV.
func (s *Site) export(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	schema, err := s.Store.Schema(ctx, c)
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	l, err := parseListing(schema, o, r.URL.Query())
	if err != nil {
		return err
	}
	paths := make([]crm.Path, len(o.Fields))
	head := make([]string, len(o.Fields))
	for i, f := range o.Fields {
		paths[i], head[i] = crm.Path(f.Name), f.Name
	}
	query := crm.Query{Object: o.Name, Fields: paths, Filter: l.filter(), Sort: l.sort, Limit: 1000}
	page, err := s.Store.List(ctx, c, query)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+o.Name+`.csv"`)
	out := csv.NewWriter(w)
	out.Write(head)
	for {
		for _, row := range page.Rows {
			line := make([]string, len(o.Fields))
			for i, f := range o.Fields {
				line[i] = f.Show(row.Values[i])
			}
			out.Write(line)
		}
		if page.After == "" {
			break
		}
		query.After = page.After
		if page, err = s.Store.List(ctx, c, query); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func intOf(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}
