package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// logHandler writes the log to stderr: for a terminal as lines with a time, for the journal with the priority before each
// line as sd-daemon(3) has it, and without the time, which the journal has itself.
func (a *app) logHandler(level slog.Level) slog.Handler {
	journal := a.toJournal()
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, at slog.Attr) slog.Attr {
		switch {
		case len(groups) > 0 || at.Key != slog.TimeKey && at.Key != slog.LevelKey:
			return at
		case journal:
			return slog.Attr{}
		case at.Key == slog.TimeKey:
			return slog.String(slog.TimeKey, at.Value.Time().Format("15:04:05"))
		}
		return at
	}}
	if !journal {
		return slog.NewTextHandler(a.err, o)
	}
	line := &priorityLine{out: a.err}
	return &journalHandler{Handler: slog.NewTextHandler(&line.text, o), line: line}
}

// toJournal tells whether stderr is the stream that systemd connected to its journal.
func (a *app) toJournal() bool {
	f, ok := a.err.(*os.File)
	var at unix.Stat_t
	if !ok || unix.Fstat(int(f.Fd()), &at) != nil {
		return false
	}
	return a.env("JOURNAL_STREAM") == fmt.Sprintf("%d:%d", at.Dev, at.Ino)
}

// priorityLine is one line in the making, shared by a handler and those made of it.
type priorityLine struct {
	mu   sync.Mutex
	text bytes.Buffer
	out  io.Writer
}

type journalHandler struct {
	slog.Handler
	line *priorityLine
}

// Handle writes one record with its priority.
func (h *journalHandler) Handle(ctx context.Context, r slog.Record) error {
	h.line.mu.Lock()
	defer h.line.mu.Unlock()
	priority := 7
	switch {
	case r.Level >= slog.LevelError:
		priority = 3
	case r.Level >= slog.LevelWarn:
		priority = 4
	case r.Level >= slog.LevelInfo:
		priority = 6
	}
	h.line.text.Reset()
	fmt.Fprintf(&h.line.text, "<%d>", priority)
	if err := h.Handler.Handle(ctx, r); err != nil {
		return err
	}
	_, err := h.line.out.Write(h.line.text.Bytes())
	return err
}

// WithAttrs keeps the line.
func (h *journalHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &journalHandler{Handler: h.Handler.WithAttrs(attrs), line: h.line}
}

// WithGroup keeps the line.
func (h *journalHandler) WithGroup(name string) slog.Handler {
	return &journalHandler{Handler: h.Handler.WithGroup(name), line: h.line}
}
