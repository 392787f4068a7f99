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

// jsonTables takes an array of objects, one object a line, or an object whose arrays hold them; several of these become
// a table each, named after its member. Members of a nested object become columns of their own, one level deep; a list of
// plain values becomes one text, with semicolons.
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
	lists, beside, err := in.lists()
	if err != nil {
		return nil, err
	}
	if len(lists) == 0 {
		return nil, notTable{"It is one JSON object and not a list of them.", "An array of flat objects, or one object a line, can be imported.", false}
	}
	format := "JSON, " + c.name
	if in.perLine {
		format = "JSON lines, " + c.name
	}
	var out []table
	var names []string
	for _, l := range lists {
		names = append(names, l.name)
		if why := l.noTable(); why != "" {
			return nil, notTable{"It is not a table: " + why, "An array of flat objects, or one object a line, can be imported.", false}
		}
		if len(l.header) > maxColumns {
			return nil, fail.New(fail.Invalid, "The objects of %s have %d different members; %d is the most.", s.Name, len(l.header), maxColumns).WithHint("Leave out the members that you do not need.")
		}
		opened := func() (rows, error) {
			in, err := open()
			if err != nil {
				return nil, err
			}
			if err := in.enter(l.member); err != nil {
				return nil, errors.Join(err, in.Close())
			}
			in.columns = map[string]int{}
			for i, h := range l.header {
				in.columns[h] = i
			}
			return in, nil
		}
		t := table{file: s.Name, path: s.Path, base: baseName(s.Name), format: format, kind: isJSON, header: l.header, open: opened}
		if len(lists) > 1 {
			t.sheet, t.base = l.name, l.name
		}
		out = append(out, t)
	}
	if len(beside) > 0 {
		out[0].notes = append(out[0].notes, fmt.Sprintf("Beside %s stand %s, which are left out.", strings.Join(names, ", "), strings.Join(beside[:min(5, len(beside))], ", ")))
	}
	return out, nil
}

// jsonList is a list that may be a table.
type jsonList struct {
	name    string // of the member that holds it, "" where there is no outer object
	member  int    // which one that is
	header  []string
	values  int64
	objects int64
}

// noTable says why it is none, "" when it is.
func (l jsonList) noTable() string {
	switch {
	case l.values == 0:
		return "its list is empty."
	case l.objects == 0:
		return "its list holds plain values or lists, and no objects with names."
	case len(l.header) == 0:
		return "no object in it has a plain value."
	}
	return ""
}

// jsonRows reads objects from an array by a streaming decoder, or line by line.
type jsonRows struct {
	file    string
	close   func() error
	perLine bool // one object a line
	in      *bufio.Reader
	count   *lineCounter
	dec     *json.Decoder
	line    int64 // of one object a line, else the number of the object in its array, which may stand on one line
	columns map[string]int
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
	if len(head) > 0 && head[0] == '{' && json.Valid(first) && (len(rest) > 0 || !holdsArray(first)) {
		j.perLine = true
		return j, nil
	}
	j.count = &lineCounter{r: j.in}
	j.dec = json.NewDecoder(j.count)
	j.dec.UseNumber()
	return j, nil
}

// holdsArray tells whether an object has a member that is an array of objects.
func holdsArray(object []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil || members[rejectColumn] != nil {
		return false
	}
	for _, m := range members {
		if rest, ok := bytes.CutPrefix(m, []byte("[")); ok {
			if rest = bytes.TrimSpace(rest); rest[0] == '{' || rest[0] == '[' || rest[0] == ']' {
				return true
			}
		}
	}
	return false
}

// enter goes to the first object: into the outer array, or into the one that a member of the outer object holds.
func (j *jsonRows) enter(member int) error {
	if j.perLine {
		return nil
	}
	t, err := j.token()
	for at := 0; err == nil && t != json.Delim('[') && j.dec.More(); at++ {
		if _, err = j.token(); err != nil {
			break
		}
		if t, err = j.token(); err == nil && at < member {
			t, err = nil, j.skip(t)
		}
	}
	return err
}

// token reads the next token.
func (j *jsonRows) token() (json.Token, error) {
	j.count.mark = j.dec.InputOffset()
	t, err := j.dec.Token()
	if err != nil {
		return nil, j.broken(err)
	}
	return t, nil
}

// skip reads to the end of the value that begins with a token.
func (j *jsonRows) skip(t json.Token) error {
	for depth := 0; ; {
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if t, err = j.token(); err != nil {
			return err
		}
	}
}

// lists reads all, and finds the lists of objects. beside are the members of the outer object that are none and hold
// something. An outer array is a list whatever it holds.
func (j *jsonRows) lists() (out []jsonList, beside []string, err error) {
	if j.perLine {
		l := jsonList{}
		err := j.survey(&l)
		return []jsonList{l}, nil, err
	}
	t, err := j.token()
	if err != nil {
		return nil, nil, err
	}
	if t == json.Delim('[') {
		l := jsonList{}
		err := j.survey(&l)
		return []jsonList{l}, nil, err
	}
	for member := 0; j.dec.More(); member++ {
		name, err := j.token()
		if err != nil {
			return nil, nil, err
		}
		t, err := j.token()
		if err != nil {
			return nil, nil, err
		}
		l := jsonList{name: fmt.Sprint(name), member: member}
		if t != json.Delim('[') {
			if err := j.skip(t); err != nil {
				return nil, nil, err
			}
			beside = append(beside, l.name)
			continue
		}
		if err := j.survey(&l); err != nil {
			return nil, nil, err
		}
		switch {
		case l.objects > 0:
			out = append(out, l)
		case l.values > 0:
			beside = append(beside, l.name)
		}
	}
	if _, err := j.token(); err != nil {
		return nil, nil, err
	}
	return out, beside, nil
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
	if !j.perLine {
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

// survey reads the list at hand to its end: what it holds, and the members of its objects in the order in which they
// first appear.
func (j *jsonRows) survey(l *jsonList) error {
	seen := map[string]bool{}
	for {
		_, text, err := j.object()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if l.values++; text[0] == '{' {
			l.objects++
		}
		_ = flatten(text, func(name, _ string, _ bool) {
			if !seen[name] && len(l.header) <= maxColumns {
				seen[name] = true
				l.header = append(l.header, name)
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
