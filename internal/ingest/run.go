package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime/debug"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// Import brings in what the preview shows, as one batch: all rows, or with Options.Yes those that are valid, and the
// others go to a file of their own. An error, and the end of ctx, leave nothing behind. progress may be nil. The result is
// to be closed.
func (p *Preview) Import(ctx context.Context, store Store, c ident.Caller, progress func(done, total int64)) (Result, error) {
	if err := p.ready(); err != nil {
		return Result{}, err
	}
	// What the rows took on their way goes back to the system now: what the store makes of them next needs room too.
	defer debug.FreeOSMemory()
	return p.run(ctx, store, c, p.alterations(), p.Options.DryRun, progress)
}

// ready refuses an import with open questions, or with files or rows that nobody agreed to leave out.
func (p *Preview) ready() error {
	if len(p.Questions) > 0 {
		q := p.Questions[0]
		return fail.New(fail.Invalid, "%s: %s", q.File, q.Text).WithHint("Say which: %s or %s", q.Choices[0].Option, q.Choices[1].Option).WithDetail(p.Questions)
	}
	if p.Options.Yes || p.Options.DryRun {
		return nil
	}
	for _, s := range p.Skipped {
		if s.Stops {
			return fail.New(fail.Invalid, "%s cannot come in, and nothing was imported. %s", s.File, s.Reason).
				WithHint("%s", strings.TrimSpace(s.Hint+" Or leave it out, or add --yes to import the other files.")).WithDetail(p.Skipped)
		}
	}
	if p.Rejected == 0 {
		return nil
	}
	for _, f := range p.Files {
		if f.Rejected > 0 {
			return refused(f, f.Rejects[0], p.Rejected, p.Rows)
		}
	}
	return nil
}

func refused(f *File, first crm.Reject, rejected, rows int64) error {
	where := fmt.Sprintf("row %d", first.Row)
	if first.Column != "" {
		where += fmt.Sprintf(", %s, \"%s\"", first.Column, short(crm.Line(first.Value), 60))
	}
	count := "A row cannot be taken, and nothing was imported."
	if rejected > 0 {
		count = fmt.Sprintf("%s of %s rows cannot be taken, and nothing was imported.", grouped(rejected), grouped(rows))
	}
	return fail.New(fail.Invalid, "%s The first is in %s, %s: %s", count, f.table.name(), where, first.Reason).
		WithHint("Correct the file, or add --yes to import the other rows and get a file of these. --dry-run shows them all.").WithDetail(f.Rejects)
}

// alterations are the changes of the schema: objects in the order of the files; a link to one that comes later is added
// at the end. The object that tells most, by its links and then by its rows, is shown before the other new ones.
func (p *Preview) alterations() []crm.Alteration {
	var out, late []crm.Alteration
	there := map[string]bool{}
	for _, o := range p.schema.Objects {
		there[o.Name] = true
	}
	for _, f := range p.Files {
		there[f.Object] = true
		o := f.object
		o.Fields = nil
		var added []crm.Field
		for _, c := range f.loads {
			was, _ := f.before.Field(c.field.Name)
			switch {
			case c.New && c.Link != nil && !there[c.field.Target]:
				late = append(late, crm.Alteration{Kind: crm.AddField, Object: crm.Object{Name: f.Object}, Field: c.field})
			case c.New:
				added = append(added, c.field)
			case c.field.Scale != was.Scale:
				out = append(out, crm.Alteration{Kind: crm.ChangeField, Object: crm.Object{Name: f.Object}, Field: c.field})
			case len(c.NewOptions) > 0:
				out = append(out, crm.Alteration{Kind: crm.SetField, Object: crm.Object{Name: f.Object}, Field: c.field})
			}
		}
		if f.New {
			o.Fields = added
			out = append(out, crm.Alteration{Kind: crm.AddObject, Object: o})
			continue
		}
		for _, field := range added {
			out = append(out, crm.Alteration{Kind: crm.AddField, Object: crm.Object{Name: f.Object}, Field: field})
		}
	}
	out = append(out, late...)
	if o, n := p.chief(); n > 1 {
		out = append(out, crm.Alteration{Kind: crm.MoveObject, Object: crm.Object{Name: o}, At: len(p.schema.Objects)})
	}
	return out
}

// chief is the new object with the most links to others, and among equals with the most rows; n counts the new ones.
func (p *Preview) chief() (object string, n int) {
	var links, rows int64
	for _, f := range p.Files {
		if !f.New {
			continue
		}
		n++
		var own int64
		for _, c := range f.loads {
			if c.Link != nil && c.field.Target != f.Object {
				own++
			}
		}
		if object == "" || own > links || own == links && f.Rows > rows {
			object, links, rows = f.Object, own, f.Rows
		}
	}
	return object, n
}

// run streams all files into the store.
func (p *Preview) run(ctx context.Context, store Store, c ident.Caller, alter []crm.Alteration, dry bool, progress func(done, total int64)) (Result, error) {
	var done int64
	tick := func(rows int64) {
		done += rows
		if progress != nil {
			progress(done, p.Rows)
		}
	}
	var feeds []*feed
	var sources []crm.Source
	var names []string
	failed := true
	defer func() {
		for _, f := range feeds {
			f.rejects.discard()
			if failed {
				_ = errors.Join(f.list.close(), f.late.close())
			}
		}
	}()
	for _, file := range p.Files {
		f, err := p.newFeed(ctx, store, c, file, dry)
		if err != nil {
			return Result{}, err
		}
		f.tick = tick
		feeds = append(feeds, f)
		sources = append(sources, crm.Source{Load: file.load(), Rows: f.rows(ctx)})
		names = append(names, file.table.name())
	}
	imported, err := store.Import(ctx, c, crm.Cause{Kind: "import", Text: strings.Join(names, ", ")}, alter, sources, crm.ImportOptions{DryRun: dry, Whole: !p.Options.Yes,
		Reject: func(source int, r crm.Reject) error { return feeds[source].late.add(r) }})
	if err != nil {
		return Result{}, err
	}
	for i, l := range imported.Loaded {
		if l.Rejected > 0 && !p.Options.Yes && !dry {
			return Result{}, fail.As(refused(p.Files[i], l.Rejects[0], l.Rejected, p.Files[i].Rows)).WithDetail(l.Rejects[:min(len(l.Rejects), maxShown)])
		}
	}
	out := Result{Batch: imported.Batch, DryRun: dry, Skipped: p.Skipped}
	for i, f := range feeds {
		r, err := f.result(ctx, imported.Loaded[i])
		if err != nil {
			return out, fail.New(fail.Unavailable, "The valid rows came in as batch %d, but the file of the others could not be written.", imported.Batch).
				WithHint("Make room or the folder writable. Then import again: what is in stays as it is, and the file is written. To take it back: openclawd undo %d", imported.Batch).Because(err)
		}
		out.Files = append(out.Files, r)
	}
	failed = false
	return out, nil
}

// load tells the store where the rows go.
func (f *File) load() crm.Load {
	l := crm.Load{Object: f.Object, Key: f.Key, Links: map[string]crm.LinkBy{}}
	for _, c := range f.loads {
		l.Fields = append(l.Fields, c.field.Name)
		if c.Link != nil {
			l.Links[c.field.Name] = c.linkBy()
		}
	}
	return l
}

// feed is one file on its way into the store, and what was seen on the way.
type feed struct {
	file    *File
	reader  *rowReader
	yes     bool // rejects are set aside; else the first one ends the import
	tick    func(rows int64)
	rejects *rejectFile
	list    *rejectList
	late    *rejectList // those of the store
	repairs int64
	have    map[uint64]int32 // rows that are there already, of an object without a key
	same    int64            // rows that were not given to the store, since they are there
}

func (p *Preview) newFeed(ctx context.Context, store Store, c ident.Caller, file *File, dry bool) (*feed, error) {
	f := &feed{file: file, reader: newRowReader(file), yes: p.Options.Yes || dry, list: &rejectList{dir: p.Options.TempDir}, late: &rejectList{dir: p.Options.TempDir}}
	if p.Options.Yes && !dry {
		f.rejects = newRejectFile(p.Options, file)
	}
	if file.Key == "" && !file.New {
		var err error
		if f.have, err = existingRows(ctx, store, c, file); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// converted is a batch of rows on its way to the store.
type converted struct {
	rows []crm.SourceRow
	read int64
}

var errStopped = errors.New("the reader of the rows stopped")

// rows reads and converts beside the store.
func (f *feed) rows(ctx context.Context) iter.Seq2[crm.SourceRow, error] {
	return func(yield func(crm.SourceRow, error) bool) {
		err := ahead(ctx, f.convert, func(b converted) error {
			for _, r := range b.rows {
				if !yield(r, nil) {
					return errStopped
				}
			}
			f.tick(b.read)
			return nil
		})
		f.reader.forget()
		if err != nil && !errors.Is(err, errStopped) {
			yield(crm.SourceRow{}, tableError(f.file.table, err))
		}
	}
}

func (f *feed) convert(give func(converted) bool) error {
	var failed error
	err := f.file.table.readBatches(func(b batch) bool {
		out := converted{rows: make([]crm.SourceRow, 0, len(b.rows)), read: int64(len(b.rows))}
		values := make([]any, 0, len(b.rows)*len(f.file.loads))
		for i := range b.rows {
			at := len(values)
			all, repair, reject := f.reader.read(&b.rows[i], values)
			if reject != nil {
				if failed = f.reject(&b.rows[i], reject); failed != nil {
					return false
				}
				continue
			}
			if repair != nil {
				f.repairs++
			}
			row := all[at:len(all):len(all)]
			if f.isThere(row) {
				f.same++
				continue
			}
			values = all
			out.rows = append(out.rows, crm.SourceRow{Line: b.rows[i].line, Values: row})
		}
		return give(out)
	})
	return cmp.Or(failed, err)
}

func (f *feed) reject(r *row, why *crm.Reject) error {
	why.Value = strings.Clone(why.Value)
	if !f.yes {
		return refused(f.file, *why, 0, 0)
	}
	if err := f.list.add(*why); err != nil {
		return err
	}
	return f.rejects.add(r, why.Reason, f.reader.held)
}

// result puts together what the store and the reader have seen.
func (f *feed) result(ctx context.Context, l crm.Loaded) (FileResult, error) {
	r := FileResult{File: f.file.File, Sheet: f.file.Sheet, Object: f.file.Object, Rows: f.file.Rows, Created: l.Created, Updated: l.Updated, Unchanged: l.Unchanged + f.same, Rejected: []crm.Reject{}, RejectedRows: f.list.n + f.late.n, list: f.list, late: f.late, Repaired: f.repairs, FieldsAdded: []string{}, Notes: f.file.Notes, Links: map[string]crm.LinkCount{}}
	for reject, err := range r.Rejects() {
		if err != nil {
			return r, err
		}
		if r.Rejected = append(r.Rejected, reject); len(r.Rejected) == maxShown {
			break
		}
	}
	for i, c := range f.file.loads {
		if c.New {
			r.FieldsAdded = append(r.FieldsAdded, c.field.Name)
		}
		if c.Link == nil {
			continue
		}
		r.Links[c.field.Name] = f.linkCount(c, f.reader.convert[i], l.Links[c.field.Name])
	}
	if f.rejects == nil || r.RejectedRows == 0 {
		return r, nil
	}
	if f.late.n > 0 {
		if err := f.addLines(ctx); err != nil {
			return r, err
		}
	}
	var err error
	r.RejectsFile, err = f.rejects.keep()
	return r, err
}

// addLines brings the rows that the store refused into the file of rejects, by reading the table once more.
func (f *feed) addLines(ctx context.Context) error {
	next, stop := iter.Pull2(f.late.all())
	defer stop()
	late, err, more := next()
	if err != nil {
		return err
	}
	return ahead(ctx, f.file.table.readBatches, func(b batch) error {
		for i := range b.rows {
			if !more || b.rows[i].line != late.Row {
				continue
			}
			if err := f.rejects.add(&b.rows[i], late.Reason, false); err != nil {
				return err
			}
			if late, err, more = next(); err != nil {
				return err
			}
		}
		return nil
	})
}

const maxUnmatched = 20

// linkCount adds to the store's count what was settled before the rows came to it.
func (f *feed) linkCount(c *Column, conv *converter, n crm.LinkCount) crm.LinkCount {
	if n.Unmatched == nil {
		n.Unmatched = []string{}
	}
	add := func(text string) {
		if len(n.Unmatched) < maxUnmatched && !slices.Contains(n.Unmatched, text) {
			n.Unmatched = append(n.Unmatched, text)
		}
	}
	for _, s := range c.Link.Unmatched {
		if s.Do != LinkTo {
			add(s.Text)
		}
	}
	for _, text := range slices.Sorted(maps.Keys(conv.left)) {
		add(text)
	}
	return n
}
