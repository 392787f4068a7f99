package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"openclaw/internal/fail"
)

// charset is how the text of a file is written.
type charset struct {
	name     string
	encoding encoding.Encoding // nil when it is UTF-8 already
	skip     int64             // length of the byte order mark
	macLines bool              // lines end with CR alone
}

// charsetOf finds out how a text file is written. It reads the whole file: one é far down decides. Text that is not
// UTF-8 anywhere is taken as Windows-1252; where both kinds stand in one file it is UTF-8 with broken characters, and
// the rows that hold these become rejects.
func charsetOf(path string) (charset, error) {
	f, err := os.Open(path)
	if err != nil {
		return charset{}, err
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return charset{}, err
	}
	head = head[:n]
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	even, odd := nuls(head)
	switch half := len(head) / 2; {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return charset{name: "UTF-16 LE", encoding: little, skip: 2}, nil
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return charset{name: "UTF-16 BE", encoding: big, skip: 2}, nil
	case half > 8 && odd > half/2 && even < half/10:
		return charset{name: "UTF-16 LE", encoding: little}, nil
	case half > 8 && even > half/2 && odd < half/10:
		return charset{name: "UTF-16 BE", encoding: big}, nil
	}
	c := charset{name: "UTF-8"}
	if bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}) {
		c.skip = 3
	}
	if _, err := f.Seek(c.skip, io.SeekStart); err != nil {
		return charset{}, err
	}
	s, err := scanText(f)
	if err != nil {
		return charset{}, err
	}
	if s.broken > s.whole && c.skip == 0 {
		c.name, c.encoding = "Windows-1252", charmap.Windows1252
	}
	c.macLines = s.returns > 0 && s.feeds == 0
	return c, nil
}

// nuls counts NUL bytes at even and at odd places.
func nuls(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	return even, odd
}

// textScan counts what tells encodings and line ends apart.
type textScan struct {
	whole, broken  int64 // characters of several bytes that are UTF-8, and bytes that are not
	feeds, returns int64
}

func scanText(r io.Reader) (textScan, error) {
	var s textScan
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		chunk := buf[:kept+n]
		end := errors.Is(err, io.EOF)
		kept = s.add(chunk, end)
		copy(buf, chunk[len(chunk)-kept:])
		if end {
			return s, nil
		}
		if err != nil {
			return s, err
		}
	}
}

// add counts a chunk and says how many bytes at its end are the beginning of a character that goes on.
func (s *textScan) add(chunk []byte, last bool) int {
	s.feeds += int64(bytes.Count(chunk, []byte{'\n'}))
	s.returns += int64(bytes.Count(chunk, []byte{'\r'}))
	for i := 0; i < len(chunk); {
		if chunk[i] < utf8.RuneSelf {
			i++
			continue
		}
		if !last && !utf8.FullRune(chunk[i:]) {
			return len(chunk) - i
		}
		r, size := utf8.DecodeRune(chunk[i:])
		if r == utf8.RuneError && size == 1 {
			s.broken++
		} else {
			s.whole++
		}
		i += size
	}
	return 0
}

// openText opens a file as UTF-8 text with line feeds.
func openText(path string, c charset) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fail.New(fail.NotFound, "%s cannot be opened.", path).Because(err)
	}
	if _, err := f.Seek(c.skip, io.SeekStart); err != nil {
		_ = f.Close()
		return nil, err
	}
	var r io.Reader = f
	if c.encoding != nil {
		r = transform.NewReader(r, c.encoding.NewDecoder())
	}
	if c.macLines {
		r = macLines{r}
	}
	return struct {
		io.Reader
		io.Closer
	}{r, f}, nil
}

// macLines turns the CR of old line ends into LF.
type macLines struct{ r io.Reader }

func (m macLines) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	for i := range p[:n] {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// appendLine appends the next line with its end to dst. It is true for a line that is longer than a record may be; of
// that only the beginning is kept, itself longer than a record. The end of the text is io.EOF.
func appendLine(dst []byte, in *bufio.Reader) (_ []byte, long bool, err error) {
	size := 0
	for {
		part, err := in.ReadSlice('\n')
		size += len(part)
		if size-len(part) <= maxRecord {
			dst = append(dst, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && size > 0, err == nil:
			return dst, size > maxRecord, nil
		}
		return dst, false, err
	}
}
