package event_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"openclaw/internal/event"
)

func at(sec int64) func() time.Time { return func() time.Time { return time.Unix(sec, 0) } }

func TestReaderGoesOnWhereItStopped(t *testing.T) {
	h := event.New(8, at(1000))
	start := h.Last()
	h.Publish("change", 1)
	h.Publish("change", 2)
	first, err := h.Next(t.Context(), start)
	if err != nil || first.Data != 1 {
		t.Fatalf("first event is %v, %v", first, err)
	}
	second, err := h.Next(t.Context(), first.Seq)
	if err != nil || second.Data != 2 || second.Seq != first.Seq+1 {
		t.Fatalf("second event is %v, %v", second, err)
	}
}

func TestSlowReaderIsToldThatItMissed(t *testing.T) {
	h := event.New(4, at(1000))
	start := h.Last()
	for i := range 5 {
		h.Publish("change", i)
	}
	if _, err := h.Next(t.Context(), start); !errors.Is(err, event.ErrMissed) {
		t.Fatalf("reader five behind a ring of four got %v", err)
	}
	if e, err := h.Next(t.Context(), start+1); err != nil || e.Data != 1 {
		t.Fatalf("the oldest kept event is %v, %v", e, err)
	}
}

func TestNumbersGrowAcrossRestarts(t *testing.T) {
	before := event.New(4, at(1000))
	before.Publish("change", 1)
	after := event.New(4, at(1001))
	if after.Last() <= before.Last() {
		t.Fatalf("numbers fell from %d to %d", before.Last(), after.Last())
	}
	if _, err := after.Next(t.Context(), before.Last()); !errors.Is(err, event.ErrMissed) {
		t.Fatalf("reader from before the restart got %v", err)
	}
	if _, err := after.Next(t.Context(), after.Last()+7); !errors.Is(err, event.ErrMissed) {
		t.Fatalf("reader from the future got %v", err)
	}
}

func TestWaitingReadersWakeOnEventAndOnClose(t *testing.T) {
	h := event.New(64, at(1000))
	start := h.Last()
	var wg sync.WaitGroup
	sums := make([]int, 10)
	for i := range sums {
		wg.Go(func() {
			for after := start; ; {
				e, err := h.Next(t.Context(), after)
				if err != nil {
					if !errors.Is(err, event.ErrClosed) {
						t.Errorf("reader ended with %v", err)
					}
					return
				}
				sums[i] += e.Data.(int)
				after = e.Seq
			}
		})
	}
	for i := range 50 {
		h.Publish("change", i)
	}
	h.Close()
	h.Close()
	h.Publish("change", 1000)
	wg.Wait()
	for i, sum := range sums {
		if sum != 49*50/2 {
			t.Errorf("reader %d summed up %d", i, sum)
		}
	}
}

func TestReaderLeavesWithItsContext(t *testing.T) {
	h := event.New(4, at(1000))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Next(ctx, h.Last()); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}
