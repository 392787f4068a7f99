package duck

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

const (
	spellings   = 3  // of one word of a search
	nearestMost = 12 // searches that are tried in place of one that finds nothing
)

// Nearest is for a search that finds nothing: the records that it would find if its words were spelt as those in the data
// are, the nearest first; none when nothing is near.
func (s *Store) Nearest(ctx context.Context, c ident.Caller, text, object string, limit int) ([]crm.Found, error) {
	words := tokens(text)
	if len(words) == 0 || len(words) > wordsMost {
		return []crm.Found{}, known(c)
	}
	hits, err := s.Lookup(ctx, c, []string{text}, true)
	if err != nil {
		return nil, err
	}
	var meant []string
	for _, h := range hits {
		if (object == "" || h.Object == object) && !slices.Contains(meant, h.Value) && len(meant) < spellings {
			meant = append(meant, h.Value)
		}
	}
	err = s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		respelt, err := respell(ctx, conn, words, object)
		meant = append(meant, respelt...)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := []crm.Found{}
	for _, m := range meant {
		found, err := s.Search(ctx, c, m, object, limit)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if !slices.ContainsFunc(out, func(g crm.Found) bool { return g.Object == f.Object && g.ID == f.ID }) {
				out = append(out, f)
			}
		}
		if len(out) >= limit {
			return out[:limit], nil
		}
	}
	return out, nil
}

// respell puts words of the data in the place of words: the texts that come of it, what is nearer first.
func respell(ctx context.Context, conn *moment, words []string, object string) ([]string, error) {
	texts := []string{""}
	for _, word := range words {
		as, err := spellingsOf(ctx, conn, word, object)
		if err != nil {
			return nil, err
		}
		var next []string
		for _, begun := range texts {
			for _, a := range as {
				next = append(next, strings.TrimSpace(begun+" "+a))
			}
		}
		texts = next[:min(nearestMost, len(next))]
	}
	return texts, nil
}

// spellingsOf are the word itself where words of the data begin so, and those that begin with its first letter and are
// otherwise a letter or two off; the word alone where there is none of these.
func spellingsOf(ctx context.Context, conn *moment, word, object string) ([]string, error) {
	n := utf8.RuneCountInString(word)
	off := 0
	switch {
	case n >= 8 && fuzzyKeys(word):
		off = 2
	case n >= affix && fuzzyKeys(word):
		off = 1
	}
	first, _ := utf8.DecodeRuneInString(word)
	distance := "damerau_levenshtein(token, " + text(word) + ")"
	begins := "starts_with(token, " + text(word) + ")"
	q := "SELECT CASE WHEN " + begins + " THEN " + text(word) + " ELSE token END AS spelt FROM words.main.term" +
		" WHERE token >= " + text(string(first)) + " AND token < " + text(string(first)+"\U0010FFFF") +
		" AND (" + begins + " OR (length(token) BETWEEN " + literalID(int64(n-off)) + " AND " + literalID(int64(n+off)) + " AND " + distance + " <= " + literalID(int64(off)) + "))"
	if object != "" {
		q += " AND object = " + text(object)
	}
	rows, err := conn.QueryContext(ctx, q+" GROUP BY spelt ORDER BY damerau_levenshtein(spelt, "+text(word)+"), count(*) DESC, spelt LIMIT "+literalID(spellings))
	if err != nil {
		return nil, wrap("look for words spelt alike", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var spelt string
		if err := rows.Scan(&spelt); err != nil {
			return nil, wrap("look for words spelt alike", err)
		}
		out = append(out, spelt)
	}
	if len(out) == 0 {
		out = []string{word}
	}
	return out, wrap("look for words spelt alike", rows.Err())
}
