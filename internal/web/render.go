package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
)

//go:embed templates
var templateFiles embed.FS

type tmpl = template.Template

// loadPages parses one set for each folder of templates/: the parts in base, and the page's own files.
func loadPages(assetPrefix string) (map[string]*tmpl, error) {
	sprite, err := templateFiles.ReadFile("templates/icons.svg")
	if err != nil {
		return nil, fmt.Errorf("read icons: %w", err)
	}
	funcs := template.FuncMap{
		"asset":  func(name string) string { return assetPrefix + "/" + name },
		"sprite": func() template.HTML { return template.HTML(sprite) },
		"icon": func(name string) template.HTML {
			return template.HTML(`<svg class="i" aria-hidden="true"><use href="#i-` + template.HTMLEscapeString(name) + `"/></svg>`)
		},
	}
	base, err := template.New("base").Funcs(funcs).ParseFS(templateFiles, "templates/base/*.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	dirs, err := fs.ReadDir(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	pages := map[string]*tmpl{}
	for _, d := range dirs {
		if !d.IsDir() || d.Name() == "base" {
			continue
		}
		set, err := base.Clone()
		if err == nil {
			set, err = set.ParseFS(templateFiles, path.Join("templates", d.Name(), "*.html"))
		}
		if err != nil {
			return nil, fmt.Errorf("read templates of %s: %w", d.Name(), err)
		}
		pages[d.Name()] = set
	}
	return pages, nil
}

// render writes a whole page. It goes to a buffer first: a template that fails half-way must not send half a page.
func (s *Site) render(w http.ResponseWriter, page string, data any) error {
	return s.define(w, http.StatusOK, page, "base", data)
}

// fragment writes one named part of a page, for htmx to swap in.
func (s *Site) fragment(w http.ResponseWriter, page, define string, data any) error {
	return s.define(w, http.StatusOK, page, define, data)
}

func (s *Site) define(w http.ResponseWriter, status int, page, define string, data any) error {
	set, ok := s.pages[page]
	if !ok {
		return fmt.Errorf("render page: there is no page %s", page)
	}
	var b bytes.Buffer
	if err := set.ExecuteTemplate(&b, define, data); err != nil {
		return fmt.Errorf("render page %s: %w", page, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "HX-Request")
	if status != http.StatusOK {
		w.WriteHeader(status)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// swap tells whether htmx asked for a fragment rather than a browser for a page. When it goes back in the history it
// wants the page.
func swap(r *http.Request) bool {
	return r.Header.Get("HX-Request") == "true" && r.Header.Get("HX-History-Restore-Request") == ""
}
