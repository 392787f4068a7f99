package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// noDelimiter separates nothing: each line is one cell.
const noDelimiter = 0x1f

// delimiters are tried in this order; the first of equally good ones wins. A colon stands in times too, so it is last.
const delimiters = ",;\t|:"

// delimiterOf finds what separates the cells of a file. Excel and others name it in a line above the header, sep=; and
// so on: named tells that there is one.
func delimiterOf(r io.Reader) (comma byte, named bool, err error) {
	in := bufio.NewReader(r)
	head, err := in.Peek(16)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, false, err
	}
	line, _, ended := bytes.Cut(head, []byte{'\n'})
	line = bytes.Trim(bytes.TrimSuffix(line, []byte{'\r'}), `"`)
	if ended && len(line) == len("sep=;") && bytes.EqualFold(line[:4], []byte("sep=")) && line[4] < utf8.RuneSelf {
		return line[4], true, nil
	}
	comma, err = sniffDelimiter(in)
	return comma, false, err
}

// sniffDelimiter finds what separates the cells: the delimiter that cuts the most of the first records into as many
// cells as the header has. A header that none of them cuts is that of a table with one column.
func sniffDelimiter(r io.Reader) (byte, error) {
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, err
	}
	head = head[:n]
	if n == len(head) && n == 64<<10 {
		if end := bytes.LastIndexByte(head, '\n'); end > 0 {
			head = head[:end+1]
		}
	}
	best, bestScore := byte(noDelimiter), 0.0
	for i := range len(delimiters) {
		if score := fit(head, delimiters[i]); score > bestScore+1e-9 {
			best, bestScore = delimiters[i], score
		}
	}
	return best, nil
}

// fit is the share of the first records with as many cells as the header, a little more for more cells; 0 when the
// header is not cut at all.
func fit(head []byte, comma byte) float64 {
	c := newCSV(bytes.NewReader(head), comma, func() error { return nil })
	width, same, all := 0, 0, 0
	for all < 200 {
		r, err := c.next(nil)
		if err != nil {
			break
		}
		cells := len(r.cells)
		if all == 0 {
			width = cells
		}
		for cells > width && strings.TrimSpace(r.cells[cells-1]) == "" {
			cells--
		}
		all++
		if r.problem == "" && cells == width {
			same++
		}
	}
	if width < 2 {
		return 0
	}
	score := float64(same)/float64(all) + float64(min(width, 50))/1000
	if comma == ':' {
		score -= 0.2
	}
	return score
}

// delimiterName is the delimiter in words.
func delimiterName(b byte) string {
	switch b {
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	case '|':
		return "bar"
	case ':':
		return "colon"
	case noDelimiter:
		return "one column"
	}
	return string(rune(b))
}
