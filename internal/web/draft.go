package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

const (
	draftLife = 24 * time.Hour // an import that nobody finished is thrown away
	maxFiles  = 50
)

// imports holds the imports that people are at. What is on disk (the files, draft.json) outlives a restart; what was
// read from it is kept until a decision changes.
type imports struct {
	dir  string
	mu   sync.Mutex
	open map[string]*draft
	stop context.CancelFunc // of all runs
	ctx  context.Context
	runs sync.WaitGroup
}

// draft is one import: the files brought, what was decided, and once it runs, how far it is.
type draft struct {
	ID      string         `json:"-"`
	Person  string         `json:"person"`
	Files   []string       `json:"files"` // as the person calls them; file i lies at files/i with its extension
	Options ingest.Options `json:"options"`

	dir string
	mu  sync.Mutex // guards the rest

	preview *ingest.Preview
	run     *importRun
}

// importRun is an import under way, or done.
type importRun struct {
	began       time.Time
	cancel      context.CancelFunc
	over        chan struct{} // closed when it has ended
	done, total int64
	finished    bool
	result      ingest.Result
	err         error
}

func newImports(dir string) *imports {
	ctx, stop := context.WithCancel(context.Background())
	return &imports{dir: dir, open: map[string]*draft{}, ctx: ctx, stop: stop}
}

func (im *imports) close() {
	im.stop()
	im.runs.Wait()
}

// sweep removes the drafts that nobody came back to.
func (im *imports) sweep(now time.Time) {
	entries, err := os.ReadDir(im.dir)
	if err != nil {
		return
	}
	im.mu.Lock()
	defer im.mu.Unlock()
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || now.Sub(info.ModTime()) < draftLife {
			continue
		}
		if d := im.open[e.Name()]; d != nil && d.running() {
			continue
		}
		delete(im.open, e.Name())
		os.RemoveAll(filepath.Join(im.dir, e.Name()))
	}
}

// add keeps the uploaded files as a new draft. The parts are streamed to disk, never held in memory.
func (im *imports) add(person string, parts *multipart.Reader, now time.Time) (*draft, error) {
	im.sweep(now)
	d := &draft{ID: strings.ToLower(rand.Text()[:16]), Person: person}
	d.dir = filepath.Join(im.dir, d.ID)
	for _, folder := range []string{"files", "rejects"} {
		if err := os.MkdirAll(filepath.Join(d.dir, folder), 0o700); err != nil {
			return nil, fmt.Errorf("keep upload: %w", err)
		}
	}
	if err := d.receive(parts); err != nil {
		os.RemoveAll(d.dir)
		return nil, err
	}
	im.mu.Lock()
	im.open[d.ID] = d
	im.mu.Unlock()
	return d, nil
}

func (d *draft) receive(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read upload: %w", err)
		}
		name := filepath.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		if part.FormName() != "files" || part.FileName() == "" {
			continue
		}
		if len(d.Files) == maxFiles {
			return fail.New(fail.Invalid, "%d files at a time are the most.", maxFiles).WithHint("Bring the others in a second import.")
		}
		d.Files = append(d.Files, name)
		if err := keepPart(part, d.path(len(d.Files)-1)); err != nil {
			return err
		}
	}
	if len(d.Files) == 0 {
		return fail.New(fail.Invalid, "No file was chosen.").WithHint("Choose one or more files, then press Read them.")
	}
	return d.save()
}

func keepPart(part io.Reader, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	_, err = io.Copy(f, part)
	err = errors.Join(err, f.Close())
	if errors.Is(err, syscall.ENOSPC) {
		return fail.New(fail.Unavailable, "The disk has no room for the upload.").WithHint("Free some space on the box, then bring the files again.").Because(err)
	}
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	return nil
}

// path is where a file lies. The name a person gave is never part of it but for a plain extension.
func (d *draft) path(i int) string {
	ext := filepath.Ext(d.Files[i])
	if len(ext) > 8 || strings.ContainsFunc(ext, func(r rune) bool { return r != '.' && (r < '0' || r > 'z') }) {
		ext = ""
	}
	return filepath.Join(d.dir, "files", strconv.Itoa(i)+ext)
}

func (d *draft) sources() []ingest.Source {
	out := make([]ingest.Source, len(d.Files))
	for i, name := range d.Files {
		out[i] = ingest.Source{Name: name, Path: d.path(i)}
	}
	return out
}

func (d *draft) save() error {
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("keep import: %w", err)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "draft.json"), text, 0o600); err != nil {
		return fmt.Errorf("keep import: %w", err)
	}
	return nil
}

// find opens a person's own draft.
func (im *imports) find(person, id string) (*draft, error) {
	gone := fail.New(fail.NotFound, "This import is not here any more.").WithHint("Bring the files again under Import. Nothing was written by it.")
	if strings.ContainsFunc(id, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) || id == "" {
		return nil, gone
	}
	im.mu.Lock()
	defer im.mu.Unlock()
	d := im.open[id]
	if d == nil {
		d = &draft{ID: id, dir: filepath.Join(im.dir, id)}
		text, err := os.ReadFile(filepath.Join(d.dir, "draft.json"))
		if err != nil || json.Unmarshal(text, d) != nil {
			return nil, gone
		}
		im.open[id] = d
	}
	if d.Person != person {
		return nil, gone
	}
	return d, nil
}

// drop throws a draft away, and stops it if it runs. It tells whether the import was stopped in time: one that has
// already been written stays, and so does its draft.
func (im *imports) drop(d *draft) bool {
	if run := d.progress(); run != nil {
		run.cancel()
		<-run.over
		if d.progress().err == nil {
			return false
		}
	}
	im.mu.Lock()
	delete(im.open, d.ID)
	im.mu.Unlock()
	os.RemoveAll(d.dir)
	return true
}

func (d *draft) running() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.run != nil && !d.run.finished
}

// look reads the files, once for each set of decisions.
func (d *draft) look(ctx context.Context, store ingest.Store, c ident.Caller) (*ingest.Preview, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.preview != nil {
		return d.preview, nil
	}
	o := d.Options
	o.RejectDir, o.TempDir = filepath.Join(d.dir, "rejects"), d.dir
	p, err := ingest.Prepare(ctx, store, c, d.sources(), o)
	if err != nil {
		return nil, err
	}
	d.preview = p
	return p, nil
}

// decide keeps new decisions; the files are read again with them.
func (d *draft) decide(o ingest.Options) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run != nil {
		return fail.New(fail.Conflict, "This import is under way already.").WithHint("Wait for its end, or stop it.")
	}
	d.Options, d.preview = o, nil
	return d.save()
}

// start lets the import run on its own: the person may leave the page, and only Stop or the daemon's end stops it.
func (im *imports) start(d *draft, store ingest.Store, c ident.Caller, p *ingest.Preview, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(ident.With(im.ctx, c))
	run := &importRun{began: now, cancel: cancel, over: make(chan struct{}), total: p.Rows}
	d.run = run
	im.runs.Add(1)
	go func() {
		defer im.runs.Done()
		defer close(run.over)
		defer cancel()
		_, result, err := p.ImportAnew(ctx, store, c, d.sources(), func(done, total int64) {
			d.mu.Lock()
			run.done, run.total = done, total
			d.mu.Unlock()
		})
		_ = result.Close() // the page lists the first rejects, and they stay
		d.mu.Lock()
		defer d.mu.Unlock()
		run.result, run.err, run.finished = result, err, true
		d.preview = nil
		os.RemoveAll(filepath.Join(d.dir, "files"))
	}()
	return nil
}

// progress is a copy of how far the import is; nil when it has not begun.
func (d *draft) progress() *importRun {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == nil {
		return nil
	}
	run := *d.run
	return &run
}
