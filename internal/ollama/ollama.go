// Package ollama talks to Ollama, which runs language models on this machine. One Client is one model with one set of
// options: Ollama loads a model anew when an option changes.
package ollama

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ollama/ollama/api"

	"openclaw/internal/chat"
	"openclaw/internal/fail"
)

// Options say which Ollama and which of its models.
type Options struct {
	URL     string // http://127.0.0.1:11434
	Model   string // smollm2:135m
	Context int    // tokens that a prompt and its reply may have together
	Threads int    // 0: what Ollama takes
	// Transport carries the requests; nil is plain HTTP without a proxy.
	Transport http.RoundTripper
}

// Client is one model of one Ollama. It is safe for use by many at once; Ollama answers one at a time.
type Client struct {
	opt Options
	api *api.Client
}

// New makes a client. It asks nothing of Ollama yet.
func New(opt Options) (*Client, error) {
	base, err := url.Parse(opt.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fail.New(fail.Invalid, "%q is not the address of an Ollama.", opt.URL).WithHint("Write it like http://127.0.0.1:11434.")
	}
	if opt.Transport == nil {
		opt.Transport = &http.Transport{DisableKeepAlives: true}
	}
	// No time limit: a slow box may read a prompt for minutes. A request ends with its context.
	return &Client{opt: opt, api: api.NewClient(base, &http.Client{Transport: opt.Transport})}, nil
}

// Model is the name of the model that answers.
func (c *Client) Model() string { return c.opt.Model }

// errWhole ends a reply whose JSON is whole: a model goes on with blanks until it tires.
var errWhole = errors.New("the reply is whole")

// Say sends a prompt and hears the reply to its end. heard is called for each piece of it, the first one being the end of
// the reading of the prompt; it may be nil. The reply of a prompt with a schema ends with its JSON value.
func (c *Client) Say(ctx context.Context, p chat.Prompt, heard func(piece string)) (chat.Reply, error) {
	var (
		text  strings.Builder
		value scanner
		reply chat.Reply
		begun = time.Now()
		done  bool
		long  bool // it came to its last token
	)
	err := c.api.Chat(ctx, c.request(p), func(r api.ChatResponse) error {
		piece := r.Message.Content
		if reply.Usage.First == 0 {
			reply.Usage.First = time.Since(begun)
		}
		if heard != nil && piece != "" {
			heard(piece)
		}
		if piece != "" {
			reply.Usage.Tokens++
		}
		if len(p.Schema) > 0 {
			if n := value.end(piece); n >= 0 {
				text.WriteString(piece[:n])
				return errWhole
			}
		}
		text.WriteString(piece)
		done, long = r.Done, r.DoneReason == "length"
		return nil
	})
	reply.Text, reply.Usage.Took = text.String(), time.Since(begun)
	switch {
	case errors.Is(err, errWhole):
		return reply, nil
	case err == nil && !done: // Ollama's client takes a torn stream for its end
		return chat.Reply{}, c.explain(ctx, io.ErrUnexpectedEOF)
	case err != nil:
		return chat.Reply{}, c.explain(ctx, err)
	}
	reply.Cut = long || len(p.Schema) > 0 // a whole value would have ended it before
	return reply, nil
}

// Warm loads the model and lets it read what every prompt begins with.
func (c *Client) Warm(ctx context.Context, system string) error {
	_, err := c.Say(ctx, chat.Prompt{System: system, User: "Ready?", MaxTokens: 1}, nil)
	return err
}

// Models lists the models that this Ollama has, those in memory marked.
func (c *Client) Models(ctx context.Context) ([]chat.Model, error) {
	list, err := c.api.List(ctx)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	running, err := c.api.ListRunning(ctx)
	if err != nil {
		return nil, c.explain(ctx, err)
	}
	loaded := map[string]bool{}
	for _, m := range running.Models {
		loaded[m.Name] = true
	}
	out := make([]chat.Model, 0, len(list.Models))
	for _, m := range list.Models {
		if m.RemoteHost != "" {
			continue // it answers from somewhere else
		}
		out = append(out, chat.Model{Name: m.Name, Bytes: m.Size, Loaded: loaded[m.Name], Parameter: m.Details.ParameterSize})
	}
	return out, nil
}

// request is the same for every prompt but for its texts, so that Ollama keeps the model loaded and its prefix read.
func (c *Client) request(p chat.Prompt) *api.ChatRequest {
	options := map[string]any{"num_ctx": c.opt.Context, "temperature": 0, "seed": 1, "num_predict": cmp.Or(p.MaxTokens, -1)}
	if c.opt.Threads > 0 {
		options["num_thread"] = c.opt.Threads
	}
	no := false
	return &api.ChatRequest{
		Model:    c.opt.Model,
		Messages: []api.Message{{Role: "system", Content: p.System}, {Role: "user", Content: p.User}},
		Format:   p.Schema, Options: options,
		KeepAlive: &api.Duration{Duration: -1}, Think: &api.ThinkValue{Value: false},
		Truncate: &no, Shift: &no,
	}
}
