package prove_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/ident"
	"openclaw/internal/prove"
)

// forgetful is a workspace in which one part of undo does not work.
type forgetful struct {
	*duck.Store
	undo    func(context.Context, ident.Caller, int64) (crm.Undone, error)
	history func([]crm.Change) []crm.Change
}

func (f forgetful) Undo(ctx context.Context, c ident.Caller, id int64) (crm.Undone, error) {
	if f.undo != nil {
		return f.undo(ctx, c, id)
	}
	return f.Store.Undo(ctx, c, id)
}

func (f forgetful) History(ctx context.Context, c ident.Caller, q crm.HistoryQuery) ([]crm.Change, error) {
	changes, err := f.Store.History(ctx, c, q)
	if f.history != nil {
		changes = f.history(changes)
	}
	return changes, err
}

func TestWritesThatDoNotUndo(t *testing.T) {
	with := func(f forgetful) func(*prove.Options) {
		return func(o *prove.Options) {
			if err := os.Mkdir(filepath.Join(o.Dir, "run"), 0o700); err != nil {
				t.Fatal(err)
			}
			o.Open = func(ctx context.Context, dir string) (prove.Workspace, func() error, error) {
				s, err := duck.Open(ctx, duck.Options{Dir: dir, MemoryLimit: "64MiB", Threads: 1})
				if err != nil {
					return nil, nil, err
				}
				f.Store = s
				return f, s.Close, nil
			}
		}
	}
	expect(t, measure(t, "every-write-undoes", with(forgetful{})), true, "taken back")
	expect(t, measure(t, "every-write-undoes", with(forgetful{undo: func(context.Context, ident.Caller, int64) (crm.Undone, error) {
		return crm.Undone{}, nil // says so and does nothing
	}})), false, "is not what it was")
	expect(t, measure(t, "every-write-undoes", with(forgetful{history: func([]crm.Change) []crm.Change { return nil }})), false, "is not what it was")
	expect(t, measure(t, "every-write-undoes", with(forgetful{history: func(all []crm.Change) []crm.Change {
		for i := range all {
			all[i].Before = nil
		}
		return all
	}})), false, "is not what it was")
}

// data is a workspace with an object of two records, asked through the parts given.
func data(t *testing.T, answer prove.Answer, again [][]any) func(*prove.Options) {
	t.Helper()
	s := ducktest.Open(t, duck.Options{})
	ducktest.Make(t, s, crm.Object{Name: "deal", Label: "Deal", Plural: "Deals", Fields: []crm.Field{{Name: "name", Label: "Name", Type: crm.Text}}})
	return func(o *prove.Options) {
		o.Store = s
		o.Ask = func(context.Context, ident.Caller, string) (prove.Answer, error) { return answer, nil }
		o.SQL = func(_ context.Context, _ ident.Caller, text string) (crm.Rows, error) {
			if text == answer.SQL {
				return crm.Rows{Rows: again}, nil
			}
			return crm.Rows{Rows: [][]any{{2}}}, nil // the count
		}
	}
}

func TestAnswersThatAModelGave(t *testing.T) {
	right := prove.Answer{Status: "answered", By: "grammar", Rows: [][]any{{2}}}
	expect(t, measure(t, "no-model-needed", data(t, right, nil)), true, "by grammar")
	byModel, none := right, right
	byModel.By = "model"
	none.Status, none.By = "unanswered", "none"
	expect(t, measure(t, "no-model-needed", data(t, byModel, nil)), false, "by model")
	expect(t, measure(t, "no-model-needed", data(t, none, nil)), false, "unanswered")
}

func TestNumbersThatTheDatabaseDoesNotGive(t *testing.T) {
	const sql = "SELECT count(*) AS n FROM deal"
	says := func(n int) prove.Answer {
		return prove.Answer{Status: "answered", By: "grammar", SQL: sql, Rows: [][]any{{n}}}
	}
	expect(t, measure(t, "numbers-from-the-database", data(t, says(2), [][]any{{2}})), true, "counting says")
	expect(t, measure(t, "numbers-from-the-database", data(t, says(2), [][]any{{3}})), false, "counting says")      // the SQL shown is another
	expect(t, measure(t, "numbers-from-the-database", data(t, says(3), [][]any{{3}})), false, "counting says")      // both are wrong
	expect(t, measure(t, "numbers-from-the-database", data(t, says(3), [][]any{{2}})), false, "counting says")      // the number is made up
	expect(t, measure(t, "numbers-from-the-database", data(t, says(2), [][]any{{2}, {2}})), false, "counting says") // more than was shown
}

// open is a store that asks nobody who they are.
type open struct{ *duck.Store }

func (o open) Schema(ctx context.Context, c ident.Caller) (crm.Schema, error) {
	if !c.Known() {
		c = ident.System()
	}
	return o.Store.Schema(ctx, c)
}

func TestDataForNobody(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	expect(t, measure(t, "no-data-without-a-person", func(o *prove.Options) { o.Store = s }), true, "Nobody was told")
	expect(t, measure(t, "no-data-without-a-person", func(o *prove.Options) { o.Store = open{s} }), false, "was given the schema")
}

// door is a web server as the checks meet it; each test breaks one thing of it.
type door struct {
	anonymous int    // status of the API without a session
	anyName   bool   // answers to every host name
	anyOrigin bool   // takes forms from other sites
	policy    string // the Content-Security-Policy
}

func (d door) at(t *testing.T) func(*prove.Options) {
	t.Helper()
	var at string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", d.policy)
		switch {
		case r.Host != at && !d.anyName, r.Header.Get("Origin") != "" && !d.anyOrigin:
			w.WriteHeader(http.StatusForbidden)
		case strings.HasPrefix(r.URL.Path, "/api/"):
			w.WriteHeader(d.anonymous)
		}
	}))
	t.Cleanup(s.Close)
	at = s.Listener.Addr().String()
	return func(o *prove.Options) { o.Addr = s.Listener.Addr() }
}

func TestDoorsThatStandOpen(t *testing.T) {
	const policy = "default-src 'none'; script-src 'self'"
	good := door{anonymous: 401, policy: policy}
	for claim, broken := range map[string][]door{
		"sign-in-needed":       {{anonymous: 200, policy: policy}, {anonymous: 500, policy: policy}},
		"other-sites-shut-out": {{anonymous: 401, policy: policy, anyName: true}, {anonymous: 401, policy: policy, anyOrigin: true}},
		"pages-load-nothing-foreign": {{anonymous: 401}, {anonymous: 401, policy: "default-src *"}, {anonymous: 401, policy: policy + " 'unsafe-inline'"},
			{anonymous: 401, policy: policy + " https://cdn.example"}},
	} {
		expect(t, measure(t, claim, good.at(t)), true, "")
		for _, d := range broken {
			expect(t, measure(t, claim, d.at(t)), false, "")
		}
	}
	shut := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} // nobody answers
	for _, claim := range []string{"sign-in-needed", "other-sites-shut-out", "pages-load-nothing-foreign"} {
		expect(t, measure(t, claim, func(o *prove.Options) { o.Addr = shut }), false, "could not be checked")
	}
}

func TestSocketThatOthersMayUse(t *testing.T) {
	dir, err := os.MkdirTemp("", "s") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "run", "control.sock")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	in := func(o *prove.Options) { o.Dir = dir }
	expect(t, measure(t, "command-line-private", in), false, "could not be checked")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for mode, holds := range map[os.FileMode]bool{0o600: true, 0o660: false, 0o606: false, 0o666: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		expect(t, measure(t, "command-line-private", in), holds, "control.sock")
	}
	l.Close()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, measure(t, "command-line-private", in), false, "control.sock") // a file is no socket
}

func TestRootThatIsNeeded(t *testing.T) {
	expect(t, measure(t, "no-root-needed", nil), true, "port 4870")
	expect(t, measure(t, "no-root-needed", func(o *prove.Options) { o.Addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }), false, "port 80")
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chmod(program, info.Mode()); err != nil {
			t.Error(err)
		}
	}()
	for _, bit := range []os.FileMode{os.ModeSetuid, os.ModeSetgid} {
		if err := os.Chmod(program, info.Mode()|bit); err != nil {
			t.Fatal(err)
		}
		expect(t, measure(t, "no-root-needed", nil), false, "mode")
	}
}

func TestLicenceThatIsAnother(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("..", "..", "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	for text, holds := range map[string]bool{
		string(whole): true, "": false, "All rights reserved.": false,
		strings.ReplaceAll(string(whole), "without restriction", "with restrictions"): false,
		"GNU " + string(whole): false,
	} {
		expect(t, measure(t, "open-source", func(o *prove.Options) { o.License = text }), holds, "SHA-256")
	}
}

func TestConnectionToElsewhere(t *testing.T) {
	conn, err := net.Dial("udp4", "192.0.2.1:9") // an address that nobody has; connecting sends nothing
	if err != nil {
		t.Logf("this machine has no way to anywhere: %v", err)
		return
	}
	defer conn.Close()
	expect(t, measure(t, "nothing-leaves", nil), false, "192.0.2.1:9")
}
