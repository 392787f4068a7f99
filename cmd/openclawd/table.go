package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// widest is how wide a cell may be on a terminal; elsewhere nothing is shortened.
const widest = 48

// table collects rows and prints them in aligned columns, numbers to the right.
type table struct {
	head  []string
	right []bool
	rows  [][]string
}

func newTable(head ...string) *table { return &table{head: head, right: make([]bool, len(head))} }

// numbers marks columns whose cells stand to the right.
func (t *table) numbers(columns ...int) *table {
	for _, c := range columns {
		t.right[c] = true
	}
	return t
}

func (t *table) row(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = plain(c)
	}
	t.rows = append(t.rows, row)
}

// print writes the table. Column heads are bold where that can be seen.
func (t *table) print(a *app) error {
	shown := terminal(a.out)
	bold, normal := "", ""
	if shown && a.env("NO_COLOR") == "" && a.env("TERM") != "dumb" {
		bold, normal = "\x1b[1m", "\x1b[0m"
	}
	width := make([]int, len(t.head))
	fit := func(text string) string {
		text = clean(text)
		if shown {
			text = runewidth.Truncate(text, widest, "…")
		}
		return text
	}
	rows := append([][]string{t.head}, t.rows...)
	for _, row := range rows {
		for i, cell := range row {
			row[i] = fit(cell)
			width[i] = max(width[i], runewidth.StringWidth(row[i]))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", width[i]-runewidth.StringWidth(cell))
			if i > 0 {
				line += "  "
			}
			if t.right[i] {
				line += pad + cell
			} else {
				line += cell + pad
			}
		}
		line = strings.TrimRight(line, " ")
		if n == 0 {
			line = bold + line + normal
		}
		b.WriteString(line + "\n")
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}

// clean shows what a terminal would obey instead of printing it: data must not steer the screen.
func clean(text string) string {
	if !strings.ContainsFunc(text, unseen) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte(' ')
		case unseen(r):
			fmt.Fprintf(&b, `\u{%X}`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unseen(r rune) bool { return unicode.IsControl(r) || (unicode.Is(unicode.Cf, r) && r != '\u200d') }

// plain is a JSON value as a person reads it: links by name, lists joined, nothing for null.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []any:
		texts := make([]string, len(v))
		for i, one := range v {
			texts[i] = plain(one)
		}
		return strings.Join(texts, "; ")
	case []string:
		return strings.Join(v, ", ")
	case map[string]any:
		if name, ok := v["name"].(string); ok && v["id"] != nil {
			return name
		}
		text, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(text)
	}
	return fmt.Sprint(v)
}

// printRows prints a result with its own columns, its instants on this machine's clock.
func (a *app) printRows(columns, types []string, rows [][]any) error {
	shown := make([][]any, len(rows))
	for n, row := range rows {
		shown[n] = make([]any, len(row))
		for i, v := range row {
			shown[n][i] = localCell(v, types[i])
		}
	}
	return a.printRaw(columns, types, shown)
}

// printRaw prints a result as it is: instants in UTC.
func (a *app) printRaw(columns, types []string, rows [][]any) error {
	t := newTable(columns...)
	for i, kind := range types {
		switch kind {
		case "number", "money", "decimal", "integer":
			t.numbers(i)
		}
	}
	for _, row := range rows {
		t.row(row...)
	}
	return t.print(a)
}

// plural says a number of things: 1 record, 2 records.
func plural(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// fileExists tells whether a file can be read, with its kind of trouble else.
func fileExists(path string) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() { // a pipe would be waited for; the daemon says what is wrong with the rest
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return f.Close()
}
