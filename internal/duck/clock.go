package duck

import (
	"sync"
	"time"
)

// clock gives instants that never repeat and never go back, to the microsecond: a record's updated_at is its version.
// A box without a battery may start with a wrong date; the clock then goes on from the last instant in history.
type clock struct {
	wall func() time.Time
	mu   sync.Mutex
	last time.Time
}

func (c *clock) tick() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.wall().UTC().Truncate(time.Microsecond)
	if !now.After(c.last) {
		now = c.last.Add(time.Microsecond)
	}
	c.last = now
	return now
}

func (c *clock) atLeast(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.last) {
		c.last = t.UTC()
	}
}
