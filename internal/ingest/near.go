package ingest

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"openclaw/internal/crm"
)

// link makes a column a link by the target's field, and settles the texts that are not there exactly.
func (f *File) link(c *Column, t *target, o Options) {
	texts := c.texts()
	l := &LinkCheck{Object: t.object, Field: t.field, Empty: c.Empty, Whole: texts.complete() && t.complete(), byText: map[string]Settled{}, names: t.has, byName: t.isName,
		plural: t.plural, shared: t.shared, sure: f.New || f.Key == ""}
	c.Link = l
	c.show()
	if t.column != nil {
		t.column.named = true
	}
	said, _ := column(o.Fix, f.Object, c.Name)
	if !l.Whole {
		for text, fix := range said {
			l.byText[text] = Settled{Text: text, Do: fix.Do, To: fix.To}
		}
		return
	}
	var lost int64
	tries := maxGuesses
	for _, e := range texts.list {
		if t.has(e.text) {
			if fix, decided := said[e.text]; decided {
				l.byText[e.text] = Settled{Text: e.text, Rows: e.n, Do: fix.Do, To: fix.To}
				if fix.Do != LinkTo {
					lost += e.n
				}
			}
			if l.sharing(e.text) > 0 {
				l.Shared = append(l.Shared, Settled{Text: e.text, Rows: e.n, Do: Reject})
				lost += e.n
			}
			continue
		}
		s := Settled{Text: e.text, Rows: e.n, Do: Make}
		near, ok := t.find(e.text)
		if !ok && tries > 0 {
			tries--
			near, ok = t.near(e.text)
		}
		if ok {
			s.Do, s.To = LinkTo, near
		}
		if fix, decided := said[e.text]; decided {
			s.Do, s.To = fix.Do, fix.To
		}
		l.byText[e.text] = s
		switch {
		case l.sharing(e.text) > 0:
			s.Do = Reject
			l.Shared = append(l.Shared, s)
		case ok:
			l.Near = append(l.Near, s)
		default:
			l.Unmatched = append(l.Unmatched, s)
		}
		if s.Do != LinkTo {
			lost += e.n
		}
	}
	l.Linked = c.Filled - lost
	for _, list := range [][]Settled{l.Near, l.Unmatched, l.Shared} {
		slices.SortStableFunc(list, func(a, b Settled) int {
			if a.Rows != b.Rows {
				return int(b.Rows - a.Rows)
			}
			return strings.Compare(a.Text, b.Text)
		})
	}
	l.Near, l.Unmatched = l.Near[:min(len(l.Near), maxShown)], l.Unmatched[:min(len(l.Unmatched), maxShown)]
	l.Shared = l.Shared[:min(len(l.Shared), maxShown)]
}

// sharing is how many records have what a text is read as, 0 where they are not several or the link is left empty.
func (l *LinkCheck) sharing(text string) int64 {
	s, ok := l.byText[text]
	if !ok {
		return l.shared[text]
	}
	if s.Do != LinkTo {
		return 0
	}
	return l.shared[s.To]
}

// maxGuesses is how many texts of a column are compared letter by letter with all values.
const maxGuesses = 500

// near finds the one value that a text means though it is misspelt: one letter off (two in a long one). Digits are never guessed, since A-1001 and A-1002 are two things.
func (t *target) near(text string) (string, bool) {
	t.index()
	folded := crm.Fold(text)
	allowed := 0
	switch n := len([]rune(folded)); {
	case n >= 9:
		allowed = 2
	case n >= 5:
		allowed = 1
	default:
		return "", false
	}
	best, bestAt, tie := "", allowed+1, false
	for key, value := range t.folded {
		if abs(len(key)-len(folded)) > 2*allowed || digitsIn(key) != digitsIn(folded) {
			continue
		}
		switch d := levenshtein.ComputeDistance(folded, key); {
		case d < bestAt:
			best, bestAt, tie = value, d, false
		case d == bestAt:
			tie = true
		}
	}
	return best, best != "" && !tie
}

func digitsIn(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// linkBy is what the store needs to know of a link column.
func (c *Column) linkBy() crm.LinkBy {
	by := crm.LinkBy{Field: c.Link.Field, Create: true}
	if len(c.Link.byText) > 0 {
		by.Fix = map[string]string{}
	}
	for text, s := range c.Link.byText {
		if s.Do == LinkTo {
			by.Fix[text] = s.To
		}
	}
	return by
}
