package answer

import (
	"slices"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// builder makes a Plan of a sketch.
type builder struct {
	schema crm.Schema
	routes map[string]map[string]route
	sk     *sketch
	today  time.Time
	extent func(object string, p crm.Path) (time.Time, time.Time) // first and last day in the data
	trade  trade

	root      string
	p         plan.Plan
	score     float64
	fail      string   // why this reading makes no plan
	ask       []string // whole questions to choose from, when the question can be meant in two ways
	notes     []string
	usesToday bool
	cond      conditions   // on the records
	part      conditions   // on those that a share is of
	sides     *sides       // what is set side by side
	several   bool         // what is ranked stands in the plural
	about     string       // what the question is about
	ranked    bool         // something is asked for by its rank
	atToday   bool         // the plan itself looks at today
	dateUsed  bool         // the verb of a date has found its use
	twoCounts bool         // things or what was done to them may be counted
	lasts     bool         // a duration is compared or measured
	asOf      *period      // the day that counts as today
	common    []crm.Filter // of each measure, by index
}

func (b *builder) no(reason string) bool {
	if b.fail == "" {
		b.fail = reason
	}
	return false
}

// build walks from the sketch to the Plan. False: this reading has none, b.fail says why.
func (b *builder) build() bool {
	s := b.sk
	// A verb beside a value of its own field says no more than the value: who reports to Anna.
	s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool {
		return m.verb && slices.ContainsFunc(s.sets, func(set item) bool { return set.object == m.object && set.field == m.field })
	})
	b.whoever()
	b.settle()
	if !b.chooseRoot() {
		return false
	}
	b.p.Object = b.root
	b.about = b.head()
	b.several, b.ranked = s.target.plural, !s.target.zero()
	steps := []func() bool{b.filters, b.absences, b.measures, b.groups, b.dates, b.compare, b.bars, b.ranking, b.list, b.shares, b.hoist, b.finish}
	for _, step := range steps {
		if !step() {
			return false
		}
	}
	b.p.Chart = s.chart
	if s.chart == chartAsked {
		b.p.Chart = plan.Auto
	}
	return true
}

// stage is the stage field of an object, with whether it has one that knows outcomes.
func (b *builder) stage(object string) (crm.Field, bool) {
	o, _ := b.schema.Object(object)
	f, ok := o.Role(crm.RoleStage)
	return f, ok && len(outcomeValues(f, "closed")) > 0
}

// settle gives words that lean on others their meaning: sold, worth, how long, on average.
func (b *builder) settle() {
	s := b.sk
	b.settleNever()
	b.settleDurations()
	if s.earn != nil || s.sales != nil {
		b.settleEarn()
	}
	if s.howlong && len(s.gauges) == 0 {
		object := b.durable()
		kind := "cycle"
		if v, ok := b.stageValues(object); ok && within(v, b.values(object, "open")) {
			kind = "age"
		}
		s.gauges = append(s.gauges, gauge{metric: b.metric(kind), object: object})
	}
	if s.rank != nil && s.rank.flavour == "long" && s.rank.of == nil {
		s.rank.of = &gauge{metric: b.metric("cycle"), object: b.durable()}
		if len(s.gauges) > 0 && s.gauges[0].metric != nil && (s.gauges[0].metric.Kind == "cycle" || s.gauges[0].metric.Kind == "age") {
			s.rank.of = &s.gauges[0]
			s.gauges = nil
		}
	}
	if s.agg == "" && s.together && len(s.gauges) == 0 && s.counted == nil {
		s.agg = plan.Sum // the combined revenue
	}
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
	if s.folk && s.target.zero() && s.counted == nil && len(s.gauges) == 0 {
		s.target = noun{object: b.team()}
	}
	if s.nth > 1 && s.rank == nil {
		s.rank = &ranking{desc: true, flavour: "good", n: 1}
	}
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
	case s.counted != nil && (s.agg == plan.Sum):
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

// settleDurations reads days from one date to another, and how old the oldest is: the number is asked for, not the record.
func (b *builder) settleDurations() {
	s := b.sk
	if s.fromTo != nil {
		g := gauge{object: s.fromTo.object, field: s.fromTo.field, minus: s.fromTo.word, fn: s.agg}
		if g.fn == "" || g.fn == plan.Sum {
			g.fn = plan.Mean
		}
		if r := s.rank; r != nil && r.flavour == "long" && r.of == nil {
			r.of = &g
		} else {
			s.gauges = append(s.gauges, g)
		}
		s.agg, s.howlong = "", false
		return
	}
	aged := len(s.gauges) == 1 && s.gauges[0].metric != nil && s.gauges[0].metric.Kind == "age"
	if r := s.rank; r != nil && r.flavour == "date" && r.of == nil && r.n <= 1 && (s.howlong && len(s.gauges) == 0 || aged) {
		object := b.durable()
		if values, ok := b.stageValues(object); !aged && !(ok && within(values, b.values(object, "open"))) {
			return
		}
		fn := plan.Max
		if r.desc {
			fn = plan.Min
		}
		s.gauges = []gauge{{fn: fn, metric: b.metric("age"), object: object}}
		s.rank, s.howlong, s.target = nil, false, noun{}
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
	if len(s.gauges) != 2 || s.also {
		return
	}
	field, m := s.gauges[0], s.gauges[1]
	if m.metric != nil && m.metric.Kind == "sum-amount" && field.metric == nil && field.object == m.object && field.field == b.amountField(m.object) {
		m.fn = field.fn
		s.gauges = []gauge{m}
	}
}

// settleRank gives the best, top and biggest of people, customers and products their measure: revenue, where the
// question names none and their own records have no amount.
func (b *builder) settleRank() {
	s := b.sk
	r := s.rank
	if r != nil && r.of == nil && s.popular && len(s.mentions) == 0 && len(s.gauges) == 0 && s.counted == nil {
		if o := b.happens(s.target.object); o != "" {
			r.of = &gauge{fn: plan.Count, object: o}
			return
		}
	}
	if r == nil || r.of != nil || s.order != nil || len(s.gauges) > 0 || s.target.zero() || b.ranksRecords() {
		return
	}
	if r.flavour != "good" && r.flavour != "rank" && r.flavour != "size" {
		return
	}
	o, _ := b.schema.Object(s.target.object)
	if _, ok := o.Role(crm.RoleAmount); ok && s.target.field == "" || slices.ContainsFunc(s.mentions, func(m noun) bool {
		mo, _ := b.schema.Object(m.object)
		return isNumericField(mo, m.field)
	}) {
		return
	}
	m := b.metric("sum-amount")
	for _, other := range b.schema.Objects {
		stage, _ := b.stage(other.Name)
		if measurable(other, m) && contest(stage) && (s.target.object == "" || b.reaches(other.Name, o.Name)) {
			r.of = &gauge{metric: m, object: other.Name}
			return
		}
	}
}

// happens is the one object whose dated records point to an object: loans of books.
func (b *builder) happens(object string) string {
	found := ""
	for _, o := range b.schema.Objects {
		dated := slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.ValueType().Temporal() })
		if o.Name == object || !dated || !b.reaches(o.Name, object) {
			continue
		}
		if found != "" {
			return ""
		}
		found = o.Name
	}
	return found
}

// ranksRecords tells whether records with an amount are spoken of beside what is ranked: best at winning deals is not
// said of revenue.
func (b *builder) ranksRecords() bool {
	return slices.ContainsFunc(b.sk.mentions, func(m noun) bool {
		o, _ := b.schema.Object(m.object)
		_, ok := o.Role(crm.RoleAmount)
		return ok && m.field == ""
	})
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
	}
}

// team is the object of those who are responsible for records.
func (b *builder) team() string {
	for _, o := range b.schema.Objects {
		if f, ok := o.Role(crm.RoleOwner); ok && f.Type == crm.Link {
			return f.Target
		}
	}
	return ""
}

// settleEarn reads sold, brought in, bought: how much is revenue, how many is what was won.
func (b *builder) settleEarn() {
	s := b.sk
	if s.sales != nil {
		s.earn = s.sales
	}
	e := *s.earn
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
	case s.rank != nil && s.rank.of == nil:
		s.rank.of = &won
	case s.howmuch || (s.diff || s.more || s.than || s.vs) && s.counted == nil:
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
	return item{sense: sense{kind: "set", object: e.object, field: stage.Name, values: outcomeValues(stage, "won")}, from: e.from, to: e.to}
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
		if ok && set.neg && set.field == stage.Name && head != "" && head != set.object && !b.reaches(head, set.object) && b.reaches(set.object, head) {
			set.neg = false
			s.absent = append(s.absent, item{sense: sense{kind: "absent", object: set.object}, parts: []item{set}, from: set.from, to: set.to})
			s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool { return m.object == set.object && m.field == "" })
			continue
		}
		keep = append(keep, set)
	}
	s.sets = keep
}

func (b *builder) metric(kind string) *metric {
	for i := range b.trade.Metric {
		if b.trade.Metric[i].Kind == kind {
			return &b.trade.Metric[i]
		}
	}
	return nil
}

// durable is the object whose records have a beginning and an end.
func (b *builder) durable() string {
	for _, set := range b.sk.sets {
		if o, ok := b.schema.Object(set.object); ok && measurable(o, b.metric("age")) {
			return set.object
		}
	}
	for _, o := range b.schema.Objects {
		if measurable(o, b.metric("cycle")) {
			return o.Name
		}
	}
	return ""
}

// values are the options of an object's stage that stand for an outcome.
func (b *builder) values(object, outcome string) []string {
	f, ok := b.stage(object)
	if !ok {
		return nil
	}
	return outcomeValues(f, outcome)
}

// stageValues are the stages that the question asks for, if it asks for any.
func (b *builder) stageValues(object string) ([]string, bool) {
	f, ok := b.stage(object)
	if !ok {
		return nil, false
	}
	var out []string
	found := false
	for _, set := range b.sk.sets {
		if set.object != object || set.field != f.Name {
			continue
		}
		values := set.values
		if set.neg {
			values = without(optionValues(f), set.values)
		}
		if found {
			values = intersect(out, values)
		}
		out, found = values, true
	}
	return out, found
}

func optionValues(f crm.Field) []string {
	var out []string
	for _, o := range f.Options {
		out = append(out, o.Value)
	}
	return out
}

func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(v string) bool { return !slices.Contains(b, v) })
}

func intersect(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return !slices.Contains(b, v) })
}

func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return slices.Contains(b, v) })
}

// chooseRoot picks the object that the plan reads: the measure's where there is one, else what is counted or listed; one
// that sees everything the question speaks of.
func (b *builder) chooseRoot() bool {
	s := b.sk
	var base []string // in order of weight
	var need []string
	add := func(object string, weight bool) {
		if object == "" {
			return
		}
		if weight {
			base = append(base, object)
		}
		need = append(need, object)
	}
	for _, g := range s.gauges {
		add(g.object, true)
		if g.per != nil {
			add(g.per.object, false)
		}
	}
	if s.rank != nil && s.rank.of != nil {
		add(s.rank.of.object, true)
	}
	if s.order != nil {
		add(s.order.object, true)
	}
	for _, bar := range s.bars {
		add(bar.gauge.object, true)
	}
	for _, c := range s.compared {
		if m := c.parts[0]; m.kind == "metric" {
			add(m.object, true)
		}
	}
	if s.counted != nil {
		add(s.counted.object, true)
	}
	add(s.target.object, true)
	for _, set := range s.sets {
		if !b.belongsToAbsence(set) {
			add(set.object, true)
		}
	}
	for _, c := range s.compared {
		if m := c.parts[0]; m.kind != "metric" {
			add(m.object, true)
		}
	}
	for _, a := range s.against {
		for _, part := range a.parts {
			add(part.object, false)
		}
	}
	for _, g := range s.groups {
		add(g.object, true)
	}
	for _, d := range s.dated {
		if !slices.ContainsFunc(s.absent, func(a item) bool { return b.isAbsence(a) && a.object == d.object }) {
			add(d.object, false)
		}
	}
	for _, a := range s.absent {
		if !b.isAbsence(a) {
			add(a.object, true)
		}
	}
	for _, m := range s.mentions {
		add(m.object, false)
	}
	add(s.dateverb.object, false)
	if len(base) == 0 && s.dateverb.object != "" {
		base = append(base, s.dateverb.object)
	}
	if len(base) == 0 {
		return b.no("it does not say what it is about")
	}
	best, bestCost := "", 1<<30
	for _, o := range b.schema.Objects {
		cost, ok := 0, true
		for _, n := range need {
			r, reached := b.routes[o.Name][n]
			ok = ok && reached
			cost += r.len * 10
		}
		for i, n := range base {
			if n == o.Name {
				cost -= max(0, 9-i)
				break
			}
		}
		if i := slices.Index(base, o.Name); i < 0 {
			cost += 5
		}
		if ok && o.Name == base[0] {
			cost -= 1000 // the measure's own object, where it sees everything
		}
		if ok && cost < bestCost {
			best, bestCost = o.Name, cost
		}
	}
	if best == "" {
		return b.no("nothing links all that it speaks of")
	}
	b.root = best
	for _, n := range need {
		b.score -= 0.05 * float64(b.routes[best][n].len) // the nearer reading is meant
	}
	return true
}

// head is the object that the question is about: what is counted, listed or asked for.
func (b *builder) head() string {
	switch {
	case b.sk.counted != nil && b.sk.counted.object != "":
		return b.sk.counted.object
	case b.sk.target.object != "":
		return b.sk.target.object
	}
	return ""
}

// isAbsence tells whether something lacks records that would point to it, rather than a value of its own.
func (b *builder) isAbsence(a item) bool {
	head := b.head()
	return a.field == "" && head != "" && head != a.object && !b.reaches(head, a.object) && b.reaches(a.object, head)
}

// belongsToAbsence tells whether a condition narrows the records that must not be there.
func (b *builder) belongsToAbsence(set item) bool {
	for _, a := range b.sk.absent {
		if b.isAbsence(a) && !b.reaches(b.head(), set.object) {
			return true
		}
	}
	return false
}

func (b *builder) finish() bool {
	s := b.sk
	if len(s.left) > 0 || s.number != 0 {
		return b.no("")
	}
	if !b.meansAll() {
		return false
	}
	if v := s.dateverb; v.object != "" && !b.dateUsed && v.object == b.root && s.fromTo == nil && !b.lasts {
		b.cond.rest = append(b.cond.rest, crm.Where(crm.Path(v.field), crm.NotEmpty)) // how many were returned
	}
	b.p.Filter = b.cond.filter()
	if len(b.p.Groups) > 0 && len(b.p.Order) == 0 && !b.p.Tally {
		b.naturalOrder()
	}
	if b.asOf != nil && !b.reckonFrom() {
		return b.no("it asks for how things stood on an earlier day; openclawd at answers that from a snapshot")
	}
	if b.agg() {
		return b.no("it does not say of what")
	}
	if s.howmuch {
		return b.no("it does not say how much of what")
	}
	if o, _ := b.schema.Object(b.root); len(b.p.Groups) == 1 && len(b.p.Measures) > 0 && b.p.Measures[0].Fn == plan.Mean {
		if f, ok := o.NameField(); ok && b.p.Groups[0].Path == crm.Path(f.Name) {
			b.score -= 0.5 // a mean of one record each says nothing
		}
	}
	if b.twoCounts {
		each, times := b.p, b.p
		times.Measures = []plan.Measure{{Fn: plan.Count}}
		b.ask = []string{times.Words(b.schema), each.Words(b.schema)}
		return b.no("it does not say whether things are counted or what was done to them")
	}
	if s.averaged && (len(b.p.Groups) != 1 || len(b.p.Measures) != 1 || b.p.Limit > 0) {
		return b.no("it does not say the average of what")
	}
	b.p.Averaged = s.averaged
	if err := b.p.Validate(b.schema); err != nil {
		return b.no(strings.TrimSuffix(err.Error(), "."))
	}
	return true
}

// meansAll looks at values joined by and. Of records that is either; of those who have such records it may mean each.
func (b *builder) meansAll() bool {
	s := b.sk
	head := b.about
	for _, set := range s.sets {
		if set.word == "only" && head != "" && head != b.root && set.object != head && !b.reaches(head, set.object) && (len(b.p.Measures) == 0 || b.p.Measures[0].Fn == plan.Distinct || b.p.Tally) {
			return b.no("it is not clear whether " + b.plural(head) + " with others are to be left out")
		}
		if set.joint != "and" || set.neg || len(set.parts) < 2 || b.sides != nil {
			continue
		}
		if head != "" && head != b.root && set.object != head && !b.reaches(head, set.object) && (len(b.p.Measures) == 0 || b.p.Measures[0].Fn == plan.Distinct || b.p.Tally) {
			return b.no("it is not clear whether each or any of " + andList(set.values) + " is meant")
		}
		stage, ok := b.stage(set.object)
		if ok && set.field == stage.Name && !s.together && len(b.p.Measures) > 0 && !slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return string(g.Path) == stage.Name }) {
			b.p.Filter = b.cond.filter()
			one, each := b.p, b.p
			each.Groups = append(slices.Clone(each.Groups), plan.Group{Path: crm.Path(stage.Name)})
			b.ask = []string{one.Words(b.schema), each.Words(b.schema)}
			return b.no("it is not clear whether they are taken together")
		}
	}
	return true
}

// reckonFrom gives the plan the day that the question takes for today. What was decided since cannot be taken back, so a day
// before the end of the data only serves to reckon from. False: nothing is reckoned from it.
func (b *builder) reckonFrom() bool {
	day := b.asOf.from.Format(time.DateOnly)
	if !b.usesToday {
		p, ok := b.mainDate()
		if !ok {
			return false
		}
		if _, last := b.extent(b.root, p); last.IsZero() || last.After(b.asOf.from) {
			return false
		}
	}
	if b.atToday {
		b.p.Today = day
	} else {
		b.notes = append(b.notes, day+" is taken for today.")
	}
	return true
}
