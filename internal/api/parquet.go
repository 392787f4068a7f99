package api

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
)

// rowGroup is how many rows are held before they are written: memory stays flat whatever the size of the table.
const rowGroup = 50_000

// parquetTable keeps types: decimals with their scale, days, instants, lists. Every plain column may be empty.
type parquetTable struct {
	w      io.Writer
	name   string
	fields []crm.Field
	file   *parquet.Writer
	cells  parquet.Row
}

// inOrder is a group whose columns stand in the order of the fields; the library would sort them by name.
type inOrder struct {
	parquet.Group
	names []string
}

// Fields lists the columns.
func (g inOrder) Fields() []parquet.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(g.names, a.Name()) - slices.Index(g.names, b.Name())
	})
	return fields
}

func (t *parquetTable) head(fields []crm.Field) error {
	t.fields = fields
	group := inOrder{Group: parquet.Group{}}
	for _, f := range fields {
		group.names = append(group.names, f.Name)
		group.Group[f.Name] = parquetNode(f)
	}
	t.file = parquet.NewWriter(t.w, parquet.NewSchema(t.name, group), parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowGroup))
	return nil
}

func parquetNode(f crm.Field) parquet.Node {
	switch f.ValueType() {
	case crm.Number, crm.Money:
		return parquet.Optional(parquet.Decimal(f.Scale, 18, parquet.Int64Type))
	case crm.Date:
		return parquet.Optional(parquet.Date())
	case crm.DateTime:
		return parquet.Optional(parquet.Timestamp(parquet.Microsecond))
	case crm.Bool:
		return parquet.Optional(parquet.Leaf(parquet.BooleanType))
	case crm.Choices, crm.Links:
		return parquet.List(parquet.String())
	}
	return parquet.Optional(parquet.String())
}

func (t *parquetTable) row(values []any) error {
	t.cells = t.cells[:0]
	for i, v := range values {
		if texts, many := manyTexts(t.fields[i], v); many {
			if len(texts) == 0 {
				t.cells = append(t.cells, parquet.NullValue().Level(0, 0, i))
			}
			for n, text := range texts {
				t.cells = append(t.cells, parquet.ByteArrayValue([]byte(text)).Level(min(n, 1), 1, i))
			}
			continue
		}
		if v == nil {
			t.cells = append(t.cells, parquet.NullValue().Level(0, 0, i))
			continue
		}
		cell, err := parquetValue(t.fields[i], v)
		if err != nil {
			return err
		}
		t.cells = append(t.cells, cell.Level(0, 1, i))
	}
	if _, err := t.file.WriteRows([]parquet.Row{t.cells}); err != nil {
		return fmt.Errorf("write parquet row: %w", err)
	}
	return nil
}

func manyTexts(f crm.Field, v any) ([]string, bool) {
	if f.Type != crm.Choices && f.Type != crm.Links {
		return nil, false
	}
	texts, _ := exported(f, v).([]string)
	return texts, true
}

func parquetValue(f crm.Field, v any) (parquet.Value, error) {
	switch v := v.(type) {
	case decimal.Decimal:
		return parquet.Int64Value(v.Shift(int32(f.Scale)).IntPart()), nil
	case time.Time:
		if f.ValueType() == crm.Date {
			return parquet.Int32Value(int32(floorDays(v))), nil
		}
		return parquet.Int64Value(v.UnixMicro()), nil
	case bool:
		return parquet.BooleanValue(v), nil
	case string, crm.Ref:
		return parquet.ByteArrayValue([]byte(f.Show(v))), nil
	}
	return parquet.Value{}, fmt.Errorf("write parquet row: %s holds a %T", f.Name, v)
}

// floorDays counts days from 1970, before which days are negative.
func floorDays(v time.Time) int64 {
	sec := v.Unix()
	if sec < 0 {
		sec -= 86399
	}
	return sec / 86400
}

func (t *parquetTable) end() error {
	if err := t.file.Close(); err != nil {
		return fmt.Errorf("end parquet file: %w", err)
	}
	return nil
}
