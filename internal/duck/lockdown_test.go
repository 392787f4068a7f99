package duck_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/fail"
)

// The gate is the first wall, not the only one: what came past it would meet an instance whose access to files is off
// and whose configuration is locked, in a transaction that cannot write.
func TestPastTheGate(t *testing.T) {
	s, dir := shop(t)
	other := filepath.Join(t.TempDir(), "other.csv")
	if err := os.WriteFile(other, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const files, locked, reading = "disabled", "locked", "read-only"
	for _, tc := range []struct{ statement, why string }{
		{`SELECT * FROM read_text('` + other + `')`, files},
		{`SELECT * FROM read_blob('` + other + `')`, files},
		{`SELECT * FROM read_csv('` + other + `')`, files},
		{`SELECT * FROM '` + other + `'`, files},
		{`SELECT * FROM glob('` + dir + `/*')`, files},
		{`COPY (SELECT 1) TO '` + other + `'`, files},
		{`COPY crm.deal TO '` + filepath.Join(dir, "out.csv") + `'`, files},
		{`EXPORT DATABASE '` + filepath.Join(dir, "out") + `'`, files},
		{`ATTACH '` + filepath.Join(dir, "second.duckdb") + `'`, files},
		{`INSTALL httpfs`, files},
		{`LOAD '` + other + `'`, files},
		{`SET memory_limit = '10GB'`, locked},
		{`SET threads = 8`, locked},
		{`SET enable_external_access = true`, locked},
		{`SET lock_configuration = false`, locked},
		{`SET GLOBAL temp_directory = '` + dir + `'`, locked},
		{`RESET memory_limit`, locked},
		{`PRAGMA memory_limit = '10GB'`, locked},
		{`INSERT INTO crm.account (id, name) VALUES (99, 'x')`, reading},
		{`UPDATE crm.account SET name = 'x'`, reading},
		{`DELETE FROM crm.account`, reading},
		{`CREATE TABLE crm.x (a INTEGER)`, reading},
		{`DROP TABLE crm.account`, reading},
	} {
		err := duck.Past(t.Context(), s, tc.statement)
		if err == nil || !strings.Contains(err.Error(), tc.why) {
			t.Errorf("%s: %v, want an error that says %q", tc.statement, err, tc.why)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "out*")); len(left) > 0 {
		t.Errorf("there is %v now", left)
	}
}

// What functions make is not counted by DuckDB's own limit; here it is some 400 MB at a time. The process must be a
// fresh one: memory that other tests have given back to the allocator would be used again, without any growth.
func TestSQLMemoryOfFunctions(t *testing.T) {
	if os.Getenv("OPENCLAW_TEST_ALONE") == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSQLMemoryOfFunctions$")
		cmd.Env = append(os.Environ(), "OPENCLAW_TEST_ALONE=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	s, _ := shop(t)
	const q = `SELECT sum(length(repeat('x', 100000) || i)) FROM range(60000) r(i)`
	_, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{Memory: 128 << 20, Time: time.Minute})
	if e := fail.As(err); err == nil || e.Kind != fail.Invalid || !strings.Contains(e.Message, "memory") {
		t.Errorf("%v", err)
	}
	if _, err := s.SQL(t.Context(), ann, `SELECT count(*) FROM deal`, duck.SQLLimits{}); err != nil {
		t.Errorf("the next statement: %v", err)
	}
}

// A statement of which each part is only just allowed ends when its time is over, give or take one step of DuckDB.
func TestSQLTimeOfFunctions(t *testing.T) {
	s, _ := shop(t)
	for _, q := range []string{
		`SELECT max(levenshtein(repeat('x', 400) || i, repeat('y', 400))) FROM range(1000000) r(i)`,
		`SELECT max(length(regexp_replace(repeat('a', 1000) || i, 'a(.*b)?', 'x', 'g'))) FROM range(1000000) r(i)`,
		`SELECT max(len(list_transform(range(2000), lambda x: x || i))) FROM range(1000000) r(i)`,
	} {
		began := time.Now()
		_, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{Time: time.Second})
		if e := fail.As(err); err == nil || e.Kind != fail.Invalid || e.Hint == "" {
			t.Errorf("%s: %v", q, err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%s: %s after its time it still ran", q, took)
		}
	}
}

// How long the texts of a table are is part of what a statement may do with them.
func TestSQLKnowsLengths(t *testing.T) {
	s, _ := shop(t)
	const q = `SELECT max(levenshtein(title, title || 'x')) FROM deal`
	if _, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{}); err != nil {
		t.Fatalf("short titles: %v", err)
	}
	if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Create, Object: "deal", Values: crm.Values{"title": strings.Repeat("x", 50_000)}}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{q, `SELECT max(levenshtein(title, title || 'x')) FROM v_deal`} {
		_, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{})
		if e := fail.As(err); err == nil || e.Kind != fail.Denied || !strings.Contains(e.Hint, "left(") {
			t.Errorf("a long title: %v", err)
		}
	}
	for _, q := range []string{
		`SELECT max(levenshtein(left(title, 100), left(title, 100) || 'x')) FROM deal`, `SELECT title FROM deal WHERE title ILIKE '%xx%'`,
		`SELECT upper(title), replace(title, 'x', 'y'), regexp_matches(title, 'x+y') FROM deal`,
	} {
		if _, err := s.SQL(t.Context(), ann, q, duck.SQLLimits{}); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// A reader that would not end does not keep the store from closing, and what was written is there at the next start.
func TestShutdownLeavesAStuckReader(t *testing.T) {
	s, _ := shop(t)
	held, free, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { ended <- duck.Hold(s, held, free) }()
	<-held
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Shutdown(ctx)
	if e := fail.As(err); err == nil || e.Kind != fail.Busy || e.Hint == "" {
		t.Errorf("with a reader that would not end: %v", err)
	}
	if _, err := s.SQL(t.Context(), ann, `SELECT 1`, duck.SQLLimits{}); fail.KindOf(err) != fail.Unavailable {
		t.Errorf("a statement after that: %v", err)
	}
	close(free)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// Closing stops statements that are under way, and waits for them.
func TestCloseStopsStatements(t *testing.T) {
	s, dir := shop(t)
	begun, ended := make(chan struct{}, 1), make(chan error, 1)
	duck.FailAt(s, func(stage string) error {
		if stage == "read" {
			select {
			case begun <- struct{}{}:
			default:
			}
		}
		return nil
	})
	go func() {
		_, err := s.SQL(context.WithoutCancel(t.Context()), ann, endless, duck.SQLLimits{Time: time.Hour})
		ended <- err
	}()
	<-begun
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the statement ended by itself")
	}
	again, err := duck.Open(t.Context(), duck.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if rows, err := again.SQL(t.Context(), ann, `SELECT count(*) FROM deal`, duck.SQLLimits{}); err != nil || rows.Rows[0][0] == nil {
		t.Errorf("after opening again: %v, %v", rows.Rows, err)
	}
}
