package web

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Shell is what stands around every page.
type Shell struct {
	Title    string
	Here     string // which entry of the nav this page is: a path
	Theme    string // "light", "dark" or "" for the system's
	NextTint string // what the theme button would set
	Me       Me
	CanWrite bool
	Objects  []NavObject
	State    State
	Toast    *Toast
	Back     string // this page's own address, for forms that come back to it
}

// Me is the person who looks.
type Me struct {
	Name   string
	Role   string
	Avatar Avatar
}

// NavObject is one object in the nav.
type NavObject struct {
	Name  string
	Label string
	Icon  string
	Count string
	Here  bool
}

// State is what the strip says.
type State struct {
	ReadOnly bool
	Reason   string
	Fix      string
	Free     string
}

// shellOf reads what the shell shows. Counts are counted on each page, never remembered.
func (s *Site) shellOf(w http.ResponseWriter, r *http.Request, title, here string) (Shell, crm.Schema, error) {
	ctx, c := r.Context(), ident.From(r.Context())
	schema, err := s.Store.Schema(ctx, c)
	if err != nil {
		return Shell{}, crm.Schema{}, err
	}
	shell := Shell{
		Title: title, Here: here, Theme: themeOf(r), CanWrite: c.Role.CanWrite(),
		Me:    Me{Name: c.Name, Role: string(c.Role), Avatar: avatarOf(c.Name)},
		Toast: takeToast(w, r), Back: r.URL.RequestURI(),
	}
	shell.NextTint = "dark"
	if shell.Theme == "dark" {
		shell.NextTint = "light"
	}
	state := s.State()
	shell.State = State{ReadOnly: state.ReadOnly, Reason: state.Reason, Fix: state.Fix, Free: crm.SizeText(state.FreeBytes)}
	if state.ReadOnly {
		shell.CanWrite = false
	}
	for _, o := range schema.Objects {
		page, err := s.Store.List(ctx, c, crm.Query{Object: o.Name, Fields: []crm.Path{"id"}, Limit: 1, Total: true})
		if err != nil {
			return Shell{}, crm.Schema{}, err
		}
		path := "/o/" + o.Name
		shell.Objects = append(shell.Objects, NavObject{
			Name: o.Name, Label: upper(o.Plural), Icon: objectIcon(o), Count: countText(page.Total),
			Here: here == path || strings.HasPrefix(here, path+"/"),
		})
	}
	return shell, schema, nil
}

// upper makes the first letter a capital: labels are kept as people say them in a sentence.
func upper(label string) string {
	r, n := utf8.DecodeRuneInString(label)
	return strings.ToUpper(string(r)) + label[n:]
}

// lower makes the first letter small, but leaves abbreviations alone.
func lower(label string) string {
	_, n := utf8.DecodeRuneInString(label)
	rest := label[n:]
	if rest != "" && strings.ToUpper(rest[:1]) == rest[:1] && strings.ToLower(rest[:1]) != rest[:1] {
		return label
	}
	return strings.ToLower(label[:n]) + rest
}

// objectIcon picks a drawing: the object's own if there is one, else by the words people use for it.
func objectIcon(o crm.Object) string {
	switch o.Icon {
	case "deal", "account", "product", "person", "people", "table", "file", "calendar", "money", "check", "inbox", "chat", "box":
		return o.Icon
	}
	words := " " + strings.ToLower(strings.Join(append([]string{o.Label, o.Plural, strings.ReplaceAll(o.Name, "_", " ")}, o.Synonyms...), " ")) + " "
	for _, guess := range []struct {
		icon  string
		words []string
	}{
		{"deal", []string{"deal", "opportunity", "sale"}},
		{"account", []string{"account", "company", "customer", "client", "organisation", "organization"}},
		{"person", []string{"person", "contact", "agent", "employee", "rep", "patient", "member", "user"}},
		{"product", []string{"product", "item"}},
		{"money", []string{"invoice", "payment", "order"}},
		{"check", []string{"task", "ticket"}},
		{"calendar", []string{"event", "meeting", "appointment"}},
	} {
		for _, w := range guess.words {
			if strings.Contains(words, " "+w+" ") {
				return guess.icon
			}
		}
	}
	return "table"
}

// isPeople tells whether records of the object are people, who get an avatar.
func isPeople(o crm.Object) bool {
	icon := objectIcon(o)
	return icon == "person" || icon == "people"
}

// theme forces day or night by a cookie, or gives the choice back to the system.
func (s *Site) theme(w http.ResponseWriter, r *http.Request) error {
	want := r.FormValue("theme")
	if want != "dark" && want != "light" {
		want = ""
	}
	c := &http.Cookie{Name: "openclaw_theme", Value: want, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if want == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
	http.Redirect(w, r, backTo(r, "/"), http.StatusSeeOther)
	return nil
}

func themeOf(r *http.Request) string {
	if c, err := r.Cookie("openclaw_theme"); err == nil && (c.Value == "dark" || c.Value == "light") {
		return c.Value
	}
	return ""
}

// backTo is the page that a form says it stands on. Only a path of our own is believed.
func backTo(r *http.Request, otherwise string) string {
	back := r.FormValue("back")
	if strings.HasPrefix(back, "/") && !strings.HasPrefix(back, "//") && !strings.ContainsAny(back, "\\\r\n\t") {
		return back
	}
	return otherwise
}

// InRecords tells whether the page is one of an object's.
func (s Shell) InRecords() bool { return strings.HasPrefix(s.Here, "/o/") }

// InMore tells whether a phone finds the page under More.
func (s Shell) InMore() bool {
	switch s.Here {
	case "/more", "/import", "/sql", "/schema", "/settings", "/search":
		return true
	}
	return false
}
