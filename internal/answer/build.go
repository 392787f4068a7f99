package answer

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// builder makes a Plan of a sketch.
type builder struct {
	schema crm.Schema
	sk     *sketch
	today  time.Time
	clock  time.Time                                              // today, whatever day the question takes for it
	extent func(object string, p crm.Path) (time.Time, time.Time) // first and last day in the data
	lex    *lexicon
	most   func(object string, p crm.Path) decimal.Decimal // the highest figure in the data

	lacks func(object string, none crm.Filter) bool // whether any record is like that

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
	plain     string       // how high figures go, where the question names one far beyond in thousands or millions
	stages    []crm.Filter // of each measure, by index
	names     []string     // of each measure, by index
}

// of makes conditions on records of their own, within the same question.
func (b *builder) of(root string) *builder {
	return &builder{schema: b.schema, lex: b.lex, sk: b.sk, today: b.today, clock: b.clock, asOf: b.asOf, extent: b.extent, most: b.most, root: root}
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
	b.settleOwn()
	b.settleUndone()
	if b.fail != "" || !b.chooseRoot() {
		return false
	}
	if reason, ok := b.elsewhere(); ok {
		return b.no(reason)
	}
	b.p.Object = b.root
	b.about = b.head()
	b.several, b.ranked = s.target.plural, !s.target.zero()
	steps := []func() bool{b.filters, b.absences, b.measures, b.groups, b.dates, b.compare, b.bars, b.ranking, b.besideRecords, b.list, b.shares, b.hoist, b.finish}
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

func (b *builder) metric(kind string) *metric {
	for i := range b.lex.trade.Metric {
		if b.lex.trade.Metric[i].Kind == kind {
			return &b.lex.trade.Metric[i]
		}
	}
	return nil
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

// asksOpen tells whether the question is only about records of an object that are still open.
func (b *builder) asksOpen(object string) bool {
	said, ok := b.stageValues(object)
	return ok && len(said) > 0 && within(said, b.values(object, "open"))
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

// finish turns away what the guards refuse and puts the plan into its one shape.
func (b *builder) finish() bool {
	s := b.sk
	for _, g := range guards {
		if g.holds(b) {
			return b.no(g.reason(b))
		}
	}
	if !b.meansAll() || !b.meets() {
		return false
	}
	if v := s.dateverb; v.object != "" && !b.dateUsed && v.object == b.root && s.fromTo == nil && !b.lasts && !slices.ContainsFunc(s.against, func(a item) bool { return len(a.parts) > 1 && a.parts[1].field == v.field }) {
		b.cond.rest = append(b.cond.rest, crm.Where(crm.Path(v.field), crm.NotEmpty)) // how many were returned
	}
	if v := s.dateverb; v.object != "" && !b.dateUsed && v.object != b.root && s.fromTo == nil && !b.lasts {
		return b.no("it does not say when, nor of which " + b.plural(b.root))
	}
	b.p.Filter = b.cond.filter()
	slices.SortStableFunc(b.p.Among, func(x, y plan.Among) int { return strings.Compare(planKey(x.Plan), planKey(y.Plan)) })
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
	if o, _ := b.schema.Object(b.root); len(b.p.Measures) > 0 && b.p.Measures[0].Fn == plan.Mean && b.p.Measures[0].Over == nil {
		if f, ok := o.NameField(); ok && slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return g.Path == crm.Path(f.Name) }) {
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
	if b.plain != "" {
		b.ask = []string{b.p.Words(b.schema)}
		return b.no("figures go up to " + b.plain)
	}
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
