package duck

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

const (
	phrasesMost = 500 // phrases of one call
	hitsMost    = 10  // hits of one phrase in one field
)

// Lookup finds the places where phrases stand in the data, as names, options and other short values: equal but for case,
// accents, blanks and punctuation; as one word of several (Partial); and, if fuzzy, misspelt by up to two letters, by
// one in short words. Hits of a phrase come best first. All phrases of a question belong into one call.
//
// While the words of many new records are being made, the values of those that have none yet are found whole and as they
// are written, but for case.
func (s *Store) Lookup(ctx context.Context, c ident.Caller, phrases []string, fuzzy bool) ([]crm.Hit, error) {
	if err := known(c); err != nil {
		return nil, err
	}
	if len(phrases) > phrasesMost {
		return nil, fail.New(fail.Invalid, "The question is too long: %d phrases.", len(phrases)).WithHint("Ask for one thing at a time.")
	}
	if err := s.freshen(ctx); err != nil {
		return nil, err
	}
	asked := make([]phrase, len(phrases))
	for i, text := range phrases {
		asked[i] = phrase{text: text, fold: crm.Fold(text), squash: crm.Squash(text)}
	}
	var found []crm.Hit
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		var err error
		if found, err = s.probe(ctx, conn, asked, s.words.exactly(asked)); err != nil {
			return err
		}
		objects, edited, err := s.bare(ctx, conn)
		if err != nil {
			return err
		}
		bare, err := s.lookBare(ctx, conn, c, asked, objects)
		if err != nil {
			return err
		}
		found = append(found, bare...)
		if fuzzy {
			// What stands in the data as it is written is not taken for a misspelling of something else.
			for _, h := range found {
				for i := range asked {
					asked[i].found = asked[i].found || asked[i].text == h.Phrase
				}
			}
			more, err := s.probe(ctx, conn, asked, s.words.nearly(asked))
			if err != nil {
				return err
			}
			found = append(found, more...)
		}
		found, err = s.live(ctx, conn, c, best(found), edited)
		return err
	})
	return found, err
}

// probe reads the values that stand under keys, and keeps those that are near enough to their phrase.
func (s *Store) probe(ctx context.Context, conn *moment, asked []phrase, keys map[uint32][]int) ([]crm.Hit, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	shapes, err := shapes(ctx, conn)
	if err != nil {
		return nil, err
	}
	in := join(slices.Sorted(maps.Keys(keys)), func(key uint32) string { return strconv.FormatUint(uint64(key), 10) })
	rows, err := conn.QueryContext(ctx, "SELECT key, object, field, word, value, run FROM words.main.value WHERE key IN ("+in+")")
	if err != nil {
		return nil, wrap("look up values", err)
	}
	defer rows.Close()
	var found []crm.Hit
	for rows.Next() {
		var key uint32
		var h crm.Hit
		var run int64
		if err := rows.Scan(&key, &h.Object, &h.Field, &h.Partial, &h.Value, &run); err != nil {
			return nil, wrap("look up values", err)
		}
		if sh, ok := shapes[h.Object]; !ok || run < sh.since {
			continue
		}
		for _, i := range keys[key] {
			if asked[i].measure(&h) {
				found = append(found, h)
			}
		}
	}
	return found, wrap("look up values", rows.Err())
}

// phrase is one phrase on its way through a look-up.
type phrase struct {
	text, fold, squash string
	off                int  // by how many letters a value may be misspelt
	found              bool // as it is written
}

// exactly gives the keys of the phrases that may stand in the data but for case and punctuation, and whose they are.
func (w *words) exactly(asked []phrase) map[uint32][]int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	keys := map[uint32][]int{}
	for i, p := range asked {
		if length := utf8.RuneCountInString(p.squash); length > 0 && length <= valueLength {
			w.add(keys, i, "="+p.squash)
		}
	}
	return keys
}

// nearly gives the keys of the phrases that were not found and may stand in the data misspelt.
func (w *words) nearly(asked []phrase) map[uint32][]int {
	w.mu.RLock()
	defer w.mu.RUnlock()
	keys := map[uint32][]int{}
	for i := range asked {
		p := &asked[i]
		runes := []rune(p.squash)
		if p.found || len(runes) < affix || len(runes) > valueLength || !fuzzyKeys(p.squash) {
			continue
		}
		if p.off = 1; len(runes) >= 8 {
			p.off = 2
		}
		for length := len(runes) - p.off; length <= len(runes)+p.off; length++ {
			first, last := edges(runes, length)
			w.add(keys, i, first)
			w.add(keys, i, last)
		}
	}
	return keys
}

// add notes a key of a phrase, where the filter does not say that it is not there.
func (w *words) add(keys map[uint32][]int, i int, key string) {
	if k := keyOf(key); w.filter.has(k) {
		keys[k] = append(keys[k], i)
	}
}

// measure fills in how far a value, or the nearest of its words, is from the phrase, and tells whether that is near enough.
func (p phrase) measure(h *crm.Hit) bool {
	h.Phrase = p.text
	candidates := []string{h.Value}
	if h.Partial {
		if p.off > 0 && strings.Contains(p.fold, " ") {
			return false // of several words, one is not a misspelling
		}
		candidates = tokens(h.Value)
	}
	h.Distance = p.off + 1
	for _, word := range candidates {
		squash := crm.Squash(word)
		switch d := levenshtein.ComputeDistance(p.squash, squash); {
		case crm.Fold(word) == p.fold:
			h.Distance = 0
			return true
		case d == 0:
			h.Distance = min(h.Distance, 1)
			if p.off == 0 {
				return true
			}
		case sameDigits(p.squash, squash):
			h.Distance = min(h.Distance, d)
		}
	}
	return h.Distance <= p.off
}

func sameDigits(a, b string) bool {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
	}
	return digits(a) == digits(b)
}

// best sorts the hits of each phrase, near ones, whole values and short ones first, and keeps the first few in each field.
func best(hits []crm.Hit) []crm.Hit {
	rank := func(h crm.Hit) int {
		if h.Partial {
			return h.Distance*2 + 1
		}
		return h.Distance * 2
	}
	slices.SortFunc(hits, func(a, b crm.Hit) int {
		return cmp.Or(strings.Compare(a.Phrase, b.Phrase), cmp.Compare(rank(a), rank(b)), cmp.Compare(len(a.Value), len(b.Value)), strings.Compare(a.Object, b.Object), strings.Compare(a.Field, b.Field), strings.Compare(a.Value, b.Value))
	})
	type place struct{ phrase, object, field string }
	type value struct {
		place
		value string
	}
	seen, count := map[value]bool{}, map[place]int{}
	out := []crm.Hit{}
	for _, h := range hits {
		at := place{h.Phrase, h.Object, h.Field}
		if seen[value{at, h.Value}] || count[at] >= hitsMost {
			continue
		}
		seen[value{at, h.Value}] = true
		count[at]++
		out = append(out, h)
	}
	return out
}

// live drops hits whose value is no longer in the data, or in no record that the caller may read. Of objects that were
// edited since the words were made, or that he may not read whole, all are looked at.
func (s *Store) live(ctx context.Context, conn *moment, c ident.Caller, hits []crm.Hit, edited map[string]bool) ([]crm.Hit, error) {
	schema := conn.schema
	type place struct{ object, field string }
	values := map[place][]string{}
	for _, h := range hits {
		at := place{h.Object, h.Field}
		o, ok := schema.Object(h.Object)
		if ok && s.restriction(c, o) == "" && !edited[h.Object] && !s.words.doubtful(spot{h.Object, h.Field, h.Value}) {
			continue
		}
		if !slices.Contains(values[at], h.Value) {
			values[at] = append(values[at], h.Value)
		}
	}
	there := map[place]map[string]bool{}
	for at, texts := range values {
		there[at] = map[string]bool{}
		o, ok := schema.Object(at.object)
		f, has := o.Field(at.field)
		if !ok || !has || !inValues(f) {
			continue
		}
		col := "r." + name(f.Column())
		if f.ValueType() == crm.Choices {
			col = "unnest(" + col + ")"
		}
		rows, err := conn.QueryContext(ctx, "SELECT DISTINCT value FROM (SELECT "+col+" AS value FROM "+s.relation(c, o)+" AS r) WHERE value IN ("+join(texts, text)+")")
		if err != nil {
			return nil, wrap("look at the values of "+at.object, err)
		}
		for rows.Next() {
			var v string
			if err := rows.Scan(&v); err != nil {
				rows.Close()
				return nil, wrap("look at the values of "+at.object, err)
			}
			there[at][v] = true
		}
		if err := rows.Close(); err != nil {
			return nil, wrap("look at the values of "+at.object, err)
		}
	}
	return slices.DeleteFunc(hits, func(h crm.Hit) bool {
		in, doubted := there[place{h.Object, h.Field}]
		return doubted && slices.Contains(values[place{h.Object, h.Field}], h.Value) && !in[h.Value]
	}), nil
}
