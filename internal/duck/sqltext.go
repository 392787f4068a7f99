package duck

import (
	"strconv"
	"strings"
)

// name quotes an identifier for SQL.
func name(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// text quotes a string literal for SQL.
func text(s string) string { return `'` + strings.ReplaceAll(s, `'`, `''`) + `'` }

// table is the qualified table of an object's records.
func table(object string) string { return "crm." + name(object) }

// trashed is the qualified table of an object's deleted records.
func trashed(object string) string { return "trash." + name(object) }

func decimalType(scale int) string { return "DECIMAL(18," + strconv.Itoa(scale) + ")" }

// join puts a comma between the texts that fn makes of the items.
func join[T any](items []T, fn func(T) string) string {
	out := make([]string, len(items))
	for i, it := range items {
		out[i] = fn(it)
	}
	return strings.Join(out, ", ")
}

func literalID(id int64) string { return strconv.FormatInt(id, 10) }
