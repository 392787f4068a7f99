package ingest

import (
	"strconv"
	"strings"
	"time"
)

// day is what a text says of a date: three numbers and, maybe, the time of the day.
type day struct {
	a, b, c int    // as written, the year first when iso
	sep     byte   // '-', '/', '.', or 0 when a month is named; then the order is known
	iso     bool   // year, month, day
	time    string // what follows the date, blank when nothing does
}

// readDay takes a text apart that has the shape of a date. Whether such a day exists is for the caller to see.
func readDay(text string) (day, bool) {
	if len(text) < 6 || len(text) > 40 {
		return day{}, false
	}
	if text[0] < '0' || text[0] > '9' {
		return namedDay(text)
	}
	var d day
	a, rest, ok := leadingNumber(text, 4)
	if !ok || rest == "" {
		return day{}, false
	}
	d.sep = rest[0]
	if d.sep != '-' && d.sep != '/' && d.sep != '.' {
		return namedDay(text)
	}
	first := len(text) - len(rest)
	b, rest2, ok := leadingNumber(rest[1:], 2)
	if !ok {
		return namedDay(text)
	}
	if rest2 == "" || rest2[0] != d.sep {
		return day{}, false
	}
	c, tail, ok := leadingNumber(rest2[1:], 4)
	if !ok {
		return day{}, false
	}
	last := len(rest2) - 1 - len(tail)
	d.a, d.b, d.c = a, b, c
	switch {
	case first == 4 && last <= 2:
		d.iso = true
	case first <= 2 && last == 4:
	case first <= 2 && last == 2:
		d.c = fullYear(c)
	default:
		return day{}, false
	}
	return d.withTime(tail)
}

func (d day) withTime(tail string) (day, bool) {
	if tail == "" {
		return d, true
	}
	if tail[0] != ' ' && tail[0] != 'T' && tail[0] != ',' {
		return day{}, false
	}
	d.time = strings.TrimLeft(tail, " T,")
	_, ok := clock(d.time)
	return d, ok
}

// timed tells whether a time of the day follows that is not midnight.
func (d day) timed() bool {
	at, ok := clock(d.time)
	h, m, s := at.Clock()
	return ok && h+m+s+at.Nanosecond() > 0
}

func leadingNumber(text string, most int) (n int, rest string, ok bool) {
	i := 0
	for i < len(text) && i < most && text[i] >= '0' && text[i] <= '9' {
		n = n*10 + int(text[i]-'0')
		i++
	}
	return n, text[i:], i > 0
}

// fullYear reads a year of two digits as what data usually mean: 50 to 99 are of the last century, when people were born
// who are customers now.
func fullYear(y int) int {
	if y >= 50 {
		return 1900 + y
	}
	return 2000 + y
}

var namedLayouts = []string{"2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006", "2-Jan-2006", "2-Jan-06", "2 Jan 06", "2. January 2006", "Mon, 2 Jan 2006", "Monday, January 2, 2006"}

// namedDay reads a date whose month is a word. A time may follow.
func namedDay(text string) (day, bool) {
	date, tail := text, ""
	if i := strings.IndexByte(text, ':'); i > 0 {
		if j := strings.LastIndexByte(text[:i], ' '); j > 0 {
			date, tail = strings.TrimRight(text[:j], " ,"), text[j:]
		}
	}
	if !namesMonth(date) {
		return day{}, false
	}
	for _, layout := range namedLayouts {
		if t, err := time.Parse(layout, date); err == nil {
			if strings.HasSuffix(layout, "06") && !strings.HasSuffix(layout, "2006") {
				t = t.AddDate(fullYear(t.Year()%100)-t.Year(), 0, 0)
			}
			return day{a: t.Year(), b: int(t.Month()), c: t.Day(), iso: true}.withTime(tail)
		}
	}
	return day{}, false
}

// namesMonth tells whether a month's first three letters stand in a text; it is the cheap look before the layouts.
func namesMonth(text string) bool {
	for i := 0; i+3 <= len(text); i++ {
		switch strings.ToLower(text[i : i+3]) {
		case "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec":
			return true
		}
	}
	return false
}

// ymd gives year, month and day under an order.
func (d day) ymd(o Order) (y, m, dd int) {
	switch {
	case d.iso:
		return d.a, d.b, d.c
	case o == MonthFirst:
		return d.c, d.a, d.b
	}
	return d.c, d.b, d.a
}

// at gives the instant under an order; why says what is wrong when there is no such day.
func (d day) at(o Order) (t time.Time, why string) {
	y, m, dd := d.ymd(o)
	if m < 1 || m > 12 {
		return t, "There is no month " + strconv.Itoa(m) + "."
	}
	if y < 1 {
		return t, "There is no year " + strconv.Itoa(y) + "."
	}
	t = time.Date(y, time.Month(m), dd, 0, 0, 0, 0, time.UTC)
	if dd < 1 || t.Day() != dd {
		return time.Time{}, time.Month(m).String() + " " + strconv.Itoa(y) + " has no day " + strconv.Itoa(dd) + "."
	}
	if d.time == "" {
		return t, ""
	}
	c, ok := clock(d.time)
	if !ok {
		return time.Time{}, "The time cannot be read."
	}
	h, mi, s := c.Clock()
	t = time.Date(y, time.Month(m), dd, h, mi, s, c.Nanosecond()/1000*1000, c.Location())
	return t.UTC(), ""
}

var clockLayouts = []string{"15:04:05", "15:04", "15:04:05.999999999", "15:04:05Z07:00", "15:04:05.999999999Z07:00", "15:04:05 Z07:00", "15:04:05-0700", "15:04:05 -0700", "15:04:05 MST", "15:04Z07:00", "3:04 PM", "3:04PM", "3:04:05 PM", "3:04 pm", "3:04pm", "3:04:05 pm"}

// clock reads the time of a day; without a zone it is UTC.
func clock(text string) (time.Time, bool) {
	for _, layout := range clockLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
