package edge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"openclaw/internal/fail"
)

// Stream writes server-sent events. One goroutine uses it.
type Stream struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

// OpenStream turns the answer into an event stream. retry is how long a reader waits before it comes back.
func OpenStream(w http.ResponseWriter, r *http.Request, retry time.Duration) (*Stream, error) {
	if r.Method != http.MethodGet {
		return nil, fail.New(fail.Usage, "An event stream is read with GET.")
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	s := &Stream{w: w, rc: http.NewResponseController(w)}
	if _, err := fmt.Fprintf(w, "retry: %d\n\n", retry.Milliseconds()); err != nil {
		return nil, fmt.Errorf("open stream: %w", err)
	}
	return s, s.flush()
}

// Send writes one event. id is what the reader gives back as Last-Event-ID; 0 leaves it out. data becomes JSON. Nothing
// is sent to a reader whose session has ended since; that is an error, as for one that went away.
func (s *Stream) Send(id uint64, name string, data any) error {
	if still := responseOf(s.w).still; still != nil {
		if err := still(); err != nil {
			return err
		}
	}
	var b strings.Builder
	if id != 0 {
		fmt.Fprintf(&b, "id: %d\n", id)
	}
	fmt.Fprintf(&b, "event: %s\ndata: ", name)
	text := json.NewEncoder(&b) // it holds one line break, at its end
	text.SetEscapeHTML(false)
	if err := text.Encode(data); err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	b.WriteByte('\n')
	if _, err := s.w.Write([]byte(b.String())); err != nil {
		return fmt.Errorf("write event: %w", err)
	}
	return s.flush()
}

// Ping writes a comment, so that a connection that died is noticed.
func (s *Stream) Ping() error {
	if _, err := s.w.Write([]byte(": still here\n\n")); err != nil {
		return fmt.Errorf("write ping: %w", err)
	}
	return s.flush()
}

func (s *Stream) flush() error {
	if err := s.rc.Flush(); err != nil {
		return fmt.Errorf("flush stream: %w", err)
	}
	return nil
}
