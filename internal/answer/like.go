package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// like reads what a text holds or begins with: containing tech, starting with B, with the domain example.com. The words
// looked for are taken as they stand.
func (l *lexicon) like(toks []token, i int) (sense, int) {
	for n := min(l.closed.longest, len(toks)-i-1); n > 0; n-- {
		at := slices.IndexFunc(l.closed.senses[joinNorm(toks[i:i+n])], func(s sense) bool { return s.kind == "like" })
		if at < 0 || toks[i].quoted {
			continue
		}
		s := l.closed.senses[joinNorm(toks[i:i+n])][at]
		sought := toks[i+n]
		known := len(l.closed.senses[sought.norm]) > 0 && len(sought.text) > 1
		if onlySigns(sought.text) || known && !sought.quoted || s.word == "domain" && !strings.Contains(sought.text, ".") {
			return sense{}, 0
		}
		if next := i + n + 1; next < len(toks) && !onlySigns(toks[next].text) && !l.connects(toks[next]) {
			return sense{}, 0 // more of the text may follow
		}
		s.score = 1.2 // no word of it means anything else
		s.values = []string{sought.text}
		return s, n + 1
	}
	return sense{}, 0
}

// connects tells of a word that goes on with something else.
func (l *lexicon) connects(t token) bool {
	return slices.ContainsFunc(l.closed.senses[t.norm], func(s sense) bool {
		return oneOf(s.kind, "prep", "and", "by", "who", "which", "not", "lack", "where")
	}) || t.fold == "that"
}

// makeLike ties what a text is like to the field before it, else to what the records are called.
func makeLike(r *reader, m []item) ([]item, bool) {
	of, like := m[0], m[len(m)-1]
	o, ok := r.schema.Object(of.object)
	f, _ := o.NameField()
	if of.kind == "field" {
		f = r.lex.fieldOf(of.sense)
	}
	if like.word == "domain" && f.Type != crm.Email && f.Type != crm.URL {
		at := slices.IndexFunc(o.Fields, func(f crm.Field) bool { return f.Type == crm.Email })
		if at < 0 {
			return nil, false
		}
		f = o.Fields[at]
	}
	if !ok || !f.ValueType().Textual() || f.Type == crm.Choice {
		return nil, false
	}
	out := like
	out.from, out.object, out.field = m[len(m)-1].from, o.Name, f.Name
	out.op = map[string]crm.Op{"contains": crm.Contains, "domain": crm.Contains, "starts": crm.StartsWith}[like.word]
	out.kind = "liked"
	between := pick(m[1:len(m)-1], "prep", "value")
	if of.kind == "object" {
		return append(append([]item{of}, between...), out), true
	}
	out.from = of.from
	return []item{out}, len(pick(between, "value")) == 0
}

// verbed tells of a field that is said by its verb behind the plural: plans include is no plan include.
func (r *reader) verbed(noun, field item) bool {
	last, verb := r.toks[noun.to-1], r.toks[field.from]
	return last.fold != last.norm && field.to-field.from == 1 && verb.fold+"s" == strings.ToLower(r.lex.fieldOf(field.sense).Label)
}

// makeHolds reads what a text says to hold by its verb: plans include the pool.
func makeHolds(r *reader, m []item) ([]item, bool) {
	noun, field, v := m[0], m[1], m[2]
	f := r.lex.fieldOf(field.sense)
	if noun.object != field.object || !r.verbed(noun, field) || !f.ValueType().Textual() || f.Type == crm.Choice || len(v.values) == 0 || v.to-v.from != 1 || v.fix != "" {
		return nil, false
	}
	out := v
	out.kind, out.object, out.field, out.op, out.values, out.from = "liked", field.object, field.field, crm.Contains, []string{r.toks[v.from].text}, field.from
	return []item{noun, out}, true
}

// liked puts what a text is like to the conditions.
func (b *builder) liked(it item) bool {
	p, ok := b.linked(noun{object: it.object, field: it.field})
	if !ok {
		return false
	}
	b.cond.rest = append(b.cond.rest, crm.Where(p, it.op, it.values...))
	return true
}
