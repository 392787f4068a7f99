package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"

	"openclaw/internal/edge"
	"openclaw/internal/fail"
)

// Client talks to the daemon of one data folder.
type Client struct {
	dir     string
	http    *http.Client
	version int64
}

// Dial makes a client. It connects with the first request.
func Dial(dir string) *Client {
	return &Client{dir: dir, http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, dir) },
	}}}
}

// If makes a client whose writes of a record insist on its version; 0 insists on none.
func (c *Client) If(version int64) *Client { return &Client{c.dir, c.http, version} }

// Do sends in as JSON, when it is not nil, and reads the answer into out, when that is not nil. The error of the daemon
// comes back as the *fail.Error it was there.
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	body, err := c.Stream(ctx, method, path, in, "application/json")
	if err != nil {
		return err
	}
	defer body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, body)
		return gone(err)
	}
	d := json.NewDecoder(body)
	d.UseNumber()
	if err := d.Decode(out); err != nil {
		return gone(err)
	}
	return nil
}

// Stream is Do for an answer that is read bit by bit. The caller closes it.
func (c *Client) Stream(ctx context.Context, method, path string, in any, accept string) (io.ReadCloser, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("encode request: %w", err)
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://openclaw"+path, body)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Accept", accept)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.version != 0 {
		r.Header.Set("If-Match", fmt.Sprintf("%q", strconv.FormatInt(c.version, 10)))
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	if resp.StatusCode < 400 {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	var p edge.Problem
	d := json.NewDecoder(io.LimitReader(resp.Body, 1<<20))
	d.UseNumber()
	if err := d.Decode(&p); err != nil || p.Kind == "" {
		return nil, fail.New(fail.Failed, "The daemon answered %s.", resp.Status).WithHint("The log says more.")
	}
	return nil, ProblemError(p)
}

// ProblemError is the error that a problem tells of.
func ProblemError(p edge.Problem) *fail.Error {
	return &fail.Error{Kind: p.Kind, Message: p.Detail, Hint: p.Hint, Detail: p.More}
}

func (c *Client) unreachable(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return Stopped()
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ECONNREFUSED):
		return fail.New(fail.Unavailable, "OpenClaw is not running on %s.", c.dir).WithHint("Start it: openclawd serve --data %s", quoted(c.dir))
	case errors.Is(err, os.ErrPermission):
		return fail.New(fail.Denied, "This unix user may not use the workspace in %s.", c.dir).WithHint("Run the command as the user that runs openclawd serve, or as root.")
	}
	return gone(err)
}

// Stopped is the error of a command that a person ended.
func Stopped() *fail.Error {
	return fail.New(fail.Failed, "Stopped.").WithHint("A write that was under way is either done or not done at all: openclawd history shows which.")
}

// gone says that the daemon went away in the middle of an answer.
func gone(err error) error {
	if err == nil {
		return nil
	}
	return fail.New(fail.Unavailable, "The daemon stopped in the middle of its answer.").WithHint("Start it again, and repeat the command: what was not confirmed may not have been done.").Because(err)
}

func quoted(dir string) string {
	if strings.ContainsAny(dir, " '\"$`\\") {
		return "'" + strings.ReplaceAll(dir, "'", `'\''`) + "'"
	}
	return dir
}
