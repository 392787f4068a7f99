// Package event tells whoever listens what has just happened. Events have growing numbers and the last few are kept, so
// that a reader who was away goes on where it stopped. A reader that is too slow is dropped and told, never waited for.
package event

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Event is one thing that happened.
type Event struct {
	Seq  uint64    `json:"seq"`
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	Data any       `json:"data"`
}

// ErrMissed says that events between the reader's place and the oldest one kept are gone: read everything anew.
var ErrMissed = errors.New("events were missed")

// ErrClosed says that no more events will come.
var ErrClosed = errors.New("the event hub is closed")

// Hub keeps the last events in a ring and wakes its readers. Publishing never blocks and nothing is kept for a reader,
// so any number of them costs nothing but their goroutines.
type Hub struct {
	clock func() time.Time

	mu     sync.Mutex
	ring   []Event
	next   uint64        // number of the next event
	first  uint64        // number of the first event of this hub
	wake   chan struct{} // closed and replaced at each event
	closed bool
}

// New makes a hub that keeps the last keep events. Numbers begin at the clock's microseconds: they grow across restarts,
// and a reader from before a restart is told that it missed something.
func New(keep int, clock func() time.Time) *Hub {
	first := uint64(clock().UnixMicro())
	return &Hub{clock: clock, ring: make([]Event, keep), next: first, first: first, wake: make(chan struct{})}
}

// Publish adds an event. After Close it does nothing.
func (h *Hub) Publish(kind string, data any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.ring[h.next%uint64(len(h.ring))] = Event{Seq: h.next, At: h.clock().UTC(), Kind: kind, Data: data}
	h.next++
	close(h.wake)
	h.wake = make(chan struct{})
}

// Last is the number of the newest event, or the one before the first.
func (h *Hub) Last() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.next - 1
}

// Next waits for the event that follows number after. It returns ErrMissed when that one is no longer kept or the number
// is not of this hub, ErrClosed after Close, and the context's error.
func (h *Hub) Next(ctx context.Context, after uint64) (Event, error) {
	for {
		h.mu.Lock()
		oldest := h.first
		if kept := uint64(len(h.ring)); h.next-h.first > kept {
			oldest = h.next - kept
		}
		switch {
		case after+1 < oldest || after >= h.next:
			h.mu.Unlock()
			return Event{}, ErrMissed
		case after+1 < h.next:
			e := h.ring[(after+1)%uint64(len(h.ring))]
			h.mu.Unlock()
			return e, nil
		case h.closed:
			h.mu.Unlock()
			return Event{}, ErrClosed
		}
		wake := h.wake
		h.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			return Event{}, ctx.Err()
		}
	}
}

// Close lets readers have what is there and then ErrClosed.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.wake)
	}
}
