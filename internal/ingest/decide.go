package ingest

import (
	"fmt"
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// verdict is what a column is, decided over all its values.
type verdict struct {
	kind     crm.Type
	scale    int
	currency string
	options  []string
	style    style
	order    Order
	ask      bool // the order of day and month, or the sign before the decimals, must be asked for
	unread   int64
	note     string
	warn     bool // the note is one to look at
}

// tolerance is how many values of a column may not fit its type: those become rejects that a person corrects. More of
// them mean that the type is wrong.
func tolerance(n int64) int64 {
	if n < 10 {
		return 0
	}
	return max(1, n/100)
}

// hints are what a file's other columns and the person say.
type hints struct {
	order     Order // "" when nobody said
	decimal   Decimal
	others    style  // of the decimals in the other columns of the file, 0 when they do not say
	delimiter string // between the cells, "" where they are no such text
	currency  string
}

// decide says what a column is from its name and its profile.
func decide(name string, s *stats, h hints) verdict {
	v := verdict{kind: crm.Text, style: pointStyle, order: h.order}
	if s.filled == 0 {
		v.note = "no values"
		return v
	}
	fits := func(n int64) bool { return n > 0 && s.filled-n <= tolerance(s.filled) }
	phone := crm.Suggests("phone", name) > 0
	switch {
	case truths(name, s):
		v.kind = crm.Bool
	case fits(s.count(isPhone)) && (phone || s.allBegin("+")):
		v.kind, v.unread = crm.Phone, s.filled-s.count(isPhone)
	case s.count(isPadded) > 0 && s.filled-s.count(isPadded, isPoint) == 0:
		v.note = "codes, leading zeros kept"
	case fits(s.count(isPoint, isComma)):
		return decideNumber(name, s, h, v)
	case s.filled-s.count(isDay) <= tolerance(s.filled):
		return decideDay(s, v)
	case fits(s.count(isEmail)):
		v.kind, v.unread = crm.Email, s.filled-s.count(isEmail)
	case fits(s.count(isURL)):
		v.kind, v.unread = crm.URL, s.filled-s.count(isURL)
	case s.count(isLong) > 0:
		v.kind = crm.LongText
	case s.severalOf(name):
		v.kind, v.options = crm.Choices, s.parts.options()
	case s.fewOf(name):
		v.kind, v.options = crm.Choice, s.values.options()
	default:
		v.note = s.nearlyNumbers()
	}
	return v
}

func decideNumber(name string, s *stats, h hints, v verdict) verdict {
	whole := s.count(isWhole) == s.filled
	counted := crm.Suggests("count", name) > 0
	if whole && !counted && crm.Suggests("code", name) > 0 {
		v.note = "codes"
		return v
	}
	both := v.writeStyle(s, h)
	v.kind, v.scale = crm.Number, s.pointScale
	if v.style == commaStyle {
		v.scale = s.commaScale
	}
	switch {
	case both != "":
		return verdict{kind: crm.Text, warn: true, note: both}
	case s.mixed:
		return verdict{kind: crm.Text, note: "amounts in several currencies stay text"}
	case v.scale > 9:
		return verdict{kind: crm.Text, note: "more than 9 digits after the point stay text"}
	case s.count(hasPercent) > 0:
		v.note = "percent, without the sign"
	case s.sign.Code != "":
		v.kind, v.currency = crm.Money, s.sign.Code
		if s.sign.Fits(h.currency) {
			v.currency = h.currency
		}
	case !counted && crm.Suggests("money", name) > 0:
		v.kind, v.currency = crm.Money, h.currency
		v.note = "no sign in the file, " + h.currency + " is assumed"
	}
	if v.kind == crm.Money && v.scale == 1 {
		v.scale = 2
	}
	return v
}

func decideDay(s *stats, v verdict) verdict {
	v.kind = crm.Date
	if s.count(isTimed) > 0 {
		v.kind = crm.DateTime
	}
	month, dayFirst, either := s.count(isMonthDay), s.count(isDayMonth), s.count(isMonthDay|isDayMonth)
	onlyMonth, onlyDay := month-either, dayFirst-either
	if v.order == "" {
		switch {
		case min(onlyMonth, onlyDay) > tolerance(s.filled):
			month, day := s.sample(isMonthDay, isDayMonth), s.sample(isDayMonth, isMonthDay)
			return verdict{kind: crm.Text, warn: true, note: fmt.Sprintf("dates in both orders stay text: %q in row %d can only be month first, %q in row %d only day first", short(month.text, 30), month.line, short(day.text, 30), day.line)}
		case onlyMonth > onlyDay:
			v.order = MonthFirst
		case onlyDay > onlyMonth:
			v.order = DayFirst
		case s.count(isOrdered) == 0:
		case s.count(isDotted|isOrdered) == s.count(isOrdered):
			v.order = DayFirst
		default:
			v.ask = true
		}
	}
	v.unread = s.filled - month
	if v.order == DayFirst {
		v.unread = s.filled - dayFirst
	}
	if s.count(isOrdered) == 0 && onlyMonth == 0 && onlyDay == 0 {
		v.order = ""
	}
	return v
}

// only counts the values that have all the bits of one shape and none of another.
func (s *stats) only(with, without shape) int64 {
	var n int64
	for _, p := range s.patterns {
		if p.bits&with == with && p.bits&without == 0 {
			n += p.n
		}
	}
	return n
}

// sample is the first of the patterns that has some bits and not others.
func (s *stats) sample(with, without shape) pattern {
	var first pattern
	for _, p := range s.patterns {
		if p.bits&with == with && p.bits&without == 0 && (first.n == 0 || p.line < first.line) {
			first = p
		}
	}
	return first
}

// truths tells whether a column says yes and no. Letters alone must come in a pair, and 1 and 0 need a name that asks
// for a yes or a no.
func truths(name string, s *stats) bool {
	if !s.values.complete() || len(s.values.list) > 4 {
		return false
	}
	var words []string
	for _, e := range s.values.list {
		words = append(words, strings.ToLower(e.text))
	}
	for _, pair := range []string{"yes no", "true false", "on off", "y n", "t f", "1 0"} {
		allowed := strings.Fields(pair)
		if slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(allowed, w) }) {
			continue
		}
		both := slices.Contains(words, allowed[0]) && slices.Contains(words, allowed[1])
		switch {
		case pair == "1 0":
			return crm.Suggests("flag", name) > 0 && crm.Suggests("count", name) == 0
		case len(allowed[0]) == 1 || pair == "on off":
			return both
		}
		return true
	}
	return false
}

func (s *stats) allBegin(with string) bool {
	return !slices.ContainsFunc(s.values.list, func(e counted) bool { return !strings.HasPrefix(e.text, with) })
}

const (
	maxOptions  = 25
	maxOption   = 40 // bytes of one
	fewFilled   = 12 // values that a choice field needs to be told from a short list of names
	fewRepeated = 4  // how often an option stands on the average
)

// fewOf tells whether a column holds a few values again and again, and is none that is open by its nature, as cities are.
// A column that is called a stage or a status needs less to be one.
func (s *stats) fewOf(name string) bool {
	if !s.values.complete() || crm.Suggests("open_ended", name) > 0 {
		return false
	}
	n := int64(len(s.values.options()))
	if crm.Suggests("stage", name) > 0 && crm.Suggests("place", name) == 0 {
		return n > 1 && n <= maxOptions/2 && s.filled >= 2*n
	}
	if n < 2 || n > maxOptions || s.filled < fewFilled || s.filled < fewRepeated*n {
		return false
	}
	var once int64
	for _, e := range s.values.list {
		if len(e.text) > maxOption {
			return false
		}
		if e.n == 1 {
			once++
		}
	}
	return once*3 <= n
}

// severalOf is fewOf for texts with several parts between semicolons.
func (s *stats) severalOf(name string) bool {
	if s.parts == nil || !s.parts.complete() || s.filled < fewFilled || s.count(isList)*5 < s.filled || crm.Suggests("open_ended", name) > 0 {
		return false
	}
	s.wholeParts()
	n := len(s.parts.options())
	return n <= maxOptions && s.filled >= 2*int64(n) && !slices.ContainsFunc(s.parts.list, func(e counted) bool { return len(e.text) > maxOption })
}

// wholeParts counts the texts without a semicolon among the parts, once.
func (s *stats) wholeParts() {
	if s.partsWhole {
		return
	}
	s.partsWhole = true
	for _, e := range s.values.list {
		if !strings.Contains(e.text, ";") {
			for _, part := range crm.SplitList(e.text) {
				s.parts.add(part, e.line)
			}
		}
	}
}

// options are the different texts without regard to case, each as it is spelt most often, in the order of the file.
func (t *tally) options() []string {
	type option struct {
		text string
		n    int64
		line int64
	}
	var out []option
	at := map[string]int{}
	for _, e := range t.list {
		folded := strings.ToLower(e.text)
		i, ok := at[folded]
		if !ok {
			at[folded] = len(out)
			out = append(out, option{e.text, e.n, e.line})
			continue
		}
		if e.n > out[i].n {
			out[i].text, out[i].n = e.text, e.n
		}
		out[i].line = min(out[i].line, e.line)
	}
	slices.SortStableFunc(out, func(a, b option) int { return int(a.line - b.line) })
	texts := make([]string, len(out))
	for i, o := range out {
		texts[i] = o.text
	}
	return texts
}

// nearlyNumbers says why a column of mostly numbers or days stays text.
func (s *stats) nearlyNumbers() string {
	for _, k := range []struct {
		bits []shape
		noun string
	}{{[]shape{isPoint, isComma}, "numbers"}, {[]shape{isDay}, "dates"}} {
		if n := s.count(k.bits...); n*10 >= s.filled*8 {
			for _, p := range s.patterns {
				if !slices.ContainsFunc(k.bits, func(b shape) bool { return p.bits&b != 0 }) {
					return fmt.Sprintf("text: %d of %d are not %s, such as %q in line %d", s.filled-n, s.filled, k.noun, short(p.text, 30), p.line)
				}
			}
		}
	}
	return ""
}
