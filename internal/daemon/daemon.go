// Package daemon is everything of openclawd serve as one value: New checks, Start opens the workspace and the doors, Stop
// lets what is under way end and closes all in the reverse order. main and the tests use the same Options.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"openclaw/internal/config"
	"openclaw/internal/control"
	"openclaw/internal/duck"
	"openclaw/internal/edge"
	"openclaw/internal/event"
	"openclaw/internal/fail"
)

// Options is what a daemon is made of.
type Options struct {
	Dir    string // data folder
	Config config.Config
	Log    *slog.Logger
	// Listeners are sockets that systemd passed: TCP ones replace Config.Listen, unix ones run/control.sock.
	Listeners []net.Listener
	Clock     func() time.Time // the machine's when nil; its location says what a day is
	// Audit is called before each write takes effect; its error stops the write. May be nil.
	Audit func(ctx context.Context, e duck.AuditEvent) error
}

// Daemon runs one workspace. It starts once and stops once; more calls of Stop change nothing.
type Daemon struct {
	o      Options
	hub    *event.Hub
	store  *duck.Store
	server *edge.Server
	ready  func(ctx context.Context) error // whether the database answers; the store's unless a test has set another
	began  time.Time

	mu      sync.Mutex // held while starting and stopping
	started bool
	ended   bool
	undo    []cleanup
	addr    string
	failed  chan error
}

// cleanup undoes one step of Start. They run last first.
type cleanup struct {
	name string
	do   func(ctx context.Context) error
}

// New checks the options. Nothing is opened yet.
func New(o Options) (*Daemon, error) {
	if o.Dir == "" || !filepath.IsAbs(o.Dir) {
		return nil, fail.New(fail.Usage, "The data folder %q is not an absolute path.", o.Dir).WithHint("Give --data a folder.")
	}
	if err := o.Config.Validate(); err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = machineClock()
	}
	for _, l := range o.Listeners {
		if l == nil { // what go-systemd makes of a datagram socket
			return nil, fail.New(fail.Invalid, "systemd passed a socket that takes no connections.").WithHint("Use ListenStream= in the socket unit.")
		}
		if a, ok := l.Addr().(*net.TCPAddr); ok {
			if err := config.CheckListen(a.String()); err != nil {
				return nil, err
			}
		}
	}
	return &Daemon{o: o, failed: make(chan error, 1)}, nil
}

// Start opens the workspace, then the doors, then says that it is ready. What it has opened when a step fails is closed
// again. The context bounds the start only.
func (d *Daemon) Start(ctx context.Context) (err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.started || d.ended {
		return fail.New(fail.Failed, "This daemon was started already.")
	}
	d.started = true
	defer func() {
		if err != nil {
			err = errors.Join(err, d.unwind(context.WithoutCancel(ctx)))
		}
	}()
	unix.Umask(0o077) // of the whole process, since DuckDB makes its files without a mode of its own
	if err := takeFolder(d.o.Dir); err != nil {
		return err
	}
	d.hub = event.New(4096, d.o.Clock)
	d.store, err = duck.Open(ctx, duck.Options{
		Dir: d.o.Dir, Version: Version().Version, MemoryLimit: d.o.Config.MemoryLimit.DuckDB(), TempLimit: d.o.Config.TempLimit.DuckDB(),
		Threads: d.o.Config.Threads, FreeFloor: int64(d.o.Config.FreeFloor), Clock: d.o.Clock, Log: d.o.Log, Audit: d.o.Audit, Event: d.publish,
	})
	if err != nil {
		return err
	}
	d.later("close the workspace", d.store.Shutdown)
	if err := d.sweep(); err != nil {
		return err
	}
	web, local, err := d.listen()
	if err != nil {
		return err
	}
	if d.server, err = d.routes(web.Addr()); err != nil {
		return err
	}
	d.began = d.o.Clock()
	d.addr = web.Addr().String()
	d.server.Start(web, local)
	d.later("end the requests", func(ctx context.Context) error {
		ctx, cancel := sooner(ctx)
		defer cancel()
		return d.server.Shutdown(ctx)
	})
	d.later("end the event streams", func(context.Context) error { d.hub.Close(); return nil })
	if d.ready == nil {
		d.ready = d.store.Ready
	}
	d.keepAlive()
	return notify("READY=1")
}

// sooner is a context that ends when three quarters of the time of another are over: the rest is for what comes after.
func sooner(ctx context.Context) (context.Context, context.CancelFunc) {
	end, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, end.Add(-time.Until(end)/4))
}

// Stop ends it: streams first, then the requests under way, then the workspace. It comes back when ctx ends, whatever
// is still running.
func (d *Daemon) Stop(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	if len(d.undo) == 0 {
		return nil
	}
	return errors.Join(notify("STOPPING=1"), d.unwind(ctx))
}

// Addr is the address of the web pages, once started.
func (d *Daemon) Addr() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.addr
}

// URL is where a browser finds the pages, once started.
func (d *Daemon) URL() string { return "http://" + d.Addr() }

// Routes lists the table of routes, once started.
func (d *Daemon) Routes() []string { return d.server.Routes() }

// Failed tells of a door that broke while running.
func (d *Daemon) Failed() <-chan error { return d.failed }

func (d *Daemon) later(name string, do func(ctx context.Context) error) {
	d.undo = append(d.undo, cleanup{name, do})
}

func (d *Daemon) unwind(ctx context.Context) error {
	var errs []error
	for len(d.undo) > 0 {
		last := d.undo[len(d.undo)-1]
		d.undo = d.undo[:len(d.undo)-1]
		if err := last.do(ctx); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", last.name, err))
		}
	}
	return errors.Join(errs...)
}

// sweep removes what a run that was killed left behind: uploads and workspaces that were only tried. It comes after the
// workspace is open, and so only when nobody else is at work in the folder.
func (d *Daemon) sweep() error {
	left, err := fs.Glob(os.DirFS(d.o.Dir), "run/prove-*")
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	for _, path := range append(left, "run/upload") {
		if err := os.RemoveAll(filepath.Join(d.o.Dir, path)); err != nil {
			return fmt.Errorf("sweep: %w", err)
		}
	}
	return nil
}

// listen opens the doors that systemd did not pass. Whatever is open when it fails is closed by the cleanups.
func (d *Daemon) listen() (web, local net.Listener, err error) {
	for _, l := range d.o.Listeners {
		switch l.Addr().Network() {
		case "tcp":
			web = l
		case "unix":
			local = l
		}
		d.later("close the socket that systemd passed", func(context.Context) error { return closed(l) })
	}
	if local == nil {
		l, err := control.Listen(d.o.Dir)
		if err != nil {
			return nil, nil, fmt.Errorf("open control.sock: %w", err)
		}
		d.later("remove control.sock", func(context.Context) error {
			return errors.Join(closed(l), os.Remove(control.SocketPath(d.o.Dir)))
		})
		local = l
	}
	if web == nil {
		l, err := net.Listen("tcp", d.o.Config.Listen)
		if err != nil {
			return nil, nil, fail.New(fail.Unavailable, "The address %s cannot be listened on.", d.o.Config.Listen).
				WithHint("Perhaps another program has it. Take a free one: openclawd serve --listen 127.0.0.1:0").Because(err)
		}
		d.later("close the web address", func(context.Context) error { return closed(l) })
		web = l
	}
	return web, local, nil
}

// closed closes a listener that the server may have closed already.
func closed(l net.Listener) error {
	if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
