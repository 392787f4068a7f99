package api

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

type sessionList struct {
	Sessions []ident.Session `json:"sessions"`
}

type tokenList struct {
	Tokens []ident.Session `json:"tokens"`
}

type tokenIn struct {
	Label string     `json:"label"`          // what it is for
	Role  ident.Role `json:"role,omitempty"` // at most one's own; viewer when left out
	Days  int        `json:"days,omitempty"` // how long it lasts; 90 when left out, 366 at most
}

type tokenOut struct {
	ident.Session
	Token string `json:"token"` // shown this once
}

type removed struct {
	Removed string `json:"removed"`
}

func (s *server) sessionOps() []op {
	return []op{
		{method: "GET", path: "/api/v1/sessions", access: edge.SignedIn, id: "listSessions", does: "Who is signed in: one's own sessions, for an admin all.", out: sessionList{}, handle: s.listSessions},
		{method: "DELETE", path: "/api/v1/sessions/:id", access: edge.SignedIn, id: "revokeSession", does: "End a session. A token cannot.", out: removed{}, handle: s.revoke(ident.Browser)},
		{method: "GET", path: "/api/v1/tokens", access: edge.SignedIn, id: "listTokens", does: "API tokens: one's own, for an admin all.", out: tokenList{}, handle: s.listTokens},
		{method: "POST", path: "/api/v1/tokens", access: edge.SignedIn, id: "addToken", does: "Make an API token for oneself. It is shown once. A token cannot make tokens.", in: tokenIn{}, out: tokenOut{}, status: 201, secret: true, handle: s.addToken},
		{method: "DELETE", path: "/api/v1/tokens/:id", access: edge.SignedIn, id: "revokeToken", does: "End a token. A token ends only itself.", out: removed{}, handle: s.revoke(ident.Token)},
		{method: "POST", path: "/api/v1/open", access: edge.AdminOnly, id: "open", does: "Make a one-time sign-in link for oneself.", out: linkOut{}, secret: true, handle: s.open},
	}
}

// mine lists the sessions of a kind that the caller may see.
func (s *server) mine(r *http.Request, kind ident.Via) ([]ident.Session, error) {
	c := ident.From(r.Context())
	all, err := s.Sessions.SessionList(r.Context(), c, kind)
	if err != nil {
		return nil, err
	}
	out := []ident.Session{}
	for _, one := range all {
		if c.Role == ident.Admin || one.Person == c.Person {
			out = append(out, one)
		}
	}
	return out, nil
}

func (s *server) listSessions(w http.ResponseWriter, r *http.Request) error {
	all, err := s.mine(r, ident.Browser)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, sessionList{all})
}

func (s *server) listTokens(w http.ResponseWriter, r *http.Request) error {
	all, err := s.mine(r, ident.Token)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, tokenList{all})
}

func (s *server) revoke(kind ident.Via) func(http.ResponseWriter, *http.Request) error {
	word := map[ident.Via]string{ident.Browser: "session", ident.Token: "token"}[kind]
	return func(w http.ResponseWriter, r *http.Request) error {
		all, err := s.mine(r, kind)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.ID == r.PathValue("id") {
				if err := s.Sessions.SessionRevoke(r.Context(), ident.From(r.Context()), one.ID); err != nil {
					return err
				}
				return write(w, http.StatusOK, removed{one.ID})
			}
		}
		return fail.New(fail.NotFound, "There is no %s %q.", word, r.PathValue("id")).WithHint("openclawd %s list shows the ones there are.", word)
	}
}

func (s *server) addToken(w http.ResponseWriter, r *http.Request) error {
	in, err := read[tokenIn](r)
	if err != nil {
		return err
	}
	c := ident.From(r.Context())
	if in.Role == "" {
		in.Role = ident.Viewer
	}
	if in.Days == 0 {
		in.Days = 90
	}
	switch {
	case c.Via == ident.Token:
		return fail.New(fail.Denied, "A token cannot make tokens.").WithHint("Sign in, or type openclawd token add on this box.")
	case strings.TrimSpace(in.Label) == "" || len(in.Label) > 100:
		return fail.New(fail.Invalid, "The token does not say what it is for.").WithHint("Give it a label of up to 100 letters.")
	case in.Role.Rank() == 0:
		return fail.New(fail.Invalid, "There is no role %q.", in.Role).WithHint("It is admin, member or viewer.")
	case in.Role.Rank() > c.Role.Rank():
		return fail.New(fail.Denied, "A token cannot do more than you: you are %s.", c.Role).WithHint("Choose your role or a lesser one.")
	case in.Days < 1 || in.Days > 366:
		return fail.New(fail.Invalid, "A token lasts from 1 to 366 days, not %d.", in.Days).WithHint("90 is what it gets when nothing is said.")
	}
	secret, hash := edge.NewSecret()
	now := s.Clock().UTC().Truncate(time.Microsecond)
	token := ident.Session{ID: strings.ToLower(rand.Text()[:10]), Kind: ident.Token, Person: c.Person, Role: in.Role, Label: strings.TrimSpace(in.Label),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.AddDate(0, 0, in.Days)}
	if err := s.Sessions.SessionAdd(r.Context(), c, token, hash); err != nil {
		return err
	}
	return write(w, http.StatusCreated, tokenOut{token, secret})
}

type linkOut struct {
	URL string `json:"url"`
}

func (s *server) open(w http.ResponseWriter, r *http.Request) error {
	c := ident.From(r.Context())
	if c.Via != ident.CLI {
		return fail.New(fail.Denied, "A sign-in link is made by the command line of this box only.").WithHint("Type openclawd open there.")
	}
	url, err := s.Link(c)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, linkOut{url})
}
