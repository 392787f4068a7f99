package ingest

import (
	"fmt"
	"runtime/debug"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// converter turns the texts of one column into canonical values. It remembers what it has read, since most columns say
// the same things again and again; the memory is bounded. It is used by one goroutine.
type converter struct {
	field crm.Field
	style style
	order Order
	link  *LinkCheck
	known map[string]any
	most  int // of known
	// left holds the texts of a link column that a person decided to leave empty, where they stood.
	left map[string]bool
}

const (
	maxKnown     = 1 << 17 // of all columns of a table together
	maxKnownEach = 20_000
)

func newConverter(c *Column, most int) *converter {
	return &converter{most: most, field: c.field, style: c.verdict.style, order: c.verdict.order, link: c.Link, known: map[string]any{}, left: map[string]bool{}}
}

// value reads a cell. why says what is wrong with it, "" when it is good. Nothing is nil. literal tells that a word such as
// N/A is a value.
func (c *converter) value(cell string, literal bool) (v any, why string) {
	text := trim(cell)
	if text == "" || !literal && missing(text) {
		return nil, ""
	}
	switch c.field.Type {
	case crm.Text, crm.Person:
		return text, ""
	case crm.LongText:
		return cell, ""
	case crm.Link:
		return c.linkText(text), c.unclear(text)
	case crm.Links:
		var texts []string
		for _, part := range crm.SplitList(text) {
			if why := c.unclear(part); why != "" {
				return nil, why
			}
			if to := c.linkText(part); to != nil {
				texts = append(texts, to.(string))
			}
		}
		return texts, ""
	}
	if v, ok := c.known[text]; ok {
		return v, ""
	}
	v, why = c.read(text)
	if why == "" && len(c.known) < c.most {
		c.known[strings.Clone(text)] = v
	}
	return v, why
}

// linkText is the text by which the store finds the record: near ones are the store's to fix, as the load tells it.
func (c *converter) linkText(text string) any {
	if c.link == nil || len(c.link.byText) == 0 {
		return text
	}
	s, ok := c.link.byText[text]
	if !ok || s.Do != Leave {
		return text
	}
	c.left[s.Text] = true
	return nil
}

// unclear says that a text names several records. Where the row's record may have such a link already, the store tells.
func (c *converter) unclear(text string) string {
	if c.link == nil || !c.link.sure {
		return ""
	}
	if n := c.link.sharing(text); n > 0 {
		return crm.SharedName(c.link.plural, text, n)
	}
	return ""
}

func (c *converter) read(text string) (any, string) {
	switch c.field.Type {
	case crm.Number, crm.Money:
		return c.readNumber(text)
	case crm.Date, crm.DateTime:
		d, ok := readDay(text)
		if !ok {
			return nil, "Not a date. Write it like 2017-03-31, or leave it empty."
		}
		if c.field.Type == crm.Date {
			if d.timed() {
				return nil, fmt.Sprintf("It has a time of day, and %s keeps days alone. Leave the time out, or make the field a date and time first.", c.field.Label)
			}
			d.time = "" // of midnight, wherever that was
		}
		at, why := d.at(c.order)
		if why != "" {
			return nil, why
		}
		return at, ""
	}
	v, err := c.field.Parse(text)
	if err != nil {
		e := fail.As(err)
		return nil, strings.TrimSpace(e.Message + " " + e.Hint)
	}
	return v, ""
}

func (c *converter) readNumber(text string) (any, string) {
	plain := strings.TrimSpace(strings.TrimSuffix(text, "%"))
	n, sign, ok := parseNumber(plain, c.style)
	if !ok {
		return nil, "Not a number. Leave it empty to import."
	}
	if c.field.Type == crm.Money && !sign.Fits(c.field.Currency) {
		return nil, fmt.Sprintf("It is in %s, and %s is in %s.", sign.Code, c.field.Label, c.field.Currency)
	}
	d, ok := n.at(c.field.Scale)
	if !ok {
		return nil, fmt.Sprintf("%s keeps %d digits after the point and 18 in all.", c.field.Label, c.field.Scale)
	}
	return d, ""
}

// rowReader turns the rows of a file into the values of its load.
type rowReader struct {
	file    *File
	convert []*converter // in the order of file.loads
	keyAt   int          // index into loads, or -1
	seen    *keyset      // keys that were met, of those that the profile does not take for different
	lines   map[string]int64
	// held tells of the last reject that it must not come in as it stands: it is no row, or it would go over another's record.
	held bool
}

func newRowReader(f *File) *rowReader {
	r := &rowReader{file: f, keyAt: -1, lines: map[string]int64{}}
	for i, c := range f.loads {
		r.convert = append(r.convert, newConverter(c, min(maxKnownEach, maxKnown/len(f.loads))))
		if f.Key != "" && c.Field == f.Key {
			r.keyAt = i
			r.seen = newKeyset(f.profile.seed, &room{maxSlots})
		}
	}
	return r
}

// forget gives back, once all rows are read, the memory that reading them took: what the store makes of them needs it.
func (r *rowReader) forget() {
	for _, c := range r.convert {
		c.known = nil
	}
	r.seen, r.lines = nil, nil
	debug.FreeOSMemory()
}

// read appends the row's values to dst, or says why it is a reject.
func (r *rowReader) read(in *row, dst []any) ([]any, *Repair, *crm.Reject) {
	r.held = true
	if in.problem != "" {
		return dst, nil, &crm.Reject{Row: in.line, Value: short(in.text, 200), Reason: in.problem}
	}
	cells := in.cells
	var repair *Repair
	if width := len(r.file.table.header); len(cells) != width {
		fixed, rep, why := r.repair(in)
		if why != "" {
			return dst, nil, &crm.Reject{Row: in.line, Value: short(recordText(in, r.file.table.comma), 200), Reason: why}
		}
		cells, repair = fixed, rep
	}
	r.held = false
	start := len(dst)
	for i, c := range r.file.loads {
		v, why := r.convert[i].value(cells[c.index], r.file.profile.literal && in.literally(c.index))
		if why != "" {
			return dst[:start], nil, &crm.Reject{Row: in.line, Column: c.Name, Value: short(trim(cells[c.index]), 200), Reason: why}
		}
		dst = append(dst, v)
	}
	if r.keyAt >= 0 { // last, since a row that is refused anyway keeps no other from its key
		c := r.file.loads[r.keyAt]
		text := trim(cells[c.index])
		if why := r.checkKey(c, text, dst[start+r.keyAt], in.line); why != "" {
			r.held = text != ""
			return dst[:start], nil, &crm.Reject{Row: in.line, Column: c.Name, Value: text, Reason: why}
		}
	}
	return dst, repair, nil
}

// checkKey says why a key cannot identify its row: it is empty, or it stands in an earlier row. The store finds the rows
// with such a key that are not known of here.
func (r *rowReader) checkKey(c *Column, text string, v any, line int64) string {
	if v == nil {
		return "The key is empty. Every row needs one."
	}
	if keys := c.stats.keys; keys != nil && !keys.repeated(keyText(text)) {
		return ""
	}
	if c.Type == crm.Email {
		text = keyText(text)
	}
	if !r.seen.stood(text) {
		if len(r.lines) < maxTwice {
			r.lines[strings.Clone(text)] = line
		}
		return ""
	}
	if first, ok := r.lines[text]; ok {
		return fmt.Sprintf("The key stands in row %d too.", first)
	}
	return "The key stands in an earlier row too."
}

// twice tells whether a row was refused for its key alone, and where that stood first.
func (r *rowReader) twice(reject *crm.Reject) (first int64, ok bool) {
	if reject == nil || r.keyAt < 0 || reject.Column != r.file.loads[r.keyAt].Name {
		return 0, false
	}
	c := r.file.loads[r.keyAt]
	text := reject.Value
	if c.Type == crm.Email {
		text = keyText(text)
	}
	first, ok = r.lines[text]
	return first, ok
}

// recordText is the record as it stands in the file, or its cells side by side.
func recordText(in *row, comma string) string {
	if in.text != "" || comma == "" {
		return in.text
	}
	return strings.Join(in.cells, comma)
}

// labelOf is the label of a new field: the words of its name, or the text that it was made of where that says more. It
// keeps the sign that says of a column that it holds percentages: attendance %.
func labelOf(column, text, field string) string {
	label := crm.LabelOf(field)
	if own := crm.Called(text); own != crm.LabelOf(crm.Ident(text)) {
		label = own
	}
	if strings.HasSuffix(strings.TrimRight(column, " )]"), "%") && !strings.Contains(label, "%") {
		label += " %"
	}
	return label
}
