package duck

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"sort"
	"strconv"
	"strings"

	"openclaw/internal/fail"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

type migration struct {
	number int
	name   string
	sql    string
	sum    string
}

// migrations reads the embedded files NNNN_name.sql in order. A file that was shipped is never changed again:
// workspaces remember its sum.
func migrations() ([]migration, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, wrap("list migrations", err)
	}
	sort.Strings(files)
	out := make([]migration, 0, len(files))
	for _, f := range files {
		body, err := migrationFiles.ReadFile(f)
		if err != nil {
			return nil, wrap("read a migration", err)
		}
		base := strings.TrimSuffix(strings.TrimPrefix(f, "migrations/"), ".sql")
		digits, _, _ := strings.Cut(base, "_")
		number, err := strconv.Atoi(digits)
		if err != nil {
			return nil, wrap("number the migration "+base, err)
		}
		sum := sha256.Sum256(body)
		out = append(out, migration{number: number, name: base, sql: string(body), sum: hex.EncodeToString(sum[:])})
	}
	return out, nil
}

// migrate brings the workspace to this program's version, each step in a transaction of its own, and refuses data that
// a newer or a different program has written.
func migrate(ctx context.Context, db *instance, opt Options) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	if _, err := db.writer.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS meta; CREATE TABLE IF NOT EXISTS meta.migration (number INTEGER, name VARCHAR, sha256 VARCHAR, applied_at TIMESTAMP, version VARCHAR)`); err != nil {
		return wrap("make the table of migrations", err)
	}
	done, err := applied(ctx, db)
	if err != nil {
		return err
	}
	byNumber := map[int]migration{}
	for _, m := range all {
		byNumber[m.number] = m
	}
	for number, was := range done {
		m, ok := byNumber[number]
		if !ok || m.sum != was.sum {
			return fail.New(fail.Unavailable, "The data in %s was written by OpenClaw %s, which this version (%s) does not know.", opt.Dir, was.version, opt.Version).
				WithHint("Install OpenClaw %s or a newer one. Nothing was changed.", was.version)
		}
	}
	for _, m := range all {
		if _, ok := done[m.number]; ok {
			continue
		}
		if err := apply(ctx, db, opt, m); err != nil {
			return err
		}
	}
	return nil
}

type appliedMigration struct{ sum, version string }

func applied(ctx context.Context, db *instance) (map[int]appliedMigration, error) {
	rows, err := db.writer.QueryContext(ctx, `SELECT number, sha256, version FROM meta.migration`)
	if err != nil {
		return nil, wrap("read the migrations done", err)
	}
	defer rows.Close()
	done := map[int]appliedMigration{}
	for rows.Next() {
		var number int
		var a appliedMigration
		if err := rows.Scan(&number, &a.sum, &a.version); err != nil {
			return nil, wrap("read the migrations done", err)
		}
		done[number] = a
	}
	return done, wrap("read the migrations done", rows.Err())
}

func apply(ctx context.Context, db *instance, opt Options, m migration) error {
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return wrap("begin migration "+m.name, err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, m.sql); err != nil {
		return wrap("apply migration "+m.name, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO meta.migration VALUES (?, ?, ?, ?, ?)`, m.number, m.name, m.sum, opt.Clock().UTC(), opt.Version); err != nil {
		return wrap("record migration "+m.name, err)
	}
	return wrap("commit migration "+m.name, tx.Commit())
}
