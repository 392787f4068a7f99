package answer

import (
	"slices"

	"openclaw/internal/plan"
)

// measuresNext tells whether a measure is joined on by and.
func (k *sketcher) measuresNext() bool {
	j := 1
	for k.peek(j) == "and" {
		j++
	}
	if j == 1 {
		return false
	}
	_, took := k.gaugeAt(j)
	return took > 0 || k.peek(j) == "agg"
}

// joined tells whether and stands right before what is read.
func (k *sketcher) joined() bool {
	i := k.i - 1
	for i > 0 && (k.items[i].kind == "list" || k.items[i].kind == "which" || k.items[i].kind == "howmuch") {
		i--
	}
	return i > 0 && k.items[i].kind == "and" && k.r.toks[k.items[i].from].fold != ","
}

// besides reads what stands behind and, where a measure stands before it: number of deals and amount, revenue and deals.
func (k *sketcher) besides(n noun) bool {
	s := k.s
	if !k.joined() || s.rank != nil || s.orderDir != "" || len(s.bars) > 0 {
		return false
	}
	of := ""
	switch {
	case s.counted != nil && s.counted.field == "":
		of = s.counted.object
	case len(s.gauges) > 0:
		of = s.gauges[len(s.gauges)-1].object
	}
	switch {
	case of == "" || n.object != of || n.bucket != "":
		return false
	case n.field == "" && s.counted == nil && n.plural:
		s.gauges = append(s.gauges, gauge{fn: plan.Count, object: n.object})
	case k.r.lex.isFigure(n):
		s.gauges = append(s.gauges, gauge{fn: k.sameAs(), object: n.object, field: n.field})
	default:
		return false
	}
	return true
}

// sameAs is what is asked of the figure before, where it holds for the one joined to it too: average rent and deposit.
func (k *sketcher) sameAs() plan.Fn {
	if last := len(k.s.gauges) - 1; last >= 0 && k.s.gauges[last].metric == nil && k.s.gauges[last].field != "" {
		return k.s.gauges[last].fn
	}
	return ""
}

// beside reads records that a measure of theirs is joined to as their number: won deals and revenue by product.
func (k *sketcher) beside(it item) {
	s := k.s
	if it.word == "but" || k.r.toks[it.from].fold == "," || k.i == 0 || s.rank != nil {
		return
	}
	head := k.at(-1)
	counts := s.counted != nil && s.counted.at == head.from
	if !counts && s.target.at != head.from || counts && !s.counted.plural || !counts && !s.target.plural {
		return
	}
	named := head.kind == "object" || head.kind == "field" && slices.ContainsFunc(k.r.lex.entries[joinNorm(k.r.toks[head.from:head.to])], func(o sense) bool { return o.kind == "object" })
	if o, took := k.nounAt(1); named && took == 1 && k.peek(1) == "object" && o.plural && (head.kind == "field" || o.object != head.object) && k.at(1).word == "" && k.at(1).from == it.to {
		s.leave(k.at(1)) // deals and tasks of Anna are two lists
		return
	}
	if counts || head.kind != "object" || s.target.field != "" {
		return
	}
	g, took := k.gaugeAt(1)
	switch grouped := k.peek(1+took) == "by"; {
	case took == 0 || g.metric == nil && g.fn == "" && (!grouped || s.asked != "" || g.object != s.target.object):
	case g.object == s.target.object:
		s.tallied, s.target = true, noun{}
	case grouped:
		s.leave(k.at(-1)) // accounts and revenue by sector are counted apart
	}
}

// aggsOf reads several aggregates of one thing: average and median deal size; amount: minimum, maximum and mean.
func (k *sketcher) aggsOf(fn plan.Fn, j int) bool {
	s := k.s
	fns := []plan.Fn{fn}
	for {
		next := j
		for k.peek(next) == "and" {
			next++
		}
		if k.peek(next) == "count" && next > j && k.peek(next+1) == "" {
			s.tallied = true // sum and count
			j = next + 1
			break
		}
		if next == j || k.peek(next) != "agg" {
			break
		}
		fns = append(fns, aggs[k.at(next).word])
		j = next + 1
	}
	if len(fns) == 1 && !s.tallied {
		return false
	}
	g, took := k.gaugeAt(j)
	if took == 0 {
		if n, nouns := k.nounAt(j); nouns > 0 && k.amount(n) != "" {
			g, took = gauge{object: n.object, field: k.amount(n)}, nouns
		}
	}
	if took == 0 {
		if i := slices.IndexFunc(s.mentions, k.r.lex.isFigure); i >= 0 {
			g = gauge{object: s.mentions[i].object, field: s.mentions[i].field}
			s.mentions = slices.Delete(s.mentions, i, i+1)
		} else if f := k.amount(s.target); f != "" {
			g = gauge{object: s.target.object, field: f}
			s.target = noun{}
		} else {
			return false
		}
	}
	for _, fn := range fns {
		g.fn = fn
		s.gauges = append(s.gauges, g)
	}
	k.i += j + took - 1
	return true
}

// nothing reads those who sold, or borrowed, nothing.
func (k *sketcher) nothing(it item) bool {
	s := k.s
	if it.word != "none" || k.i == 0 {
		return false
	}
	switch verb := k.at(-1); {
	case verb.kind == "earn" && s.earn != nil:
		s.never, s.earn = s.earn, nil
	case verb.kind == "object" && verb.word == "verb":
		s.absent = append(s.absent, item{sense: sense{kind: "absent", object: verb.object}, from: verb.from, to: it.to})
		s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool { return m.at == verb.from })
	default:
		return false
	}
	return true
}

// ownWord tells whether a word right before a noun is a value of that noun, and is taken for one of other records: an open
// deal is no deal of an open invoice.
func (r *reader) ownWord(set, noun item) bool {
	return noun.kind == "object" && set.object != noun.object && slices.ContainsFunc(r.lex.entries[joinNorm(r.toks[set.from:set.to])], func(s sense) bool {
		return s.kind == "value" && s.object == noun.object
	})
}

// settleBoth reads how many they are and how much that is.
func (b *builder) settleBoth() {
	s := b.sk
	object := ""
	switch {
	case len(s.gauges) > 0:
		return
	case s.tallied && s.agg != "":
		object = b.amountOf()
		if s.counted != nil {
			object = s.counted.object
		}
	case s.counted != nil && s.counted.field == "" && s.also && (s.howmuch && (s.agg == "" || s.agg == plan.Sum) || s.summed && s.agg == plan.Sum):
		object, s.agg = s.counted.object, plan.Sum
	}
	if f := b.amountField(object); f != "" {
		s.gauges = append(s.gauges, gauge{fn: s.agg, object: object, field: f})
		s.agg, s.howmuch, s.worth = "", false, false
		s.measured(object)
	}
}

// settlePerformance takes how we did, and growth, of nothing else for revenue.
func (b *builder) settlePerformance() {
	s := b.sk
	if !s.perform && s.change == "" || !s.target.zero() || s.counted != nil || len(s.gauges)+len(s.mentions)+len(s.bars)+len(s.sets) > 0 || s.rank != nil || s.earn != nil || s.dateverb.object != "" {
		return
	}
	if g, ok := b.earned(); ok {
		s.gauges, s.perform = []gauge{g}, false
	}
}

// earned is the revenue of what can be won or lost.
func (b *builder) earned() (gauge, bool) {
	m := b.metric("sum-amount")
	for _, o := range b.schema.Objects {
		if stage, _ := b.stage(o.Name); b.lex.measurable(o, m) && contest(stage) {
			return gauge{metric: m, object: o.Name}, true
		}
	}
	return gauge{}, false
}

// speaksOf tells whether the question names an object, or what became of its records.
func (b *builder) speaksOf(object string) bool {
	s := b.sk
	nouns := append(slices.Clone(s.mentions), s.target)
	if s.counted != nil {
		nouns = append(nouns, *s.counted)
	}
	return slices.ContainsFunc(nouns, func(n noun) bool { return n.object == object }) || slices.ContainsFunc(s.sets, func(set item) bool { return set.object == object })
}

// ownPlace tells whether a value behind a noun and a preposition could be one of that noun, and is taken for one of other
// records.
func (r *reader) ownPlace(noun, set item) bool {
	return noun.kind == "object" && noun.word != "verb" && set.object != noun.object && len(set.parts) > 0 && slices.ContainsFunc(set.parts[0].senses, func(s sense) bool {
		return s.kind == "value" && s.object == noun.object && !s.partly
	})
}
