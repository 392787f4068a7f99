package edge_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"openclaw/internal/edge"
)

// A unix user that is neither the daemon's own nor root is nobody at the local door, even where the file's mode lets it in.
func TestForeignPeer(t *testing.T) {
	if os.Geteuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must run as root, to connect as somebody else")
		}
		t.Skip("only root can connect as somebody else")
	}
	s, err := edge.New(edge.Options{Store: &memory{}, Routes: []edge.Route{{Method: "GET", Path: "/mine", Access: edge.Public, Handle: ok("mine ")}}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", "") // a name of its own, without a file
	if err != nil {
		t.Fatal(err)
	}
	s.Start(l)
	t.Cleanup(func() { _ = s.Shutdown(context.Background()) })
	type answer struct {
		status int
		body   string
		err    error
	}
	got := make(chan answer)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine, and its uid with it
		const nobody, same = 65534, ^uintptr(0)
		if _, _, e := unix.RawSyscall(unix.SYS_SETRESUID, same, nobody, same); e != 0 {
			got <- answer{err: e}
			return
		}
		conn, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			got <- answer{err: err}
			return
		}
		c := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}}
		resp, err := c.Get("http://openclaw/mine")
		if err != nil {
			got <- answer{err: err}
			return
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		got <- answer{resp.StatusCode, string(body), err}
	}()
	if a := <-got; a.err != nil || a.status != http.StatusUnauthorized || !strings.Contains(a.body, "This unix user may not use this workspace") {
		t.Errorf("%+v", a)
	}
}
