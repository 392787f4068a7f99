package duck

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Removed tells which objects, and which fields of objects in use, lie in the trash: the newest first.
func (s *Store) Removed(ctx context.Context, c ident.Caller) ([]crm.Removed, error) {
	out := []crm.Removed{}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		bins, err := removedBins(ctx, conn, &out)
		if err != nil {
			return err
		}
		for i, b := range bins {
			if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM "+b.table()).Scan(&out[i].Values); err != nil {
				return wrap("count what lies in the trash", err)
			}
		}
		return nil
	})
	return out, err
}

// removedBins lists what can be restored by name, and the bin of each. A field of an object that
// is not in use is listed again once the object is back.
func removedBins(ctx context.Context, conn *moment, out *[]crm.Removed) ([]bin, error) {
	rows, err := conn.QueryContext(ctx, `
		SELECT b.place, b.object, b.field, b.definition::VARCHAR, h.written_at, h.who
		FROM meta.bin AS b JOIN meta.history AS h ON h.id = b.change WHERE b.kind IN ('object', 'field')
		QUALIFY row_number() OVER (PARTITION BY b.kind, b.object, b.field ORDER BY b.change DESC) = 1 ORDER BY b.change DESC`)
	if err != nil {
		return nil, wrap("look into the trash", err)
	}
	defer rows.Close()
	var bins []bin
	for rows.Next() {
		var b bin
		var r crm.Removed
		var at time.Time
		if err := rows.Scan(&b.place, &r.Object, &r.Field, &b.json, &at, &r.Who); err != nil {
			return nil, wrap("look into the trash", err)
		}
		r.At = at.UTC()
		var def struct {
			Object crm.Object `json:"object"`
			Field  crm.Field  `json:"field"`
		}
		if err := json.Unmarshal([]byte(b.json), &def); err != nil {
			return nil, wrap("read the definition of "+r.Object, err)
		}
		if r.Field == "" {
			r.Label = cmp.Or(def.Object.Plural, def.Object.Label)
		} else {
			if _, inUse := conn.schema.Object(r.Object); !inUse {
				continue
			}
			r.Label, r.Type = def.Field.Label, def.Field.Type
		}
		bins, *out = append(bins, b), append(*out, r)
	}
	return bins, wrap("look into the trash", rows.Err())
}
