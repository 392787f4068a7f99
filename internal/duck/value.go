package duck

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
)

// Inside this package a value is as crm.Values says, but a link is the id it points to and several links are []int64;
// names are looked up where values leave. These are raw values.

const stampLayout = "2006-01-02 15:04:05.999999"

// argument gives a raw value as the text that castOf reads; nil stays nil.
func argument(f crm.Field, v any) any {
	switch v := v.(type) {
	case decimal.Decimal:
		return v.StringFixed(int32(f.Scale))
	case time.Time:
		if f.Type == crm.Date {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(stampLayout)
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case []string, []int64:
		return mustJSON(v)
	}
	return v
}

// castOf reads the text of argument, in SQL, into a field's column type.
func castOf(f crm.Field, sql string) string {
	switch f.ValueType() {
	case crm.Choices, crm.Links:
		return "CAST(CAST(" + sql + " AS JSON) AS " + sqlType(f) + ")"
	}
	if sqlType(f) == "VARCHAR" {
		return sql
	}
	return "CAST(" + sql + " AS " + sqlType(f) + ")"
}

// raw makes a raw value of what the driver gave.
func raw(v any) any {
	switch v := v.(type) {
	case duckdb.Decimal:
		return decimal.NewFromBigInt(v.Value, -int32(v.Scale))
	case time.Time:
		return v.UTC()
	case []any:
		if len(v) == 0 {
			return nil
		}
		if _, ok := v[0].(int64); ok {
			ids := make([]int64, 0, len(v))
			for _, x := range v {
				if id, ok := x.(int64); ok {
					ids = append(ids, id)
				}
			}
			return ids
		}
		texts := make([]string, 0, len(v))
		for _, x := range v {
			if t, ok := x.(string); ok {
				texts = append(texts, t)
			}
		}
		return texts
	}
	return v
}

// same tells whether two raw values are equal.
func same(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case decimal.Decimal:
		d, ok := b.(decimal.Decimal)
		return ok && a.Equal(d)
	case time.Time:
		t, ok := b.(time.Time)
		return ok && a.Equal(t)
	case []string:
		l, ok := b.([]string)
		return ok && slices.Equal(a, l)
	case []int64:
		l, ok := b.([]int64)
		return ok && slices.Equal(a, l)
	}
	return a == b
}

// kept gives a raw value as history keeps it. Decimals are text there, since JSON numbers lose digits in DuckDB.
func kept(f crm.Field, v any) any {
	switch v := v.(type) {
	case decimal.Decimal:
		return v.StringFixed(int32(f.Scale))
	case time.Time:
		if f.Type == crm.Date {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	}
	return v
}

// keptSQL is kept for a whole column: a value as JSON.
func keptSQL(f crm.Field, sql string) string {
	switch f.Type {
	case crm.Number, crm.Money, crm.Date:
		return "to_json(CAST(" + sql + " AS VARCHAR))"
	case crm.DateTime:
		return "to_json(strftime(" + sql + ", '%Y-%m-%dT%H:%M:%S.%fZ'))"
	}
	return "to_json(" + sql + ")"
}

// fromKept reads a member of history's JSON, in SQL, into a field's column type; NULL for null and for no member.
func fromKept(f crm.Field, json, member string) string {
	path := text(`$."` + strings.ReplaceAll(member, `"`, ``) + `"`)
	switch f.Type {
	case crm.Choices, crm.Links:
		return "TRY_CAST(json_extract(" + json + ", " + path + ") AS " + sqlType(f) + ")"
	}
	return "TRY_CAST(json_extract_string(" + json + ", " + path + ") AS " + sqlType(f) + ")"
}

// display makes history's JSON what readers are promised: decimals are numbers, links are what names gives for them.
func display(f crm.Field, v any, names func(object string, id int64) crm.Ref) any {
	switch v := v.(type) {
	case string:
		if _, ok := crm.ParseDecimal(v); ok && f.Type.Numeric() {
			return json.Number(v)
		}
	case json.Number:
		if id, err := v.Int64(); err == nil && f.Type == crm.Link {
			return names(f.Target, id)
		}
	case []any:
		if f.Type != crm.Links {
			return v
		}
		refs := make([]crm.Ref, 0, len(v))
		for _, x := range v {
			if n, ok := x.(json.Number); ok {
				if id, err := n.Int64(); err == nil {
					refs = append(refs, names(f.Target, id))
				}
			}
		}
		return refs
	}
	return v
}
