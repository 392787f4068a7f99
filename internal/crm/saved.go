package crm

import (
	"slices"
	"strings"

	"openclaw/internal/fail"
)

// Saved is a question that a person keeps, with parameters in braces: "revenue in {period}".
type Saved struct {
	Name     string   `json:"name"`
	Question string   `json:"question"`
	SQL      string   `json:"sql,omitempty"` // set: run this instead of reading the question; $name are its parameters
	Params   []string `json:"params,omitempty"`
	Pinned   bool     `json:"pinned"`
	Verified string   `json:"verified,omitempty"` // who vouches for it
	By       string   `json:"by"`
	Broken   string   `json:"broken,omitempty"` // why its SQL cannot be run; read, never written
}

// Asks lists the parameters of the question, each once, in the order that they stand in. Braces that name none are refused.
func (s Saved) Asks() ([]string, error) {
	var out []string
	for rest := s.Question; ; {
		before, after, open := strings.Cut(rest, "{")
		name, tail, closed := strings.Cut(after, "}")
		if strings.Contains(before, "}") || open && (!closed || strings.TrimSpace(name) != name || name == "" || strings.Contains(name, "{")) {
			return nil, fail.New(fail.Invalid, "The braces in %q do not go around the name of a parameter.", short(s.Question)).WithHint("Write it like: revenue in {period}.")
		}
		if !open {
			return out, nil
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
		rest = tail
	}
}

// Filled is the question with values in the place of its parameters.
func (s Saved) Filled(values map[string]string) string {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(s.Question)
}
