package edge

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

const (
	linkLife    = 10 * time.Minute
	sessionLife = 30 * 24 * time.Hour
	maxLinks    = 100 // one-time links that wait to be used; the oldest gives way
)

// NewSecret makes a secret of 130 random bits and the hash under which the store keeps it.
func NewSecret() (secret string, hash []byte) {
	secret = rand.Text()
	return secret, Hash(secret)
}

// Hash is how a secret is kept. It needs no salt, since the secret is random and long.
func Hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// links are the one-time sign-in links that are out. They live in memory only: a restart withdraws them.
type links struct {
	mu  sync.Mutex
	out map[[32]byte]link
}

type link struct {
	caller ident.Caller
	until  time.Time
}

func newLinks() *links { return &links{out: map[[32]byte]link{}} }

func (l *links) add(secret string, c ident.Caller, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest, at := [32]byte{}, time.Time{}
	for k, v := range l.out {
		if now.After(v.until) {
			delete(l.out, k)
		} else if at.IsZero() || v.until.Before(at) {
			oldest, at = k, v.until
		}
	}
	if len(l.out) >= maxLinks {
		delete(l.out, oldest)
	}
	l.out[sha256.Sum256([]byte(secret))] = link{caller: c, until: now.Add(linkLife)}
}

// take uses a link up. Whoever comes second finds nothing.
func (l *links) take(secret string, now time.Time) (ident.Caller, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := sha256.Sum256([]byte(secret))
	v, ok := l.out[key]
	delete(l.out, key)
	return v.caller, ok && !now.After(v.until)
}

// OneTimeLink makes a link that signs its first visitor in as the caller. It lasts ten minutes.
func (s *Server) OneTimeLink(c ident.Caller) (string, error) {
	base := s.URL()
	if base == "" {
		return "", fail.New(fail.Unavailable, "There is no web address to sign in at yet.").WithHint("Wait until openclawd serve says ready.")
	}
	secret, _ := NewSecret()
	s.links.add(secret, c, s.clock())
	return base + "/signin/" + secret, nil
}

func (s *Server) signRoutes() []Route {
	return []Route{
		{Method: http.MethodGet, Path: "/signin/:secret", Access: Public, Handle: s.signIn},
		{Method: http.MethodPost, Path: "/signout", Access: SignedIn, Handle: s.signOut},
	}
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	used := fail.New(fail.Denied, "This sign-in link was used already, or is older than ten minutes.").
		WithHint("Type openclawd open on this box for a new one.")
	if r.Method != http.MethodGet { // a HEAD looks; it must not use the link up
		return used
	}
	caller, ok := s.links.take(r.PathValue("secret"), s.clock())
	if !ok {
		return used
	}
	secret, hash := NewSecret()
	now := s.clock().UTC().Truncate(time.Microsecond)
	err := s.store.SessionAdd(r.Context(), caller, ident.Session{
		ID: strings.ToLower(rand.Text()[:10]), Kind: ident.Browser, Person: caller.Person, Role: caller.Role,
		Label: browserName(r.UserAgent()), CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionLife),
	}, hash)
	if err != nil {
		return err
	}
	http.SetCookie(w, sessionCookie(r, secret, int(sessionLife.Seconds())))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	session, err := s.session(r)
	if err != nil {
		return err
	}
	if err := s.store.SessionRevoke(r.Context(), ident.From(r.Context()), session.ID); err != nil {
		return err
	}
	http.SetCookie(w, sessionCookie(r, "", -1))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// cookieName holds the port, because a browser gives one host's cookies to all its ports: two workspaces on one
// machine must not sign each other out.
func cookieName(r *http.Request) string {
	if a, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		return "openclaw_" + strconv.Itoa(a.Port)
	}
	return "openclaw"
}

func sessionCookie(r *http.Request, value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: cookieName(r), Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteStrictMode}
}

var errNoSecret = errors.New("the request carries no secret")

// session finds the session of a request by its bearer token or its cookie. A token never works as a cookie, nor the
// other way round.
func (s *Server) session(r *http.Request) (ident.Session, error) {
	secret, kind := "", ident.Browser
	if h := r.Header.Get("Authorization"); h != "" {
		bearer, token, ok := strings.Cut(h, " ")
		if !ok || !strings.EqualFold(bearer, "bearer") {
			return ident.Session{}, fail.New(fail.Denied, "The Authorization header is not a bearer token.").WithHint("Send Authorization: Bearer TOKEN; openclawd token add makes one.")
		}
		secret, kind = strings.TrimSpace(token), ident.Token
	} else if c, err := r.Cookie(cookieName(r)); err == nil {
		secret = c.Value
	}
	if secret == "" {
		return ident.Session{}, errNoSecret
	}
	session, err := s.store.SessionFind(r.Context(), ident.System(), Hash(secret))
	if err != nil {
		return ident.Session{}, err
	}
	if session.Kind != kind || !s.clock().Before(session.ExpiresAt) {
		return ident.Session{}, fail.New(fail.Denied, "This session has ended.").WithHint("Sign in again: openclawd open.")
	}
	return session, nil
}

// identify says who stands at the TCP door: the session's person, or nobody. A bad bearer token is told, since a
// program sent it; a dead cookie only means that the browser has to sign in again.
func (s *Server) identify(r *http.Request) (ident.Caller, error) {
	session, err := s.session(r)
	switch {
	case err == nil:
		return session.Caller(), nil
	case errors.Is(err, errNoSecret):
		return ident.Caller{}, nil
	case fail.KindOf(err) == fail.Denied && r.Header.Get("Authorization") == "":
		return ident.Caller{}, nil
	}
	return ident.Caller{}, err
}

// browserName makes a few words of a user agent, enough to tell one's own sessions apart.
func browserName(agent string) string {
	name, system := "a browser", ""
	for _, b := range []struct{ mark, name string }{{"Firefox/", "Firefox"}, {"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}} {
		if strings.Contains(agent, b.mark) {
			name = b.name
			break
		}
	}
	for _, o := range []struct{ mark, name string }{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, o.mark) {
			system = " on " + o.name
			break
		}
	}
	return name + system
}

// SessionID is the id of the session that a request came by, "" for none; pages mark it as "this browser".
func (s *Server) SessionID(r *http.Request) string {
	session, err := s.session(r)
	if err != nil {
		return ""
	}
	return session.ID
}
