package answer

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// nearest finds the one word of the lexicon, or of the language's own longer words, that a misspelt word was meant to
// be. Two equally near words are none.
func (l *lexicon) nearest(word string) (string, int) {
	n := utf8.RuneCountInString(word)
	most := 0
	switch {
	case n >= 8:
		most = 2
	case n >= 5:
		most = 1
	}
	if most == 0 {
		return "", 0
	}
	best, shape, dist, ties := "", "", most+1, 0
	consider := func(w string) {
		if len(w) < 4 || w[0] != word[0] || abs(len(w)-len(word)) > most+1 {
			return
		}
		forms := []string{w, w + "s"}
		if base, ok := strings.CutSuffix(w, "y"); ok {
			forms = append(forms, base+"ies")
		}
		if w == "person" {
			forms = append(forms, "people")
		}
		for _, form := range forms {
			d := distance(word, form, dist)
			switch {
			case d < dist:
				best, shape, dist, ties = w, form, d, 0
			case d == dist && d <= most && w != best:
				switch a, b := doubled(word, form), doubled(word, shape); {
				case a && !b:
					best, shape, ties = w, form, 0
				case a == b && l.verbOnly(best) != l.verbOnly(w):
					if l.verbOnly(best) {
						best, shape, ties = w, form, 0 // a noun before the verb that is made of it
					}
				case a == b && l.oneThing(w, best):
				case a == b:
					ties++
				}
			}
		}
	}
	if l.inflected(word) {
		return "", 0
	}
	for w := range l.vocab {
		consider(w)
	}
	if dist > 1 {
		for w := range l.closed.words {
			consider(w)
		}
	}
	if dist > most || ties > 0 {
		return "", 0
	}
	return best, dist
}

// oneThing tells whether two words mean the same field or object, as manage and manager do.
func (l *lexicon) oneThing(a, b string) bool {
	return slices.ContainsFunc(l.entries[key(a)], func(s sense) bool {
		return s.object != "" && slices.ContainsFunc(l.entries[key(b)], func(o sense) bool { return o.object == s.object && o.field == s.field })
	})
}

// verbOnly tells of a word that is known as a verb and as nothing else.
func (l *lexicon) verbOnly(word string) bool {
	senses := l.entries[key(word)]
	return len(senses) > 0 && !slices.ContainsFunc(senses, func(s sense) bool { return s.kind != "verb" })
}

// inflected tells of an English form of a word that is known and means something else here, such as created: it is no
// misspelling.
func (l *lexicon) inflected(word string) bool {
	for _, end := range []string{"d", "ed", "r", "er", "ing", "ly"} {
		base, ok := strings.CutSuffix(word, end)
		if ok && (len(l.closed.senses[base]) > 0 || len(l.closed.senses[base+"e"]) > 0) {
			return true
		}
	}
	return false
}

// doubled tells whether two words differ only in letters written twice: acount is an account rather than an amount.
func doubled(a, b string) bool { return once(a) == once(b) }

func once(word string) string {
	return string(slices.Compact([]rune(word)))
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// distance counts the letters to add, drop, change or swap with their neighbour to make one word of another; beyond
// limit it stops counting.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if abs(len(x)-len(y)) > limit {
		return limit + 1
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, last, row := rows[(i+1)%3], rows[(i+2)%3], rows[i%3]
		row[0] = i
		lowest := i
		for j := 1; j <= len(y); j++ {
			change := 1
			if x[i-1] == y[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			lowest = min(lowest, row[j])
		}
		if lowest > limit {
			return limit + 1
		}
	}
	return rows[len(x)%3][len(y)]
}
