package duck

import (
	"context"
	"slices"
	"sync"
)

// How many statements of people run at once, beside the program's own reads, and how many of one person. A second one of
// the same person begins only while few run, so that there is room left for the first ones of others.
const (
	statementLimit = 6
	ownLimit       = 2
	secondLimit    = 3
)

// turns lets people's statements in. Whoever has none running goes before whoever has, then it goes by who came first. The
// program's own lists and questions do not stand in this line.
type turns struct {
	mu      sync.Mutex
	running map[string]int // by the person's login
	total   int
	waiting []*waiter
}

type waiter struct {
	person string
	in     chan struct{} // closed when it is their turn
}

// take waits for a turn, which give ends.
func (t *turns) take(ctx context.Context, person string) error {
	w := &waiter{person, make(chan struct{})}
	t.mu.Lock()
	t.waiting = append(t.waiting, w)
	t.admit()
	t.mu.Unlock()
	select {
	case <-w.in:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	select {
	case <-w.in: // the turn came at the same moment
		return nil
	default:
	}
	t.waiting = slices.DeleteFunc(t.waiting, func(other *waiter) bool { return other == w })
	return wrap("wait for other statements", ctx.Err())
}

func (t *turns) give(person string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total--
	if t.running[person]--; t.running[person] == 0 {
		delete(t.running, person)
	}
	t.admit()
}

// admit lets in all who may begin. mu is held.
func (t *turns) admit() {
	for own := range ownLimit {
		limit := statementLimit
		if own > 0 {
			limit = secondLimit
		}
		t.waiting = slices.DeleteFunc(t.waiting, func(w *waiter) bool {
			if t.running[w.person] != own || t.total >= limit {
				return false
			}
			t.running[w.person]++
			t.total++
			close(w.in)
			return true
		})
	}
}
