// Package fail holds the few kinds of error that this program knows. Every error a person can meet has a kind, a
// sentence and, where there is one, the next step. Nothing here knows HTTP or exit codes; the edges map the kinds.
package fail

import (
	"errors"
	"fmt"
)

// Kind says what a caller can do about an error.
type Kind string

// The kinds. Failed is everything that nobody outside can act on.
const (
	Failed      Kind = "failed"
	Usage       Kind = "usage"
	Denied      Kind = "denied"
	NotFound    Kind = "not_found"
	Conflict    Kind = "conflict"
	Unavailable Kind = "unavailable"
	Invalid     Kind = "invalid"
	Busy        Kind = "busy"
)

// Error is a failure with its kind, a sentence for the person and the next step.
type Error struct {
	Kind    Kind
	Message string
	Hint    string // the next step, a sentence; may be empty
	Detail  any    // what a page or the API may show beside it, such as both values of a conflict; JSON-encodable
	Err     error  // the cause, for the log only
}

// New makes an error of a kind from a sentence.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// WithHint returns a copy with the next step.
func (e *Error) WithHint(format string, args ...any) *Error {
	out := *e
	out.Hint = fmt.Sprintf(format, args...)
	return &out
}

// WithDetail returns a copy that carries data to show beside the sentence.
func (e *Error) WithDetail(detail any) *Error {
	out := *e
	out.Detail = detail
	return &out
}

// Because returns a copy with the cause.
func (e *Error) Because(err error) *Error {
	out := *e
	out.Err = err
	return &out
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Message + ": " + e.Err.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf tells the kind of any error; Failed for one that is none of ours, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Failed
}

// As returns the *Error inside err, or one of kind Failed that says nothing of the internals.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Kind: Failed, Message: "Something went wrong inside OpenClaw.", Hint: "The log says more: journalctl -u openclawd, or the terminal that runs openclawd serve.", Err: err}
}
