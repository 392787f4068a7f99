package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// scanLimit is how many reads may scan tables at once. Each uses all of DuckDB's threads; more at a time would only
// make all of them slow.
const scanLimit = 2

// scanTime is how long one may take, so that none holds up the others for good.
const scanTime = time.Minute

// moment is a read-only transaction: the data of one moment, and the schema that goes with it.
type moment struct {
	*sql.Conn
	schema crm.Schema
}

// read runs fn on a connection of its own in a read-only transaction, so that everything fn reads is of one moment.
func (s *Store) read(ctx context.Context, c ident.Caller, fn func(ctx context.Context, conn *moment) error) error {
	if err := known(c); err != nil {
		return err
	}
	err := s.readOnce(ctx, fn)
	if !isFatal(err) {
		return err
	}
	return s.stopped(ctx, err)
}

// stopped is for what is not the writer and met a failure that may have made DuckDB give up. The writer finds out, and
// opens the file again if so.
func (s *Store) stopped(ctx context.Context, cause error) error {
	probe := s.submit(&job{ctx: ctx, direct: func(db *instance) error {
		_, err := db.writer.ExecContext(ctx, "SELECT count(*) FROM meta.migration")
		return err
	}})
	return fail.New(fail.Unavailable, "The database stopped while reading.").WithHint("Try again. If it goes on, look at the log: journalctl -u openclawd.").Because(errors.Join(cause, probe))
}

func (s *Store) readOnce(ctx context.Context, fn func(ctx context.Context, conn *moment) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil || s.closed.Load() {
		return notOpen()
	}
	conn, err := s.db.pool.Conn(ctx)
	if err != nil {
		return wrap("connect for reading", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(context.WithoutCancel(ctx), "BEGIN TRANSACTION READ ONLY"); err != nil {
		return wrap("begin reading", err)
	}
	defer func() {
		if _, err := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
			// A connection that may still be in a transaction is of no use to the next reader.
			conn.Raw(func(any) error { return driver.ErrBadConn }) //nolint:errcheck // it returns what it is given
		}
	}()
	if err := s.hook("read"); err != nil {
		return err
	}
	m := &moment{Conn: conn}
	if err := s.meet(ctx, m); err != nil {
		return wrap("begin reading", err)
	}
	return wrap("read", fn(ctx, m))
}

// meet begins a moment. DuckDB takes its snapshot with the first look at a table, and no change of the schema may come
// between that and a look at the schema: columns would be missing, or worse, mean something else.
func (s *Store) meet(ctx context.Context, m *moment) error {
	s.changing.RLock()
	defer s.changing.RUnlock()
	m.schema = *s.schema.Load()
	_, err := m.ExecContext(ctx, "FROM meta.migration LIMIT 0")
	return err
}

// scan is read for what goes through whole tables; it waits for its turn.
func (s *Store) scan(ctx context.Context, c ident.Caller, fn func(ctx context.Context, conn *moment) error) error {
	if err := s.scans.Acquire(ctx, 1); err != nil {
		return wrap("wait for other readers", err)
	}
	defer s.scans.Release(1)
	limited, cancel := context.WithTimeoutCause(ctx, scanTime, errTooLong)
	defer cancel()
	err := s.read(limited, c, fn)
	if err != nil && errors.Is(context.Cause(limited), errTooLong) {
		return fail.New(fail.Unavailable, "This took longer than %s and was stopped.", scanTime).
			WithHint("Narrow it down, or look at what its computed fields do.").Because(err)
	}
	return err
}

// Ready tells whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	return s.read(ctx, ident.System(), func(ctx context.Context, conn *moment) error {
		var n int
		return conn.QueryRowContext(ctx, "SELECT count(*) FROM meta.migration").Scan(&n)
	})
}

func notOpen() *fail.Error {
	return fail.New(fail.Unavailable, "The workspace is not open.").WithHint("Start it with openclawd serve; its log says why it stopped.")
}
