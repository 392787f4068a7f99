package duck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"openclaw/internal/crm"
	"openclaw/internal/duck/gate"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// SQLLimits bound a person's statement. Zero members have defaults.
type SQLLimits struct {
	Rows   int            // 10,000
	Time   time.Duration  // 30 seconds, without the wait for other statements
	Memory int64          // bytes by which the process may grow; 512 MB
	Args   map[string]any // values of the statement's $parameters
}

func (l SQLLimits) orDefault() SQLLimits {
	if l.Rows <= 0 {
		l.Rows = 10_000
	}
	if l.Time <= 0 {
		l.Time = 30 * time.Second
	}
	if l.Memory <= 0 {
		l.Memory = 512 << 20
	}
	return l
}

var (
	errTooLong = errors.New("the time of a statement is over")
	errTooBig  = errors.New("the memory of a statement is used up")
)

// SQL runs a person's SELECT through the gate: one statement, harmless by its syntax tree, over the caller's own
// relations, read-only and within limits. Few such statements run at a time, so that they leave room for the program's
// own reads.
func (s *Store) SQL(ctx context.Context, c ident.Caller, statement string, limits SQLLimits) (crm.Rows, error) {
	if err := known(c); err != nil {
		return crm.Rows{}, err
	}
	if err := gate.Text(statement); err != nil {
		return crm.Rows{}, err
	}
	limits = limits.orDefault()
	if err := s.turns.take(ctx, c.Person); err != nil {
		return crm.Rows{}, err
	}
	defer s.turns.give(c.Person)

	limited, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	timer := time.AfterFunc(limits.Time, func() { stop(errTooLong) })
	defer timer.Stop()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watchMemory(limited, limits.Memory, stop)
	}()
	defer func() { stop(nil); <-watched }()

	var out crm.Rows
	err := s.read(limited, c, func(ctx context.Context, conn *moment) error {
		run, checked, err := s.pass(ctx, conn, c, statement, limits.Rows+1)
		if err != nil {
			return err
		}
		args, err := namedArgs(checked.Params, limits.Args)
		if err != nil {
			return err
		}
		rows, err := conn.QueryContext(ctx, run, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		out, err = readRows(rows, limits.Rows)
		return err
	})
	if err != nil {
		return crm.Rows{}, statementError(limited, limits, err)
	}
	out.SQL, out.Scanned = strings.TrimRight(strings.TrimSpace(statement), "; \n\t"), -1
	return out, nil
}

// pass takes a statement through the gate and gives the text that may run.
func (s *Store) pass(ctx context.Context, conn *moment, c ident.Caller, statement string, rows int) (string, gate.Checked, error) {
	schema := conn.schema
	var failed error
	opts := gate.Options{Limit: rows, Relation: func(in, table string) (gate.Tree, bool) {
		relation, ok := s.readable(c, schema, in, table)
		if !ok || failed != nil {
			return nil, false
		}
		var tree gate.Tree
		if tree, failed = parse(ctx, conn, "SELECT * FROM "+relation); failed != nil {
			return nil, false
		}
		return tree, true
	}}
	opts.Width = func(in, table string) map[string]int {
		o, viewed, ok := readableObject(schema, in, table)
		if !ok || failed != nil {
			return nil
		}
		var longest map[string]int
		longest, failed = widths(ctx, conn, schema, o, viewed)
		return longest
	}
	opts.Rows = func(in, table string) float64 {
		o, _, ok := readableObject(schema, in, table)
		if !ok || failed != nil {
			return 0
		}
		var n int64
		failed = conn.QueryRowContext(ctx, "SELECT count(*) FROM "+s.relation(c, o)).Scan(&n)
		return float64(n)
	}
	for _, o := range schema.Objects {
		opts.Tables = append(opts.Tables, o.Name, "v_"+o.Name)
	}
	serialized, err := serialize(ctx, conn, statement)
	if err != nil {
		return "", gate.Checked{}, err
	}
	checked, err := gate.Statement(serialized, opts)
	if failed != nil {
		return "", gate.Checked{}, failed
	}
	if err != nil {
		return "", gate.Checked{}, err
	}
	run, err := spellOut(ctx, conn, checked.Tree)
	return run, checked, err
}

// readable gives what a caller reads a table's rows from.
func (s *Store) readable(c ident.Caller, schema crm.Schema, in, table string) (string, bool) {
	o, viewed, ok := readableObject(schema, in, table)
	switch {
	case !ok:
		return "", false
	case viewed:
		return "(" + viewSQL(schema, o, s.rel(schema, c)) + ")", true
	}
	return s.relation(c, o), true
}

// readableObject finds the object that a table's name means, and whether it means its view.
func readableObject(schema crm.Schema, in, table string) (o crm.Object, viewed, ok bool) {
	in, table = strings.ToLower(in), strings.ToLower(table)
	if o, ok := schema.Object(table); ok && in != "main" {
		return o, false, true
	}
	table, viewed = strings.CutPrefix(table, "v_")
	if o, ok := schema.Object(table); ok && viewed && in != "crm" {
		return o, true, true
	}
	return crm.Object{}, false, false
}

func serialize(ctx context.Context, conn *moment, statement string) ([]byte, error) {
	var out string
	err := conn.QueryRowContext(ctx, `SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)`, statement).Scan(&out)
	return []byte(out), wrap("parse a statement", err)
}

func parse(ctx context.Context, conn *moment, statement string) (gate.Tree, error) {
	out, err := serialize(ctx, conn, statement)
	if err != nil {
		return nil, err
	}
	return gate.Decode(out)
}

// spellOut makes the text of a checked tree, and makes sure that it means what the tree means.
func spellOut(ctx context.Context, conn *moment, tree string) (string, error) {
	var run string
	if err := conn.QueryRowContext(ctx, `SELECT json_deserialize_sql(CAST(CAST(? AS VARCHAR) AS JSON))`, tree).Scan(&run); err != nil {
		return "", wrap("spell out a statement", err)
	}
	again, err := serialize(ctx, conn, run)
	if err != nil {
		return "", err
	}
	if gate.Shape([]byte(tree)) != gate.Shape(again) {
		return "", fail.New(fail.Denied, "The statement is put together in a way that cannot be checked.").
			WithHint("Write joins one after the other with ON or USING, and put parentheses around what belongs together.")
	}
	return run, nil
}

func namedArgs(params []string, given map[string]any) ([]any, error) {
	var out []any
	for _, p := range params {
		v, ok := given[p]
		if !ok {
			return nil, fail.New(fail.Invalid, "The statement has a parameter $%s that has no value.", p).
				WithHint("Write the value into the statement, or save the statement as a question and give its parameters there.")
		}
		if s, ok := v.(string); ok && len(s) > gate.MaxParam {
			return nil, fail.New(fail.Invalid, "The value of $%s is %d KB long; 1 KB is the most that a parameter takes.", p, len(s)>>10).WithHint("Shorten it.")
		}
		out = append(out, sql.Named(p, v))
	}
	return out, nil
}

// readRows reads up to limit rows in canonical form.
func readRows(rows *sql.Rows, limit int) (crm.Rows, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return crm.Rows{}, wrap("read the columns", err)
	}
	out := crm.Rows{Rows: [][]any{}}
	for _, t := range types {
		kind, scale := cellType(t.DatabaseTypeName())
		out.Columns = append(out.Columns, crm.Column{Name: t.Name(), Type: kind, Scale: scale})
	}
	raw, dest := make([]any, len(types)), make([]any, len(types))
	for i := range raw {
		dest[i] = &raw[i]
	}
	for rows.Next() {
		if len(out.Rows) == limit {
			out.Truncated = true
			break
		}
		if err := rows.Scan(dest...); err != nil {
			return crm.Rows{}, wrap("read a row", err)
		}
		row := make([]any, len(raw))
		for i, v := range raw {
			row[i] = cell(v, types[i].DatabaseTypeName())
		}
		out.Rows = append(out.Rows, row)
	}
	scales(out.Columns, out.Rows)
	return out, rows.Err()
}

// statementError says to the person what was wrong with their statement.
func statementError(ctx context.Context, limits SQLLimits, err error) error {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTooLong):
		return fail.New(fail.Invalid, "The statement took longer than %s and was stopped.", limits.Time).
			WithHint("Narrow it down with WHERE, or join on the columns that belong together.")
	case errors.Is(cause, errTooBig), isOutOfMemory(err):
		return fail.New(fail.Invalid, "The statement needed too much memory and was stopped.").
			WithHint("Narrow it down with WHERE, or select fewer columns.").Because(err)
	case ctx.Err() != nil:
		return fmt.Errorf("run a statement: %w", ctx.Err())
	}
	var e *duckdb.Error
	if !errors.As(err, &e) || slices.Contains([]duckdb.ErrorType{duckdb.ErrorTypeFatal, duckdb.ErrorTypeInternal, duckdb.ErrorTypeIO}, e.Type) {
		return err
	}
	return fail.New(fail.Invalid, "The statement cannot run: %s.", reason(e)).WithHint("DESCRIBE an object to see its columns and their types.").Because(err)
}

// watchMemory stops a statement that makes the process grow by more than limit: values under way in an expression are
// not under DuckDB's own limit.
func watchMemory(ctx context.Context, limit int64, stop context.CancelCauseFunc) {
	before := resident()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if resident()-before > limit {
				stop(errTooBig)
				return
			}
		}
	}
}

// resident is the process's memory in bytes, 0 where the system does not say.
func resident() int64 {
	stat, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
