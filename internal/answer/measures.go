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
	p, ok := b.path(n)
	if !ok {
		return measured{}, b.no(b.label(n) + " is not linked to " + b.plural(b.root))
	}
	fn := g.fn
	if fn == plan.Count || fn == "" && !b.numericPath(p) {
		fn = plan.Distinct
	}
	if fn == "" {
		fn = plan.Sum
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

// saysStage tells whether the question says what became of the records of the root.
func (b *builder) saysStage() bool {
	_, said := b.stageValues(b.root)
	return said
}

func (b *builder) numericPath(p crm.Path) bool {
	t, _, ok := plan.TypeOf(b.schema, b.root, p)
	return ok && t.Numeric()
}

// wonUnlessSaid: what deals are worth means those won, unless the question names stages itself.
func (b *builder) wonUnlessSaid() []string {
	if _, said := b.stageValues(b.root); said {
		return nil
	}
	stage, ok := b.stage(b.root)
	if !ok || !contest(stage) || slices.ContainsFunc(append(slices.Clone(b.sk.groups), b.sk.target), func(n noun) bool { return n.object == b.root && n.field == stage.Name }) {
		return nil // nothing is won, or the stages are what is asked for
	}
	return b.scope("won")
}

// defined makes the measure of a word that is defined by roles.
func (b *builder) defined(g gauge) (measured, bool) {
	m := g.metric
	if g.object != b.root {
		return measured{}, b.no(m.Name + " belongs to " + b.plural(g.object))
	}
	o, _ := b.schema.Object(b.root)
	amount, _ := o.Role(crm.RoleAmount)
	stage, _ := b.stage(b.root)
	said, asked := b.stageValues(b.root)
	stages := b.scope(m.Outcome)
	if asked || m.Outcome == "" {
		stages = nil
	}
	fn := g.fn
	switch m.Kind {
	case "rate":
		if fn != "" && fn != plan.Mean && fn != plan.Sum {
			return measured{}, b.no("a rate has no " + string(fn))
		}
		if asked && (b.sk.counts || b.sk.tallied || b.sk.counted != nil || len(b.sk.gauges) > 1) {
			return measured{}, b.no("a rate and a number of those it is made of are two questions")
		}
		want := b.scope(m.Outcome)
		closed := b.scope("closed")
		if asked && !within(said, closed) || asked && len(intersect(said, want)) == 0 {
			return measured{}, b.no(m.Name + " looks at all that is closed")
		}
		if asked {
			delete(b.cond.set, stage.Name)
			b.cond.order = without(b.cond.order, []string{stage.Name})
		}
		return measured{stages: closed, measure: plan.Measure{Fn: plan.Count, Filter: crm.Where(crm.Path(stage.Name), crm.Is, sorted(want)...), Over: &plan.Measure{Fn: plan.Count}, Name: m.Name}}, true
	case "cycle", "age":
		b.lasts = true
		start, _ := o.Role(crm.RoleStarted)
		end, _ := o.Role(crm.RoleEnded)
		t := crm.Term{Path: crm.Path(end.Name), Minus: crm.Path(start.Name)}
		if m.Kind == "age" || asked && len(said) > 0 && within(said, b.scope("open")) {
			t.Path = plan.Today
			b.usesToday, b.atToday = true, true
		}
		if fn == "" {
			fn = plan.Mean
		}
		return measured{stages: stages, measure: plan.Measure{Fn: fn, Of: &t}}, true
	}
	if fn == "" {
		fn = map[string]plan.Fn{"sum-amount": plan.Sum, "mean-amount": plan.Mean}[m.Kind]
	}
	if m.Kind == "discount" {
		price, ok := b.unitPrice()
		if fn == "" {
			fn = plan.Mean
		}
		return measured{stages: stages, measure: plan.Measure{Fn: fn, Of: &crm.Term{Path: price, Minus: crm.Path(amount.Name)}}}, ok || b.no("no list price is linked")
	}
	if m.Kind == "mean-amount" && fn == plan.Sum {
		return measured{}, b.no("a mean is not summed")
	}
	out := measured{stages: stages, measure: plan.Measure{Fn: fn, Of: &crm.Term{Path: crm.Path(amount.Name)}}}
	if g.fn == "" {
		out.name = m.Name
	}
	return out, true
}

// unitPrice is the list price of what a record of the root sells.
func (b *builder) unitPrice() (crm.Path, bool) {
	for _, o := range b.schema.Objects {
		f, ok := o.Role(crm.RoleUnitPrice)
		if r, linked := b.routes[b.root][o.Name]; ok && linked && r.ways < 2 {
			return r.path.Then(f.Name), true
		}
	}
	return "", false
}

// pickGauges says what is measured, their number first where it is asked for beside a measure.
func (b *builder) pickGauges() ([]gauge, bool) {
	s := b.sk
	c := s.counted
	if c != nil && s.also && c.object == b.root && c.field == "" && len(s.gauges) > 0 {
		s.tallied, s.counted = true, nil
	}
	if c != nil && s.also && c.object == b.root && c.field == "" && len(s.gauges) == 0 && len(s.groups) > 0 && s.rank == nil {
		if i := slices.IndexFunc(s.mentions, func(m noun) bool { return m.object == b.root && m.at < c.at && b.isNumeric(m) }); i >= 0 {
			s.gauges = append(s.gauges, gauge{object: s.mentions[i].object, field: s.mentions[i].field}) // seats per plan and number of customers
			s.mentions = slices.Delete(s.mentions, i, i+1)
			s.tallied, s.counted = true, nil
		}
	}
	gauges, ok := b.usualGauges()
	if ok && s.tallied {
		if len(gauges) == 0 {
			return nil, b.no("it does not say what is measured beside their number")
		}
		if !slices.ContainsFunc(gauges, func(g gauge) bool { return g.kind != nil }) {
			gauges = append([]gauge{{fn: plan.Count, object: b.root}}, gauges...)
		}
	}
	return gauges, ok
}

// usualGauges says what is measured when the question does not use a measure's own word.
func (b *builder) usualGauges() ([]gauge, bool) {
	s := b.sk
	gauges := slices.Clone(s.gauges)
	comparing := b.sides != nil || slices.ContainsFunc(s.periods, func(it item) bool { return it.joint == "vs" }) || s.vs || s.diff || s.than || s.more || s.change != ""
	if s.counted != nil && len(gauges) == 0 {
		c := *s.counted
		switch {
		case len(s.bars) > 0 && c.object != "" && (c.object != b.root || c.field != ""):
			return nil, true // how many reps with more than 200 deals: the rows are counted
		case b.passive(c):
			b.twoCounts = true
			gauges = append(gauges, gauge{fn: plan.Distinct, object: c.object})
		case c.object == "":
			gauges = append(gauges, gauge{fn: plan.Count, object: b.root})
		default:
			gauges = append(gauges, (&sketcher{r: &reader{schema: b.schema}}).countOf(c))
		}
		if s.distinct && c.field == "" && c.object != b.root {
			gauges[0].fn = plan.Distinct
		}
		return gauges, true
	}
	if len(gauges) > 0 {
		if s.counted != nil {
			return nil, b.no("it counts and measures at once")
		}
		return gauges, true
	}
	grouped := len(s.groups) > 0 || s.trend != "" || s.share
	if s.share && s.target.zero() {
		for i, m := range s.mentions {
			if m.field == "" && m.object == b.root {
				s.target = m
				s.mentions = slices.Delete(s.mentions, i, i+1)
				break
			}
		}
	}
	if s.rank == nil && len(s.bars) == 0 && (grouped && s.order == nil || comparing && b.sides != nil) {
		s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool {
			o, _ := b.schema.Object(m.object)
			own := isNumericField(o, m.field) && m.object == b.root
			if own {
				gauges = append(gauges, gauge{object: m.object, field: m.field})
			}
			return own
		})
		if len(gauges) > 0 {
			return gauges, true
		}
	}
	if g, ok := b.plainAmount(); ok {
		return []gauge{g}, true
	}
	switch {
	case s.rank != nil && s.rank.of != nil || s.order != nil || len(s.bars) > 0:
	case s.perform:
		if g, ok := b.performance(); ok {
			gauges = append(gauges, g)
		}
	case comparing && b.sides != nil && s.target.object == b.sides.object && slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == b.root && m.field == "" }):
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root}) // who has more open deals, Anna or Bert
	case b.sides != nil && s.more && !s.howmuch && s.target.zero() && len(s.mentions) == 0 && b.sides.object != b.root && b.saysStage():
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root}) // which one did we win more of
	case s.howmuch && len(s.mentions) > 0:
	case s.howmuch && (s.worth || comparing):
		if o, ok := b.schema.Object(b.root); ok {
			if f, ok := o.Role(crm.RoleAmount); ok {
				gauges = append(gauges, gauge{fn: plan.Sum, object: b.root, field: f.Name})
				s.howmuch = false
			}
		}
	case (grouped || comparing || len(s.periods) > 0 && s.asked == "") && !s.target.zero() && s.target.field == "" && s.target.bucket == "":
		if (grouped || comparing && s.target.object == b.root) && !b.ranksOwn() {
			gauges = append(gauges, gauge{fn: plan.Count, object: s.target.object})
			s.target = noun{}
		}
	}
	if m := s.mentions; len(gauges) == 0 && s.asked == "" && s.target.zero() && s.rank == nil && s.order == nil && len(s.bars) == 0 && len(m) == 1 && m[0].object == b.root && m[0].field == "" &&
		(s.trend != "" || slices.ContainsFunc(s.groups, func(n noun) bool { return n.bucket != "" })) {
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root}) // a time series of opportunities
	}
	bare := s.rank == nil && s.order == nil && len(s.bars) == 0 && len(gauges) == 0 && s.counted == nil &&
		!slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object != b.root || m.field != "" })
	dated := slices.IndexFunc(s.groups, func(g noun) bool { return g.bucket != "" && g.field == "" })
	switch {
	case bare && dated >= 0 && s.target.object == b.root && b.isDate(s.target):
		s.groups[dated].object, s.groups[dated].field = s.target.object, s.target.field // engage dates by month
		s.target = noun{}
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root})
	case bare && len(s.groups) > 0 && s.asked != "which" && s.target.object == b.root && s.target.field != "" && !b.isNumeric(s.target) && !b.isName(s.target):
		s.groups, s.target = append(s.groups, s.target), noun{} // loss reasons by industry
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root})
	case bare && s.breakdown && s.target.field != "":
		s.groups, s.target = append(s.groups, s.target), noun{}
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root})
	case bare && len(s.mentions) == 0 && s.asked == "" && s.target.zero() && len(s.groups) > 0 && !slices.ContainsFunc(s.groups, func(n noun) bool { return n.bucket == "" }):
		gauges = append(gauges, gauge{fn: plan.Count, object: b.root}) // engaged per month
	}
	return gauges, true
}

func (b *builder) isDate(n noun) bool {
	o, _ := b.schema.Object(n.object)
	f, ok := o.Field(n.field)
	return ok && f.ValueType().Temporal()
}

func (b *builder) isNumeric(n noun) bool {
	o, _ := b.schema.Object(n.object)
	return isNumericField(o, n.field)
}

// ranksOwn tells whether records of the root are ranked by what is in them: the largest deal of each rep.
func (b *builder) ranksOwn() bool {
	r := b.sk.rank
	return r != nil && r.of == nil && b.sk.target.object == b.root && slices.Contains([]string{"size", "value", "price"}, r.flavour)
}

// passive tells of things that something was done to, such as books returned in May: each time may count, or each thing.
func (b *builder) passive(c noun) bool {
	v := b.sk.dateverb
	return c.object != "" && c.object != b.root && c.field == "" && v.object == b.root && c.object != b.team() && !b.sk.distinct &&
		!slices.ContainsFunc(b.sk.mentions, func(m noun) bool { return m.object == b.root && m.field == "" })
}

// plainAmount reads an amount named without an aggregate, of records that are not named one by one, as its sum: the
// value of open deals.
func (b *builder) plainAmount() (gauge, bool) {
	s := b.sk
	if s.rank != nil || s.order != nil || len(s.bars) > 0 || !s.target.zero() || b.namesRecord() || s.asked == "list" && len(s.sets) == 0 {
		return gauge{}, false
	}
	for i, m := range s.mentions {
		o, _ := b.schema.Object(m.object)
		if f, _ := o.Field(m.field); f.Role == crm.RoleAmount && m.object == b.root {
			s.mentions = slices.Delete(s.mentions, i, i+1)
			s.howmuch = false
			return gauge{object: m.object, field: m.field}, true
		}
	}
	return gauge{}, false
}

// performance is how well somebody does when no measure is named: revenue.
func (b *builder) performance() (gauge, bool) {
	for _, o := range b.schema.Objects {
		if m := b.metric("sum-amount"); m != nil && measurable(o, m) {
			if o.Name == b.root || b.reaches(o.Name, b.root) {
				b.root, b.p.Object = o.Name, o.Name
				return gauge{metric: m, object: o.Name}, true
			}
		}
	}
	return gauge{}, false
}

// measures computes what is asked for.
func (b *builder) measures() bool {
	gauges, ok := b.pickGauges()
	if !ok {
		return false
	}
	for _, g := range gauges {
		i, ok := b.addMeasure(g)
		if !ok {
			return false
		}
		if g.per != nil {
			if !b.perUnit(i, *g.per) {
				return false
			}
		}
	}
	return true
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
	if !ok {
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
	if !s.target.zero() && b.targetIsGroup() {
		nouns = append([]noun{s.target}, nouns...)
		s.target = noun{}
	}
	for _, n := range nouns {
		if n.bucket != "" {
			p, ok := b.mainDate()
			if n.field != "" {
				p, ok = b.path(n)
			}
			if !ok {
				return b.no(b.plural(b.root) + " have no date")
			}
			b.p.Groups = append(b.p.Groups, plan.Group{Path: p, Bucket: n.bucket})
			continue
		}
		p, ok := b.path(n)
		if !ok {
			return b.no(b.label(n) + " is not linked to " + b.plural(b.root))
		}
		if b.isName(noun{object: b.root, field: string(p)}) && slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool { return m.Over != nil && m.Over.Fn != plan.Sum }) {
			return b.no("one " + b.singular(b.root) + " alone has no rate")
		}
		g := plan.Group{Path: p}
		if t, _, _ := plan.TypeOf(b.schema, b.root, p); t == crm.Choices || t == crm.Links {
			return b.no("a " + b.singular(b.root) + " may have several of " + b.label(n))
		}
		if t, _, _ := plan.TypeOf(b.schema, b.root, p); t.Temporal() {
			g.Bucket = plan.Month
			if t == crm.Date || t == crm.DateTime {
				g.Bucket = plan.Day
			}
		}
		if !slices.Contains(b.p.Groups, g) {
			b.p.Groups = append(b.p.Groups, g)
		}
	}
	if s.trend != "" && !slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return g.Bucket != "" }) && len(b.p.Compare) == 0 {
		p, ok := b.mainDate()
		if !ok {
			return b.no(b.plural(b.root) + " have no date")
		}
		b.p.Groups = append(b.p.Groups, plan.Group{Path: p, Bucket: s.trend})
	}
	if c := s.counted; c != nil && len(s.bars) > 0 && len(b.p.Measures) == 0 && len(b.p.Groups) == 0 && (c.object != b.root || c.field != "") {
		p, ok := b.path(*c)
		if !ok {
			return b.no(b.label(*c) + " is not linked to " + b.plural(b.root))
		}
		b.p.Groups = append(b.p.Groups, plan.Group{Path: p})
		b.p.Tally = true
	}
	return true
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
	return t.field != "" && !b.isName(t)
}

func (b *builder) isName(n noun) bool {
	o, _ := b.schema.Object(n.object)
	f, ok := o.NameField()
	return ok && f.Name == n.field
}

// bars keep the rows whose measure passes.
func (b *builder) bars() bool {
	for _, bar := range b.sk.bars {
		g := bar.gauge
		if g.object == "" && g.metric == nil && b.sk.earn != nil && len(b.p.Groups) > 0 && len(b.p.Measures) == 0 {
			g = gauge{metric: b.sk.earn.metric, object: b.sk.earn.object}
		}
		if g.object == "" && g.metric == nil {
			if len(b.p.Groups) == 0 || len(b.p.Measures) == 0 {
				if !b.bareCond(bar.cond) {
					return false
				}
				continue
			}
			b.p.Having = append(b.p.Having, plan.Having{Measure: 0, Op: bar.cond.op, Values: barFigures(bar.cond, b.p.Measures[0])})
			continue
		}
		if len(b.p.Groups) == 0 && b.hasAny(g, bar.cond) {
			continue // per rep with at least one win: a rep without has no part in it
		}
		if len(b.p.Groups) == 0 {
			return b.no("it compares a total and does not say of what each")
		}
		i, ok := b.addMeasure(g)
		if !ok {
			return false
		}
		b.p.Having = append(b.p.Having, plan.Having{Measure: i, Op: bar.cond.op, Values: barFigures(bar.cond, b.p.Measures[i])})
	}
	return true
}

// hasAny tells of a comparison that holds for all that a total is divided by: those with at least one.
func (b *builder) hasAny(g gauge, c item) bool {
	one := c.op == crm.AtLeast && c.numbers[0].n.Equal(decimalOf(1)) || c.op == crm.More && c.numbers[0].n.IsZero()
	return one && g.fn == plan.Count && g.object == b.root && slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool {
		return m.Over != nil && m.Over.Fn == plan.Distinct
	})
}

// barFigures writes the numbers of a comparison; 60% and 60 are 0.6 of a rate.
func barFigures(c item, m plan.Measure) []string {
	out := make([]string, len(c.numbers))
	for i, q := range c.numbers {
		n := q.n
		if m.Over != nil && m.Of == nil && m.Over.Of == nil && (q.unit == "%" || n.GreaterThan(decimalOf(1))) {
			n = n.Shift(-2)
		}
		out[i] = n.String()
	}
	return out
}
