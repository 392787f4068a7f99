package edge

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/user"
	"strconv"

	"golang.org/x/sys/unix"

	"openclaw/internal/ident"
)

// peerContext asks the kernel who opened a connection of the unix socket and puts that caller in its context. Only the
// daemon's own uid and root become somebody; any other peer stays nobody and is told so by the first answer.
func peerContext(log *slog.Logger) func(context.Context, net.Conn) context.Context {
	return func(ctx context.Context, conn net.Conn) context.Context {
		uid, err := peerUID(conn)
		if err != nil {
			log.Error("control.sock: peer unknown", "err", err)
			return ctx
		}
		if uid != 0 && uid != uint32(os.Geteuid()) {
			log.Warn("control.sock: refused a peer", "uid", uid)
			return ctx
		}
		login := strconv.FormatUint(uint64(uid), 10)
		name := login
		if u, err := user.LookupId(login); err == nil {
			login, name = u.Username, u.Username
			if u.Name != "" {
				name = u.Name
			}
		}
		return ident.With(ctx, ident.Caller{Person: login, Name: name, Role: ident.Admin, Via: ident.CLI})
	}
}

func peerUID(conn net.Conn) (uint32, error) {
	c, ok := conn.(*net.UnixConn)
	if !ok {
		return 0, fmt.Errorf("read peer: %T is no unix connection", conn)
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("read peer: %w", err)
	}
	var cred *unix.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return 0, fmt.Errorf("read peer: %w", err)
	}
	if credErr != nil {
		return 0, fmt.Errorf("read peer: %w", credErr)
	}
	return cred.Uid, nil
}
