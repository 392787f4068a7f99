package query

import (
	"fmt"
	"strconv"
	"strings"
)

// Written puts the arguments into the text, so that it runs as it stands. Dollar signs inside quotes are left alone.
func Written(sql string, args []any) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		switch c := sql[i]; c {
		case '\'', '"':
			end := strings.IndexByte(sql[i+1:], c)
			if end < 0 {
				return b.String() + sql[i:]
			}
			b.WriteString(sql[i : i+end+2])
			i += end + 2
		case '$':
			end := i + 1
			for end < len(sql) && sql[end] >= '0' && sql[end] <= '9' {
				end++
			}
			n, err := strconv.Atoi(sql[i+1 : end])
			if err != nil || n < 1 || n > len(args) {
				b.WriteString(sql[i:end])
			} else {
				b.WriteString(literal(args[n-1]))
			}
			i = end
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String()
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
