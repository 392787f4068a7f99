package duck

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/query"
)

// progressEvery is how many rows are taken between two calls of ImportOptions.Progress.
const progressEvery = 10_000

const (
	// flushEvery is how many rows stand in the appender before DuckDB gets them, and flushCells how many values: DuckDB
	// does not count them as memory of its own.
	flushEvery = 122_880
	flushCells = 2 << 20
	// insertCells is how many values of a table with more than narrow columns one statement inserts.
	insertCells = 1 << 20
	narrow      = 32
	vector      = 2048 // rows, of which DuckDB likes whole ones
)

// rowsOf is how many rows of a source hold so many values.
func (st *staged) rowsOf(cells int64) int64 {
	return max(1, cells/int64(len(st.fields)+2)/vector) * vector
}

// staged is one source whose rows stand in a table of the instance in memory: rid, line, then a column for each field.
// Links stand there as text. The table is in no file, so that a crash leaves nothing, and DuckDB writes it to the
// capped folder for temporary files when there is much of it.
type staged struct {
	crm.Load
	table  string
	fields []crm.Field // as Load.Fields names them, with the types that the schema will have
	rows   int64
	keyed  int   // index of the key in fields; -1 for none
	first  int64 // id of the first new record; the others follow
	fresh  bool  // all rows are new records, in their order
}

func column(i int) string { return fmt.Sprintf("c%d", i) }

// stage takes the rows of all sources on a connection of its own, so that the writer is free until all are there. The
// caller must drop what it made.
func (s *Store) stage(ctx context.Context, conn *sql.Conn, schema crm.Schema, sources []crm.Source, progress func(int64)) ([]*staged, error) {
	run := strings.ToLower(rand.Text()[:10])
	var all []*staged
	var taken int64
	for i, source := range sources {
		st, err := shapeOf(schema, source.Load)
		if err != nil {
			return all, err
		}
		st.table = fmt.Sprintf("import_%s_%d", run, i)
		columns := []string{"rid BIGINT", "line BIGINT"}
		for j, f := range st.fields {
			columns = append(columns, column(j)+" "+stagedType(f))
		}
		if _, err := conn.ExecContext(ctx, "CREATE TABLE memory.main."+st.table+" ("+strings.Join(columns, ", ")+")"); err != nil {
			return all, wrap("make a table for the rows of "+st.Object, err)
		}
		all = append(all, st)
		err = conn.Raw(func(raw any) error {
			c, ok := raw.(driver.Conn)
			if !ok {
				return fmt.Errorf("stage rows: %T is no connection of the driver", raw)
			}
			return st.take(ctx, c, source, func() {
				if taken++; progress != nil && taken%progressEvery == 0 {
					progress(taken)
				}
			})
		})
		if err != nil {
			return all, err
		}
	}
	if progress != nil {
		progress(taken)
	}
	return all, nil
}

// shapeOf checks a load against the schema and finds its fields.
func shapeOf(schema crm.Schema, load crm.Load) (*staged, error) {
	o, ok := schema.Object(load.Object)
	if !ok {
		return nil, query.NoObject(schema, load.Object)
	}
	st := &staged{Load: load, keyed: slices.Index(load.Fields, load.Key)}
	if load.Key != "" && st.keyed < 0 {
		return nil, fail.New(fail.Invalid, "The key %s is not among the fields that are imported into %s.", load.Key, load.Object).WithHint("Choose a key that the file has.")
	}
	for i, name := range load.Fields {
		f, ok := o.Field(name)
		switch {
		case !ok:
			return nil, query.NoField(o, name)
		case f.Type == crm.Computed:
			return nil, fail.New(fail.Invalid, "%s of %s is computed and cannot be imported.", f.Label, o.Name).WithHint("Leave the column out.")
		case slices.Index(load.Fields, name) != i:
			return nil, fail.New(fail.Invalid, "Two columns go into %s of %s.", f.Label, o.Name).WithHint("Leave one out.")
		case i == st.keyed && (f.Type == crm.Link || f.Type == crm.Links || f.Type == crm.Choices):
			return nil, fail.New(fail.Invalid, "%s of %s is a %s and cannot be the key.", f.Label, o.Name, f.Type.Noun()).WithHint("Choose a field whose values identify a record, such as a name or a number.")
		}
		st.fields = append(st.fields, f)
	}
	return st, nil
}

// stagedType is the column type of a field while its rows wait.
func stagedType(f crm.Field) string {
	switch f.Type {
	case crm.Link:
		return "VARCHAR"
	case crm.Links:
		return "VARCHAR[]"
	}
	return sqlType(f)
}

// take appends a source's rows.
func (st *staged) take(ctx context.Context, c driver.Conn, source crm.Source, taken func()) (err error) {
	app, err := duckdb.NewAppender(c, "memory", "main", st.table)
	if err != nil {
		return wrap("begin to take rows", err)
	}
	defer func() {
		if cerr := app.Close(); err == nil && cerr != nil {
			err = wrap("take the last rows of "+st.Object, cerr)
		}
	}()
	cells := make([]driver.Value, len(st.fields)+2)
	flush := min(flushEvery, st.rowsOf(flushCells))
	for r, rowErr := range source.Rows {
		if rowErr != nil {
			return rowErr
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("take rows: %w", err)
		}
		if len(r.Values) != len(st.fields) {
			return fail.New(fail.Failed, "Line %d has %d values for %d fields.", r.Line, len(r.Values), len(st.fields))
		}
		cells[0], cells[1] = st.rows, r.Line
		for i, v := range r.Values {
			if cells[i+2], err = stagedValue(st.fields[i], v); err != nil {
				return fmt.Errorf("line %d: %w", r.Line, err)
			}
		}
		if err := app.AppendRow(cells...); err != nil {
			return wrap("take a row of "+st.Object, err)
		}
		st.rows++
		if st.rows%flush == 0 {
			if err := app.Flush(); err != nil {
				return wrap("take rows of "+st.Object, err)
			}
		}
		taken()
	}
	return nil
}

// stagedValue gives a canonical value as the appender takes it: a decimal as its digits without the point.
func stagedValue(f crm.Field, v any) (driver.Value, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case decimal.Decimal:
		if f.Type.Numeric() {
			if digits, ok := shortDigits(v, f.Scale); ok {
				return digits, nil
			}
			scaled := v.Shift(int32(f.Scale))
			if digits := scaled.Truncate(0); digits.Equal(scaled) && digits.Coefficient().IsInt64() {
				return digits.IntPart(), nil
			}
		}
	case string:
		if stagedType(f) == "VARCHAR" {
			return v, nil
		}
	case time.Time:
		if f.Type.Temporal() {
			return v.UTC(), nil
		}
	case bool:
		if f.Type == crm.Bool {
			return v, nil
		}
	case []string:
		if f.Type == crm.Choices || f.Type == crm.Links {
			if len(v) == 0 {
				return nil, nil
			}
			return v, nil
		}
	}
	return nil, fail.New(fail.Invalid, "%s is a %s and cannot hold %v.", f.Label, f.Type.Noun(), v)
}

// shortDigits gives the digits of a number up to a place after the point, as nearly all numbers have them: without big ones.
func shortDigits(v decimal.Decimal, scale int) (int64, bool) {
	more := scale + int(v.Exponent())
	if more < 0 || more+v.NumDigits() > 18 {
		return 0, false
	}
	digits := v.CoefficientInt64()
	for range more {
		digits *= 10
	}
	return digits, true
}

// unstage drops the tables of a stage.
func unstage(ctx context.Context, conn *sql.Conn, all []*staged) error {
	for _, st := range all {
		if _, err := conn.ExecContext(ctx, "DROP TABLE IF EXISTS memory.main."+st.table); err != nil {
			return wrap("drop the rows of "+st.Object, err)
		}
	}
	return nil
}

// overlay is the schema as alterations will make it, as far as an import needs to know: objects and fields with types.
func overlay(schema crm.Schema, alts []crm.Alteration) crm.Schema {
	objects := slices.Clone(schema.Objects)
	for _, a := range alts {
		if a.Kind == crm.AddObject {
			objects = append(objects, a.Object)
			continue
		}
		i := slices.IndexFunc(objects, func(o crm.Object) bool { return o.Name == a.Object.Name })
		if i < 0 {
			continue
		}
		o := &objects[i]
		fields := slices.Clone(o.Fields)
		at := slices.IndexFunc(fields, func(f crm.Field) bool { return f.Name == cmp.Or(a.Field.Name, a.Name) })
		switch {
		case a.Kind == crm.AddField && at < 0:
			fields = append(fields, a.Field)
		case a.Kind == crm.ChangeField && at >= 0:
			fields[at] = a.Field
		case a.Kind == crm.RenameField && at >= 0:
			fields[at].Name = a.To
		case a.Kind == crm.RemoveField && at >= 0:
			fields = slices.Delete(fields, at, at+1)
		}
		o.Fields = fields
	}
	return crm.Schema{Version: schema.Version, Objects: objects}
}
