package duck

import (
	"bytes"
	"cmp"
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
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		rows, err := conn.QueryContext(ctx, "SELECT "+changeColumns+" FROM meta.history WHERE "+
			strings.Join(append(conds, s.historyOf(conn.schema, c)), " AND ")+" ORDER BY id DESC LIMIT "+strconv.Itoa(q.Limit), args...)
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

// displayAll puts values in the form that readers are promised: under the names that their fields have now, in the types
// that they had then, with the names of linked records.
func (s *Store) displayAll(ctx context.Context, conn *moment, c ident.Caller, changes []crm.Change) error {
	cells, err := cellsOf(ctx, conn, conn.schema, changes)
	if err != nil {
		return err
	}
	wanted := map[string]map[int64]bool{}
	for _, x := range cells {
		display(x.field, x.value, func(object string, id int64) crm.Ref {
			if wanted[object] == nil {
				wanted[object] = map[int64]bool{}
			}
			wanted[object][id] = true
			return crm.Ref{ID: id}
		})
	}
	names := map[string]map[int64]string{}
	for object, ids := range wanted {
		found, err := s.namesOf(ctx, conn, c, conn.schema, object, slices.Sorted(maps.Keys(ids)))
		if err != nil {
			return err
		}
		names[object] = found
	}
	for _, x := range cells {
		x.into[x.name] = display(x.field, x.value, func(object string, id int64) crm.Ref { return crm.Ref{ID: id, Name: names[object][id]} })
	}
	return nil
}

// pastCell is a value of a change, the field as it was then, and where to show it.
type pastCell struct {
	field crm.Field
	value any
	into  map[string]any
	name  string
}

// cellsOf takes the values of changes of records whose field is known out of the changes, to be put back for show.
func cellsOf(ctx context.Context, q querier, schema crm.Schema, changes []crm.Change) ([]pastCell, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	latest := make([]*crm.Change, len(changes))
	for i := range changes {
		latest[i] = &changes[i]
	}
	slices.SortFunc(latest, func(a, b *crm.Change) int { return cmp.Compare(b.ID, a.ID) })
	steps, err := stepsSince(ctx, q, latest[len(latest)-1].ID)
	if err != nil {
		return nil, err
	}
	fields := map[string]map[string]pastField{}
	for _, o := range schema.Objects {
		fields[o.Name] = presentFields(o)
	}
	var out []pastCell
	for _, ch := range latest {
		for ; len(steps) > 0 && steps[0].id > ch.ID; steps = steps[1:] {
			if then, ok := fields[steps[0].object]; ok {
				steps[0].back(then)
			}
		}
		o, ok := schema.Object(ch.Object)
		if !ok || ch.Record == 0 {
			continue
		}
		for _, m := range []map[string]any{ch.Before, ch.After} {
			var own []pastCell
			for k, v := range m {
				if f, ok := fields[o.Name][k]; ok {
					own = append(own, pastCell{f.Field, v, m, cmp.Or(f.now, removedName(o, k))})
				}
			}
			for _, x := range own {
				delete(m, x.field.Name)
			}
			out = append(out, own...)
		}
	}
	return out, nil
}

// removedName is what a field that is gone is shown as: its name, marked where another field has that by now.
func removedName(o crm.Object, field string) string {
	if _, taken := o.Field(field); taken {
		return field + " (removed)"
	}
	return field
}
