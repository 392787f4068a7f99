package api

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

const (
	maxUpload  = 1 << 30 // bytes of all files of one upload
	maxFiles   = 50
	progressAt = 200 * time.Millisecond // the least time between two lines of progress
)

func (s *server) importOps() []op {
	return []op{
		{method: "POST", path: "/api/v1/import", access: edge.Writer, maxBody: maxUpload, id: "import", large: true, in: Import{}, out: imported{},
			does: "Import files as one batch, or preview it with dry_run. Send multipart/form-data: a part options with this JSON (files left out), then a part file for each file. " +
				"The unix socket's caller may send JSON with paths instead. With Accept: application/x-ndjson the answer is lines of progress and then the result.",
			handle: s.importFiles},
		{method: "GET", path: "/api/v1/objects/:object/export", access: edge.SignedIn, id: "export", media: "text/csv, application/json, application/vnd.apache.parquet", does: "All records of an object as a file.", handle: s.export, query: []param{
			{"format", "csv, json or parquet; csv when left out"}, {"filter", "a condition, such as close_value > 5000; may be repeated"}}},
	}
}

// imported is what an import did; a dry run shows as well how the files were read.
type imported struct {
	ingest.Result
	Preview *ingest.Preview `json:"preview,omitempty"`
}

// write streams the result, since it names each row that was not taken.
func (i imported) write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 64<<10)
	return errors.Join(i.WriteJSON(out, i.Preview), out.Flush())
}

func (s *server) importFiles(w http.ResponseWriter, r *http.Request) error {
	c := ident.From(r.Context())
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return fail.New(fail.Usage, "The request does not say what it holds.").WithHint("Send multipart/form-data with the files.")
	}
	var in Import
	upload := ""           // folder of an upload
	digest := sha256.New() // of what is sent, but for the boundary, which is another each time
	switch {
	case media == "multipart/form-data" && params["boundary"] != "":
		if upload, err = os.MkdirTemp(s.TempDir, "upload-"); err != nil {
			return fmt.Errorf("make a place for the upload: %w", err)
		}
		defer os.RemoveAll(upload) // what it leaves is swept at the next start
		if in, err = receive(r, upload, digest); err != nil {
			return err
		}
	case c.Via != ident.CLI:
		return fail.New(fail.Denied, "Files on this box are read for the command line only.").WithHint("Send the files themselves, as multipart/form-data.")
	default:
		if in, err = read[Import](r); err != nil {
			return err
		}
		if err := json.NewEncoder(digest).Encode(in); err != nil {
			return err
		}
	}
	if len(in.Files) == 0 {
		return fail.New(fail.Usage, "There is no file to import.").WithHint("Name at least one file.")
	}
	run := func(w http.ResponseWriter, r *http.Request) error {
		if r.Header.Get("Accept") == "application/x-ndjson" {
			return s.importLines(w, r, in, upload)
		}
		out, err := s.runImport(r.Context(), in, upload, func(int64, int64) {})
		if err != nil {
			return err
		}
		defer out.Close()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		return out.write(w)
	}
	if r.Header.Get("Idempotency-Key") == "" {
		return run(w, r)
	}
	return s.replays.run(w, r, digest.Sum(nil), run)
}

// importLine is one line of an answer that tells its progress: exactly one member is set. The last one, which has the
// result instead, is written as it comes.
type importLine struct {
	Progress *progressLine `json:"progress,omitempty"`
	Error    *edge.Problem `json:"error,omitempty"`
}

type progressLine struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"` // 0 when it is not known
}

func (s *server) importLines(w http.ResponseWriter, r *http.Request, in Import, upload string) error {
	w.Header().Set("Content-Type", "application/x-ndjson")
	lines := json.NewEncoder(w)
	lines.SetEscapeHTML(false)
	flush := http.NewResponseController(w)
	var mu sync.Mutex // progress may be told from another goroutine than the handler's
	var last time.Time
	over := false
	out, err := s.runImport(r.Context(), in, upload, func(done, total int64) {
		mu.Lock()
		defer mu.Unlock()
		if now := s.Clock(); !over && now.Sub(last) >= progressAt {
			last = now
			if lines.Encode(importLine{Progress: &progressLine{Done: done, Total: total}}) == nil {
				_ = flush.Flush() // a reader that went away ends the import by its context
			}
		}
	})
	mu.Lock()
	defer mu.Unlock()
	over = true
	switch {
	case err == nil:
		defer out.Close()
		_, err := io.WriteString(w, `{"result":`)
		if err = errors.Join(err, out.write(w)); err != nil {
			return err
		}
		_, err = io.WriteString(w, "}\n")
		return err
	case last.IsZero(): // nothing was written: the error can still be an ordinary one
		return err
	}
	p := edge.ProblemOf(err)
	return lines.Encode(importLine{Error: &p})
}

// runImport prepares and runs it. The rejects of an upload are in the answer whole, so that their file need not stay.
func (s *server) runImport(ctx context.Context, in Import, upload string, progress func(done, total int64)) (out imported, err error) {
	c := ident.From(ctx)
	in.RejectDir, in.TempDir = upload, s.TempDir
	sources := make([]ingest.Source, len(in.Files))
	for i, f := range in.Files {
		sources[i] = ingest.Source{Name: f.Name, Path: f.Path}
	}
	preview, err := ingest.Prepare(ctx, s.Import, c, sources, in.Options)
	if err != nil {
		return imported{}, err
	}
	if preview, out.Result, err = preview.ImportAnew(ctx, s.Import, c, sources, progress); err != nil {
		return imported{}, err
	}
	if in.DryRun {
		out.Preview = preview
	}
	for i := range out.Files {
		if upload != "" {
			out.Files[i].RejectsFile = ""
		}
	}
	return out, nil
}

// receive saves the parts of an upload in a folder, each under a name of our own, and adds them up in digest.
func receive(r *http.Request, dir string, digest io.Writer) (in Import, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return in, fail.New(fail.Usage, "The upload cannot be read.").WithHint("Send multipart/form-data.").Because(err)
	}
	var files []ImportFile
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			in.Files = files
			return in, nil
		}
		if err != nil {
			return in, torn(err)
		}
		switch {
		case part.FormName() == "options":
			d := json.NewDecoder(io.TeeReader(io.LimitReader(part, 1<<20), digest))
			d.DisallowUnknownFields()
			if err := d.Decode(&in); err != nil {
				return in, fail.New(fail.Usage, "The part options is not the JSON that is wanted: %s.", strings.TrimPrefix(err.Error(), "json: ")).WithHint("/api/v1/openapi.json says what is.")
			}
			if len(in.Files) > 0 {
				return in, fail.New(fail.Denied, "An upload names no paths on this box.").WithHint("Leave files out.")
			}
		case part.FormName() == "file" && part.FileName() != "":
			if len(files) == maxFiles {
				return in, fail.New(fail.Invalid, "More than %d files came at once.", maxFiles).WithHint("Bring them in two turns.")
			}
			path := filepath.Join(dir, fmt.Sprintf("%d%s", len(files), filepath.Ext(filepath.Base(part.FileName()))))
			fmt.Fprintf(digest, "\x00%s\x00", part.FileName()) // a hash takes everything
			if err := save(path, io.TeeReader(part, digest)); err != nil {
				return in, torn(err)
			}
			files = append(files, ImportFile{Name: filepath.Base(part.FileName()), Path: path})
		default:
			return in, fail.New(fail.Usage, "The upload has a part %q that means nothing here.", part.FormName()).WithHint("Parts are options and file.")
		}
	}
}

func save(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("save upload: %w", err)
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

func torn(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return fail.New(fail.Invalid, "The upload broke off or could not be kept.").WithHint("Check the free disk space, and send it again.").Because(err)
}
