package answer

import (
	"context"
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// items covers the question with what its words mean; words misspelt are taken for the nearest that is known.
func (q *question) items(ctx context.Context) ([]item, error) {
	if q.hits == nil {
		q.hits = map[string][]crm.Hit{}
		if err := q.lookUp(ctx, q.phrases(nil), false); err != nil {
			return nil, err
		}
	}
	q.unnamed()
	q.workforce()
	cal := calendar{toks: q.toks, today: q.today}
	items := cover(q.toks, q.lex.lattice(q.toks, cal, q.hits))
	unknown := unknownTokens(items)
	if len(unknown) == 0 {
		return items, nil
	}
	if err := q.lookUp(ctx, q.phrases(unknown), true); err != nil {
		return nil, err
	}
	for _, i := range unknown {
		if err := q.numberedName(ctx, i); err != nil {
			return nil, err
		}
		q.respell(i)
	}
	return cover(q.toks, q.lex.lattice(q.toks, cal, q.hits)), nil
}

func (q *question) lookUp(ctx context.Context, phrases []string, fuzzy bool) error {
	if len(phrases) == 0 {
		return nil
	}
	hits, err := q.find(ctx, phrases, fuzzy)
	if err != nil {
		return err
	}
	for _, h := range hits {
		if h.Partial && h.Distance > 0 && h.Phrase != "" && !q.writtenAsName(h.Phrase) {
			continue // umbrellas is no misspelling of Umbrella Corporation
		}
		if h.Partial && len(h.Phrase) <= 3 && q.lex.alias[h.Phrase] != "" {
			continue // the US is no word of a text
		}
		q.hits[h.Phrase] = append(q.hits[h.Phrase], h)
	}
	for i := range q.toks {
		for n := 1; n <= maxSpan && i+n <= len(q.toks); n++ {
			p := joinFold(q.toks[i : i+n])
			if q.named(i, n) && q.hits[p] == nil {
				for _, other := range q.lex.aliases[q.lex.alias[p]] {
					if q.hits[p] == nil && len(q.hits[other]) > 0 {
						q.hits[p] = q.hits[other]
					}
				}
			}
			if one := inSingular(q.toks[i : i+n]); one != p && q.hits[p] == nil {
				q.hits[p] = q.hits[one] // buyers are those whose job is Buyer
			}
		}
	}
	return nil
}

// phrases lists the runs of words that may be values in the data; with around, only those that hold one of these tokens.
func (q *question) phrases(around []int) []string {
	var out []string
	for i := range q.toks {
		for n := 1; n <= maxSpan && i+n <= len(q.toks); n++ {
			run := q.toks[i : i+n]
			if around != nil && !slices.ContainsFunc(around, func(t int) bool { return t >= i && t < i+n }) {
				continue
			}
			if n == 1 && around == nil && !q.capital(i) && !q.letter(i) && !(q.lex.alias[run[0].fold] != "" && q.named(i, 1)) && (len(q.lex.closed.senses[run[0].norm]) > 0 && !q.vague(i) && !run[0].quoted || onlySigns(run[0].text)) {
				continue
			}
			if onlySigns(run[0].text) || onlySigns(run[n-1].text) {
				continue
			}
			same := []string{joinFold(run), inSingular(run)}
			if name, ok := q.lex.alias[same[0]]; ok && q.named(i, n) {
				same = q.lex.aliases[name]
			}
			for _, p := range same {
				if !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// inSingular is a run of words with its last in the singular.
func inSingular(run []token) string {
	last := len(run) - 1
	if last == 0 {
		return run[0].norm
	}
	return joinFold(run[:last]) + " " + run[last].norm
}

// vague tells of a word such as new or single, which may be a part of a name, or a value.
func (q *question) vague(i int) bool {
	return slices.ContainsFunc(q.lex.closed.senses[q.toks[i].norm], func(s sense) bool { return s.kind == "vague" || s.kind == "weak" })
}

// writtenAsName tells whether a phrase begins with a capital somewhere in the question.
func (q *question) writtenAsName(phrase string) bool {
	for i, t := range q.toks {
		if strings.HasPrefix(phrase, t.fold) && q.capital(i) {
			return true
		}
	}
	return false
}

// capital tells of a word written as a name in a question that is not written in capitals.
func (q *question) capital(i int) bool {
	return i > 0 && q.toks[i].text[:1] != strings.ToLower(q.toks[i].text[:1]) && q.text != strings.ToUpper(q.text) && len(q.toks[i].text) > 2
}

// letter tells of a single letter behind the name of a field, which may be a value of it: rating A.
func (q *question) letter(i int) bool {
	return i > 0 && len(q.toks[i].fold) == 1 && slices.ContainsFunc(q.lex.entries[q.toks[i-1].norm], func(s sense) bool { return s.kind == "field" })
}

// named tells a name from a pronoun: US and the us are a country, us is not.
func (q *question) named(i, n int) bool {
	t := q.toks[i]
	if n > 1 || t.fold != "us" || t.text == "US" || i > 0 && q.toks[i-1].fold == "the" {
		return true
	}
	kind := func(j int, kinds ...string) bool {
		if j < 0 || j >= len(q.toks) {
			return false
		}
		k := q.toks[j].norm
		return slices.ContainsFunc(append(slices.Clone(q.lex.closed.senses[k]), q.lex.entries[k]...), func(s sense) bool { return slices.Contains(kinds, s.kind) })
	}
	// us customers and our us customers, but not: show us customers
	ours := i > 0 && oneOf(q.toks[i-1].fold, "our", "all", "my", "any")
	return kind(i+1, "object") && (ours || !kind(i-1, "list", "fill")) || i > 0 && q.toks[i-1].fold == "in"
}

// unnamed takes a country that is named and that no record has for a word that is not known, rather than for us.
func (q *question) unnamed() {
	for i, t := range q.toks {
		if t.fold == "us" && len(q.hits[t.fold]) == 0 && q.named(i, 1) {
			q.toks[i].quoted = true
		}
	}
}

func unknownTokens(items []item) []int {
	var out []int
	for _, it := range items {
		if it.senses[0].kind == "unknown" {
			out = append(out, it.from)
		}
	}
	return out
}

// respell takes an unknown word for the one word of the lexicon that is nearest, if there is one and the data have
// nothing nearer.
func (q *question) respell(i int) {
	t := &q.toks[i]
	if t.quoted || q.lex.foreign[t.norm] || q.lex.foreign[t.fold] {
		return
	}
	if word, ok := q.lex.closed.slips[t.fold]; ok {
		t.fix, t.fold, t.norm = word, word, singular(word)
		return
	}
	word, dist := q.lex.nearest(t.fold)
	if word == "" || otherForm(t.fold, word) {
		return
	}
	for _, hits := range q.hits {
		for _, h := range hits {
			if h.Distance > 0 && h.Distance <= dist && strings.Contains(" "+h.Phrase+" ", " "+t.fold+" ") {
				return
			}
		}
	}
	t.fix, t.fold, t.norm = word, word, singular(word)
}

// otherForm tells of two forms that one verb has: what is installed is no installer.
func otherForm(a, b string) bool {
	stem := func(w string) string {
		for _, end := range []string{"ed", "er", "ers", "or", "ors", "ing"} {
			if base, ok := strings.CutSuffix(w, end); ok && len(base) > 3 {
				return base
			}
		}
		return ""
	}
	return a != b && stem(a) != "" && stem(a) == stem(b)
}

// numberedName finds a name that ends with a number where its word is misspelt: torent 300.
func (q *question) numberedName(ctx context.Context, i int) error {
	if i+1 >= len(q.toks) || !isNumber(q.toks, i+1) {
		return nil
	}
	word, as := joinFold(q.toks[i:i+1]), joinFold(q.toks[i:i+2])
	for _, h := range q.hits[word] {
		if h.Distance == 0 || h.Partial || len(q.hits[as]) > 0 {
			continue
		}
		whole := crm.Fold(h.Value) + " " + q.toks[i+1].fold
		hits, err := q.find(ctx, []string{whole}, false)
		if err != nil {
			return err
		}
		for _, found := range hits {
			if !found.Partial {
				found.Phrase, found.Distance = as, h.Distance
				q.hits[as] = append(q.hits[as], found)
			}
		}
	}
	return nil
}
