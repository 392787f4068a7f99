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
	return `CASE WHEN ` + oneWord(sql) + ` THEN [lower(` + sql + `)]
		ELSE list_filter(regexp_split_to_array(lower(strip_accents(` + sql + `)), '[^\p{L}\p{N}]+'), lambda x: x <> '') END`
}

// oneWord tells, in SQL, of most texts that are one word that they are; it is much cheaper than to take them apart.
func oneWord(sql string) string { return "regexp_full_match(" + sql + ", '[A-Za-z0-9]+')" }

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

// gone lists the values that records held before they were written after a history id, or hold in the trash.
func (k *keeping) gone(o crm.Object, written string) ([]spot, error) {
	var out []spot
	note := func(f crm.Field, v any) {
		for _, value := range listed(v) {
			out = append(out, spot{o.Name, f.Name, value})
		}
	}
	fields := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool { return !inValues(f) })
	for _, f := range fields {
		if f.Type == crm.Computed {
			k.s.words.doubtAll(o.Name, k.run)
			return nil, nil
		}
	}
	rows, err := k.query("SELECT CAST(before AS VARCHAR) " + written + " AND before IS NOT NULL")
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
		if rows, err = k.query("SELECT " + name(f.Column()) + " FROM " + trashed(o.Name) + " WHERE id IN (SELECT record " + written + ") AND " + name(f.Column()) + " IS NOT NULL"); err != nil {
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

// indexRecords adds the values and terms of the records that were written, and gives the keys that it added. What they
// held before stays until the object is done anew.
func (k *keeping) indexRecords(o crm.Object, written string) ([]uint32, error) {
	fields := slices.DeleteFunc(slices.Clone(o.Fields), func(f crm.Field) bool { return !inValues(f) && !inTerms(f) })
	columns := []string{"id"}
	for _, f := range fields {
		columns = append(columns, name(f.Column()))
	}
	rows, err := k.query("SELECT " + strings.Join(columns, ", ") + " FROM " + withComputed(table(o.Name), o) + " AS r WHERE id IN (SELECT record " + written + ")")
	if err != nil {
		return nil, wrap("read what was written", err)
	}
	defer rows.Close()
	var keys []uint32
	var values, terms []string
	run := literalID(k.run)
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
						values = append(values, "("+literalID(int64(k.key))+at+strconv.FormatBool(k.word)+", "+text(value)+", "+run+")")
					}
				}
				if inTerms(f) {
					for _, token := range tokens(value) {
						terms = append(terms, "("+text(token)+at+literalID(id)+", "+run+")")
					}
				}
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("read what was written", err)
	}
	rows.Close()
	for into, all := range map[string][]string{"words.main.value": values, "words.main.term": terms} {
		for part := range slices.Chunk(all, 500) {
			if _, err := k.exec("INSERT INTO " + into + " VALUES " + strings.Join(part, ", ")); err != nil {
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

// edges are what the keys for misspellings are made of: the first and the last letters of a text, and a length.
func edges(squash []rune, length int) (first, last string) {
	n := strconv.Itoa(length)
	return "<" + string(squash[:affix]) + n, ">" + string(squash[len(squash)-affix:]) + n
}

// keysOf are the keys of one value, and of its words where there are a few: of all letters and digits, and the edges. It
// is in Go what valueRows does for a whole column, but that valueRows leaves out values of words that many have.
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
			first, last := edges(runes, len(runes))
			out = append(out, valueKey{keyOf(first), word}, valueKey{keyOf(last), word})
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

// indexSlice writes the values and terms of the records of a range, sorted, and tells how many rows that were.
func (k *keeping) indexSlice(o crm.Object, first, last int64) (int64, error) {
	only := " AND r.id BETWEEN " + literalID(first) + " AND " + literalID(last)
	relation := withComputed(table(o.Name), o)
	var values, terms []string
	for _, f := range o.Fields {
		col := "r." + name(f.Column())
		from := " FROM " + relation + " AS r WHERE " + col + " IS NOT NULL" + only
		if inValues(f) {
			value := col
			if f.ValueType() == crm.Choices {
				value = "unnest(" + col + ")"
			}
			distinct := "DISTINCT "
			if f.Key { // which is so already, for the most part
				distinct = ""
			}
			values = append(values, "SELECT "+distinct+text(f.Name)+" AS field, "+value+" AS value"+from)
		}
		if inTerms(f) {
			terms = append(terms, "SELECT "+text(f.Name)+" AS field, id, unnest(list_distinct("+split("left("+col+", 2000)")+")) AS token"+from)
		}
	}
	var rows int64
	run := literalID(k.run)
	if len(values) > 0 {
		n, err := k.exec("INSERT INTO words.main.value SELECT key, " + text(o.Name) + ", field, word, value, " + run + " FROM (" + valueRows(strings.Join(values, " UNION ALL ")) + ") ORDER BY key, length(value)")
		if err != nil {
			return 0, wrap("write the values of "+o.Name, err)
		}
		rows += n
	}
	if len(terms) > 0 {
		n, err := k.exec("INSERT INTO words.main.term SELECT token, " + text(o.Name) + ", field, id, " + run + " FROM (" + strings.Join(terms, " UNION ALL ") + ") WHERE length(token) <= 40 ORDER BY token")
		if err != nil {
			return 0, wrap("write the words of "+o.Name, err)
		}
		rows += n
	}
	return rows, nil
}

// For a word that many values have, the shortest stand for all: so many under the word itself, and under its edges.
const (
	wordValues = 40
	edgeValues = 10
)

// valueRows makes the keys of values: of each whole, and of each word where there are a few. Words repeat, so keys are
// made once for each that is different.
func valueRows(values string) string {
	letters := "length(translate(sq, '0123456789', ''))"
	fuzzy := letters + " >= " + literalID(affix) + " AND (length(sq) - " + letters + ") * 2 < " + letters
	exact := keySQL("'=' || sq")
	edges := join([]string{"'<' || left", "'>' || right"}, func(part string) string {
		return keySQL(part + "(sq, " + literalID(affix) + ") || length(sq)")
	})
	short := "length(value) <= " + literalID(valueLength)
	return `WITH whole AS (SELECT field, value, array_to_string(` + split("value") + `, '') AS sq FROM (` + values + `) WHERE ` + short + `),
		part AS MATERIALIZED (SELECT field, sq, arg_min(value, length(value), ` + literalID(wordValues) + `) AS shortest FROM (
			SELECT field, value, unnest(list_distinct(words)) AS sq FROM (SELECT field, value, ` + split("value") + ` AS words FROM (` + values + `) WHERE ` + short + ` AND NOT ` + oneWord("value") + `)
			WHERE len(words) BETWEEN 2 AND ` + literalID(wordsKept) + `) WHERE length(sq) >= 2 GROUP BY field, sq)
		SELECT unnest(CASE WHEN ` + fuzzy + ` THEN [` + exact + `, ` + edges + `] ELSE [` + exact + `] END) AS key, field, false AS word, value FROM whole WHERE sq <> ''
		UNION ALL SELECT ` + exact + `, field, true, unnest(shortest) FROM part
		UNION ALL SELECT key, field, true, unnest(shortest) FROM (SELECT unnest([` + edges + `]) AS key, field, shortest[:` + literalID(edgeValues) + `] AS shortest FROM part WHERE ` + fuzzy + `)`
}
