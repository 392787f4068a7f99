package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// settling are the steps that give words that lean on others their meaning, in the order in which they must run. A step takes
// what it has read off the sketch, so that no later one reads it again: what is said in more words comes before what is said in
// fewer, and what names a measure before what falls back to the usual one.
var settling = []struct {
	step func(*builder)
	why  string // what it reads, and why here
}{
	{(*builder).settleColumns, "deals, with the amounts: what is listed is known before anything is measured of it"},
	{(*builder).owing, "what we owe is in nobody's unpaid invoice: it is left over, whatever else is read"},
	{(*builder).settleKinds, "wins and losses: values become measures before anybody looks for what is measured"},
	{(*builder).settleNever, "never sold: a denied value becomes an absence before values are taken for stages"},
	{(*builder).settleDurations, "days from order to delivery: takes the average and how long with it"},
	{(*builder).settleCurrency, "lost $: asks how much, for the four that follow"},
	{(*builder).settleState, "how much is overdue"},
	{(*builder).settleBilled, "how much did we invoice"},
	{(*builder).settleSpent, "how much did repairs cost"},
	{(*builder).settleSelling, "best selling: by a figure of those won, where none was sold by a verb"},
	{(*builder).settleHowOften, "how often do we win, in percent: the rate, before what is counted is taken for a number"},
	{(*builder).settlePieces, "how many were sold, in pieces: before sold is read as how many deals"},
	{(*builder).settleEarn, "sold, brought in: revenue, where no measure was found above, else those won"},
	{(*builder).settleHowLong, "how long: what is left of it is the usual duration, of those won where the verb said so"},
	{(*builder).settleLongest, "the longest: by the duration just found"},
	{(*builder).settleTogether, "combined: a total, where nothing is measured yet"},
	{(*builder).settlePerformance, "how did we do: revenue, where nothing else is spoken of"},
	{(*builder).settleRequests, "and how much: marks what is asked for beside a number, for the next"},
	{(*builder).settleBoth, "how many, and how much is that"},
	{(*builder).settleAmount, "how much: a measure has answered it by now"},
	{(*builder).settleYear, "what year was it founded: the year is a field, and no grouping"},
	{(*builder).settlePeople, "how many people: the figure for them, else the team"},
	{(*builder).settleFolk, "who the people spoken of are"},
	{(*builder).settleNth, "the second: of the best, where no superlative says of what"},
	{(*builder).settleShare, "the sector in which we win the largest share: counts, before the superlative looks for a measure"},
	{(*builder).settleOne, "the manager of the client with the highest balance: a field of the one"},
	{(*builder).settleRank, "the best reps: by the usual measure, where none was found above"},
	{(*builder).settlePipeline, "the pipeline, number and amount: one measure of the open ones, when all are known"},
	{(*builder).settlePer, "deals per month, on average: divides what is measured"},
	{(*builder).settleAggregate, "average, total: what is left of it goes to the measures, else to a figure that is spoken of"},
}

// settle runs the steps, up to the first that makes no sense of what it finds.
func (b *builder) settle() {
	for _, s := range settling {
		if s.step(b); b.fail != "" {
			return
		}
	}
}

// settleHowLong takes what is left of how long for the usual duration: of those open their age.
func (b *builder) settleHowLong() {
	s := b.sk
	if before := s.word(s.target.at - 1); s.howlong && s.target.at > 0 && s.target.field == "" && (before == "a" || before == "an") {
		s.target = noun{} // as long as it takes a customer: any of them
	}
	if !s.howlong || len(s.gauges) > 0 {
		return
	}
	object := b.durable()
	if s.old != nil && !b.speaksOf(object) {
		s.leave(*s.old) // how old a company is does not follow from its deals
	}
	m := b.cycle(object)
	if b.asksOpen(object) {
		m = b.metric("age")
	}
	if m == nil {
		b.no("nothing that it speaks of has a beginning and an end")
		return
	}
	s.gauges = append(s.gauges, gauge{metric: m, object: object})
}

// settleLongest ranks by how long records take.
func (b *builder) settleLongest() {
	s := b.sk
	if s.rank == nil || s.rank.flavour != "long" || s.rank.of != nil || b.longest() {
		return
	}
	m := b.cycle(b.durable())
	if m == nil {
		b.no("nothing that it speaks of has a beginning and an end")
		return
	}
	s.rank.of = &gauge{metric: m, object: b.durable()}
	if len(s.gauges) > 0 && s.gauges[0].metric.lasts() {
		s.rank.of = &s.gauges[0]
		s.gauges = nil
	}
}

// settleTogether reads the combined revenue as a total.
func (b *builder) settleTogether() {
	if s := b.sk; s.agg == "" && s.together && len(s.gauges) == 0 && s.counted == nil {
		s.agg = plan.Sum
	}
}

// settleAmount takes how much as answered by what is measured.
func (b *builder) settleAmount() {
	if len(b.sk.gauges) > 0 {
		b.sk.howmuch = false
	}
}

// settleYear reads what year something was founded as the figure that says so.
func (b *builder) settleYear() {
	s := b.sk
	if s.target.bucket == plan.Year && slices.ContainsFunc(s.mentions, func(m noun) bool {
		f := b.field(m.object, m.field)
		return f.Type == crm.Number && strings.Contains(strings.ToLower(f.Label), "year")
	}) {
		s.target = noun{}
	}
}

// settleNth reads the second, of which no superlative says how it is ranked, as the second best.
func (b *builder) settleNth() {
	if s := b.sk; s.nth > 1 && s.rank == nil {
		s.rank = &ranking{desc: true, flavour: "good", n: 1}
	}
}

// settleAggregate gives an average or a total that stands alone to what is measured, else to a figure that is spoken of.
func (b *builder) settleAggregate() {
	s := b.sk
	if s.agg == "" {
		return
	}
	switch {
	case s.rank != nil && s.rank.of != nil && s.rank.of.fn == "" && s.rank.of.metric != nil && s.rank.flavour == "long":
		s.rank.of.fn, s.agg = s.agg, ""
	case len(s.gauges) == 0 && (s.howmuch || s.worth) && s.agg != plan.Sum && b.amountOf() != "":
		s.gauges = append(s.gauges, gauge{fn: s.agg, object: b.amountOf(), field: b.amountField(b.amountOf())})
		s.agg, s.howmuch, s.worth = "", false, false
		s.measured(s.gauges[0].object)
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
			if b.field(m.object, m.field).ValueType().Numeric() {
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
	if s.agg != plan.Mean || s.per == 0 && !(s.each && s.counted != nil && s.counted.object != s.firstGroup()) || len(s.groups) != 1 {
		return
	}
	k := &sketcher{r: &reader{schema: b.schema, lex: b.lex}, s: s}
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

// firstGroup is the object that is grouped by first.
func (s *sketch) firstGroup() string {
	if len(s.groups) == 0 {
		return ""
	}
	return s.groups[0].object
}

// person tells of an object of people.
func (b *builder) person(o crm.Object) bool { return b.called(o, "person") }

func (b *builder) called(o crm.Object, word string) bool { return b.lex.trade.calls(o, word) }

// team is the object of those who are responsible for records.
func team(s crm.Schema) string {
	for _, o := range s.Objects {
		if f, ok := o.Role(crm.RoleOwner); ok && f.Type == crm.Link {
			return f.Target
		}
	}
	return ""
}

// settleNever turns never sold, never bought and have not won into the absence of such records.
func (b *builder) settleNever() {
	s := b.sk
	head := b.head()
	if s.never != nil {
		s.absent = append(s.absent, item{sense: sense{kind: "absent", object: s.never.object}, parts: []item{b.wonSet(*s.never)}, from: s.never.from, to: s.never.to})
		if head == "" || b.reaches(head, s.never.object) {
			s.leave(*s.never)
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
