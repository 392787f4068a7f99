package duck

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/query"
)

const (
	wordsMost     = 8    // words of one search
	searchMost    = 100  // records of one answer
	searchedMost  = 2000 // records that are looked at, at most
	searchDefault = 20
)

// Search finds the records that hold all words of a text, each as the beginning of a word of theirs, in text fields of
// any object or of one. Records that are called just so come first, then those whose name matches.
func (s *Store) Search(ctx context.Context, c ident.Caller, text, object string, limit int) ([]crm.Found, error) {
	if err := known(c); err != nil {
		return nil, err
	}
	schema := *s.schema.Load()
	if _, ok := schema.Object(object); !ok && object != "" {
		return nil, query.NoObject(schema, object)
	}
	switch {
	case limit == 0:
		limit = searchDefault
	case limit < 0 || limit > searchMost:
		return nil, fail.New(fail.Invalid, "A search gives 1 to %d records, not %d.", searchMost, limit)
	}
	sought := tokens(text)
	slices.Sort(sought)
	sought = slices.Compact(sought)
	if len(sought) > wordsMost {
		return nil, fail.New(fail.Invalid, "That are %d words; %d is the most that are searched for.", len(sought), wordsMost).WithHint("Search for the rarest ones.")
	}
	out := []crm.Found{}
	if len(sought) == 0 {
		return out, nil
	}
	if err := s.freshen(ctx); err != nil {
		return nil, err
	}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		schema = conn.schema
		candidates, err := candidates(ctx, conn, schema, sought, object)
		if err != nil {
			return err
		}
		if err := s.searchBare(ctx, conn, c, sought, object, candidates); err != nil {
			return err
		}
		for _, o := range schema.Objects {
			slices.Sort(candidates[o.Name])
			for ids := range slices.Chunk(slices.Compact(candidates[o.Name]), 500) {
				if err := s.confirm(ctx, conn, c, schema, o, ids, sought, &out); err != nil {
					return err
				}
				if len(out) >= limit*2 {
					break
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	whole := crm.Fold(strings.TrimSpace(text))
	named := func(f crm.Found) int {
		if crm.Fold(f.Title) == whole {
			return -1
		}
		o, _ := schema.Object(f.Object)
		if n, ok := o.NameField(); ok && n.Name == f.Where {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b crm.Found) int { return named(a) - named(b) })
	return out[:min(limit, len(out))], nil
}

// candidates are the ids, by object, of records that have all words by what words.main.term says; names first.
func candidates(ctx context.Context, conn *moment, schema crm.Schema, sought []string, object string) (map[string][]int64, error) {
	where := func(alias, word string) string {
		cond := alias + ".token >= " + text(word) + " AND " + alias + ".token < " + text(word+"\U0010FFFF")
		if object != "" {
			cond += " AND " + alias + ".object = " + text(object)
		}
		return cond
	}
	// The longest word is the rarest, most often.
	slices.SortStableFunc(sought, func(a, b string) int { return len(b) - len(a) })
	q := "SELECT t.object, t.record FROM words.main.term AS t WHERE " + where("t", sought[0])
	for _, word := range sought[1:] {
		q += " AND EXISTS (SELECT 1 FROM words.main.term AS u WHERE u.object = t.object AND u.record = t.record AND " + where("u", word) + ")"
	}
	rows, err := conn.QueryContext(ctx, "SELECT object, record FROM ("+q+" LIMIT "+strconv.Itoa(searchedMost)+") GROUP BY ALL ORDER BY object, record")
	if err != nil {
		return nil, wrap("search", err)
	}
	defer rows.Close()
	out := map[string][]int64{}
	for rows.Next() {
		var object string
		var id int64
		if err := rows.Scan(&object, &id); err != nil {
			return nil, wrap("search", err)
		}
		out[object] = append(out[object], id)
	}
	return out, wrap("search", rows.Err())
}

// confirm reads the candidates and keeps those that do hold all words.
func (s *Store) confirm(ctx context.Context, conn *moment, c ident.Caller, schema crm.Schema, o crm.Object, ids []int64, sought []string, out *[]crm.Found) error {
	fields := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool { return !inTerms(f) })
	if n, ok := o.NameField(); ok {
		slices.SortStableFunc(fields, func(a, b crm.Field) int {
			switch n.Name {
			case a.Name:
				return -1
			case b.Name:
				return 1
			}
			return 0
		})
	}
	columns := []string{"id", called(schema, o.Name)}
	for _, f := range fields {
		columns = append(columns, name(f.Column()))
	}
	rows, err := conn.QueryContext(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+s.relation(c, o)+" AS t WHERE id IN ("+join(ids, literalID)+") ORDER BY id")
	if err != nil {
		return wrap("read what was found", err)
	}
	defer rows.Close()
	cells := make([]any, len(columns))
	for rows.Next() {
		if err := scanInto(rows, cells); err != nil {
			return err
		}
		found := crm.Found{Object: o.Name}
		found.ID, _ = cells[0].(int64)
		found.Title, _ = cells[1].(string)
		missing := slices.Clone(sought)
		for i, f := range fields {
			value, _ := cells[i+2].(string)
			words := tokens(value)
			missing = slices.DeleteFunc(missing, func(word string) bool {
				has := slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, word) })
				if has && found.Where == "" {
					found.Where = f.Name
				}
				return has
			})
		}
		if len(missing) == 0 {
			*out = append(*out, found)
		}
	}
	return wrap("read what was found", rows.Err())
}
