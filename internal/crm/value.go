package crm

import (
	"encoding/json"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"openclaw/internal/fail"
)

// Missing tells whether text spells the absence of a value: blank, NULL, N/A, - and their kin.
func Missing(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "null", "nil", "none", "n/a", "na", "#n/a", "nan", "-", "--", "—":
		return true
	}
	return false
}

var phoneShape = regexp.MustCompile(`^\+?[0-9 ().\-/]{3,}(?:\s*(?:x|ext\.?)\s*[0-9]+)?$`)

// Parse reads what a person typed into a field's canonical value. Blank is nil. Links are not parsed here, since their
// values are records: the store looks them up by id or by name. An error is of kind fail.Invalid and says how to write it.
func (f Field) Parse(text string) (any, error) {
	if strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) {
		return nil, fail.New(fail.Invalid, "%s holds a character that cannot be kept.", f.Label).WithHint("Remove the NUL or the broken character.")
	}
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return nil, nil
	}
	bad := func(hint string) error {
		what := "a " + f.Type.Noun()
		switch f.Type {
		case Money:
			what = "an amount"
		case Email:
			what = "an e-mail address"
		case Bool:
			what = "yes or no"
		case File:
			what = "the path of a file in the workspace's folder files"
		}
		return fail.New(fail.Invalid, "%s is not %s for %s.", strconv.Quote(short(trimmed)), what, f.Label).WithHint("%s", hint)
	}
	switch f.Type {
	case Text, Person:
		return trimmed, nil
	case File:
		if !filePath(trimmed) {
			return nil, bad("Write it as it stands below that folder, like contracts/2026/acme.pdf: no / first, no .. and no \\.")
		}
		return trimmed, nil
	case LongText:
		return text, nil
	case Number, Money:
		d, ok, err := f.amount(trimmed)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, bad("Write it like 5,482 or 5482.50, or leave it empty.")
		}
		if !d.Round(int32(f.Scale)).Equal(d) {
			return nil, bad("It keeps " + strconv.Itoa(f.Scale) + " digits after the point. Round it, or change the field.")
		}
		if d.Abs().GreaterThanOrEqual(decimal.New(1, int32(18-f.Scale))) {
			return nil, bad("It is too large to keep.")
		}
		return d.Round(int32(f.Scale)), nil
	case Date:
		if d, ok := ParseDay(trimmed); ok {
			return d, nil
		}
		return nil, bad("Write it like 2017-03-31 or 31 Mar 2017, or leave it empty.")
	case DateTime:
		if at, ok := ParseInstant(trimmed); ok {
			return at, nil
		}
		return nil, bad("Write it like 2017-03-31 14:05, or leave it empty.")
	case Bool:
		switch strings.ToLower(trimmed) {
		case "yes", "y", "true", "t", "1", "on":
			return true, nil
		case "no", "n", "false", "f", "0", "off":
			return false, nil
		}
		return nil, bad("Write yes or no.")
	case Choice:
		if o, ok := f.Option(trimmed); ok {
			return o.Value, nil
		}
		return nil, bad("It is one of: " + f.optionList() + ".")
	case Choices:
		var out []string
		for _, part := range f.Elements(trimmed) {
			o, ok := f.Option(part)
			if !ok {
				return nil, bad("Each is one of: " + f.optionList() + ".")
			}
			out = append(out, o.Value)
		}
		return out, nil
	case Email:
		a, err := mail.ParseAddress(trimmed)
		if err != nil || a.Name != "" || !strings.Contains(a.Address, "@") {
			return nil, bad("Write it like ann@example.com.")
		}
		return strings.Trim(a.String(), "<>"), nil // with the quotes that it needs to be read again
	case Phone:
		if !phoneShape.MatchString(trimmed) {
			return nil, bad("Write it like +49 30 901820.")
		}
		return trimmed, nil
	case URL:
		u, err := url.Parse(trimmed)
		if err == nil && u.Scheme == "" && strings.Contains(trimmed, ".") && !strings.ContainsAny(trimmed, " \t") {
			return "https://" + trimmed, nil
		}
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return nil, bad("Write it like https://example.com.")
		}
		return trimmed, nil
	}
	return nil, fail.New(fail.Invalid, "%s cannot be written.", f.Label).WithHint("It is a %s.", f.Type.Noun())
}

// Noun is the type in words, as errors and pages say it.
func (t Type) Noun() string {
	switch t {
	case LongText:
		return "long text"
	case DateTime:
		return "date and time"
	case Bool:
		return "yes or no"
	case Choices:
		return "set of choices"
	case Link:
		return "link"
	case Links:
		return "set of links"
	case Email:
		return "e-mail address"
	case Phone:
		return "phone number"
	case URL:
		return "web address"
	case File:
		return "path of a file"
	case Computed:
		return "computed value"
	}
	return string(t)
}

// ParseDecimal reads a number as people write it: 5,482  $1,054.00  12 EUR  -3  1.2e3  (300) for minus 300. A comma is a
// thousands separator here; import decides on decimal commas over a whole column before it comes here.
func ParseDecimal(text string) (decimal.Decimal, bool) {
	d, _, ok := parseAmount(text)
	return d, ok
}

// Compared reads a number that the field's values are compared with, which may have more digits than they have.
func (f Field) Compared(text string) (decimal.Decimal, error) {
	d, ok, err := f.amount(text)
	if err == nil && !ok {
		err = fail.New(fail.Invalid, "%q is not a number for %s.", short(text), f.Label).WithHint("Write it like 5,482 or 5482.50.")
	}
	return d, err
}

// amount reads a number, which the field may have in its own currency only. False when it is none.
func (f Field) amount(text string) (decimal.Decimal, bool, error) {
	d, sign, ok := parseAmount(text)
	if ok && f.ValueType() == Money && !sign.Fits(f.Currency) {
		return d, true, fail.New(fail.Invalid, "%s is in %s, and %s is kept in %s.", strconv.Quote(short(strings.TrimSpace(text))), sign.Code, f.Label, f.Currency).WithHint("Write what it is in %s.", f.Currency)
	}
	return d, ok, nil
}

func parseAmount(text string) (d decimal.Decimal, sign Sign, ok bool) {
	s := strings.TrimSpace(text)
	minus := false
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		minus, s = true, strings.TrimSpace(s[1:len(s)-1])
	}
	sign, s = CutSign(s)
	if strings.HasPrefix(s, "-") {
		minus, s = !minus, strings.TrimSpace(s[1:])
		if sign.Code == "" {
			sign, s = CutSign(s)
		}
	}
	if strings.Contains(s, ",") {
		if !thousands.MatchString(s) {
			return decimal.Decimal{}, sign, false
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	if !plainNumber.MatchString(s) {
		return decimal.Decimal{}, sign, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Decimal{}, sign, false
	}
	if minus {
		d = d.Neg()
	}
	return d, sign, true
}

var (
	thousands   = regexp.MustCompile(`^[+]?\d{1,3}(,\d{3})+(\.\d+)?$`)
	plainNumber = regexp.MustCompile(`^[+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$`)
)

var dayLayouts = []string{"2006-01-02", "2006/01/02", "2 Jan 2006", "2 January 2006", "Jan 2, 2006", "January 2, 2006", "2-Jan-2006", "02.01.2006", "2.1.2006"}

// ParseDay reads a day that can be read in one way only. 10/20/2016 and 20/10/2016 can; 3/4/2016 cannot.
func ParseDay(text string) (time.Time, bool) {
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, plausible(t)
		}
	}
	a, errA := time.Parse("1/2/2006", text)
	b, errB := time.Parse("2/1/2006", text)
	switch {
	case errA == nil && errB == nil:
		return a, a.Equal(b) && plausible(a)
	case errA == nil:
		return a, plausible(a)
	case errB == nil:
		return b, plausible(b)
	}
	return time.Time{}, false
}

// ParseInstant reads a date and time; without a zone it is UTC. A bare day is its midnight.
func ParseInstant(text string) (time.Time, bool) { return parseInstant(text, time.UTC) }

func parseInstant(text string, place *time.Location) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, place); err == nil {
			return t.UTC().Truncate(time.Microsecond), plausible(t.UTC())
		}
	}
	return ParseDay(text)
}

func plausible(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

// JSON gives a canonical value as it stands in JSON, in history and in the API: decimals as json.Number with the
// field's scale, days as 2006-01-02, instants as RFC 3339, links as Ref.
func (f Field) JSON(v any) any { return JSONValue(v, f.ValueType(), f.Scale) }

// JSONValue is Field.JSON for a value whose type is known by other means, such as a result's column.
func JSONValue(v any, t Type, scale int) any {
	switch v := v.(type) {
	case decimal.Decimal:
		return json.Number(v.StringFixed(int32(scale)))
	case time.Time:
		if t == Date {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	}
	return v
}

// Show gives a canonical value as plain text, for export and for terminals. Field.Parse reads it back to the same value,
// but for links, which show the names of their records.
func (f Field) Show(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case []string:
		return JoinList(v)
	case Ref:
		return v.Name
	case []Ref:
		names := make([]string, len(v))
		for i, r := range v {
			names[i] = r.Name
		}
		return JoinList(names)
	case decimal.Decimal:
		return v.StringFixed(int32(f.Scale))
	case time.Time:
		if f.ValueType() == Date {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func (f Field) optionList() string {
	names := make([]string, len(f.Options))
	for i, o := range f.Options {
		names[i] = o.Value
	}
	return strings.Join(names, ", ")
}

// JoinList writes several texts as one, between semicolons. SplitList takes it apart again: a text with a semicolon
// stands in double quotes, doubled inside it.
func JoinList(texts []string) string {
	out := make([]string, len(texts))
	for i, text := range texts {
		if out[i] = text; strings.Contains(text, ";") || strings.HasPrefix(text, `"`) {
			out[i] = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
	}
	return strings.Join(out, "; ")
}

// SplitList gives the texts between semicolons, those that are blank left out. Quotes that do not go around a whole text
// are a part of it.
func SplitList(text string) []string {
	var out []string
	for more := true; more; {
		text = strings.TrimSpace(text)
		part, rest, ok := quotedPart(text)
		if !ok {
			part, rest, more = strings.Cut(text, ";")
			part = strings.TrimSpace(part)
		} else {
			more = rest != ""
			rest = strings.TrimPrefix(rest, ";")
		}
		if text = rest; part != "" {
			out = append(out, part)
		}
	}
	return out
}

// quotedPart takes a text in quotes from the beginning of a list.
func quotedPart(text string) (part, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		return "", "", false
	}
	for i := 1; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if strings.HasPrefix(text[i+1:], `"`) {
			i++
			continue
		}
		rest = strings.TrimSpace(text[i+1:])
		return strings.ReplaceAll(text[1:i], `""`, `"`), rest, rest == "" || rest[0] == ';'
	}
	return "", "", false
}

// Elements takes a text with several choices apart. A comma separates only where no semicolon does, and where the whole
// text is not an option itself.
func (f Field) Elements(text string) []string {
	parts := SplitList(text)
	if len(parts) != 1 || parts[0] != strings.TrimSpace(text) {
		return parts
	}
	if _, ok := f.Option(parts[0]); ok {
		return parts
	}
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if p := strings.TrimSpace(part); p != "" {
			out = append(out, p)
		}
	}
	return out
}

func short(s string) string {
	r := []rune(s)
	if len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return s
}
