package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// makeNeverDone reads people never contacted: those whose last time is not known.
func makeNeverDone(r *reader, m []item) ([]item, bool) {
	field := m[1]
	label := strings.ToLower(r.lex.fieldOf(field.sense).Label)
	if r.toks[m[0].from].fold != "never" || !strings.HasPrefix(label, "last ") && !strings.HasPrefix(label, "latest ") {
		return nil, false
	}
	out := joined("absent", m)
	out.object, out.field, out.parts = field.object, field.field, nil
	return []item{out}, true
}

func makeAbsent(r *reader, m []item) ([]item, bool) {
	out := joined("absent", m)
	noun := pick(m, "field", "object", "verb", "dateverb", "child")[0]
	if noun.kind == "child" && !r.copula(max(m[0].from-1, 0), m[0].from) && r.toks[noun.to-1].fold != "of" {
		out.word = "children" // they have none, rather than being none
	}
	out.object, out.field = noun.object, noun.field
	out.parts = pick(m, "set", "standing")
	for _, it := range pick(m, "blank") {
		out.neg = it.word == "filled"
	}
	return []item{out}, true
}

// makeHaving reads people with a phone number, deals that have a contact: those where it is known.
func makeHaving(r *reader, m []item) ([]item, bool) {
	last := m[len(m)-1]
	at := last.from
	if at < 2 || !oneOf(r.toks[at-1].fold, "a", "an", "any", "some") || !oneOf(r.toks[at-2].fold, "with", "have", "has", "having", "had") || r.word(last.to) == "of" {
		return nil, false
	}
	o, _ := r.schema.Object(m[0].object)
	if last.kind == "field" && last.object != m[0].object || last.kind == "object" && !slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.Type == crm.Link && f.Target == last.object && f.Target != o.Name }) {
		return nil, false
	}
	out := joined("absent", m[len(m)-1:])
	out.parts = nil
	out.object, out.field, out.neg = last.object, last.field, true
	return append(slices.Clone(m[:len(m)-1]), out), true
}

// makeNeither reads those who lack both of two.
func makeNeither(_ *reader, m []item) ([]item, bool) {
	nouns := pick(m, "field", "object", "child")
	if len(nouns) != 2 || nouns[0].kind == "child" || nouns[1].kind == "child" {
		return nil, false
	}
	out := []item{joined("absent", m[:1]), joined("absent", m[len(m)-1:])}
	for i, n := range nouns {
		out[i].object, out[i].field, out[i].parts = n.object, n.field, nil
	}
	return out, nouns[0].object == nouns[1].object || nouns[0].field == "" && nouns[1].field == ""
}

// makeNotFilled reads no account filled in, which says the same twice.
func makeNotFilled(r *reader, m []item) ([]item, bool) {
	out, ok := makeAbsent(r, m[:len(m)-1])
	last := m[len(m)-1]
	out[0].to = last.to
	return out, ok && last.word == "filled"
}

// makeNounAbsent keeps the noun of those whose field is not filled in.
func makeNounAbsent(r *reader, m []item) ([]item, bool) {
	absent, ok := makeAbsent(r, m[1:])
	return append([]item{m[0]}, absent...), ok && m[0].object == m[2].object
}

// undone asks for those without the day on which something is done: payments not paid.
func undone(verb item, from int) item {
	out := verb
	out.kind, out.word, out.from, out.neg = "absent", "undone", from, false
	return out
}

// settleUndone takes what was never done for the absence of records where those asked for do not know the day, but are
// pointed to by those that do: customers who never ordered.
func (b *builder) settleUndone() {
	s, head := b.sk, b.head()
	for i, a := range s.absent {
		dated := slices.ContainsFunc(s.dated, func(d item) bool { return d.object == a.object && d.field == a.field })
		switch {
		case a.word == "undone" && head == a.object && dated:
			s.leave(a) // not paid in 2026: in no other year either
		case a.word != "undone" || head == "" || head == a.object || b.reaches(head, a.object):
		case b.reaches(a.object, head):
			s.absent[i].field = ""
		default:
			s.leave(a)
		}
	}
}

// some is the condition that there is, or is not, any of what a figure counts.
func some(p crm.Path, any bool) crm.Filter {
	if any {
		return crm.Where(p, crm.More, "0")
	}
	return crm.Filter{Or: canonical([]crm.Filter{crm.Where(p, crm.Empty), crm.Where(p, crm.Is, "0")})}
}
