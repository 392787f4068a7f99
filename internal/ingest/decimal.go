package ingest

import (
	"fmt"
	"strings"

	"openclaw/internal/crm"
)

func (d Decimal) style() style {
	if d == Comma {
		return commaStyle
	}
	return pointStyle
}

// marks count what the numbers of a column say of the sign before their decimals.
type marks struct {
	point, comma int64 // can be read in one style alone, as 12.5 and 1,234.50 or 12,5 and 1.234,50
	dots, commas int64 // 1.234 and 1,234: a fraction in one style, thousands in the other
}

func (m marks) either() int64 { return m.dots + m.commas }

// marks counts; a table whose cells are no text with delimiters writes its numbers with a point, whoever made it.
func (s *stats) marks(delimiter string) marks {
	m := marks{point: s.only(isPoint, isComma), comma: s.only(isComma, isPoint), dots: s.count(isDotEither), commas: s.count(isCommaEither)}
	if delimiter == "" {
		m.point, m.dots = m.point+m.dots, 0
	}
	return m
}

// sizes are what a column's numbers without decimals, or with three, look like.
type sizes struct {
	lengths       uint8 // a bit for each number of digits before the sign in 1.234, or of all where there is none
	tens, even    bool  // one ends with 0, with 000
	small, larger bool  // one has no sign and is below a thousand, or not
}

func (z *sizes) add(text string, bits shape) {
	if bits&isWhole != 0 {
		digits := len(strings.TrimLeft(text, "+-"))
		z.small, z.larger = z.small || digits < 4, z.larger || digits > 3
		z.lengths |= 1 << min(7, digits)
		return
	}
	if at := strings.IndexAny(text, ".,"); at >= 0 && bits&(isDotEither|isCommaEither) != 0 {
		first := strings.IndexAny(text, "0123456789")
		z.lengths |= 1 << min(7, max(0, at-first))
		rest := text[at+1:]
		z.tens = z.tens || len(rest) >= 3 && rest[2] == '0'
		z.even = z.even || strings.HasPrefix(rest, "000")
	}
}

// thousands tells whether the sign in 1.234 must stand between thousands: who writes 12.500 for a fraction keeps its
// zeros, and would not write 900 without any. Numbers of one size, such as 1.500, 2.250 and 3, do not tell.
func (z sizes) thousands() bool {
	return z.small && !z.larger && (z.even || z.tens && z.lengths&(z.lengths-1) != 0)
}

// styleOf decides over the whole column which sign stands before the decimals. What can be read in one way alone
// decides, then the other columns of the file, then the sizes of the numbers, then what is usual in such a file. ask is
// true when none of them does, or when they contradict each other; the style is then the likelier one.
func (s *stats) styleOf(h hints) (st style, ask bool) {
	m := s.marks(h.delimiter)
	usual, known := usualStyle(m, h.delimiter)
	st = usual
	grouping := m.either() > 0 && min(m.dots, m.commas) == 0 && s.sizes.thousands()
	if grouping {
		st = pointStyle
		if m.dots > 0 {
			st = commaStyle
		}
	}
	if h.others != 0 {
		st = h.others
	}
	switch {
	case m.point > m.comma:
		st = pointStyle
	case m.comma > m.point:
		st = commaStyle
	}
	switch {
	case h.decimal != "":
		return h.decimal.style(), false
	case m.either() == 0:
		return st, false
	case min(m.point, m.comma) > 0, min(m.dots, m.commas) > 0 && m.point+m.comma <= m.either():
		return st, true
	case m.point+m.comma > 0, h.others != 0:
		return st, false
	case grouping && known && st != usual:
		return st, true
	}
	return st, !grouping && !known
}

// usualStyle is how 1.234 or 1,234 is meant where nothing but the kind of the file speaks, and whether that can be
// relied on: semicolons separate cells where the comma is taken, which the points of 1.234 make thousands or not.
func usualStyle(m marks, delimiter string) (style, bool) {
	switch {
	case min(m.dots, m.commas) > 0:
		return pointStyle, false
	case delimiter == ";":
		return commaStyle, false
	case m.commas > 0:
		return pointStyle, delimiter == "," || delimiter == ""
	}
	return pointStyle, true
}

// evident is the style that a column of numbers shows, 0 when it shows none or both.
func (s *stats) evident(delimiter string) style {
	if s.filled == 0 || s.filled-s.count(isPoint, isComma) > tolerance(s.filled) {
		return 0
	}
	switch m := s.marks(delimiter); {
	case m.point > 0 && m.comma == 0:
		return pointStyle
	case m.comma > 0 && m.point == 0:
		return commaStyle
	}
	return 0
}

// evident is the style that the columns of the file agree on, those that a person decided included; 0 for none.
func (f *File) evident(o Options) style {
	var all style
	for _, c := range f.Columns {
		st := c.stats.evident(f.table.comma)
		if said, ok := column(o.Decimal, f.Object, c.Name); ok {
			st = said.style()
		}
		switch {
		case st == 0 || st == all:
		case all != 0:
			return 0
		default:
			all = st
		}
	}
	return all
}

// writeStyle puts the style of a column into its verdict. Without a word of a person, a column whose numbers are written
// in both styles, each by more than a slip, is none of numbers; it returns why.
func (v *verdict) writeStyle(s *stats, h hints) (why string) {
	v.style, v.ask = s.styleOf(h)
	v.unread = s.filled - s.count(isPoint)
	if v.style == commaStyle {
		v.unread = s.filled - s.count(isComma)
	}
	m := s.marks(h.delimiter)
	if h.decimal != "" || min(m.point, m.comma) <= tolerance(s.filled) {
		return ""
	}
	point, comma := s.sample(isPoint, isComma), s.sample(isComma, isPoint)
	return fmt.Sprintf("numbers in both styles stay text: %q in row %d has a decimal point, %q in row %d a decimal comma", short(point.text, 30), point.line, short(comma.text, 30), comma.line)
}

// sayStyle says how the numbers of a column are read, with a value that could be read otherwise; "" when none has a sign.
func (c *Column) sayStyle() string {
	if !c.Type.Numeric() || c.Decimal == "" {
		return ""
	}
	word := "decimal point"
	if c.verdict.style == commaStyle {
		word = "decimal comma"
	}
	p := c.stats.sample(isDotEither, 0)
	if p.n == 0 {
		p = c.stats.sample(isCommaEither, 0)
	}
	if p.n == 0 {
		return word
	}
	n, _, _ := parseNumber(p.text, c.verdict.style)
	return fmt.Sprintf("%s: %s is %s", word, short(p.text, 30), n.decimal())
}

// askStyle is the question which sign stands before the decimals of a column.
func (f *File) askStyle(c *Column) Question {
	m := c.stats.marks(f.table.comma)
	why := "Every value can be read both ways."
	if min(m.point, m.comma) > 0 || min(m.dots, m.commas) > 0 {
		why = "Both ways of writing stand in it; the values that do not fit the answer are rejected."
	}
	p := c.stats.sample(isDotEither, 0)
	if p.n == 0 || m.dots < m.commas {
		p = c.stats.sample(isCommaEither, 0)
	}
	if p.n == 0 {
		p = c.stats.sample(isComma, isPoint)
	}
	q := Question{File: f.File, Column: c.Name, About: "decimal", Text: fmt.Sprintf("Which sign stands before the decimals in %s, the point or the comma? %s", c.Name, why)}
	for _, d := range []Decimal{Point, Comma} {
		read := "rejected"
		if n, _, ok := parseNumber(p.text, d.style()); ok {
			read = n.decimal().String()
		}
		q.Choices = append(q.Choices, Choice{Text: fmt.Sprintf("%s is %s (decimal %s)", p.text, read, d), Option: "--decimal " + crm.Ident(c.Name) + "=" + string(d), Value: string(d), Likely: d.style() == c.verdict.style})
	}
	return q
}
