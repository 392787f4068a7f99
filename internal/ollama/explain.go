package ollama

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/ollama/ollama/api"

	"openclaw/internal/fail"
)

// explain turns what Ollama or the way to it says into a named state with its next step.
func (c *Client) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var status api.StatusError
	var operation *net.OpError
	switch {
	case errors.As(err, &status) && status.StatusCode == http.StatusNotFound:
		return fail.New(fail.Unavailable, "The model %s is not on this box.", c.opt.Model).WithHint("See which are: openclawd model list. Take one: openclawd model use NAME.").Because(err)
	case errors.As(err, &status) && status.StatusCode == http.StatusServiceUnavailable:
		return fail.New(fail.Busy, "The model is busy.").WithHint("Ask again in a moment, or ask without it: openclawd ask --no-model.").Because(err)
	case strings.Contains(err.Error(), "requires more system memory"):
		return fail.New(fail.Unavailable, "The model %s needs more memory than this box has free.", c.opt.Model).WithHint("Take a smaller one: openclawd model list.").Because(err)
	case strings.Contains(err.Error(), "exceeds the available context") || strings.Contains(err.Error(), "context length"):
		return fail.New(fail.Invalid, "That is too long for the model.").WithHint("Ask in fewer words.").Because(err)
	case errors.As(err, &operation) && operation.Op == "dial":
		return fail.New(fail.Unavailable, "Ollama does not run at %s.", c.opt.URL).WithHint("Start it: ollama serve. Questions in plain words work without it.").Because(err)
	}
	return fail.New(fail.Unavailable, "The model gave no answer.").WithHint("Ask again; if it stays so, look at Ollama's log.").Because(err)
}
