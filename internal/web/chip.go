package web

import (
	"slices"
	"strings"

	"openclaw/internal/answer"
)

// WordChip is a part of a question as it was understood.
type WordChip struct {
	answer.Chip
	Part    string // what is taken away with it: "in Q3 2017"
	Without string // the address of the question without that part; "" where it cannot be taken away alone
}

// wordChips are the parts of a question. A value or a date can be taken away, with the small words before it; not what is
// joined to its like, as by "and", not what rows are grouped by, and not what stands before the name of its field.
func wordChips(chips []answer.Chip, then []string) []WordChip {
	isWord := func(i int, words ...string) bool {
		return i >= 0 && i < len(chips) && chips[i].Kind == "word" && (len(words) == 0 || slices.Contains(words, strings.ToLower(chips[i].Text)))
	}
	bound := []string{"and", "or", "nor", "neither", "vs", "to", "until", "than", "by", "per", "each"}
	out := make([]WordChip, len(chips))
	for i, c := range chips {
		out[i].Chip = c
		from := i
		for isWord(from-1) && !isWord(from-1, bound...) && !isWord(from-1, "show", "list") {
			from--
		}
		joined := isWord(from-1, bound...) || isWord(i+1, "and", "or", "nor", "vs", "to", "until", "'s")
		named := i+1 < len(chips) && chips[i+1].Kind == "field"
		if joined || named || c.Kind != "value" && c.Kind != "date" {
			continue
		}
		rest := textOf(slices.Concat(chips[:from], chips[i+1:]))
		if rest == "" {
			continue
		}
		out[i].Part, out[i].Without = textOf(chips[from:i+1]), askPath(rest, then)
	}
	return out
}

func textOf(chips []answer.Chip) string {
	var words []string
	for _, c := range chips {
		words = append(words, c.Text)
	}
	return strings.Join(words, " ")
}
