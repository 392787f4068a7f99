package ingest

import (
	"hash/maphash"
	"maps"
	"strings"
)

// tally counts different texts in bounded memory. Above its bounds it keeps only the texts whose hash ends in so many
// zero bits, the same ones in every tally of a run, so that samples of two columns can still be compared.
type tally struct {
	seed  maphash.Seed
	bound int
	room  *room // for the texts beyond the reserve, shared with other columns; nil for no other bound
	level uint
	bytes int
	at    map[string]int32
	list  []counted
}

const (
	meanText = 128 // bytes of a text, on average, above which a tally is full before its bound
	reserve  = 256 // texts that every tally may keep
)

type counted struct {
	text string
	n    int64
	line int64 // where it stood first
	kind int32 // index into the profile's patterns
}

func newTally(seed maphash.Seed, bound int, r *room) *tally {
	return &tally{seed: seed, bound: bound, room: r, at: map[string]int32{}}
}

// complete tells whether every text that came is in the list.
func (t *tally) complete() bool { return t.level == 0 }

func (t *tally) keeps(text string, level uint) bool {
	return level == 0 || maphash.String(t.seed, text)&(1<<level-1) == 0
}

// add counts a text. It returns its entry, nil for one that is not kept, and whether it is new.
func (t *tally) add(text string, line int64) (e *counted, fresh bool) {
	if t.level > 0 && !t.keeps(text, t.level) {
		return nil, true
	}
	if i, ok := t.at[text]; ok {
		t.list[i].n++
		return &t.list[i], false
	}
	for !t.fits(text) {
		t.thin()
		if !t.keeps(text, t.level) {
			return nil, true
		}
	}
	text = strings.Clone(text)
	t.bytes += len(text)
	t.at[text] = int32(len(t.list))
	t.list = append(t.list, counted{text: text, n: 1, line: line})
	return &t.list[len(t.list)-1], true
}

// fits takes room for one more text.
func (t *tally) fits(text string) bool {
	n := len(t.list)
	return n == 0 || n < t.bound && t.bytes+len(text) <= t.bound*meanText && (n < reserve || t.room.take(1))
}

func (t *tally) thin() {
	t.level++
	kept := t.list[:0]
	clear(t.at)
	t.bytes = 0
	for _, e := range t.list {
		if t.keeps(e.text, t.level) {
			t.at[e.text] = int32(len(kept))
			kept = append(kept, e)
			t.bytes += len(e.text)
		}
	}
	t.room.give(max(0, len(t.list)-reserve) - max(0, len(kept)-reserve))
	clear(t.list[len(kept):])
	t.list = kept
}

// room is how much the columns of a table may take together: texts or slots.
type room struct{ left int }

func (r *room) take(n int) bool {
	if r == nil {
		return true
	}
	if n > r.left {
		return false
	}
	r.left -= n
	return true
}

func (r *room) give(n int) {
	if r != nil {
		r.left += n
	}
}

// keyset tells whether texts were seen before, by their hashes alone: eight bytes each in an open table. Where the room
// is used up it keeps, like a tally, only those hashes that begin with so many zero bits: of those texts it still knows
// each one that stands twice, and of the others nothing.
type keyset struct {
	seed  maphash.Seed
	room  *room
	slots []uint64
	n     int
	level uint
	twice map[uint64]int64
}

const (
	firstSlots = 256     // of 8 bytes, which every set may have
	maxSlots   = 2 << 20 // beyond these, of all columns of a table
	maxTwice   = 10_000  // different texts that stand more than once, of one column
)

func newKeyset(seed maphash.Seed, r *room) *keyset {
	return &keyset{seed: seed, room: r, slots: make([]uint64, firstSlots), twice: map[uint64]int64{}}
}

// close gives the room back. Which texts stood twice is still known.
func (k *keyset) close() {
	k.room.give(len(k.slots) - firstSlots)
	k.slots = nil
}

func (k *keyset) hash(text string) uint64 { return maphash.String(k.seed, text) | 1 }

func (k *keyset) keeps(h uint64) bool { return h>>(64-k.level) == 0 }

// stood adds a text and tells whether it stood before; of a text that is not kept that is not known, and false.
func (k *keyset) stood(text string) bool {
	h := k.hash(text)
	if !k.keeps(h) || k.put(h) {
		return false
	}
	if _, ok := k.twice[h]; ok || len(k.twice) < maxTwice {
		k.twice[h]++
	}
	return true
}

// put tells whether the hash is new.
func (k *keyset) put(h uint64) bool {
	mask := uint64(len(k.slots) - 1)
	i := (h >> 1) & mask
	for ; k.slots[i] != 0; i = (i + 1) & mask {
		if k.slots[i] == h {
			return false
		}
	}
	k.slots[i] = h
	if k.n++; k.n*10 > len(k.slots)*7 {
		k.grow()
	}
	return true
}

// grow doubles the table where there is room, and else keeps half of the hashes.
func (k *keyset) grow() {
	old, size := k.slots, 2*len(k.slots)
	if !k.room.take(len(old)) {
		k.level++
		size = len(old)
		maps.DeleteFunc(k.twice, func(h uint64, _ int64) bool { return !k.keeps(h) })
	}
	k.slots, k.n = make([]uint64, size), 0
	for _, h := range old {
		if h != 0 && k.keeps(h) {
			k.put(h)
		}
	}
}

// repeats is how many different texts stand more than once; where not all are kept, as far as can be told from those.
func (k *keyset) repeats() int64 { return int64(len(k.twice)) << k.level }

// repeated tells whether the text is known to stand more than once.
func (k *keyset) repeated(text string) bool {
	_, ok := k.twice[k.hash(text)]
	return ok
}
