package web

import (
	"fmt"
	"net/http"

	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// GatePage is what stands before the data: sign in, not let in, and errors of any kind.
type GatePage struct {
	Title    string
	Theme    string
	Kind     string // "signin", "refused" or "error"
	Message  string
	Hint     string
	Request  string // the request's id in the log
	SignedIn bool
	Back     string
	Clashes  []Clash
	Lost     []string // values that would not convert
}

// signin explains the one-time link to whoever is not signed in.
func (s *Site) signin(w http.ResponseWriter, r *http.Request) error {
	if ident.From(r.Context()).Known() {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return s.define(w, http.StatusOK, "gate", "gate", GatePage{Title: "Sign in", Theme: themeOf(r), Kind: "signin"})
}

// renderError is the page of an error; for htmx it is a toast, so that what was on the page stays.
func (s *Site) renderError(w http.ResponseWriter, r *http.Request, e *fail.Error) {
	c := ident.From(r.Context())
	page := GatePage{Title: "Not done", Theme: themeOf(r), Kind: "error", Message: e.Message, Hint: e.Hint, Request: edge.RequestID(w), SignedIn: c.Known(), Back: "/"}
	switch e.Kind {
	case fail.Denied:
		page.Kind, page.Title = "refused", "Not let in"
		if !c.Known() && r.Method == http.MethodGet && !isSigninLink(r) {
			page.Kind, page.Title = "signin", "Sign in"
		}
	case fail.NotFound:
		page.Title = "Not here"
	}
	if r.Method != http.MethodGet {
		page.Back = refererPath(r)
	}
	switch detail := e.Detail.(type) {
	case []crm.Clash:
		for _, clash := range detail {
			if clash.Record == 0 {
				continue // it counts what would be lost, which the message says
			}
			page.Clashes = append(page.Clashes, clashOf(clash))
		}
	case crm.Conversion:
		page.Lost = detail.Sample
	}
	if swap(r) {
		w.Header().Set("HX-Retarget", "#toasts")
		w.Header().Set("HX-Reswap", "innerHTML")
		if page.Kind == "signin" {
			w.Header().Set("HX-Redirect", "/signin")
		}
		err := s.fragment(w, "gate", "error-toast", page)
		if err != nil {
			s.Log.Error("render error", "err", err)
		}
		return
	}
	if err := s.fragment(w, "gate", "gate", page); err != nil {
		s.Log.Error("render error", "err", err)
	}
}

func isSigninLink(r *http.Request) bool {
	return len(r.URL.Path) > len("/signin/") && r.URL.Path[:8] == "/signin/"
}

// clashOf tells one field of a conflict in words.
func clashOf(c crm.Clash) Clash {
	return Clash{Field: crm.LabelOf(c.Field), By: c.By, Theirs: anyText(c.Theirs), Yours: anyText(c.Yours)}
}

// anyText shows a value of a conflict, whose field may be gone.
func anyText(v any) string {
	if v == nil {
		return "empty"
	}
	if text := painterOf(crm.Schema{}, crm.Field{Type: crm.Text}, nil, nowhere).paint(fromJSON(crm.Field{Type: crm.Text}, v)).Text; text != "" {
		return text
	}
	return fmt.Sprint(v)
}
