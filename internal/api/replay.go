package api

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"sync"
	"time"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

const (
	replayLife = 24 * time.Hour
	replayMost = 1000    // answers that are remembered
	replaySize = 1 << 20 // bytes of one answer that are remembered
)

// replays remembers the answers of POSTs that carried an Idempotency-Key, so that a client that lost the answer may ask
// again without doing it twice. It remembers in memory: a restart forgets.
type replays struct {
	clock func() time.Time
	mu    sync.Mutex
	all   map[string]*replay
}

type replay struct {
	body   [32]byte // what was sent, since a key stands for one request only
	until  time.Time
	done   bool
	status int
	header http.Header
	answer []byte
}

func newReplays(clock func() time.Time) *replays {
	return &replays{clock: clock, all: map[string]*replay{}}
}

// once wraps a handler. The key is the caller's own; an answer that was an error is not kept, so that trying again tries.
func (p *replays) once(handle func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := r.Header.Get("Idempotency-Key")
		if key == "" {
			return handle(w, r)
		}
		if len(key) > 200 {
			return fail.New(fail.Usage, "The Idempotency-Key is longer than 200 characters.").WithHint("A UUID will do.")
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		key = ident.From(r.Context()).Person + "\x00" + r.URL.Path + "\x00" + key
		mine, known, err := p.begin(key, sha256.Sum256(body))
		if err != nil {
			return err
		}
		if known {
			for name, values := range mine.header {
				w.Header()[name] = values
			}
			w.Header().Set("Idempotency-Replayed", "true")
			w.WriteHeader(mine.status)
			_, err := w.Write(mine.answer)
			return err
		}
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		kept := false
		defer func() { p.end(key, mine, rec, kept) }()
		if err := handle(rec, r); err != nil {
			return err
		}
		kept = rec.body.Len() <= replaySize
		return nil
	}
}

// begin takes the key, or gives the answer that it has.
func (p *replays) begin(key string, body [32]byte) (*replay, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	if old, ok := p.all[key]; ok && now.Before(old.until) {
		switch {
		case old.body != body:
			return nil, false, fail.New(fail.Invalid, "This Idempotency-Key was used for another request.").WithHint("Use a new key for each request.")
		case !old.done:
			return nil, false, fail.New(fail.Busy, "The request with this Idempotency-Key is still under way.").WithHint("Ask again in a moment.")
		}
		return old, true, nil
	}
	if len(p.all) >= replayMost {
		var oldest string
		for k, v := range p.all {
			if v.done && (oldest == "" || v.until.Before(p.all[oldest].until)) {
				oldest = k
			}
		}
		delete(p.all, oldest)
	}
	mine := &replay{body: body, until: now.Add(replayLife)}
	p.all[key] = mine
	return mine, false, nil
}

func (p *replays) end(key string, mine *replay, rec *recorder, kept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !kept {
		delete(p.all, key)
		return
	}
	mine.done, mine.status, mine.answer = true, rec.status, rec.body.Bytes()
	mine.header = http.Header{}
	for _, name := range []string{"Content-Type", "Etag", "Location"} {
		if v := rec.Header().Values(name); len(v) > 0 {
			mine.header[name] = v
		}
	}
}

// recorder writes an answer and keeps a copy, up to a little over replaySize. As long as it keeps one, a reader that went
// away is no error: what was asked is done, and the reader comes back for its answer.
type recorder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	n, err := r.ResponseWriter.Write(p)
	if r.body.Len() <= replaySize {
		return r.body.Write(p)
	}
	return n, err
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
