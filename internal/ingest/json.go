package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// jsonTables takes an array of objects, one object a line, or an object whose one array holds them. Members of a nested
// object become columns of their own, one level deep; a list of plain values becomes one text, with semicolons.
func jsonTables(s Source, c charset) ([]table, error) {
	open := func() (*jsonRows, error) {
		r, err := openText(s.Path, c)
		if err != nil {
			return nil, err
		}
		in, err := newJSON(r, s.Name)
		if err != nil {
			_ = r.Close()
		}
		return in, err
	}
	in, err := open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	header, err := in.names()
	if err != nil {
		return nil, err
	}
	if len(header) == 0 {
		return nil, notTable{"It is not a table: no object in it has a plain value.", "An array of flat objects, or one object a line, can be imported."}
	}
	if len(header) > maxColumns {
		return nil, fail.New(fail.Invalid, "The objects of %s have %d different members; %d is the most.", s.Name, len(header), maxColumns).WithHint("Leave out the members that you do not need.")
	}
	format := "JSON, " + c.name
	if in.lines {
		format = "JSON lines, " + c.name
	}
	opened := func() (rows, error) {
		in, err := open()
		if err != nil {
			return nil, err
		}
		in.columns = map[string]int{}
		for i, h := range header {
			in.columns[h] = i
		}
		return in, nil
	}
	var notes []string
	if len(in.beside) > 0 {
		notes = append(notes, fmt.Sprintf("Beside the list %s stand %s, which are left out.", in.list, strings.Join(in.beside[:min(5, len(in.beside))], ", ")))
	}
	return []table{{notes: notes, file: s.Name, path: s.Path, base: baseName(s.Name), format: format, kind: isJSON, header: header, open: opened}}, nil
}

// jsonRows reads objects from an array by a streaming decoder, or line by line.
type jsonRows struct {
	file    string
	close   func() error
	lines   bool
	in      *bufio.Reader
	count   *lineCounter
	dec     *json.Decoder
	line    int64 // of one object a line, else the number of the object in its array, which may stand on one line
	columns map[string]int
	list    string   // the member of the outer object that holds the list; "" where there is no outer object
	beside  []string // its other members with a plain value
}

// lineCounter knows which line of the text an offset lies in; offsets are asked for in rising order.
type lineCounter struct {
	r     io.Reader
	mark  int64   // where the value at hand begins; much more than maxValue is not read of it
	feeds []int64 // offsets of the line feeds that are read but not passed
	read  int64
	line  int64
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.feeds = append(l.feeds, l.read+int64(i))
		}
	}
	l.read += int64(n)
	if err == nil && l.read-l.mark > maxValue {
		err = errTooLarge
	}
	return n, err
}

const maxValue = 16 << 20 // bytes of one value of a JSON file

var errTooLarge = errors.New("a value is too large")

// at is the line that an offset lies in; the line feeds before it are forgotten.
func (l *lineCounter) at(offset int64) int64 {
	i := 0
	for i < len(l.feeds) && l.feeds[i] < offset {
		i++
	}
	l.line += int64(i)
	l.feeds = l.feeds[i:]
	return l.line + 1
}

func newJSON(r io.ReadCloser, file string) (*jsonRows, error) {
	j := &jsonRows{file: file, close: r.Close, in: bufio.NewReaderSize(r, 64<<10)}
	head, err := j.in.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = bytes.TrimSpace(head)
	first, rest, _ := bytes.Cut(head, []byte("\n"))
	if head[0] == '{' && json.Valid(first) && (len(rest) > 0 || !holdsArray(first)) {
		j.lines = true
		return j, nil
	}
	j.count = &lineCounter{r: j.in}
	j.dec = json.NewDecoder(j.count)
	j.dec.UseNumber()
	return j, j.enter()
}

// holdsArray tells whether an object has a member that is an array of objects.
func holdsArray(object []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil || members[rejectColumn] != nil {
		return false
	}
	for _, m := range members {
		if bytes.HasPrefix(m, []byte("[")) && looksJSON(m) {
			return true
		}
	}
	return false
}

// enter goes to the first object: into the array, or into the array that a member of the outer object holds.
func (j *jsonRows) enter() error {
	t, err := j.dec.Token()
	if err != nil {
		return j.broken(err)
	}
	if t == json.Delim('[') {
		return nil
	}
	for j.dec.More() {
		j.count.mark = j.dec.InputOffset()
		name, err := j.dec.Token()
		if err != nil {
			return j.broken(err)
		}
		t, err := j.dec.Token()
		if err != nil {
			return j.broken(err)
		}
		switch t {
		default:
			j.beside = append(j.beside, fmt.Sprint(name))
		case json.Delim('['):
			if j.dec.More() {
				j.list = fmt.Sprint(name)
				return nil
			}
			if _, err := j.dec.Token(); err != nil {
				return j.broken(err)
			}
		case json.Delim('{'):
			for depth := 1; depth > 0; {
				j.count.mark = j.dec.InputOffset()
				t, err := j.dec.Token()
				if err != nil {
					return j.broken(err)
				}
				switch t {
				case json.Delim('{'), json.Delim('['):
					depth++
				case json.Delim('}'), json.Delim(']'):
					depth--
				}
			}
		}
	}
	return notTable{"It is one JSON object and not a list of them.", "An array of flat objects, or one object a line, can be imported."}
}

func (j *jsonRows) broken(err error) error {
	at := j.dec.InputOffset()
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		at = max(at, syntax.Offset)
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		at = j.count.read
	}
	if errors.Is(err, errTooLarge) {
		return fail.New(fail.Invalid, "%s holds an object of more than %d MiB, in or after line %d.", j.file, maxValue>>20, j.count.at(j.count.mark)).WithHint("An array of flat objects can be imported. Leave out what is large.")
	}
	return fail.New(fail.Invalid, "%s is not valid JSON in line %d.", j.file, j.count.at(at)).WithHint("Correct it there, or export it again.").Because(err)
}

func (j *jsonRows) Close() error { return j.close() }

// object reads the next object: where it stands and its source.
func (j *jsonRows) object() (line int64, text []byte, err error) {
	if !j.lines {
		if !j.dec.More() {
			if _, err := j.dec.Token(); err != nil {
				return 0, nil, j.broken(err)
			}
			return 0, nil, io.EOF
		}
		j.count.mark = j.dec.InputOffset()
		var raw json.RawMessage
		if err := j.dec.Decode(&raw); err != nil {
			return 0, nil, j.broken(err)
		}
		_ = j.count.at(j.dec.InputOffset())
		j.line++
		return j.line, raw, nil
	}
	for {
		text, _, err := appendLine(nil, j.in)
		if err != nil {
			return 0, nil, err
		}
		j.line++
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return j.line, text, nil
		}
	}
}

// rest reads what follows the list in the outer object, and refuses a second list: which one is meant is not ours to say.
func (j *jsonRows) rest() error {
	if j.list == "" {
		return nil
	}
	lists := []string{j.list}
	for j.dec.More() {
		j.count.mark = j.dec.InputOffset()
		name, err := j.dec.Token()
		if err != nil {
			return j.broken(err)
		}
		var raw json.RawMessage
		if err := j.dec.Decode(&raw); err != nil {
			return j.broken(err)
		}
		switch {
		case raw[0] == '[' && bytes.HasPrefix(bytes.TrimSpace(raw[1:]), []byte("{")):
			lists = append(lists, fmt.Sprint(name))
		case raw[0] != '[' && raw[0] != '{':
			j.beside = append(j.beside, fmt.Sprint(name))
		}
	}
	if len(lists) > 1 {
		return fail.New(fail.Invalid, "%s holds several lists: %s.", j.file, strings.Join(lists, ", ")).WithHint("Save each list in a file of its own, and import them together.")
	}
	return nil
}

// names reads all objects and returns their members, in the order in which they first appear.
func (j *jsonRows) names() ([]string, error) {
	var header []string
	seen := map[string]bool{}
	for {
		_, text, err := j.object()
		if errors.Is(err, io.EOF) {
			return header, j.rest()
		}
		if err != nil {
			return nil, err
		}
		_ = flatten(text, func(name, _ string, _ bool) {
			if !seen[name] && len(header) <= maxColumns {
				seen[name] = true
				header = append(header, name)
			}
		})
	}
}

func (j *jsonRows) next(dst []string) (row, error) {
	line, text, err := j.object()
	if err != nil {
		return row{}, err
	}
	start := len(dst)
	for range j.columns {
		dst = append(dst, "")
	}
	r := row{line: line, cells: dst[start:], text: string(text)}
	if len(text) > maxRecord {
		r.problem = "It is larger than 1 MiB."
		return r, nil
	}
	problem := flatten(text, func(name, value string, literal bool) {
		if i, ok := j.columns[name]; ok {
			r.cells[i] = value
			if literal {
				r.mean(i, value)
			}
		}
		if p := unreadable(value); p != "" {
			r.problem = p
		}
	})
	if problem != "" {
		r.problem = problem
	}
	return r, nil
}

// flatten visits the plain values of an object, those of nested objects one level deep as "outer inner". A value is literal
// when it is a list, or a text whose first letter is written as an escape: what is missing has null in JSON, and whoever
// says N/A all the same means nothing by it unless it is marked so. It returns why the object cannot be taken, "" when
// it can.
func flatten(text []byte, visit func(name, value string, literal bool)) string {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return "It is not a JSON object."
	}
	return members(dec, text, "", visit)
}

func members(dec *json.Decoder, text []byte, outer string, visit func(name, value string, literal bool)) string {
	const broken = "It is not valid JSON."
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return broken
		}
		name := fmt.Sprint(t)
		if outer != "" {
			name = outer + " " + name
		}
		from := dec.InputOffset()
		if t, err = dec.Token(); err != nil {
			return broken
		}
		switch v := t.(type) {
		case nil:
			visit(name, "", false)
		case json.Delim:
			if v == '{' {
				if outer != "" {
					return fmt.Sprintf("%q is nested more than one level deep. Write its members side by side.", name)
				}
				if problem := members(dec, text, name, visit); problem != "" {
					return problem
				}
				continue
			}
			var list []string
			for dec.More() {
				if t, err = dec.Token(); err != nil {
					return broken
				}
				if _, nested := t.(json.Delim); nested {
					return fmt.Sprintf("%q is a list of objects. Give them a file of their own.", name)
				}
				list = append(list, fmt.Sprint(t))
			}
			if _, err := dec.Token(); err != nil {
				return broken
			}
			visit(name, crm.JoinList(list), len(list) > 0)
		default:
			raw := bytes.TrimLeft(text[from:dec.InputOffset()], ": \t\r\n")
			visit(name, fmt.Sprint(v), bytes.HasPrefix(raw, []byte(`"\u`)))
		}
	}
	if _, err := dec.Token(); err != nil {
		return broken
	}
	return ""
}
