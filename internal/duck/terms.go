package duck

import (
	"crypto/md5"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"openclaw/internal/crm"
)

// looseLimit is how many records may be looked at again before all is sorted anew.
const looseLimit = 20_000

// fewEdits is how many edits are always taken in one by one.
const fewEdits = 1000

// valueLength is the length, in characters, up to which a text is a value that a question may name.
const valueLength = 80

// wordsKept is how many words a value may have whose words are looked up one by one.
const wordsKept = 6

// inValues tells whether a field's values are names that a question may use.
func inValues(f crm.Field) bool {
	switch f.ValueType() {
	case crm.Text, crm.Choice, crm.Choices, crm.Person, crm.Email:
		return true
	}
	return false
}

// inTerms tells whether the words of a field's values can be searched for.
func inTerms(f crm.Field) bool {
	switch f.ValueType() {
	case crm.Text, crm.LongText, crm.Person, crm.Email, crm.Phone, crm.URL:
		return true
	}
	return false
}

// split takes a text apart into its words, folded, in SQL: what tokens does in Go, but that ligatures stay.
func split(sql string) string {
	return `list_filter(regexp_split_to_array(lower(strip_accents(` + sql + `)), '[^\p{L}\p{N}]+'), lambda x: x <> '')`
}

// keySQL and keyOf hash a text alike, in SQL and in Go.
func keySQL(sql string) string { return "CAST(md5_number_lower(" + sql + ") & 4294967295 AS UINTEGER)" }

func keyOf(text string) uint32 {
	sum := md5.Sum([]byte(text))
	return binary.LittleEndian.Uint32(sum[8:12])
}

// affix is how many letters the keys for misspelt words are made of.
const affix = 4

// fuzzyKeys tells whether a squashed text is looked up with misspellings: codes and numbers are not, since a code with
// another digit is another code.
func fuzzyKeys(squash string) bool {
	letters, digits := 0, 0
	for _, r := range squash {
		if unicode.IsDigit(r) {
			digits++
		} else {
			letters++
		}
	}
	return letters >= affix && digits*2 < letters
}

// tokens are the words of a text, folded.
func tokens(text string) []string {
	return strings.FieldsFunc(crm.Fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
}

// followHistory takes in what history says was written since the last time: an object of which much has changed is
// done anew, else only its records that were written. It gives the keys that were added, or a new filter.
func (tx *Tx) followHistory() (added []uint32, filter bloom, err error) {
	var upto, last int64
	if err := tx.one("SELECT upto, (SELECT coalesce(max(id), 0) FROM meta.history) FROM meta.indexed", nil, &upto, &last); err != nil {
		return nil, nil, wrap("read how far the words follow history", err)
	}
	rows, err := tx.query("SELECT object, count(*) FILTER (WHERE kind <> 'schema'), bool_or(kind = 'schema') FROM meta.history WHERE id > ? GROUP BY object", upto)
	if err != nil {
		return nil, nil, wrap("read what was written", err)
	}
	defer rows.Close()
	written, schema := map[string]int64{}, false // edits, by object
	for rows.Next() {
		var object string
		var edits int64
		var altered bool
		if err := rows.Scan(&object, &edits, &altered); err != nil {
			return nil, nil, wrap("read what was written", err)
		}
		written[object], schema = edits, schema || altered
	}
	if err := rows.Err(); err != nil {
		return nil, nil, wrap("read what was written", err)
	}
	rows.Close()
	if schema {
		if err := tx.forgetObjects(); err != nil {
			return nil, nil, err
		}
	}
	anew, loose := false, int64(0)
	for _, o := range tx.schema.Objects {
		edits, reshaped := written[o.Name], tx.s.words.shapes[o.Name] != shapeOfWords(o)
		if edits == 0 && !reshaped {
			continue
		}
		var records int64
		if err := tx.one("SELECT count(*) FROM "+table(o.Name), nil, &records); err != nil {
			return nil, nil, wrap("count the records of "+o.Name, err)
		}
		if reshaped || edits > looseLimit || (edits > fewEdits && edits*4 > records) {
			anew = true
			if err := tx.indexObject(o); err != nil {
				return nil, nil, err
			}
			continue
		}
		loose += edits
		gone, err := tx.gone(o, upto)
		if err != nil {
			return nil, nil, err
		}
		tx.s.words.doubt(gone)
		keys, err := tx.indexRecords(o, upto)
		if err != nil {
			return nil, nil, err
		}
		added = append(added, keys...)
	}
	if anew {
		if filter, err = tx.newFilter(); err != nil {
			return nil, nil, err
		}
	}
	_, err = tx.exec("UPDATE meta.indexed SET upto = ?, loose = loose + ?", last, loose)
	return added, filter, wrap("note how far the words follow history", err)
}

// forgetObjects takes out what belongs to no object in use.
func (tx *Tx) forgetObjects() error {
	in := "('')"
	if len(tx.schema.Objects) > 0 {
		in = "(" + join(tx.schema.Objects, func(o crm.Object) string { return text(o.Name) }) + ")"
	}
	for _, t := range []string{"meta.value", "meta.term"} {
		if _, err := tx.exec("DELETE FROM " + t + " WHERE object NOT IN " + in); err != nil {
			return wrap("forget the words of objects", err)
		}
	}
	for object := range tx.s.words.shapes {
		if _, ok := tx.schema.Object(object); !ok {
			delete(tx.s.words.shapes, object)
		}
	}
	return nil
}

// shapeOfWords names the fields whose values and words are kept, in a form that changes when these do.
func shapeOfWords(o crm.Object) string {
	var b strings.Builder
	for _, f := range o.Fields {
		if inValues(f) || inTerms(f) {
			b.WriteString(f.Name + " " + string(f.Type) + " " + string(f.ValueType()) + " " + f.Expr + "\n")
		}
	}
	return b.String()
}

// indexObject makes the values and terms of an object anew, sorted.
func (tx *Tx) indexObject(o crm.Object) error {
	for _, t := range []string{"meta.value", "meta.term"} {
		if _, err := tx.exec("DELETE FROM "+t+" WHERE object = ?", o.Name); err != nil {
			return wrap("forget the words of "+o.Name, err)
		}
	}
	if err := tx.index(o); err != nil {
		return err
	}
	tx.s.words.shapes[o.Name] = shapeOfWords(o)
	return nil
}

// gone lists the values that the records written after a history id held before, or hold in the trash.
func (tx *Tx) gone(o crm.Object, upto int64) ([]spot, error) {
	var out []spot
	note := func(f crm.Field, v any) {
		for _, value := range listed(v) {
			out = append(out, spot{o.Name, f.Name, value})
		}
	}
	fields := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool { return !inValues(f) })
	written := "FROM meta.history WHERE id > " + literalID(upto) + " AND object = " + text(o.Name)
	for _, f := range fields {
		if f.Type == crm.Computed {
			tx.s.words.doubtAll()
			return nil, nil
		}
	}
	rows, err := tx.query("SELECT CAST(before AS VARCHAR) " + written + " AND before IS NOT NULL")
	if err != nil {
		return nil, wrap("read what was there before", err)
	}
	defer rows.Close()
	for rows.Next() {
		var before string
		if err := rows.Scan(&before); err != nil {
			return nil, wrap("read what was there before", err)
		}
		var values map[string]any
		if err := json.Unmarshal([]byte(before), &values); err != nil {
			return nil, wrap("read what was there before", err)
		}
		for _, f := range fields {
			note(f, values[f.Name])
		}
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("read what was there before", err)
	}
	rows.Close()
	for _, f := range fields {
		if rows, err = tx.query("SELECT " + name(f.Column()) + " FROM " + trashed(o.Name) + " WHERE id IN (SELECT record " + written + ") AND " + name(f.Column()) + " IS NOT NULL"); err != nil {
			return nil, wrap("look into the trash", err)
		}
		for rows.Next() {
			var v any
			if err := rows.Scan(&v); err != nil {
				rows.Close()
				return nil, wrap("look into the trash", err)
			}
			note(f, v)
		}
		if err := rows.Close(); err != nil {
			return nil, wrap("look into the trash", err)
		}
	}
	return out, nil
}

// indexRecords adds the values and terms of the records that were written after a history id, and gives the keys that it
// added. What they held before stays until all is sorted anew.
func (tx *Tx) indexRecords(o crm.Object, upto int64) ([]uint32, error) {
	fields := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool { return !inValues(f) && !inTerms(f) })
	columns := []string{"id"}
	for _, f := range fields {
		columns = append(columns, name(f.Column()))
	}
	rows, err := tx.query("SELECT "+strings.Join(columns, ", ")+" FROM "+withComputed(table(o.Name), o)+" AS r WHERE id IN (SELECT record FROM meta.history WHERE id > ? AND object = ?)", upto, o.Name)
	if err != nil {
		return nil, wrap("read what was written", err)
	}
	defer rows.Close()
	var keys []uint32
	var values, terms []string
	cells := make([]any, len(columns))
	for rows.Next() {
		if err := scanInto(rows, cells); err != nil {
			return nil, err
		}
		id, _ := cells[0].(int64)
		for i, f := range fields {
			at := ", " + text(o.Name) + ", " + text(f.Name) + ", "
			for _, value := range listed(cells[i+1]) {
				if inValues(f) {
					for _, k := range keysOf(value) {
						keys = append(keys, k.key)
						values = append(values, "("+literalID(int64(k.key))+at+strconv.FormatBool(k.word)+", "+text(value)+", true)")
					}
				}
				if inTerms(f) {
					for _, token := range tokens(value) {
						terms = append(terms, "("+text(token)+at+literalID(id)+", true)")
					}
				}
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("read what was written", err)
	}
	rows.Close()
	for into, all := range map[string][]string{"meta.value": values, "meta.term": terms} {
		for part := range slices.Chunk(all, 500) {
			if _, err := tx.exec("INSERT INTO " + into + " VALUES " + strings.Join(part, ", ")); err != nil {
				return nil, wrap("write the words of "+o.Name, err)
			}
		}
	}
	return keys, nil
}

// listed are the texts of a cell: one, or those of a list.
func listed(cell any) []string {
	switch v := cell.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, one := range v {
			if one, ok := one.(string); ok {
				out = append(out, one)
			}
		}
		return out
	}
	return nil
}

// valueKey is a key under which a value stands; word, when it is that of one of its words.
type valueKey struct {
	key  uint32
	word bool
}

// keysOf are the keys of one value: in Go what valueRows does for a whole column.
func keysOf(value string) []valueKey {
	if utf8.RuneCountInString(value) > valueLength {
		return nil
	}
	var out []valueKey
	add := func(squash string, word bool) {
		runes := []rune(squash)
		if len(runes) == 0 || word && len(runes) < 2 {
			return
		}
		out = append(out, valueKey{keyOf("=" + squash), word})
		if fuzzyKeys(squash) {
			out = append(out, valueKey{keyOf("<" + string(runes[:affix])), word}, valueKey{keyOf(">" + string(runes[len(runes)-affix:])), word})
		}
	}
	parts := tokens(value)
	add(strings.Join(parts, ""), false)
	if len(parts) >= 2 && len(parts) <= wordsKept {
		for _, part := range parts {
			add(part, true)
		}
	}
	return out
}

// index writes the values and terms of all records of an object, sorted.
func (tx *Tx) index(o crm.Object) error {
	relation := withComputed(table(o.Name), o)
	var values, terms []string
	for _, f := range o.Fields {
		col := "r." + name(f.Column())
		if inValues(f) {
			value := col
			if f.ValueType() == crm.Choices {
				value = "unnest(" + col + ")"
			}
			values = append(values, "SELECT DISTINCT "+text(f.Name)+" AS field, "+value+" AS value FROM "+relation+" AS r WHERE "+col+" IS NOT NULL")
		}
		if inTerms(f) {
			terms = append(terms, "SELECT "+text(f.Name)+" AS field, id, unnest(list_distinct("+split("left("+col+", 2000)")+")) AS token FROM "+relation+" AS r WHERE "+col+" IS NOT NULL")
		}
	}
	if len(values) > 0 {
		if _, err := tx.exec("INSERT INTO meta.value SELECT key, " + text(o.Name) + ", field, word, value, false FROM (" + valueRows(strings.Join(values, " UNION ALL ")) + ") ORDER BY key, length(value)"); err != nil {
			return wrap("write the values of "+o.Name, err)
		}
	}
	if len(terms) > 0 {
		if _, err := tx.exec("INSERT INTO meta.term SELECT token, " + text(o.Name) + ", field, id, false FROM (" + strings.Join(terms, " UNION ALL ") + ") WHERE length(token) <= 40 ORDER BY token"); err != nil {
			return wrap("write the words of "+o.Name, err)
		}
	}
	return nil
}

// valueRows makes the keys of values: of each whole, and of each word where there are a few. Words repeat, so keys are
// made once for each that is different.
func valueRows(values string) string {
	letters := "length(translate(sq, '0123456789', ''))"
	fuzzy := letters + " >= " + literalID(affix) + " AND (length(sq) - " + letters + ") * 2 < " + letters
	edge := func(mark, part string) string {
		return "CASE WHEN " + fuzzy + " THEN " + keySQL(text(mark)+" || "+part+"(sq, "+literalID(affix)+")") + " END"
	}
	keys := "unnest([" + keySQL("'=' || sq") + ", " + edge("<", "left") + ", " + edge(">", "right") + "]) AS key"
	return `WITH v AS MATERIALIZED (SELECT field, value, ` + split("value") + ` AS words FROM (` + values + `) WHERE length(value) <= ` + literalID(valueLength) + `),
		parts AS MATERIALIZED (SELECT field, value, unnest(list_distinct(words)) AS sq FROM v WHERE len(words) BETWEEN 2 AND ` + literalID(wordsKept) + `),
		keyed AS (SELECT sq, ` + keys + ` FROM (SELECT DISTINCT sq FROM parts WHERE length(sq) >= 2))
		SELECT key, field, word, value FROM (
			SELECT ` + keys + `, field, false AS word, value FROM (SELECT field, value, array_to_string(words, '') AS sq FROM v WHERE len(words) > 0)
			UNION ALL SELECT key, field, true, value FROM parts JOIN keyed USING (sq)) WHERE key IS NOT NULL`
}
