package query

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// argued is where an argument stands, with the cast or lower() around it; and what is in quotes, which is left alone.
var argued = regexp.MustCompile(`'[^']*'|"[^"]*"|CAST\(\$(\d+) AS ([A-Z]+)(\(\d+,\d+\))?\)|lower\(\$(\d+)\)|\$(\d+)`)

var plainNumber = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

// Written puts the arguments into the text, so that it runs as it stands, the way a person would write them: a day as
// DATE '2017-10-01', an amount as 5000, text that is compared in lower case in lower case.
func Written(sql string, args []any) string {
	return argued.ReplaceAllStringFunc(sql, func(found string) string {
		part := argued.FindStringSubmatch(found)
		cast, size := part[2], part[3]
		n, err := strconv.Atoi(part[1] + part[4] + part[5])
		if err != nil || n < 1 || n > len(args) {
			return found
		}
		v := args[n-1]
		switch {
		case cast != "":
			return typed(v, cast, size)
		case part[4] != "":
			return lowered(v)
		}
		return literal(v)
	})
}

func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		return strings.ToUpper(strconv.FormatBool(v))
	case int, int64, float64:
		return fmt.Sprint(v)
	}
	return Literal(fmt.Sprint(v))
}

// typed is a literal of a type.
func typed(v any, cast, size string) string {
	text := fmt.Sprint(v)
	switch cast {
	case "DATE", "TIMESTAMP":
		return cast + " " + Literal(text)
	case "BOOLEAN":
		if _, ok := v.(bool); ok {
			return literal(v)
		}
	case "BIGINT", "DECIMAL", "DOUBLE":
		if whole, fraction, _ := strings.Cut(text, "."); plainNumber.MatchString(text) {
			return strings.TrimRight(whole+"."+strings.TrimRight(fraction, "0"), ".")
		}
	}
	return "CAST(" + literal(v) + " AS " + cast + size + ")"
}

// lowered is text in lower case; beyond ASCII, DuckDB's idea of that is the one that counts.
func lowered(v any) string {
	text := fmt.Sprint(v)
	for _, r := range text {
		if r > unicode.MaxASCII {
			return "lower(" + literal(v) + ")"
		}
	}
	return Literal(strings.ToLower(text))
}
