// Package control is the way from the command line to the daemon: HTTP over run/control.sock in the data folder. The
// kernel tells the daemon who is calling, so there is no password and no port.
package control

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// longest is how long a unix socket's path may be, with a byte to end it.
const longest = 107

// SocketPath is where the socket of a data folder is.
func SocketPath(dir string) string { return filepath.Join(dir, "run", "control.sock") }

// Listen opens the socket for the daemon's user alone. The caller owns the data folder, so that a socket which lies there
// was left by a process that is gone.
func Listen(dir string) (net.Listener, error) {
	path := SocketPath(dir)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old socket: %w", err)
	}
	short, done, err := shorten(path)
	if err != nil {
		return nil, err
	}
	defer done()
	l, err := net.Listen("unix", short)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect %s: %w", path, err), l.Close())
	}
	return l, nil
}

func dial(ctx context.Context, dir string) (net.Conn, error) {
	short, done, err := shorten(SocketPath(dir))
	if err != nil {
		return nil, err
	}
	defer done()
	return new(net.Dialer).DialContext(ctx, "unix", short)
}

// shorten gives a path that fits into a socket address: the path itself, or one through an open descriptor of its folder,
// which is good until done is called.
func shorten(path string) (short string, done func(), err error) {
	if len(path) <= longest {
		return path, func() {}, nil
	}
	fd, err := unix.Open(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", nil, &os.PathError{Op: "open", Path: filepath.Dir(path), Err: err}
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", fd, filepath.Base(path)), func() { _ = unix.Close(fd) }, nil
}
