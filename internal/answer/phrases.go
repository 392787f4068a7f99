package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// isNameOf tells whether a value is the name of a record of an object.
func (r *reader) isNameOf(v sense, object string) bool {
	o, ok := r.schema.Object(object)
	if !ok || v.object != object {
		return false
	}
	f, ok := o.NameField()
	return ok && f.Name == v.field
}

// makeLinked: a link's name beside the name of a record that it may point to asks for those who point there.
func makeLinked(r *reader, m []item) ([]item, bool) {
	field, v := m[0], m[len(m)-1]
	o, _ := r.schema.Object(field.object)
	f, ok := o.Field(field.field)
	if !ok || f.Type != crm.Link || !r.isNameOf(v.sense, f.Target) || len(m) > 3 {
		return nil, false
	}
	if field.kind != "child" && r.word(v.to) == "'s" {
		return nil, false // the contact on Anna's deal
	}
	if f.Role == crm.RoleParent && field.kind != "child" && len(m) > 2 {
		return nil, false // the parent of somebody is looked up
	}
	out := joined("value", m)
	out.sense = v.sense
	out.object, out.field = field.object, field.field
	if field.kind == "child" {
		return []item{{sense: sense{kind: "object", object: field.object}, from: field.from, to: field.to}, out}, true
	}
	return []item{out}, true
}

// makeAs reads a name with what it is to others: reps with Anna as their manager.
func makeAs(r *reader, m []item) ([]item, bool) {
	v, field := m[0], m[2]
	o, _ := r.schema.Object(field.object)
	f, ok := o.Field(field.field)
	if !ok || r.toks[m[1].from].fold != "as" || !(v.object == field.object && v.field == field.field) && !(f.Type == crm.Link && r.isNameOf(v.sense, f.Target)) {
		return nil, false
	}
	out := joined("value", m)
	out.sense = v.sense
	out.object, out.field = field.object, field.field
	return []item{out}, true
}

// makeStretch reads from one option of a field to another as those between, in the order of the field. What goes from a
// value of one field to a value of another is not understood.
func makeStretch(r *reader, m []item) ([]item, bool) {
	a, z := m[0], m[2]
	if r.ratio {
		return nil, false
	}
	if word := r.toks[m[1].from].fold; word != "to" && word != "through" {
		return nil, false
	}
	f := r.lex.fieldOf(a.sense)
	if a.object == z.object && isReason(r.lex.fieldOf(z.sense)) {
		return []item{a, {sense: sense{kind: "prep"}, from: m[1].from, to: m[1].to}, z}, true // lost to a competitor
	}
	if a.object == z.object && a.field != z.field && m[0].from > 0 && r.toks[m[0].from-1].fold == "from" {
		return m, true // from one place to another, each of a field of its own
	}
	from, to := -1, -1
	if a.object == z.object && a.field == z.field && len(a.values) == 1 && len(z.values) == 1 {
		options := optionValues(f)
		from, to = slices.Index(options, a.values[0]), slices.Index(options, z.values[0])
		if f.Role == crm.RoleStage && len(f.Moves) == 0 && from > 0 && contest(f) {
			m[1].kind = "stretch"
			return m, true // options in the order in which the data came say nothing of what lies between
		}
	}
	if zo, _ := r.schema.Object(z.object); from < 0 || to < from {
		if zf, _ := zo.Field(z.field); (f.ValueType() != crm.Choice || zf.ValueType() != crm.Choice) && !a.partly && !z.partly {
			return nil, false // how long Anna takes to win
		}
		m[1].kind = "stretch"
		return m, true
	}
	out := joined("value", m)
	out.sense = a.sense
	out.values = optionValues(f)[from : to+1]
	return []item{out}, true
}

// makeAgainstValue reads one value against another of the same field as a comparison.
func makeAgainstValue(r *reader, m []item) ([]item, bool) {
	a, against, z := m[0], m[1], m[2]
	against.kind = "vs"
	return []item{a, against, z}, r.toks[against.from].fold == "against" && a.object == z.object && a.field == z.field && !slices.Equal(a.values, z.values)
}

func (r *reader) named(noun, v item) bool {
	if noun.kind == "field" {
		return noun.object == v.object && noun.field == v.field
	}
	return r.isNameOf(v.sense, noun.object)
}

func makeNamed(r *reader, m []item) ([]item, bool) {
	if !r.named(m[0], m[1]) {
		return nil, false
	}
	r.score += 0.3
	out := m[1]
	out.from = m[0].from
	return []item{out}, true
}

func makeValueNamed(r *reader, m []item) ([]item, bool) {
	if !r.named(m[1], m[0]) || r.copula(m[0].to, m[1].from) {
		return nil, false
	}
	if !m[0].partly {
		r.score += 0.3
	}
	out := m[0]
	out.to = m[1].to
	return []item{out}, true
}

// copula tells whether something is said to be something between two tokens: Acme is a buyer.
func (r *reader) copula(from, to int) bool {
	return slices.ContainsFunc(r.toks[from:to], func(t token) bool { return oneOf(t.fold, "is", "are", "was", "were") })
}

// makeThing puts the object beside a yes-or-no value that is called like records of it: key accounts.
func makeThing(r *reader, m []item) ([]item, bool) {
	if m[0].word != "thing" && !r.countNoun(m[0]) {
		return nil, false
	}
	v := m[0]
	v.word = ""
	if len(m) == 3 {
		if m[0].object != m[2].object || m[0].field != m[2].field || !r.countNoun(m[0]) || !r.countNoun(m[2]) {
			return nil, false
		}
		each, other := m[1], m[2]
		each.kind, other.word, v.noun = "vs", "", true
		return []item{v, each, other, {sense: sense{kind: "object", object: v.object, word: "count"}, from: v.from, to: m[2].to}}, true
	}
	noun := item{sense: sense{kind: "object", object: v.object}, from: v.from, to: v.to}
	if r.countNoun(m[0]) {
		noun.word, v.noun = "count", true
	}
	return []item{v, noun}, true
}

// countNoun tells of a noun for records by what became of them: wins, a loss. A verb is none: which deals did we win.
func (r *reader) countNoun(v item) bool {
	t := r.toks[v.from]
	if v.to-v.from != 1 || !r.lex.counts[t.norm] || v.word != "won" && v.word != "lost" {
		return false
	}
	if t.fold != "win" && t.fold != "lose" {
		return true
	}
	before := ""
	if v.from > 0 {
		before = r.toks[v.from-1].fold
	}
	return v.from > 0 && (oneOf(before, "a", "the", "one", "per", "each", "every", "of", "first", "last", "biggest", "largest", "average") || r.valueAt(v.from-1))
}

// valueAt tells whether a token ends the name of a value, so that what follows is a noun: a GTK 500 win.
func (r *reader) valueAt(i int) bool { return r.values[i] }

// makeSet joins values of one field. A list that goes on with a value of another field ends before it.
func makeSet(r *reader, m []item) ([]item, bool) {
	first := m[0]
	end := 1
	for i := 1; i < len(m); i++ {
		if m[i].word == "un" {
			return nil, false // insured against uninsured
		}
		if m[i].kind == "value" {
			if m[i].object != first.object || m[i].field != first.field || m[i-1].word == "but" {
				break // planned but cancelled is neither of the two
			}
			end = i + 1
		}
	}
	out := joined("set", m[:end])
	out.sense = first.sense
	out.kind, out.noun = "set", first.noun
	out.values = nil
	flag := r.lex.fieldOf(first.sense).ValueType() == crm.Bool
	if end > 1 && !flag && slices.ContainsFunc(m[:end], func(it item) bool { return it.kind == "value" && it.word == "un" }) {
		return nil, false
	}
	out.neg = first.word == "un" && end == 1
	out.word = ""
	for _, it := range m[:end] {
		switch it.kind {
		case "value":
			if it.word == "un" && r.lex.fieldOf(it.sense).ValueType() == crm.Bool && end > 1 {
				it.values = []string{"no"} // furnished or unfurnished
			}
			for _, v := range it.values {
				if !slices.Contains(out.values, v) {
					out.values = append(out.values, v)
				}
			}
		case "prep":
		default:
			out.joint = it.kind
			if sign := r.toks[it.from].fold; sign == "+" || sign == "plus" {
				out.joint = "or" // won plus lost are taken together
			}
		}
	}
	out.parts = pick(m[:end], "value")
	for i, part := range out.parts {
		if part.word == "un" && end > 1 {
			out.parts[i].values = []string{"no"}
		}
	}
	return append([]item{out}, m[end:]...), true
}

func makeNamedSet(r *reader, m []item) ([]item, bool) {
	if !r.named(m[0], m[1]) {
		return nil, false
	}
	out := m[1]
	out.from = m[0].from
	return []item{out}, true
}

func makeSetNamed(r *reader, m []item) ([]item, bool) {
	set, noun := m[0], m[len(m)-1]
	if len(m) == 3 && m[1].word != "of" || !r.named(noun, set) {
		return nil, false
	}
	out := set
	out.to = noun.to
	return []item{out}, true
}

// makeBecause reads a cause where the value that follows says why.
func makeBecause(r *reader, m []item) ([]item, bool) {
	set := m[len(m)-1]
	set.from = m[0].from
	return []item{set}, isReason(r.lex.fieldOf(set.sense))
}

func makeNot(r *reader, m []item) ([]item, bool) {
	out := m[len(m)-1]
	if m[0].kind == "lack" && slices.ContainsFunc(r.toks[m[0].to:out.from], func(t token) bool { return oneOf(t.fold, "that", "which", "who") }) {
		return nil, false // nobody is assigned to those that are done
	}
	if m[0].kind == "neither" && out.joint != "nor" && out.joint != "or" && out.joint != "and" {
		return nil, false
	}
	if out.joint == "vs" {
		return nil, false
	}
	out.from = m[0].from
	out.neg = !out.neg
	out.word = m[0].word // not, except, neither, no
	return []item{out}, true
}

// makeExcluded reads retail excluded, which says behind what except says before.
func makeExcluded(_ *reader, m []item) ([]item, bool) {
	out := m[0]
	if len(m) == 3 && m[1].object != out.object || out.joint == "vs" {
		return nil, false
	}
	out.to, out.neg, out.word = m[len(m)-1].to, !out.neg, "except"
	return []item{out}, true
}

func makeBySomebody(r *reader, m []item) ([]item, bool) {
	o, _ := r.schema.Object(m[1].object)
	if f, _ := o.Field(m[1].field); f.ValueType() == crm.Bool && !m[1].neg && len(m[1].parts) == 1 && r.toks[m[0].from].fold == "by" {
		return []item{m[0], {sense: sense{kind: "field", object: m[1].object, field: m[1].field}, from: m[1].from, to: m[1].to}}, true // pets by insured
	}
	if f, _ := o.Field(m[1].field); m[0].word == "per" || f.Role == crm.RoleStage && r.toks[m[0].from].fold == "by" {
		return nil, false // by wins is no doer
	}
	return []item{m[1]}, true
}

func makeOnly(_ *reader, m []item) ([]item, bool) {
	set := m[1]
	if !set.neg {
		set.word = "only"
	}
	return []item{set}, true
}

// makeWithin takes a figure whose name has the word of the one before it for both: rent that is outstanding is the rent
// arrears.
func makeWithin(r *reader, m []item) ([]item, bool) {
	a, b := r.lex.fieldOf(m[0].sense), r.lex.fieldOf(m[1].sense)
	words := strings.Fields(strings.ToLower(b.Label))
	if m[0].object != m[1].object || a.Name == b.Name || !a.ValueType().Numeric() || !b.ValueType().Numeric() || len(words) < 2 || !slices.Contains(words, strings.ToLower(a.Label)) {
		return nil, false
	}
	out := m[1]
	out.from = m[0].from
	return []item{out}, true
}

// makeMoreOf joins two kinds of one thing of which there may be more: more retail deals or more medical deals.
func makeMoreOf(r *reader, m []item) ([]item, bool) {
	a, z := m[1], m[4]
	if m[2].object != m[5].object || m[2].word == "verb" || a.object != z.object || a.field != z.field || a.neg || z.neg || len(a.parts) != 1 || len(z.parts) != 1 || slices.Equal(a.values, z.values) {
		return nil, false
	}
	both := a
	both.to, both.joint = z.to, "or"
	both.values = append(slices.Clone(a.values), z.values...)
	both.parts = []item{a.parts[0], z.parts[0]}
	return []item{m[0], both, m[2]}, true
}
