package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// ranking orders what was asked for and says how many of it.
func (b *builder) ranking() bool {
	s := b.sk
	if s.rank == nil {
		return b.ordered()
	}
	r := s.rank
	if s.counted != nil && (len(s.groups) == 0 || b.ranked) {
		return b.no("it counts and ranks at once")
	}
	if len(b.p.Compare) > 0 {
		return b.no("it compares and ranks at once")
	}
	if r.flavour == "date" {
		return b.dateRank()
	}
	if len(b.p.Groups) == 0 {
		return b.rankRecords()
	}
	return b.rankGroups()
}

// limit is how many are wanted: as many as the question says, else one for the best customer and five for the best
// customers. Which customers are best asks for one.
func (b *builder) limit(plural bool) int {
	switch {
	case b.sk.rank.n > 0:
		return b.sk.rank.n
	case plural && (b.sk.rank.flavour == "rank" || b.sk.rank.several):
		return 5
	}
	return 1
}

func (b *builder) rankGroups() bool {
	s, r := b.sk, b.sk.rank
	by := r.of
	if by == nil && s.order != nil {
		by = s.order
		s.order = nil
	}
	if by == nil && r.behind && len(s.gauges) > 0 && (s.gauges[0].metric == nil || s.gauges[0].metric.Kind != "sum-amount") && r.flavour != "value" {
		return b.no("it does not say best by what") // the win rate of our best customer
	}
	own := by != nil && by.metric == nil && by.fn == "" && by.field != "" && by.object == b.root && s.target.object == b.root && s.target.field == ""
	if len(b.p.Measures) == 0 && (by == nil && b.ranksOwn() || own) {
		return b.extremes(by) // the largest deal of each rep
	}
	i := 0
	switch {
	case by != nil:
		var ok bool
		if i, ok = b.addMeasure(*by); !ok {
			return false
		}
		if by.per != nil && !b.perUnit(i, *by.per) {
			return false
		}
	case len(b.p.Measures) == 0:
		g, ok := b.usualMeasure(r.flavour)
		if !ok {
			return b.no("it does not say best by what")
		}
		if i, ok = b.addMeasure(g); !ok {
			return false
		}
	}
	desc := r.desc
	if m := b.gaugeMetric(by); m != nil && m.Lower && r.flavour == "good" {
		desc = !desc
	}
	b.p.Order = append(b.p.Order, plan.ByMeasure(i, desc))
	if s.nth > 1 {
		if r.n > 1 || len(b.p.Groups) > 1 {
			return b.no("it asks for one by its place and for several")
		}
		b.p.Limit, b.p.Skip = 1, s.nth-1
		return true
	}
	plural := len(b.p.Groups) == 1 && b.several
	if plural && r.n == 0 && r.flavour != "rank" && !r.several {
		b.score -= 0.1
	}
	b.p.Limit = b.limit(plural)
	if len(b.p.Groups) > 1 && len(s.groups) > 0 {
		// The best rep of each region: one within each.
		b.p.Each = true
		b.p.Groups = append(b.p.Groups[1:], b.p.Groups[0])
		b.p.Groups = slices.Clip(b.p.Groups)
	}
	return true
}

func (b *builder) gaugeMetric(g *gauge) *metric {
	if g == nil && len(b.sk.gauges) > 0 {
		g = &b.sk.gauges[0]
	}
	if g == nil {
		return nil
	}
	return g.metric
}

// usualMeasure ranks people, customers and products by revenue when the question does not say by what; by count where
// nothing has an amount.
func (b *builder) usualMeasure(flavour string) (gauge, bool) {
	if flavour == "count" || flavour == "often" || b.sk.counts {
		return gauge{fn: plan.Count, object: b.root}, true
	}
	if g, ok := b.performance(); ok {
		return g, true
	}
	return gauge{fn: plan.Count, object: b.root}, len(b.p.Groups) > 0
}

// rankRecords orders records themselves, or takes the one highest value when no record is asked for.
func (b *builder) rankRecords() bool {
	s, r := b.sk, b.sk.rank
	by := r.of
	if by == nil {
		by = s.order
	}
	if by == nil && len(s.gauges) == 1 {
		if by = &s.gauges[0]; r.behind && by.metric == nil && by.field != "" && (r.flavour == "good" || r.flavour == "size" || r.flavour == "rank") {
			if own, _ := b.rankTerm(nil, r.flavour); string(own.Path) != by.field {
				return b.no("it does not say best by what") // total employees of our largest customers
			}
		}
	}
	s.order = nil
	if by == nil {
		for i, m := range s.mentions {
			if p, ok := b.path(m); ok && b.numericPath(p) {
				if own, _ := b.rankTerm(nil, r.flavour); r.behind && m.at < r.at && r.flavour != "value" && (r.flavour == "good" || own.Path != p) {
					return b.no("it does not say best by what") // employees of our largest customers
				}
				by = &gauge{object: m.object, field: m.field}
				s.mentions = slices.Delete(s.mentions, i, i+1)
				break
			}
		}
	}
	term, ok := b.rankTerm(by, r.flavour)
	if !ok {
		return b.no("it does not say by what to rank " + b.plural(b.root))
	}
	if s.target.zero() && s.nth > 1 {
		return b.no("it does not say what comes at that place")
	}
	if s.target.zero() && by != nil {
		// The highest price, the longest it took: the value itself.
		fn := plan.Max
		if !r.desc {
			fn = plan.Min
		}
		b.p.Measures, b.stages = nil, nil
		g := *by
		g.fn = fn
		_, ok := b.addMeasure(g)
		return ok
	}
	if s.target.zero() {
		return b.no("it does not say what to rank")
	}
	if len(b.p.Measures) > 0 && len(s.gauges) > 0 && by != &s.gauges[0] {
		return b.no("it measures and ranks records at once")
	}
	b.p.Measures, b.stages = nil, nil
	if t, f, _ := plan.TypeOf(b.schema, b.root, term.Path); term.Minus == "" && t == crm.Number && strings.Contains(strings.ToLower(f.Label), "year") {
		b.cond.rest = append(b.cond.rest, crm.Where(term.Path, crm.NotEmpty))
	}
	b.p.Order = []plan.Order{plan.ByTerm(term, r.desc)}
	b.p.Limit = b.limit(s.target.plural)
	if s.nth > 1 {
		b.p.Limit, b.p.Skip = 1, s.nth-1
	}
	return true
}

// rankTerm is what records are ordered by.
func (b *builder) rankTerm(by *gauge, flavour string) (crm.Term, bool) {
	o, _ := b.schema.Object(b.root)
	role := func(roles ...crm.Role) (crm.Term, bool) {
		for _, r := range roles {
			if f, ok := o.Role(r); ok {
				return crm.Term{Path: crm.Path(f.Name)}, true
			}
		}
		return crm.Term{}, false
	}
	switch {
	case by == nil && flavour == "price":
		return role(crm.RoleUnitPrice, crm.RoleAmount)
	case by == nil && (flavour == "count" || flavour == "often"):
		return crm.Term{}, false
	case by == nil:
		return role(crm.RoleAmount, crm.RoleUnitPrice)
	case by.metric != nil:
		switch by.metric.Kind {
		case "cycle", "age":
			return b.lasting()
		case "rate":
			return crm.Term{}, false
		}
		return role(crm.RoleAmount)
	case by.field != "":
		p, ok := b.path(noun{object: by.object, field: by.field})
		return crm.Term{Path: p}, ok
	}
	return crm.Term{}, false
}

// dateRank reads first and last: the record, or the day when the question asks when.
func (b *builder) dateRank() bool {
	s, r := b.sk, b.sk.rank
	p, ok := crm.Path(""), false
	if s.aged {
		p, ok = b.yearField() // the oldest member is not the one who joined first
	}
	if !ok {
		p, ok = b.mainDate()
	}
	if !ok && b.fail == "" {
		p, ok = b.yearField()
	}
	if f, _ := b.dueField(); s.nth > 1 || s.aged && string(p) == f.Name {
		ok = false // how old something is does not follow from when it is due
	}
	if !ok || r.of != nil || len(b.p.Measures) > 0 && s.asked != "when" {
		return b.no("it does not say first or last of what")
	}
	b.p.Measures, b.stages = nil, nil
	if s.asked == "when" {
		fn := plan.Max
		if !r.desc {
			fn = plan.Min
		}
		b.p.Measures = []plan.Measure{{Fn: fn, Of: &crm.Term{Path: p}}}
		b.stages = []crm.Filter{{}}
		s.asked, s.target = "", noun{}
		return true
	}
	if len(b.p.Groups) > 0 || s.target.zero() {
		return b.no("it does not say first or last of what")
	}
	b.p.Order = []plan.Order{plan.ByTerm(crm.Term{Path: p}, r.desc)}
	b.p.Limit = b.limit(s.target.plural)
	b.cond.rest = append(b.cond.rest, crm.Where(p, crm.NotEmpty))
	return true
}

func (b *builder) dueField() (crm.Field, bool) {
	o, _ := b.schema.Object(b.root)
	return o.Role(crm.RoleDue)
}

// yearField is a number of the root that is a year, such as the year a company was founded.
func (b *builder) yearField() (crm.Path, bool) {
	o, _ := b.schema.Object(b.root)
	for _, f := range o.Fields {
		if f.Type == crm.Number && isYear(f) {
			return crm.Path(f.Name), true
		}
	}
	return "", false
}

// isYear tells of a number that is a year: year established, or a bare opened or published.
func isYear(f crm.Field) bool {
	label := strings.ToLower(f.Label)
	return f.Type == crm.Number && (strings.Contains(label, "year") || strings.HasSuffix(label, "ed") || label == "built")
}

// ordered applies an order without a superlative: by revenue, highest first.
func (b *builder) ordered() bool {
	s := b.sk
	desc := s.orderDir != "asc"
	if said, ok := b.stageValues(b.root); ok && s.orderGood && len(said) > 0 && within(said, b.scope("lost")) {
		desc = !desc // the most losses are the worst
	}
	if s.order != nil {
		if len(b.p.Groups) == 0 && !s.target.zero() && len(b.p.Measures) == 0 {
			term, ok := b.rankTerm(s.order, "")
			if !ok {
				return b.no("it does not say by what to order")
			}
			b.p.Order = []plan.Order{plan.ByTerm(term, desc)}
			return true
		}
		if len(b.p.Groups) == 0 {
			return b.no("it does not say what to order")
		}
		i, ok := b.addMeasure(*s.order)
		if !ok || s.order.per != nil && !b.perUnit(i, *s.order.per) {
			return false
		}
		b.p.Order = []plan.Order{plan.ByMeasure(i, desc)}
		return true
	}
	if s.orderDir == "" {
		return true
	}
	if m := b.gaugeMetric(nil); m != nil && m.Lower {
		desc = !desc
	}
	switch {
	case len(b.p.Measures) > 0 && len(b.p.Groups) > 0:
		b.p.Order = []plan.Order{plan.ByMeasure(0, desc)}
	case len(b.p.Groups) > 0:
		b.p.Order = []plan.Order{plan.ByGroup(0, desc)}
	default:
		return b.orderColumn(desc)
	}
	return true
}

// orderColumn orders a list by the one number or date that it shows.
func (b *builder) orderColumn(desc bool) bool {
	var by []crm.Path
	for _, m := range b.sk.mentions {
		p, ok := b.path(m)
		if t, _, known := plan.TypeOf(b.schema, b.root, p); ok && known && m.field != "" && (t.Numeric() || t.Temporal()) {
			by = append(by, p)
		}
	}
	if len(by) != 1 {
		return b.no("it does not say what to order")
	}
	b.p.Order = []plan.Order{plan.ByTerm(crm.Term{Path: by[0]}, desc)}
	return true
}

// whoever gives who its meaning: those who are responsible for the records measured.
func (b *builder) whoever() {
	s := b.sk
	if s.asked != "who" || !s.target.zero() || s.counted != nil || slices.ContainsFunc(s.mentions, func(m noun) bool { return m.field != "" }) {
		return
	}
	o := b.team()
	if len(s.gauges) == 0 && s.rank == nil && s.earn == nil && s.dateverb.object == "" && len(s.mentions) == 0 {
		o = b.folk()
	}
	if s.earn != nil && s.earn.metric.Payer && b.payer(s.earn.object) != "" {
		o = b.payer(s.earn.object)
	}
	if o != "" {
		s.target = noun{object: o}
	}
}

// naturalOrder puts dates in their order, and all else by its measure, most first.
func (b *builder) naturalOrder() {
	for i, g := range b.p.Groups {
		if g.Bucket != "" {
			b.p.Order = append(b.p.Order, plan.ByGroup(i, false))
		}
	}
	if len(b.p.Order) == 0 && len(b.p.Measures) > 0 && len(b.p.Groups) == 1 {
		b.p.Order = []plan.Order{plan.ByMeasure(0, true)}
	}
}

// list asks for records or values of theirs, when nothing is measured.
func (b *builder) list() bool {
	s := b.sk
	if len(b.p.Measures) > 0 || len(b.p.Groups) > 0 {
		return b.mentionsFit()
	}
	if s.asked == "" && s.rank == nil && s.order == nil && s.target.field == "" && s.target.object == b.root {
		if stage, staged := b.stage(b.root); (staged && contest(stage) || s.together) && len(b.p.Among) == 0 && !b.columnsAsked() {
			return b.countOrList()
		}
	}
	if s.agg == plan.Sum && s.asked == "" && len(s.mentions) == 0 && len(b.p.Among) == 0 {
		if s.target.zero() || b.amountField(b.root) != "" {
			return b.no("it does not say whether their number or their amount is meant")
		}
		return b.countOrList()
	}
	if s.asked == "where" {
		o, _ := b.schema.Object(b.root)
		if link, ok := b.workplace(o); ok {
			s.mentions = append(s.mentions, noun{object: b.root, field: link})
		} else if f, ok := o.Role(crm.RolePlace); ok && !slices.ContainsFunc(s.mentions, func(n noun) bool { return n.field == f.Name }) {
			s.mentions = append(s.mentions, noun{object: b.root, field: f.Name})
		}
	}
	if s.asked == "when" && s.dateverb.object != "" {
		s.mentions = append(s.mentions, s.dateverb)
	}
	if !b.whoOrWhen() {
		return false
	}
	named := b.namesRecord()
	if o, _ := b.schema.Object(b.root); s.howmuch && named && len(s.mentions) == 0 && s.target.zero() {
		if f, ok := o.Role(crm.RoleUnitPrice); ok {
			s.mentions = append(s.mentions, noun{object: b.root, field: f.Name})
		}
	}
	var cols []crm.Path
	for _, m := range s.mentions {
		if m.field == "" {
			p, ok := b.path(m)
			switch {
			case m.object == b.root || b.onTheWay(m.object):
			case ok && slices.ContainsFunc(s.mentions, func(o noun) bool { return o.object == m.object && o.field != "" }) &&
				slices.ContainsFunc(s.sets, func(set item) bool { return set.object == b.team() }): // the phone of the contact on Anna's deal
			case !ok || !named:
				return b.no("")
			case !slices.Contains(cols, p):
				cols = append(cols, p) // the company of Anna
			}
			continue
		}
		p, ok := b.path(m)
		if !ok {
			return b.no(b.label(m) + " is not linked to " + b.plural(b.root))
		}
		if t, _, _ := plan.TypeOf(b.schema, b.root, p); m.verb && t.Temporal() && m.object != b.root {
			return b.no(b.label(m) + " is a date of other records")
		}
		if t, _, _ := plan.TypeOf(b.schema, b.root, p); s.asked == "who" && (t.Numeric() || t.Temporal()) {
			return b.no(b.label(m) + " is nobody")
		}
		excluded := slices.ContainsFunc(s.sets, func(set item) bool { return set.neg && set.object == m.object && set.field == m.field })
		if !excluded && !slices.Contains(cols, p) {
			cols = append(cols, p)
		}
	}
	if t := s.target; t.field != "" && !b.isName(t) {
		if p, ok := b.path(t); ok && !slices.Contains(cols, p) {
			cols = append(cols, p)
		}
	}
	if s.asked == "who" && named && len(cols) == 0 && len(s.sets) == 1 && s.dateverb.object == "" && s.earn == nil && len(b.p.Among) == 0 {
		cols = b.whole() // who is Anna
		s.target = noun{object: b.root}
	}
	if s.target.zero() && !named && !s.howmuch {
		return b.no("it does not say what is asked of them")
	}
	if len(cols) == 0 && s.target.zero() && s.asked != "list" {
		return b.no("it does not say what is asked of them")
	}
	if s.howmuch && (len(cols) == 0 || !named) {
		return b.no("it does not say how much of what")
	}
	s.howmuch = false
	if len(cols) == 0 && named && !s.target.zero() && len(b.p.Among) == 0 {
		return b.no("it asks for nothing of the " + b.singular(b.root) + " that it names")
	}
	if len(cols) > 0 {
		o, _ := b.schema.Object(b.root)
		if f, ok := o.NameField(); ok && !slices.Contains(cols, crm.Path(f.Name)) {
			cols = append([]crm.Path{crm.Path(f.Name)}, cols...)
		}
	}
	b.p.Columns = cols
	return true
}

// workplace is the link to where people work, when that is asked: where does Anna work.
func (b *builder) workplace(o crm.Object) (string, bool) {
	if !b.person(o) || !slices.ContainsFunc(b.sk.toks, func(t token) bool { return t.fold == "work" || t.fold == "works" || t.fold == "working" }) {
		return "", false
	}
	for _, f := range o.Fields {
		if target, ok := b.schema.Object(f.Target); ok && f.Type == crm.Link && b.called(target, "customer") {
			return f.Name, true
		}
	}
	return "", false
}

// columnsAsked tells whether a field is asked for beside the records: deals in Porto, with their amounts.
func (b *builder) columnsAsked() bool {
	return len(b.sk.mentions) > 0 && !slices.ContainsFunc(b.sk.mentions, func(m noun) bool {
		return m.field != "" && !slices.Contains([]string{"with", "and", ",", "their", "its", "the", "including", "plus"}, b.sk.word(m.at-1))
	}) && slices.ContainsFunc(b.sk.mentions, func(m noun) bool { return m.field != "" })
}

// countOrList reads records named without a verb: as their number where the question takes them together, asks
// whether there are any or is no sentence, else it asks.
func (b *builder) countOrList() bool {
	if b.sk.together || b.sk.agg == plan.Sum && b.amountField(b.root) == "" || b.sk.yesNo || b.sk.terse || b.sk.counts {
		b.p.Measures, b.stages = []plan.Measure{{Fn: plan.Count}}, []crm.Filter{{}}
		return b.mentionsFit()
	}
	if !b.mentionsFit() {
		return false
	}
	b.p.Filter = b.cond.filter()
	list := b.p
	list.Columns = nil
	count := b.p
	count.Measures = []plan.Measure{{Fn: plan.Count}}
	b.ask = []string{count.Words(b.schema), list.Words(b.schema)}
	return b.no("it does not say whether to count or to list them")
}

// namesRecord tells whether the question names a record of the root.
func (b *builder) namesRecord() bool {
	return slices.ContainsFunc(b.sk.sets, func(set item) bool {
		return set.object == b.root && !set.neg && b.isName(noun{object: set.object, field: set.field})
	})
}

// mentionsFit sees to it that every thing the question speaks of has to do with what the plan reads; nothing is dropped.
func (b *builder) mentionsFit() bool {
	for _, m := range b.sk.mentions {
		switch {
		case m.field == "" && (m.object == b.root || b.onTheWay(m.object)):
		case m.field != "" && b.used(m):
		default:
			return b.no("")
		}
	}
	if t := b.sk.target; !t.zero() {
		if t.field != "" && !b.used(t) || t.object != b.root && !b.onTheWay(t.object) {
			return b.no("")
		}
	}
	return true
}

// onTheWay tells whether a condition, a group or a measure of the plan goes to an object.
func (b *builder) onTheWay(object string) bool {
	s := b.sk
	if slices.ContainsFunc(s.sets, func(set item) bool { return set.object == object }) || b.sides != nil && b.sides.object == object {
		return true
	}
	if slices.ContainsFunc(append(slices.Clone(s.groups), s.target), func(n noun) bool { return n.object == object }) {
		return true
	}
	if slices.ContainsFunc(append(slices.Clone(s.dated), s.absent...), func(d item) bool { return d.object == object }) {
		return true
	}
	p, ok := b.path(noun{object: object})
	if slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool { return m.Over != nil && m.Over.Of != nil && m.Over.Of.Path == p }) {
		return true
	}
	return slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return ok && p == g.Path }) || slices.ContainsFunc(s.compared, func(c item) bool { return c.parts[0].object == object })
}

func (b *builder) used(n noun) bool {
	p, ok := b.path(n)
	if !ok {
		return false
	}
	if slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return g.Path == p }) {
		return true
	}
	if slices.ContainsFunc(b.p.Measures, func(m plan.Measure) bool { return m.Of != nil && m.Of.Path == p }) {
		return true
	}
	return slices.ContainsFunc(b.sk.sets, func(set item) bool { return set.object == n.object && set.field == n.field })
}

// agg tells of an aggregate that found nothing to work on. A total may say no more than how many in all; a sum does not.
func (b *builder) agg() bool {
	return b.sk.agg != "" && (b.sk.agg != plan.Sum || b.sk.summed || slices.ContainsFunc(b.sk.toks, func(t token) bool { return t.norm == "sum" }))
}
