package ingest

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"openclaw/internal/crm"
)

// shape says what a text could be, as bits: a text usually could be several things, and the column decides.
type shape uint32

const (
	isPoint    shape = 1 << iota // a number with a decimal point, or whole
	isComma                      // a number with a decimal comma, or whole
	isWhole                      // digits only, with a sign perhaps
	isPadded                     // digits with a leading zero, or too many for a number: a code
	isDay                        // the shape of a date
	isMonthDay                   // a day that exists when the month comes first
	isDayMonth                   // a day that exists when the day comes first
	isOrdered                    // a day whose order matters: it exists either way and means two different days
	isDotted                     // a date with dots, which is day first where nothing speaks against it
	isTimed                      // with a time of the day other than midnight
	isBool
	isEmail
	isPhone
	isURL
	isLong     // several lines, or much text
	isList     // parts between semicolons
	hasPercent // a number with a percent sign
	// A fraction in one style and thousands in the other: 1.234, and 1,234.
	isDotEither
	isCommaEither
)

// class is a text's shape and what a column needs to know beside it.
type class struct {
	bits       shape
	pointScale uint8 // digits after the point, read in point style
	commaScale uint8
	sign       crm.Sign
}

// classify looks at one text, which is trimmed and not missing.
func classify(text string) class {
	var c class
	digit, at, dot, blank, colon, other := 0, false, false, false, false, 0
	for i := range len(text) {
		switch b := text[i]; {
		case b >= '0' && b <= '9':
			digit++
		case b == '@':
			at = true
		case b == '.':
			dot = true
		case b == ' ':
			blank = true
		case b == ':':
			colon = true
		case b == '\n':
			c.bits |= isLong
		case b == ';':
			c.bits |= isList
		case b == '%':
			c.bits |= hasPercent
		case b == ',' || b == '-' || b == '/' || b == '+' || b == '(' || b == ')':
		default:
			other++
		}
	}
	if len(text) > 200 && utf8.RuneCountInString(text) > 200 {
		c.bits |= isLong
	}
	if digit > 0 && len(text) <= 40 {
		if other <= 6 {
			c.numeric(text)
		}
		if c.bits&(isPoint|isComma|isPadded) == 0 || dot {
			c.date(text)
		}
		if digit >= 5 && other <= 4 && !at && phoneLike(text) {
			c.bits |= isPhone
		}
	}
	if c.bits&hasPercent != 0 && c.bits&(isPoint|isComma) == 0 {
		c.bits &^= hasPercent
	}
	if at && !blank {
		if a, err := mail.ParseAddress(text); err == nil && a.Name == "" {
			c.bits |= isEmail
		}
	}
	if !at && !blank && (colon || dot) && webLike(text) {
		c.bits |= isURL
	}
	if len(text) <= 5 {
		if _, ok := truth(text); ok {
			c.bits |= isBool
		}
	}
	return c
}

func (c *class) numeric(text string) {
	if c.bits&hasPercent != 0 {
		text = strings.TrimSpace(strings.TrimSuffix(text, "%"))
	}
	bare := strings.TrimLeft(text, "-+")
	whole := bare != "" && strings.Trim(bare, "0123456789") == ""
	if whole && len(bare) > 1 && bare[0] == '0' || whole && len(bare) > 15 {
		c.bits |= isPadded
		return
	}
	if whole {
		c.bits |= isWhole
	}
	if n, sign, ok := parseNumber(text, pointStyle); ok {
		c.bits |= isPoint
		c.pointScale, c.sign = uint8(n.scale), sign
	}
	if n, sign, ok := parseNumber(text, commaStyle); ok {
		c.bits |= isComma
		c.commaScale, c.sign = uint8(n.scale), sign
	}
	switch {
	case c.bits&(isPoint|isComma) != isPoint|isComma || c.pointScale == c.commaScale:
	case c.commaScale == 0:
		c.bits |= isDotEither
	default:
		c.bits |= isCommaEither
	}
}

func (c *class) date(text string) {
	d, ok := readDay(text)
	if !ok {
		return
	}
	c.bits |= isDay
	if d.timed() {
		c.bits |= isTimed
	}
	if d.sep == '.' && !d.iso {
		c.bits |= isDotted
	}
	m, why := d.at(MonthFirst)
	if why == "" {
		c.bits |= isMonthDay
	}
	t, why := d.at(DayFirst)
	if why == "" {
		c.bits |= isDayMonth
		if c.bits&isMonthDay != 0 && !m.Equal(t) {
			c.bits |= isOrdered
		}
	}
}

// phoneLike tells whether a text has the shape of a telephone number, an extension included.
func phoneLike(text string) bool {
	main := text
	if i := strings.IndexAny(text, "xeE"); i > 0 {
		main = strings.TrimSpace(text[:i])
		if ext := strings.TrimLeft(text[i:], "xeEt. "); ext == "" || strings.Trim(ext, "0123456789") != "" {
			return false
		}
	}
	return strings.Trim(main, "0123456789+-/.() ") == ""
}

// webLike tells whether a text is an address of the web, with or without its scheme.
func webLike(text string) bool {
	lower := strings.ToLower(text)
	if rest, ok := strings.CutPrefix(lower, "https://"); ok {
		return rest != ""
	}
	if rest, ok := strings.CutPrefix(lower, "http://"); ok {
		return rest != ""
	}
	host, _, _ := strings.Cut(lower, "/")
	i := strings.LastIndexByte(host, '.')
	if i < 1 || len(host)-i < 3 {
		return false
	}
	return strings.Trim(host[i+1:], "abcdefghijklmnopqrstuvwxyz") == "" && strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") == ""
}

// truth reads yes and no as people write them, without 1 and 0, which are numbers in most columns.
func truth(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "yes", "y", "true", "t", "on":
		return true, true
	case "no", "n", "false", "f", "off":
		return false, true
	}
	return false, false
}
