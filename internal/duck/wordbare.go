package duck

import (
	"context"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// bareMost is how many values, or records, are taken out of those that have no words yet.
const bareMost = 1000

// bare gives, by object, what tells records that have no words yet, or not those that they should have, from the others;
// of an object that is not in it, all have. edited are objects whose records may no longer hold what the words say.
func (s *Store) bare(ctx context.Context, conn *moment) (where map[string]string, edited map[string]bool, err error) {
	if s.words.rest.Load() == 0 {
		return nil, nil, nil
	}
	var upto int64
	if err := conn.QueryRowContext(ctx, "SELECT upto FROM words.main.indexed").Scan(&upto); err != nil {
		return nil, nil, wrap("look how far the words are made", err)
	}
	rows, err := conn.QueryContext(ctx, "SELECT object, coalesce(done, 0), false FROM words.main.shape UNION ALL SELECT object, max(record), true FROM meta.history WHERE id > "+literalID(upto)+" GROUP BY object")
	if err != nil {
		return nil, nil, wrap("look how far the words are made", err)
	}
	defer rows.Close()
	done := map[string]int64{}
	edited = map[string]bool{}
	for rows.Next() {
		var object string
		var id int64
		var edit bool
		if err := rows.Scan(&object, &id, &edit); err != nil {
			return nil, nil, wrap("look how far the words are made", err)
		}
		if edit {
			edited[object] = true
		} else {
			done[object] = id
		}
	}
	where = map[string]string{}
	for _, o := range conn.schema.Objects {
		where[o.Name] = "id > " + literalID(done[o.Name])
		if edited[o.Name] && done[o.Name] > 0 {
			where[o.Name] = "(" + where[o.Name] + " OR id IN (SELECT record FROM meta.history WHERE id > " + literalID(upto) + " AND object = " + text(o.Name) + "))"
		}
	}
	return where, edited, wrap("look how far the words are made", rows.Err())
}

// lookBare finds phrases among the values of records that have no words yet: whole values, as they are written but for
// case.
func (s *Store) lookBare(ctx context.Context, conn *moment, c ident.Caller, asked []phrase, objects map[string]string) ([]crm.Hit, error) {
	if len(objects) == 0 {
		return nil, nil
	}
	phrases := map[string][]phrase{}
	var lowered []string
	for _, p := range asked {
		lower := strings.ToLower(strings.TrimSpace(p.text))
		if phrases[lower] == nil && lower != "" {
			lowered = append(lowered, lower)
		}
		phrases[lower] = append(phrases[lower], p)
	}
	if len(lowered) == 0 {
		return nil, nil
	}
	in := " IN (" + join(lowered, text) + ")"
	var out []crm.Hit
	for _, o := range conn.schema.Objects {
		where := objects[o.Name]
		var fields []string
		for _, f := range o.Fields {
			if inValues(f) {
				value := "r." + name(f.Column())
				if f.ValueType() == crm.Choices {
					value = "unnest(" + value + ")"
				}
				fields = append(fields, "SELECT "+text(f.Name)+" AS field, "+value+" AS value FROM "+s.relation(c, o)+" AS r WHERE "+where)
			}
		}
		if len(fields) == 0 {
			continue
		}
		rows, err := conn.QueryContext(ctx, "SELECT DISTINCT field, value FROM ("+strings.Join(fields, " UNION ALL ")+") WHERE lower(value)"+in+" LIMIT "+literalID(bareMost))
		if err != nil {
			return nil, wrap("look through the values of "+o.Name, err)
		}
		defer rows.Close()
		for rows.Next() {
			h := crm.Hit{Object: o.Name}
			if err := rows.Scan(&h.Field, &h.Value); err != nil {
				return nil, wrap("look through the values of "+o.Name, err)
			}
			for _, p := range phrases[strings.ToLower(h.Value)] {
				if hit := h; p.measure(&hit) {
					out = append(out, hit)
				}
			}
		}
		if err := rows.Err(); err != nil {
			return nil, wrap("look through the values of "+o.Name, err)
		}
	}
	return out, nil
}

// searchBare finds the records without words that have all words of a search, each as the beginning of one of theirs.
func (s *Store) searchBare(ctx context.Context, conn *moment, c ident.Caller, sought []string, object string, candidates map[string][]int64) error {
	objects, _, err := s.bare(ctx, conn)
	if err != nil || len(objects) == 0 {
		return err
	}
	for _, o := range conn.schema.Objects {
		if object != "" && object != o.Name {
			continue
		}
		var texts []string
		for _, f := range o.Fields {
			if inTerms(f) {
				texts = append(texts, "left(r."+name(f.Column())+", 2000)")
			}
		}
		if len(texts) == 0 {
			continue
		}
		where := objects[o.Name]
		all := "lower(strip_accents(concat_ws(' ', " + strings.Join(texts, ", ") + ")))"
		for _, word := range sought {
			where += ` AND regexp_matches(` + all + `, '(^|[^\p{L}\p{N}])` + word + `')`
		}
		rows, err := conn.QueryContext(ctx, "SELECT id FROM "+s.relation(c, o)+" AS r WHERE "+where+" LIMIT "+literalID(bareMost))
		if err != nil {
			return wrap("search the records of "+o.Name, err)
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return wrap("search the records of "+o.Name, err)
			}
			candidates[o.Name] = append(candidates[o.Name], id)
		}
		if err := rows.Err(); err != nil {
			return wrap("search the records of "+o.Name, err)
		}
	}
	return nil
}
