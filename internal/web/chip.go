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

// wordChips are the parts of a question. A value can be taken away, and so can the one date of a question, with the small
// words before it; what is joined to its like by "and" or "or" cannot, and nor can what stands before the name of its field.
func wordChips(chips []answer.Chip, then []string) []WordChip {
	isWord := func(i int, words ...string) bool {
		return i >= 0 && i < len(chips) && chips[i].Kind == "word" && (len(words) == 0 || slices.Contains(words, strings.ToLower(chips[i].Text)))
	}
	dates := 0
	for _, c := range chips {
		if c.Kind == "date" {
			dates++
		}
	}
	out := make([]WordChip, len(chips))
	for i, c := range chips {
		out[i].Chip = c
		from := i
		for isWord(from-1) && !isWord(from-1, "and", "or", "vs", "by", "show", "list", "than") {
			from--
		}
		joined := isWord(from-1, "and", "or", "vs", "than") || isWord(i+1, "and", "or", "vs")
		named := i+1 < len(chips) && chips[i+1].Kind == "field"
		if joined || named || c.Kind != "value" && (c.Kind != "date" || dates > 1) {
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
