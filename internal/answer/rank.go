package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// super reads a superlative with its number and what it ranks or ranks by: top 5 reps, most won deals, worst win rate.
func (k *sketcher) super(it item) {
	s := k.s
	dir, flavour, _ := strings.Cut(it.word, "-")
	if flavour == "popular" {
		flavour, s.popular = "often", true
	}
	if flavour == "count" && it.to < len(k.r.toks) && (moneyWord(k.r.toks[it.to].norm) || k.r.toks[it.to].norm == "money") {
		flavour = "money" // the least money is no number of deals
	}
	if flavour == "date" && oneOf(k.r.toks[it.to-1].fold, "oldest", "youngest") {
		s.aged = true
	}
	if n := k.atEnd(); s.rank != nil && flavour == "rank" && n > 0 && s.rank.n == 0 && (dir == "desc") == s.rank.desc {
		s.rank.n = n // who sold most, top 3
		k.i++
		return
	}
	if !k.ranks(it, dir == "desc", flavour) {
		s.leave(it)
		return
	}
	j := k.rankedMany()
	if s.rank.n == 0 && j > 1 {
		s.leave(it) // the top 0
		return
	}
	if k.peek(j) == "perform" {
		j++
	}
	if g, took := k.gaugeAt(j); took > 0 {
		s.rank.of = &g
		k.i += j + took - 1
		return
	}
	if k.peek(j) == "earn" {
		e := k.at(j)
		s.earn = &e
		k.i += j
		return
	}
	n, took := k.nounAt(j)
	if took > 0 {
		k.rankNoun(it, n, k.at(j).after)
	}
	k.i += j + took - 1
}

// ranks begins a ranking. One that stands already may be made plainer, once: top 5 ... with the highest revenue.
func (k *sketcher) ranks(it item, desc bool, flavour string) bool {
	r := k.s.rank
	if r == nil {
		k.s.rank = &ranking{desc: desc, flavour: flavour, behind: it.after, at: it.from}
		return true
	}
	vague := r.flavour == "rank" || oneOf(r.flavour, "size", "good") && strings.HasPrefix(k.r.before(it.from), "one")
	if !vague || r.of != nil || desc != r.desc {
		return false
	}
	r.flavour = flavour
	return true
}

// rankedMany reads how many are wanted, before the superlative or behind it, and tells where what follows begins.
func (k *sketcher) rankedMany() int {
	r := k.s.rank
	if k.peek(-1) == "number" && r.n == 0 && k.at(-1).number.unit == "" {
		r.n = int(k.at(-1).number.n.IntPart())
	}
	if r.n == 0 {
		r.n, k.s.number = k.s.number, 0
	}
	if k.peek(1) == "number" && k.at(1).number.unit == "" && k.at(1).number.n.IsInteger() {
		r.n = int(k.at(1).number.n.IntPart())
		return 2
	}
	return 1
}

// rankNoun reads the noun behind a superlative: what is ranked, or by how many of what.
func (k *sketcher) rankNoun(it item, n noun, after bool) {
	s, r := k.s, k.s.rank
	apart := func(set item) bool {
		_, linked := k.r.lex.routes[n.object][set.object]
		return set.from == it.to && set.adjective && !linked
	}
	if n.field == "" && n.bucket == "" && r.flavour == "count" && slices.ContainsFunc(s.sets, apart) {
		s.leave(it) // the most active member
	}
	switch {
	case it.after && k.columnsOf(n):
		s.target = n
	case it.after && r.flavour != "count" && (r.flavour != "often" || s.popular) && k.narrowsHead(n):
		s.leave(it) // people at the biggest company: the people are asked for
	case n.bucket != "" && s.target.zero():
		s.target = n
	case n.bucket != "":
		s.groups = append(s.groups, n)
	case r.flavour == "count" && s.earn != nil && after:
		s.mentions = append(s.mentions, n) // owe the most on invoices
	case r.flavour == "count" && (n.field == "" || k.r.lex.isName(n)):
		r.of = &gauge{fn: plan.Count, object: n.object}
	case s.counted == nil && (s.asked == "" || s.asked == "list" || s.target.zero()):
		if !s.target.zero() {
			s.mentions = append(s.mentions, s.target)
		}
		s.target, r.several = n, n.plural
	default:
		s.mentions = append(s.mentions, n)
	}
}

// topRecord ranks by the one record that a superlative speaks of, rather than by all of them: who has the highest claim.
func (b *builder) topRecord() (gauge, bool) {
	r, amount := b.sk.rank, b.amountField(b.root)
	one := slices.ContainsFunc(b.sk.mentions, func(m noun) bool {
		return m.object == b.root && m.field == "" && !m.plural && !m.verb && m.at > r.at && m.at <= r.at+2
	})
	fn := map[bool]plan.Fn{true: plan.Max, false: plan.Min}[r.desc]
	return gauge{fn: fn, object: b.root, field: amount}, one && amount != "" && (r.flavour == "value" || r.flavour == "size")
}

// settleOne asks for a field of the one record that a superlative picks: the manager of the client with the highest balance.
func (b *builder) settleOne() {
	s := b.sk
	if s.rank == nil || s.target.field == "" || s.rank.of == nil || s.rank.of.metric != nil || s.rank.of.fn != "" || len(s.groups) > 0 || s.rank.n > 0 {
		return
	}
	for i, m := range s.mentions {
		if m.field == "" && !m.plural && !m.verb && m.at > s.target.at && m.at < s.rank.at && m.object == s.rank.of.object && s.word(m.at-1) == "the" {
			s.mentions = append(slices.Delete(s.mentions, i, i+1), s.target)
			s.target = m
			return
		}
	}
}

// atEnd is the number behind a superlative with which the question ends, 0 where there is none.
func (k *sketcher) atEnd() int {
	if k.i != len(k.items)-2 || k.peek(1) != "number" {
		return 0
	}
	return k.at(1).number.howMany()
}

// before is the word before a token that is no preposition and no article.
func (r *reader) before(i int) string {
	for i--; i > 0 && oneOf(r.toks[i].fold, "with", "having", "has", "the", "who", "that"); i-- {
		continue
	}
	if i < 0 {
		return ""
	}
	return r.toks[i].fold
}

// beforeThe is the word before a token and its article.
func (r *reader) beforeThe(i int) string {
	if r.word(i-1) == "the" {
		i--
	}
	if i == 0 {
		return ""
	}
	return r.toks[i-1].fold
}

// narrowsHead tells whether a superlative behind a preposition says of which thing the records asked for are, so that it
// is not asked for itself.
func (k *sketcher) narrowsHead(n noun) bool {
	s := k.s
	if s.asked == "who" || s.folk != nil {
		return s.target.zero() && n.field == "" && n.object != ""
	}
	if slices.ContainsFunc(s.absent, func(a item) bool { return a.object == n.object && a.field != "" && a.neg }) && n.field == "" {
		return true // subsidiaries of the largest account
	}
	head := s.target
	if s.counted != nil {
		head = *s.counted
	}
	return head.object != "" && head.field == "" && (n.object != head.object || n.field != "")
}

// deed is the object of what is done so many times: borrowed, bought.
func (k *sketcher) deed() string {
	for _, before := range k.items[:k.i] {
		if before.kind == "object" && before.word == "verb" || before.kind == "earn" {
			return before.object
		}
	}
	return ""
}

// cond reads a comparison that no field took: more than 200 deals, over 5k.
func (k *sketcher) cond(it item) {
	s := k.s
	if k.peek(1) == "times" && it.numbers[0].unit == "" {
		if o := k.deed(); o != "" {
			s.bars = append(s.bars, bar{gauge: gauge{fn: plan.Count, object: o}, cond: it})
			k.i++
			return
		}
	}
	n, took := k.nounAt(1)
	if k.r.word(it.to) == "in" {
		took = 0 // more than 100,000 in won deals: what they are worth
	}
	if took > 0 && n.field == "" && n.bucket == "" && it.numbers[0].unit == "" {
		s.bars = append(s.bars, bar{gauge: gauge{fn: plan.Count, object: n.object}, cond: it})
		k.i += took
		return
	}
	if took > 0 && n.field != "" && it.numbers[0].unit == "" && !k.r.lex.isFigure(n) {
		s.bars = append(s.bars, bar{gauge: gauge{fn: plan.Distinct, object: n.object, field: n.field}, cond: it})
		k.i += took
		return
	}
	if it.numbers[0].unit == "" {
		if j := 1; k.peek(j) == "and" && k.peek(j+1) == "cond" {
			if n, took := k.nounAt(j + 2); took > 0 && n.field == "" && n.bucket == "" {
				s.bars = append(s.bars, bar{gauge: gauge{fn: plan.Count, object: n.object}, cond: it}) // more than 5 but fewer than 10 deals
				return
			}
		}
		if last := len(s.bars) - 1; last >= 0 && k.peek(-1) == "and" && s.bars[last].gauge.fn != "" {
			s.bars = append(s.bars, bar{gauge: s.bars[last].gauge, cond: it}) // fewer than 100 deals but at least one
			return
		}
	}
	own := k.i > 0 && k.at(-1).kind == "object" && k.at(-1).to == it.from && len(s.groups) == 0 && k.amount(noun{object: k.at(-1).object}) != ""
	s.bars = append(s.bars, bar{cond: it, own: own})
}

// columnsOf takes a row of nouns before "of the biggest deal" for what is to be shown of it: its company, product and amount.
func (k *sketcher) columnsOf(n noun) bool {
	s := k.s
	o, ok := k.r.schema.Object(n.object)
	if !ok || n.field != "" || n.plural || s.target.zero() || len(s.mentions) == 0 || s.counted != nil || len(s.gauges) > 0 {
		return false
	}
	asked := append([]noun{s.target}, s.mentions...)
	for i, m := range asked {
		linked := slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.Type == crm.Link && f.Target == m.object && f.Target != o.Name })
		if m.object == o.Name && m.field == "" || m.object != o.Name && (m.field != "" || !linked) || m.bucket != "" || m.verb {
			return false
		}
		asked[i].shown = true
	}
	s.mentions = asked
	return true
}
