// Package chat is what is said to a language model and what comes back. It knows no provider and no HTTP.
package chat

import (
	"encoding/json"
	"time"
)

// Prompt is one request to a model.
type Prompt struct {
	// System comes first and is the same, byte for byte, from one request to the next, so that a model that keeps what it has
	// read need not read it again.
	System string
	User   string
	// Schema is the JSON Schema that the reply must fit. The reply ends with the first whole JSON value.
	Schema json.RawMessage
	// MaxTokens ends a reply that goes on for longer; it is then Cut.
	MaxTokens int
}

// Reply is what a model said.
type Reply struct {
	Text string
	// Cut tells that the reply was ended before its JSON was whole.
	Cut   bool
	Usage Usage
}

// Usage is what a reply took.
type Usage struct {
	// First is the time to the first token: loading the model, where it was not loaded, and reading the prompt.
	First  time.Duration
	Took   time.Duration // all together
	Tokens int           // of the reply
}

// Model is one that a provider has.
type Model struct {
	Name      string `json:"name"`
	Bytes     int64  `json:"bytes"`     // on disk
	Loaded    bool   `json:"loaded"`    // in memory now
	Parameter string `json:"parameter"` // its size as its makers say it, such as 1.5B
}
