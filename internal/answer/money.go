package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// amountOf is the object whose amount the question may mean without naming it: the one that it speaks of.
func (b *builder) amountOf() string {
	for _, n := range append([]noun{b.sk.target}, b.sk.mentions...) {
		if n.object != "" && n.field == "" && b.amountField(n.object) != "" {
			return n.object
		}
	}
	return ""
}

func (b *builder) amountField(object string) string {
	o, _ := b.schema.Object(object)
	f, _ := o.Role(crm.RoleAmount)
	return f.Name
}

// settleState reads how much of what is in a state: how much is overdue, how much did we win.
func (b *builder) settleState() {
	s := b.sk
	money := s.howmuch || s.agg == plan.Sum && s.asked == "" && s.target.zero() && slices.ContainsFunc(s.sets, b.sums)
	if !money || s.worth || s.agg != "" && s.agg != plan.Sum || s.share || len(s.gauges) > 0 || s.earn != nil || s.rank != nil || s.counted != nil || s.sales != nil {
		return
	}
	for _, n := range append([]noun{s.target}, s.mentions...) {
		if n.field != "" {
			return
		}
	}
	for _, it := range append(slices.Clone(s.sets), s.standing...) {
		o, _ := b.schema.Object(it.object)
		stage, _ := o.Role(crm.RoleStage)
		f := b.amountField(o.Name)
		if own := b.deedAmount(o, it); own != "" {
			f = own
			s.sets = slices.DeleteFunc(s.sets, func(set item) bool { return set.from == it.from })
		}
		if f != "" && (it.kind == "standing" || it.field == stage.Name) {
			s.gauges, s.howmuch, s.agg = append(s.gauges, gauge{object: o.Name, field: f}), false, ""
			if s.target.object != "" && !s.each {
				s.mentions, s.target = append(s.mentions, s.target), noun{} // from companies in Sweden
			}
			return
		}
	}
}

// deedAmount is the figure that says how much of something was done: how much was settled is the settled amount.
func (b *builder) deedAmount(o crm.Object, deed item) string {
	for _, f := range o.Fields {
		if words := strings.Fields(strings.ToLower(f.Label)); f.ValueType().Numeric() && len(words) > 1 && words[0] == b.sk.word(deed.from) && b.lex.isMoney(f) {
			return f.Name
		}
	}
	return ""
}

// settleCurrency reads a bare sign of money as how much: lost $ in 2025.
func (b *builder) settleCurrency() {
	s := b.sk
	for i, t := range s.toks {
		if (t.text == "$" || t.text == "€" || t.text == "£") && s.word(i-1) != "in" && !isNumber(s.toks, max(0, i-1)) && s.target.zero() && s.counted == nil && s.rank == nil && len(s.gauges) == 0 && s.agg == "" {
			s.howmuch = true
			return
		}
	}
}

// inMoney tells whether the question says that it asks for money: in dollars.
func (b *builder) inMoney() bool {
	return slices.ContainsFunc(b.sk.toks, func(t token) bool {
		return oneOf(t.norm, "$", "€", "£", "usd", "eur", "gbp", "dollar", "euro", "pound", "money")
	})
}

// settlePieces reads how many were sold, in pieces, as the sum of the figure that is named.
func (b *builder) settlePieces() {
	s := b.sk
	if s.counted == nil || s.counted.object != "" || len(s.gauges) > 0 || s.rank != nil {
		return
	}
	for i, m := range s.mentions {
		f := b.field(m.object, m.field)
		behind := s.word(m.at-1) == "in" || m.at > 0 && sentence(s.toks, m.at) && (m.at+1 >= len(s.toks) || s.word(m.at+1) == "," || s.word(m.at+1) == "not")
		if f.ValueType() == crm.Number && !b.lex.isRate(f) && !b.lex.isMoney(f) && behind && m.at > s.counted.at {
			s.gauges, s.counted = []gauge{{fn: plan.Sum, object: m.object, field: m.field}}, nil
			s.mentions = slices.Delete(s.mentions, i, i+1)
			return
		}
	}
}

// settleBilled reads how much was invoiced: the sum of what such records are worth.
func (b *builder) settleBilled() {
	s := b.sk
	compares := s.more || s.diff || s.vs || s.than || s.asked == "which" && s.word(0) == "what" && oneOf(s.word(1), "did", "have", "do")
	most := s.rank != nil && s.rank.of == nil && s.rank.flavour == "count" // whom did we bill the most
	if len(s.gauges) > 0 || s.earn != nil || s.rank != nil && !most || s.counted != nil || !most && !s.howmuch && s.agg != plan.Sum && !compares {
		return
	}
	if b.doneBySomebody() {
		b.settleThings()
		return
	}
	did := func(n noun) bool {
		return n.field == "" && (n.verb || oneOf(s.word(n.at-1), "we", "i", "they") && !n.plural) && b.amountField(n.object) != ""
	}
	if did(s.target) {
		s.mentions, s.target = append(s.mentions, s.target), noun{}
	}
	for _, m := range s.mentions {
		if did(m) && most {
			s.rank.of = &gauge{fn: plan.Sum, object: m.object, field: b.amountField(m.object)}
			return
		}
		if did(m) {
			s.gauges = append(s.gauges, gauge{fn: plan.Sum, object: m.object, field: b.amountField(m.object)})
			s.agg, s.howmuch = "", false
			return
		}
	}
}

// settleSelling reads best selling by a figure of what is sold: units of deals won.
func (b *builder) settleSelling() {
	s := b.sk
	if s.rank == nil || s.earn != nil || !slices.ContainsFunc(s.toks, func(t token) bool {
		return t.fold == "selling" || t.fold == "bestselling" || t.fold == "best-selling" || t.fold == "top-selling"
	}) {
		return
	}
	for _, g := range []*gauge{s.rank.of, s.order} {
		if g == nil || g.metric != nil {
			continue
		}
		stage, staged := b.stage(g.object)
		if _, said := b.stageValues(g.object); staged && contest(stage) && !said {
			s.sets = append(s.sets, item{sense: sense{kind: "set", object: g.object, field: stage.Name, values: outcomeValues(stage, "won")}, from: s.rank.at, to: s.rank.at})
			return
		}
	}
}

// sums tells of values whose total is money: what was won, what is overdue. A total of deals lost may count them.
func (b *builder) sums(set item) bool {
	stage, ok := b.stage(set.object)
	if !ok || set.field != stage.Name || set.neg {
		return false
	}
	return !contest(stage) || slices.Equal(sorted(set.values), sorted(outcomeValues(stage, "won")))
}

// owing leaves over what says that it is us who owe: do we owe, owed to Acme.
func (b *builder) owing() {
	for i, t := range b.sk.toks {
		if !strings.HasPrefix(t.fold, "owe") && t.fold != "owing" {
			continue
		}
		before, to := b.sk.word(i-1), b.sk.word(i+1) == "to"
		if (before == "we" || before == "i") && t.fold != "owed" || to && !oneOf(b.sk.word(i+2), "us", "me", "our") {
			b.sk.leave(item{from: i, to: i + 1})
		}
	}
}

// payer is who owes what an object bills: whom its records link to beside those in the team.
func (b *builder) payer(object string) string {
	o, _ := b.schema.Object(object)
	for _, f := range o.Fields {
		if f.Type != crm.Link || f.Role == crm.RoleOwner {
			continue
		}
		target, _ := b.schema.Object(f.Target)
		if b.called(target, "customer") || b.person(target) {
			return f.Target
		}
	}
	n := b.doers(object)
	if f, ok := o.Field(n.field); ok {
		return f.Target // "" where they have no records
	}
	return n.object
}
