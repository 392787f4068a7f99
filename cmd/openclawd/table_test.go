package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesAlign(t *testing.T) {
	var out bytes.Buffer
	a := &app{out: &counter{Writer: &out}, env: func(string) string { return "" }}
	table := newTable("name", "value").numbers(1)
	table.row("Köln", 5)
	table.row("東京", "1054.50")
	table.row(nil, nil)
	if err := table.print(a); err != nil {
		t.Fatal(err)
	}
	want := "name    value\nKöln        5\n東京  1054.50\n\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// Data must not steer a terminal.
func TestCleanShowsWhatATerminalWouldObey(t *testing.T) {
	for text, want := range map[string]string{
		"plain ü 東京":      "plain ü 東京",
		"a\x1b[31mred":    `a\u{1B}[31mred`,
		"two\nlines\ttab": "two lines tab",
		"right\u202eleft": `right\u{202E}left`,
		"c1 \u009b31m":    `c1 \u{9B}31m`,
		"zero\u200bwidth": `zero\u{200B}width`,
		"family 👨\u200d👩": "family 👨\u200d👩",
	} {
		if got := clean(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for want, v := range map[string]any{
		"": nil, "yes": true, "a; b": []any{"a", "b"}, "Acme": map[string]any{"id": 1, "name": "Acme"},
		"Ann; Bob": []any{map[string]any{"id": 1, "name": "Ann"}, map[string]any{"id": 2, "name": "Bob"}}, `{"x":1}`: map[string]any{"x": 1},
	} {
		if got := plain(v); got != want {
			t.Errorf("%v is shown as %q, want %q", v, got, want)
		}
	}
}
