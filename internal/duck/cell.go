package duck

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
)

// cellType is the field type that the values of a DuckDB type are shown as, and the digits after the point of a decimal.
func cellType(duckType string) (crm.Type, int) {
	switch duckType {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "FLOAT", "DOUBLE":
		return crm.Number, 0
	case "DATE":
		return crm.Date, 0
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE":
		return crm.DateTime, 0
	case "BOOLEAN":
		return crm.Bool, 0
	case "VARCHAR[]":
		return crm.Choices, 0
	}
	if inside, ok := strings.CutPrefix(duckType, "DECIMAL("); ok {
		_, scale, _ := strings.Cut(strings.TrimSuffix(inside, ")"), ",")
		n, err := strconv.Atoi(strings.TrimSpace(scale))
		if err == nil {
			return crm.Number, n
		}
	}
	return crm.Text, 0
}

// cell turns what the driver gives into the canonical value of a type that cellType gave.
func cell(v any, duckType string) any {
	switch v := v.(type) {
	case nil:
		return nil
	case duckdb.Decimal:
		return decimal.NewFromBigInt(v.Value, -int32(v.Scale))
	case *big.Int:
		return decimal.NewFromBigInt(v, 0)
	case float64:
		return float(v)
	case float32:
		return float(float64(v))
	case time.Time:
		if strings.HasPrefix(duckType, "TIME") && !strings.HasPrefix(duckType, "TIMESTAMP") {
			return v.Format("15:04:05.999999")
		}
		return v.UTC()
	case string, bool:
		return v
	case []byte:
		if duckType == "UUID" && len(v) == 16 {
			return fmt.Sprintf("%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:])
		}
		return fmt.Sprintf("\\x%X", v)
	case []any:
		if duckType == "VARCHAR[]" {
			out := make([]string, 0, len(v))
			for _, item := range v {
				if s, ok := item.(string); ok {
					out = append(out, s)
				}
			}
			return out
		}
	case duckdb.Interval:
		return interval(v)
	}
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return decimal.NewFromInt(r.Int())
	case r.CanUint():
		return decimal.NewFromUint64(r.Uint())
	}
	out, err := json.Marshal(plainValue(v))
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(out)
}

// float keeps up to nine digits after the point. What no decimal can hold is its name: NaN, Infinity or -Infinity.
func float(v float64) any {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	}
	return decimal.NewFromFloat(v).Round(9)
}

// plainValue makes nested values of the driver's ones that JSON can hold.
func plainValue(v any) any {
	switch v := v.(type) {
	case nil, string, bool:
		return v
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plainValue(item)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			out[key] = plainValue(item)
		}
		return out
	case duckdb.Map:
		out := map[string]any{}
		for key, item := range v {
			out[fmt.Sprint(plainValue(key))] = plainValue(item)
		}
		return out
	case duckdb.OrderedMap:
		out := map[string]any{}
		keys, values := v.Keys(), v.Values()
		for i, key := range keys {
			out[fmt.Sprint(plainValue(key))] = plainValue(values[i])
		}
		return out
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	}
	switch c := cell(v, "").(type) {
	case decimal.Decimal:
		return json.Number(c.String())
	case string:
		return c
	}
	return nil
}

func interval(v duckdb.Interval) string {
	var parts []string
	add := func(n int64, unit string) {
		if n != 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+unit)
		}
	}
	add(int64(v.Months), "months")
	add(int64(v.Days), "days")
	if v.Micros != 0 || len(parts) == 0 {
		parts = append(parts, (time.Duration(v.Micros) * time.Microsecond).String())
	}
	return strings.Join(parts, " ")
}

// scales sets the digits of columns whose values are floats: as many as their values need.
func scales(columns []crm.Column, rows [][]any) {
	for i := range columns {
		if columns[i].Type != crm.Number || columns[i].Scale != 0 {
			continue
		}
		for _, row := range rows {
			if d, ok := row[i].(decimal.Decimal); ok {
				columns[i].Scale = max(columns[i].Scale, digits(d))
			}
		}
	}
}

func digits(d decimal.Decimal) int {
	_, fraction, ok := strings.Cut(d.String(), ".")
	if !ok {
		return 0
	}
	return len(fraction)
}
