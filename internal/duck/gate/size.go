package gate

import (
	"math"
	"strings"

	"openclaw/internal/fail"
)

// DuckDB looks whether a statement was stopped between two steps, never inside a function, and what a function makes is
// not under its memory limit. So the gate bounds beforehand what the functions of a statement can make and how long they
// can take for one row: by the lengths of the columns they read, of texts that are written out, and of what functions
// make of both. It works on the tree, so it says at most, not exactly.

// budget is what all functions of a statement may cost for each row. DuckDB works on 2,048 rows at a time.
type budget struct {
	bytes  float64 // made
	steps  float64 // taken by functions that compare each character with each other, about 30 ns each
	column float64 // the length of a column of which nothing is known
}

var (
	ofStatement  = budget{bytes: 256 << 10, steps: 200_000, column: 256}
	ofExpression = budget{bytes: 16 << 10, steps: 70_000, column: 128}
)

const (
	small = 32 // a number, date or yes/no
	// growing is what a column of WITH RECURSIVE is taken for where a step makes it longer.
	growing = 64 << 10
	// unfolded is how often what an aggregate has gathered may be worked on in the same query.
	unfolded = 8
)

// size is how large a value can be: its bytes, how many items it has as a list, and the bytes of one. A text's items
// are its characters.
type size struct {
	bytes, items, item float64
	number             bool // or a date, or yes or no: nothing that can grow
	fresh              bool // gathered by an aggregate of this query: endless, but there is no more of it than was read
}

// known is a value of a column: a text, or a list of some items of which one may be as long as all.
func known(bytes float64) size { return size{bytes: bytes, items: min(bytes, 64), item: bytes} }

// written is a text.
func written(bytes float64) size { return size{bytes: bytes, items: bytes, item: 4} }

// endless is a value of any length.
func endless(item float64) size { return size{bytes: math.Inf(1), items: math.Inf(1), item: item} }

func (s size) open() bool { return math.IsInf(s.bytes, 1) }

// numeric is the size of a value that cannot grow.
func numeric() size { return size{bytes: small, items: 1, item: small, number: true} }

// wider is the size of one or the other.
func wider(a, b size) size {
	return size{max(a.bytes, b.bytes), max(a.items, b.items), max(a.item, b.item), numbers(a, b), fresh(a, b)}
}

// plus is the size of both together.
func plus(a, b size) size {
	return size{a.bytes + b.bytes, a.items + b.items, max(a.item, b.item), numbers(a, b), fresh(a, b)}
}

func numbers(a, b size) bool {
	return (a.number || a.bytes == 0) && (b.number || b.bytes == 0)
}

func fresh(a, b size) bool {
	return (a.open() || b.open()) && a.open() == a.fresh && b.open() == b.fresh
}

// columns are what a query or a table gives. Those of another name are as large as the largest.
type columns struct {
	names []string
	sizes []size
	star  bool // the order is not known
}

func (c columns) largest() size {
	var out size
	for _, s := range c.sizes {
		out = wider(out, s)
	}
	return out
}

func (c *columns) add(name string, s size) {
	c.names, c.sizes = append(c.names, strings.ToLower(name)), append(c.sizes, s)
}

func (c columns) find(name string) (out size, ok bool) {
	for i, n := range c.names {
		if n == name {
			out, ok = wider(out, c.sizes[i]), true
		}
	}
	// A column that was given no name has one all the same.
	for i, n := range c.names {
		if n == "" && ok {
			out = wider(out, c.sizes[i])
		}
	}
	return out, ok
}

// merged is columns whose order does not matter, each name once: SELECT *, * doubles them at each level.
func (c columns) merged() columns {
	at := map[string]int{}
	out := columns{star: true}
	for i, n := range c.names {
		j, ok := at[n]
		if !ok {
			at[n] = len(out.names)
			out.add(n, c.sizes[i])
			continue
		}
		out.sizes[j] = wider(out.sizes[j], c.sizes[i])
	}
	return out
}

// settled is the columns as another query sees them: what was gathered is there for each of its rows.
func (c columns) settled() columns {
	out := columns{names: c.names, star: c.star}
	for _, s := range c.sizes {
		s.fresh = false
		out.sizes = append(out.sizes, s)
	}
	return out
}

// renamed gives columns the names in parentheses after an alias.
func (c columns) renamed(list any) columns {
	given, _ := list.([]any)
	if len(given) == 0 {
		return c
	}
	out := columns{star: c.star}
	for i, g := range given {
		if c.star || i >= len(c.sizes) {
			out.add(text(g), c.largest())
		} else {
			out.add(text(g), c.sizes[i])
		}
	}
	if len(c.sizes) > len(given) {
		out.names, out.sizes = append(out.names, c.names[len(given):]...), append(out.sizes, c.sizes[len(given):]...)
	}
	return out
}

// view is the columns that an expression sees, and the tables that a query sees by name.
type view struct {
	columns columns
	with    map[string]columns
	outer   *view
}

func (v *view) table(name string) (columns, bool) {
	for ; v != nil; v = v.outer {
		if c, ok := v.with[strings.ToLower(name)]; ok {
			return c, true
		}
	}
	return columns{}, false
}

// column finds a name as it is written, which may be table.column or column.field.
func (v *view) column(parts []any, unknown float64) size {
	var largest size
	for ; v != nil; v = v.outer {
		var out size
		any := false
		for _, p := range parts {
			if s, ok := v.columns.find(strings.ToLower(text(p))); ok {
				out, any = wider(out, s), true
			}
		}
		if any {
			return out
		}
		largest = wider(largest, v.columns.largest())
	}
	if largest.bytes == 0 {
		return known(unknown)
	}
	return largest
}

// meter adds up what a statement can cost.
type meter struct {
	budget
	width    func(schema, table string) map[string]int
	bytes    float64
	steps    float64
	unfolded int
	nested   int // in what is added up several times
}

// maxNested bounds the work of adding up itself.
const maxNested = 6

func (m *meter) enter() error {
	m.nested++
	if m.nested > maxNested {
		return fail.New(fail.Denied, "WITH RECURSIVE or a lambda: one stands inside another too often.").WithHint("Split the statement with WITH.")
	}
	return nil
}

func (m *meter) leave() { m.nested-- }

func (m *meter) make(shown string, s size, more float64) error {
	if s.open() {
		m.unfolded++
		if m.unfolded > unfolded {
			return cut(shown, "too much is done with what an aggregate has gathered")
		}
		return nil
	}
	m.bytes += s.bytes + more
	if m.bytes > m.budget.bytes {
		return cut(shown, "it could make too much of one row, together with the rest of the statement")
	}
	return nil
}

func (m *meter) take(shown string, steps float64) error {
	m.steps += steps
	if m.steps > m.budget.steps || math.IsNaN(m.steps) {
		return cut(shown, "it could take too long on texts of this length")
	}
	return nil
}

func cut(shown, why string) error {
	return fail.New(fail.Denied, "%s: %s.", shown, why).
		WithHint("Shorten what it is given: a text by left(text, 200), a list by list[1:50].")
}
