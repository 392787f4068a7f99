package duck

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"openclaw/internal/crm"
)

// words is what the store remembers of the file of words, which is made of the records and follows history: each Lookup
// and Search first catches up with what was written since. Its rows may be stale; whoever reads them looks at the
// records themselves before he believes them.
type words struct {
	committed atomic.Int64 // last id of history that was committed
	followed  atomic.Int64 // history up to this id is in the tables
	loaded    atomic.Bool  // the filter was read
	wrote     atomic.Bool  // since the last checkpoint of the file
	tidy      atomic.Bool  // nobody writes: all may be sorted anew where much is loose

	asks chan chan error // to catch up, and to be told when it is done
	due  chan struct{}   // to catch up without anybody waiting
	end  chan struct{}   // closed when wordsLoop has ended

	turn    sync.Mutex // held while wordsLoop has a transaction, which keeps the log from being written into the file
	unsaved bool       // much is in the file's log; wordsLoop's alone

	mu     sync.RWMutex
	filter bloom         // of the keys in value
	gone   map[spot]bool // values that may stand in value and no longer in the data
	unsure bool          // all of them may
}

func newWords() *words {
	return &words{asks: make(chan chan error), due: make(chan struct{}, 1), end: make(chan struct{})}
}

// spot is a value in a field.
type spot struct{ object, field, value string }

// nudge has the words catch up soon.
func (w *words) nudge() {
	select {
	case w.due <- struct{}{}:
	default:
	}
}

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

// trust notes that the values of objects were made anew; of all objects, if all.
func (w *words) trust(anew map[string]bool, all bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unsure = w.unsure && !all
	maps.DeleteFunc(w.gone, func(v spot, _ bool) bool { return anew[v.object] })
}

// doubtful tells whether a value must be looked for in the data before it is believed.
func (w *words) doubtful(v spot) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.unsure || w.gone[v]
}

// freshen catches up with what was written. It does nothing when nothing was written.
func (s *Store) freshen(ctx context.Context) error {
	if s.words.loaded.Load() && (s.words.followed.Load() >= s.words.committed.Load() || s.State().ReadOnly) {
		return nil
	}
	done := make(chan error, 1)
	select {
	case s.words.asks <- done:
	case <-s.words.end:
		return notOpen()
	case <-ctx.Done():
		return fmt.Errorf("wait for the words: %w", ctx.Err())
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("wait for the words: %w", ctx.Err())
	}
}

// wordsLoop is the one goroutine that writes the file of words. The writer never waits for it, and what it has begun it
// finishes, also when those who asked have gone away.
func (s *Store) wordsLoop(ctx context.Context) {
	defer close(s.words.end)
	for {
		select {
		case <-ctx.Done():
			return
		case done := <-s.words.asks:
			done <- s.follow(ctx)
		case <-s.words.due:
			if err := s.follow(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("the words of the data are behind; the next question waits for them", "err", err)
			}
		}
	}
}

// follow brings the words to the state of the records.
func (s *Store) follow(ctx context.Context) error {
	w := s.words
	tidy := w.tidy.Swap(false)
	if w.loaded.Load() && !tidy && !w.unsaved && w.followed.Load() >= w.committed.Load() {
		return nil
	}
	conn, release, err := s.aside(ctx)
	if err != nil {
		return err
	}
	defer release()
	k := &keeping{turn: turn{ctx: ctx, s: s, conn: conn}}
	w.turn.Lock()
	err = k.run(tidy)
	if isOutOfMemory(err) {
		w.loaded.Store(false)
		k.sliced = true
		err = k.run(tidy)
	}
	w.turn.Unlock()
	if err != nil {
		// What is in memory may be ahead of the file now.
		w.loaded.Store(false)
		if isFatal(err) {
			return s.stopped(ctx, err)
		}
		return wrap("follow history with the words", err)
	}
	w.unsaved = w.unsaved || len(k.anew) > 0 || tidy && w.wrote.Load()
	if !w.unsaved {
		return nil
	}
	_, err = k.exec("CHECKPOINT " + wordsDB)
	if inTheWay(err) {
		return nil // the next time
	}
	if err == nil {
		w.unsaved = false
		w.wrote.Store(false)
	}
	return wrap("put the words into their file", err)
}

// keeping is a transaction of wordsLoop. It reads the records as they were at one moment, and writes words.
type keeping struct {
	turn
	schema crm.Schema
	anew   map[string]bool // objects whose words were made anew
	tidy   bool
	sliced bool // all records of an object at once took more memory than there is
}

func (k *keeping) run(tidy bool) (err error) {
	w := k.s.words
	to := w.committed.Load()
	writable := !k.s.State().ReadOnly
	if _, err := k.conn.ExecContext(context.WithoutCancel(k.ctx), "BEGIN TRANSACTION"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			k.conn.ExecContext(context.WithoutCancel(k.ctx), "ROLLBACK") //nolint:errcheck // after an error DuckDB may have done so already
		}
	}()
	if k.schema, err = loadSchema(k.ctx, k.conn); err != nil {
		return err
	}
	if !w.loaded.Load() {
		if err := k.load(); err != nil {
			return err
		}
	}
	if writable {
		added, err := k.followHistory(tidy)
		if err != nil {
			return err
		}
		var filter bloom
		if len(k.anew) > 0 {
			if filter, err = k.newFilter(); err != nil {
				return err
			}
		}
		// Before the commit: a key too many does no harm, and one that is missing now is no longer in the data.
		w.take(added, filter)
	}
	if err := k.s.hook("words"); err != nil {
		return err
	}
	if _, err := k.exec("COMMIT"); err != nil {
		return err
	}
	w.loaded.Store(true)
	if writable {
		w.wrote.Store(true)
		w.trust(k.anew, k.tidy)
		w.followed.Store(max(w.followed.Load(), to))
	}
	return nil
}

// load reads the filter. Words that were made of another history, as after a backup was brought back, are thrown away.
func (k *keeping) load() error {
	var upto, loose int64
	var filter []byte
	var known bool
	if err := k.one("SELECT upto, loose, filter, upto = 0 OR EXISTS (SELECT 1 FROM meta.history AS h WHERE h.id = i.upto AND h.written_at = i.written_at) FROM words.main.indexed AS i", nil, &upto, &loose, &filter, &known); err != nil {
		return wrap("read how far the words follow history", err)
	}
	if !known {
		upto, loose, filter = 0, 0, nil
		for _, q := range []string{"DELETE FROM words.main.value", "DELETE FROM words.main.term", "DELETE FROM words.main.shape", "UPDATE words.main.indexed SET upto = 0, written_at = NULL, loose = 0, filter = NULL"} {
			if _, err := k.exec(q); err != nil {
				return wrap("throw away the words", err)
			}
		}
	}
	if len(filter) == 0 {
		filter = newBloom(0)
	}
	if err := k.keys("SELECT key FROM words.main.value WHERE loose", bloom(filter).add); err != nil {
		return err
	}
	w := k.s.words
	w.take(nil, filter)
	if loose > 0 {
		w.doubtAll()
	}
	w.followed.Store(upto)
	return nil
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

// newFilter makes the filter of all keys and keeps it.
func (k *keeping) newFilter() (bloom, error) {
	var n int
	if err := k.one("SELECT count(*) FROM words.main.value", nil, &n); err != nil {
		return nil, wrap("count the values", err)
	}
	filter := newBloom(n + n/4)
	if err := k.keys("SELECT key FROM words.main.value", filter.add); err != nil {
		return nil, err
	}
	_, err := k.exec("UPDATE words.main.indexed SET filter = ?", []byte(filter))
	return filter, wrap("keep the filter of values", err)
}
