package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// say writes what there is to say of each column, for people.
func (f *File) say() {
	f.note()
	for _, c := range f.loads {
		var parts []string
		add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
		if c.Renamed {
			add("called %s by now", c.field.Label)
		}
		if c.Unread > 0 && (c.Link == nil || len(c.Link.Shared) == 0) {
			add("%s cannot be read", grouped(c.Unread))
		}
		switch {
		case c.verdict.ask && c.Type.Numeric():
			add("decimal point or comma?")
			c.Look = true
		case c.verdict.ask:
			add("month or day first?")
			c.Look = true
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
			add("%s empty%s", grouped(c.Empty), c.saySpelt())
		}
		if style := c.sayStyle(); style != "" && !c.verdict.ask {
			parts = append(parts, style)
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

// saySpelt names what was taken for nothing, so that nobody loses Namibia, whose code is NA.
func (c *Column) saySpelt() string {
	var words []string
	for _, text := range slices.Sorted(maps.Keys(c.Spelt)) {
		words = append(words, fmt.Sprintf("%s spelt %s", grouped(c.Spelt[text]), short(text, 20)))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words[:min(5, len(words))], ", ") + ")"
}

// note says of the whole file what a person would not see in its columns: rows that cannot be told from records that are
// there, and a line of totals.
func (f *File) note() {
	if f.Key == "" && !f.New {
		f.noteKey()
	}
	if f.Key != "" && slices.ContainsFunc(f.loads, func(c *Column) bool { return !c.New && c.Empty > 0 }) {
		f.Notes = append(f.Notes, "A record that is there already keeps its value where the file has an empty cell.")
	}
	f.noteFailed()
	for _, c := range f.loads {
		for _, word := range totals() {
			for _, text := range slices.Compact([]string{word, crm.LabelOf(word), strings.ToUpper(word)}) {
				if i, ok := c.stats.values.at[text]; ok && c.stats.values.list[i].line == f.profile.last && f.Rows > 1 {
					f.Notes = append(f.Notes, fmt.Sprintf("The last row, %d, looks like a total: %s is %q. It comes in as a record; remove it from the file if it is none.", f.profile.last, c.Name, text))
					return
				}
			}
		}
	}
}

// noteFailed names the columns in which formulas have failed. Their cells come in empty.
func (f *File) noteFailed() {
	for _, c := range f.loads {
		var errors []string
		for _, text := range slices.Sorted(maps.Keys(c.Spelt)) {
			if failed(text) {
				errors = append(errors, grouped(c.Spelt[text])+" "+text)
			}
		}
		if len(errors) > 0 {
			c.Look = true
			f.Notes = append(f.Notes, fmt.Sprintf("%s has formulas that failed: %s. These cells come in empty; correct them in the file first if they should say something.", c.Name, strings.Join(errors, ", ")))
		}
	}
}

// totals are what stands beside the sums below a table.
func totals() []string {
	return []string{"total", "totals", "grand total", "Grand Total", "sum", "summe", "gesamt"}
}

func (f *File) noteKey() {
	for _, field := range f.before.Fields {
		if field.Key {
			f.Notes = append(f.Notes, fmt.Sprintf("No column is %s, by which %s are told apart. Rows that say the same as a record are left out; all others become new records.", field.Label, strings.ToLower(f.before.Plural)))
			return
		}
	}
	for _, c := range f.loads {
		if c.New && c.Filled > 0 {
			f.Notes = append(f.Notes, fmt.Sprintf("%s have no key, and the column %s is new: no row can be told from a record that is there, and all become new records.", f.before.Plural, c.Name))
			return
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
	if n := len(l.Shared); n > 0 {
		var rows int64
		for _, s := range l.Shared {
			rows += s.Rows
		}
		out = append(out, fmt.Sprintf("%s of several %s (%s rows)", names(n), strings.ToLower(l.plural), grouped(rows)))
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
