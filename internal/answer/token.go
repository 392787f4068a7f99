package answer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jinzhu/inflection"

	"openclaw/internal/crm"
)

// token is one word, number or sign of a question.
type token struct {
	text   string // as typed
	fold   string // lower case, no accents
	norm   string // fold in the singular: what the lexicon is keyed by
	start  int    // bytes in the question
	end    int
	quoted bool
	fix    string // the word of the lexicon that this one, misspelt, was taken for
}

// tokens cuts a question. Signs that say nothing (full stops, brackets, question marks) fall away.
func tokens(text string) []token {
	var out []token
	add := func(start, end int, quoted bool) {
		if start < end {
			out = append(out, newToken(text[start:end], start, end, quoted))
		}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '"' || r == '“' || r == '«':
			body := i + size
			end := strings.IndexAny(text[body:], "\"”»")
			if end > 0 {
				add(body, body+end, true)
				i = body + end
				_, close := utf8.DecodeRuneInString(text[i:])
				i += close
				continue
			}
			i += size
		case wordRune(r) || ((r == '$' || r == '€' || r == '£' || r == '#') && digitAt(text, i+size)):
			end := wordEnd(text, i)
			for _, cut := range splitWord(text[i:end]) {
				add(i+cut[0], i+cut[1], false)
			}
			i = end
		case r == '#':
			add(i, i+size, false) // # of deals
			i += size
		case r == '\'' && shortYear(text[i:]):
			add(i, i+len("'17"), false)
			i += len("'17")
		case r == '\'' && possessive(text[i:]):
			add(i, i+len("'s"), false)
			i += len("'s")
		case strings.ContainsRune("<>=≥≤", r):
			end := i + size
			if end < len(text) && text[end] == '=' {
				end++
			}
			add(i, end, false)
			i = end
		case strings.ContainsRune(",;&/%–—-+", r):
			add(i, i+size, false)
			i += size
		case unicode.IsSymbol(r) && r != '`' && r != '^' && r != '~' && r != '|':
			add(i, i+size, false)
			i += size
		default:
			i += size
		}
	}
	return out
}

func newToken(text string, start, end int, quoted bool) token {
	fold := crm.Fold(strings.ReplaceAll(text, "’", "'"))
	if fold == "whats" {
		fold = "what's" // else it is the plural of what
	}
	return token{text: text, fold: fold, norm: singular(spaced(fold)), start: start, end: end, quoted: quoted}
}

// spaced parts the words that a hyphen joins: in-house is kept as in house.
func spaced(word string) string {
	if strings.ContainsAny(word, "0123456789@") {
		return word
	}
	return strings.ReplaceAll(word, "-", " ")
}

// singular is the form under which words are kept and looked up; both sides go through it.
func singular(word string) string {
	if n := len(word) - 1; n > 0 && n < 4 && word[n] == 's' && strings.Trim(word[:n], "0123456789") == "" {
		return word[:n] // GTK 500s
	}
	if len(word) <= 3 || strings.HasSuffix(word, "ss") || strings.ContainsAny(word, "0123456789") {
		return word
	}
	return inflection.Singular(word)
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '_' || r == '@'
}

func digitAt(text string, i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }

// wordEnd finds where a word ends; signs inside it belong to it when letters or digits go on behind them.
func wordEnd(text string, i int) int {
	_, size := utf8.DecodeRuneInString(text[i:])
	for i += size; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !wordRune(r) {
			next, _ := utf8.DecodeRuneInString(text[i+size:])
			inner := strings.ContainsRune("'’-.,/&", r) && wordRune(next)
			number := digitAt(text, i-1)
			if (r == ',' || r == '.') && !(number && unicode.IsDigit(next)) && r == ',' {
				inner = false
			}
			if r == '/' && !(number && unicode.IsDigit(next)) {
				inner = false
			}
			if r == '%' && number {
				return i + size
			}
			if !inner {
				return i
			}
		}
		i += size
	}
	return i
}

// shortYear tells of '17.
func shortYear(text string) bool {
	return digitAt(text, 1) && digitAt(text, 2) && !digitAt(text, 3)
}

// possessive tells of 's standing alone.
func possessive(text string) bool {
	if !strings.HasPrefix(text, "'s") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[len("'s"):])
	return len(text) == len("'s") || !wordRune(next)
}

// splitWord takes the possessive off a word: Losch's is Losch and 's.
func splitWord(word string) [][2]int {
	lower := strings.ToLower(strings.ReplaceAll(word, "’", "'"))
	cut := len(word) - len("'s")
	if strings.Contains(word, "’") {
		cut = len(word) - len("’s")
	}
	if strings.HasSuffix(lower, "'s") && cut > 0 {
		switch lower[:len(lower)-2] {
		case "what", "who", "where", "that", "there", "it", "let", "how", "when", "he", "she":
			return [][2]int{{0, len(word)}}
		}
		return [][2]int{{0, cut}, {cut, len(word)}}
	}
	return [][2]int{{0, len(word)}}
}

// key joins the normal forms of words into a key of the lexicon.
func key(phrase string) string {
	toks := tokens(phrase)
	parts := make([]string, len(toks))
	for i, t := range toks {
		parts[i] = t.norm
	}
	return strings.Join(parts, " ")
}

// oneOf tells whether a word is one of some.
func oneOf(word string, some ...string) bool { return slices.Contains(some, word) }

// wordAt is a token as it is compared, "" beyond the ends.
func wordAt(toks []token, i int) string {
	if i < 0 || i >= len(toks) {
		return ""
	}
	return toks[i].fold
}
