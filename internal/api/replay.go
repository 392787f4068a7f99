package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"sync"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

const replaySize = 1 << 20 // bytes of one answer that are kept

// Replays keeps which requests were done: in the same transaction as what they wrote, and their answers after it.
type Replays interface {
	Done(ctx context.Context, c ident.Caller, key string) (crm.Done, bool, error)
	Answered(ctx context.Context, c ident.Caller, answer []byte) error
}

// replays has POSTs that carry an Idempotency-Key done once, so that a client that lost the answer, be it to a crash, may
// ask again. What wrote nothing, such as a question or an error, is simply done anew.
type replays struct {
	store Replays
	mu    sync.Mutex
	busy  map[string]bool // keys of requests under way
}

// replay is an answer as it is kept.
type replay struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

type handler = func(http.ResponseWriter, *http.Request) error

// once wraps a handler whose body fits into memory.
func (p *replays) once(handle handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Header.Get("Idempotency-Key") == "" {
			return handle(w, r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		sum := sha256.Sum256(body)
		return p.run(w, r, sum[:], handle)
	}
}

// never wraps a handler whose answer may not be kept.
func never(handle handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Header.Get("Idempotency-Key") != "" {
			return fail.New(fail.Usage, "This cannot be asked with an Idempotency-Key, since its answer holds a secret, and is not kept.").WithHint("Leave the header out.")
		}
		return handle(w, r)
	}
}

// run does a request that has a key, or gives the answer that it had. body is a hash of what was sent.
func (p *replays) run(w http.ResponseWriter, r *http.Request, body []byte, handle handler) error {
	key := r.Header.Get("Idempotency-Key")
	if len(key) > 200 {
		return fail.New(fail.Usage, "The Idempotency-Key is longer than 200 characters.").WithHint("A UUID will do.")
	}
	c := ident.From(r.Context())
	sum := sha256.Sum256([]byte(c.Person + "\x00" + r.URL.Path + "\x00" + key))
	c.Once = ident.Once{Key: hex.EncodeToString(sum[:]), Body: hex.EncodeToString(body)}
	if !p.begin(c.Once.Key) {
		return fail.New(fail.Busy, "The request with this Idempotency-Key is still under way.").WithHint("Ask again in a moment.")
	}
	defer p.end(c.Once.Key)
	done, known, err := p.store.Done(r.Context(), c, c.Once.Key)
	switch {
	case err != nil:
		return err
	case known:
		return again(w, c.Once, done)
	}
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	if err := handle(rec, r.WithContext(ident.With(r.Context(), c))); err != nil {
		return err
	}
	if rec.body.Len() > replaySize {
		return nil
	}
	kept := replay{Status: rec.status, Header: http.Header{}, Body: rec.body.Bytes()}
	for _, name := range []string{"Content-Type", "Etag", "Location"} {
		if v := rec.Header().Values(name); len(v) > 0 {
			kept.Header[name] = v
		}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	// What was asked is done and answered. When the answer cannot be kept, who asks again is told the batch instead.
	_ = p.store.Answered(context.WithoutCancel(r.Context()), c, text)
	return nil
}

// again answers a request that was done before.
func again(w http.ResponseWriter, once ident.Once, done crm.Done) error {
	if done.Body != once.Body {
		return fail.New(fail.Invalid, "This Idempotency-Key was used for another request.").WithHint("Use a new key for each request.")
	}
	if done.Answer == nil {
		return fail.New(fail.Conflict, "This was done already, as batch %d, but its answer was not kept.", done.Batch).
			WithHint("openclawd history shows what it did. To do it once more, use a new key.")
	}
	var kept replay
	if err := json.Unmarshal(done.Answer, &kept); err != nil {
		return err
	}
	for name, values := range kept.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(kept.Status)
	_, err := w.Write(kept.Body)
	return err
}

// begin takes the key, unless a request with it is under way.
func (p *replays) begin(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy[key] {
		return false
	}
	p.busy[key] = true
	return true
}

func (p *replays) end(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.busy, key)
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
