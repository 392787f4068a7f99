package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// moneyWord tells of the name of a currency behind a figure.
func moneyWord(word string) bool {
	return oneOf(word, "euro", "euros", "eur", "dollar", "dollars", "usd", "gbp", "bucks", "chf", "francs")
}

// unitsFit tells whether the figures of a comparison are of the kind that the field holds: percentages are compared with
// rates only, money with money.
func (r *reader) unitsFit(field, cond item) bool {
	f := r.lex.fieldOf(field.sense)
	for _, q := range cond.numbers {
		switch q.unit {
		case "%":
			if !r.lex.isRate(f) || r.word(cond.to) == "of" {
				return false // 85% of the list price is no figure of its own
			}
		case "money":
			if !r.lex.isMoney(f) {
				return false
			}
		}
	}
	return true
}

// isRate tells whether a number is a part of something: by its name, for percentages are stored as numbers.
func (l *lexicon) isRate(f crm.Field) bool {
	return f.ValueType() == crm.Number && (strings.Contains(f.Label, "%") || l.called(f, "rate"))
}

// adds tells of a figure whose sum says something: of prices, marks, ages and rates only the mean does.
func (l *lexicon) adds(f crm.Field) bool {
	if f.Role == crm.RoleAmount || calledAny(f, "total", "amount") {
		return true
	}
	return f.Role != crm.RoleUnitPrice && !isYear(f) && !l.isRate(f) && scored(f, strings.Fields(strings.ToLower(f.Label))) == "" &&
		!calledAny(f, "price", "rating", "score", "grade", "age", "stars", "mark", "temperature", "level")
}

// isMoney tells whether a number is an amount of money, by its type or, where no currency came with it, by its name.
func (l *lexicon) isMoney(f crm.Field) bool {
	return f.ValueType() == crm.Money || f.Role == crm.RoleAmount || f.Role == crm.RoleUnitPrice || f.ValueType() == crm.Number && !l.isRate(f) &&
		(crm.Suggests("amount", f.Name) > 0 || crm.Suggests("unit_price", f.Name) > 0 || l.called(f, "money"))
}

// called tells whether a word of the field's own names is one by which such fields are called; see [label] in the trade's words.
func (l *lexicon) called(f crm.Field, what string) bool { return calledAny(f, l.trade.Label[what]...) }

// labelled is the same of the words of its label alone.
func (l *lexicon) labelled(f crm.Field, what string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(f.Label)), func(w string) bool { return slices.Contains(l.trade.Label[what], w) })
}

// calledAny tells whether a word of the field's own names is one of these.
func calledAny(f crm.Field, words ...string) bool {
	for _, name := range append([]string{f.Name, f.Label}, f.Synonyms...) {
		for _, w := range strings.Split(crm.Ident(name), "_") {
			if slices.Contains(words, w) {
				return true
			}
		}
	}
	return false
}
