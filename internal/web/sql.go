package web

import (
	"net/http"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// SQLPage runs a person's SELECT.
type SQLPage struct {
	Shell
	Text   string
	Error  string
	Hint   string
	Result *Result
	Tables []SQLObject
	Sample string // a statement that would run here
}

// SQLObject is one table that a SELECT may name.
type SQLObject struct {
	Table   string
	View    string
	Label   string
	Columns []SQLColumn
}

// SQLColumn is one of its columns.
type SQLColumn struct {
	Name string
	Type string
}

// Result is rows that are no list of records.
type Result struct {
	Columns   []Head
	Rows      [][]ResultCell
	Count     string
	Took      string
	Truncated bool
}

// ResultCell is one value of them.
type ResultCell struct {
	Value Value
	Num   bool
}

func (s *Site) sql(w http.ResponseWriter, r *http.Request) error {
	shell, schema, err := s.shellOf(w, r, "SQL", "/sql")
	if err != nil {
		return err
	}
	if err := parseForm(r); err != nil {
		return err
	}
	page := SQLPage{Shell: shell, Text: r.Form.Get("q"), Tables: sqlObjects(schema), Sample: "SELECT 42"}
	if n := len(schema.Objects); n > 0 {
		page.Sample = "SELECT * FROM v_" + schema.Objects[n-1].Name + " LIMIT 20"
	}
	status := http.StatusOK
	if strings.TrimSpace(page.Text) != "" {
		began := s.Clock()
		rows, err := s.SQL(r.Context(), ident.From(r.Context()), page.Text)
		if kind := fail.KindOf(err); kind == fail.Failed {
			return err
		}
		if err != nil {
			e := fail.As(err)
			page.Error, page.Hint, status = e.Message, e.Hint, http.StatusUnprocessableEntity
		} else {
			page.Result = s.resultOf(schema, "", rows)
			page.Result.Took = tookText(s.Clock().Sub(began))
		}
	}
	if swap(r) {
		return s.define(w, status, "sql", "sql-result", page)
	}
	return s.define(w, status, "sql", "base", page)
}

// resultText is how many letters of a value a result shows.
const resultText = 1000

func (s *Site) resultOf(schema crm.Schema, object string, rows crm.Rows) *Result {
	out := &Result{Truncated: rows.Truncated, Count: plural(int64(len(rows.Rows)), "row", "rows")}
	painters := make([]painter, len(rows.Columns))
	for i, col := range rows.Columns {
		values := make([]any, len(rows.Rows))
		for j, row := range rows.Rows {
			values[j] = row[i]
		}
		painters[i] = painterOf(schema, columnField(schema, object, col), values, s.Clock())
		painters[i].loose = object != "" && col.Path == ""
		out.Columns = append(out.Columns, Head{Label: col.Name, Num: numeric(col, values)})
	}
	for _, row := range rows.Rows {
		cells := make([]ResultCell, len(row))
		for i, v := range row {
			cells[i] = ResultCell{Value: painters[i].paint(v).clip(resultText), Num: out.Columns[i].Num}
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// numeric tells whether a column stands to the right: by its type, or by the values of one that has none of ours.
func numeric(c crm.Column, values []any) bool {
	if c.Type.Numeric() {
		return true
	}
	for _, v := range values {
		switch v.(type) {
		case int64, float64:
			return true
		case nil:
			continue
		}
		return false
	}
	return false
}

func sqlObjects(schema crm.Schema) []SQLObject {
	var out []SQLObject
	for _, o := range schema.Objects {
		so := SQLObject{Table: o.Name, View: "v_" + o.Name, Label: lower(o.Plural), Columns: []SQLColumn{{Name: "id", Type: "number"}}}
		for _, f := range o.Fields {
			if f.Type == crm.Computed {
				so.Columns = append(so.Columns, SQLColumn{Name: f.Name, Type: "computed, in the view"})
				continue
			}
			so.Columns = append(so.Columns, SQLColumn{Name: f.Column(), Type: f.Type.Noun()})
		}
		out = append(out, so)
	}
	return out
}

// Span is a run of SQL with its colour: "b" a keyword, "i" a literal, "" the rest.
type Span struct {
	Kind string
	Text string
}

var sqlWords = map[string]bool{"SELECT": true, "FROM": true, "WHERE": true, "AND": true, "OR": true, "NOT": true, "GROUP": true, "BY": true, "ORDER": true, "LIMIT": true, "AS": true,
	"ON": true, "JOIN": true, "LEFT": true, "IN": true, "IS": true, "NULL": true, "DESC": true, "ASC": true, "HAVING": true, "WITH": true, "CASE": true, "WHEN": true, "THEN": true,
	"ELSE": true, "END": true, "DISTINCT": true, "BETWEEN": true, "LIKE": true, "ILIKE": true, "DATE": true, "FILTER": true, "OVER": true, "PARTITION": true, "NULLS": true, "LAST": true, "UNION": true, "ALL": true, "EXISTS": true, "CAST": true, "OFFSET": true}

// sqlSpans colours a statement that we wrote.
func sqlSpans(text string) []Span {
	var out []Span
	for i := 0; i < len(text); {
		j := i + 1
		kind := ""
		switch c := text[i]; {
		case c == '\'':
			for j < len(text) && text[j] != '\'' {
				j++
			}
			j, kind = min(j+1, len(text)), "i"
		case c == '"':
			for j < len(text) && text[j] != '"' {
				j++
			}
			j = min(j+1, len(text))
		case letter(c):
			for j < len(text) && (letter(text[j]) || digit(text[j])) {
				j++
			}
			if sqlWords[strings.ToUpper(text[i:j])] {
				kind = "b"
			}
		case digit(c):
			for j < len(text) && (digit(text[j]) || text[j] == '.') {
				j++
			}
			kind = "i"
		}
		if n := len(out); n > 0 && out[n-1].Kind == kind && kind == "" {
			out[n-1].Text += text[i:j]
		} else {
			out = append(out, Span{Kind: kind, Text: text[i:j]})
		}
		i = j
	}
	return out
}

func letter(c byte) bool { return c == '_' || (c|0x20 >= 'a' && c|0x20 <= 'z') || c >= 0x80 }

func digit(c byte) bool { return c >= '0' && c <= '9' }
