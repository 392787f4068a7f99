package duck

import (
	"context"
	"sync"
	"sync/atomic"
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

	// shapes are the fields that each object's rows were made of; the writer's alone. A change of the schema that leaves
	// them alone, such as a label, makes nothing anew.
	shapes map[string]string
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

// doubtAll notes that any value may be gone from the data.
func (w *words) doubtAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone, w.unsure = nil, true
}

// trust notes that meta.value was made anew.
func (w *words) trust() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone, w.unsure = nil, false
}

// forget has the filter read again, after a write of it that did not stand.
func (w *words) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.loaded = false
}

// doubtful tells whether a value must be looked for in the data before it is believed.
func (w *words) doubtful(v spot) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.unsure || w.gone[v]
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
		s.words.forget()
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
	if err != nil {
		s.words.forget()
		return wrap("sort the words", err)
	}
	if sorted {
		s.words.trust()
	}
	return nil
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
		s.words.shapes = map[string]string{}
		if upto >= s.words.committed.Load() {
			for _, o := range tx.schema.Objects {
				s.words.shapes[o.Name] = shapeOfWords(o)
			}
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
