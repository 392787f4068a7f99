package ingest

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// rejectFile collects the rows that were not taken, in the format that they came in, each with the reason, so that a
// person corrects them and imports the file as it is. It is made in the folder for temporary files when the first row
// comes, and appears under its name when the import is done. A nil rejectFile keeps nothing.
type rejectFile struct {
	dir, base string // where it will be
	temp      string
	form      rejectForm
	tmp       *os.File
	out       *bufio.Writer
}

// rejectForm writes rejects in one format. held tells that the row is none as it stands: were it imported uncorrected,
// something else would come in.
type rejectForm interface {
	ext() string
	begin(out *bufio.Writer) error
	row(in *row, why string, held bool) error
}

func newRejectFile(o Options, f *File) *rejectFile {
	r := &rejectFile{dir: o.RejectDir, base: baseName(f.File), temp: o.TempDir, form: &csvRejects{header: f.table.header}}
	if r.dir == "" {
		r.dir = filepath.Dir(f.table.path)
	}
	switch f.table.kind {
	case isJSON:
		r.form = &jsonRejects{}
	case isCards:
		r.form = &cardRejects{}
	}
	if f.Sheet != "" {
		r.base = strings.Map(func(r rune) rune {
			if r == '/' || r == '\\' || r == 0 {
				return '-'
			}
			return r
		}, f.Sheet)
	}
	return r
}

func (r *rejectFile) add(in *row, why string, held bool) error {
	if r == nil {
		return nil
	}
	if r.tmp == nil {
		if err := r.create(); err != nil {
			return err
		}
	}
	return r.form.row(in, why, held)
}

// create begins the file. Whether it can go to its place is looked at now, while nothing is written yet.
func (r *rejectFile) create() error {
	err := unix.Access(r.dir, unix.W_OK|unix.X_OK)
	if err == nil {
		r.tmp, err = os.CreateTemp(r.temp, "rejects-*")
	}
	if err != nil {
		return fail.New(fail.Unavailable, "The file of rejects cannot be written to %s.", r.dir).WithHint("Make the folder writable, or copy the files elsewhere and import them from there.").Because(err)
	}
	r.out = bufio.NewWriter(r.tmp)
	return r.form.begin(r.out)
}

// keep puts the file in its place and returns its path. It never takes the place of another.
func (r *rejectFile) keep() (string, error) {
	if r.tmp == nil {
		return "", nil
	}
	err := errors.Join(r.out.Flush(), r.tmp.Sync())
	for n := 1; err == nil; n++ {
		path := filepath.Join(r.dir, r.base+".rejects"+r.form.ext())
		if n > 1 {
			path = filepath.Join(r.dir, fmt.Sprintf("%s.rejects-%d%s", r.base, n, r.form.ext()))
		}
		if err = os.Link(r.tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
			err = r.copyTo(path) // another file system, or one without links
		}
		if err == nil {
			r.discard()
			return path, nil
		}
		if errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return "", fmt.Errorf("keep the file of rejects: %w", err)
}

func (r *rejectFile) copyTo(path string) error {
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.NewSectionReader(r.tmp, 0, 1<<62))
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		_ = os.Remove(path)
	}
	return err
}

// discard removes what was written under its temporary name.
func (r *rejectFile) discard() {
	if r == nil || r.tmp == nil {
		return
	}
	_ = r.tmp.Close()
	_ = os.Remove(r.tmp.Name())
	r.tmp = nil
}

const (
	// rejectColumn is what a reject carries beside its cells. An import leaves it out.
	rejectColumn = "reject_reason"
	// rejectText is the member that holds what is no JSON object. An import leaves it out as well.
	rejectText = "reject_text"
	// holding begins the reason of a row that is none as it stands: it is not taken until the reason is cleared.
	holding = "Correct the row, then clear this: "
)

func isReason(column string) bool { return crm.Ident(column) == rejectColumn }

// hold makes a reject of a row that a file of rejects holds back; at is where that file's reasons stand, -1 in others.
func (r *row) hold(at int) {
	if at >= 0 && at < len(r.cells) {
		r.holdFor(r.cells[at])
	}
}

func (r *row) holdFor(reason string) {
	if r.problem != "" || !strings.HasPrefix(reason, holding) {
		return
	}
	r.problem = "It was rejected before. Correct the row, then clear its " + rejectColumn + "."
	r.again = reason
}

// reason is what the file of rejects says of a row: what an earlier one said, where the row was held back for that alone.
func (r *row) reason(why string, held bool) string {
	switch {
	case r.again != "":
		return r.again
	case held:
		return holding + why
	}
	return why
}

// csvRejects are the original cells after a column with the reason.
type csvRejects struct {
	header []string
	out    *csv.Writer
}

func (c *csvRejects) ext() string { return ".csv" }

func (c *csvRejects) begin(out *bufio.Writer) error {
	c.out = csv.NewWriter(out)
	return c.write(rejectColumn, c.header)
}

func (c *csvRejects) row(in *row, why string, held bool) error {
	cells := in.cells
	if len(cells) == 0 {
		cells = []string{in.text}
	}
	return c.write(in.reason(why, held), cells)
}

// write leaves out the reason that a row came with.
func (c *csvRejects) write(why string, cells []string) error {
	record := []string{why}
	for i, cell := range cells {
		if i >= len(c.header) || !isReason(c.header[i]) {
			record = append(record, cell)
		}
	}
	if err := c.out.Write(record); err != nil {
		return err
	}
	c.out.Flush()
	return c.out.Error()
}
