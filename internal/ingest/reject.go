package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"openclaw/internal/fail"
)

// rejectFile collects the rows that were not taken: the original cells after a column with the reason, which an import
// leaves out, so that a person corrects the cells and imports the file as it is. It is made when the first row comes,
// and appears under its name when the import is done. A nil rejectFile keeps nothing.
type rejectFile struct {
	dir, base string
	header    []string
	tmp       *os.File
	out       *csv.Writer
}

func newRejectFile(dir string, f *File) *rejectFile {
	if dir == "" {
		dir = filepath.Dir(f.table.path)
	}
	base := baseName(f.File)
	if f.Sheet != "" {
		base += " " + strings.Map(func(r rune) rune {
			if r == '/' || r == '\\' || r == 0 {
				return '-'
			}
			return r
		}, f.Sheet)
	}
	return &rejectFile{dir: dir, base: base, header: f.table.header}
}

func (r *rejectFile) add(in *row, why string) error {
	if r == nil {
		return nil
	}
	if r.tmp == nil {
		if err := r.create(); err != nil {
			return err
		}
	}
	record := []string{why}
	for i, cell := range in.cells {
		if i >= len(r.header) || r.header[i] != rejectColumn {
			record = append(record, cell)
		}
	}
	if len(in.cells) == 0 {
		record = append(record, in.text)
	}
	return r.out.Write(record)
}

func (r *rejectFile) create() error {
	tmp, err := os.CreateTemp(r.dir, ".rejects-*")
	if err != nil {
		return fail.New(fail.Unavailable, "The file of rejects cannot be written to %s.", r.dir).WithHint("Make the folder writable, or copy the files elsewhere and import them from there.").Because(err)
	}
	r.tmp, r.out = tmp, csv.NewWriter(tmp)
	header := []string{rejectColumn}
	for _, h := range r.header {
		if h != rejectColumn {
			header = append(header, h)
		}
	}
	return r.out.Write(header)
}

// keep puts the file in its place and returns its path. It never takes the place of another.
func (r *rejectFile) keep() (string, error) {
	if r.tmp == nil {
		return "", nil
	}
	r.out.Flush()
	err := errors.Join(r.out.Error(), r.tmp.Sync(), r.tmp.Close())
	if err != nil {
		return "", fmt.Errorf("write the file of rejects: %w", err)
	}
	for n := 1; ; n++ {
		path := filepath.Join(r.dir, r.base+".rejects.csv")
		if n > 1 {
			path = filepath.Join(r.dir, fmt.Sprintf("%s.rejects-%d.csv", r.base, n))
		}
		// The name is taken first, so that no file of that name is ever replaced.
		taken, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("keep the file of rejects: %w", err)
		}
		if err := errors.Join(taken.Close(), os.Rename(r.tmp.Name(), path)); err != nil {
			return "", fmt.Errorf("keep the file of rejects: %w", err)
		}
		r.tmp = nil
		return path, nil
	}
}

// discard removes what was written and not kept.
func (r *rejectFile) discard() {
	if r == nil || r.tmp == nil {
		return
	}
	_ = r.tmp.Close()
	_ = os.Remove(r.tmp.Name())
}
