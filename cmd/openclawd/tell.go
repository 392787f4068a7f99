package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// exit is an error that is already told; only its code is left to give.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// codeOf is the one place where kinds become exit codes.
func codeOf(kind fail.Kind) int {
	switch kind {
	case "":
		return 0
	case fail.Usage:
		return 2
	case fail.Denied:
		return 3
	case fail.NotFound:
		return 4
	case fail.Conflict:
		return 5
	case fail.Unavailable:
		return 6
	case fail.Invalid:
		return 7
	case fail.Busy:
		return 8
	}
	return 1
}

// tell shows an error and returns the exit code. With --json the error is JSON on stderr, and on stdout as well when
// nothing stands there yet and no person looks at it, so that a script finds one JSON value there whatever happens.
func (a *app) tell(err error) int {
	var told exit
	if err == nil {
		return 0
	}
	if errors.As(err, &told) {
		return int(told)
	}
	e := fail.As(err)
	message := e.Message
	if e.Kind == fail.Failed && e.Err != nil {
		message += " " + e.Err.Error()
	}
	if a.json {
		var text bytes.Buffer
		if encodeJSON(&text, map[string]any{"error": errorJSON{e.Kind, message, e.Hint, e.Detail}}) != nil {
			text.Reset()
			text.WriteString(`{"error":{"kind":"failed","message":"The error itself cannot be shown.","hint":""}}` + "\n")
		}
		fmt.Fprint(a.err, text.String())
		if a.out.n == 0 && !terminal(a.out) {
			fmt.Fprint(a.out, text.String())
		}
		return codeOf(e.Kind)
	}
	fmt.Fprintln(a.err, clean(message))
	for _, line := range clashes(e.Detail) {
		fmt.Fprintln(a.err, "  "+clean(line))
	}
	if e.Hint != "" {
		for line := range strings.SplitSeq(e.Hint, "\n") {
			fmt.Fprintln(a.err, clean(line))
		}
	}
	return codeOf(e.Kind)
}

type errorJSON struct {
	Kind    fail.Kind `json:"kind"`
	Message string    `json:"message"`
	Hint    string    `json:"hint"`
	Detail  any       `json:"detail,omitempty"`
}

// clashes shows both values of a conflict, a line for each field.
func clashes(detail any) []string {
	text, err := json.Marshal(detail)
	if err != nil {
		return nil
	}
	var all []crm.Clash
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if d.Decode(&all) != nil {
		return nil
	}
	var lines []string
	for _, c := range all {
		if c.Field != "" {
			by := ""
			if c.By != "" {
				by = " (" + c.By + ")"
			}
			lines = append(lines, fmt.Sprintf("%s %d, %s: it is %s now%s, this would make it %s", c.Object, c.Record, c.Field, cmp.Or(plain(c.Theirs), "empty"), by, cmp.Or(plain(c.Yours), "empty")))
		}
	}
	return lines
}

// sentence gives a library's error a capital.
func sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
