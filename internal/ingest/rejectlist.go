package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"openclaw/internal/crm"
)

// rejectList keeps any number of rejects: the first in memory, the others in a file without a name, which goes when it
// is closed, by whatever end.
type rejectList struct {
	dir   string
	first []crm.Reject
	n     int64
	file  *os.File
	out   *bufio.Writer
}

func (l *rejectList) add(r crm.Reject) error {
	if l.n++; len(l.first) < maxShown {
		l.first = append(l.first, r)
		return nil
	}
	if l.file == nil {
		f, err := os.CreateTemp(l.dir, "rejects-*")
		if err != nil {
			return fmt.Errorf("keep rejects: %w", err)
		}
		if err := os.Remove(f.Name()); err != nil {
			return errors.Join(fmt.Errorf("keep rejects: %w", err), f.Close())
		}
		l.file, l.out = f, bufio.NewWriter(f)
	}
	return encode(l.out, r)
}

// all gives the rejects in the order in which they came, as often as it is asked to.
func (l *rejectList) all() iter.Seq2[crm.Reject, error] {
	return func(yield func(crm.Reject, error) bool) {
		for _, r := range l.first {
			if !yield(r, nil) {
				return
			}
		}
		if l.file == nil {
			return
		}
		if err := l.out.Flush(); err != nil {
			yield(crm.Reject{}, fmt.Errorf("keep rejects: %w", err))
			return
		}
		d := json.NewDecoder(bufio.NewReader(io.NewSectionReader(l.file, 0, 1<<62)))
		for {
			var r crm.Reject
			switch err := d.Decode(&r); {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(crm.Reject{}, fmt.Errorf("read rejects: %w", err))
				return
			case !yield(r, nil):
				return
			}
		}
	}
}

func (l *rejectList) close() error {
	if l == nil || l.file == nil {
		return nil
	}
	return l.file.Close()
}

// merged gives two lists of rejects as one, in the order of their rows.
func merged(a, b iter.Seq2[crm.Reject, error]) iter.Seq2[crm.Reject, error] {
	return func(yield func(crm.Reject, error) bool) {
		next, stop := iter.Pull2(b)
		defer stop()
		other, otherErr, more := next()
		// before gives the rejects of b that come first; it is false when no more are wanted.
		before := func(r *crm.Reject) bool {
			for more && (otherErr != nil || r == nil || other.Row < r.Row) {
				if !yield(other, otherErr) || otherErr != nil {
					return false
				}
				other, otherErr, more = next()
			}
			return true
		}
		for r, err := range a {
			if err == nil && !before(&r) {
				return
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
		before(nil)
	}
}

// Rejects are all rows that were not taken, in the order of the file; they can be asked for until the result is closed.
func (r *FileResult) Rejects() iter.Seq2[crm.Reject, error] {
	if r.list == nil {
		return func(func(crm.Reject, error) bool) {}
	}
	return merged(r.list.all(), r.late.all())
}

// Close gives back what the result holds. Rejected stays.
func (r Result) Close() error {
	var err error
	for i := range r.Files {
		err = errors.Join(err, r.Files[i].list.close(), r.Files[i].late.close())
	}
	return err
}

// WriteJSON writes the result whole, all rejects included, however many there are. preview may be nil.
func (r Result) WriteJSON(w io.Writer, preview *Preview) error {
	head := struct {
		Batch   int64     `json:"batch"`
		DryRun  bool      `json:"dry_run,omitempty"`
		Skipped []Skipped `json:"skipped,omitempty"`
		Preview *Preview  `json:"preview,omitempty"`
	}{r.Batch, r.DryRun, r.Skipped, preview}
	if err := open(w, head, `"files":[`); err != nil {
		return err
	}
	for i := range r.Files {
		if err := r.Files[i].writeJSON(w, i > 0); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "]}")
	return err
}

func (r *FileResult) writeJSON(w io.Writer, more bool) error {
	comma := func(when bool) error {
		if !when {
			return nil
		}
		_, err := io.WriteString(w, ",")
		return err
	}
	rest := struct {
		FileResult
		Rejected *struct{} `json:"rejected,omitempty"` // takes the place of the other, and is written below
	}{FileResult: *r}
	if err := errors.Join(comma(more), open(w, rest, `"rejected":[`)); err != nil {
		return err
	}
	n := 0
	for reject, err := range r.Rejects() {
		if err = errors.Join(err, comma(n > 0)); err != nil {
			return err
		}
		if err := encode(w, reject); err != nil {
			return err
		}
		n++
	}
	_, err := io.WriteString(w, "]}")
	return err
}

// open writes an object without its end, and the beginning of one more member.
func open(w io.Writer, v any, member string) error {
	var b bytes.Buffer
	if err := encode(&b, v); err != nil {
		return err
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte{'}'})
	_, err := fmt.Fprintf(w, "%s,%s", text, member)
	return err
}

// encode writes a value as JSON without a line end.
func encode(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(bytes.TrimSuffix(b.Bytes(), []byte{'\n'}))
	return err
}
