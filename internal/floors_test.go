// Package internal_test holds the whole tree to the rules that no single package can check for itself.
package internal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// floors puts every package below internal/ on its floor. A package imports floors below its own only; edges within a
// floor are listed in sameFloor. A package that is on no floor fails the test: its author decides where it belongs.
var floors = map[string]int{
	"crm": 0, "plan": 0, "chat": 0, "ident": 0, "fail": 0, "event": 0, "skill": 0,
	"audit": 1, "policy": 1, "config": 1, "query": 1,
	"duck": 2, "ollama": 2, "openai": 2, "anthropic": 2, "gemini": 2, "tailnet": 2, "egress": 2, "sandbox": 2, "restic": 2, "channel": 2,
	"answer": 3, "fill": 3, "approve": 3, "tool": 3, "agent": 3, "ingest": 3, "schedule": 3, "demo": 3,
	"edge": 4,
	"web":  5, "api": 5, "mcp": 5, "control": 5, "setup": 5, "prove": 5,
	"daemon": 6, "gateway": 6,
}

const (
	adapters = 2 // the floor of the outside things
	top      = 7 // cmd/, and tests of the whole
)

// sameFloor lists the edges allowed within a floor, with the reason for each.
var sameFloor = map[string]string{
	"crm -> fail":    "a value that does not parse is an error a person sees",
	"plan -> crm":    "a plan is made of an object's fields and filters",
	"plan -> fail":   "a plan that does not fit the schema is an error a person sees",
	"chat -> crm":    "a message may carry rows",
	"chat -> fail":   "a message may carry an error",
	"event -> crm":   "an event carries the change that it tells of",
	"event -> fail":  "a reader that fell behind is told so",
	"demo -> ingest": "demo data comes in by the road that a person's files take",
}

// outside says which of our packages may import an outside thing, tests included. "cmd" is all of cmd/.
var outside = []struct {
	path, why string
	only      []string
}{
	{"github.com/duckdb/", "one package knows the database, so that nothing reaches data without a Caller", []string{"duck"}},
	{"database/sql", "one package knows the database, so that nothing reaches data without a Caller", []string{"duck"}},
	{"github.com/labstack/echo", "the web framework can be exchanged in one place", []string{"edge"}},
	{"github.com/spf13/cobra", "commands are the business of main", []string{"cmd"}},
}

type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// packages asks the go command about every package of this module.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "openclaw/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v\n%s", err, stderr.String())
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}

// place names the group that a package of ours belongs to (internal/duck/gate is duck, cmd/openclawd is cmd) and its floor.
func place(path string) (group string, floor int, known bool) {
	if path == "openclaw" {
		return "licence", 0, true
	}
	rest, ours := strings.CutPrefix(path, "openclaw/")
	if !ours {
		return "", 0, false
	}
	first, below, _ := strings.Cut(rest, "/")
	if first != "internal" {
		return first, top, true
	}
	group, _, _ = strings.Cut(below, "/")
	floor, known = floors[group]
	return group, floor, known
}

// forbidden tells why one package of ours may not import another, or "".
func forbidden(from, to string) string {
	a, fromFloor, _ := place(from)
	b, toFloor, _ := place(to)
	switch {
	case a == b:
		return ""
	case toFloor == top:
		return "nothing imports what stands at the top"
	case toFloor == adapters && a != "daemon" && a != "gateway":
		return "adapters are imported by daemon and gateway only: declare the one to four methods needed beside their use"
	case toFloor > fromFloor:
		return "floors import downwards only"
	case toFloor == fromFloor && sameFloor[a+" -> "+b] == "":
		return "packages of one floor do not know each other, but for the edges that sameFloor lists"
	}
	return ""
}

func TestFloors(t *testing.T) {
	for _, p := range packages(t) {
		group, _, known := place(p.ImportPath)
		if p.ImportPath == "openclaw/internal" || p.ImportPath == "openclaw" {
			continue // this test, and the licence
		}
		if !known {
			t.Errorf("%s is on no floor: add it to the table", p.ImportPath)
		}
		for _, to := range p.Imports {
			if _, _, ours := place(to); ours {
				if why := forbidden(p.ImportPath, to); why != "" {
					t.Errorf("%s imports %s: %s", p.ImportPath, to, why)
				}
			}
		}
		for _, to := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			for _, o := range outside {
				if strings.HasPrefix(to, o.path) && !slices.Contains(o.only, group) {
					t.Errorf("%s imports %s: %s", p.ImportPath, to, o.why)
				}
			}
		}
	}
}

func TestForbidden(t *testing.T) {
	for _, tc := range []struct {
		from, to string
		ok       bool
	}{
		{"openclaw/internal/duck", "openclaw/internal/crm", true},
		{"openclaw/internal/duck", "openclaw/internal/duck/gate", true},
		{"openclaw/internal/daemon", "openclaw/internal/duck", true},
		{"openclaw/cmd/openclawd", "openclaw/internal/daemon", true},
		{"openclaw/cmd/openclawd", "openclaw/internal/duck", false},
		{"openclaw/internal/answer", "openclaw/internal/duck", false},
		{"openclaw/internal/crm", "openclaw/internal/query", false},
		{"openclaw/internal/web", "openclaw/internal/api", false},
		{"openclaw/internal/demo", "openclaw/internal/ingest", true},
		{"openclaw/internal/ingest", "openclaw/internal/demo", false},
		{"openclaw/internal/daemon", "openclaw/cmd/openclawd", false},
	} {
		if why := forbidden(tc.from, tc.to); (why == "") != tc.ok {
			t.Errorf("%s -> %s: got %q, want allowed %v", tc.from, tc.to, why, tc.ok)
		}
	}
}
