package edge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Sessions keeps who is signed in. Only hashes of secrets reach it.
type Sessions interface {
	SessionAdd(ctx context.Context, c ident.Caller, s ident.Session, hash []byte) error
	SessionFind(ctx context.Context, c ident.Caller, hash []byte) (ident.Session, error)
	SessionRevoke(ctx context.Context, c ident.Caller, id string) error
}

// Options is what a server is made of.
type Options struct {
	Routes []Route
	Store  Sessions
	Log    *slog.Logger
	// RenderError writes the page of an error that is not the API's. The status is already chosen and goes out with the
	// first byte, so it writes headers and body only. Without it the page is plain text.
	RenderError func(w http.ResponseWriter, r *http.Request, e *fail.Error)
	// Observe is told of every request that a route answered, for metrics; may be nil.
	Observe func(route Route, status int, took time.Duration)
	// Stall is how long a reader of the TCP door may take nothing of its answer before it is cut off; 0 means half a minute.
	Stall time.Duration
	Clock func() time.Time // time.Now when nil
}

// Server answers requests of both doors from one table of routes.
type Server struct {
	log         *slog.Logger
	store       Sessions
	renderError func(http.ResponseWriter, *http.Request, *fail.Error)
	observe     func(Route, int, time.Duration)
	clock       func() time.Time
	stall       time.Duration
	routes      []Route
	router      *echo.Echo
	links       *links

	failed  chan error
	serving sync.WaitGroup
	silent  silent
	mu      sync.Mutex
	servers []*http.Server // one for each listener
	url     string         // of the first TCP listener
}

// New builds the server. A route without an access rule, a route given twice, or a path that would shadow another is an
// error of the program and is told as such.
func New(o Options) (*Server, error) {
	s := &Server{log: o.Log, store: o.Store, renderError: o.RenderError, observe: o.Observe, clock: o.Clock, stall: cmp.Or(o.Stall, 30*time.Second), links: newLinks(), failed: make(chan error, 8)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.observe == nil {
		s.observe = func(Route, int, time.Duration) {}
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.renderError == nil {
		s.renderError = plainError
	}
	s.routes = append(slices.Clone(o.Routes), s.signRoutes()...)
	s.router = echo.New()
	s.router.HTTPErrorHandler = func(err error, c echo.Context) { s.answerError(c.Response(), c.Request(), unrouted(err, c.Request())) }
	seen := map[string]bool{}
	for _, route := range s.routes {
		if err := route.check(); err != nil {
			return nil, err
		}
		if seen[route.Method+shape(route.Path)] {
			return nil, fmt.Errorf("route %s %s stands twice in the table", route.Method, route.Path)
		}
		seen[route.Method+shape(route.Path)] = true
		s.router.Add(route.Method, route.Path, s.serve(route))
		if route.Method == http.MethodGet {
			s.router.Add(http.MethodHead, route.Path, s.serve(route))
		}
	}
	return s, nil
}

// shape is a path with its parameters' names left out, for telling two alike.
func shape(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") {
			parts[i] = ":"
		}
	}
	return strings.Join(parts, "/")
}

// Routes lists the table, sign-in included, one line each, sorted by path.
func (s *Server) Routes() []string {
	sorted := slices.SortedFunc(slices.Values(s.routes), func(a, b Route) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	lines := make([]string, len(sorted))
	for i, r := range sorted {
		lines[i] = strings.TrimRight(r.String(), " ")
	}
	return lines
}

// Start answers on the listeners until Shutdown: TCP ones are the browser's door, unix ones the local door. It returns at
// once; a listener that breaks later is told on Failed.
func (s *Server) Start(listeners ...net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range listeners {
		h := &http.Server{
			ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: maxHead,
			ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug), ConnState: s.silent.note,
		}
		switch a := l.Addr().(type) {
		case *net.UnixAddr:
			h.Handler, h.ConnContext = s.localHandler(), peerContext(s.log)
		case *net.TCPAddr:
			h.Handler = s.Handler()
			if s.url == "" {
				s.url = "http://" + a.String()
			}
		}
		s.servers = append(s.servers, h)
		s.serving.Go(func() {
			if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				s.failed <- fmt.Errorf("serve %s: %w", l.Addr(), err)
			}
		})
	}
}

// Failed tells of a listener that broke.
func (s *Server) Failed() <-chan error { return s.failed }

// URL is where a browser finds the server, once it is started.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// Shutdown stops taking connections and waits for the requests under way, until ctx ends; then it cuts them off, which is
// no failure: their readers would have waited for ever.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	servers := slices.Clone(s.servers)
	s.mu.Unlock()
	s.silent.close()
	var wg sync.WaitGroup
	errs := make([]error, len(servers))
	for i, h := range servers {
		wg.Go(func() {
			if errs[i] = h.Shutdown(ctx); errs[i] != nil && ctx.Err() != nil {
				s.log.Warn("requests were cut off, since they did not end in time")
				errs[i] = h.Close()
			}
		})
	}
	wg.Wait()
	s.serving.Wait()
	return errors.Join(errs...)
}

// silent are the connections that have not said anything yet, such as a browser opens ahead of need. A shutdown would
// wait five seconds for each to speak.
type silent struct {
	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

func (s *silent) note(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.conns, c)
	case s.closed:
		c.Close()
	default:
		if s.conns == nil {
			s.conns = map[net.Conn]bool{}
		}
		s.conns[c] = true
	}
}

func (s *silent) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.conns {
		c.Close()
	}
}
