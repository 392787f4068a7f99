package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"openclawd": main})
}

// TestScripts runs the program as people do. Beside testscript's own commands there are:
//
//	serve [ARGS]          start openclawd serve and wait for its ready line; $URL is where it is
//	halt, crash           end it with SIGTERM (and exit code 0), with SIGKILL
//	exits CODE ARGS...    run openclawd ARGS and check its exit code
//	onejson MEMBER...     stdout is exactly one JSON value, an object with these members or an array of such
//	jsonlines MEMBER...   the same for each line
//	undolast              undo the newest batch
//	saveid OBJECT ID      $ID is the batch of the record's newest change
//	firstid MEMBER        $ID is the id of the first of the list that stdout holds
//	saveversion           $VERSION is the version of the record that stdout holds
//	signin                follow the link that stdout holds, as a browser does
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("OPENCLAW_DATA", filepath.Join(e.WorkDir, "data"))
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("TZ", "UTC")
			e.Values["running"] = &running{}
			e.Defer(func() { e.Values["running"].(*running).end(syscall.SIGKILL) })
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"serve": cmdServe, "halt": cmdHalt, "crash": cmdCrash, "exits": cmdExits, "onejson": cmdOneJSON, "jsonlines": cmdJSONLines,
			"undolast": cmdUndoLast, "saveid": cmdSaveID, "signin": cmdSignIn, "firstid": cmdFirstID, "saveversion": cmdSaveVersion,
		},
	})
}

// running is the daemon of a script, when there is one.
type running struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
}

func (r *running) end(s os.Signal) error {
	if r.cmd == nil {
		return errors.New("no daemon runs")
	}
	cmd := r.cmd
	r.cmd = nil
	return errors.Join(cmd.Process.Signal(s), cmd.Wait())
}

func cmdServe(ts *testscript.TestScript, _ bool, args []string) {
	r := ts.Value("running").(*running)
	program, err := exec.LookPath("openclawd")
	ts.Check(err)
	r.cmd = exec.Command(program, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	r.cmd.Dir = ts.MkAbs(".")
	r.cmd.Stderr = &r.stderr
	for _, name := range []string{"OPENCLAW_DATA", "HOME", "TZ", "PATH"} {
		r.cmd.Env = append(r.cmd.Env, name+"="+ts.Getenv(name))
	}
	// The test binary runs as the program by the name it is called by.
	stdout, err := r.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(r.cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		ts.Fatalf("serve said %q and ended: %v\n%s", line, r.cmd.Wait(), r.stderr.String())
	}
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		var ready struct {
			Ready bool
			URL   string
		}
		if err := json.Unmarshal([]byte(line), &ready); err != nil || !ready.Ready {
			ts.Fatalf("serve said %q", line)
		}
		url = ready.URL
	}
	ts.Setenv("URL", url)
}

func cmdHalt(ts *testscript.TestScript, _ bool, _ []string) {
	r := ts.Value("running").(*running)
	if err := r.end(syscall.SIGTERM); err != nil {
		ts.Fatalf("halt: %v\n%s", err, r.stderr.String())
	}
}

func cmdCrash(ts *testscript.TestScript, _ bool, _ []string) {
	var killed *exec.ExitError
	if err := ts.Value("running").(*running).end(syscall.SIGKILL); !errors.As(err, &killed) {
		ts.Fatalf("crash: %v", err)
	}
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec("openclawd", args[1:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("openclawd %s exits %d, not %d", strings.Join(args[1:], " "), got, want)
	}
}

func cmdOneJSON(ts *testscript.TestScript, _ bool, members []string) {
	text := ts.ReadFile("stdout")
	d := json.NewDecoder(strings.NewReader(text))
	var v any
	if err := d.Decode(&v); err != nil {
		ts.Fatalf("stdout is not JSON: %v\n%s", err, text)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("stdout holds more than one JSON value:\n%s", text)
	}
	hasMembers(ts, v, members)
}

func cmdJSONLines(ts *testscript.TestScript, _ bool, members []string) {
	for line := range strings.SplitSeq(strings.TrimSpace(ts.ReadFile("stdout")), "\n") {
		var v any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			ts.Fatalf("a line is not JSON: %v\n%s", err, line)
		}
		hasMembers(ts, v, members)
	}
}

func hasMembers(ts *testscript.TestScript, v any, members []string) {
	all := []any{v}
	if list, ok := v.([]any); ok {
		all = list
	}
	if len(members) > 0 && len(all) == 0 {
		ts.Fatalf("the JSON array is empty")
	}
	for _, one := range all {
		object, ok := one.(map[string]any)
		if !ok && len(members) > 0 {
			ts.Fatalf("%v is no JSON object", one)
		}
		for _, m := range members {
			if _, ok := object[m]; !ok {
				var has []string
				for k := range object {
					has = append(has, k)
				}
				slices.Sort(has)
				ts.Fatalf("the JSON has no %s; it has %s", m, strings.Join(has, ", "))
			}
		}
	}
}

// newest is the batch of the newest change that openclawd history shows.
func newest(ts *testscript.TestScript, args ...string) string {
	ts.Check(ts.Exec("openclawd", append([]string{"history", "--limit", "1", "--json"}, args...)...))
	line, _, _ := strings.Cut(ts.ReadFile("stdout"), "\n")
	var change struct{ Batch int64 }
	ts.Check(json.Unmarshal([]byte(line), &change))
	return strconv.FormatInt(change.Batch, 10)
}

func cmdUndoLast(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(ts.Exec("openclawd", "undo", newest(ts), "--json"))
}

func cmdSaveID(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("ID", newest(ts, args...))
}

func cmdSaveVersion(ts *testscript.TestScript, _ bool, _ []string) {
	var record struct{ Version int64 }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &record))
	ts.Setenv("VERSION", strconv.FormatInt(record.Version, 10))
}

func cmdSignIn(ts *testscript.TestScript, _ bool, _ []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	link := strings.TrimSpace(ts.ReadFile("stdout"))
	resp, err := (&http.Client{Jar: jar}).Get(link)
	ts.Check(err)
	ts.Check(resp.Body.Close())
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/" {
		ts.Fatalf("the link led to %s with %s", resp.Request.URL, resp.Status)
	}
}

func cmdFirstID(ts *testscript.TestScript, _ bool, args []string) {
	var lists map[string][]struct{ ID string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &lists))
	if len(lists[args[0]]) == 0 {
		ts.Fatalf("there are no %s", args[0])
	}
	ts.Setenv("ID", lists[args[0]][0].ID)
}
