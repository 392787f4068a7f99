package duck

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// History lists changes. Links stand in Before and After with the name that their record has now.
func (s *Store) History(ctx context.Context, c ident.Caller, q crm.HistoryQuery) ([]crm.Change, error) {
	if q.Limit < 0 || q.Limit > 1000 {
		return nil, fail.New(fail.Invalid, "A page of history has 1 to 1000 changes, not %d.", q.Limit)
	}
	conds, args := []string{"TRUE"}, []any{}
	for _, part := range []struct {
		cond string
		arg  any
		use  bool
	}{
		{"object = ?", q.Object, q.Object != ""}, {"record = ?", q.Record, q.Record != 0},
		{"batch = ?", q.Batch, q.Batch != 0}, {"id < ?", q.After, q.After != 0},
	} {
		if part.use {
			conds, args = append(conds, part.cond), append(args, part.arg)
		}
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	out := []crm.Change{}
	err := s.read(ctx, c, func(ctx context.Context, conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, "SELECT "+changeColumns+" FROM meta.history WHERE "+
			strings.Join(conds, " AND ")+" ORDER BY id DESC LIMIT "+strconv.Itoa(q.Limit), args...)
		if err != nil {
			return wrap("read history", err)
		}
		defer rows.Close()
		for rows.Next() {
			ch, err := readChange(rows)
			if err != nil {
				return err
			}
			out = append(out, ch)
		}
		if err := rows.Err(); err != nil {
			return wrap("read history", err)
		}
		rows.Close()
		return s.displayAll(ctx, conn, c, out)
	})
	return out, err
}

// changeColumns are what readChange reads.
const changeColumns = "id, written_at, who, via, kind, object, record, before::VARCHAR, after::VARCHAR, batch, cause::VARCHAR, undoes, undone"

func readChange(rows *sql.Rows) (crm.Change, error) {
	var ch crm.Change
	var before, after sql.NullString
	var cause string
	var at time.Time
	if err := rows.Scan(&ch.ID, &at, &ch.Who, &ch.Via, &ch.Kind, &ch.Object, &ch.Record, &before, &after, &ch.Batch, &cause, &ch.Undoes, &ch.Undone); err != nil {
		return ch, wrap("read history", err)
	}
	ch.At = at.UTC()
	for text, into := range map[*sql.NullString]*map[string]any{&before: &ch.Before, &after: &ch.After} {
		if !text.Valid {
			continue
		}
		d := json.NewDecoder(bytes.NewReader([]byte(text.String)))
		d.UseNumber()
		if err := d.Decode(into); err != nil {
			return ch, wrap("read a change", err)
		}
	}
	return ch, wrap("read a change's cause", json.Unmarshal([]byte(cause), &ch.Cause))
}

// displayAll puts values in the form that readers are promised, with the names of linked records.
func (s *Store) displayAll(ctx context.Context, q querier, c ident.Caller, changes []crm.Change) error {
	schema := *s.schema.Load()
	wanted := map[string]map[int64]bool{}
	collect := func(object string, id int64) crm.Ref {
		if wanted[object] == nil {
			wanted[object] = map[int64]bool{}
		}
		wanted[object][id] = true
		return crm.Ref{ID: id}
	}
	eachValue(schema, changes, func(f crm.Field, v any) any {
		display(f, v, collect)
		return v
	})
	names := map[string]map[int64]string{}
	for object, ids := range wanted {
		found, err := s.namesOf(ctx, q, c, schema, object, slices.Sorted(maps.Keys(ids)))
		if err != nil {
			return err
		}
		names[object] = found
	}
	eachValue(schema, changes, func(f crm.Field, v any) any {
		return display(f, v, func(object string, id int64) crm.Ref { return crm.Ref{ID: id, Name: names[object][id]} })
	})
	return nil
}

// eachValue replaces the values of changes of records whose field is known.
func eachValue(schema crm.Schema, changes []crm.Change, fn func(f crm.Field, v any) any) {
	for _, ch := range changes {
		o, ok := schema.Object(ch.Object)
		if !ok || ch.Kind == "schema" {
			continue
		}
		for _, m := range []map[string]any{ch.Before, ch.After} {
			for k, v := range m {
				if f, ok := o.Field(k); ok {
					m[k] = fn(f, v)
				}
			}
		}
	}
}
