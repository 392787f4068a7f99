package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// ViewForm saves what a table shows as a view.
type ViewForm struct {
	Object string
	Name   string // of the view that is shown, "" for none
	Own    bool
}

// listingOf is what an address says about a table, the saved view that it names included.
func (s *Site) listingOf(r *http.Request, schema crm.Schema, o crm.Object, q url.Values) (listing, error) {
	l, err := parseListing(schema, o, q)
	name := q.Get("view")
	if err != nil || name == "" {
		return l, err
	}
	views, err := s.Store.ViewList(r.Context(), ident.From(r.Context()), o.Name)
	if err != nil {
		return l, err
	}
	for _, v := range views {
		if strings.EqualFold(v.Name, name) {
			l.look(schema, v)
			return l, nil
		}
	}
	return l, fail.New(fail.NotFound, "There is no view %q of %s.", name, lower(o.Plural)).WithHint("The tabs above the table name the ones there are.")
}

// look has the listing begin with what a view says. The view's conditions come first; one that is no list of conditions
// stays whole.
func (l *listing) look(schema crm.Schema, v crm.View) {
	of := listing{object: l.object}
	if of.narrow(schema, v.Filter) {
		l.fixed = len(of.conditions)
		l.conditions = slices.Concat(of.conditions, l.conditions)
	} else {
		l.base = v.Filter
	}
	if len(l.sort) == 0 {
		l.sort = v.Sort
	}
	l.view = &v
}

// viewTabs are the saved views as tabs; none when there are none.
func (s *Site) viewTabs(r *http.Request, l listing) ([]Choice, error) {
	views, err := s.Store.ViewList(r.Context(), ident.From(r.Context()), l.object.Name)
	if err != nil || len(views) == 0 || l.trash {
		return nil, err
	}
	plain := l.view == nil && len(l.conditions) == 0
	tabs := []Choice{{Label: "All", Value: "/o/" + l.object.Name, Selected: plain}}
	for _, v := range views {
		tabs = append(tabs, Choice{Label: v.Name, Value: viewPath(v), Selected: l.view != nil && l.view.Name == v.Name})
	}
	return tabs, nil
}

func viewPath(v crm.View) string {
	return "/o/" + v.Object + "?" + url.Values{"view": {v.Name}}.Encode()
}

// viewFields are the columns of a view as fields: those that other objects have are known by their path.
func viewFields(schema crm.Schema, o crm.Object, columns []crm.Column) []crm.Field {
	fields := make([]crm.Field, len(columns))
	for i, c := range columns {
		f, own := o.Field(string(c.Path))
		if !own {
			f = columnField(schema, o.Name, c)
			f.Name, f.Label = string(c.Path), crm.LabelOf(string(c.Path))
			if _, far, ok := schema.Resolve(o.Name, c.Path); ok {
				f.Label = far.Label
			}
		}
		fields[i] = f
	}
	return fields
}

// viewSet saves the rows, columns and order of the table that the form stands above.
func (s *Site) viewSet(w http.ResponseWriter, r *http.Request) error {
	schema, o, err := s.viewed(r)
	if err != nil {
		return err
	}
	l, err := s.listingOf(r, schema, o, r.PostForm)
	if err != nil {
		return err
	}
	c := ident.From(r.Context())
	v := crm.View{Object: o.Name, Name: strings.TrimSpace(r.PostForm.Get("name")), Filter: l.filter(), Sort: l.sort}
	if l.view != nil {
		v.Fields = l.view.Fields
	}
	if r.PostForm.Get("own") == "1" {
		v.Owner = c.Person
	}
	batch, err := s.Store.ViewSet(r.Context(), c, v)
	if err != nil {
		return err
	}
	return done(w, r, Toast{Text: "The view " + v.Name + " is saved.", Undo: batch, Back: "/o/" + o.Name}, viewPath(v))
}

func (s *Site) viewRemove(w http.ResponseWriter, r *http.Request) error {
	_, o, err := s.viewed(r)
	if err != nil {
		return err
	}
	name := r.PostForm.Get("view")
	batch, err := s.Store.ViewRemove(r.Context(), ident.From(r.Context()), o.Name, name)
	if err != nil {
		return err
	}
	return done(w, r, Toast{Text: "The view " + name + " is gone. Its rows are all here.", Undo: batch}, "/o/"+o.Name)
}

// viewed reads the form and finds the object that it is about.
func (s *Site) viewed(r *http.Request) (schema crm.Schema, o crm.Object, err error) {
	if schema, err = s.Store.Schema(r.Context(), ident.From(r.Context())); err != nil {
		return schema, o, err
	}
	if err = parseForm(r); err != nil {
		return schema, o, err
	}
	o, err = findObject(schema, r.PathValue("object"))
	return schema, o, err
}
