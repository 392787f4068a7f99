package duck

import "encoding/binary"

// bloom is a set of keys that may say yes to one in a hundred that it does not hold, and never no to one that it does. The
// nil one says yes to all.
type bloom []byte

// bloomBits is how many bits there are for each key.
const bloomBits = 10

func newBloom(keys int) bloom {
	size := 1 << 10
	for size*8 < keys*bloomBits {
		size *= 2
	}
	return make(bloom, size)
}

func (b bloom) add(key uint32) {
	if b == nil {
		return
	}
	for _, bit := range b.bits(key) {
		b[bit/8] |= 1 << (bit % 8)
	}
}

func (b bloom) has(key uint32) bool {
	if b == nil {
		return true
	}
	for _, bit := range b.bits(key) {
		if b[bit/8]&(1<<(bit%8)) == 0 {
			return false
		}
	}
	return true
}

// bits are the four bits of a key: keys are hashes already, so they need only be spread.
func (b bloom) bits(key uint32) [4]uint64 {
	var in [8]byte
	binary.LittleEndian.PutUint32(in[:], key)
	h := binary.LittleEndian.Uint64(in[:]) * 0x9E3779B97F4A7C15
	h ^= h >> 31
	step := (h*0xBF58476D1CE4E5B9)>>7 | 1
	n := uint64(len(b)) * 8
	return [4]uint64{h % n, (h + step) % n, (h + 2*step) % n, (h + 3*step) % n}
}

// holds tells whether it is of use for so many keys.
func (b bloom) holds(keys int) bool { return keys*bloomBits <= len(b)*8*2 }
