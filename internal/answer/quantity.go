package answer

import (
	"strings"

	"github.com/shopspring/decimal"
)

// quantity is a number with what it counts.
type quantity struct {
	n    decimal.Decimal
	unit string // "", "money", "%", "day"
	// scale is what the figure was multiplied by: 1000 in 5k.
	scale int64
}

var smallNumbers = map[string]int64{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
	"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

var scales = map[string]int64{"hundred": 100, "thousand": 1000, "k": 1000, "million": 1_000_000, "mio": 1_000_000, "mn": 1_000_000, "m": 1_000_000, "billion": 1_000_000_000, "bn": 1_000_000_000}

// numberAt reads a number that begins at token i: 5,000  5k  $1.2m  12%  five  two hundred. It returns how many tokens
// it took, 0 when there is none.
func numberAt(toks []token, i int) (quantity, int) {
	q, ok := figure(toks[i].fold)
	n := 1
	if !ok && oneAt(toks, i) {
		return quantity{n: decimal.NewFromInt(1)}, 1
	}
	if !ok {
		w, known := smallNumbers[toks[i].fold]
		switch {
		case known:
			q = quantity{n: decimal.NewFromInt(w)}
		case scales[toks[i].fold] >= 100 && len(toks[i].fold) > 2 && toks[i].fold != "mio":
			q, n = quantity{n: decimal.NewFromInt(1)}, 0
		default:
			return quantity{}, 0
		}
	}
	for i+n < len(toks) {
		s, ok := scales[toks[i+n].fold]
		if !ok || (n == 0 && s < 100) || n > 0 && toks[i+n].start > toks[i+n-1].end+1 {
			break
		}
		q.n, q.scale = q.n.Mul(decimal.NewFromInt(s)), max(1, q.scale)*s
		n++
	}
	if i+n < len(toks) && toks[i+n].fold == "%" || i+n < len(toks) && (toks[i+n].fold == "percent" || toks[i+n].fold == "pct") {
		q.unit = "%"
		n++
	}
	if n == 0 {
		n = 1
	}
	if i+n < len(toks) && q.unit == "" && moneyWord(toks[i+n].fold) {
		q.unit = "money"
	}
	return q, n
}

// oneAt tells whether a or one is a number: within a week, at least one win.
func oneAt(toks []token, i int) bool {
	if i == 0 {
		return false
	}
	switch toks[i-1].fold {
	case "than", "least", "most", "within", "over", "under", "exactly", "in":
	default:
		return false
	}
	switch toks[i].fold {
	case "one":
		return toks[i-1].fold != "in"
	case "a", "an":
		return toks[i-1].fold != "in" && i+1 < len(toks) && grainOf(toks[i+1].fold) != ""
	}
	return false
}

// figure reads one written figure with its currency sign and its suffix.
func figure(text string) (quantity, bool) {
	q := quantity{}
	s := strings.TrimLeft(text, "$€£")
	if s != text {
		q.unit = "money"
	}
	if s == "" || s[0] < '0' || s[0] > '9' {
		return q, false
	}
	scale := int64(1)
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != ',' })
	if end >= 0 {
		suffix := s[end:]
		switch {
		case suffix == "%":
			q.unit = "%"
		case scales[suffix] != 0:
			scale = scales[suffix]
		default:
			return q, false
		}
		s = s[:end]
	}
	if comma := strings.LastIndexByte(s, ','); comma >= 0 && len(s)-comma != 4 {
		return q, false
	}
	d, err := decimal.NewFromString(strings.ReplaceAll(s, ",", ""))
	if err != nil || d.NumDigits() > 30 {
		return q, false
	}
	q.n, q.scale = d.Mul(decimal.NewFromInt(scale)), scale
	return q, true
}

func decimalOf(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// howMany is a number that says how many of something are meant, fewer than a thousand; 0 where it does not.
func (q quantity) howMany() int {
	if q.unit != "" || !q.n.IsInteger() || !q.n.IsPositive() || !q.n.LessThan(decimalOf(1000)) {
		return 0
	}
	return int(q.n.IntPart())
}
