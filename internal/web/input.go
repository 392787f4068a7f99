package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// fewNames is up to how many records a link is chosen from a list; beyond it is typed, with suggestions.
const fewNames = 200

// Input is the control that fits a field's type.
type Input struct {
	Name    string // of the form's value
	ID      string
	Kind    string // text, number, date, datetime-local, email, tel, url, area, select, boxes, names
	Text    string
	Options []Choice
	Names   string // of Kind names: where suggestions come from
	Invalid bool
}

// input makes the control for a field that holds v.
func (s *Site) input(r *http.Request, schema crm.Schema, f crm.Field, v any) (Input, error) {
	in := Input{Name: "value", ID: "edit-" + f.Name, Kind: "text", Text: f.Show(v)}
	switch f.Type {
	case crm.LongText:
		in.Kind = "area"
	case crm.Date:
		in.Kind = "date"
	case crm.DateTime:
		in.Kind = "datetime-local"
		if at, ok := v.(time.Time); ok {
			in.Text = at.In(s.Clock().Location()).Format("2006-01-02T15:04")
		}
	case crm.Email:
		in.Kind = "email"
	case crm.Phone:
		in.Kind = "tel"
	case crm.Bool:
		in.Kind = "select"
		in.Options = choices([]string{"", "yes", "no"}, in.Text)
	case crm.Choice:
		in.Kind = "select"
		values := []string{""}
		for _, o := range f.Options {
			if f.MayMove(in.Text, o.Value) {
				values = append(values, o.Value)
			}
		}
		if in.Text != "" && !slices.Contains(values, in.Text) {
			values = append(values, in.Text)
		}
		in.Options = choices(values, in.Text)
	case crm.Choices:
		in.Kind = "boxes"
		chosen, _ := v.([]string)
		for _, o := range f.Options {
			in.Options = append(in.Options, Choice{Value: o.Value, Label: o.Value, Selected: slices.Contains(chosen, o.Value)})
		}
	case crm.Link, crm.Links:
		return s.linkInput(r, schema, f, v, in)
	}
	return in, nil
}

// linkInput offers the records of the target by name where they are few; else a name is typed.
func (s *Site) linkInput(r *http.Request, schema crm.Schema, f crm.Field, v any, in Input) (Input, error) {
	in.Kind, in.Names = "names", "/o/"+f.Target+"/names"
	target, err := findObject(schema, f.Target)
	if err != nil {
		return Input{}, err
	}
	list, err := s.nameList(r, target, "", fewNames+1)
	if err != nil || len(list) > fewNames {
		return in, err
	}
	chosen := map[string]bool{}
	switch v := v.(type) {
	case crm.Ref:
		chosen[strconv.FormatInt(v.ID, 10)] = true
	case []crm.Ref:
		for _, ref := range v {
			chosen[strconv.FormatInt(ref.ID, 10)] = true
		}
	}
	in.Kind, in.Name = "select", "ref"
	if f.Type == crm.Links {
		in.Kind = "boxes"
	} else {
		in.Options = append(in.Options, Choice{Selected: len(chosen) == 0})
	}
	for _, c := range list {
		c.Selected = chosen[c.Value]
		in.Options = append(in.Options, c)
	}
	return in, nil
}

// nameList lists records by name: Value is the id, Label the name.
func (s *Site) nameList(r *http.Request, o crm.Object, begins string, limit int) ([]Choice, error) {
	q := crm.Query{Object: o.Name, Fields: []crm.Path{"id"}, Limit: limit}
	name, named := o.NameField()
	if named {
		q.Fields = []crm.Path{crm.Path(name.Name)}
		q.Sort = []crm.Sort{{Path: crm.Path(name.Name)}}
		if begins != "" {
			q.Filter = crm.Where(crm.Path(name.Name), crm.Contains, begins)
		}
	}
	page, err := s.Store.List(r.Context(), ident.From(r.Context()), q)
	if err != nil {
		return nil, err
	}
	out := make([]Choice, 0, len(page.Rows))
	for _, row := range page.Rows {
		id := strconv.FormatInt(row.ID, 10)
		c := Choice{Value: id, Label: "#" + id}
		if named {
			if text := name.Show(row.Values[0]); text != "" {
				c.Label = text
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// names suggests records for a link that is being typed; "of" is the name of the field it is typed into.
func (s *Site) names(w http.ResponseWriter, r *http.Request) error {
	schema, err := s.Store.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	o, err := findObject(schema, r.PathValue("object"))
	if err != nil {
		return err
	}
	list, err := s.nameList(r, o, strings.TrimSpace(r.FormValue(r.FormValue("of"))), 20)
	if err != nil {
		return err
	}
	return s.fragment(w, "record", "names", list)
}

func choices(values []string, chosen string) []Choice {
	out := make([]Choice, len(values))
	for i, v := range values {
		out[i] = Choice{Value: v, Label: v, Selected: v == chosen}
	}
	return out
}

// typed reads what a form sent for a field: text as typed, or the records chosen.
func (s *Site) typed(r *http.Request, f crm.Field, name string) (any, error) {
	refs := r.PostForm[refName(name)]
	switch {
	case f.Type == crm.Link && len(refs) > 0:
		if refs[0] == "" {
			return nil, nil
		}
		return crm.Ref{ID: intOf(refs[0])}, nil
	case f.Type == crm.Links && r.PostForm.Has(refName(name)):
		out := []crm.Ref{}
		for _, ref := range refs {
			if ref != "" {
				out = append(out, crm.Ref{ID: intOf(ref)})
			}
		}
		return out, nil
	case f.Type == crm.Choices:
		return crm.JoinList(slices.DeleteFunc(slices.Clone(r.PostForm[name]), func(v string) bool { return v == "" })), nil
	case f.Type == crm.DateTime:
		if at, err := time.ParseInLocation("2006-01-02T15:04", r.PostForm.Get(name), s.Clock().Location()); err == nil {
			return at.UTC(), nil
		}
	}
	return r.PostForm.Get(name), nil
}

func refName(name string) string {
	if name == "value" {
		return "ref"
	}
	return "ref." + name
}

// keep puts what was typed back into the control.
func (in *Input) keep(form url.Values) {
	typed := form[in.Name]
	if len(typed) > 0 {
		in.Text = typed[0]
	}
	for i := range in.Options {
		in.Options[i].Selected = slices.Contains(typed, in.Options[i].Value)
		if in.Options[i].Selected && in.Kind == "select" {
			in.Text = in.Options[i].Label
		}
	}
}
