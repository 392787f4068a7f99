package crm

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/jinzhu/inflection"
	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// Reserved tells whether a name is one that every table has, or that the views give to what every table has, so that no
// field can have it.
func Reserved(name string) bool {
	switch name {
	case "id", "created_at", "updated_at", "deleted_at", "entry_id":
		return true
	}
	return false
}

// Ident makes a lower-case identifier of any text: "Close Value ($)" becomes close_value, Größe grosse and Клиент klient.
// A Reserved name gets source_ before it; one that begins with a digit, or is empty, gets field_. Texts of other scripts
// may be spelt alike: ask Plain before an identifier is taken for the text.
func Ident(text string) string {
	var b strings.Builder
	gap := false
	var last rune
	for _, r := range norm.NFC.String(text) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		camel := unicode.IsUpper(r) && unicode.IsLower(last)
		last = r
		spelt := spell(r)
		if spelt == "" {
			gap = true
		}
		for _, l := range spelt {
			if !letterOrDigit(l) {
				gap = true
				continue
			}
			if (gap || camel) && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap, camel = false, false
			b.WriteRune(unicode.ToLower(l))
		}
	}
	name := b.String()
	if len(name) > 60 {
		name = strings.TrimRight(name[:60], "_")
	}
	switch {
	case name == "" || unicode.IsDigit(rune(name[0])):
		return strings.TrimRight("field_"+name, "_")
	case Reserved(name):
		return "source_" + name
	}
	return name
}

func letterOrDigit(r rune) bool {
	return r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// spell writes a character in ASCII; "" is one that has no such spelling. What stands for a word, as in Chinese, is parted
// from the next by a blank.
func spell(r rune) string {
	if r < 128 {
		return string(r)
	}
	base := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(string(r)))
	if strings.IndexFunc(base, func(r rune) bool { return r >= 128 }) < 0 {
		return base
	}
	if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if letterOrDigit(r) || r == ' ' {
			return r
		}
		return -1
	}, unidecode.Unidecode(string(r)))
}

// Plain tells whether a text is written in ASCII letters, so that its identifier says as much as it does. Other signs do
// not count, but for those that are a word of their own, as an emoji is.
func Plain(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return r >= 128 && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || unicode.Is(unicode.So, r))
	}) < 0
}

// Same tells whether two names are one but for case, accents, blanks and punctuation.
func Same(a, b string) bool {
	if q := Squash(a); q != "" || Squash(b) != "" {
		return q == Squash(b)
	}
	return Fold(Line(a)) == Fold(Line(b))
}

// Called is the label of what a text names: the words of its identifier where the text is Plain, else the text itself.
func Called(text string) string {
	if name := Ident(text); Plain(text) && !strings.HasPrefix(name, "field_") && name != "field" {
		return LabelOf(name)
	}
	return cmp.Or(Line(norm.NFC.String(strings.ReplaceAll(text, "_", " "))), LabelOf(Ident(text)))
}

// LabelOf makes words of an identifier: close_value becomes "Close value".
func LabelOf(name string) string {
	words := strings.ReplaceAll(strings.TrimPrefix(name, "source_"), "_", " ")
	if words == "" {
		return name
	}
	for _, w := range []string{"id", "url", "vat", "sku"} {
		if words == w || strings.HasSuffix(words, " "+w) {
			words = strings.TrimSuffix(words, w) + strings.ToUpper(w)
		}
	}
	return strings.ToUpper(words[:1]) + words[1:]
}

// Line makes one line of a label: line breaks, other control characters and runs of blanks become one blank.
func Line(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// Singular and Plural turn the last word of a label.
func Singular(label string) string { return turnLast(label, inflection.Singular) }

// Plural is the plural of a label.
func Plural(label string) string { return turnLast(label, inflection.Plural) }

func turnLast(label string, turn func(string) string) string {
	i := strings.LastIndexByte(label, ' ') + 1
	return label[:i] + turn(label[i:])
}

// Fold makes text comparable across spelling: lower case, no accents, runs of blanks as one.
func Fold(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsSpace(r):
			gap = b.Len() > 0
		default:
			if gap {
				b.WriteByte(' ')
				gap = false
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// Squash goes further than Fold: letters and digits only, so that "GTX Pro" and "GTXPro" are one.
func Squash(text string) string {
	var b strings.Builder
	for _, r := range Fold(text) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
