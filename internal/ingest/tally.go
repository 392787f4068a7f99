package ingest

import (
	"hash/maphash"
	"strings"
)

// tally counts different texts in bounded memory. Above its bound it keeps only the texts whose hash ends in so many
// zero bits, the same ones in every tally of a run, so that samples of two columns can still be compared.
type tally struct {
	seed  maphash.Seed
	bound int
	level uint
	at    map[string]int32
	list  []counted
}

type counted struct {
	text string
	n    int64
	line int64 // where it stood first
	kind int32 // index into the profile's patterns
}

func newTally(seed maphash.Seed, bound int) *tally {
	return &tally{seed: seed, bound: bound, at: map[string]int32{}}
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
	for len(t.list) >= t.bound {
		t.thin()
		if !t.keeps(text, t.level) {
			return nil, true
		}
	}
	text = strings.Clone(text)
	t.at[text] = int32(len(t.list))
	t.list = append(t.list, counted{text: text, n: 1, line: line})
	return &t.list[len(t.list)-1], true
}

func (t *tally) thin() {
	t.level++
	kept := t.list[:0]
	clear(t.at)
	for _, e := range t.list {
		if t.keeps(e.text, t.level) {
			t.at[e.text] = int32(len(kept))
			kept = append(kept, e)
		}
	}
	clear(t.list[len(kept):])
	t.list = kept
}

// keyset tells whether texts were seen before, by their hashes alone: eight bytes each in an open table.
type keyset struct {
	seed  maphash.Seed
	slots []uint64
	n     int
	full  bool // the bound was reached: later texts are not looked at
	twice map[uint64]int64
}

const (
	maxKeys  = 4 << 20 // hashes of one column
	maxTwice = 10_000  // different texts that stand more than once, of one column
)

func newKeyset(seed maphash.Seed) *keyset {
	return &keyset{seed: seed, slots: make([]uint64, 256), twice: map[uint64]int64{}}
}

// add tells whether the text is new.
func (k *keyset) add(text string) bool {
	h := maphash.String(k.seed, text) | 1
	if k.put(h) {
		return true
	}
	if _, ok := k.twice[h]; ok || len(k.twice) < maxTwice {
		k.twice[h]++
	}
	return false
}

func (k *keyset) put(h uint64) bool {
	mask := uint64(len(k.slots) - 1)
	i := (h >> 1) & mask
	for ; k.slots[i] != 0; i = (i + 1) & mask {
		if k.slots[i] == h {
			return false
		}
	}
	if k.n >= maxKeys {
		k.full = true
		return true
	}
	k.slots[i] = h
	if k.n++; k.n*10 > len(k.slots)*7 {
		old := k.slots
		k.slots, k.n = make([]uint64, 2*len(old)), 0
		for _, h := range old {
			if h != 0 {
				k.put(h)
			}
		}
	}
	return true
}

// repeated tells whether the text stands more than once.
func (k *keyset) repeated(text string) bool {
	_, ok := k.twice[maphash.String(k.seed, text)|1]
	return ok
}
