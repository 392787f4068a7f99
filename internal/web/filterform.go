package web

import (
	"net/http"
	"net/url"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// FilterForm is the small form that adds a filter.
type FilterForm struct {
	Object  string
	Fields  []Choice
	Ops     []Choice
	Options []Choice // of a choice field
	Input   string   // type of the input, when there are no options
}

// addFilter turns what the filter form sent into the address of the table with one filter more.
func (s *Site) addFilter(w http.ResponseWriter, r *http.Request, schema crm.Schema, o crm.Object, q url.Values) error {
	text := q.Get("ff") + ":" + q.Get("fop") + ":" + q.Get("fv")
	c, err := parseCondition(schema, o.Name, text)
	if err != nil {
		return err
	}
	l, err := s.listingOf(r, schema, o, q)
	if err != nil {
		return err
	}
	if c.value != "" || !ops[c.op].arg {
		l.conditions = append(l.conditions, c)
	}
	http.Redirect(w, r, l.href(l.values()), http.StatusSeeOther)
	return nil
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
