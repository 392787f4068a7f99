package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"openclaw/internal/fail"
)

// table is one set of rows with a header: a file, or a sheet of one.
type table struct {
	file   string // the source's name
	path   string
	sheet  string // of a workbook with several, or the list of a JSON file with several
	base   string // what the object is named after when nobody says otherwise
	format string // for people: "CSV, comma, UTF-8"
	kind   kind
	comma  string // what separated the cells, where that is text; merges cells that were cut
	header []string
	quotes bool // the header has quotes that it does not need
	notes  []string
	open   func() (rows, error) // the records after the header; each call begins anew
}

// kind is what a table is a part of.
type kind byte

const (
	isText kind = iota // delimited
	isSheet
	isJSON
	isCards
)

// notTable says why a file or sheet is left out.
type notTable struct {
	reason, hint string
	beside       bool // it is a text that stands beside tables to explain them, and nobody misses its rows
}

func (n notTable) Error() string { return n.reason }

// tablesOf finds the tables of a file. What kind of file it is is decided by its content.
func tablesOf(s Source) ([]table, error) {
	switch info, err := os.Stat(s.Path); { // before it is opened, which waits for a pipe's other end
	case err != nil: // told below
	case info.IsDir():
		return nil, fail.New(fail.Invalid, "%s is a folder.", s.Name).WithHint("Name the files in it.")
	case !info.Mode().IsRegular():
		return nil, fail.New(fail.Invalid, "%s is a pipe or a device, and no file.", s.Name).WithHint("Write what comes out of it to a file, and import that.")
	}
	head, err := headOf(s.Path)
	if err != nil {
		return nil, fail.New(fail.NotFound, "%s cannot be read.", s.Name).WithHint("Check the name of the file and that you may read it.").Because(err)
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, notTable{"It is empty.", "Check that it was saved.", false}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return xlsxTables(s)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, notTable{"It is an old or an encrypted Excel file.", "Save it as .xlsx without a password, or as CSV.", false}
	case isBinary(head):
		return nil, notTable{"It is not a table: its content is not text.", "CSV, XLSX, JSON, JSON lines and vCard can be imported.", false}
	}
	c, err := charsetOf(s.Path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.Name, err)
	}
	r, err := openText(s.Path, c)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	start := make([]byte, 4096)
	n, err := io.ReadFull(r, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("read %s: %w", s.Name, err)
	}
	text := bytes.TrimSpace(start[:n])
	switch {
	case len(text) == 0:
		return nil, notTable{"It is empty.", "Check that it was saved.", false}
	case len(text) >= 11 && bytes.EqualFold(text[:11], []byte("BEGIN:VCARD")):
		return vcardTables(s, c)
	case text[0] == '{' || text[0] == '[' && looksJSON(text):
		return jsonTables(s, c)
	case text[0] == '<':
		return nil, notTable{"It is a web page or XML, not a table.", "Export it as CSV or XLSX.", false}
	}
	return csvTables(s, c)
}

// looksJSON tells a JSON array from a delimited file whose first cell begins with a bracket.
func looksJSON(text []byte) bool {
	rest := bytes.TrimSpace(text[1:])
	if len(rest) == 0 || rest[0] == '{' || rest[0] == ']' || rest[0] == '[' {
		return true
	}
	for dec := json.NewDecoder(bytes.NewReader(text)); ; {
		switch _, err := dec.Token(); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return true
		case err != nil:
			return false
		}
	}
}

func isBinary(head []byte) bool {
	for _, magic := range []string{"%PDF", "\x89PNG", "\xff\xd8\xff", "GIF8", "\x1f\x8b", "7z\xbc\xaf", "Rar!", "\x7fELF", "PAR1", "SQLite format 3"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return len(head) > 12 && string(head[8:12]) == "DUCK"
}

func headOf(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}

// copyMark is what browsers and this program add to a file's name: "accounts (1)", "accounts.rejects-2".
var copyMark = regexp.MustCompile(`( \(\d+\)|\.rejects(-\d+)?)+$`)

func baseName(file string) string {
	file = filepath.Base(file)
	return copyMark.ReplaceAllString(strings.TrimSuffix(file, filepath.Ext(file)), "")
}

func csvTables(s Source, c charset) ([]table, error) {
	sniffed, err := openText(s.Path, c)
	if err != nil {
		return nil, err
	}
	comma, named, err := delimiterOf(sniffed)
	_ = sniffed.Close()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", s.Name, err)
	}
	// header opens the file and reads up to its header.
	header := func() (in *csvRows, first row, err error) {
		r, err := openText(s.Path, c)
		if err != nil {
			return nil, row{}, err
		}
		in = newCSV(r, comma, r.Close)
		first, err = in.next(nil)
		if named && err == nil {
			first, err = in.next(nil)
		}
		if err != nil {
			_ = r.Close()
		}
		return in, first, err
	}
	open := func() (rows, error) {
		in, _, err := header()
		if err != nil {
			return nil, fmt.Errorf("read the header of %s: %w", s.Name, err)
		}
		return in, nil
	}
	in, first, err := header()
	if errors.Is(err, io.EOF) {
		return nil, notTable{"It is empty.", "Check that it was saved.", false}
	}
	if err != nil {
		return nil, err
	}
	defer in.Close()
	if first.problem != "" {
		return nil, fail.New(fail.Invalid, "The header of %s, line %d, cannot be read. %s", s.Name, first.line, first.problem).WithHint("Correct the first line of the file.")
	}
	width, err := trailing(in, len(first.cells))
	if err != nil {
		return nil, err
	}
	names, notes, err := readHeader(first.cells, width)
	if err != nil {
		return nil, err
	}
	if comma == noDelimiter && titled(first.text, s.Path, c) {
		return nil, notTable{"Its first line looks like a title: the lines below it have several cells.", "Remove what stands above the line that names the columns.", false}
	}
	t := table{file: s.Name, path: s.Path, base: baseName(s.Name), format: "CSV, " + delimiterName(comma) + ", " + c.name, comma: string(comma), quotes: first.quotes, header: names, notes: notes, open: open}
	return []table{t}, nil
}

// titled tells whether the lines below the first are a table of their own. Two cells need more than a comma and a blank
// between them, which any text has.
func titled(first, path string, c charset) bool {
	r, err := openText(path, c)
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(r, head)
	_, rest, _ := strings.Cut(string(head[:n]), first)
	rest = strings.ReplaceAll(strings.TrimSpace(rest), ", ", " ")
	comma, err := sniffDelimiter(strings.NewReader(rest))
	return err == nil && comma != noDelimiter && comma != ':' && fit([]byte(rest), comma) > 0.9
}

// trailing tells how wide the table really is: some programs end every line but the header with a delimiter.
func trailing(in *csvRows, width int) (int, error) {
	more, all := 0, 0
	for all < 100 {
		r, err := in.next(nil)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		all++
		if n := len(r.cells); n == width+1 && strings.TrimSpace(r.cells[n-1]) == "" {
			more++
		}
	}
	if all > 0 && more*10 >= all*9 {
		width++
	}
	return width, nil
}

// readHeader makes the names of the columns: one for each cell of width, "" for a column without a name. It refuses a
// first line that is no header.
func readHeader(cells []string, width int) ([]string, []string, error) {
	var notes []string
	header := make([]string, width)
	named, values := 0, 0
	seen := map[string]int{}
	for i := range min(width, len(cells)) {
		name := strings.Join(strings.Fields(cells[i]), " ")
		if name == "" {
			continue
		}
		named++
		c := classify(name)
		if c.bits&(isEmail|isDay) != 0 || (c.bits&(isPoint|isComma) != 0 && !isYear(name)) {
			values++
		}
		if len(name) > 200 {
			return nil, nil, notTable{"It is not a table: its first line is a long text and not a header.", "Its first line must name the columns.", true}
		}
		seen[name]++
		if n := seen[name]; n > 1 {
			notes = append(notes, fmt.Sprintf("The name %q stands %d times in the header; the later column is called %q.", name, n, name+" "+strconv.Itoa(n)))
			name += " " + strconv.Itoa(n)
		}
		header[i] = name
	}
	if width > maxColumns {
		return nil, nil, fail.New(fail.Invalid, "The table has %d columns; %d is the most.", width, maxColumns).WithHint("Leave out the columns that you do not need, or check what separates the cells.")
	}
	blank := width - named
	for i := width - 1; i >= 0 && header[i] == ""; i-- {
		blank--
	}
	switch {
	case named == 0 || blank > named:
		return nil, nil, notTable{fmt.Sprintf("It is not a table: its first line names %d of %d columns.", named, width), "Its first line must name the columns.", true}
	case values > 0 && values*2 >= named:
		return nil, nil, notTable{fmt.Sprintf("It has no header: its first line holds values, such as %q.", short(strings.TrimSpace(cells[0]), 40)), "Add a first line that names the columns.", false}
	case named == 1 && strings.Count(strings.TrimSpace(cells[0]), " ") > 5:
		return nil, nil, notTable{"It is not a table: its first line is a sentence.", "Its first line must name the columns.", true}
	}
	return header, notes, nil
}

func isYear(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 1900 && n <= 2100
}

// short cuts a text for a sentence.
func short(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-3]) + "..."
	}
	return text
}
