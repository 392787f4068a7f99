package edge

import (
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// csp is the one policy of all pages: nothing from elsewhere, no inline script or style, no framing.
const csp = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Handler is the TCP door. A request must name this host and port as its Host, so that a foreign name that resolves to
// the loopback address reaches nothing, and must not come from another origin's page when it changes something.
func (s *Server) Handler() http.Handler {
	cross := http.NewCrossOriginProtection()
	return s.outer(func(w http.ResponseWriter, r *http.Request) error {
		if !ownHost(r) {
			return unroutable{fail.New(fail.Denied, "This box does not answer to the name %q.", r.Host).
				WithHint("Open it as 127.0.0.1 or localhost, with the port that openclawd serve printed."), http.StatusMisdirectedRequest}
		}
		if err := cross.Check(r); err != nil {
			return unroutable{fail.New(fail.Denied, "Another site's page tried to do this here.").
				WithHint("Do it from a page of this box.").Because(err), http.StatusForbidden}
		}
		caller, err := s.identify(r)
		if err != nil {
			return err
		}
		if caller.Known() {
			responseOf(w).still = func() error {
				if now, err := s.identify(r); err != nil || now != caller {
					return fail.New(fail.Denied, "This sign-in has ended.").WithHint("Sign in again: openclawd open.").Because(err)
				}
				return nil
			}
		}
		s.route(w, r.WithContext(ident.With(r.Context(), caller)))
		return nil
	})
}

// localHandler is the unix socket's door: the connection's context already holds the caller.
func (s *Server) localHandler() http.Handler {
	return s.outer(func(w http.ResponseWriter, r *http.Request) error {
		if !ident.From(r.Context()).Known() {
			return fail.New(fail.Denied, "This unix user may not use this workspace.").
				WithHint("Run the command as the user that runs openclawd serve, or as root.")
		}
		s.route(w, r)
		return nil
	})
}

const (
	maxHead    = 4 << 20  // bytes of a request's head that are read at all, so that a refusal can be a sentence
	maxAddress = 32 << 10 // of those, bytes of the address
)

// route hands a request, whose context holds the caller, to the table of routes.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	if len(r.RequestURI) > maxAddress {
		s.answerError(w, r, unroutable{fail.New(fail.Invalid, "This address is longer than %s, the most that is taken here.", crm.SizeText(maxAddress)).
			WithHint("Ask, search or filter with fewer words."), http.StatusRequestURITooLong})
		return
	}
	s.router.ServeHTTP(w, r)
}

// outer is what every request passes whatever the door: an id, the headers, the access log and the net under a panic.
func (s *Server) outer(next func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w := &response{ResponseWriter: rw, id: rand.Text()[:12], status: http.StatusOK, patience: s.patience(r)}
		w.hurry()
		began := s.clock()
		h := w.Header()
		h.Set("X-Request-Id", w.id)
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		defer func() {
			w.hurry() // for what is still to be sent
			problem := recover()
			if problem != nil && problem != http.ErrAbortHandler {
				s.log.Error("a request panicked", "id", w.id, "panic", problem, "stack", string(debug.Stack()))
				if !w.began {
					s.answerError(w, r, fail.As(nil))
					problem = nil
				}
			}
			took := s.clock().Sub(began)
			level := slog.LevelDebug // what people changed stands in history; here only what was refused is news
			switch w.status {
			case http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest:
				level = slog.LevelInfo
			}
			s.log.Log(r.Context(), level, "request", "id", w.id, "method", r.Method, "route", w.route.Path, "status", w.status,
				"bytes", w.bytes, "ms", took.Milliseconds(), "who", w.who)
			if w.route.Handle != nil {
				s.observe(w.route, w.status, took)
			}
			if problem != nil {
				panic(http.ErrAbortHandler) // the answer has begun: cut it off, so that nobody takes it for whole
			}
		}()
		if err := next(w, r); err != nil {
			s.answerError(w, r, err)
		}
	})
}

// serve is a route behind its access rule.
func (s *Server) serve(route Route) echo.HandlerFunc {
	limit := route.MaxBody
	if limit == 0 {
		limit = defaultMaxBody
	}
	return func(c echo.Context) error {
		w, r := responseOf(c.Response().Writer), c.Request()
		caller := ident.From(r.Context())
		w.route, w.who = route, caller.Person
		if err := route.Access.allow(caller); err != nil {
			s.answerError(w, r, err)
			return nil
		}
		for i, name := range c.ParamNames() {
			value := c.ParamValues()[i]
			if r.URL.RawPath != "" {
				var err error
				if value, err = url.PathUnescape(value); err != nil {
					s.answerError(w, r, fail.New(fail.NotFound, "There is nothing at %s.", r.URL.Path))
					return nil
				}
			}
			r.SetPathValue(name, value)
		}
		if r.ContentLength > limit { // known before a byte of it is taken
			s.answerError(w, r, &http.MaxBytesError{Limit: limit})
			return nil
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if err := route.Handle(w, r); err != nil {
			s.answerError(w, r, err)
		}
		return nil
	}
}

// ownHost tells whether the Host header names the loopback address and port that the connection came in by.
func ownHost(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return false
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = r.Host, "80"
	}
	if p := local.AddrPort().Port(); port != strconv.Itoa(int(p)) {
		return false
	}
	return host == "localhost" || host == "127.0.0.1" || host == "::1" || host == "[::1]"
}

// patience is how long one write may wait for a reader of the TCP door, since an answer under way holds a connection to
// the database. At the local door a person may well sit before a pager: there is no limit, 0.
func (s *Server) patience(r *http.Request) time.Duration {
	if _, tcp := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); tcp {
		return s.stall
	}
	return 0
}

// response remembers what went out: for the log, and so that an error can tell whether it still may speak.
type response struct {
	http.ResponseWriter
	patience time.Duration
	id       string
	route    Route
	who      string
	status   int
	bytes    int64
	began    bool
	still    func() error // whether the caller may still be answered; nil where that cannot end
}

// hurry gives the reader its time anew. A writer that knows no deadlines, as in tests, has none.
func (w *response) hurry() {
	if w.patience > 0 {
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(time.Now().Add(w.patience))
	}
}

func (w *response) WriteHeader(status int) {
	w.hurry()
	if status >= 200 && !w.began {
		w.status, w.began = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	if !w.began {
		w.WriteHeader(w.status)
	}
	w.hurry()
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// responseOf finds our writer below the router's.
func responseOf(w http.ResponseWriter) *response {
	for {
		switch v := w.(type) {
		case *response:
			return v
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return &response{ResponseWriter: w, status: http.StatusOK}
		}
	}
}

// RequestID is the id that the answer's X-Request-Id and the log carry.
func RequestID(w http.ResponseWriter) string { return responseOf(w).id }
