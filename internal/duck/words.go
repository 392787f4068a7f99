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
// records themselves before he believes them. Where many records are new, their words are made a slice at a time (see
// follow), and until then they are looked through as they are.
type words struct {
	committed atomic.Int64 // last id of history that was committed
	followed  atomic.Int64 // history up to this id is in the tables
	rest      atomic.Int64 // texts whose words are still to be made, about
	least     atomic.Int64 // of these, in the object that comes next
	loaded    atomic.Bool  // the filter was read
	wrote     atomic.Bool  // since the last checkpoint of the file
	tidy      atomic.Bool  // nobody writes: all may be made anew where much may be stale

	asks chan chan error // to catch up, and to be told when it is done
	due  chan struct{}   // to go on without anybody waiting
	end  chan struct{}   // closed when wordsLoop has ended

	turn sync.Mutex // held while wordsLoop has a transaction, which keeps the log from being written into the file

	// wordsLoop's alone.
	unsaved bool             // much is in the file's log
	size    map[string]int64 // how many records of an object make a slice of the right size
	sorting *sorting
	sifting *sifting

	mu     sync.RWMutex
	filter bloom            // of the keys in value
	keys   int              // in the filter
	gone   map[spot]bool    // values that may stand in value and no longer in the data
	unsure map[string]int64 // objects of which any may, and the run in which that came up
}

func newWords() *words {
	return &words{
		asks: make(chan chan error), due: make(chan struct{}, 1), end: make(chan struct{}),
		size: map[string]int64{}, gone: map[spot]bool{}, unsure: map[string]int64{},
	}
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

// take adds keys to the filter. One that would say yes to too much is given up: all keys are looked for then.
func (w *words) take(keys []uint32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, key := range keys {
		w.filter.add(key)
	}
	if w.keys += len(keys); !w.filter.holds(w.keys) {
		w.filter = nil
	}
}

// expect makes room in an empty filter for keys that will come.
func (w *words) expect(keys int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.filter != nil && w.keys == 0 {
		w.filter = newBloom(int(keys))
	}
}

func (w *words) setFilter(filter bloom, keys int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.filter, w.keys = filter, int(keys)
}

// goneMost is how many values are remembered one by one.
const goneMost = 50_000

// doubt notes values that may be gone from the data.
func (w *words) doubt(gone []spot, run int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, v := range gone {
		w.gone[v] = true
	}
	if len(w.gone) > goneMost {
		for v := range w.gone {
			w.unsure[v.object] = run
		}
		clear(w.gone)
	}
}

// doubtAll notes that any value of an object may be gone from the data.
func (w *words) doubtAll(object string, run int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unsure[object] = run
	maps.DeleteFunc(w.gone, func(v spot, _ bool) bool { return v.object == object })
}

// trust notes that all values of an object were made anew in a run and those after it.
func (w *words) trust(object string, run int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unsure[object] <= run {
		delete(w.unsure, object)
	}
}

// doubtful tells whether a value must be looked for in the data before it is believed.
func (w *words) doubtful(v spot) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	_, unsure := w.unsure[v.object]
	return unsure || w.gone[v]
}

// Behind tells whether there are records whose words are still to be made: what Lookup does not find yet.
func (s *Store) Behind() bool { return s.words.rest.Load() > 0 }

// freshen catches up with what was written. It does nothing when nothing was written, and where the words of many
// records are still to be made it does not wait for them.
func (s *Store) freshen(ctx context.Context) error {
	w := s.words
	if w.loaded.Load() && (w.rest.Load() > patience || w.rest.Load() == 0 && w.followed.Load() >= w.committed.Load() || s.State().ReadOnly) {
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
// finishes, also when those who asked have gone away. Whoever asks waits for no more than the step in hand.
func (s *Store) wordsLoop(ctx context.Context) {
	w := s.words
	defer close(w.end)
	for {
		select {
		case done := <-w.asks:
			done <- s.follow(ctx, patience)
			continue
		default:
		}
		select {
		case <-ctx.Done():
			return
		case done := <-w.asks:
			done <- s.follow(ctx, patience)
		case <-w.due:
			if err := s.step(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("the words of the data are behind; the next question waits for them", "err", err)
			}
		}
	}
}

// follow brings the words to the state of the records, but for new records with more texts than whoever asks has patience
// for; the loop goes on with these.
func (s *Store) follow(ctx context.Context, patience int64) error {
	w := s.words
	if !w.loaded.Load() || w.followed.Load() < w.committed.Load() {
		if err := s.keepWords(ctx, (*keeping).catchUp); err != nil {
			return err
		}
	}
	for before := w.rest.Load(); w.rest.Load() > 0 && (w.rest.Load() <= patience || before-w.rest.Load()+w.least.Load() <= patience) && !s.State().ReadOnly; {
		if err := s.sliceWords(ctx); err != nil {
			return err
		}
	}
	if w.rest.Load() > 0 {
		w.nudge()
	}
	return nil
}

// step does a little of what is to be done, and comes back for more.
func (s *Store) step(ctx context.Context) error {
	w := s.words
	if s.State().ReadOnly {
		return nil
	}
	if !w.loaded.Load() || w.followed.Load() < w.committed.Load() || w.tidy.Load() {
		if err := s.keepWords(ctx, (*keeping).catchUp); err != nil {
			return err
		}
	}
	var err error
	switch {
	case w.rest.Load() > 0:
		err = s.sliceWords(ctx)
	case w.unsaved:
		err = s.settle(ctx)
	default:
		return nil
	}
	if err == nil {
		w.nudge()
	}
	return err
}

// sliceWords makes the words of a slice, or of a smaller one where it takes more memory than there is.
func (s *Store) sliceWords(ctx context.Context) (err error) {
	for range 5 {
		if err = s.keepWords(ctx, (*keeping).slice); !isOutOfMemory(err) {
			break
		}
	}
	return err
}

// keeping is a transaction of wordsLoop. It reads the records as they were at one moment, and writes words.
type keeping struct {
	turn
	run    int64 // stands in the rows that it adds
	sees   int64 // all history up to this id, at least
	schema crm.Schema
	then   []func() // after the commit
}

// keepWords runs fn in a transaction of its own. One that fails leaves the words as they were.
func (s *Store) keepWords(ctx context.Context, fn func(k *keeping) error) error {
	conn, release, err := s.aside(ctx)
	if err != nil {
		return err
	}
	defer release()
	w := s.words
	k := &keeping{turn: turn{ctx: ctx, s: s, conn: conn}}
	w.turn.Lock()
	err = k.transact(fn)
	w.turn.Unlock()
	switch {
	case err == nil:
		for _, fn := range k.then {
			fn()
		}
		return nil
	case isFatal(err):
		w.loaded.Store(false)
		return s.stopped(ctx, err)
	}
	// What is in memory may be ahead of the file now.
	w.loaded.Store(false)
	w.sorting, w.sifting = nil, nil
	return wrap("follow history with the words", err)
}

func (k *keeping) transact(fn func(k *keeping) error) (err error) {
	w := k.s.words
	k.sees = w.committed.Load() // before it begins: what is committed later it may not see
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
	if err := k.one("SELECT run + 1 FROM words.main.indexed", nil, &k.run); err != nil {
		return wrap("read how far the words follow history", err)
	}
	if err := k.s.hook("words begun"); err != nil {
		return err
	}
	if !w.loaded.Load() {
		if err := k.load(); err != nil {
			return err
		}
	}
	if err := fn(k); err != nil {
		return err
	}
	if err := k.s.hook("words"); err != nil {
		return err
	}
	if _, err := k.exec("COMMIT"); err != nil {
		return err
	}
	w.loaded.Store(true)
	return nil
}
