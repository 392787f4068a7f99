package ingest

import (
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
)

// style is which sign stands before the decimals.
type style byte

const (
	pointStyle style = '.'
	commaStyle style = ','
)

// number is a decimal as digits: mantissa * 10^-scale.
type number struct {
	mantissa int64
	scale    int
}

func (n number) decimal() decimal.Decimal { return decimal.New(n.mantissa, int32(-n.scale)) }

// at gives the number with so many digits after the point; false when it would lose some or grow too large.
func (n number) at(scale int) (decimal.Decimal, bool) {
	for n.scale > scale && n.mantissa%10 == 0 {
		n.mantissa, n.scale = n.mantissa/10, n.scale-1
	}
	for n.scale < scale {
		if n.mantissa > math.MaxInt64/10 || n.mantissa < math.MinInt64/10 {
			return decimal.Decimal{}, false
		}
		n.mantissa, n.scale = n.mantissa*10, n.scale+1
	}
	return n.decimal(), n.scale == scale && n.mantissa < 1e18 && n.mantissa > -1e18
}

// parseNumber reads a number as people write it, with an optional sign of a currency: -1,234.50  (300)  $ 12  1'000
// or, in comma style, 1.234,50  12,5 €. Groups of thousands must be groups of three.
func parseNumber(text string, s style) (n number, sign crm.Sign, ok bool) {
	if strings.IndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
		return number{}, crm.Sign{}, false
	}
	minus := false
	if l := len(text); l > 2 && text[0] == '(' && text[l-1] == ')' {
		minus, text = true, text[1:l-1]
	}
	sign, text = crm.CutSign(text)
	if text != "" && (text[0] == '-' || text[0] == '+') {
		minus, text = minus != (text[0] == '-'), text[1:]
		if sign.Code == "" {
			sign, text = crm.CutSign(text)
		}
	} else if strings.HasPrefix(text, "−") {
		minus, text = !minus, text[len("−"):]
	}
	n, ok = digitsOf(text, s)
	if !ok {
		return number{}, crm.Sign{}, false
	}
	if minus {
		n.mantissa = -n.mantissa
	}
	return n, sign, true
}

// digitsOf reads unsigned digits with groups and decimals. No thousands begin with 0: 0.125 is never 125.
func digitsOf(text string, s style) (number, bool) {
	var n number
	group, grouped, count := 0, byte(0), 0
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch {
		case b >= '0' && b <= '9':
			if count++; count > 18 {
				return number{}, false
			}
			n.mantissa = n.mantissa*10 + int64(b-'0')
			group++
		case b == byte(s):
			if grouped != 0 && group != 3 {
				return number{}, false
			}
			if i == len(text)-1 {
				return n, count > 0
			}
			for i++; i < len(text); i++ {
				b := text[i]
				if b < '0' || b > '9' {
					return exponent(text, s)
				}
				if count++; count > 18 {
					return number{}, false
				}
				n.mantissa = n.mantissa*10 + int64(b-'0')
				n.scale++
			}
			return n, true
		case b == 'e' || b == 'E':
			return exponent(text, s)
		default:
			mark, width := groupMark(text[i:], s)
			if mark == 0 || text[0] == '0' || (grouped != 0 && mark != grouped) || group == 0 || group > 3 || (grouped != 0 && group != 3) {
				return number{}, false
			}
			grouped, group = mark, 0
			i += width - 1
		}
	}
	return n, count > 0 && (grouped == 0 || group == 3)
}

// groupMark reads what may stand between thousands: the other sign, a blank (plain, hard or narrow), an apostrophe.
func groupMark(text string, s style) (mark byte, width int) {
	switch {
	case text[0] == ',' && s == pointStyle, text[0] == '.' && s == commaStyle, text[0] == ' ', text[0] == '\'':
		return text[0], 1
	case strings.HasPrefix(text, "\u00a0"):
		return ' ', len("\u00a0")
	case strings.HasPrefix(text, "\u202f"):
		return ' ', len("\u202f")
	case strings.HasPrefix(text, "’"):
		return '\'', len("’")
	}
	return 0, 0
}

// exponent reads 1.2e5, which spreadsheets write for large numbers.
func exponent(text string, s style) (number, bool) {
	if s == commaStyle {
		text = strings.ReplaceAll(text, ",", ".")
	}
	if text == "" || text[0] < '0' || text[0] > '9' {
		return number{}, false
	}
	d, ok := crm.ParseDecimal(text)
	if !ok {
		return number{}, false
	}
	scale := max(0, -d.Exponent())
	shifted := d.Shift(scale)
	if scale > 18 || !shifted.Abs().LessThan(decimal.New(1, 18)) {
		return number{}, false
	}
	return number{shifted.IntPart(), int(scale)}, true
}
