// Package duck keeps a workspace in one DuckDB file and is the only importer of the DuckDB driver.
//
//	workspace.duckdb
//	  crm.<object>     the records, typed columns, id BIGINT PRIMARY KEY
//	  v_<object>       main.v_<object>: the records as people read them, links by name
//	  trash.<...>      deleted records, removed fields and objects, values that a change of type replaced
//	  meta.*           definitions, history, counters, migrations
//	words.duckdb       what the records' words are, for questions and search: derived, may be deleted (wordfile.go)
//
// The file is attached as "ws" to an instance in memory whose access to everything else is off and whose configuration
// is locked. One goroutine runs every write (writer.go). Reads take a connection of their own and run in a read-only
// transaction; those that scan are let in a few at a time (read.go).
package duck

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Options say where the workspace is and what it may use.
type Options struct {
	Dir         string // data folder; the file is Dir/workspace.duckdb, temporary files are in Dir/run/tmp
	Version     string // of this program, written beside each migration
	MemoryLimit string // "128MB"
	TempLimit   string // "2GB"
	Threads     int    // of DuckDB; 0 means all cores
	FreeFloor   int64  // bytes free on the disk below which writes are refused; 0 means no floor
	Clock       func() time.Time
	Log         *slog.Logger
	Audit       func(ctx context.Context, e AuditEvent) error // called before a write takes effect; its error stops the write
	Event       func(crm.Change)                              // called after commit; must not block
	Rows        func(c ident.Caller, o crm.Object) string     // a condition, in SQL over its columns, on the records that a caller may read; "" or nil for all
}

// AuditEvent says what a write is about to do.
type AuditEvent struct {
	Caller  ident.Caller
	Action  string // "write", "alter", "undo", "import", ...
	Objects []string
	Batch   int64
	Changes int64  // how many changes the batch holds
	About   string // for ways in, which leave no history: which one, whose, and for how long; never its secret
	Cause   crm.Cause
}

// Store is an open workspace. It is safe for concurrent use.
type Store struct {
	opt   Options
	log   *slog.Logger
	lock  *os.File
	clock *clock

	// mu guards db, which is replaced when DuckDB has given up on an instance. Users of db hold it for reading.
	mu sync.RWMutex
	db *instance

	schema atomic.Pointer[crm.Schema]
	// changing is held for reading by whoever begins a moment, and for writing by a commit that changes the schema.
	changing sync.RWMutex
	scans    *semaphore.Weighted
	signedIn signedIn
	words    *words
	turns    *turns

	jobs     chan *job
	ended    chan struct{}   // closed when the writer goroutine has ended
	life     context.Context // ends when the store closes, and with it whatever reads then
	stop     context.CancelFunc
	loops    sync.WaitGroup
	wrote    atomic.Int64 // unix nanoseconds of the last commit since the last checkpoint; 0 for none
	lastID   int64        // last id of history that was given out; the writer's alone
	lastBin  int64        // last number of a table in schema trash; the writer's alone
	closed   atomic.Bool
	failHook atomic.Pointer[func(stage string) error] // set by tests: an error here stands for one of DuckDB
}

// Open opens the workspace of a data folder, makes it when there is none, and brings it to this program's version.
// A workspace that is open elsewhere is fail.Busy; one written by a newer program is refused and left as it is.
func Open(ctx context.Context, opt Options) (*Store, error) {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.MemoryLimit == "" {
		opt.MemoryLimit = "128MB"
	}
	if opt.TempLimit == "" {
		opt.TempLimit = "2GB"
	}
	if opt.Version == "" {
		opt.Version = "development"
	}
	run := filepath.Join(opt.Dir, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		return nil, unusable(opt.Dir, err)
	}
	lock, err := lockFolder(opt.Dir)
	if err != nil {
		return nil, err
	}
	// Temporary files of a life that was cut short are still there.
	tmp := filepath.Join(run, "tmp")
	if err := errors.Join(os.RemoveAll(tmp), os.MkdirAll(tmp, 0o700)); err != nil {
		lock.Close()
		return nil, unusable(opt.Dir, err)
	}
	s := &Store{
		opt: opt, log: opt.Log, lock: lock, clock: &clock{wall: opt.Clock},
		scans: semaphore.NewWeighted(scanLimit), turns: &turns{running: map[string]int{}}, jobs: make(chan *job), ended: make(chan struct{}),
		words: newWords(),
	}
	if err := s.open(ctx); err != nil {
		lock.Close()
		return nil, err
	}
	s.life, s.stop = context.WithCancel(context.Background())
	s.loops.Go(func() { s.writeLoop(s.life) })
	s.loops.Go(func() { s.idleLoop(s.life) })
	s.loops.Go(func() { s.wordsLoop(s.life) })
	return s, nil
}

func unusable(dir string, err error) error {
	return fail.New(fail.Unavailable, "The data folder %s cannot be used.", dir).WithHint("Check that this user may write there.").Because(err)
}

// open brings up an instance and everything that is read from it: the schema, the last history id, the clock's floor.
func (s *Store) open(ctx context.Context) error {
	db, err := openInstance(ctx, s.opt)
	if err != nil {
		return err
	}
	if err := s.load(ctx, db); err != nil {
		db.close()
		return err
	}
	s.db = db
	return nil
}

func (s *Store) load(ctx context.Context, db *instance) error {
	if err := migrate(ctx, db, s.opt); err != nil {
		return err
	}
	var last int64
	var at time.Time
	row := db.pool.QueryRowContext(ctx, `SELECT coalesce(max(greatest(id, batch)), 0), coalesce(max(written_at), TIMESTAMP '1970-01-01') FROM meta.history`)
	if err := row.Scan(&last, &at); err != nil {
		return wrap("read the end of history", err)
	}
	s.lastID = max(s.lastID, last)
	s.words.committed.Store(s.lastID)
	if err := db.pool.QueryRowContext(ctx, `SELECT coalesce(max(TRY_CAST(split_part(table_name, '~', 2) AS BIGINT)), 0) FROM duckdb_tables() WHERE database_name = 'ws' AND schema_name = 'trash'`).Scan(&last); err != nil {
		return wrap("read what lies in the trash", err)
	}
	s.lastBin = max(s.lastBin, last)
	s.clock.atLeast(at)
	schema, err := loadSchema(ctx, db.pool)
	if err != nil {
		return err
	}
	s.schema.Store(&schema)
	return nil
}

// Close lets the write in hand finish, stops whatever reads, writes the log into the file and lets go of it.
func (s *Store) Close() error { return s.Shutdown(context.Background()) }

// Shutdown is Close that does not wait for longer than ctx lasts. Where a read or the write in hand has not ended by
// then, the workspace stays open until the process ends: what was acknowledged is in the log, which is read at the next
// start.
func (s *Store) Shutdown(ctx context.Context) error {
	if s.closed.Swap(true) {
		return nil
	}
	s.stop()
	done := make(chan error, 1)
	go func() { done <- s.letGo() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fail.New(fail.Busy, "The workspace was left as it is, since a statement would not end.").
			WithHint("Nothing that was saved is lost; the next start reads it from the log.").Because(ctx.Err())
	}
}

func (s *Store) letGo() error {
	s.loops.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.lock.Close()
	if s.db == nil {
		return nil
	}
	if s.wrote.Load() != 0 {
		if _, err := s.db.writer.ExecContext(context.Background(), "CHECKPOINT ws"); err != nil {
			s.log.Warn("the last checkpoint did not work; the log is read again at the next start", "err", err)
		}
	}
	if s.words.wrote.Load() {
		if _, err := s.db.writer.ExecContext(context.Background(), "CHECKPOINT "+wordsDB); err != nil {
			s.log.Warn("the words could not be put into their file; they are at the next start", "err", err)
		}
	}
	return s.db.close()
}

// Schema is the workspace's schema as of the last commit.
func (s *Store) Schema(_ context.Context, c ident.Caller) (crm.Schema, error) {
	if err := known(c); err != nil {
		return crm.Schema{}, err
	}
	return *s.schema.Load(), nil
}
