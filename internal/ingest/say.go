package ingest

import (
	"fmt"
	"strings"

	"openclaw/internal/crm"
)

// say writes what there is to say of each column, for people.
func (f *File) say() {
	for _, c := range f.loads {
		var parts []string
		add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
		if c.Unread > 0 {
			add("%s cannot be read", grouped(c.Unread))
		}
		switch {
		case c.verdict.ask:
			add("month or day first?")
		case c.Link != nil:
			parts = append(parts, c.Link.say()...)
		case c.Key && c.Distinct > 0:
			add("%s different values", grouped(c.Distinct))
		case len(c.NewOptions) > 0:
			add("new: %s", strings.Join(c.NewOptions[:min(5, len(c.NewOptions))], ", "))
		case c.New && (c.Type == crm.Choice || c.Type == crm.Choices):
			add("%d options made", len(c.Options))
		}
		if c.Link == nil && c.Empty > 0 {
			add("%s empty", grouped(c.Empty))
		}
		if c.verdict.note != "" && c.New && c.Link == nil && !c.Key {
			add("%s", c.verdict.note)
			c.Look = c.verdict.warn
		}
		if c.Check = strings.Join(parts, ", "); c.Check == "" {
			c.Check = "all read"
		}
	}
}

func (l *LinkCheck) say() []string {
	if !l.Whole {
		return []string{"compared while importing"}
	}
	out := []string{grouped(l.Linked) + " linked"}
	if l.Empty > 0 {
		out = append(out, grouped(l.Empty)+" empty")
	}
	if n := len(l.Near); n > 0 {
		out = append(out, fmt.Sprintf("%s to settle", names(n)))
	}
	if n := len(l.Unmatched); n > 0 {
		out = append(out, fmt.Sprintf("%s new", names(n)))
	}
	return out
}

func names(n int) string {
	if n == 1 {
		return "1 name"
	}
	return grouped(int64(n)) + " names"
}

// grouped writes a count with commas between thousands.
func grouped(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
