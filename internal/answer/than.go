package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// thanDone reads what was done, behind than, as the figure that a record has for it: cost more than we quoted is more than
// the quote, and no record that is quoted.
func (l *lexicon) thanDone(toks []token, items []item) {
	for i := range items {
		it := &items[i]
		at := it.from - 1
		for at > 0 && oneOf(toks[at].fold, "we", "they", "i", "it", "was", "were", "had", "have", "been", "originally", "is") {
			at--
		}
		if it.to-it.from != 1 || at < 0 || toks[at].fold != "than" {
			continue
		}
		if figures := l.figuresOf(toks[it.from].fold); len(figures) > 0 {
			it.senses = figures
		}
	}
}

// figuresOf are the fields of figures that are called like what was done: the quote of quoted, the asking rent of asked.
func (l *lexicon) figuresOf(past string) []sense {
	bases := l.closed.bases(past)
	if len(bases) == 0 {
		return nil
	}
	base := strings.TrimSuffix(bases[0], "e")
	var out []sense
	for _, o := range l.schema.Objects {
		for _, f := range o.Fields {
			called := slices.ContainsFunc(strings.Fields(strings.ToLower(f.Label)), func(w string) bool {
				w = strings.TrimSuffix(strings.TrimSuffix(singular(w), "e"), "ing")
				return w == base || w == past || w+w[max(len(w)-1, 0):] == base
			})
			if f.ValueType().Numeric() && called && f.ValueType() != crm.Bool {
				out = append(out, sense{kind: "field", object: o.Name, field: f.Name, score: 0.9})
			}
		}
	}
	return out
}
