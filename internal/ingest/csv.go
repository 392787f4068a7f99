package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"openclaw/internal/fail"
)

// row is one record of a table.
type row struct {
	line    int64    // where it begins in the file, the first line is 1
	cells   []string // as they stand in the file
	text    string   // the record as it stands in the file, where that is text
	problem string   // why it cannot be taken, whatever its columns are; cells may then be incomplete
	again   string   // the reason with which a file of rejects holds it back
	literal []bool   // by cell: a word such as N/A stands there, written as only who means it would
	quotes  bool     // quotes stand where none are needed, so that they say nothing of what is in them
}

// rows reads a table's records. next appends the record's cells to dst and ends with io.EOF. An error ends the table.
type rows interface {
	next(dst []string) (row, error)
	Close() error
}

const (
	maxQuoted = maxRecord // bytes that a quoted cell may run over several lines
	maxWasted = 1 << 30   // bytes read ahead for closing quotes that never came, over the whole file
)

// csvRows reads delimited text. It is ours because a torn quote must cost one line and not the rest of the file: when a
// quote is not closed as it should be, the record's first line is a reject and reading goes on with the second.
type csvRows struct {
	in     *bufio.Reader
	close  func() error
	comma  byte
	line   int64  // lines given out so far
	again  []byte // lines that were read ahead and come once more
	buf    []byte // the record at hand
	spans  []span
	wasted int
}

// span is a cell's place in the record.
type span struct {
	from, to int
	doubled  bool // holds doubled quotes
	quoted   bool
}

func newCSV(r io.Reader, comma byte, closer func() error) *csvRows {
	return &csvRows{in: bufio.NewReaderSize(r, 256<<10), comma: comma, close: closer}
}

func (c *csvRows) Close() error { return c.close() }

func (c *csvRows) next(dst []string) (row, error) {
	for {
		c.buf = c.buf[:0]
		long, err := c.readLine()
		if err != nil {
			return row{}, err
		}
		c.line++
		at := c.line
		if long {
			return row{line: at, text: string(bytes.ToValidUTF8(bytes.TrimRight(c.buf[:maxRecord], "\r\n"), nil)), problem: "The line is longer than 1 MiB, and only its beginning is kept. A quote or a line end may be missing."}, nil
		}
		first := len(c.buf)
		if len(bytes.TrimRight(c.buf, "\r\n")) == 0 {
			continue
		}
		whole, err := c.record()
		if err != nil {
			return row{}, err
		}
		if !whole {
			c.wasted += len(c.buf) - first
			if c.wasted > maxWasted {
				return row{}, fail.New(fail.Invalid, "Too many quotes are opened and never closed, the last in line %d.", at).WithHint("Correct the quotes, or save the file again from the program it came from.")
			}
			c.line = at
			c.again = append(bytes.Clone(c.buf[first:]), c.again...)
			text := strings.TrimRight(string(c.buf[:first]), "\r\n")
			return row{line: at, text: text, cells: append(dst, strings.Split(text, string(c.comma))...)[len(dst):], problem: "A quote is not closed properly. Close it, or double it inside a quoted cell."}, nil
		}
		r := row{line: at, text: string(bytes.TrimRight(c.buf, "\r\n"))}
		r.problem = unreadable(r.text)
		blank, returns := true, bytes.HasSuffix(c.buf, []byte("\r\n"))
		cells := dst
		for i, s := range c.spans {
			cell := r.text[s.from:s.to]
			if s.doubled {
				cell = strings.ReplaceAll(cell, `""`, `"`)
			}
			if returns && strings.IndexByte(cell, '\r') >= 0 {
				cell = strings.ReplaceAll(cell, "\r\n", "\n")
			}
			if s.quoted {
				r.quoted(i, cell)
			}
			cell = textual(cell)
			blank = blank && strings.TrimSpace(cell) == ""
			cells = append(cells, cell)
		}
		if blank {
			continue
		}
		r.cells = cells[len(dst):]
		return r, nil
	}
}

// textual takes the text out of ="00123", by which programs keep a spreadsheet from reading it as a number.
func textual(cell string) string {
	if len(cell) < 4 || cell[0] != '=' || cell[1] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	if inner := cell[2 : len(cell)-1]; !strings.Contains(inner, `"`) || textual(inner) != inner {
		return inner
	}
	return cell
}

// quoted notes that a cell stood in quotes. They are needed where it holds what would be read otherwise; around nothing
// but a word for nothing they are there to say that it is meant.
func (r *row) quoted(i int, cell string) {
	switch {
	case r.mean(i, cell):
	case trim(cell) == cell && !strings.ContainsAny(cell, delimiters+"\x1f\"\r\n"):
		r.quotes = true
	}
}

// mean notes that a cell says what it means, where it is a word for nothing.
func (r *row) mean(i int, cell string) bool {
	text := trim(cell)
	if text == "" || !missing(text) {
		return false
	}
	for len(r.literal) <= i {
		r.literal = append(r.literal, false)
	}
	r.literal[i] = true
	return true
}

func (r *row) literally(i int) bool { return i < len(r.literal) && r.literal[i] }

// unreadable says why a text cannot be kept, "" when it can.
func unreadable(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r == 0 || r >= utf8.RuneSelf }) {
		return ""
	}
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return "It holds a NUL character. Remove it."
	case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
		return "It holds a character that is broken or of another encoding. Write it again."
	}
	return ""
}

// record finds the cells of the record whose first line is in buf, reading the lines that it goes on over. It is false
// when a quote is torn.
func (c *csvRows) record() (bool, error) {
	c.spans = c.spans[:0]
	i := 0
	for {
		start := i
		for start < len(c.buf) && c.buf[start] == ' ' {
			start++
		}
		if start >= len(c.buf) || c.buf[start] != '"' {
			end := bytes.IndexByte(c.buf[i:], c.comma)
			if end < 0 {
				c.spans = append(c.spans, span{from: i, to: i + len(bytes.TrimRight(c.buf[i:], "\r\n"))})
				return true, nil
			}
			c.spans = append(c.spans, span{from: i, to: i + end})
			i += end + 1
			continue
		}
		s := span{from: start + 1, quoted: true}
		i = start + 1
		for {
			q := bytes.IndexByte(c.buf[i:], '"')
			if q < 0 {
				i = len(c.buf)
				if len(c.buf)-start > maxQuoted {
					return false, nil
				}
				long, err := c.readLine()
				if errors.Is(err, io.EOF) {
					return false, nil
				}
				if err != nil {
					return false, err
				}
				if long {
					return false, nil
				}
				c.line++
				continue
			}
			i += q + 1
			if i < len(c.buf) && c.buf[i] == '"' {
				s.doubled = true
				i++
				continue
			}
			break
		}
		s.to = i - 1
		c.spans = append(c.spans, s)
		for i < len(c.buf) && c.buf[i] == ' ' {
			i++
		}
		switch {
		case i >= len(c.buf) || len(bytes.TrimRight(c.buf[i:], "\r\n")) == 0:
			return true, nil
		case c.buf[i] == c.comma:
			i++
		default:
			return false, nil
		}
	}
}

// readLine appends the next line with its end to buf. It is true for a line that is longer than a record may be; of
// that only the beginning is kept, itself longer than a record, so that reading it again tells the same.
func (c *csvRows) readLine() (long bool, err error) {
	if len(c.again) > 0 {
		end := bytes.IndexByte(c.again, '\n') + 1
		if end == 0 {
			end = len(c.again)
		}
		c.buf = append(c.buf, c.again[:end]...)
		c.again = c.again[end:]
		return end > maxRecord, nil
	}
	c.buf, long, err = appendLine(c.buf, c.in)
	return long, err
}
