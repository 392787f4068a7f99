// Package api is the program's JSON interface under /api/v1: what the command line, the timers and other programs use. It
// mirrors the commands. Every route is one line of a table that also makes the OpenAPI description, so that the two
// cannot differ.
package api

import (
	"context"
	"net/http"
	"time"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/event"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
	"openclaw/internal/plan"
)

// Schemas reads and changes what objects and fields there are.
type Schemas interface {
	Schema(ctx context.Context, c ident.Caller) (crm.Schema, error)
	Alter(ctx context.Context, c ident.Caller, alter []crm.Alteration, cause crm.Cause) (crm.Written, error)
	TryChange(ctx context.Context, c ident.Caller, object string, to crm.Field) (crm.Conversion, error)
}

// Records reads and writes records.
type Records interface {
	List(ctx context.Context, c ident.Caller, q crm.Query) (crm.Page, error)
	Record(ctx context.Context, c ident.Caller, object string, id int64) (crm.Record, error)
	Write(ctx context.Context, c ident.Caller, edits []crm.Edit, cause crm.Cause) (crm.Written, error)
	Export(ctx context.Context, c ident.Caller, object string, f crm.Filter, row func(cols []crm.Column, row []any) error) error
}

// Changes reads the history and takes parts of it back.
type Changes interface {
	History(ctx context.Context, c ident.Caller, q crm.HistoryQuery) ([]crm.Change, error)
	Undo(ctx context.Context, c ident.Caller, id int64) (crm.Undone, error)
}

// SavedQuestions keeps the questions that people pinned.
type SavedQuestions interface {
	SavedList(ctx context.Context, c ident.Caller) ([]crm.Saved, error)
	SavedSet(ctx context.Context, c ident.Caller, s crm.Saved) (batch int64, err error)
	SavedRemove(ctx context.Context, c ident.Caller, name string) (batch int64, err error)
	SavedBroken(ctx context.Context, c ident.Caller) (why map[string]string, err error)
}

// Views keeps how people look at an object's records.
type Views interface {
	ViewList(ctx context.Context, c ident.Caller, object string) ([]crm.View, error)
	ViewSet(ctx context.Context, c ident.Caller, v crm.View) (batch int64, err error)
	ViewRemove(ctx context.Context, c ident.Caller, object, name string) (batch int64, err error)
}

// Sessions keeps who is signed in, and the tokens of programs.
type Sessions interface {
	SessionAdd(ctx context.Context, c ident.Caller, s ident.Session, hash []byte) error
	SessionList(ctx context.Context, c ident.Caller, kind ident.Via) ([]ident.Session, error)
	SessionRevoke(ctx context.Context, c ident.Caller, id string) error
}

// Question is what Ask is given.
type Question struct {
	Question string     `json:"question"`
	NoModel  bool       `json:"no_model,omitempty"`
	Previous *plan.Plan `json:"previous,omitempty"` // the plan of the answer that this question follows up
}

// ImportFile is one file to import: a name, and where its bytes are on this machine.
type ImportFile struct {
	Name string `json:"name"`
	Path string `json:"path"`
}

// Import is what an import is given.
type Import struct {
	Files []ImportFile `json:"files"`
	ingest.Options
}

// Deps is everything behind the routes. The daemon fills it; the funcs stand for packages that this one may not import.
type Deps struct {
	Schemas  Schemas
	Records  Records
	Changes  Changes
	Saved    SavedQuestions
	Views    Views
	Sessions Sessions
	Replays  Replays
	Import   ingest.Store
	Events   *event.Hub
	Tells    func(ctx context.Context, c ident.Caller, e event.Event) (bool, error) // whether a caller may be told of an event

	Ask     func(ctx context.Context, c ident.Caller, q answer.Request) (answer.Answer, error)
	Model   func(ctx context.Context) (Model, error)
	SQL     func(ctx context.Context, c ident.Caller, text string) (crm.Rows, error)
	Search  func(ctx context.Context, c ident.Caller, text, object string, limit int) ([]crm.Found, error)
	Nearest func(ctx context.Context, c ident.Caller, text, object string, limit int) ([]crm.Found, error)
	Removed func(ctx context.Context, c ident.Caller) ([]crm.Removed, error) // what of the schema can be restored
	Demo    func(ctx context.Context, c ident.Caller) (map[string]int64, error)
	Prove   func(ctx context.Context, claim string) (any, error) // one claim, or all for ""
	Doctor  func(ctx context.Context) (any, error)
	Link    func(c ident.Caller) (string, error) // a one-time sign-in link
	Ready   func(ctx context.Context) error
	State   func() crm.State

	Metrics http.Handler
	Version Version
	TempDir string // uploads lie here while they are imported
	Clock   func() time.Time
}

// Version says what runs.
type Version struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	DuckDB  string `json:"duckdb"`
	Go      string `json:"go"`
	Model   string `json:"model"` // the model runtime; "none"
}

type server struct {
	Deps
	replays *replays
}

// Routes is the table of the API.
func Routes(d Deps) []edge.Route {
	s := &server{Deps: d, replays: &replays{store: d.Replays, busy: map[string]bool{}}}
	var routes []edge.Route
	for _, o := range s.ops() {
		handle := o.handle
		switch {
		case o.method != http.MethodPost || o.large:
		case o.secret:
			handle = never(handle)
		default:
			handle = s.replays.once(handle)
		}
		routes = append(routes, edge.Route{Method: o.method, Path: o.path, Access: o.access, MaxBody: o.maxBody, Handle: handle})
	}
	return routes
}

func (s *server) ops() []op {
	var all []op
	for _, group := range [][]op{s.schemaOps(), s.viewOps(), s.recordOps(), s.historyOps(), s.importOps(), s.askOps(), s.sessionOps(), s.systemOps()} {
		all = append(all, group...)
	}
	return all
}

// object finds an object of the schema, and names the ones there are when it is not one.
func (s *server) object(r *http.Request) (crm.Object, error) {
	schema, err := s.Schemas.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return crm.Object{}, err
	}
	name := r.PathValue("object")
	if o, ok := schema.Object(name); ok {
		return o, nil
	}
	return crm.Object{}, noObject(schema, name)
}

func noObject(schema crm.Schema, name string) *fail.Error {
	e := fail.New(fail.NotFound, "There is no object %q.", name)
	if len(schema.Objects) == 0 {
		return e.WithHint("The workspace is empty. Bring a file: openclawd import FILE.")
	}
	return e.WithHint("There is: %s.", names(schema.Objects, func(o crm.Object) string { return o.Name }))
}

func noField(o crm.Object, name string) *fail.Error {
	e := fail.New(fail.NotFound, "%s has no field %q.", o.Name, name)
	if len(o.Fields) == 0 {
		return e.WithHint("It has none yet. Add one: openclawd field add %s NAME.", o.Name)
	}
	return e.
		WithHint("It has: %s.", names(o.Fields, func(f crm.Field) string { return f.Name }))
}
