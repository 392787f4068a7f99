package daemon

import (
	"context"

	"openclaw/internal/answer"
	"openclaw/internal/api"
	"openclaw/internal/fill"
	"openclaw/internal/ollama"
)

// modelContext is how many tokens a prompt and its reply have together: three times what the longest need.
const modelContext = 2048

// model is the model that the settings name, for the questions and for those who ask about it; nil where they name none.
func (d *Daemon) model() (answer.Model, func(ctx context.Context) (api.Model, error), error) {
	name := d.o.Config.Model
	if name == "" {
		return nil, func(context.Context) (api.Model, error) { return api.Model{Provider: "none"}, nil }, nil
	}
	client, err := ollama.New(ollama.Options{URL: d.o.Config.Ollama, Model: name, Context: modelContext})
	if err != nil {
		return nil, nil, err
	}
	state := func(ctx context.Context) (api.Model, error) {
		out := api.Model{Provider: "ollama", Name: name}
		all, err := client.Models(ctx)
		for _, m := range all {
			if m.Name == name || m.Name == name+":latest" {
				out.Here, out.Loaded = true, m.Loaded
			}
		}
		return out, err
	}
	return fill.New(client), state, nil
}
