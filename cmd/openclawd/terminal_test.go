package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// onTerminal runs the program as a person at a terminal sees it and gives all that came on the screen.
func onTerminal(t *testing.T, data string, env []string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("openclawd")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(append(os.Environ(), "OPENCLAW_DATA="+data, "TERM=xterm"), env...)
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	var seen bytes.Buffer
	_, _ = io.Copy(&seen, screen) // a terminal that is closed at the other end is an error on Linux
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, seen.String())
	}
	return seen.String()
}

func TestTerminal(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	started(t, makeRun(t, data, "127.0.0.1:0"))
	file := filepath.Join(t.TempDir(), "things.csv")
	wrote(t, file, 20_000, 3, func(row, column int) string { return strings.Repeat("x", column+1) + string(rune('a'+row%26)) })

	const bold = "\x1b[1m"
	if got := onTerminal(t, data, nil, "object", "list"); !strings.Contains(got, bold) {
		t.Errorf("no heading in bold: %q", got)
	}
	if got := onTerminal(t, data, []string{"NO_COLOR=1"}, "object", "list"); strings.Contains(got, "\x1b") || !strings.Contains(got, "deal") {
		t.Errorf("with NO_COLOR: %q", got)
	}
	if got := onTerminal(t, data, nil, "import", file, "--yes"); !strings.Contains(got, "Importing") {
		t.Errorf("no bar while importing: %q", got)
	}
	piped := exec.Command("bash", "-c", "openclawd object list | cat")
	piped.Env = append(os.Environ(), "OPENCLAW_DATA="+data)
	if got, err := piped.CombinedOutput(); err != nil || bytes.Contains(got, []byte("\x1b")) {
		t.Errorf("through a pipe: %v %q", err, got)
	}
}

// A bar that says that the daemon is at work comes after a moment, and goes.
func TestWaiting(t *testing.T) {
	screen, program, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	a := &app{err: program, env: func(string) string { return "" }}
	done := a.waiting()
	seen := make([]byte, 4096)
	n, err := screen.Read(seen) // nothing is written before the bar is
	if err != nil || !strings.Contains(string(seen[:n]), "Working") {
		t.Errorf("on the screen: %q, %v", seen[:n], err)
	}
	done()
	program.Close()
}
