package duck

import (
	"context"
	"slices"

	"openclaw/internal/crm"
)

const (
	// looseLimit is how many records may be looked at again before all is made anew.
	looseLimit = 20_000
	// fewEdits is how many edits are always taken in one by one.
	fewEdits = 1000

	// patience is how many texts somebody who asks waits for.
	patience = 50_000
	// sliceRows is about how many rows of words one transaction writes, so that its memory and time do not grow with
	// the data. Fewer would be kinder still, but what is found lies in one place in each slice. sliceMost is how many
	// records it takes at most, sliceFirst how many when nothing is known of them, sliceLeast how many when memory is short.
	sliceRows  = 150_000
	sliceMost  = 60_000
	sliceFirst = 2000
	sliceLeast = 50
	// textKeys is about how many keys a text has.
	textKeys = 2
	// keysMost is how many keys are read at once for the filter.
	keysMost = 200_000
)

// load reads the filter. Words that were made of another history, as after a backup was brought back, are thrown away.
func (k *keeping) load() error {
	w := k.s.words
	var upto, loose, sifted, unsifted, total int64
	var filter []byte
	var known bool
	if err := k.one("SELECT upto, loose, filter, sifted, upto = 0 OR EXISTS (SELECT 1 FROM meta.history AS h WHERE h.id = i.upto AND h.written_at = i.written_at) FROM words.main.indexed AS i", nil, &upto, &loose, &filter, &sifted, &known); err != nil {
		return wrap("read how far the words follow history", err)
	}
	if !known {
		upto, loose, filter, sifted = 0, 0, nil, 0
		for _, q := range []string{"DELETE FROM words.main.value", "DELETE FROM words.main.term", "DELETE FROM words.main.shape", "UPDATE words.main.indexed SET upto = 0, written_at = NULL, loose = 0, filter = NULL, sifted = 0"} {
			if _, err := k.exec(q); err != nil {
				return wrap("throw away the words", err)
			}
		}
	}
	if len(filter) == 0 {
		filter = newBloom(0)
	}
	if err := k.one("SELECT count(*) FILTER (run > ?), count(*) FROM words.main.value", []any{sifted}, &unsifted, &total); err != nil {
		return wrap("count the keys of values", err)
	}
	w.setFilter(nil, 0)
	if unsifted <= keysMost {
		err := k.keys("SELECT key FROM words.main.value WHERE run > "+literalID(sifted), bloom(filter).add)
		if err != nil {
			return err
		}
		w.setFilter(filter, total)
	}
	shapes, err := shapes(k.ctx, k.conn)
	if err != nil {
		return err
	}
	for object, sh := range shapes {
		if loose > 0 {
			w.doubtAll(object, k.run)
		} else if sh.since != sh.begun {
			w.doubtAll(object, sh.begun)
		}
	}
	w.unsaved = true
	w.followed.Store(upto)
	return k.count()
}

// keys gives the keys of a query, one after the other.
func (k *keeping) keys(q string, give func(uint32)) error {
	rows, err := k.query(q)
	if err != nil {
		return wrap("read the keys of values", err)
	}
	defer rows.Close()
	var key uint32
	for rows.Next() {
		if err := rows.Scan(&key); err != nil {
			return wrap("read the keys of values", err)
		}
		give(key)
	}
	return wrap("read the keys of values", rows.Err())
}

// shape is how far the words of an object are made; see wordsTables.
type shape struct {
	fields             string
	since, begun, done int64
}

func shapes(ctx context.Context, q querier) (map[string]shape, error) {
	rows, err := q.QueryContext(ctx, "SELECT object, fields, since, begun, done FROM words.main.shape")
	if err != nil {
		return nil, wrap("read what the words were made of", err)
	}
	defer rows.Close()
	out := map[string]shape{}
	for rows.Next() {
		var object string
		var sh shape
		if err := rows.Scan(&object, &sh.fields, &sh.since, &sh.begun, &sh.done); err != nil {
			return nil, wrap("read what the words were made of", err)
		}
		out[object] = sh
	}
	return out, wrap("read what the words were made of", rows.Err())
}

// catchUp takes in what history says was written since the last time: an object of which much has changed is begun anew,
// else only its records that were written are done again. Records that have no words yet are left to slice.
func (k *keeping) catchUp() error {
	w := k.s.words
	if k.s.State().ReadOnly {
		return nil
	}
	var upto, last, loose int64
	if err := k.one("SELECT upto, (SELECT coalesce(max(id), 0) FROM meta.history), loose FROM words.main.indexed", nil, &upto, &last, &loose); err != nil {
		return wrap("read how far the words follow history", err)
	}
	shapes, err := shapes(k.ctx, k.conn)
	if err != nil {
		return err
	}
	edits, err := k.written(upto)
	if err != nil {
		return err
	}
	quiet := w.tidy.Load()
	tidy := quiet && loose >= looseLimit
	if tidy {
		loose = 0
	}
	for _, o := range k.schema.Objects {
		sh, known := shapes[o.Name]
		delete(shapes, o.Name)
		anew, err := k.changedMuch(o, sh, edits[o.Name])
		switch {
		case err != nil:
			return err
		case anew || tidy:
			if err := k.begin(o, known); err != nil {
				return err
			}
		case edits[o.Name] > 0:
			loose += edits[o.Name]
			written := "FROM meta.history WHERE id > " + literalID(upto) + " AND object = " + text(o.Name) + " AND record <= " + literalID(sh.done)
			gone, err := k.gone(o, written)
			if err != nil {
				return err
			}
			w.doubt(gone, k.run)
			keys, err := k.indexRecords(o, written)
			if err != nil {
				return err
			}
			// Before the commit: a key too many does no harm.
			w.take(keys)
		}
	}
	for object := range shapes {
		if _, err := k.exec("DELETE FROM words.main.shape WHERE object = ?", object); err != nil {
			return wrap("forget the words of "+object, err)
		}
	}
	if _, err = k.exec("UPDATE words.main.indexed SET upto = ?, written_at = (SELECT written_at FROM meta.history WHERE id = ?), loose = ?, run = ?", last, last, loose, k.run); err != nil {
		return wrap("note how far the words follow history", err)
	}
	k.then = append(k.then, func() {
		w.tidy.Store(false)
		w.wrote.Store(true)
		w.unsaved = w.unsaved || quiet
		w.followed.Store(max(w.followed.Load(), k.sees))
	})
	return k.count()
}

// written counts the edits since a history id, by object, of records that have their words.
func (k *keeping) written(upto int64) (map[string]int64, error) {
	rows, err := k.query("SELECT object, count(*) FROM meta.history AS h JOIN words.main.shape AS s USING (object) WHERE h.id > ? AND h.kind <> 'schema' AND h.record <= s.done GROUP BY object", upto)
	if err != nil {
		return nil, wrap("read what was written", err)
	}
	defer rows.Close()
	edits := map[string]int64{}
	for rows.Next() {
		var object string
		var n int64
		if err := rows.Scan(&object, &n); err != nil {
			return nil, wrap("read what was written", err)
		}
		edits[object] = n
	}
	return edits, wrap("read what was written", rows.Err())
}

// changedMuch tells whether an object is better done anew than record by record.
func (k *keeping) changedMuch(o crm.Object, sh shape, edits int64) (bool, error) {
	if sh.fields != shapeOfWords(o) || edits > looseLimit {
		return true, nil
	}
	if edits <= fewEdits {
		return false, nil
	}
	var records int64
	err := k.one("SELECT count(*) FROM "+table(o.Name), nil, &records)
	return edits*4 > records, wrap("count the records of "+o.Name, err)
}

// begin begins an object anew. What was made of it before is used, and doubted, until all its records are done.
func (k *keeping) begin(o crm.Object, known bool) error {
	q, args := "UPDATE words.main.shape SET fields = ?, begun = ?, done = 0 WHERE object = ?", []any{shapeOfWords(o), k.run, o.Name}
	if !known {
		q, args = "INSERT INTO words.main.shape (fields, begun, done, object, since) VALUES (?, ?, 0, ?, ?)", append(args, k.run)
	}
	if _, err := k.exec(q, args...); err != nil {
		return wrap("note what the words of "+o.Name+" are made of", err)
	}
	k.s.words.doubtAll(o.Name, k.run)
	return nil
}

// part is an object whose records after done have no words yet.
type part struct {
	object      crm.Object
	begun, done int64
	last        int64 // the last record of all
	fields      int64 // that have words
}

func (p part) texts() int64 { return (p.last - p.done) * p.fields }

// parts lists what is still to be done, the shortest first: a few names are of more use than many codes.
func (k *keeping) parts() ([]part, error) {
	shapes, err := shapes(k.ctx, k.conn)
	if err != nil {
		return nil, err
	}
	var out []part
	for _, o := range k.schema.Objects {
		sh, ok := shapes[o.Name]
		if !ok {
			continue
		}
		p := part{object: o, begun: sh.begun, done: sh.done}
		if err := k.one("SELECT coalesce(max(id), 0) FROM "+table(o.Name), nil, &p.last); err != nil {
			return nil, wrap("find the records of "+o.Name, err)
		}
		for _, f := range o.Fields {
			if inValues(f) || inTerms(f) {
				p.fields++
			}
		}
		if p.last > p.done || sh.since != sh.begun {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b part) int { return int(min(max(a.texts()-b.texts(), -1), 1)) })
	return out, nil
}

// count notes how much is still to be done.
func (k *keeping) count() error {
	parts, err := k.parts()
	if err != nil {
		return err
	}
	var rest, least int64
	for i, p := range parts {
		texts := max(1, p.texts())
		if rest += texts; i == 0 {
			least = texts
		}
	}
	w := k.s.words
	k.then = append(k.then, func() {
		w.rest.Store(rest)
		w.least.Store(least)
	})
	w.expect(rest * textKeys)
	if w.sorting != nil && rest > patience {
		w.sorting = nil // there will be much to sort
	}
	return nil
}

// slice makes the words of some of the records that have none.
func (k *keeping) slice() error {
	w := k.s.words
	parts, err := k.parts()
	if err != nil || len(parts) == 0 {
		k.then = append(k.then, func() { w.rest.Store(0) })
		return err
	}
	p := parts[0]
	object := p.object.Name
	var first int64
	if err := k.one("SELECT coalesce(min(id), 0) FROM "+table(object)+" WHERE id > ?", []any{p.done}, &first); err != nil {
		return wrap("find the records of "+object, err)
	}
	done := p.last
	if first > 0 {
		size := w.size[object]
		if size == 0 {
			size = sliceFirst
		}
		done = min(first+size-1, p.last)
		rows, err := k.indexSlice(p.object, first, done)
		if isOutOfMemory(err) && size > sliceLeast {
			w.size[object] = max(size/4, sliceLeast)
		}
		if err != nil {
			return err
		}
		k.then = append(k.then, func() {
			w.size[object] = min(max((done-first+1)*sliceRows/max(rows, 1), sliceLeast), size*4, sliceMost)
		})
		if err := k.addKeys(); err != nil {
			return err
		}
	}
	whole := done == p.last
	if _, err := k.exec("UPDATE words.main.shape SET done = ?, since = CASE WHEN ? THEN begun ELSE since END WHERE object = ?", done, whole, object); err != nil {
		return wrap("note how far the words of "+object+" are made", err)
	}
	if _, err := k.exec("UPDATE words.main.indexed SET run = ?", k.run); err != nil {
		return wrap("note how far the words are made", err)
	}
	k.then = append(k.then, func() {
		w.unsaved = true
		w.wrote.Store(true)
		if whole {
			w.trust(object, p.begun)
		}
	})
	return k.count()
}

// addKeys adds the keys of the rows that were added to the filter.
func (k *keeping) addKeys() error {
	w := k.s.words
	if w.filter == nil {
		return nil
	}
	var keys []uint32
	if err := k.keys("SELECT key FROM words.main.value WHERE run = "+literalID(k.run), func(key uint32) { keys = append(keys, key) }); err != nil {
		return err
	}
	w.take(keys)
	return nil
}
