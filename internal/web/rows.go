package web

import (
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
)

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
			_, own := o.Field(f.Name)
			v := painters[i].paint(row.Values[i]).clip(cellText)
			cell := Cell{Place: places[i], Property: Property{Object: o.Name, ID: row.ID, Field: f.Name, Label: f.Label, Value: v,
				Num: f.ValueType().Numeric(), Editable: editable && own && f.Type != crm.Computed}}
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
