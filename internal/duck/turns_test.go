package duck

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// TestTurns plays who asks for a turn and who gives one back, and looks who runs after each step.
func TestTurns(t *testing.T) {
	turns := &turns{running: map[string]int{}}
	running := func() string {
		var all []byte
		for person, n := range turns.running {
			for range n {
				all = append(all, person...)
			}
		}
		slices.Sort(all)
		return string(all)
	}
	asks := func(person string) { // take without the wait
		turns.waiting = append(turns.waiting, &waiter{person, make(chan struct{})})
		turns.admit()
	}
	for i, step := range []struct {
		do     func(string)
		person string
		want   string
	}{
		{asks, "a", "a"}, {asks, "a", "aa"}, {asks, "a", "aa"}, // two of one person, no third
		{asks, "b", "aab"}, {asks, "b", "aab"}, // half the turns are taken: no second ones any more
		{asks, "c", "aabc"}, {asks, "d", "aabcd"}, {asks, "e", "aabcde"}, // but first ones
		{asks, "f", "aabcde"},       // all are taken
		{turns.give, "a", "abcdef"}, // a first one goes before the seconds that wait for longer
		{turns.give, "c", "abdef"},  // too many for a second
		{turns.give, "d", "abef"},   //
		{turns.give, "e", "abf"},    //
		{turns.give, "f", "aab"},    // who came first has the second
		{turns.give, "a", "abb"},    //
		{turns.give, "a", "bb"},     //
		{turns.give, "b", "b"},      //
		{turns.give, "b", ""},
	} {
		if step.do(step.person); running() != step.want {
			t.Fatalf("step %d, %s: %q run, want %q", i, step.person, running(), step.want)
		}
	}
	if len(turns.waiting) != 0 || turns.total != 0 {
		t.Errorf("left: %d wait, %d run", len(turns.waiting), turns.total)
	}
}

func TestATurnIsNotWaitedForWhenNobodyWaits(t *testing.T) {
	turns := &turns{running: map[string]int{}}
	for _, person := range []string{"a", "b", "c", "d", "e", "f"} {
		if err := turns.take(t.Context(), person); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := turns.take(ctx, "g"); !errors.Is(err, context.Canceled) {
		t.Errorf("who went away: %v", err)
	}
	turns.give("a")
	if turns.total != 5 || len(turns.waiting) != 0 {
		t.Errorf("%d run, %d wait", turns.total, len(turns.waiting))
	}
}
