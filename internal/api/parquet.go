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

// parquetFile keeps types: decimals with their scale, days, instants, lists. Every plain column may be empty.
type parquetFile struct {
	w     io.Writer
	name  string
	file  *parquet.GenericWriter[any]
	cells parquet.Row
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

// Begin makes the file's schema.
func (t *parquetFile) Begin(cols []crm.Column) error {
	group := inOrder{Group: parquet.Group{}}
	for _, c := range cols {
		name := string(c.Path)
		group.names = append(group.names, name)
		group.Group[name] = parquetNode(c)
	}
	t.file = parquet.NewGenericWriter[any](t.w, parquet.NewSchema(t.name, group), parquet.Compression(&zstd.Codec{}), parquet.MaxRowsPerRowGroup(rowGroup))
	return nil
}

func parquetNode(c crm.Column) parquet.Node {
	switch c.Type {
	case crm.Number, crm.Money:
		return parquet.Optional(parquet.Decimal(c.Scale, 18, parquet.Int64Type))
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

// Row writes one record.
func (t *parquetFile) Row(cols []crm.Column, values []any) error {
	t.cells = t.cells[:0]
	for i, v := range values {
		if texts, many := manyTexts(cols[i].Type, v); many {
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
		cell, err := parquetValue(cols[i], v)
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

// manyTexts are the texts of a column that holds several values; links by name, since ids mean nothing elsewhere.
func manyTexts(t crm.Type, v any) (texts []string, many bool) {
	switch v := v.(type) {
	case []string:
		texts = v
	case []crm.Ref:
		for _, r := range v {
			texts = append(texts, r.Name)
		}
	}
	return texts, t == crm.Choices || t == crm.Links
}

func parquetValue(c crm.Column, v any) (parquet.Value, error) {
	switch v := v.(type) {
	case decimal.Decimal:
		return parquet.Int64Value(v.Shift(int32(c.Scale)).IntPart()), nil
	case time.Time:
		if c.Type == crm.Date {
			return parquet.Int32Value(int32(floorDays(v))), nil
		}
		return parquet.Int64Value(v.UnixMicro()), nil
	case bool:
		return parquet.BooleanValue(v), nil
	case string:
		return parquet.ByteArrayValue([]byte(v)), nil
	case crm.Ref:
		return parquet.ByteArrayValue([]byte(v.Name)), nil
	}
	return parquet.Value{}, fmt.Errorf("write parquet row: %s holds a %T", c.Name, v)
}

// floorDays counts days from 1970, before which days are negative.
func floorDays(v time.Time) int64 {
	sec := v.Unix()
	if sec < 0 {
		sec -= 86399
	}
	return sec / 86400
}

// Close ends the file.
func (t *parquetFile) Close() error {
	if err := t.file.Close(); err != nil {
		return fmt.Errorf("end parquet file: %w", err)
	}
	return nil
}
