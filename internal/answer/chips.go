package answer

import "slices"

// chipKinds says under which heading a word is shown.
var chipKinds = map[string]string{"object": "object", "field": "field", "verb": "field", "dateverb": "field", "value": "value", "metric": "measure", "earn": "measure",
	"agg": "measure", "count": "measure", "share": "measure", "howlong": "measure", "howmuch": "measure", "period": "date", "standing": "date", "bucket": "date", "number": "number", "super": "order", "order": "order",
	"unknown": "unknown", "action": "unknown", "beyond": "unknown"}

// chips shows the question as it was understood, word by word.
func (q *question) chips(t try) []Chip {
	var out []Chip
	for _, it := range t.chosen {
		kind := chipKinds[it.kind]
		if kind == "" {
			kind = "word"
		}
		out = append(out, Chip{Text: q.words(it), Kind: kind, Fixed: q.fixed(it)})
	}
	return out
}

// fixed is how the data, or the lexicon, spell what the item misspells.
func (q *question) fixed(it item) string {
	if it.fix != "" {
		return it.fix
	}
	if it.kind == "value" && len(it.values) == 1 && slices.ContainsFunc(q.toks[it.from:it.to], func(t token) bool { return t.fix != "" }) {
		return it.values[0]
	}
	out, changed := "", false
	for _, t := range q.toks[it.from:it.to] {
		if out != "" {
			out += " "
		}
		if t.fix != "" {
			out, changed = out+t.fix, true
		} else {
			out += t.text
		}
	}
	if !changed {
		return ""
	}
	return out
}

// corrections says what was taken for a misspelling.
func (q *question) corrections(t try) []string {
	var out []string
	for _, it := range t.chosen {
		if fixed := q.fixed(it); fixed != "" {
			out = append(out, quote(q.words(it))+" was read as "+quote(fixed)+".")
		}
	}
	return out
}
