// Package web is the pages: one Go file and one folder of templates for each. Everything works as plain forms before
// any script runs; htmx and a small script of our own only save the reload. A page is a typed struct that embeds Shell,
// and a test checks every template against its struct.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
	"openclaw/internal/plan"
)

// Store is all that the pages need of the workspace, in the parts that they use.
type Store interface {
	reader
	teller
	writer
	schemaWriter
	keeper
	ingest.Store
}

// reader is what nearly every page reads, beside the schema and the lists that ingest.Store names too.
type reader interface {
	Record(context.Context, ident.Caller, string, int64) (crm.Record, error)
}

// teller tells what was written.
type teller interface {
	History(context.Context, ident.Caller, crm.HistoryQuery) ([]crm.Change, error)
	Batches(ctx context.Context, c ident.Caller, object string, after int64, limit int) ([]crm.Batch, error)
}

// writer changes records and takes changes back.
type writer interface {
	Write(context.Context, ident.Caller, []crm.Edit, crm.Cause) (crm.Written, error)
	Undo(context.Context, ident.Caller, int64) (crm.Undone, error)
}

// schemaWriter changes objects and fields.
type schemaWriter interface {
	Alter(context.Context, ident.Caller, []crm.Alteration, crm.Cause) (crm.Written, error)
	TryChange(context.Context, ident.Caller, string, crm.Field) (crm.Conversion, error)
	Removed(context.Context, ident.Caller) ([]crm.Removed, error)
}

// keeper holds what people keep beside the records, and who is signed in.
type keeper interface {
	savedQuestions
	savedViews
	sessions
}

type savedQuestions interface {
	SavedList(context.Context, ident.Caller) ([]crm.Saved, error)
	SavedSet(ctx context.Context, c ident.Caller, q crm.Saved) (batch int64, err error)
	SavedRemove(ctx context.Context, c ident.Caller, name string) (batch int64, err error)
}

type savedViews interface {
	ViewList(context.Context, ident.Caller, string) ([]crm.View, error)
	ViewSet(ctx context.Context, c ident.Caller, v crm.View) (batch int64, err error)
	ViewRemove(ctx context.Context, c ident.Caller, object, name string) (batch int64, err error)
}

type sessions interface {
	SessionAdd(context.Context, ident.Caller, ident.Session, []byte) error
	SessionList(context.Context, ident.Caller, ident.Via) ([]ident.Session, error)
	SessionRevoke(context.Context, ident.Caller, string) error
}

// Deps is what the pages stand on. All members are needed but Demo, SessionID, Log and Clock.
type Deps struct {
	Store     Store
	State     func() crm.State
	Plan      func(context.Context, ident.Caller, plan.Plan) (crm.Rows, error)
	SQL       func(context.Context, ident.Caller, string) (crm.Rows, error)
	Search    func(ctx context.Context, c ident.Caller, text, object string, limit int) ([]crm.Found, error)
	Nearest   func(ctx context.Context, c ident.Caller, text, object string, limit int) ([]crm.Found, error) // where Search finds none
	Ask       func(context.Context, ident.Caller, answer.Request) (answer.Answer, error)
	Demo      func(context.Context, ident.Caller) (map[string]int64, error) // fills an empty workspace; nil: the page names the command
	SessionID func(*http.Request) string                                    // of the session that a request came by, to mark "this browser"
	Dir       string                                                        // the data folder; uploads wait in Dir/run/import
	Log       *slog.Logger
	Clock     func() time.Time
}

// Site serves the pages.
type Site struct {
	Deps
	pages   map[string]*tmpl
	assets  *assets
	imports *imports
}

// New reads the templates and the assets.
func New(d Deps) (*Site, error) {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Site{Deps: d, imports: newImports(filepath.Join(d.Dir, "run", "import"))}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(s.assets.prefix); err != nil {
		return nil, err
	}
	return s, nil
}

// Close stops the imports that run; what they wrote is rolled back.
func (s *Site) Close() { s.imports.close() }

// uploadLimit is the most that one upload of files may hold.
const uploadLimit = 4 << 30

// Routes is the table of the pages.
func (s *Site) Routes() []edge.Route {
	get := func(path string, h func(http.ResponseWriter, *http.Request) error) edge.Route {
		return edge.Route{Method: http.MethodGet, Path: path, Access: edge.SignedIn, Handle: h}
	}
	post := func(path string, h func(http.ResponseWriter, *http.Request) error) edge.Route {
		return edge.Route{Method: http.MethodPost, Path: path, Access: edge.Writer, Handle: h}
	}
	signedIn := func(r edge.Route) edge.Route { r.Access = edge.SignedIn; return r }
	large := func(r edge.Route) edge.Route { r.MaxBody = uploadLimit; return r }
	admin := func(r edge.Route) edge.Route { r.Access = edge.AdminOnly; return r }
	public := func(r edge.Route) edge.Route { r.Access = edge.Public; return r }
	return []edge.Route{
		public(get("/assets/:hash/*", s.assets.serve)),
		public(get("/signin", s.signin)),

		get("/", s.home),
		get("/ask", s.ask),
		post("/saved", s.savedSet),
		post("/saved/remove", s.savedRemove),
		admin(post("/demo", s.demo)),
		get("/search", s.search),
		get("/o", s.objects),
		get("/more", s.more),

		get("/o/:object", s.table),
		get("/o/:object/filter", s.filterForm),
		get("/o/:object/export", s.export),
		post("/o/:object/view", s.viewSet),
		post("/o/:object/view/remove", s.viewRemove),
		get("/o/:object/names", s.names),
		get("/o/:object/named", s.named),
		get("/o/:object/new", s.newRecord),
		post("/o/:object", s.createRecord),
		get("/o/:object/:id", s.record),
		get("/o/:object/:id/field/:field", s.property),
		post("/o/:object/:id/field/:field", s.setProperty),
		post("/o/:object/:id/delete", s.deleteRecord),
		post("/o/:object/:id/restore", s.restoreRecord),

		get("/import", s.importStart),
		large(post("/import", s.importUpload)),
		get("/import/:draft", s.importCheck),
		post("/import/:draft", s.importSettle),
		post("/import/:draft/run", s.importRun),
		post("/import/:draft/cancel", s.importCancel),
		get("/import/:draft/rejects/:file", s.importRejects),

		get("/sql", s.sql),
		signedIn(post("/sql", s.sql)),

		get("/history", s.history),
		post("/undo/:id", s.undo),

		get("/schema", s.schema),
		get("/schema/:object", s.schemaObject),
		post("/schema", s.schemaAdd),
		post("/schema/:object", s.schemaAlter),
		get("/schema/:object/:field", s.schemaField),

		get("/settings", s.settings),
		signedIn(post("/settings/revoke", s.sessionRevoke)),
		signedIn(post("/settings/token", s.tokenAdd)),
		signedIn(post("/theme", s.theme)),
	}
}

// RenderError is the page of an error; see edge.Options.
func (s *Site) RenderError(w http.ResponseWriter, r *http.Request, e *fail.Error) {
	s.renderError(w, r, e)
}
