package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// nounAt reads an object, a field, an object with its field, or a width of dates; it tells how many items it took.
func (k *sketcher) nounAt(n int) (noun, int) {
	out, took := k.bareNounAt(n)
	if took > 0 {
		last := k.r.toks[k.at(n+took-1).to-1]
		out.plural = last.fold != last.norm
	}
	return out, took
}

func (k *sketcher) bareNounAt(n int) (noun, int) {
	if k.i+n >= len(k.items) {
		return noun{}, 0
	}
	it := k.at(n)
	switch it.kind {
	case "people":
		if n > 0 && (k.at(n-1).kind == "each" || k.at(n-1).kind == "by") && k.r.lex.team != "" {
			k.r.score += 0.3 // each person is one of us before they are a customer's
			return noun{object: k.r.lex.team, at: it.from}, 1
		}
	case "child":
		child := item{sense: sense{kind: "absent", object: it.object, field: it.field}, from: it.from, to: it.to, neg: true}
		if oneOf(k.r.word(it.from-1), "with", "have", "has", "having", "any") && k.r.toks[it.to-1].fold != "of" {
			child.word = "children"
		}
		k.s.absent = append(k.s.absent, child)
		return noun{object: it.object, at: it.from}, 1
	case "object":
		if f := k.i + n + 1; f < len(k.items) && k.items[f].kind == "field" && k.items[f].object == it.object && !k.items[f].after && !k.r.verbed(it, k.items[f]) && k.r.lex.fieldOf(k.items[f].sense).ValueType() != crm.Bool && !k.r.doneBy(k.items[f]) && it.word != "verb" && k.items[f].from-it.to <= 1 && !sentence(k.r.toks, k.items[f].from) && !k.r.lex.isDate(k.items[f].sense.noun()) {
			k.r.score += 0.2
			return noun{object: it.object, field: k.items[f].field, at: it.from}, 2
		}
		return noun{object: it.object, at: it.from, verb: it.word == "verb"}, 1
	case "field":
		return noun{object: it.object, field: it.field, at: it.from}, 1
	case "bucket":
		if f := k.i + n + 1; f < len(k.items) && k.items[f].kind == "field" && k.items[f].after && k.r.lex.isDate(k.items[f].sense.noun()) {
			return noun{bucket: plan.Bucket(it.word), object: k.items[f].object, field: k.items[f].field, at: it.from}, 2
		}
		return noun{bucket: plan.Bucket(it.word), at: it.from}, 1
	}
	return noun{}, 0
}

// doneBy tells of a field that is said as what was done to the records before it: parcels packed by.
func (r *reader) doneBy(field item) bool {
	return field.to-field.from > 1 && oneOf(r.toks[field.to-1].fold, "by", "to", "from", "for", "with", "through")
}

func (k *sketcher) asked(it item) {
	n, took := k.nounAt(1)
	switch k.peek(1) {
	case "distinct":
		n, took = k.nounAt(2)
		took++
	case "number":
		many := k.at(1).number.howMany()
		if many > 0 && k.peek(2) == "people" {
			k.s.number = many // which three people
			k.i++
			return
		}
		if many > 0 {
			if n, took = k.nounAt(2); took > 0 {
				k.s.number = many // which three sectors
				took++
			}
		}
	}
	if took <= 0 || n.zero() {
		return
	}
	if k.r.lex.isFigure(n) && it.kind == "which" {
		// What revenue, what price: the value is asked for, not a list of what there is.
		k.s.mentions = append(k.s.mentions, n)
		k.i += took
		return
	}
	k.s.target = n
	k.i += took
}

// whoIs tells of a noun for records right behind who is.
func (k *sketcher) whoIs() bool {
	if k.peek(1) != "object" || k.at(1).word == "verb" {
		return false
	}
	between := k.r.toks[k.items[k.i].to:k.at(1).from]
	return (len(between) > 0 || k.r.toks[k.items[k.i].from].fold == "who's") && !slices.ContainsFunc(between, func(t token) bool {
		return !oneOf(t.fold, "is", "are", "was", "were", "our", "the", "my", "your")
	})
}

func (k *sketcher) mention(it item) {
	if k.ours(it) {
		return
	}
	n, took := k.nounAt(0)
	if it.kind == "verb" {
		n, took = noun{object: it.object, field: it.field, at: it.from, verb: true}, 1
	}
	s := k.s
	if it.kind != "verb" && k.besides(n) {
		k.i += took - 1
		return
	}
	k.i += took - 1
	if k.modifies(it) {
		return
	}
	head := slices.IndexFunc(s.sets, func(set item) bool {
		return set.to < n.at && set.object != n.object && oneOf(k.r.toks[set.to].fold, "that", "who", "which")
	})
	switch {
	case k.amountAside(it, n):
		s.gauges = append(s.gauges, gauge{fn: plan.Sum, object: n.object, field: n.field})
		s.target = noun{}
		k.r.score += 0.3 // their own amount before that of other records
	case head >= 0 && s.asked == "list" && s.target.zero() && s.counted == nil && len(s.gauges) == 0 && n.field == "":
		s.target = noun{object: s.sets[head].object, at: s.sets[head].from} // directors that work for companies are no companies
		s.mentions = append(s.mentions, n)
	case s.agg != "" && k.r.lex.isFigure(n) && len(s.gauges) == 0 && s.counted == nil:
		s.gauges = append(s.gauges, gauge{fn: s.agg, object: n.object, field: n.field})
		s.agg = ""
	case !it.after && (s.asked == "list" || s.asked == "") && s.target.zero() && s.counted == nil && !s.people && len(s.gauges) == 0 && it.kind != "verb" && !k.r.lex.isFigure(n) && !k.saidOfKind(it):
		s.target = n
	default:
		s.mentions = append(s.mentions, n)
	}
}

// saidOfKind tells of a verb behind values in the plural, of whose records it is said: farms that donated cheese.
func (k *sketcher) saidOfKind(it item) bool {
	return it.word == "verb" && slices.ContainsFunc(k.s.sets, func(set item) bool {
		last := k.r.toks[set.to-1]
		return set.to <= it.from && set.object != it.object && last.fold != last.norm
	})
}

// addsUp tells of a figure of which it is asked how much there is, as of rent or of time; prices and marks do not add up.
func (k *sketcher) addsUp(it item, n noun) bool {
	f := k.r.lex.fieldAt(n)
	if it.word == "worth" || !k.r.lex.isFigure(n) || n.at != it.to || f.Role == crm.RoleUnitPrice || f.Role == crm.RoleAmount || !k.r.lex.adds(f) || calledAny(f, "fee", "capacity") {
		return false
	}
	return k.s.rank == nil && k.s.counted == nil && len(k.s.gauges) == 0 && k.s.agg == "" && k.s.asked == ""
}

// settleOwn groups records by their own field where the question calls it by its main word and others that they do not
// link to have one called just so: drivers by depot are those of a home depot.
func (b *builder) settleOwn() {
	s := b.sk
	of := b.head()
	switch {
	case len(s.gauges) > 0:
		of = s.gauges[0].object
	case s.rank != nil && s.rank.of != nil:
		of = s.rank.of.object
	}
	o, ok := b.schema.Object(of)
	if !ok {
		return
	}
	groups := make([]*noun, 0, len(s.groups)+1)
	for i := range s.groups {
		groups = append(groups, &s.groups[i])
	}
	if s.rank != nil && s.rank.of != nil && s.rank.of.fn == plan.Count && s.target.field != "" {
		groups = append(groups, &s.target) // the depot with the most drivers
	}
	for _, n := range groups {
		if n.field == "" || n.object == of || b.reaches(of, n.object) {
			continue
		}
		var own []string
		for _, f := range o.Fields {
			if words := strings.Fields(key(f.Label)); len(words) > 1 && words[len(words)-1] == key(b.label(*n)) {
				own = append(own, f.Name)
			}
		}
		if len(own) == 1 {
			n.object, n.field = of, own[0]
		}
	}
}

// modifies tells of a noun in the singular that only says whose the figure behind it is, where the rows are said: volunteer
// hours by site are the hours of all volunteers.
func (k *sketcher) modifies(it item) bool {
	next, by := k.i+1, k.i+2
	if by >= len(k.items) || it.kind != "object" || it.to-it.from != 1 || !oneOf(k.items[by].kind, "by", "each") || k.items[next].kind != "field" || k.items[next].from != it.to {
		return false
	}
	f := k.items[next]
	_, linked := k.r.lex.routes[f.object][it.object]
	t := k.r.toks[it.from]
	return t.fold == t.norm && f.object != it.object && linked && k.r.lex.isFigure(noun{object: f.object, field: f.field})
}
