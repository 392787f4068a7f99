package web

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/shopspring/decimal"
	"golang.org/x/text/currency"
)

// countText writes a count in full: a number that proves something is never shortened.
func countText(n int64) string { return group(strconv.FormatInt(n, 10)) }

// group puts commas between thousands of a plain decimal.
func group(plain string) string {
	sign := ""
	if strings.HasPrefix(plain, "-") {
		sign, plain = "-", plain[1:]
	}
	whole, frac, _ := strings.Cut(plain, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if frac != "" {
		b.WriteString("." + frac)
	}
	return b.String()
}

// plural counts things: "1 row", "8,800 rows".
func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return countText(n) + " " + many
}

// moneyText writes an amount; the sign of its currency stands before it, an unknown code before that.
func moneyText(d decimal.Decimal, scale int, code string) string {
	text := group(d.Abs().StringFixed(int32(scale)))
	sign := ""
	if d.IsNegative() {
		sign = "-"
	}
	if code == "" {
		return sign + text
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return sign + code + " " + text
	}
	symbol := fmt.Sprint(currency.NarrowSymbol(unit))
	if last := []rune(symbol); len(last) > 0 && unicode.IsLetter(last[len(last)-1]) {
		symbol += " "
	}
	return sign + symbol + text
}

func tookText(d time.Duration) string {
	if d >= 2*time.Second {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
}

func dayText(t time.Time) string { return t.Format("2 Jan 2006") }

// whenText says an instant the way people do, on the box's own clock.
func whenText(t, now time.Time) string {
	t = t.In(now.Location())
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	switch {
	case day(t) == day(now):
		return "today " + t.Format("15:04")
	case day(t) == day(now.AddDate(0, 0, -1)):
		return "yesterday " + t.Format("15:04")
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04")
	}
	return t.Format("2 Jan 2006 15:04")
}

// Avatar is the small round mark of a person.
type Avatar struct {
	Initials string
	Color    string
}

var avatarColors = [...]string{"violet", "green", "blue", "pink", "teal", "orange", "brown", "yellow", "red"}

// avatarOf makes a mark of a name; the same name always has the same colour.
func avatarOf(name string) Avatar {
	var initials []rune
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		if i == 0 || i == len(words)-1 {
			initials = append(initials, unicode.ToUpper([]rune(w)[0]))
		}
	}
	if len(initials) == 0 {
		initials = []rune("?")
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return Avatar{Initials: string(initials), Color: avatarColors[h.Sum32()%uint32(len(avatarColors))]}
}
