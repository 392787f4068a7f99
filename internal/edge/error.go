package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Problem is an error as the API tells it: RFC 9457 with our kind, hint and detail beside the standard members.
type Problem struct {
	Type   string    `json:"type"`
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Detail string    `json:"detail"`
	Kind   fail.Kind `json:"kind"`
	Hint   string    `json:"hint,omitempty"`
	More   any       `json:"more,omitempty"`    // both values of a conflict, the values that would not convert
	ID     string    `json:"request,omitempty"` // as in X-Request-Id
}

// unroutable is an error of HTTP itself, which no kind of ours maps to.
type unroutable struct {
	err    *fail.Error
	status int
}

func (u unroutable) Error() string { return u.err.Error() }

func (u unroutable) Unwrap() error { return u.err }

func unrouted(err error, r *http.Request) error {
	var he *echo.HTTPError
	if errors.As(err, &he) && he.Code == http.StatusMethodNotAllowed {
		return unroutable{fail.New(fail.Usage, "%s cannot be done to %s.", r.Method, r.URL.Path).
			WithHint("/api/v1/openapi.json lists what can."), http.StatusMethodNotAllowed}
	}
	return fail.New(fail.NotFound, "There is nothing at %s.", r.URL.Path).WithHint("Begin at /.")
}

// statusOf is the one place where kinds become HTTP.
func statusOf(err error, c ident.Caller) int {
	var u unroutable
	if errors.As(err, &u) {
		return u.status
	}
	switch fail.KindOf(err) {
	case fail.Usage:
		return http.StatusBadRequest
	case fail.Invalid:
		return http.StatusUnprocessableEntity
	case fail.Denied:
		if !c.Known() {
			return http.StatusUnauthorized
		}
		return http.StatusForbidden
	case fail.NotFound:
		return http.StatusNotFound
	case fail.Conflict:
		return http.StatusConflict
	case fail.Busy, fail.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// answerError tells an error to whoever asked, and its cause to the log. Once the answer has begun there is no honest
// way to add an error to it, so the connection is cut and the reader sees a broken answer, not a short one.
func (s *Server) answerError(rw http.ResponseWriter, r *http.Request, err error) {
	w := responseOf(rw)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = unroutable{fail.New(fail.Invalid, "That is larger than %s, the most that is taken here.", crm.SizeText(tooLarge.Limit)).
			WithHint("Send less at once."), http.StatusRequestEntityTooLarge}
	}
	e := fail.As(err)
	status := statusOf(err, ident.From(r.Context()))
	if r.Context().Err() != nil {
		s.log.Debug("the asker went away", "id", w.id, "err", err)
	} else if status >= http.StatusInternalServerError && (status == http.StatusInternalServerError || e.Err != nil) {
		s.log.Error("request failed", "id", w.id, "kind", e.Kind, "err", err)
	} else if e.Err != nil {
		s.log.Info("request refused", "id", w.id, "kind", e.Kind, "err", err)
	}
	if w.began {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Del("ETag")
	h.Del("Content-Disposition")
	if e.Kind == fail.Busy {
		h.Set("Retry-After", "1")
	}
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="openclaw"`)
	}
	w.status = status
	if strings.HasPrefix(r.URL.Path, "/api/") || program(r) {
		h.Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		p := problem(e, status)
		p.ID = w.id
		text := json.NewEncoder(w)
		text.SetEscapeHTML(false)
		if err := text.Encode(p); err != nil {
			s.log.Debug("write problem", "id", w.id, "err", err)
		}
		return
	}
	s.renderError(w, r, e)
	if !w.began {
		w.WriteHeader(status)
	}
}

// ProblemOf is an error as the API tells it, for answers that have begun and carry errors as lines of their own.
func ProblemOf(err error) Problem {
	return problem(fail.As(err), statusOf(err, ident.System()))
}

func problem(e *fail.Error, status int) Problem {
	return Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: e.Message, Kind: e.Kind, Hint: e.Hint, More: e.Detail}
}

// program tells whether a program asks, not a browser: by the unix socket, or with a token.
func program(r *http.Request) bool {
	return ident.From(r.Context()).Via == ident.CLI || r.Header.Get("Authorization") != ""
}

func plainError(w http.ResponseWriter, _ *http.Request, e *fail.Error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, e.Message)
	if e.Hint != "" {
		fmt.Fprintln(w, e.Hint)
	}
}
