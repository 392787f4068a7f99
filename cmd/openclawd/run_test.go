package main

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// makeRun is scripts/run, as make calls it, in a checkout whose program is the one under test.
func makeRun(t *testing.T, data, listen string) *exec.Cmd {
	t.Helper()
	checkout := t.TempDir()
	script, err := os.ReadFile("../../scripts/run")
	if err != nil {
		t.Fatal(err)
	}
	program, err := exec.LookPath("openclawd")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"bin", "scripts"} {
		if err := os.Mkdir(filepath.Join(checkout, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(program, filepath.Join(checkout, "bin/openclawd")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(checkout, "scripts/run")
	if err := os.WriteFile(path, script, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", path)
	cmd.Env = append(os.Environ(), "HOME="+checkout, "OPENCLAW_DATA="+data, "LISTEN="+listen)
	return cmd
}

// signInLink is the one line of a text that is a link to sign in.
func signInLink(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "http://127.0.0.1:") {
			return line
		}
	}
	return ""
}

// started starts a make run and gives what it says until it is ready. It is stopped when the test ends, if not before.
func started(t *testing.T, run *exec.Cmd) string {
	t.Helper()
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints strings.Builder
	run.Stderr = &complaints
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if run.ProcessState == nil {
			_ = run.Process.Signal(syscall.SIGTERM)
			_ = run.Wait()
		}
	})
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "Ctrl-C stops.") {
			return said
		}
	}
	t.Fatalf("make run ends and says:\n%s%s", said, complaints.String())
	return ""
}

func TestMakeRun(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	first := makeRun(t, data, "127.0.0.1:0")
	said := started(t, first)
	if signInLink(said) == "" || !strings.Contains(said, "OpenClaw is ready.") || !strings.Contains(said, "company") {
		t.Fatalf("the first start says:\n%s", said)
	}

	again, err := makeRun(t, data, "127.0.0.1:0").CombinedOutput()
	if text := string(again); err != nil || signInLink(text) == "" || !strings.Contains(text, "running already") || strings.Contains(text, "Ctrl-C") {
		t.Errorf("a second one on the same data ends with %v and says:\n%s", err, text)
	}

	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("stopped, it ends with %v", err)
	}
}

func TestMakeRunAddressTaken(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	cmd := makeRun(t, filepath.Join(t.TempDir(), "data"), other.Addr().String())
	both, err := cmd.CombinedOutput()
	text := string(both)
	if err == nil || cmd.ProcessState.ExitCode() != 6 || !strings.Contains(text, "cannot be listened on") || !strings.Contains(text, "make run LISTEN=") ||
		strings.Contains(text, "{") || strings.Contains(text, "is ready") || strings.Contains(text, "not running") {
		t.Errorf("with the address taken it ends with %v and says:\n%s", err, text)
	}
}
