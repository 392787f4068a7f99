package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// Encoder writes the records of one object as a file that an import reads back without changing anything: columns are
// called as their fields, or by the field's label where the identifier only spells that in ASCII; days and instants are ISO, decimals keep their scale, links are what their records are
// called, and what this program adds to a record (id, created_at, updated_at) is left out. Texts stand as they are, a
// formula too: a program that runs formulas of a CSV file should be told not to. A text such as N/A, which an import
// takes for none, is marked in a way that other readers do not see: by quotes in CSV, which has no others that are not
// needed, and in JSON by its first letter, which is written as an escape.
type Encoder struct {
	cols  []crm.Column
	keep  []int
	begin func(names []string) error
	row   func(texts []crm.Column, values []any) error
	end   func() error
}

// NewEncoder makes an encoder of "csv" or "json". Begin comes first, Close last.
func NewEncoder(format string, w io.Writer) (*Encoder, error) {
	switch format {
	case "csv":
		return csvEncoder(w), nil
	case "json":
		return jsonEncoder(w), nil
	}
	return nil, fail.New(fail.Usage, "There is no format %q.", format).WithHint("Use csv, json or parquet.")
}

// Begin says what the columns are; the header is written even when no row comes. Only its first call counts.
func (e *Encoder) Begin(cols []crm.Column) error {
	if e.cols != nil {
		return nil
	}
	e.cols = []crm.Column{}
	var names []string
	labels := map[string]int{}
	for _, c := range cols {
		labels[c.Name]++
	}
	for i, c := range cols {
		if slices.Contains([]string{"id", "created_at", "updated_at"}, fieldOf(c)) {
			continue
		}
		e.cols, e.keep = append(e.cols, c), append(e.keep, i)
		name := fieldOf(c)
		if isSpelling(name, c.Name) && labels[c.Name] == 1 {
			name = c.Name
		}
		names = append(names, name)
	}
	return e.begin(names)
}

// Row writes one record.
func (e *Encoder) Row(cols []crm.Column, values []any) error {
	if err := e.Begin(cols); err != nil {
		return err
	}
	kept := make([]any, len(e.keep))
	for i, at := range e.keep {
		kept[i] = values[at]
	}
	return e.row(e.cols, kept)
}

// Close ends the file; the writer below stays open.
func (e *Encoder) Close() error {
	if err := e.Begin(nil); err != nil {
		return err
	}
	return e.end()
}

// isSpelling tells whether a field's identifier is but the spelling of its label, which is written in other letters.
func isSpelling(name, label string) bool {
	if crm.Plain(label) {
		return false
	}
	rest, ok := strings.CutPrefix(name, crm.Ident(label))
	_, err := strconv.Atoi(strings.TrimPrefix(rest, "_"))
	return ok && (rest == "" || err == nil)
}

// fieldOf is the identifier of the field that a column shows.
func fieldOf(c crm.Column) string {
	if c.Path != "" {
		return string(c.Path)
	}
	return c.Name
}

func csvEncoder(w io.Writer) *Encoder {
	out := bufio.NewWriter(w)
	var line []byte
	write := func(cells []string) error {
		line = line[:0]
		for i, cell := range cells {
			if i > 0 {
				line = append(line, ',')
			}
			line = appendCell(line, cell)
		}
		_, err := out.Write(append(line, '\n'))
		return err
	}
	return &Encoder{
		begin: write,
		row: func(cols []crm.Column, values []any) error {
			record := make([]string, len(values))
			for i, v := range values {
				record[i] = crm.Field{Type: cols[i].Type, Scale: cols[i].Scale}.Show(v)
			}
			return write(record)
		},
		end: out.Flush,
	}
}

// appendCell writes a cell of a CSV file. The library for it cannot be told to quote one that needs no quotes.
func appendCell(line []byte, cell string) []byte {
	if textual(cell) != cell {
		cell = `="` + cell + `"`
	}
	if cell == "" || trim(cell) == cell && !strings.ContainsAny(cell, ",\x1f\"\r\n") && !missing(cell) {
		return append(line, cell...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(line, '"')
}

func jsonEncoder(w io.Writer) *Encoder {
	out := bufio.NewWriter(w)
	var names [][]byte
	rows := 0
	var b bytes.Buffer // the row in the making
	values := json.NewEncoder(&b)
	values.SetEscapeHTML(false)
	add := func(v any) error {
		err := values.Encode(v)
		b.Truncate(max(0, b.Len()-1)) // the line break that Encode ends with
		return err
	}
	return &Encoder{
		begin: func(columns []string) error {
			for _, n := range columns {
				b.Reset()
				if err := add(n); err != nil {
					return fmt.Errorf("write a name: %w", err)
				}
				names = append(names, bytes.Clone(b.Bytes()))
			}
			_, err := out.WriteString("[")
			return err
		},
		row: func(cols []crm.Column, row []any) error {
			b.Reset()
			if rows++; rows > 1 {
				b.WriteString(",\n")
			}
			b.WriteByte('{')
			for i, v := range row {
				if i > 0 {
					b.WriteByte(',')
				}
				b.Write(names[i])
				b.WriteByte(':')
				v, marked := jsonValue(cols[i], v), false
				if text, ok := v.(string); ok && text != "" && missing(trim(text)) {
					first, size := utf8.DecodeRuneInString(text)
					fmt.Fprintf(&b, `"\u%04x`, first)
					v, marked = text[size:], true
				}
				at := b.Len()
				if err := add(v); err != nil {
					return fmt.Errorf("write %s: %w", names[i], err)
				}
				if marked { // the quote before the rest stands before the escape already
					b.Truncate(at + copy(b.Bytes()[at:], b.Bytes()[at+1:]))
				}
			}
			b.WriteByte('}')
			_, err := out.Write(b.Bytes())
			return err
		},
		end: func() error {
			if _, err := out.WriteString("]\n"); err != nil {
				return err
			}
			return out.Flush()
		},
	}
}

// jsonValue is a value as it stands in an exported file: links by what their records are called.
func jsonValue(c crm.Column, v any) any {
	switch v := v.(type) {
	case crm.Ref:
		return v.Name
	case []crm.Ref:
		names := make([]string, len(v))
		for i, r := range v {
			names[i] = r.Name
		}
		return names
	}
	return crm.JSONValue(v, c.Type, c.Scale)
}
