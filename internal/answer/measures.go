package answer

import (
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// scopes are the stages that a measure looks at when the question does not say: won for revenue, won and lost for a rate.
// nil means all.
func (b *builder) scope(outcome string) []string { return b.values(b.root, outcome) }

// measured is a measure and the stages it looks at.
type measured struct {
	measure plan.Measure
	stages  []string // nil: all
	name    string   // what it is called where it looks at other stages than what stands beside it
}

// measure makes a plan's measure of a gauge.
func (b *builder) measure(g gauge) (measured, bool) {
	switch {
	case g.metric != nil:
		return b.defined(g)
	case g.kind != nil:
		return b.numberOf(g)
	}
	if g.date {
		p, ok := b.mainDate()
		return measured{measure: plan.Measure{Fn: g.fn, Of: &crm.Term{Path: p}}}, ok
	}
	n := noun{object: g.object, field: g.field}
	if g.minus != "" {
		if g.object != b.root {
			return measured{}, b.no("a " + b.singular(g.object) + " would be counted more than once")
		}
		out := measured{measure: plan.Measure{Fn: g.fn, Of: &crm.Term{Path: crm.Path(g.field), Minus: crm.Path(g.minus)}}}
		if amount := b.amountField(b.root); amount != "" && (g.field == amount || g.minus == amount) {
			out.stages = b.wonUnlessSaid()
		}
		return out, true
	}
	if g.fn == plan.Count && g.object == b.root {
		return measured{measure: plan.Measure{Fn: plan.Count}}, true
	}
	p, ok := b.linked(n)
	if !ok {
		return measured{}, false
	}
	fn := g.fn
	if fn == plan.Count || fn == "" && !b.numericPath(p) {
		fn = plan.Distinct
	}
	if fn == "" {
		fn = plan.Sum
		if !b.lex.adds(b.lex.fieldAt(n)) {
			fn = plan.Mean // the best rating
		}
	}
	if g.object != b.root && (fn == plan.Sum || fn == plan.Mean || fn == plan.Median) {
		return measured{}, b.no("a " + b.singular(g.object) + " would be counted once for each of its " + b.plural(b.root))
	}
	out := measured{measure: plan.Measure{Fn: fn, Of: &crm.Term{Path: p}}}
	o, _ := b.schema.Object(g.object)
	if f, _ := o.Field(g.field); f.Role == crm.RoleAmount && fn != plan.Distinct && fn != plan.Sum {
		out.stages = b.wonUnlessSaid()
		if fn == plan.Mean && out.stages != nil {
			out.name = "average deal size"
		}
	}
	return out, true
}

func (b *builder) numericPath(p crm.Path) bool {
	t, f, ok := plan.TypeOf(b.schema, b.root, p)
	o, _ := b.schema.Object(b.root)
	return ok && t.Numeric() && !f.Key && !(len(p.Steps()) == 1 && serial(o, f))
}

func (b *builder) temporalPath(p crm.Path) bool {
	t, _, ok := plan.TypeOf(b.schema, b.root, p)
	return ok && t.Temporal()
}

// wonUnlessSaid: what deals are worth means those won, unless the question names stages itself.
func (b *builder) wonUnlessSaid() []string {
	if _, said := b.stageValues(b.root); said {
		return nil
	}
	stage, ok := b.stage(b.root)
	if !ok || !contest(stage) || b.byStage(stage) {
		return nil // nothing is won
	}
	return b.scope("won")
}

// byStage tells whether the stages themselves are what is asked for.
func (b *builder) byStage(stage crm.Field) bool {
	return slices.ContainsFunc(append(slices.Clone(b.sk.groups), b.sk.target), func(n noun) bool { return n.object == b.root && n.field == stage.Name })
}

// defined makes the measure of a word that is defined by roles.
func (b *builder) defined(g gauge) (measured, bool) {
	m := g.metric
	if g.object != b.root {
		return measured{}, b.no(m.Name + " belongs to " + b.plural(g.object))
	}
	stages := b.scope(m.Outcome)
	stage, _ := b.stage(b.root)
	if _, asked := b.stageValues(b.root); asked || m.Outcome == "" || m.Kind == "mean-amount" && b.byStage(stage) {
		stages = nil
	}
	fn := g.fn
	if fn == "" {
		fn = map[bool]plan.Fn{true: plan.Sum, false: plan.Mean}[m.sums()]
	}
	of := crm.Term{Path: crm.Path(b.amountField(b.root))}
	name := ""
	switch m.Kind {
	case "rate":
		return b.rate(g)
	case "cycle", "age":
		of = b.lifeTerm(m)
	case "discount":
		price, ok := b.unitPrice()
		if !ok {
			return measured{}, b.no("no list price is linked")
		}
		of = crm.Term{Path: price, Minus: of.Path}
	default:
		if !m.sums() && fn == plan.Sum {
			return measured{}, b.no("a mean is not summed")
		}
		if g.fn == "" {
			name = m.Name
		}
	}
	return measured{stages: stages, name: name, measure: plan.Measure{Fn: fn, Of: &of}}, true
}

// rate is the part of what is decided that came to one outcome.
func (b *builder) rate(g gauge) (measured, bool) {
	m, fn := g.metric, g.fn
	if fn != "" && fn != plan.Mean && fn != plan.Sum {
		return measured{}, b.no("a rate has no " + string(fn))
	}
	stage, _ := b.stage(b.root)
	want, closed := b.scope(m.Outcome), b.scope("decided")
	if said, asked := b.stageValues(b.root); asked {
		if b.sk.counts || b.sk.tallied || b.sk.counted != nil || len(b.sk.gauges) > 1 {
			return measured{}, b.no("a rate and a number of those it is made of are two questions")
		}
		if !within(said, b.scope("closed")) || len(intersect(said, want)) == 0 || b.onlyOf(stage, closed) {
			return measured{}, b.no(m.Name + " looks at all that is closed")
		}
		delete(b.cond.set, stage.Name)
		b.cond.order = without(b.cond.order, []string{stage.Name})
	}
	return measured{stages: closed, measure: plan.Measure{Fn: plan.Count, Filter: crm.Where(crm.Path(stage.Name), crm.Is, sorted(want)...), Over: &plan.Measure{Fn: plan.Count}, Name: m.Name}}, true
}

// lifeTerm is the time from start to end; of what is open, up to today.
func (b *builder) lifeTerm(m *metric) crm.Term {
	b.lasts = true
	o, _ := b.schema.Object(b.root)
	start, _ := o.Role(crm.RoleStarted)
	end, _ := o.Role(crm.RoleEnded)
	t := crm.Term{Path: crm.Path(end.Name), Minus: crm.Path(start.Name)}
	if m.Kind == "age" || b.asksOpen(b.root) {
		t.Path = plan.Today
		b.usesToday, b.atToday = true, true
	}
	return t
}

// unitPrice is the list price of what a record of the root sells.
func (b *builder) unitPrice() (crm.Path, bool) {
	for _, o := range b.schema.Objects {
		f, ok := o.Role(crm.RoleUnitPrice)
		if r, linked := b.lex.routes[b.root][o.Name]; ok && linked && r.ways < 2 {
			return r.path.Then(f.Name), true
		}
	}
	return "", false
}

// measures computes what is asked for.
func (b *builder) measures() bool {
	gauges, ok := b.pickGauges()
	if !ok {
		return false
	}
	for _, g := range gauges {
		if _, ok := b.addGauge(g); !ok {
			return false
		}
	}
	return true
}

// addGauge computes what is measured, for each of something where it says so, and says which measure it is.
func (b *builder) addGauge(g gauge) (int, bool) {
	i, ok := b.addMeasure(g)
	if ok && g.per != nil {
		ok = b.perUnit(i, *g.per)
	}
	return i, ok
}

// addMeasure computes one more measure, unless it is computed already, and says which.
func (b *builder) addMeasure(g gauge) (int, bool) {
	m, ok := b.measure(g)
	if !ok {
		return 0, false
	}
	var scope crm.Filter
	if m.stages != nil {
		stage, _ := b.stage(b.root)
		scope = crm.Where(crm.Path(stage.Name), crm.Is, sorted(m.stages)...)
	}
	for i, old := range b.p.Measures {
		if plan.MeasureLabel(b.schema, b.root, old) == plan.MeasureLabel(b.schema, b.root, m.measure) && filterKey(b.stages[i]) == filterKey(scope) {
			return i, true
		}
	}
	b.p.Measures = append(b.p.Measures, m.measure)
	b.stages, b.names = append(b.stages, scope), append(b.names, m.name)
	return len(b.p.Measures) - 1, true
}

// perUnit divides a total by how many there are of something: deals per rep, on average.
func (b *builder) perUnit(i int, n noun) bool {
	m := &b.p.Measures[i]
	if m.Over != nil || m.Of != nil && m.Of.Minus != "" {
		return b.no("a rate is not divided")
	}
	if m.Fn == plan.Mean {
		m.Fn = plan.Sum
	}
	p, ok := b.path(n)
	if !ok && !(n.object == b.root && n.field == "") {
		return b.no(b.label(n) + " is not linked to " + b.plural(b.root))
	}
	over := plan.Measure{Fn: plan.Distinct, Of: &crm.Term{Path: p}}
	if n.field != "" && b.numericPath(p) {
		if n.object != b.root {
			return b.no(b.label(n) + " belongs to " + b.plural(n.object) + ", not to " + b.plural(b.root))
		}
		over.Fn = plan.Sum
	} else if n.object == b.root && n.field == "" {
		over = plan.Measure{Fn: plan.Count}
	}
	if over.Fn == plan.Distinct && over.Of.Path != "" {
		b.notes = append(b.notes, "Only those are counted that have any "+b.plural(b.root)+".")
	}
	m.Over = &over
	return true
}

// hoist puts the stages that all measures share to the plan's own condition, so that groups without such records do
// not show; else each measure keeps its own.
func (b *builder) hoist() bool {
	if len(b.p.Measures) == 0 {
		return true
	}
	same := true
	for _, f := range b.stages {
		same = same && filterKey(f) == filterKey(b.stages[0])
	}
	if same {
		if f := b.stages[0]; !f.Zero() {
			if !b.cond.restrict(f.Term.Path, f.Values, false, false) {
				return b.no("no " + b.singular(b.root) + " is in such a stage")
			}
		}
		return true
	}
	for i, f := range b.stages {
		m := &b.p.Measures[i]
		m.Filter = crm.All(f, m.Filter)
		if m.Name == "" && i < len(b.names) {
			m.Name = b.names[i]
		}
		if m.Over != nil {
			m.Over.Filter = f
		}
	}
	return true
}

// groups are what is asked by, for each, and which.
func (b *builder) groups() bool {
	s := b.sk
	nouns := slices.Clone(s.groups)
	if b.together(s.target) {
		p, ok := b.linked(s.target)
		if !ok {
			return false
		}
		b.cond.rest = append(b.cond.rest, crm.Where(p, crm.NotEmpty))
		s.target = noun{}
	}
	if !s.target.zero() && b.targetIsGroup() {
		nouns = append([]noun{s.target}, nouns...)
		s.target = noun{}
		if len(b.p.Measures) == 0 {
			nouns = append(nouns, pickNouns(s.mentions, func(m noun) bool { return m.also })...)
			s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool { return m.also })
		}
	}
	for _, n := range nouns {
		g, ok := b.groupBy(n)
		if !ok {
			return false
		}
		if n.bucket != "" || !slices.Contains(b.p.Groups, g) {
			b.p.Groups = append(b.p.Groups, g)
		}
	}
	if s.trend != "" && !slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return g.Bucket != "" }) && len(b.p.Compare) == 0 {
		g, ok := b.groupBy(noun{bucket: s.trend})
		if !ok {
			return false
		}
		b.p.Groups = append(b.p.Groups, g)
	}
	if c := s.counted; c != nil && len(s.bars) > 0 && len(b.p.Measures) == 0 && len(b.p.Groups) == 0 && (c.object != b.root || c.field != "") {
		p, ok := b.linked(*c)
		if !ok {
			return false
		}
		b.p.Groups = append(b.p.Groups, plan.Group{Path: p})
		b.p.Tally = true
	}
	return true
}

// groupBy is what rows are grouped by for a noun: a width of the main date, or of one that is named; days of any other date.
func (b *builder) groupBy(n noun) (plan.Group, bool) {
	if n.bucket != "" {
		p, ok := b.mainDate()
		if n.field != "" {
			p, ok = b.path(n)
		}
		return plan.Group{Path: p, Bucket: n.bucket}, ok || b.no(b.plural(b.root)+" have no date")
	}
	p, ok := b.linked(n)
	if !ok {
		return plan.Group{}, false
	}
	if b.lex.isName(noun{object: b.root, field: string(p)}) && slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool { return m.Over != nil && m.Over.Fn != plan.Sum }) {
		return plan.Group{}, b.no("one " + b.singular(b.root) + " alone has no rate")
	}
	g := plan.Group{Path: p}
	switch t, _, _ := plan.TypeOf(b.schema, b.root, p); {
	case t == crm.Choices || t == crm.Links:
		return plan.Group{}, b.no("a " + b.singular(b.root) + " may have several of " + b.label(n))
	case t == crm.Date || t == crm.DateTime:
		g.Bucket = plan.Day
	case t.Temporal():
		g.Bucket = plan.Month
	}
	return g, true
}

func pickNouns(nouns []noun, fits func(noun) bool) []noun {
	return slices.DeleteFunc(slices.Clone(nouns), func(n noun) bool { return !fits(n) })
}

// together tells of those who did it all together, for whom one figure is asked: how much have our students paid, what
// did customers bring us.
func (b *builder) together(n noun) bool {
	s := b.sk
	if n.object == "" || n.object == b.root || n.field != "" || !n.plural || s.each || s.rank != nil || s.order != nil || len(s.bars) > 0 {
		return false
	}
	at := n.at - 1
	for slices.Contains([]string{"our", "the", "all", "my", "these", "those"}, s.word(at)) || slices.ContainsFunc(s.sets, func(set item) bool { return set.from <= at && at < set.to }) {
		at--
	}
	return oneOf(s.word(at), "have", "did", "do") && (s.word(at-1) == "much" && s.word(at-2) == "how" || s.word(at-1) == "what")
}

// targetIsGroup tells whether what is asked for is a row for each, rather than records of the root.
func (b *builder) targetIsGroup() bool {
	t := b.sk.target
	if t.bucket != "" || t.object != b.root || b.sk.rank != nil && b.sk.rank.of != nil && b.sk.rank.of.per != nil || b.sk.order != nil && b.sk.order.per != nil {
		return true
	}
	o, _ := b.schema.Object(t.object)
	switch f, _ := o.Field(t.field); {
	case b.namesRecord(), f.Type == crm.Email, f.Type == crm.Phone, f.Type == crm.URL:
		return t.field != "" && len(b.p.Measures) > 0 // it is told of each record, not what values there are
	}
	return t.field != "" && !b.lex.isName(t)
}
