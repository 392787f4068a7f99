package duck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// The idle loop writes the log into the file after quietAfter without a write, and also between two writes once the
// log is larger than logLimit, since the log is read again in whole at each start.
const (
	idleEvery  = 5 * time.Second
	quietAfter = 30 * time.Second
	logLimit   = 256 << 20
)

// State tells whether the store takes writes, and why not.
func (s *Store) State() crm.State {
	st := crm.State{FreeBytes: freeBytes(s.opt.Dir)}
	switch {
	case !s.opened():
		st.ReadOnly, st.Reason, st.Fix = true, "The database stopped and could not be opened again.", "Try to change something: that opens it again. If it does not, the log says why: journalctl -u openclawd."
	case s.opt.FreeFloor > 0 && st.FreeBytes >= 0 && st.FreeBytes < s.opt.FreeFloor:
		st.ReadOnly = true
		st.Reason = fmt.Sprintf("The disk has %s left, less than the %s that are kept free.", crm.SizeText(st.FreeBytes), crm.SizeText(s.opt.FreeFloor))
		st.Fix = "Free some space; writing begins again by itself."
	}
	return st
}

// opened tells whether there is an instance. There is none after one broke and could not be opened again; the next write
// tries once more.
func (s *Store) opened() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.db != nil
}

// freeBytes is the room on the folder's disk for this user, -1 when it cannot be told.
func freeBytes(dir string) int64 {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return -1
	}
	return int64(fs.Bavail) * int64(fs.Bsize) //nolint:unconvert // the field types differ between platforms
}

// Checkpoint writes the log into the file. The write before it is finished first, the next one waits, and so do readers
// where they are in its way: whoever still sees the state before a write is.
func (s *Store) Checkpoint(ctx context.Context) error { return s.checkpoint(ctx, true) }

// checkpoint fails where readers are in its way and it may not wait for them.
func (s *Store) checkpoint(ctx context.Context, wait bool) error {
	if wait {
		s.words.turn.Lock()
		defer s.words.turn.Unlock()
	}
	return s.submit(&job{ctx: ctx, caller: ident.System(), direct: func(db *instance) error {
		_, err := db.writer.ExecContext(ctx, "CHECKPOINT ws")
		if inTheWay(err) && wait {
			s.mu.Lock()
			defer s.mu.Unlock()
			_, err = db.writer.ExecContext(ctx, "CHECKPOINT ws")
		}
		if err != nil {
			return wrap("checkpoint", err)
		}
		s.wrote.Store(0)
		return nil
	}})
}

// inTheWay tells whether a checkpoint was refused because of others who are at work.
func inTheWay(err error) bool {
	return err != nil && strings.Contains(err.Error(), "Cannot CHECKPOINT")
}

// idleLoop checkpoints when nobody writes. It does nothing when nothing was written, and leaves the last one to Close.
func (s *Store) idleLoop(ctx context.Context) {
	tick := time.NewTicker(idleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.words.nudge()
			last := s.wrote.Load()
			if last == 0 || (time.Since(time.Unix(0, last)) < quietAfter && s.logSize() < logLimit) {
				continue
			}
			s.words.tidy.Store(true)
			// A log that grows too long is worth waiting for readers, and having them wait.
			if err := s.checkpoint(ctx, s.logSize() > 2*logLimit); err != nil && !inTheWay(err) && ctx.Err() == nil {
				s.log.Warn("a checkpoint did not work; it is tried again", "err", err)
			}
		}
	}
}

func (s *Store) logSize() int64 {
	info, err := os.Stat(filepath.Join(s.opt.Dir, FileName+".wal"))
	if err != nil {
		return 0
	}
	return info.Size()
}

// reopen replaces an instance that DuckDB has given up on. What was acknowledged is in the file and its log; the write
// that met the failure was not, and its caller is told so. Only the writer goroutine calls it.
func (s *Store) reopen(ctx context.Context, cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db != nil {
		s.log.Error("DuckDB stopped; opening the workspace again", "err", cause)
		s.db.close() // what it says is of no use: the instance is broken already
		s.db = nil
	}
	answer := fail.New(fail.Unavailable, "The database stopped while writing. What you were doing was not saved; everything saved before is.").Because(cause)
	if free := freeBytes(s.opt.Dir); free >= 0 && free < 16<<20 {
		answer = answer.WithHint("The disk is full: free some space, then try again.")
	} else {
		answer = answer.WithHint("Try again. If it goes on, look at the log: journalctl -u openclawd.")
	}
	if err := s.open(ctx); err != nil {
		s.log.Error("the workspace cannot be opened again yet", "err", err)
		return answer.Because(err)
	}
	return answer
}

// instance is the instance in use. Where the last attempt to open one again failed, it is time for another. It does not
// wait for readers. Only the writer goroutine calls it.
func (s *Store) instance(ctx context.Context) (*instance, error) {
	s.mu.RLock()
	db := s.db
	s.mu.RUnlock()
	if db != nil {
		return db, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		if err := s.open(ctx); err != nil {
			return nil, notOpen().Because(err)
		}
	}
	return s.db, nil
}
