package api

import (
	_ "embed"
	"errors"
	"net/http"
	"strconv"
	"time"

	"openclaw/internal/edge"
	"openclaw/internal/event"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

//go:embed openapi.json
var description []byte

type stateOut struct {
	ReadOnly  bool   `json:"read_only"`
	Reason    string `json:"reason"`
	FreeBytes int64  `json:"free_bytes"`
	Event     uint64 `json:"event"` // the newest event's number, where /events begins
}

// Model says which model reads what the grammar cannot.
type Model struct {
	Provider string `json:"provider"` // ollama, or none
	Name     string `json:"name"`
	Here     bool   `json:"here"`   // the provider has it
	Loaded   bool   `json:"loaded"` // it is in memory
}

type demoOut struct {
	Objects map[string]int64 `json:"objects"`
}

func (s *server) systemOps() []op {
	return []op{
		{method: "POST", path: "/api/v1/demo", access: edge.AdminOnly, id: "demo", does: "Fill an empty workspace with made-up data.", out: demoOut{}, handle: s.demo},
		{method: "GET", path: "/api/v1/model", access: edge.SignedIn, id: "showModel", does: "Which model answers what the grammar cannot.", out: Model{}, handle: s.model},
		{method: "GET", path: "/api/v1/state", access: edge.SignedIn, id: "showState", does: "Whether the workspace can be written, and the free disk space.", out: stateOut{}, handle: s.state},
		{method: "GET", path: "/api/v1/version", access: edge.SignedIn, id: "showVersion", does: "What runs.", out: Version{}, handle: func(w http.ResponseWriter, _ *http.Request) error { return write(w, http.StatusOK, s.Version) }},
		{method: "GET", path: "/api/v1/prove", access: edge.AdminOnly, id: "listClaims", does: "Every promise with its evidence, measured now.", out: []map[string]any{}, handle: s.prove},
		{method: "GET", path: "/api/v1/prove/:claim", access: edge.AdminOnly, id: "showClaim", does: "One promise with its evidence, measured now.", out: []map[string]any{}, handle: s.prove},
		{method: "GET", path: "/api/v1/doctor", access: edge.AdminOnly, id: "doctor", does: "What should be known or mended.", out: []map[string]any{}, handle: s.doctor},
		{method: "GET", path: "/api/v1/openapi.json", access: edge.SignedIn, id: "describe", does: "This description.", out: map[string]any{}, handle: s.describe},
		{method: "GET", path: "/events", access: edge.SignedIn, id: "streamEvents", media: "text/event-stream", handle: s.events,
			does:  "What happens, as it happens. An event missed says that some are gone: read everything anew.",
			query: []param{{"after", "the number of the last event known; Last-Event-ID counts too"}}},
		{method: "GET", path: "/metrics", access: edge.AdminOnly, id: "metrics", media: "text/plain", does: "Figures for Prometheus.", handle: func(w http.ResponseWriter, r *http.Request) error { s.Metrics.ServeHTTP(w, r); return nil }},
		{method: "GET", path: "/healthz", access: edge.Public, id: "healthz", media: "text/plain", does: "Yes while the process runs.", handle: func(w http.ResponseWriter, _ *http.Request) error { return plain(w, http.StatusOK, "yes\n") }},
		{method: "GET", path: "/readyz", access: edge.Public, id: "readyz", media: "text/plain", does: "Yes while the database answers, else no with 503.", handle: s.readyz},
	}
}

func plain(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write([]byte(text))
	return err
}

func (s *server) readyz(w http.ResponseWriter, r *http.Request) error {
	if s.Ready(r.Context()) != nil {
		return plain(w, http.StatusServiceUnavailable, "no\n")
	}
	return plain(w, http.StatusOK, "yes\n")
}

func (s *server) demo(w http.ResponseWriter, r *http.Request) error {
	objects, err := s.Demo(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, demoOut{objects})
}

func (s *server) model(w http.ResponseWriter, r *http.Request) error {
	m, err := s.Model(r.Context())
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, m)
}

func (s *server) state(w http.ResponseWriter, _ *http.Request) error {
	now := s.State()
	return write(w, http.StatusOK, stateOut{now.ReadOnly, now.Reason, now.FreeBytes, s.Events.Last()})
}

func (s *server) prove(w http.ResponseWriter, r *http.Request) error {
	claims, err := s.Prove(r.Context(), r.PathValue("claim"))
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, claims)
}

func (s *server) doctor(w http.ResponseWriter, r *http.Request) error {
	findings, err := s.Doctor(r.Context())
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, findings)
}

func (s *server) describe(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(description)
	return err
}

// pingEvery is how often a silent stream shows that it lives.
const pingEvery = 25 * time.Second

func (s *server) events(w http.ResponseWriter, r *http.Request) error {
	after := s.Events.Last()
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return fail.New(fail.Usage, "%q is no event's number.", text).WithHint("Leave after out to begin now.")
		}
		after = n
	}
	stream, err := edge.OpenStream(w, r, time.Second)
	if err != nil {
		return err
	}
	type next struct {
		event event.Event
		err   error
	}
	wait := make(chan next)
	go func() { // the only reader of the hub; ends with the request
		defer close(wait)
		for at := after; ; {
			e, err := s.Events.Next(r.Context(), at)
			select {
			case wait <- next{e, err}:
			case <-r.Context().Done():
				return
			}
			if err != nil {
				return
			}
			at = e.Seq
		}
	}()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case n, open := <-wait:
			switch {
			case !open || r.Context().Err() != nil || errors.Is(n.err, event.ErrClosed):
				return nil
			case errors.Is(n.err, event.ErrMissed):
				return stream.Send(s.Events.Last(), "missed", map[string]string{"what": "Some events are gone. Read everything anew."})
			case n.err != nil:
				return n.err
			}
			if tell, err := s.Tells(r.Context(), ident.From(r.Context()), n.event); err != nil || !tell {
				if err != nil {
					return stream.Send(s.Events.Last(), "missed", map[string]string{"what": "An event could not be read. Read everything anew."})
				}
				continue
			}
			if err := stream.Send(n.event.Seq, n.event.Kind, n.event.Data); err != nil {
				return nil // the reader went away, or may not know any more
			}
		case <-ping.C:
			if stream.Ping() != nil {
				return nil
			}
		}
	}
}
