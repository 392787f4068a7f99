package duck

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Batches lists whole writes, newest first: those that touched an object ("" for all), older than the batch after (0
// for the newest), at most limit of them.
func (s *Store) Batches(ctx context.Context, c ident.Caller, object string, after int64, limit int) ([]crm.Batch, error) {
	if limit < 1 || limit > 1000 {
		return nil, fail.New(fail.Invalid, "A page of history has 1 to 1000 batches, not %d.", limit)
	}
	out := []crm.Batch{}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		rows, err := conn.QueryContext(ctx, `
			WITH mine AS (SELECT * FROM meta.history WHERE `+s.historyOf(conn.schema, c)+`),
				page AS (SELECT DISTINCT batch FROM mine WHERE (? = '' OR object = ?) AND (? = 0 OR batch < ?) ORDER BY batch DESC LIMIT ?)
			SELECT batch, object, kind, count(*), min(id), min(written_at), any_value(who), any_value(via), any_value(cause)::VARCHAR,
				min(nullif(undoes, 0)), max(undoes), bool_and(undone > 0)
			FROM mine SEMI JOIN page USING (batch) GROUP BY batch, object, kind ORDER BY batch DESC, count(*) DESC, object, kind`, object, object, after, after, limit)
		if err != nil {
			return wrap("read the batches", err)
		}
		defer rows.Close()
		var undoes [][2]int64 // of each batch: the first and the last change that it takes back
		var alone []int64     // of each batch: its change, where it is one alone
		var others []bool     // of each batch: whether one was seen
		for rows.Next() {
			var b crm.Batch
			var part crm.BatchPart
			var first int64
			var cause string
			var from sql.NullInt64
			var to int64
			var undone bool
			var at time.Time
			if err := rows.Scan(&b.ID, &part.Object, &part.Kind, &part.Count, &first, &at, &b.Who, &b.Via, &cause, &from, &to, &undone); err != nil {
				return wrap("read the batches", err)
			}
			if n := len(out); n == 0 || out[n-1].ID != b.ID {
				if err := json.Unmarshal([]byte(cause), &b.Cause); err != nil {
					return wrap("read a batch's cause", err)
				}
				b.Undone = true
				b.At = at.UTC()
				out = append(out, b)
				undoes, alone, others = append(undoes, [2]int64{}), append(alone, 0), append(others, false)
			}
			i := len(out) - 1
			out[i].Parts = append(out[i].Parts, part)
			out[i].Undone = out[i].Undone && undone
			switch {
			case part.Kind == crm.ConvertChange: // part of the change that it stands beside
			case alone[i] == 0 && part.Count == 1 && !others[i]:
				alone[i], others[i] = first, true
			default:
				alone[i], others[i] = 0, true
			}
			if at = at.UTC(); at.Before(out[i].At) {
				out[i].At = at
			}
			if from.Valid && (undoes[i][0] == 0 || from.Int64 < undoes[i][0]) {
				undoes[i][0] = from.Int64
			}
			undoes[i][1] = max(undoes[i][1], to)
		}
		if err := rows.Err(); err != nil {
			return wrap("read the batches", err)
		}
		rows.Close()
		return s.completeBatches(ctx, conn, c, out, undoes, alone)
	})
	return out, err
}

// completeBatches adds what a batch takes back, and the change itself to a batch of one.
func (s *Store) completeBatches(ctx context.Context, conn *moment, c ident.Caller, batches []crm.Batch, undoes [][2]int64, alone []int64) error {
	var ids []int64
	for i := range batches {
		if undoes[i][0] != 0 {
			ids = append(ids, undoes[i][0])
		}
		if alone[i] != 0 {
			ids = append(ids, alone[i])
		}
	}
	if len(ids) == 0 {
		return nil
	}
	changes, err := s.changesByID(ctx, conn, c, ids)
	if err != nil {
		return err
	}
	find := func(id int64) *crm.Change {
		i, ok := slices.BinarySearchFunc(changes, id, func(ch crm.Change, id int64) int { return cmp.Compare(ch.ID, id) })
		if !ok {
			return nil
		}
		return &changes[i]
	}
	for i := range batches {
		if first, last := undoes[i][0], undoes[i][1]; first != 0 {
			batches[i].Undoes = first
			if ch := find(first); ch != nil && first != last {
				batches[i].Undoes = ch.Batch
			}
		}
		if alone[i] != 0 {
			batches[i].Only = find(alone[i])
		}
	}
	return nil
}

// changesByID reads some changes, in the order of their ids.
func (s *Store) changesByID(ctx context.Context, conn *moment, c ident.Caller, ids []int64) ([]crm.Change, error) {
	rows, err := conn.QueryContext(ctx, "SELECT "+changeColumns+" FROM meta.history WHERE id IN ("+join(ids, literalID)+") AND "+s.historyOf(conn.schema, c)+" ORDER BY id")
	if err != nil {
		return nil, wrap("read changes", err)
	}
	defer rows.Close()
	var out []crm.Change
	for rows.Next() {
		ch, err := readChange(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, ch)
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("read changes", err)
	}
	return out, s.displayAll(ctx, conn, c, out)
}
