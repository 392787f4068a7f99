package web

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// SettingsPage lists who is signed in and which tokens are out.
type SettingsPage struct {
	Shell
	Sessions []SessionLine
	Tokens   []SessionLine
	Fresh    string // the secret of a token just made; shown once
	Label    string
	Roles    []Choice
	Error    string
	Hint     string
}

// SessionLine is one session or token.
type SessionLine struct {
	ID      string
	Label   string
	Person  string
	Role    string
	Made    Value
	Seen    Value
	Expires Value
	Here    bool
}

func (s *Site) settings(w http.ResponseWriter, r *http.Request) error {
	return s.settingsPage(w, r, http.StatusOK, SettingsPage{})
}

func (s *Site) settingsPage(w http.ResponseWriter, r *http.Request, status int, page SettingsPage) error {
	c := ident.From(r.Context())
	var err error
	if page.Shell, _, err = s.shellOf(w, r, "Settings", "/settings"); err != nil {
		return err
	}
	here := ""
	if s.SessionID != nil {
		here = s.SessionID(r)
	}
	if page.Sessions, err = s.sessionLines(r, ident.Browser, here); err != nil {
		return err
	}
	if page.Tokens, err = s.sessionLines(r, ident.Token, here); err != nil {
		return err
	}
	for _, role := range rolesUpTo(c.Role) {
		page.Roles = append(page.Roles, Choice{Value: string(role), Label: string(role) + ": " + roleSays(role)})
	}
	return s.define(w, status, "settings", "base", page)
}

func (s *Site) sessionLines(r *http.Request, kind ident.Via, here string) ([]SessionLine, error) {
	list, err := s.Store.SessionList(r.Context(), ident.From(r.Context()), kind)
	if err != nil {
		return nil, err
	}
	now := s.Clock()
	when := func(t time.Time) Value {
		if t.IsZero() {
			return Value{Kind: "text", Text: "never"}
		}
		return Value{Kind: "text", Text: whenText(t, now), Title: t.UTC().Format(time.RFC3339)}
	}
	var out []SessionLine
	for _, se := range list {
		if !now.Before(se.ExpiresAt) {
			continue
		}
		out = append(out, SessionLine{ID: se.ID, Label: se.Label, Person: se.Person, Role: string(se.Role), Made: when(se.CreatedAt), Seen: when(se.SeenAt), Expires: when(se.ExpiresAt), Here: se.ID == here})
	}
	return out, nil
}

// rolesUpTo lists the roles that a person may hand to a token: their own and those below.
func rolesUpTo(r ident.Role) []ident.Role {
	all := []ident.Role{ident.Viewer, ident.Member, ident.Admin}
	for i, role := range all {
		if role == r {
			return all[:i+1]
		}
	}
	return all[:1]
}

func roleSays(r ident.Role) string {
	switch r {
	case ident.Admin:
		return "everything"
	case ident.Member:
		return "read and write records, ask, import"
	}
	return "read and ask"
}

func (s *Site) sessionRevoke(w http.ResponseWriter, r *http.Request) error {
	id := r.FormValue("id")
	if err := s.Store.SessionRevoke(r.Context(), ident.From(r.Context()), id); err != nil {
		return err
	}
	return done(w, r, Toast{Text: "Ended. Whoever used it has to sign in again."}, "/settings")
}

// tokenAdd makes an API token. Its secret is in this one answer, and nowhere else.
func (s *Site) tokenAdd(w http.ResponseWriter, r *http.Request) error {
	c := ident.From(r.Context())
	label := strings.TrimSpace(r.FormValue("label"))
	days := intOf(r.FormValue("days"))
	role := ident.Role(r.FormValue("role"))
	allowed := false
	for _, may := range rolesUpTo(c.Role) {
		allowed = allowed || may == role
	}
	switch {
	case label == "" || len(label) > 100:
		return s.settingsPage(w, r, http.StatusUnprocessableEntity, SettingsPage{Error: "Say what the token is for.", Hint: "A few words, up to 100 letters."})
	case days < 1 || days > 366:
		return s.settingsPage(w, r, http.StatusUnprocessableEntity, SettingsPage{Error: "A token lasts 1 to 366 days."})
	case !allowed:
		return fail.New(fail.Denied, "A token cannot do more than you may, and you are %s.", c.Role)
	}
	secret, hash := edge.NewSecret()
	now := s.Clock().UTC().Truncate(time.Microsecond)
	err := s.Store.SessionAdd(r.Context(), c, ident.Session{ID: strings.ToLower(rand.Text()[:10]), Kind: ident.Token, Person: c.Person, Role: role,
		Label: label, CreatedAt: now, ExpiresAt: now.AddDate(0, 0, int(days))}, hash)
	if err != nil {
		return err
	}
	return s.settingsPage(w, r, http.StatusOK, SettingsPage{Fresh: secret, Label: label})
}
