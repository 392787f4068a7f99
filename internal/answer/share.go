package answer

import (
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// finite tells of a word that begins what is said of something: were, did, has.
func finite(word string) bool {
	return oneOf(word, "is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "get", "gets", "got", "went", "goes", "come", "comes", "came", "end", "ends", "ended", "turned")
}

// predicate is the token with which begins what is said of that which a share is of: in "what share of the deals lost in
// 2026 did we lose because of the price" it is did. What stands before is the whole. 0: nothing is said of it, or what is
// said is no condition.
func (b *builder) predicate() int {
	s := b.sk
	if !s.share || s.shareOf {
		return 0
	}
	clause, since, later := 0, 0, 0
	for i := b.shareOfWhat(); i < len(s.toks); i++ {
		switch word := s.word(i); {
		case oneOf(word, "that", "which", "who"):
			clause, since = i, i
		case !finite(word) || i == s.shareAt:
		case clause > 0 && b.opensClause(clause, i):
			if !finite(s.word(i + 1)) {
				clause = 0
			}
		case clause > 0:
			clause, later = 0, i // that Anna owns are, unless more follows: that Anna has won are
		case oneOf(s.word(i-1), "we", "they", "i", "you", "he", "she", "it"):
			// the deals we have closed
		default:
			if !b.says(i) {
				return 0
			}
			return i
		}
	}
	switch {
	case later > 0 && b.says(later):
		return later
	case since > 0 && b.says(since):
		return since // the share of lost deals that were lost because of the price
	}
	return 0
}

// shareOfWhat is the token from which on it is said what a share is of: behind the word for it, else behind how many of.
func (b *builder) shareOfWhat() int {
	s := b.sk
	if s.shareAt < len(s.toks)-2 {
		return s.shareAt + 1
	}
	return slices.IndexFunc(s.toks, func(t token) bool { return t.fold == "of" }) + 1
}

// opensClause tells whether a verb is the first of a clause that a relative pronoun opens: that were, which we have.
func (b *builder) opensClause(from, verb int) bool {
	return !slices.ContainsFunc(b.sk.toks[from+1:verb], func(t token) bool {
		return !oneOf(t.fold, "we", "they", "i", "you", "he", "she", "it", "still", "now", "currently", "not", "already")
	})
}

// says tells whether a condition stands behind a token.
func (b *builder) says(at int) bool {
	s := b.sk
	for _, some := range [][]item{s.sets, s.compared, s.against, s.dated, s.standing, s.liked, s.absent} {
		if slices.ContainsFunc(some, func(it item) bool { return it.from >= at }) {
			return true
		}
	}
	return slices.ContainsFunc(s.bars, func(x bar) bool { return x.cond.from >= at })
}

// doer tells of those who did what is said of the whole, between did and the verb: has Anna won.
func (b *builder) doer(set item) bool {
	at := b.predicate()
	stage, ok := b.stage(b.root)
	return ok && at > 0 && set.from > at && (set.object != b.root || set.field != stage.Name) && oneOf(b.sk.word(at), "do", "does", "did", "has", "have", "had") &&
		slices.ContainsFunc(b.sk.sets, func(o item) bool { return o.object == b.root && o.field == stage.Name && o.from == set.to })
}

// theirs tells whether the whole is said to be of those who did it: of her deals.
func (b *builder) theirs() bool {
	s := b.sk
	return slices.ContainsFunc(s.toks[s.shareAt:b.predicate()], func(t token) bool { return oneOf(t.fold, "her", "his", "its", "their") })
}

// place puts what a condition adds to the part that a share is of, where it is said of the whole.
func (b *builder) place(it item, add func(item) bool) bool {
	before := len(b.cond.rest)
	if !add(it) {
		return false
	}
	if at := b.predicate(); at > 0 && it.from >= at {
		b.part.rest = append(b.part.rest, b.cond.rest[before:]...)
		b.cond.rest = b.cond.rest[:before]
	}
	return true
}

// verbOfShare tells of what is done to a share: we win the largest share of the deals that we close.
func (b *builder) verbOfShare(set item) bool {
	stage, ok := b.stage(set.object)
	return ok && set.field == stage.Name && !set.adjective && !set.noun && !set.neg && set.inside == nil && set.to <= b.sk.shareAt
}

// ownShare tells of a share that each has of its own: the sector in which we win the largest share of the deals we close.
func (b *builder) ownShare() bool {
	s := b.sk
	return s.share && !s.shareOf && s.asked == "which" && slices.ContainsFunc(s.sets, func(set item) bool {
		return b.verbOfShare(set) && slices.ContainsFunc(append(slices.Clone(s.mentions), s.target), func(m noun) bool { return m.object == set.object && m.field == "" && m.at > s.shareAt })
	})
}

// settleShare counts the records of which each has a share of its own.
func (b *builder) settleShare() {
	s := b.sk
	if !b.ownShare() || len(s.gauges) > 0 || s.counted != nil {
		return
	}
	for _, set := range s.sets {
		if b.verbOfShare(set) {
			s.gauges = []gauge{{fn: plan.Count, object: set.object}}
		}
	}
}

// settleHowOften reads how often we win, as a percentage, as the win rate.
func (b *builder) settleHowOften() {
	s := b.sk
	if !s.share || s.counted == nil || s.counted.field != "" || len(s.gauges) > 0 || !slices.ContainsFunc(s.toks, func(t token) bool { return t.fold == "often" }) {
		return
	}
	for i, set := range s.sets {
		stage, ok := b.stage(set.object)
		if !ok || !contest(stage) || set.field != stage.Name || set.neg || s.counted.object != "" && s.counted.object != set.object {
			continue
		}
		for j := range b.lex.trade.Metric {
			m := &b.lex.trade.Metric[j]
			if m.Kind == "rate" && slices.Equal(sorted(set.values), sorted(outcomeValues(stage, m.Outcome))) {
				s.sets = slices.Delete(slices.Clone(s.sets), i, i+1)
				s.gauges = []gauge{{metric: m, object: set.object}}
				s.counted, s.share = nil, false
				return
			}
		}
	}
}

// isPart tells whether a condition describes the part that a share is of, rather than the whole: in "share of won deals
// from Central" deals that are won are the whole.
func (b *builder) isPart(set item) bool {
	s := b.sk
	switch {
	case b.lacksPart():
		return false
	case b.ownShare():
		return b.verbOfShare(set)
	case b.predicate() > 0:
		return set.from >= b.predicate() && !b.doer(set)
	}
	if len(s.groups) > 0 || !s.target.zero() && b.targetIsGroup() && s.asked == "which" || s.each {
		// By region: a share of each region's own, where the condition stands behind the noun; else how it spreads.
		stage, ok := b.stage(b.root)
		field := ok && set.field == stage.Name || b.field(set.object, set.field).ValueType() == crm.Bool || set.object == b.root && isReason(b.field(set.object, set.field)) // lost because of the price is one
		return set.object == b.root && field && set.from > s.shareAt && !set.adjective && (s.counted != nil || s.target.object == b.root)
	}
	if s.shareOf {
		return set.from < s.shareAt // Anna's share of the East: what is before is the part
	}
	if stage, ok := b.stage(b.root); ok {
		verb := func(o item) bool {
			return o.object == b.root && o.field == stage.Name && !o.adjective && o.from > s.shareAt
		}
		last := s.sets[len(s.sets)-1]
		whole := slices.ContainsFunc(s.sets, func(o item) bool { return o.object == b.root && o.field == stage.Name && o.adjective })
		if len(s.sets) > 1 && (verb(last) || whole && slices.ContainsFunc(s.sets, verb)) {
			return verb(set) // the share of the East's deals that was lost
		}
	}
	behind := slices.ContainsFunc(s.sets, func(o item) bool { return o.from > s.shareAt && !o.adjective })
	if behind && set.from < s.shareAt {
		return false
	}
	adjectives := 0
	for _, o := range s.sets {
		if o.adjective {
			adjectives++
		}
	}
	return !set.adjective || adjectives == len(s.sets) && set.from == s.sets[len(s.sets)-1].from
}

// lacksPart tells whether the part of a share is what lacks a value: the share of open deals without an account.
func (b *builder) lacksPart() bool {
	s := b.sk
	return s.share && len(s.groups) == 0 && len(s.absent) == 1 && !b.isAbsence(s.absent[0]) && s.absent[0].from > s.shareAt &&
		!slices.ContainsFunc(s.sets, func(o item) bool { return !o.adjective })
}

// shares turns the measure into a part of a whole: of all rows when there are groups, else of all records.
func (b *builder) shares() bool {
	if !b.sk.share {
		return true
	}
	if len(b.p.Measures) != 1 || b.p.Measures[0].Over != nil {
		return b.no("it does not say a share of what")
	}
	if b.hasUnsaid() {
		return b.no("it does not say how much of it they have")
	}
	m := &b.p.Measures[0]
	part := b.part.filter()
	switch {
	case len(b.p.Groups) > 0 && part.Zero() && b.p.Limit > 1 && b.sk.asked != "which" && b.sk.asked != "list" && b.sk.asked != "who":
		each := b.p
		each.Measures = []plan.Measure{*m}
		each.Measures[0].Share = true
		each.Filter = b.cond.filter()
		b.ask = []string{"list the " + each.Words(b.schema)}
		return b.no("it does not say whether the share of each or of all of them together is meant")
	case len(b.p.Groups) > 0 && part.Zero():
		m.Share = true
	case !part.Zero() && m.Fn == plan.Distinct && len(b.p.Groups) == 0:
		return b.no("those without any " + b.plural(b.root) + " would not be counted among all")
	case !part.Zero():
		whole := *m
		for _, k := range b.part.order {
			if _, both := b.cond.set[k]; both && b.cond.set[k].values != nil && len(intersect(b.cond.set[k].values, b.part.set[k].values)) == 0 {
				return b.no("the part is not of the whole")
			}
		}
		if stage, _ := b.stage(b.root); b.ownShare() && b.cond.set[stage.Name] == nil {
			return b.no("it can be meant of all or of what is closed")
		}
		m.Filter, m.Over = part, &whole
		if b.twoParts(part) {
			return b.no("it does not say which of the two is the part")
		}
		if b.wonOfAll(part) {
			return b.no("it can be meant of all or of what is closed")
		}
	default:
		return b.no("it does not say a share of what")
	}
	return true
}

// twoParts tells of a share of records of which two things are said without a verb: deals won in Central may be a part of
// Central's, of those won, or of all.
func (b *builder) twoParts(part crm.Filter) bool {
	s := b.sk
	stage, ok := b.stage(b.root)
	if !ok || s.shareOf || b.predicate() > 0 || len(part.And) != 2 || len(b.p.Groups) > 0 || len(b.p.Measures) != 1 || b.p.Measures[0].Fn != plan.Count {
		return false
	}
	became, other := part.And[0], part.And[1]
	is := func(f crm.Filter) bool { return f.Term != nil && string(f.Term.Path) == stage.Name }
	if is(other) {
		became, other = other, became
	}
	if !is(became) || other.Term == nil || isReason(b.field(b.root, string(other.Term.Path))) {
		return false // lost because of the price is one thing
	}
	for _, of := range [][2]crm.Filter{{other, became}, {became, other}} {
		p := b.p
		p.Filter = crm.All(canonical(append(flat(b.cond.filter()), of[0]))...)
		p.Measures = []plan.Measure{{Fn: plan.Count, Filter: of[1], Over: &plan.Measure{Fn: plan.Count}}}
		b.ask = append(b.ask, p.Words(b.schema))
	}
	return true
}

// ofThoseDone keeps of records that are called by what is done to them, such as deliveries, those to which it was done, where a
// share of them was late.
func (b *builder) ofThoseDone() {
	s := b.sk
	for _, a := range s.against {
		if !s.share || len(a.parts) != 2 || a.parts[1].object != b.root {
			continue
		}
		end := a.parts[1].sense
		if slices.ContainsFunc(s.toks[s.shareAt:a.from], func(t token) bool {
			return t.fold != t.norm && slices.ContainsFunc(b.lex.stems[t.norm], func(o sense) bool { return o.object == end.object && o.field == end.field })
		}) {
			b.cond.rest = append(b.cond.rest, crm.Where(crm.Path(end.field), crm.NotEmpty))
		}
	}
}

// wonOfAll tells of the one share that people mean in two ways: won, of all deals or of those decided.
func (b *builder) wonOfAll(part crm.Filter) bool {
	stage, ok := b.stage(b.root)
	if !ok || part.Term == nil || string(part.Term.Path) != stage.Name {
		return false
	}
	if _, whole := b.cond.set[stage.Name]; whole {
		return false
	}
	if len(b.p.Measures) > 0 && b.p.Measures[0].Fn == plan.Count && slices.Equal(part.Values, sorted(b.scope("won"))) {
		all := b.p
		all.Filter, all.Order, all.Limit = b.cond.filter(), nil, 0
		rate := all
		rate.Filter = crm.All(canonical(append(flat(all.Filter), crm.Where(crm.Path(stage.Name), crm.Is, sorted(b.scope("decided"))...)))...)
		rate.Measures = []plan.Measure{{Fn: plan.Count, Filter: part, Over: &plan.Measure{Fn: plan.Count}, Name: "win rate"}}
		b.ask = []string{rate.Words(b.schema), all.Words(b.schema)}
		return true
	}
	return false
}

// doneTo tells whether what became of records stands as a verb before a token: which region wins the largest part.
func (r *reader) doneTo(sets []item, at int) bool {
	return slices.ContainsFunc(sets, func(set item) bool {
		stage, ok := r.lex.stageOf(set.object)
		return ok && set.field == stage && !set.adjective && !set.noun && !set.neg && set.to <= at
	})
}

// ofTheTime tells of those words.
func (r *reader) ofTheTime(at int) bool {
	behind := r.toks[at:min(at+3, len(r.toks))]
	return len(behind) > 1 && behind[0].fold == "of" && (behind[len(behind)-1].fold == "time" || behind[1].fold == "time")
}

// ofTheClosed tells of records of a kind that are closed: of the deals they close.
func (r *reader) ofTheClosed(kind item, m []item) bool {
	o, _ := r.schema.Object(kind.object)
	stage, ok := o.Role(crm.RoleStage)
	closed := pick(m, "set")
	nouns := pick(m, "object")
	return ok && contest(stage) && len(closed) == 1 && len(nouns) == 1 && nouns[0].object == o.Name && nouns[0].word != "verb" && closed[0].object == o.Name && closed[0].field == stage.Name &&
		!closed[0].neg && slices.Equal(sorted(closed[0].values), sorted(outcomeValues(stage, "closed")))
}

// field is a field of the schema, the zero one where there is none.
func (b *builder) field(object, name string) crm.Field {
	o, _ := b.schema.Object(object)
	f, _ := o.Field(name)
	return f
}

// hasUnsaid tells of a share of those who have a figure, where it is not said how much: tenancies that have arrears.
func (b *builder) hasUnsaid() bool {
	s := b.sk
	for i := s.shareAt + 1; i < len(s.toks); i++ {
		if oneOf(s.word(i), "have", "has", "had", "having") && !b.says(i) && b.p.Measures[0].Of != nil && b.p.Measures[0].Fn == plan.Sum {
			return true
		}
	}
	return false
}
