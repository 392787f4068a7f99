package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// makeRate reads monthly rent as the rent: a figure that is itself so much for each month is no series of months.
func makeRate(r *reader, m []item) ([]item, bool) {
	often, field := m[0], m[1]
	label := strings.Fields(strings.ToLower(r.lex.fieldOf(field.sense).Label))
	word := r.toks[often.from].fold
	if field.from != often.to || !r.lex.isFigure(field.sense.noun()) || len(label) == 0 || !strings.HasSuffix(word, "ly") && word != "annual" {
		return nil, false
	}
	usual := r.lex.trade.Pace
	kept := singular(label[len(label)-1])
	if !slices.Contains(usual[often.word], kept) {
		if slices.Contains(usual["month"], kept) || slices.Contains(usual["year"], kept) {
			often.kind = "unlike" // a yearly rent is not what a rent is kept as
			return []item{often, field}, true
		}
		return nil, false
	}
	field.from = often.from
	return []item{field}, true
}

// makeRoomy reads a number before a figure in the singular as what the figure is: two bedroom flats.
func makeRoomy(r *reader, m []item) ([]item, bool) {
	n, field := m[0], m[1]
	t := r.toks[field.to-1]
	if !r.lex.isFigure(field.sense.noun()) || n.number.unit != "" || !n.number.n.IsInteger() || n.number.scale > 1 || field.from != n.to || field.to-field.from != 1 || t.fold != t.norm && !r.has(n.from-1) {
		return nil, false
	}
	out := joined("compared", m)
	out.op, out.numbers, out.parts = cmpOps["is"], []quantity{n.number}, []item{field}
	return []item{out}, true
}

// has tells of a word for having at a token.
func (r *reader) has(i int) bool {
	return i >= 0 && oneOf(r.toks[i].fold, "with", "has", "have", "having", "had", "got")
}

// makeOrder reads a superlative before first, at the end of what is said, as an order: largest sector first.
func makeOrder(r *reader, m []item) ([]item, bool) {
	last := m[len(m)-1]
	dir, flavour, _ := strings.Cut(m[0].word, "-")
	if r.toks[last.from].fold != "first" || last.to < len(r.toks) || flavour == "date" || flavour == "long" || m[0].from == 0 {
		return nil, false
	}
	out := joined("order", m)
	out.word, out.parts = dir, nil
	return []item{out}, true
}

// begun reads new before records of which some are asked for by time: those that were started then.
func (k *sketcher) begun(it item) bool {
	s := k.s
	timed := len(s.periods) > 0 || slices.ContainsFunc(k.items, func(o item) bool { return o.kind == "bucket" })
	if it.word != "vague" || k.r.toks[it.from].fold != "new" || k.peek(1) != "object" || !timed {
		return false
	}
	o, _ := k.r.schema.Object(k.at(1).object)
	f, ok := o.Role(crm.RoleStarted)
	if !ok || s.dateverb.field != "" && (s.dateverb.object != o.Name || s.dateverb.field != f.Name) || k.at(1).word == "verb" {
		return false
	}
	said := slices.ContainsFunc(s.sets, func(set item) bool {
		stage, staged := k.r.lex.stageOf(set.object)
		return staged && set.object == o.Name && set.field == stage
	})
	if !said {
		s.dateverb = noun{object: o.Name, field: f.Name, at: it.from}
	}
	return !said // new deals won are dated by neither alone
}

// settleSpent reads how much was spent on records: the sum of what they cost.
func (b *builder) settleSpent() {
	s := b.sk
	if !s.howmuch || len(s.gauges) > 0 || s.counted != nil || s.rank != nil || s.agg != "" {
		return
	}
	for i, m := range s.mentions {
		o, _ := b.schema.Object(m.object)
		if f, _ := o.Field(m.field); m.verb && f.ValueType().Numeric() && f.Role != crm.RoleUnitPrice {
			s.gauges, s.howmuch = []gauge{{fn: plan.Sum, object: m.object, field: m.field}}, false
			s.mentions = slices.Delete(s.mentions, i, i+1)
			return
		}
	}
}

// oneRoom tells of one before a figure in the singular that stands before what it is of: one bedroom flats.
func (l *lexicon) oneRoom(toks []token, i int) bool {
	return toks[i].fold == "one" && i+2 < len(toks) && toks[i+1].fold == toks[i+1].norm && slices.ContainsFunc(l.entries[toks[i+1].norm], func(s sense) bool {
		return s.kind == "field" && l.fieldOf(s).Type == crm.Number
	}) && slices.ContainsFunc(l.entries[toks[i+2].norm], func(s sense) bool { return s.kind == "object" || s.kind == "value" })
}

// onlyOf tells of a rate of records that are all of one kind, by the name of their stage: the win rate of won deals. What
// somebody is good at, as winning, says no more than the rate.
func (b *builder) onlyOf(stage crm.Field, closed []string) bool {
	return slices.ContainsFunc(b.sk.sets, func(set item) bool {
		named := slices.ContainsFunc(set.values, func(v string) bool { return crm.Fold(v) == b.sk.word(set.to-1) })
		return set.object == b.root && set.field == stage.Name && (named || set.adjective) && !within(closed, set.values)
	})
}
