package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// settle gives words that lean on others their meaning: sold, worth, how long, on average.
func (b *builder) settle() {
	s := b.sk
	b.settleColumns()
	b.owing() // what we owe is in nobody's unpaid invoice
	b.settleKinds()
	b.settleNever()
	b.settleDurations()
	b.settleCurrency()
	b.settleState()
	b.settleBilled()
	b.settleSpent()
	b.settleSelling()
	b.settleHowOften()
	b.settlePieces()
	if s.earn != nil || s.sales != nil {
		b.settleEarn()
	}
	if before := s.word(s.target.at - 1); s.howlong && s.target.at > 0 && s.target.field == "" && (before == "a" || before == "an") {
		s.target = noun{} // as long as it takes a customer: any of them
	}
	if s.howlong && len(s.gauges) == 0 {
		object := b.durable()
		if s.old != nil && !b.speaksOf(object) {
			s.left = append(s.left, *s.old) // how old a company is does not follow from its deals
		}
		kind := "cycle"
		if v, ok := b.stageValues(object); ok && within(v, b.values(object, "open")) {
			kind = "age"
		}
		m := b.metric(kind)
		if kind == "cycle" {
			m = b.cycle(object)
		}
		if m == nil {
			b.no("nothing that it speaks of has a beginning and an end")
			return
		}
		s.gauges = append(s.gauges, gauge{metric: m, object: object})
	}
	if s.rank != nil && s.rank.flavour == "long" && s.rank.of == nil && !b.longest() {
		m := b.cycle(b.durable())
		if m == nil {
			b.no("nothing that it speaks of has a beginning and an end")
			return
		}
		s.rank.of = &gauge{metric: m, object: b.durable()}
		if len(s.gauges) > 0 && s.gauges[0].metric != nil && (s.gauges[0].metric.Kind == "cycle" || s.gauges[0].metric.Kind == "age") {
			s.rank.of = &s.gauges[0]
			s.gauges = nil
		}
	}
	if s.agg == "" && s.together && len(s.gauges) == 0 && s.counted == nil {
		s.agg = plan.Sum // the combined revenue
	}
	b.settlePerformance()
	b.settleRequests()
	b.settleBoth()
	if len(s.gauges) > 0 {
		s.howmuch = false
	}
	if s.target.bucket == plan.Year && slices.ContainsFunc(s.mentions, func(m noun) bool {
		o, _ := b.schema.Object(m.object)
		f, _ := o.Field(m.field)
		return f.Type == crm.Number && strings.Contains(strings.ToLower(f.Label), "year")
	}) {
		s.target = noun{} // what year was it founded: the year itself
	}
	if s.people {
		b.settlePeople()
	}
	b.settleFolk()
	if s.nth > 1 && s.rank == nil {
		s.rank = &ranking{desc: true, flavour: "good", n: 1}
	}
	b.settleShare()
	b.settleOne()
	b.settleRank()
	b.settlePipeline()
	b.settlePer()
	if s.agg == "" {
		return
	}
	switch {
	case s.rank != nil && s.rank.of != nil && s.rank.of.fn == "" && s.rank.of.metric != nil && s.rank.flavour == "long":
		s.rank.of.fn, s.agg = s.agg, ""
	case len(s.gauges) == 0 && (s.howmuch || s.worth) && s.agg != plan.Sum && b.amountOf() != "":
		s.gauges = append(s.gauges, gauge{fn: s.agg, object: b.amountOf(), field: b.amountField(b.amountOf())})
		s.agg, s.howmuch, s.worth = "", false, false
		if s.target.object == s.gauges[0].object && s.target.field == "" {
			s.target = noun{}
		}
	case len(s.gauges) > 0:
		used := false
		for i := range s.gauges {
			if s.gauges[i].fn == "" || s.gauges[i].fn == s.agg {
				s.gauges[i].fn, used = s.agg, true
			}
		}
		if used {
			s.agg = ""
		}
	case s.counted != nil && s.counted.field != "":
		s.gauges = append(s.gauges, gauge{fn: s.agg, object: s.counted.object, field: s.counted.field})
		s.counted, s.agg = nil, ""
	case s.counted != nil && s.agg == plan.Sum && !b.agg():
		s.agg = ""
	default:
		for i, m := range s.mentions {
			o, _ := b.schema.Object(m.object)
			if f, ok := o.Field(m.field); ok && f.ValueType().Numeric() {
				s.gauges = append(s.gauges, gauge{fn: s.agg, object: m.object, field: m.field})
				s.mentions = slices.Delete(s.mentions, i, i+1)
				s.agg, s.howmuch = "", false
				return
			}
		}
	}
}

// settlePer reads deals per month, on average: the mean comes behind what it is of.
func (b *builder) settlePer() {
	s := b.sk
	if s.agg != plan.Mean || s.per == 0 || len(s.groups) != 1 {
		return
	}
	k := &sketcher{r: &reader{schema: b.schema}, s: s}
	n := s.groups[0]
	if n.bucket != "" {
		k.averageOver()
		return
	}
	if k.perOne(n) {
		s.gauges[len(s.gauges)-1].per = &n
		s.groups = nil
	}
}

// settlePipeline takes the value of the open pipeline for one measure.
func (b *builder) settlePipeline() {
	s := b.sk
	b.pipelineOf()
	if len(s.gauges) != 2 || s.also {
		return
	}
	field, m := s.gauges[0], s.gauges[1]
	if m.metric != nil && m.metric.Kind == "sum-amount" && field.metric == nil && field.object == m.object && field.field == b.amountField(m.object) {
		m.fn = field.fn
		s.gauges = []gauge{m}
	}
}

// pipelineOf takes the pipeline for the open records that are measured, where a measure of its own is named: pipeline by
// stage: number and amount.
func (b *builder) pipelineOf() {
	s := b.sk
	for i, g := range s.gauges {
		if g.metric == nil || g.metric.Outcome != "open" || g.metric.Kind != "sum-amount" || g.fn != "" && g.fn != plan.Sum || !slices.ContainsFunc(s.toks[g.from:g.to], func(t token) bool { return t.norm == "pipeline" }) {
			continue
		}
		amount := b.amountField(g.object)
		worth := slices.ContainsFunc(s.gauges, func(o gauge) bool { return o.metric == nil && o.object == g.object && o.field == amount }) ||
			slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == g.object && m.field == amount })
		number := s.tallied || s.counted != nil && s.counted.object == g.object || slices.ContainsFunc(s.gauges, func(o gauge) bool { return o.fn == plan.Count && o.object == g.object && o.kind == nil })
		switch {
		case !number && !(worth && len(s.gauges) > 1):
			continue
		case worth:
			s.gauges = slices.Delete(s.gauges, i, i+1)
		default:
			s.gauges[i] = gauge{object: g.object, field: amount}
		}
		b.wonOnly(item{sense: sense{object: g.object, metric: g.metric}, from: g.from, to: g.to})
		return
	}
}

// settlePeople reads how many people: the sum of a number that the question names, such as employees, else who is
// responsible for the records.
func (b *builder) settlePeople() {
	s := b.sk
	for i, m := range s.mentions {
		o, _ := b.schema.Object(m.object)
		if isNumericField(o, m.field) {
			s.gauges = append(s.gauges, gauge{fn: plan.Sum, object: m.object, field: m.field})
			s.mentions = slices.Delete(s.mentions, i, i+1)
			if s.target.field == "" && s.target.object == m.object {
				s.target = noun{}
			}
			return
		}
	}
	if o := b.team(); o != "" {
		s.counted = &noun{object: o}
	} else if n := b.doers(b.subject()); !n.zero() {
		s.counted = &n
	} else {
		b.no("it does not say which people are counted")
	}
}

// settleFolk says who the people spoken of are, and whom a value in the plural calls by: finance directors.
func (b *builder) settleFolk() {
	s := b.sk
	bare := s.target.zero() && s.counted == nil && len(s.gauges) == 0
	if s.folk == nil && s.counted == nil && len(s.gauges) == 0 && s.target.field != "" && s.asked != "which" && len(s.groups) == 0 && s.rank == nil {
		for _, set := range s.sets {
			if b.kindNoun(set) && set.object == s.target.object && set.field != s.target.field && set.from < s.target.at {
				s.mentions = append([]noun{s.target}, s.mentions...) // managing directors, their e-mail
				s.target = noun{object: set.object, at: set.from, plural: true}
				return
			}
		}
	}
	switch {
	case s.folk != nil && (bare || s.each && s.target.zero() && s.counted != nil && s.counted.object != b.folk()):
		if s.target = (noun{object: b.folk()}); s.target.zero() {
			s.target = b.doers(b.subject())
			s.target.plural = s.folk.word == "people" && b.sk.toks[s.folk.from].fold != b.sk.toks[s.folk.from].norm
		}
	case s.folk != nil && !s.target.zero() && s.target.object != b.team():
		if o, _ := b.schema.Object(s.target.object); !b.person(o) {
			s.left = append(s.left, *s.folk) // companies with everyone in them
		}
	case bare && s.rank != nil && s.rank.of == nil && s.rank.flavour == "date":
		for _, set := range s.sets {
			o, _ := b.schema.Object(set.object)
			if f := b.fieldOf(set); f.Type == crm.Choice && f.Role != crm.RoleStage && set.from > s.rank.at && set.from < s.rank.at+3 && !set.adjective && !set.neg {
				if _, ok := birth(o); ok {
					s.target = noun{object: set.object, at: set.from}
				}
			}
		}
	case bare && s.rank == nil && s.asked != "when" && s.asked != "where":
		for _, set := range s.sets {
			if b.kindNoun(set) {
				s.target = noun{object: set.object, at: set.from, plural: true}
				return
			}
		}
	}
}

// kindNoun tells of a value that stands in the plural for the records that have it.
func (b *builder) kindNoun(set item) bool {
	o, _ := b.schema.Object(set.object)
	name, _ := o.NameField()
	if set.neg || set.word != "" || len(set.values) == 0 || len(set.values) > 1 && set.joint != "and" && set.joint != "or" || set.from == set.to || name.Name == set.field {
		return false
	}
	last := b.sk.toks[set.to-1]
	return last.fold != last.norm && !strings.HasSuffix(strings.ToLower(set.values[0]), "s")
}

// folk is the object of the people spoken of: those at a company, or of whom something is said, where the workspace knows
// such people; else the team.
func (b *builder) folk() string {
	s := b.sk
	at := slices.IndexFunc(s.sets, func(set item) bool { return set.at })
	for _, o := range b.schema.Objects {
		if !b.person(o) {
			continue
		}
		if slices.ContainsFunc(s.sets, func(set item) bool { return set.object == o.Name }) || at >= 0 && b.reaches(o.Name, s.sets[at].object) {
			return o.Name
		}
	}
	team := b.team()
	if at >= 0 && s.sets[at].object != team && !b.reaches(team, s.sets[at].object) && b.personField(b.subject()).zero() {
		s.left = append(s.left, s.sets[at]) // nobody is known to be there
	}
	return team
}

// person tells of an object of people.
func (b *builder) person(o crm.Object) bool { return b.called(o, "person") }

func (b *builder) called(o crm.Object, word string) bool { return b.trade.calls(o, word) }

// team is the object of those who are responsible for records.
func team(s crm.Schema) string {
	for _, o := range s.Objects {
		if f, ok := o.Role(crm.RoleOwner); ok && f.Type == crm.Link {
			return f.Target
		}
	}
	return ""
}

func (b *builder) team() string { return team(b.schema) }

// settleEarn reads sold, brought in, bought: how much is revenue, how many is what was won.
func (b *builder) settleEarn() {
	s := b.sk
	if s.sales != nil {
		s.earn = s.sales
	}
	e := *s.earn
	if r := s.rank; r != nil && r.of != nil && r.of.metric == nil && r.of.field != "" && r.of.object != e.object && !b.reaches(r.of.object, e.object) {
		if s.sales == nil && slices.Contains([]string{"make", "makes", "made", "earn", "earns", "earned", "generate", "generates", "generated"}, s.word(e.from)) && e.to == e.from+1 {
			s.earn = nil // makes the most annual revenue of its own
			return
		}
	}
	if r := s.rank; r != nil && r.of != nil && r.of.fn == plan.Count && r.of.object != e.object && s.target.object == r.of.object && s.target.field != "" && s.sales == nil {
		s.earn = nil // the source that brings most clients is theirs
		return
	}
	won := gauge{metric: e.metric, object: e.object}
	switch {
	case len(s.gauges) > 0 && s.gauges[0].metric == nil && s.gauges[0].object == e.object:
		b.wonOnly(e) // the average value of what was sold
	case len(s.gauges) > 0 && s.gauges[0].object != e.object:
		s.left = append(s.left, e) // it is said of other records
	case len(s.gauges) > 0:
	case s.howlong || s.rank != nil && s.rank.flavour == "long":
		b.wonOnly(e)
	case s.rank != nil && s.rank.of == nil && s.rank.flavour == "often":
		s.rank.of = &gauge{fn: plan.Count, object: e.object}
		b.wonOnly(e)
	case s.rank != nil && s.rank.of == nil && s.order != nil && s.order.object == e.object:
		s.rank.of, s.order = s.order, nil // most sold by quantity
		b.wonOnly(e)
	case s.rank != nil && s.rank.of == nil:
		s.rank.of = &won
	case s.agg != "" && s.agg != plan.Sum && s.per == 0 && s.counted == nil && e.metric.Kind == "sum-amount":
		won.fn = s.agg // what a deal brings in on average
		s.gauges, s.agg, s.howmuch = append(s.gauges, won), "", false
		if s.target.object == e.object && s.target.field == "" {
			s.target = noun{}
		}
	case b.countsDone(e):
		b.wonOnly(e) // how many have been paid, and what they add up to: both are of those paid
	case s.howmuch || s.asked == "which" && s.target.zero() && (e.metric.Money || b.inMoney() || s.word(e.to-1) == "us" && s.counted == nil) || (s.diff || s.more || s.than || s.vs) && s.counted == nil:
		s.gauges = append(s.gauges, won)
		s.howmuch = false
	default:
		if s.counted != nil && s.counted.object == "" && len(s.sets) == 0 {
			s.left = append(s.left, e) // how many of what
		}
		b.wonOnly(e)
	}
}

// wonOnly asks for what was won, as sold and bought do.
func (b *builder) wonOnly(e item) {
	b.sk.sets = append(b.sk.sets, b.wonSet(e))
}

func (b *builder) wonSet(e item) item {
	stage, _ := b.stage(e.object)
	return item{sense: sense{kind: "set", object: e.object, field: stage.Name, values: outcomeValues(stage, e.metric.Outcome)}, from: e.from, to: e.to}
}

// settleNever turns never sold, never bought and have not won into the absence of such records.
func (b *builder) settleNever() {
	s := b.sk
	head := b.head()
	if s.never != nil {
		s.absent = append(s.absent, item{sense: sense{kind: "absent", object: s.never.object}, parts: []item{b.wonSet(*s.never)}, from: s.never.from, to: s.never.to})
		if head == "" || b.reaches(head, s.never.object) {
			s.left = append(s.left, *s.never)
		}
	}
	var keep []item
	for _, set := range s.sets {
		stage, ok := b.stage(set.object)
		if set.neg && (ok && set.word != "" && set.field == stage.Name || set.word == "no") && head != "" && head != set.object && !b.reaches(head, set.object) && b.reaches(set.object, head) {
			set.neg = false
			s.absent = append(s.absent, item{sense: sense{kind: "absent", object: set.object}, parts: []item{set}, from: set.from, to: set.to})
			s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool { return m.object == set.object && m.field == "" })
			continue
		}
		keep = append(keep, set)
	}
	s.sets = keep
}
