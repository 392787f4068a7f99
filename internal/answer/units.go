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
			if !isRate(f) || r.word(cond.to) == "of" {
				return false // 85% of the list price is no figure of its own
			}
		case "money":
			if !isMoney(f) {
				return false
			}
		}
	}
	return true
}

// isRate tells whether a number is a part of something: by its name, for percentages are stored as numbers.
func isRate(f crm.Field) bool {
	return f.ValueType() == crm.Number && (strings.Contains(f.Label, "%") || calledAny(f, "percent", "percentage", "pct", "rate", "ratio", "share",
		"discount", "probability", "likelihood", "chance", "confidence", "margin", "growth", "vat", "commission", "progress", "completion", "utilisation", "utilization", "occupancy"))
}

// isMoney tells whether a number is an amount of money, by its type or, where no currency came with it, by its name.
func isMoney(f crm.Field) bool {
	return f.ValueType() == crm.Money || f.Role == crm.RoleAmount || f.Role == crm.RoleUnitPrice || f.ValueType() == crm.Number && !isRate(f) &&
		(crm.Suggests("amount", f.Name) > 0 || crm.Suggests("unit_price", f.Name) > 0 || calledAny(f, "price", "cost", "costs", "revenue", "turnover", "sales", "fee", "fees", "salary",
			"wage", "budget", "income", "profit", "spend", "spent", "paid", "balance", "rent", "fine", "deposit", "premium", "value", "amount", "total"))
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
