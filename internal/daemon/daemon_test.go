package daemon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/config"
	"openclaw/internal/control"
	"openclaw/internal/daemon"
	"openclaw/internal/fail"
)

var update = flag.Bool("update", false, "write the golden files anew")

func options(t *testing.T) daemon.Options {
	t.Helper()
	c := config.Default()
	c.Listen, c.MemoryLimit, c.Threads = "127.0.0.1:0", 64<<20, 1
	return daemon.Options{Dir: filepath.Join(t.TempDir(), "data"), Config: c, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
}

// start runs a daemon until the test ends.
func start(t *testing.T, o daemon.Options) *daemon.Daemon {
	t.Helper()
	d, err := daemon.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, d) })
	return d
}

func stop(t *testing.T, d *daemon.Daemon) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := d.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func status(t *testing.T, url string) int {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestStartAndStop(t *testing.T) {
	o := options(t)
	d := start(t, o)
	if got := status(t, d.URL()+"/readyz"); got != 200 {
		t.Errorf("readyz: %d", got)
	}
	if err := d.Start(t.Context()); err == nil {
		t.Error("it started twice")
	}
	if got := status(t, d.URL()+"/healthz"); got != 200 {
		t.Errorf("healthz after a second start: %d", got)
	}
	stop(t, d)
	stop(t, d)
	if _, err := net.Dial("tcp", d.Addr()); err == nil {
		t.Error("the address still answers")
	}
	if err := d.Start(t.Context()); err == nil {
		t.Error("it started after it was stopped")
	}
	again := start(t, o)
	if got := status(t, again.URL()+"/readyz"); got != 200 {
		t.Errorf("a new daemon on the same data: %d", got)
	}
}

func TestStopBeforeStart(t *testing.T) {
	d, err := daemon.New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	stop(t, d)
	if err := d.Start(t.Context()); err == nil {
		t.Error("it started after it was stopped")
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(*daemon.Options){
		"no folder":       func(o *daemon.Options) { o.Dir = "" },
		"relative folder": func(o *daemon.Options) { o.Dir = "data" },
		"no stream":       func(o *daemon.Options) { o.Listeners = []net.Listener{nil} },
		"bad settings":    func(o *daemon.Options) { o.Config.Listen = "0.0.0.0:0" },
	} {
		o := options(t)
		change(&o)
		if _, err := daemon.New(o); err == nil || fail.As(err).Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A step of the start that fails leaves nothing behind: no socket, no lock, no goroutine that holds the workspace.
func TestFailedStartRollsBack(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	o := options(t)
	o.Config.Listen = taken.Addr().String()
	d, err := daemon.New(o)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Start(t.Context())
	if fail.KindOf(err) != fail.Unavailable || !strings.Contains(fail.As(err).Hint, "--listen") {
		t.Errorf("start on a taken address: %v", err)
	}
	if _, err := os.Stat(control.SocketPath(o.Dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("control.sock after a failed start: %v", err)
	}
	stop(t, d)
	o.Config.Listen = "127.0.0.1:0"
	start(t, o)
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	o := options(t)
	if err := os.WriteFile(o.Dir, []byte("a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := daemon.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); fail.KindOf(err) != fail.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestSecondDaemonOnTheSameData(t *testing.T) {
	o := options(t)
	first := start(t, o)
	second, err := daemon.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Start(t.Context()); fail.KindOf(err) != fail.Busy || fail.As(err).Hint == "" {
		t.Errorf("the second got %v", err)
	}
	if got := status(t, first.URL()+"/readyz"); got != 200 {
		t.Errorf("the first answers %d", got)
	}
	var list any
	if err := control.Dial(o.Dir).Do(t.Context(), "GET", "/api/v1/objects", nil, &list); err != nil {
		t.Errorf("the first's control.sock: %v", err)
	}
}

func TestStopEndsOpenStreams(t *testing.T) {
	o := options(t)
	d := start(t, o)
	body, err := control.Dial(o.Dir).Stream(t.Context(), "GET", "/events", nil, "text/event-stream")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	head := make([]byte, 6)
	if _, err := io.ReadFull(body, head); err != nil || string(head) != "retry:" {
		t.Fatalf("the stream begins with %q, %v", head, err)
	}
	stop(t, d)
	if rest, err := io.ReadAll(body); err != nil {
		t.Errorf("the stream ended with %v after %q", err, rest)
	}
}

// A statement that runs on does not keep the daemon from stopping in the time it has, nor the next one from starting.
func TestStopEndsStatements(t *testing.T) {
	o := options(t)
	d := start(t, o)
	local := control.Dial(o.Dir)
	ended := make(chan error, 1)
	go func() {
		q := map[string]any{"query": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"}
		ended <- local.Do(context.WithoutCancel(t.Context()), "POST", "/api/v1/sql", q, nil)
	}()
	var list any
	if err := local.Do(t.Context(), "GET", "/api/v1/objects", nil, &list); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
	defer cancel()
	if err := d.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
	if ctx.Err() != nil {
		t.Error("it took longer than it may")
	}
	if err := <-ended; err == nil {
		t.Error("the statement came to an end")
	}
	start(t, o)
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	o := options(t)
	if err := errors.Join(os.MkdirAll(o.Dir, 0o755), os.Chmod(o.Dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "words.duckdb"), []byte("of a copy"), 0o644); err != nil {
		t.Fatal(err)
	}
	start(t, o)
	for name, want := range map[string]fs.FileMode{"": 0o755, "words.duckdb": 0o600, "run": 0o700, "run/control.sock": 0o600, "workspace.duckdb": 0o600} {
		info, err := os.Stat(filepath.Join(o.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%q has mode %o", name, info.Mode().Perm())
		}
	}
}

// What a run that was killed left behind is gone after the next start.
func TestSweep(t *testing.T) {
	o := options(t)
	o.Dir = filepath.Join(o.Dir, "an odd [name") // which is no pattern
	left := []string{filepath.Join(o.Dir, "run", "upload", "upload-1"), filepath.Join(o.Dir, "run", "prove-1")}
	for _, dir := range left {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	start(t, o)
	for _, dir := range left {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}

// A path that is longer than a socket address may be is no obstacle.
func TestDeepDataFolder(t *testing.T) {
	o := options(t)
	o.Dir = filepath.Join(o.Dir, strings.Repeat("a", 100), "data")
	d := start(t, o)
	var list any
	if err := control.Dial(o.Dir).Do(t.Context(), "GET", "/api/v1/objects", nil, &list); err != nil {
		t.Error(err)
	}
	stop(t, d)
	if _, err := os.Stat(control.SocketPath(o.Dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("control.sock after a stop: %v", err)
	}
}

// notifySocket stands for systemd's.
func notifySocket(t *testing.T) *net.UnixConn {
	t.Helper()
	path := filepath.Join(t.TempDir(), "n")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", path)
	return conn
}

func told(t *testing.T, conn *net.UnixConn) string {
	t.Helper()
	text := make([]byte, 100)
	n, err := conn.Read(text)
	if err != nil {
		t.Fatalf("systemd was told nothing: %v", err)
	}
	return string(text[:n])
}

func TestSystemdIsTold(t *testing.T) {
	systemd := notifySocket(t)
	d := start(t, options(t))
	if got := told(t, systemd); got != "READY=1" {
		t.Errorf("first told: %q", got)
	}
	stop(t, d)
	if got := told(t, systemd); got != "STOPPING=1" {
		t.Errorf("told on stop: %q", got)
	}
}

func TestWatchdogIsFedWhileTheDatabaseAnswers(t *testing.T) {
	systemd := notifySocket(t)
	t.Setenv("WATCHDOG_USEC", "300000")
	d := start(t, options(t))
	for seen := 0; seen < 3; {
		if got := told(t, systemd); got == "WATCHDOG=1" {
			seen++
		}
	}
	stop(t, d)
}

// A database that does not answer, for whatever reason, is not vouched for; systemd then starts the daemon anew.
func TestWatchdogIsSilentWhileTheDatabaseIs(t *testing.T) {
	systemd := notifySocket(t)
	t.Setenv("WATCHDOG_USEC", "60000")
	d, err := daemon.New(options(t))
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan bool, 100)
	d.Ready(func(ctx context.Context) error {
		asked <- true
		<-ctx.Done()
		return ctx.Err()
	})
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		<-asked
	}
	stop(t, d)
	if got := []string{told(t, systemd), told(t, systemd)}; !cmp.Equal(got, []string{"READY=1", "STOPPING=1"}) {
		t.Errorf("systemd was told %q", got)
	}
}

func TestSocketsThatSystemdPasses(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Listeners = []net.Listener{tcp, unix}
	d := start(t, o)
	if d.Addr() != tcp.Addr().String() {
		t.Errorf("it listens on %s, not on the socket passed, %s", d.Addr(), tcp.Addr())
	}
	if _, err := os.Stat(control.SocketPath(o.Dir)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it made a control.sock of its own: %v", err)
	}
	if got := status(t, d.URL()+"/readyz"); got != 200 {
		t.Errorf("readyz: %d", got)
	}
}

// TestRouteTable keeps every route and its access rule in a file, so that a change of one is seen.
func TestRouteTable(t *testing.T) {
	d := start(t, options(t))
	got := strings.Join(d.Routes(), "\n") + "\n"
	golden := filepath.Join("testdata", "routes.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the routes have changed; look at each rule, then: go test ./internal/daemon -run RouteTable -update\n%s", diff)
	}
}

func decode(t *testing.T, text []byte, v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
