package api

import (
	"net/http"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/ident"
)

type viewList struct {
	Views []crm.View `json:"views"`
}

func (s *server) viewOps() []op {
	const views = "/api/v1/objects/:object/views"
	return []op{
		{method: "GET", path: views, access: edge.SignedIn, id: "listViews", does: "The saved views of an object: those that all share, and one's own.", out: viewList{}, handle: s.listViews},
		{method: "PUT", path: views + "/:name", access: edge.Writer, id: "setView", does: "Save a view, or change it. With one's own login as owner nobody else sees it.", in: crm.View{}, out: crm.View{}, handle: s.setView},
		{method: "DELETE", path: views + "/:name", access: edge.Writer, id: "removeView", does: "Remove a view. The records stay.", out: removed{}, handle: s.removeView},
	}
}

func (s *server) listViews(w http.ResponseWriter, r *http.Request) error {
	o, err := s.object(r)
	if err != nil {
		return err
	}
	all, err := s.Views.ViewList(r.Context(), ident.From(r.Context()), o.Name)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, viewList{all})
}

func (s *server) setView(w http.ResponseWriter, r *http.Request) error {
	v, err := read[crm.View](r)
	if err != nil {
		return err
	}
	o, err := s.object(r)
	if err != nil {
		return err
	}
	v.Object, v.Name = o.Name, strings.TrimSpace(r.PathValue("name"))
	if _, err := s.Views.ViewSet(r.Context(), ident.From(r.Context()), v); err != nil {
		return err
	}
	return write(w, http.StatusOK, v)
}

func (s *server) removeView(w http.ResponseWriter, r *http.Request) error {
	o, err := s.object(r)
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	if _, err := s.Views.ViewRemove(r.Context(), ident.From(r.Context()), o.Name, name); err != nil {
		return err
	}
	return write(w, http.StatusOK, removed{name})
}
