// Package crash_test kills the real program at random moments while people write and import, and looks for anything
// that was acknowledged and is gone, half of something, or history that disagrees with the data.
package crash_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build makes the program once for all kills.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "openclawd")
	if out, err := exec.Command("go", "build", "-o", program, "openclaw/cmd/openclawd").CombinedOutput(); err != nil {
		t.Fatalf("build openclawd: %v\n%s", err, out)
	}
	return program
}

// daemon is one life of the program.
type daemon struct {
	cmd    *exec.Cmd
	client *http.Client
	log    *bytes.Buffer
}

// start runs the program until it says that it is ready.
func start(t *testing.T, program, dir string) *daemon {
	t.Helper()
	d := &daemon{cmd: exec.Command(program, "serve", "--data", dir, "--listen", "127.0.0.1:0"), log: &bytes.Buffer{}}
	d.cmd.Stderr = d.log
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		_ = d.cmd.Wait()
		t.Fatalf("the daemon did not get ready after a kill: %v %s\n%s", err, line, d.log)
	}
	d.client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "unix", filepath.Join(dir, "run", "control.sock"))
		},
		MaxIdleConnsPerHost: 8,
	}}
	return d
}

// stopFor asks the program to stop and gives it so long.
func (d *daemon) stopFor(patience time.Duration) {
	_ = d.cmd.Process.Signal(syscall.SIGTERM) // it may be dead already
	<-time.After(patience)
}

// killStarting starts the program and kills it before or soon after it is ready.
func killStarting(t *testing.T, program, dir string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(program, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-time.After(after)
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // being killed is an error
}

// kill ends the program as a power cut would, but for the kernel's own cache.
func (d *daemon) kill() {
	_ = d.cmd.Process.Kill() // it may be dead already
	_ = d.cmd.Wait()         // being killed is an error
	d.client.CloseIdleConnections()
}

// refused is an answer that is not a success: the daemon was alive and said no.
type refused struct {
	status int
	body   string
}

func (r refused) Error() string { return fmt.Sprintf("%d: %s", r.status, r.body) }

// call sends JSON and reads JSON; an error that is not refused means that nobody knows what happened.
func (d *daemon) call(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, "http://openclawd/api/v1"+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := d.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return refused{resp.StatusCode, string(text)}
	}
	if out == nil {
		return nil
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	return decoder.Decode(out)
}
