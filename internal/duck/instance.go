package duck

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"golang.org/x/sys/unix"

	"openclaw/internal/fail"
)

// FileName is the workspace's file in the data folder.
const FileName = "workspace.duckdb"

// poolSize is how many reads may be under way at once, long ones included; those that scan are limited further.
const poolSize = 16

// instance is one life of DuckDB: in memory, with the workspace attached as ws, locked down.
type instance struct {
	pool   *sql.DB
	writer *sql.Conn // the writer goroutine's alone
}

func openInstance(ctx context.Context, opt Options) (*instance, error) {
	connector, err := duckdb.NewConnector("", func(e driver.ExecerContext) error {
		// The first connection comes before ATTACH; the writer's USE is part of the set-up below.
		_, err := e.ExecContext(context.Background(), "USE ws", nil)
		if err != nil && strings.Contains(err.Error(), "No catalog + schema named") {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, wrap("start DuckDB", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(poolSize + 1)
	pool.SetMaxIdleConns(poolSize + 1)
	in := &instance{pool: pool}
	if in.writer, err = pool.Conn(ctx); err != nil {
		pool.Close()
		return nil, wrap("connect to DuckDB", err)
	}
	file := filepath.Join(opt.Dir, FileName)
	setup := []string{
		"SET temp_directory = " + text(filepath.Join(opt.Dir, "run", "tmp")),
		"SET max_temp_directory_size = " + text(opt.TempLimit),
		"SET memory_limit = " + text(opt.MemoryLimit),
		"SET checkpoint_threshold = '1TB'", // no automatic ones: they would hold up the write that meets them
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET TimeZone = 'UTC'",
		"ATTACH " + text(file) + " AS ws",
		attachWords,
		"USE ws",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	}
	if opt.Threads > 0 {
		setup = append([]string{"SET threads = " + strconv.Itoa(opt.Threads)}, setup...)
	}
	for _, q := range setup {
		if q == attachWords {
			if err := openWords(ctx, in.writer, opt.Dir); err != nil {
				in.close()
				return nil, err
			}
			continue
		}
		if _, err := in.writer.ExecContext(ctx, q); err != nil {
			in.close()
			return nil, openError(file, q, err)
		}
	}
	return in, nil
}

func (in *instance) close() error { return errors.Join(in.writer.Close(), in.pool.Close()) }

func openError(file, q string, err error) error {
	if !strings.HasPrefix(q, "ATTACH") {
		return wrap("set up DuckDB", fmt.Errorf("%s: %w", q, err))
	}
	switch msg := err.Error(); {
	case strings.Contains(msg, "lock on file"):
		return busy(filepath.Dir(file)).Because(err)
	case strings.Contains(msg, "newer version of DuckDB") || strings.Contains(msg, "storage version"):
		return fail.New(fail.Unavailable, "%s was written by a newer DuckDB than this program has.", file).WithHint("Install the version of OpenClaw that wrote it, or a newer one.").Because(err)
	}
	return fail.New(fail.Unavailable, "%s cannot be opened.", file).WithHint("If the file is damaged, put a copy of the data folder in its place.").Because(err)
}

func busy(dir string) *fail.Error {
	return fail.New(fail.Busy, "The data in %s is already in use by another openclawd.", dir).WithHint("Stop that one first, or give this one another folder with --data.")
}

// lockFolder takes the data folder for this process. DuckDB locks its file against other processes only.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "run", "workspace.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fail.New(fail.Unavailable, "The data folder %s cannot be locked.", dir).WithHint("Check that this user may write there.").Because(err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, busy(dir).Because(err)
	}
	return f, nil
}
