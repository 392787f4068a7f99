package duck

import (
	"context"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
	"openclaw/internal/query"
)

// Plan answers a plan. The SQL that it gives back has its literals written in, so that it runs again as it is.
func (s *Store) Plan(ctx context.Context, c ident.Caller, p plan.Plan) (crm.Rows, error) {
	var out crm.Rows
	err := s.scan(ctx, c, func(ctx context.Context, conn *moment) error {
		schema := conn.schema
		q, err := query.Compile(schema, p, s.rel(schema, c), s.opt.Clock())
		if err != nil {
			return err
		}
		out = crm.Rows{Columns: q.Columns, Rows: [][]any{}, SQL: q.Text, Args: q.Args, Scanned: -1}
		out.Gaps = make([]int64, len(p.Gaps()))
		counts := []any{&out.Scanned}
		for i := range out.Gaps {
			counts = append(counts, &out.Gaps[i])
		}
		if err := conn.QueryRowContext(ctx, q.Count, q.CountArgs...).Scan(counts...); err != nil {
			return wrap("count the records of a plan", err)
		}
		rows, err := conn.QueryContext(ctx, q.SQL, q.Args...)
		if err != nil {
			return wrap("answer a plan", err)
		}
		defer rows.Close()
		types, err := rows.ColumnTypes()
		if err != nil {
			return wrap("answer a plan", err)
		}
		for rows.Next() {
			if q.Cap > 0 && len(out.Rows) == q.Cap {
				out.Truncated = true
				break
			}
			cells := make([]any, len(types))
			if err := scanInto(rows, cells); err != nil {
				return err
			}
			for i, t := range types {
				cells[i] = cell(cells[i], t.DatabaseTypeName())
			}
			out.Rows = append(out.Rows, cells)
		}
		return wrap("answer a plan", rows.Err())
	})
	return out, err
}
