package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// item is a run of tokens with what it may mean; once a reading is chosen, with what it means.
type item struct {
	sense
	from, to  int     // tokens
	senses    []sense // what it may mean, best first
	parts     []item  // of a fragment: what it is made of
	neg       bool    // of a set: none of these
	joint     string  // of a set: and, or, vs, nor between its parts
	op        crm.Op  // of a condition
	fn        plan.Fn // of a field that is compared as a whole: its sum, its mean
	numbers   []quantity
	after     bool // a preposition stands before it
	adjective bool // of a set: it stands right before a noun
	noun      bool // of a set: it is a noun itself, such as wins
	at        bool // of a set: at stands before it
	periods   []period
}

// span is a candidate of the lattice.
type span struct {
	to     int
	senses []sense
}

// maxSpan is the most tokens that one name or phrase may have.
const maxSpan = 6

// lattice finds, for each token, the runs that begin there and mean something.
func (l *lexicon) lattice(toks []token, cal calendar, hits map[string][]crm.Hit) [][]span {
	out := make([][]span, len(toks))
	for i := range toks {
		byEnd := map[int][]sense{}
		for n := 1; n <= max(l.longest, maxSpan) && i+n <= len(toks); n++ {
			if n > 1 && i > 0 && isUnit(l.closed, toks[i]) && isNumber(toks, i-1) {
				break // 10 days to win: days is what is counted
			}
			byEnd[i+n] = l.sensesAt(toks, i, n, hits)
		}
		add := func(s sense, n int) {
			if n > 0 {
				byEnd[i+n] = append(byEnd[i+n], s)
			}
		}
		if !toks[i].quoted {
			p, n := cal.at(i)
			add(sense{kind: "period", period: p, score: 1}, n)
			p, n = cal.shortYear(i)
			add(sense{kind: "period", period: p, score: 1}, n)
			if l.oneRoom(toks, i) {
				add(sense{kind: "number", number: quantity{n: decimalOf(1)}, score: 1}, 1)
			}
			q, n := numberAt(toks, i)
			number := sense{kind: "number", number: q, score: 0.95}
			if looksLikeYear(q) {
				number.score = 0.8
			}
			add(number, n)
		}
		add(l.like(toks, i))
		add(l.fromTo(toks, i))
		for end, senses := range byEnd {
			if len(senses) > 0 {
				slices.SortStableFunc(senses, func(a, b sense) int { return compareScore(b.score, a.score) })
				out[i] = append(out[i], span{to: end, senses: senses})
			}
		}
		slices.SortFunc(out[i], func(a, b span) int { return b.to - a.to })
	}
	return out
}

// sensesAt are the senses of the n words from a token on: of the language, of the workspace and in the data.
func (l *lexicon) sensesAt(toks []token, i, n int, hits map[string][]crm.Hit) []sense {
	first, words := toks[i], toks[i:i+n]
	k := joinNorm(words)
	var out []sense
	if !first.quoted && !l.namesNumber(toks, i) {
		out = append(out, l.closed.senses[k]...)
	}
	out = append(out, l.meant(k, words)...)
	out = append(out, l.passives(words)...)
	out = l.settleWeak(k, out)
	if n == 1 {
		out = ownWords(out, toks, i)
	}
	if n < 3 && oneOf(first.fold, "starting", "beginning") && slices.ContainsFunc(l.entries[first.norm], func(s sense) bool { return s.kind == "dateverb" }) {
		out = slices.DeleteFunc(out, func(s sense) bool { return s.kind == "since" }) // leases starting in 2026 are not those since
	}
	if n == 1 && len(out) == 0 {
		out = append(out, l.opposite(first.norm)...)
	}
	if n <= maxSpan {
		out = appendHits(out, hits[joinFold(words)], l)
		out = l.fullFirst(wholeFirst(out, first))
	}
	if n == 1 && isNumber(toks, i) {
		out = l.numbersNone(out, toks, i)
	}
	if n == 1 && !first.quoted {
		out = l.noArticle(out, toks, i)
	}
	return out
}

// meant are the senses of a run of words. A choice in the plural is less likely than a field of that name: prices.
func (l *lexicon) meant(k string, toks []token) []sense {
	senses := l.entries[k]
	if len(toks) == 1 && toks[0].fold != toks[0].norm {
		senses = slices.DeleteFunc(slices.Clone(senses), func(s sense) bool {
			return s.kind == "field" && s.score == partScore && l.attributive(s, k, toks[0].fold)
		})
	}
	if len(toks) != 1 || toks[0].fold == toks[0].norm || !slices.ContainsFunc(senses, func(s sense) bool { return s.kind == "field" || s.kind == "object" && s.word == "" }) {
		return senses
	}
	senses = slices.Clone(senses)
	for i, s := range senses {
		if s.kind == "value" && len(s.values) == 1 && crm.Fold(s.values[0]) == k {
			senses[i].score -= 0.4
		}
	}
	return senses
}

// attributive tells of a word that says of which kind a field is rather than what it is: units are no unit price.
func (l *lexicon) attributive(s sense, k, plural string) bool {
	words := strings.Fields(strings.ToLower(l.fieldOf(s).Label))
	last := words[len(words)-1]
	return key(last) != k && !slices.Contains(words, plural) && l.verbOfPast(last) == "" && len(l.closed.senses[key(last)]) == 0
}

// settleWeak lets a weak word say nothing where the workspace gives it no meaning.
func (l *lexicon) settleWeak(k string, senses []sense) []sense {
	if !slices.ContainsFunc(senses, func(s sense) bool { return s.kind == "weak" }) {
		return senses
	}
	senses = slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "weak" })
	if len(l.entries[k]) == 0 {
		senses = append(senses, sense{kind: "fill", word: "weak", score: 0.8})
	}
	return senses
}

// fromTo reads the time from one date of a record to another: days from engagement to close.
func (l *lexicon) fromTo(toks []token, i int) (sense, int) {
	word := func(j int) string {
		if j < len(toks) && !toks[j].quoted {
			return toks[j].fold
		}
		return ""
	}
	date := func(j int) ([]sense, int) {
		for oneOf(word(j), "the", "its", "their", "being") {
			j++
		}
		for n := min(3, len(toks)-j); n > 0; n-- {
			if s := l.stems[joinNorm(toks[j:j+n])]; len(s) > 0 {
				return s, j + n
			}
		}
		return nil, 0
	}
	j := i
	if oneOf(word(j), "day", "days", "time") {
		j++
	}
	if word(i) == "after" {
		return l.afterDate(toks, i, date)
	}
	if w := word(j); w != "from" && w != "between" {
		return sense{}, 0
	}
	from, next := date(j + 1)
	if next == 0 || !oneOf(word(next), "to", "and", "until", "till") {
		return sense{}, 0
	}
	to, end := date(next + 1)
	for _, a := range from {
		for _, b := range to {
			if a.object == b.object && a.field != b.field {
				return sense{kind: "fromto", object: a.object, word: a.field, field: b.field, score: 1}, end - i
			}
		}
	}
	return sense{}, 0
}

// afterDate reads how many days after one date of a record another one came, where the verb of that stands further on: days
// after issue do customers pay.
func (l *lexicon) afterDate(toks []token, i int, date func(int) ([]sense, int)) (sense, int) {
	if i < 2 || toks[i-1].fold != "days" || toks[i-2].fold != "many" {
		return sense{}, 0
	}
	from, next := date(i + 1)
	for j := next; next > 0 && j < min(next+8, len(toks)); j++ {
		to, _ := date(j)
		for _, a := range from {
			for _, b := range to {
				if a.object == b.object && a.field != b.field {
					return sense{kind: "fromto", object: a.object, word: a.field, field: b.field, score: 1}, next - i
				}
			}
		}
	}
	return sense{}, 0
}

// opposite reads unpaid, and non-billable, as not paid, where paid is a value.
func (l *lexicon) opposite(word string) []sense {
	rest, ok := strings.CutPrefix(word, "non ")
	if !ok {
		rest, ok = strings.CutPrefix(word, "un")
	}
	if !ok {
		return nil
	}
	var out []sense
	for _, s := range l.entries[rest] {
		if s.kind == "value" {
			s.word = "un"
			s.score -= 0.05
			out = append(out, s)
		}
	}
	for _, s := range l.entries[rest] {
		if len(out) == 0 && s.kind == "dateverb" {
			s.kind = "undone" // unpaid, where only the day of payment is kept
			return []sense{s}
		}
	}
	return out
}

func isUnit(c closedWords, t token) bool {
	return slices.ContainsFunc(c.senses[t.norm], func(s sense) bool { return s.kind == "unit" })
}

func isNumber(toks []token, i int) bool {
	_, n := numberAt(toks, i)
	return n == 1
}

func compareScore(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// appendHits adds what the data hold under a phrase. Options of a choice are known from the schema already.
func appendHits(senses []sense, hits []crm.Hit, l *lexicon) []sense {
	for _, h := range hits {
		v := sense{kind: "value", object: h.Object, field: h.Field, values: []string{h.Value}, score: 1}
		switch {
		case h.Distance > 0:
			v.score, v.fix, v.partly = 0.75-0.05*float64(h.Distance), h.Value, h.Partial
		case h.Partial:
			v.score, v.partly = 0.8, true
			switch t := l.fieldOf(v).Type; {
			case t == crm.Email || t == crm.URL || t == crm.Phone:
				v.score = 0.6 // a name before the address made of it
			case h.Object == l.team:
				v.score = 0.9 // by their first names people call those they work with
			}
		}
		same := slices.IndexFunc(senses, func(o sense) bool {
			return o.kind == "value" && o.object == v.object && o.field == v.field && slices.Equal(o.values, v.values)
		})
		if same < 0 {
			senses = append(senses, v)
		}
	}
	return senses
}

// wholeFirst drops what is but a word of a longer value where the word names the records of an object, or a field: customers
// are not the one that a ticket waits for, and an office is no office manager.
func wholeFirst(senses []sense, t token) []sense {
	if !t.quoted && t.fold != t.norm && slices.ContainsFunc(senses, func(s sense) bool { return s.kind == "object" && s.score >= 1 }) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && s.word == "" }) // vaccinations are no visits for one
	}
	if t.quoted || !slices.ContainsFunc(senses, func(s sense) bool {
		return s.kind == "object" && s.score >= 0.85 || s.kind == "field" && s.score >= 0.95
	}) {
		return senses
	}
	return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && s.partly })
}

// fullFirst drops what is but a word of a longer value where it is a value of its own: a cat is no cat flu.
func (l *lexicon) fullFirst(senses []sense) []sense {
	if !slices.ContainsFunc(senses, func(s sense) bool { return s.kind == "value" && !s.partly && s.word == "" && s.score >= 0.95 }) {
		return senses
	}
	return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && s.partly && s.object != l.team })
}

// unknownCost makes a token that means nothing dearer than any way to make sense of it.
const unknownCost = 4.0

// cover picks the runs that account for the question with the fewest and surest parts. Tokens that mean nothing become
// items of kind unknown.
func cover(toks []token, lat [][]span) []item {
	n := len(toks)
	cost := make([]float64, n+1)
	next := make([]int, n+1)
	pick := make([][]sense, n+1)
	for i := n - 1; i >= 0; i-- {
		cost[i], next[i], pick[i] = cost[i+1]+unknownCost, i+1, nil
		for _, s := range lat[i] {
			best := s.senses[0]
			c := cost[s.to] + 1 + (1-best.score)*0.8
			if c < cost[i] {
				cost[i], next[i], pick[i] = c, s.to, s.senses
			}
		}
	}
	var out []item
	for i := 0; i < n; i = next[i] {
		it := item{from: i, to: next[i], senses: pick[i]}
		if pick[i] == nil {
			if onlySigns(toks[i].text) {
				continue
			}
			it.senses = []sense{{kind: "unknown", word: toks[i].text}}
		}
		out = append(out, it)
	}
	return out
}

// onlySigns tells of a token that is punctuation standing alone, such as a dash.
func onlySigns(text string) bool {
	return strings.Trim(text, "-–—+/&,;%#") == ""
}

func joinNorm(toks []token) string {
	if len(toks) == 1 {
		return toks[0].norm
	}
	parts := make([]string, len(toks))
	for i, t := range toks {
		parts[i] = t.norm
	}
	return strings.Join(parts, " ")
}

func joinFold(toks []token) string {
	parts := make([]string, len(toks))
	for i, t := range toks {
		parts[i] = t.fold
	}
	return strings.Join(parts, " ")
}
