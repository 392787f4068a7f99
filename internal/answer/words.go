package answer

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed words/closed.toml
var closedFile []byte

//go:embed words/trade.toml
var tradeFile []byte

// nounGroup is one line of the trade's words: synonyms of each other.
type nounGroup struct {
	Of         string // "object" or "field"
	Match      []string
	Roles      []string
	Types      []string
	Words      []string
	Verbs      []string
	Things     []string // of a flag: what those are called for whom it holds
	Score      float64
	keys       map[string]bool // of Words
	matchKeys  map[string]bool // of Match, else of Words
	Collective bool            // names a set of records; an object whose field it can mean does not mean itself by it
}

// metric is a word defined by roles, such as revenue.
type metric struct {
	Name    string
	Formula string
	Kind    string // sum-amount, mean-amount, rate, cycle, age
	Outcome string
	Lower   bool // less is better
	Score   float64
	Payer   bool // its verbs are said of the customer, not of the team
	Money   bool // what somebody did by its verbs is an amount: what they spent
	Words   []string
	Verbs   []string
}

// lasts tells of a measure of time.
func (m *metric) lasts() bool { return m != nil && (m.Kind == "cycle" || m.Kind == "age") }

// sums tells of a measure that is a total of amounts.
func (m *metric) sums() bool { return m != nil && m.Kind == "sum-amount" }

// trade is the pack of a trade's words.
type trade struct {
	Noun    []nounGroup
	Outcome map[string][]string
	Metric  []metric
	Count   struct{ Words []string } // nouns for records by what became of them
	Foreign struct{ Words []string }
	Folk    struct{ Words []string } // people, whoever they are
	Alias   map[string][]string
	State   states
	Label   map[string][]string // what a field or an object is by a word of its label: place, person, rate
	Child   map[string][]string // what those are called that link to a record of their own kind
	Stand   map[string][]string // how something stands by its due date: overdue, upcoming
	Spoken  map[string][]string // how a unit that ends a label is said
	Pace    map[string][]string // what is so much for each month, or other time
}

// closedWords are the language's own words: senses by key, and the irregular verbs.
type closedWords struct {
	senses    map[string][]sense
	irregular map[string][]string
	words     map[string]bool   // the longer single words of phrases, for spelling
	slips     map[string]string // a word mistyped or cut short -> the word
	longest   int
}

func loadWords() (closedWords, trade, error) {
	var sections map[string]map[string][]string
	if err := toml.Unmarshal(closedFile, &sections); err != nil {
		return closedWords{}, trade{}, fmt.Errorf("read the closed words: %w", err)
	}
	var t trade
	if err := toml.Unmarshal(tradeFile, &t); err != nil {
		return closedWords{}, trade{}, fmt.Errorf("read the trade's words: %w", err)
	}
	for i := range t.Noun {
		g := &t.Noun[i]
		g.keys = keySet(g.Words)
		g.matchKeys = g.keys
		if g.Match != nil {
			g.matchKeys = keySet(g.Match)
		}
	}
	c := closedWords{senses: map[string][]sense{}, words: map[string]bool{}, irregular: sections["irregular"], slips: map[string]string{}}
	for word, slips := range sections["slip"] {
		for _, slip := range slips {
			c.slips[slip] = word
		}
	}
	delete(sections, "irregular")
	delete(sections, "slip")
	for _, kind := range slices.Sorted(maps.Keys(sections)) { // in one order, since of senses equally sure the first is tried first
		for _, meaning := range slices.Sorted(maps.Keys(sections[kind])) {
			phrases := sections[kind][meaning]
			for _, phrase := range phrases {
				k := key(phrase)
				score := 1.0
				switch kind {
				case "fill", "people":
					score = 0.8 // where the workspace has such a word, that is meant
				case "punctual":
					score = 1.1 // paid on time is no time that was paid on
				}
				c.senses[k] = append(c.senses[k], sense{kind: kind, word: meaning, score: score})
				for w := range strings.SplitSeq(k, " ") {
					if len(w) >= 5 && kind != "fill" && kind != "action" && kind != "beyond" && kind != "weak" {
						c.words[w] = true
					}
				}
				c.longest = max(c.longest, strings.Count(k, " ")+1)
			}
		}
	}
	return c, t, nil
}

func keySet(words []string) map[string]bool {
	out := map[string]bool{}
	for _, w := range words {
		out[key(w)] = true
	}
	return out
}

// bases are the verbs that a participle may come from.
func (c closedWords) bases(word string) []string {
	for base, forms := range c.irregular {
		if slices.Contains(forms, word) {
			return []string{base}
		}
	}
	if stem, ok := strings.CutSuffix(word, "ing"); ok && len(stem) > 3 {
		return []string{stem}
	}
	if stem, ok := strings.CutSuffix(word, "ed"); ok && len(stem) > 3 {
		if n := len(stem); stem[n-1] == stem[n-2] {
			return []string{stem[:n-1]}
		}
		return []string{stem}
	}
	return nil
}

// participle tells of an irregular past form: paid, taken.
func (c closedWords) participle(word string) bool {
	for _, forms := range c.irregular {
		if slices.Contains(forms, word) {
			return true
		}
	}
	return false
}

// forms are the shapes of a verb: base, third person, past, participle. Only the first word of a phrase is bent.
func (c closedWords) forms(verb string) []string {
	first, rest, _ := strings.Cut(verb, " ")
	if rest != "" {
		rest = " " + rest
	}
	stem := strings.TrimSuffix(first, "e")
	out := []string{first, first + "s", stem + "ing"}
	if irregular, ok := c.irregular[first]; ok {
		out = append(out, irregular...)
	} else {
		out = append(out, stem+"ed")
		if n := len(first); n > 2 && strings.ContainsRune("aeiou", rune(first[n-2])) && !strings.ContainsRune("aeiouwxy", rune(first[n-1])) {
			out = append(out, first+first[n-1:]+"ed", first+first[n-1:]+"ing")
		}
	}
	for i := range out {
		out[i] += rest
	}
	return out
}
