package duck

import (
	"context"
	"database/sql"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// scanLimit is how many reads may scan tables at once. Each uses all of DuckDB's threads; more at a time would only
// make all of them slow.
const scanLimit = 2

// read runs fn on a connection of its own in a read-only transaction, so that everything fn reads is of one moment.
func (s *Store) read(ctx context.Context, c ident.Caller, fn func(ctx context.Context, conn *sql.Conn) error) error {
	if err := known(c); err != nil {
		return err
	}
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
	if _, err := conn.ExecContext(ctx, "BEGIN TRANSACTION READ ONLY"); err != nil {
		return wrap("begin reading", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return wrap("read", fn(ctx, conn))
}

// scan is read for what goes through whole tables; it waits for its turn.
func (s *Store) scan(ctx context.Context, c ident.Caller, fn func(ctx context.Context, conn *sql.Conn) error) error {
	if err := s.scans.Acquire(ctx, 1); err != nil {
		return wrap("wait for other readers", err)
	}
	defer s.scans.Release(1)
	return s.read(ctx, c, fn)
}

// Ready tells whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	return s.read(ctx, ident.System(), func(ctx context.Context, conn *sql.Conn) error {
		var n int
		return conn.QueryRowContext(ctx, "SELECT count(*) FROM meta.migration").Scan(&n)
	})
}

func notOpen() *fail.Error {
	return fail.New(fail.Unavailable, "The workspace is not open.").WithHint("Start it with openclawd serve; its log says why it stopped.")
}
