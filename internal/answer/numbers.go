package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// numbered enters what people call a field that holds the number of something: the invoice number of the label Invoice no,
// the phone number of the label Phone.
func (l *lexicon) numbered(o crm.Object, f crm.Field) {
	words := strings.Fields(strings.ToLower(f.Label))
	if len(words) == 0 || f.ValueType() == crm.Choice {
		return
	}
	last := words[len(words)-1]
	s := sense{kind: "field", object: o.Name, field: f.Name, score: 0.95}
	if base := scored(f, words); base != "" {
		for _, name := range []string{base, base + " score", base + " rating", "rating", "score"} {
			l.add(name, s)
			s.score = 0.85
		}
		return
	}
	switch {
	case f.Type == crm.Phone || oneOf(last, "phone", "telephone", "mobile", "fax"):
		l.add(f.Label+" number", s)
	case len(words) > 1 && oneOf(last, "no", "no.", "nr", "nr.", "num", "id", "number", "code") && !f.Type.Numeric():
		l.add(strings.Join(words[:len(words)-1], " ")+" number", s)
	}
}

// namesNumber tells of the word number as a part of a field's name, so that it counts nothing: phone numbers of our contacts.
func (l *lexicon) namesNumber(toks []token, i int) bool {
	return i > 0 && toks[i].norm == "number" && !toks[i].quoted && slices.ContainsFunc(l.entries[joinNorm(toks[i-1:i+1])], func(s sense) bool { return s.kind == "field" })
}

// units lets the unit of a figure stand for it: over 20 kg, price per km.
func (l *lexicon) units(o crm.Object, f crm.Field) {
	words := strings.Fields(strings.ToLower(f.Label))
	if _, ok := l.unitless(f); !ok {
		return
	}
	for _, w := range l.trade.Spoken[words[len(words)-1]] {
		l.add(w, sense{kind: "field", object: o.Name, field: f.Name, score: 0.72})
	}
}

// countsPieces lets each word for how many pieces stand for the others behind the same words: returned qty, returned units.
func (l *lexicon) countsPieces(o crm.Object, f crm.Field) {
	label := strings.ToLower(f.Label)
	at := strings.LastIndex(label, " ")
	if at < 0 || !f.ValueType().Numeric() || !slices.Contains(l.trade.Label["pieces"], label[at+1:]) {
		return
	}
	for _, w := range l.trade.Label["pieces"] {
		l.add(label[:at+1]+w, sense{kind: "field", object: o.Name, field: f.Name, score: 0.95})
	}
}

// inDays tells of a figure that is told in days.
func inDays(f crm.Field) bool {
	words := strings.Fields(strings.ToLower(f.Label))
	return len(words) > 1 && f.ValueType() == crm.Number && (words[len(words)-1] == "days" || words[len(words)-1] == "day")
}

// unitless is the label of a figure without its unit: the lead time of lead time days.
func (l *lexicon) unitless(f crm.Field) (string, bool) {
	words := strings.Fields(strings.ToLower(f.Label))
	n := len(words)
	if !f.ValueType().Numeric() {
		return "", false
	}
	for n > 1 && slices.Contains(l.trade.Label["unit"], words[n-1]) {
		n--
	}
	return strings.Join(words[:n], " "), n < len(words)
}

// numbersNone drops the records that go by a bare number, unless what is numbered stands right before it: line 10, but
// not the top 10 lines.
func (l *lexicon) numbersNone(senses []sense, toks []token, i int) []sense {
	return slices.DeleteFunc(senses, func(s sense) bool {
		if s.kind != "value" || !l.fieldOf(s).Key {
			return false
		}
		return i == 0 || toks[i-1].fold != toks[i-1].norm || !slices.ContainsFunc(l.entries[toks[i-1].norm], func(o sense) bool {
			return o.object == s.object && (o.kind == "object" || o.kind == "field" && o.field == s.field)
		}) && !oneOf(toks[i-1].fold, "#", "no", "no.", "nr", "number", "id")
	})
}

// numbersOfThings tells of numbers right behind a noun, which are something of its own and count nothing.
func (k *sketcher) numbersOfThings(it item) bool {
	word := k.r.toks[it.from]
	if it.word != "count" || word.norm != "number" || word.fold == word.norm || k.i == 0 {
		return false
	}
	before := k.at(-1)
	return before.to == it.from && (before.kind == "field" || before.kind == "object")
}

// scored is what a field is called that holds marks on a scale: feedback of the label Feedback (1-5).
func scored(f crm.Field, words []string) string {
	n := len(words) - 2
	if n < 1 || !f.ValueType().Numeric() || words[n] != "0" && words[n] != "1" || !oneOf(words[n+1], "3", "4", "5", "6", "7", "10", "100") {
		return ""
	}
	return strings.Join(words[:n], " ")
}

// ownNumber reads number, in a row of what is to be shown of records, as the number that they go by: biggest invoice: number
// and amount.
func (k *sketcher) ownNumber(it item) bool {
	s := k.s
	end := k.peek(1) == "" || k.peek(1) == "and"
	if k.r.toks[it.from].fold != "number" || it.to-it.from != 1 || !end || s.target.object == "" || s.target.field != "" || !s.comesWith(it.from) {
		return false
	}
	o, _ := k.r.schema.Object(s.target.object)
	i := slices.IndexFunc(o.Fields, func(f crm.Field) bool { return f.Key })
	if i < 0 {
		return false
	}
	s.mentions = append(s.mentions, noun{object: o.Name, field: o.Fields[i].Name, at: it.from})
	return true
}
