package duck

import (
	"context"
	"crypto/md5"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"openclaw/internal/crm"
)

// words is what the store remembers of meta.value and meta.term, which are made of the records and follow history: each
// Lookup and Search first catches up with what was written since. Their rows may be stale; whoever reads them looks at
// the records themselves before he believes them.
type words struct {
	committed atomic.Int64 // last id of history that was committed
	followed  atomic.Int64 // history up to this id is in the tables

	mu     sync.RWMutex
	filter bloom // of the keys in meta.value; read at the first use
	loaded bool
	gone   map[spot]bool // values that may stand in meta.value and no longer in the data
	unsure bool          // all of them may
}

// spot is a value in a field.
type spot struct{ object, field, value string }

// take adds to the filter, or replaces it.
func (w *words) take(added []uint32, filter bloom) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if filter != nil {
		w.filter = filter
	}
	for _, key := range added {
		w.filter.add(key)
	}
}

// goneMost is how many values are remembered one by one.
const goneMost = 50_000

// doubt notes values that may be gone from the data.
func (w *words) doubt(gone []spot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone == nil {
		w.gone = map[spot]bool{}
	}
	for _, v := range gone {
		w.gone[v] = true
	}
	if len(w.gone) > goneMost {
		w.gone, w.unsure = nil, true
	}
}

// forgetSure notes that any value may be gone from the data.
func (w *words) forgetSure() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone, w.unsure = nil, true
}

// sure notes that meta.value was made anew.
func (w *words) sure() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone, w.unsure = nil, false
}

// doubtful tells whether a value must be looked for in the data before it is believed.
func (w *words) doubtful(v spot) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.unsure || w.gone[v]
}

// looseLimit is how many records may be looked at again before all is sorted anew.
const looseLimit = 20_000

// valueLength is the length, in characters, up to which a text is a value that a question may name.
const valueLength = 80

// wordsKept is how many words a value may have whose words are looked up one by one.
const wordsKept = 6

// inValues tells whether a field's values are names that a question may use.
func inValues(f crm.Field) bool {
	switch f.ValueType() {
	case crm.Text, crm.Choice, crm.Choices, crm.Person, crm.Email:
		return true
	}
	return false
}

// inTerms tells whether the words of a field's values can be searched for.
func inTerms(f crm.Field) bool {
	switch f.ValueType() {
	case crm.Text, crm.LongText, crm.Person, crm.Email, crm.Phone, crm.URL:
		return true
	}
	return false
}

// split takes a text apart into its words, folded, in SQL: what tokens does in Go.
func split(sql string) string {
	return `list_filter(regexp_split_to_array(lower(strip_accents(` + sql + `)), '[^\p{L}\p{N}]+'), lambda x: x <> '')`
}

// keySQL and keyOf hash a text alike, in SQL and in Go.
func keySQL(sql string) string { return "CAST(md5_number_lower(" + sql + ") & 4294967295 AS UINTEGER)" }

func keyOf(text string) uint32 {
	sum := md5.Sum([]byte(text))
	return binary.LittleEndian.Uint32(sum[8:12])
}

// affix is how many letters the keys for misspelt words are made of.
const affix = 4

// fuzzyKeys tells whether a squashed text is looked up with misspellings: codes and numbers are not, since a code with
// another digit is another code.
func fuzzyKeys(squash string) bool {
	letters, digits := 0, 0
	for _, r := range squash {
		if unicode.IsDigit(r) {
			digits++
		} else {
			letters++
		}
	}
	return letters >= affix && digits*2 < letters
}

// tokens are the words of a text, folded.
func tokens(text string) []string {
	return strings.FieldsFunc(crm.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// freshen catches up with what was written. It goes through the writer, and does nothing when nothing was written.
func (s *Store) freshen(ctx context.Context) error {
	if err := s.loadWords(ctx); err != nil {
		return err
	}
	if s.words.followed.Load() >= s.words.committed.Load() || s.State().ReadOnly {
		return nil
	}
	var to int64
	err := s.keep(ctx, func(tx *Tx) error {
		to = s.words.committed.Load()
		added, filter, err := tx.followHistory()
		// Before the commit: a key too many in the filter does no harm.
		s.words.take(added, filter)
		return err
	})
	if err != nil {
		return wrap("follow history with the words", err)
	}
	if to > s.words.followed.Load() {
		s.words.followed.Store(to)
	}
	return nil
}

// tidyWords sorts everything anew where much is loose; for the idle hours.
func (s *Store) tidyWords(ctx context.Context) error {
	if err := s.freshen(ctx); err != nil {
		return err
	}
	sorted := false
	err := s.keep(ctx, func(tx *Tx) error {
		var loose int64
		if err := tx.one("SELECT loose FROM meta.indexed", nil, &loose); err != nil || loose < looseLimit {
			return err
		}
		for _, o := range tx.schema.Objects {
			if err := tx.indexObject(o); err != nil {
				return err
			}
		}
		if _, err := tx.exec("UPDATE meta.indexed SET loose = 0"); err != nil {
			return err
		}
		filter, err := tx.newFilter()
		s.words.take(nil, filter)
		sorted = err == nil
		return err
	})
	if sorted && err == nil {
		s.words.sure()
	}
	return wrap("sort the words", err)
}

// loadWords reads the filter at the first use.
func (s *Store) loadWords(ctx context.Context) error {
	s.words.mu.RLock()
	loaded := s.words.loaded
	s.words.mu.RUnlock()
	if loaded {
		return nil
	}
	// On the writer's goroutine, so that nothing is added in between.
	return s.keep(ctx, func(tx *Tx) error {
		s.words.mu.Lock()
		defer s.words.mu.Unlock()
		if s.words.loaded {
			return nil
		}
		var upto, loose int64
		var filter []byte
		if err := tx.one("SELECT upto, loose, filter FROM meta.indexed", nil, &upto, &loose, &filter); err != nil {
			return wrap("read how far the words follow history", err)
		}
		s.words.filter, s.words.unsure = filter, loose > 0
		if len(filter) == 0 {
			s.words.filter = newBloom(0)
		}
		keys, err := tx.keys("SELECT key FROM meta.value WHERE loose")
		if err != nil {
			return err
		}
		for _, key := range keys {
			s.words.filter.add(key)
		}
		s.words.followed.Store(upto)
		s.words.loaded = true
		return nil
	})
}

func (tx *Tx) keys(q string) ([]uint32, error) {
	rows, err := tx.query(q)
	if err != nil {
		return nil, wrap("read the keys of values", err)
	}
	defer rows.Close()
	var out []uint32
	for rows.Next() {
		var key uint32
		if err := rows.Scan(&key); err != nil {
			return nil, wrap("read the keys of values", err)
		}
		out = append(out, key)
	}
	return out, wrap("read the keys of values", rows.Err())
}

// newFilter makes the filter of all keys and keeps it.
func (tx *Tx) newFilter() (bloom, error) {
	var n int
	if err := tx.one("SELECT count(*) FROM meta.value", nil, &n); err != nil {
		return nil, wrap("count the values", err)
	}
	filter := newBloom(n + n/4)
	rows, err := tx.query("SELECT DISTINCT key FROM meta.value")
	if err != nil {
		return nil, wrap("read the keys of values", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key uint32
		if err := rows.Scan(&key); err != nil {
			return nil, wrap("read the keys of values", err)
		}
		filter.add(key)
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("read the keys of values", err)
	}
	rows.Close()
	_, err = tx.exec("UPDATE meta.indexed SET filter = ?", []byte(filter))
	return filter, wrap("keep the filter of values", err)
}

// followHistory takes in what history says was written since the last time: an object of which much has changed is
// done anew, else only its records that were written. It gives the keys that were added, or a new filter.
func (tx *Tx) followHistory() (added []uint32, filter bloom, err error) {
	var upto, last int64
	if err := tx.one("SELECT upto, (SELECT coalesce(max(id), 0) FROM meta.history) FROM meta.indexed", nil, &upto, &last); err != nil {
		return nil, nil, wrap("read how far the words follow history", err)
	}
	rows, err := tx.query("SELECT object, count(*), bool_or(kind = 'schema') FROM meta.history WHERE id > ? GROUP BY object", upto)
	if err != nil {
		return nil, nil, wrap("read what was written", err)
	}
	defer rows.Close()
	type written struct {
		object string
		n      int64
		schema bool
	}
	var all []written
	schema := false
	for rows.Next() {
		var w written
		if err := rows.Scan(&w.object, &w.n, &w.schema); err != nil {
			return nil, nil, wrap("read what was written", err)
		}
		schema = schema || w.schema
		all = append(all, w)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, wrap("read what was written", err)
	}
	rows.Close()
	if schema {
		if err := tx.forgetObjects(); err != nil {
			return nil, nil, err
		}
	}
	anew, loose := schema, int64(0)
	for _, w := range all {
		o, ok := tx.schema.Object(w.object)
		if !ok {
			continue
		}
		var records int64
		if err := tx.one("SELECT count(*) FROM "+table(o.Name), nil, &records); err != nil {
			return nil, nil, wrap("count the records of "+o.Name, err)
		}
		if w.schema || w.n*4 > records || w.n > looseLimit {
			anew = true
			if err := tx.indexObject(o); err != nil {
				return nil, nil, err
			}
			continue
		}
		loose += w.n
		gone, err := tx.gone(o, upto)
		if err != nil {
			return nil, nil, err
		}
		tx.s.words.doubt(gone)
		keys, err := tx.indexRecords(o, upto)
		if err != nil {
			return nil, nil, err
		}
		added = append(added, keys...)
	}
	if anew {
		if filter, err = tx.newFilter(); err != nil {
			return nil, nil, err
		}
	}
	_, err = tx.exec("UPDATE meta.indexed SET upto = ?, loose = loose + ?", last, loose)
	return added, filter, wrap("note how far the words follow history", err)
}

// forgetObjects takes out what belongs to no object in use.
func (tx *Tx) forgetObjects() error {
	in := "('')"
	if len(tx.schema.Objects) > 0 {
		in = "(" + join(tx.schema.Objects, func(o crm.Object) string { return text(o.Name) }) + ")"
	}
	for _, t := range []string{"meta.value", "meta.term"} {
		if _, err := tx.exec("DELETE FROM " + t + " WHERE object NOT IN " + in); err != nil {
			return wrap("forget the words of objects", err)
		}
	}
	return nil
}

// indexObject makes the values and terms of an object anew, sorted.
func (tx *Tx) indexObject(o crm.Object) error {
	for _, t := range []string{"meta.value", "meta.term"} {
		if _, err := tx.exec("DELETE FROM "+t+" WHERE object = ?", o.Name); err != nil {
			return wrap("forget the words of "+o.Name, err)
		}
	}
	_, err := tx.index(o, withComputed(table(o.Name), o), false)
	return err
}

// gone lists the values that the records written after a history id held before, or hold in the trash.
func (tx *Tx) gone(o crm.Object, upto int64) ([]spot, error) {
	var out []spot
	note := func(f crm.Field, v any) {
		switch v := v.(type) {
		case string:
			out = append(out, spot{o.Name, f.Name, v})
		case []any:
			for _, one := range v {
				if one, ok := one.(string); ok {
					out = append(out, spot{o.Name, f.Name, one})
				}
			}
		}
	}
	fields := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool { return !inValues(f) })
	written := "FROM meta.history WHERE id > " + literalID(upto) + " AND object = " + text(o.Name)
	for _, f := range fields {
		if f.Type == crm.Computed {
			tx.s.words.forgetSure()
			return nil, nil
		}
	}
	rows, err := tx.query("SELECT CAST(before AS VARCHAR) " + written + " AND before IS NOT NULL")
	if err != nil {
		return nil, wrap("read what was there before", err)
	}
	defer rows.Close()
	for rows.Next() {
		var before string
		if err := rows.Scan(&before); err != nil {
			return nil, wrap("read what was there before", err)
		}
		var values map[string]any
		if err := json.Unmarshal([]byte(before), &values); err != nil {
			return nil, wrap("read what was there before", err)
		}
		for _, f := range fields {
			note(f, values[f.Name])
		}
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("read what was there before", err)
	}
	rows.Close()
	for _, f := range fields {
		if rows, err = tx.query("SELECT " + name(f.Column()) + " FROM " + trashed(o.Name) + " WHERE id IN (SELECT record " + written + ") AND " + name(f.Column()) + " IS NOT NULL"); err != nil {
			return nil, wrap("look into the trash", err)
		}
		for rows.Next() {
			var v any
			if err := rows.Scan(&v); err != nil {
				rows.Close()
				return nil, wrap("look into the trash", err)
			}
			note(f, v)
		}
		if err := rows.Close(); err != nil {
			return nil, wrap("look into the trash", err)
		}
	}
	return out, nil
}

// indexRecords adds the values and terms of the records that were written after a history id. What they held before stays
// until all is sorted anew.
func (tx *Tx) indexRecords(o crm.Object, upto int64) ([]uint32, error) {
	written := "(SELECT * FROM " + withComputed(table(o.Name), o) + " AS r WHERE r.id IN (SELECT record FROM meta.history WHERE id > " + literalID(upto) + " AND object = " + text(o.Name) + "))"
	if _, err := tx.exec("DELETE FROM meta.term WHERE object = ? AND record IN (SELECT record FROM meta.history WHERE id > ? AND object = ?)", o.Name, upto, o.Name); err != nil {
		return nil, wrap("forget the words of records", err)
	}
	return tx.index(o, written, true)
}

// index writes the values and terms of the rows of a relation; loose ones are not sorted, and their keys are returned.
func (tx *Tx) index(o crm.Object, relation string, loose bool) ([]uint32, error) {
	var values, terms []string
	for _, f := range o.Fields {
		col := "r." + name(f.Column())
		if inValues(f) {
			if f.ValueType() == crm.Choices {
				col = "unnest(" + col + ")"
			}
			values = append(values, "SELECT DISTINCT "+text(f.Name)+" AS field, "+col+" AS value FROM "+relation+" AS r WHERE r."+name(f.Column())+" IS NOT NULL")
		}
		if inTerms(f) {
			terms = append(terms, "SELECT "+text(f.Name)+" AS field, id, unnest(list_distinct("+split("left("+col+", 2000)")+")) AS token FROM "+relation+" AS r WHERE "+col+" IS NOT NULL")
		}
	}
	order := func(by string) string {
		if loose {
			return ""
		}
		return " ORDER BY " + by
	}
	var keys []uint32
	if len(values) > 0 {
		q := valueRows(strings.Join(values, " UNION ALL "))
		if loose {
			var err error
			if keys, err = tx.keys("SELECT DISTINCT key FROM (" + q + ")"); err != nil {
				return nil, err
			}
		}
		if _, err := tx.exec("INSERT INTO meta.value SELECT key, "+text(o.Name)+", field, word, value, ? FROM ("+q+")"+order("key, length(value)"), loose); err != nil {
			return nil, wrap("write the values of "+o.Name, err)
		}
	}
	if len(terms) > 0 {
		if _, err := tx.exec("INSERT INTO meta.term SELECT token, "+text(o.Name)+", field, id, ? FROM ("+strings.Join(terms, " UNION ALL ")+") WHERE length(token) <= 40"+order("token"), loose); err != nil {
			return nil, wrap("write the words of "+o.Name, err)
		}
	}
	return keys, nil
}

// valueRows makes the keys of values: of each whole, and of each word where there are a few. Words repeat, so keys are
// made once for each that is different.
func valueRows(values string) string {
	letters := "length(translate(sq, '0123456789', ''))"
	fuzzy := letters + " >= " + literalID(affix) + " AND (length(sq) - " + letters + ") * 2 < " + letters
	edge := func(mark, part string) string {
		return "CASE WHEN " + fuzzy + " THEN " + keySQL(text(mark)+" || "+part+"(sq, "+literalID(affix)+")") + " END"
	}
	return `WITH v AS MATERIALIZED (SELECT field, value, ` + split("value") + ` AS words FROM (` + values + `) WHERE length(value) <= ` + literalID(valueLength) + `),
		parts AS MATERIALIZED (SELECT field, value, false AS word, array_to_string(words, '') AS sq FROM v
			UNION ALL SELECT field, value, true, unnest(list_distinct(words)) FROM v WHERE len(words) BETWEEN 2 AND ` + literalID(wordsKept) + `),
		keyed AS (SELECT sq, unnest([` + keySQL("'=' || sq") + `, ` + edge("<", "left") + `, ` + edge(">", "right") + `]) AS key FROM (SELECT DISTINCT sq FROM parts))
		SELECT key, field, word, value FROM parts JOIN keyed USING (sq) WHERE key IS NOT NULL AND sq <> '' AND (NOT word OR length(sq) >= 2)`
}
