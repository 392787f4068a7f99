package duck

import (
	"context"
	"fmt"
	"slices"
)

// sortLeast is how many rows are sorted at least; below it, finding something takes no longer for their lying about.
const sortLeast = 50_000

// sortRows is about how many rows are sorted at once.
const sortRows = 150_000

// sorting is the work of bringing all rows into one order, and of leaving dead ones out: a copy of value and term is
// made, a range of keys at a time, and takes their place at the end. Until then it is not looked at, so that one that was
// cut short is begun again.
type sorting struct {
	upto int64    // the run up to which rows are copied
	todo []string // statements, each of about sortRows rows
}

// sifting is the work of making the filter anew.
type sifting struct {
	filter bloom
	next   int64 // the row to go on with
}

// settle does a step of what is best done when all records have their words: sort the rows, make the filter, put all
// into the file.
func (s *Store) settle(ctx context.Context) error {
	w := s.words
	switch {
	case w.sorting != nil && len(w.sorting.todo) > 0:
		return s.keepWords(ctx, (*keeping).sort)
	case w.sorting != nil:
		if err := s.keepWords(ctx, (*keeping).copyRest); err != nil {
			return err
		}
		return s.keepWords(ctx, (*keeping).swap)
	case w.sifting != nil:
		return s.keepWords(ctx, (*keeping).sift)
	}
	if err := s.keepWords(ctx, (*keeping).plan); err != nil || w.sorting != nil || w.sifting != nil {
		return err
	}
	return s.saveWords(ctx)
}

// saveWords puts the log of the words into their file.
func (s *Store) saveWords(ctx context.Context) error {
	conn, release, err := s.aside(ctx)
	if err != nil {
		return err
	}
	defer release()
	s.words.unsaved = false
	_, err = conn.ExecContext(ctx, "CHECKPOINT "+wordsDB)
	switch {
	case inTheWay(err):
		return nil // the next time that there is something to save
	case err == nil:
		s.words.wrote.Store(false)
	}
	return wrap("put the words into their file", err)
}

// plan looks whether there is something to sort, or the filter to be made.
func (k *keeping) plan() error {
	w := k.s.words
	var upto, rows, terms, unsorted, unsifted int64
	if err := k.one(`SELECT run, (SELECT count(*) FROM words.main.value), (SELECT count(*) FROM words.main.term),
		(SELECT count(*) FROM words.main.value WHERE run > i.sorted) + (SELECT count(*) FROM words.main.term WHERE run > i.sorted),
		(SELECT count(*) FROM words.main.value WHERE run > i.sifted) FROM words.main.indexed AS i`, nil, &upto, &rows, &terms, &unsorted, &unsifted); err != nil {
		return wrap("look how much is to be sorted", err)
	}
	switch {
	case w.filter == nil || unsifted > keysMost/4:
		k.then = append(k.then, func() { w.sifting = &sifting{filter: newBloom(int(rows + rows/4))} })
	case unsorted >= sortLeast && unsorted*4 > rows+terms:
		return k.planSort(upto, rows, terms)
	}
	return nil
}

func (k *keeping) planSort(upto, rows, terms int64) error {
	w := k.s.words
	for _, t := range []string{"value", "term"} {
		if _, err := k.exec("CREATE OR REPLACE TABLE words.main.next_" + t + " AS FROM words.main." + t + " LIMIT 0"); err != nil {
			return wrap("make room to sort the words", err)
		}
	}
	// Some tokens, evenly spread.
	every := max(terms/2000, 1)
	some, err := k.query("SELECT DISTINCT token FROM words.main.term WHERE rowid % " + literalID(every) + " = 0 ORDER BY token")
	if err != nil {
		return wrap("look at the words", err)
	}
	defer some.Close()
	bounds := []string{""}
	for n, each := int64(0), max(sortRows/every, 1); some.Next(); n++ {
		var token string
		if err := some.Scan(&token); err != nil {
			return wrap("look at the words", err)
		}
		if n%each == each-1 {
			bounds = append(bounds, token)
		}
	}
	if err := some.Err(); err != nil {
		return wrap("look at the words", err)
	}
	live := " FROM words.main.%[1]s AS t JOIN words.main.shape AS s USING (object) WHERE t.run <= " + literalID(upto) + " AND t.run >= s.since AND "
	var todo []string
	parts := rows/sortRows + 1
	for i := range parts {
		todo = append(todo, fmt.Sprintf("INSERT INTO words.main.next_value SELECT key, object, field, word, value, max(t.run)"+live+
			"key BETWEEN %[2]d AND %[3]d GROUP BY key, object, field, word, value QUALIFY NOT word OR row_number() OVER (PARTITION BY key, object, field, word ORDER BY length(value)) <= %[4]d ORDER BY key, length(value)",
			"value", i<<32/parts, (i+1)<<32/parts-1, wordValues))
	}
	for i, from := range bounds {
		to := "true"
		if i+1 < len(bounds) {
			to = "token < " + text(bounds[i+1])
		}
		todo = append(todo, fmt.Sprintf("INSERT INTO words.main.next_term SELECT token, object, field, record, t.run"+live+"token >= %[2]s AND %[3]s ORDER BY token", "term", text(from), to))
	}
	k.then = append(k.then, func() { w.sorting = &sorting{upto: upto, todo: todo} })
	return nil
}

// sort copies a range.
func (k *keeping) sort() error {
	so := k.s.words.sorting
	if _, err := k.exec(so.todo[0]); err != nil {
		return wrap("sort the words", err)
	}
	k.then = append(k.then, func() { so.todo = slices.Delete(so.todo, 0, 1) })
	return nil
}

// copyRest copies what was added meanwhile.
func (k *keeping) copyRest() error {
	for _, t := range []string{"value", "term"} {
		if _, err := k.exec("INSERT INTO words.main.next_"+t+" FROM words.main."+t+" WHERE run > ?", k.s.words.sorting.upto); err != nil {
			return wrap("copy the words", err)
		}
	}
	return nil
}

// swap puts the copies in their place.
func (k *keeping) swap() error {
	w := k.s.words
	for _, t := range []string{"value", "term"} {
		for _, q := range []string{"DROP TABLE words.main." + t, "ALTER TABLE words.main.next_" + t + " RENAME TO " + t} {
			if _, err := k.exec(q); err != nil {
				return wrap("take the sorted words", err)
			}
		}
	}
	if _, err := k.exec("UPDATE words.main.indexed SET sorted = ?", w.sorting.upto); err != nil {
		return wrap("take the sorted words", err)
	}
	k.then = append(k.then, func() { w.sorting = nil })
	return nil
}

// sift adds keys to the new filter, and takes it when all are in it.
func (k *keeping) sift() error {
	w := k.s.words
	si := w.sifting
	var end int64
	if err := k.one("SELECT coalesce(max(rowid), -1) + 1 FROM words.main.value", nil, &end); err != nil {
		return wrap("count the keys of values", err)
	}
	to := min(si.next+keysMost, end)
	if err := k.keys("SELECT key FROM words.main.value WHERE rowid >= "+literalID(si.next)+" AND rowid < "+literalID(to), si.filter.add); err != nil {
		return err
	}
	if si.next = to; to < end {
		return nil
	}
	_, err := k.exec("UPDATE words.main.indexed SET filter = ?, sifted = run", []byte(si.filter))
	k.then = append(k.then, func() {
		w.setFilter(si.filter, end)
		w.sifting = nil
	})
	return wrap("keep the filter of values", err)
}
