package answer

import (
	"reflect"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// filters turns values and comparisons into conditions.
func (b *builder) filters() bool {
	s := b.sk
	b.sides = b.pickSides()
	b.settleBars()
	if !b.filterSets() {
		return false
	}
	for _, it := range s.liked {
		if len(it.values) == 0 {
			return b.no("it does not say what they contain")
		}
		if !b.place(it, b.liked) {
			return false
		}
	}
	for _, it := range s.standing {
		to := &b.cond
		if at := b.predicate(); at > 0 && it.from >= at {
			to = &b.part
		}
		if !b.standing(it, to) {
			return false
		}
	}
	before := len(b.cond.rest)
	if !b.placeAll(s.compared, b.compared) || !b.placeAll(s.against, b.againstField) {
		return false
	}
	if b.comparesPart() {
		b.part.rest = append(b.part.rest, b.cond.rest[before:]...)
		b.cond.rest = b.cond.rest[:before]
	}
	b.ofThoseDone()
	return b.placeAll(slices.DeleteFunc(slices.Clone(s.dated), func(d item) bool {
		return slices.ContainsFunc(s.absent, func(a item) bool { return b.isAbsence(a) && a.object == d.object })
	}), b.datedField)
}

// filterSets puts each set of values to the conditions, or to those of the part that a share is of. What is compared, and what
// narrows the records that must not be there, has its place elsewhere.
func (b *builder) filterSets() bool {
	s := b.sk
	for _, set := range s.sets {
		if b.belongsToAbsence(set) || b.sides != nil && slices.ContainsFunc(b.sides.sets, func(o item) bool { return o.from == set.from }) {
			continue
		}
		if b.doer(set) && !b.theirs() {
			return b.no("it does not say whether the share is of all or only of " + strings.Join(set.values, " or "))
		}
		to := &b.cond
		if s.share && !b.comparesPart() && b.isPart(set) {
			to = &b.part
		}
		if !b.restrict(to, set) {
			return false
		}
	}
	return true
}

func (b *builder) placeAll(items []item, add func(item) bool) bool {
	for _, it := range items {
		if !b.place(it, add) {
			return false
		}
	}
	return true
}

// settleBars makes a bare comparison right behind the records, or behind a share of them, one of what they are worth.
func (b *builder) settleBars() {
	s := b.sk
	s.bars = slices.DeleteFunc(s.bars, func(x bar) bool {
		behind := s.share && len(s.groups) == 0 && x.cond.from >= s.shareAt
		if x.gauge.object != "" || x.gauge.metric != nil || !behind && (!x.own || s.share) {
			return false
		}
		x.cond.parts = []item{{sense: sense{kind: "worth"}}}
		if x.cond.numbers[0].unit == "day" {
			x.cond.parts[0].kind = "howlong"
		}
		s.compared = append(s.compared, x.cond)
		return true
	})
}

// comparesPart tells whether the part of a share is what a comparison behind the noun keeps: the share of won deals
// above the list price.
func (b *builder) comparesPart() bool {
	s := b.sk
	return s.share && b.predicate() == 0 && (len(s.groups) == 0 || len(s.compared) == 0) && len(s.compared)+len(s.against) > 0 && len(s.bars) == 0 && s.target.bucket == "" &&
		!slices.ContainsFunc(append(slices.Clone(s.compared), s.against...), func(c item) bool { return c.from < s.shareAt }) &&
		!slices.ContainsFunc(s.sets, func(o item) bool { return !o.adjective && o.from > s.shareAt })
}

// restrict puts a set of values to conditions. Stages not wanted become the stages left over.
func (b *builder) restrict(c *conditions, set item) bool {
	if set.inside != nil {
		return c == &b.cond && b.keep(set)
	}
	n := noun{object: set.object, field: set.field}
	p, ok := b.linked(n)
	if !ok {
		return false
	}
	values, not := set.values, set.neg
	if stage, has := b.stage(set.object); has && stage.Name == set.field {
		if set.object != b.root {
			return b.no("the stage belongs to other records")
		}
		if not {
			if p, ok := b.passed(stage, set); ok {
				c.rest = append(c.rest, crm.Where(p, crm.Empty))
				if !b.yet() {
					return true
				}
				set.values = optionValuesOf(stage, done) // and what was called off is not to come
			}
			values, not = without(optionValues(stage), set.values), false
			if b.yet() || unpaid(stage, set) {
				values = without(values, optionValuesOf(stage, dropped))
			}
		}
	}
	root, _ := b.schema.Object(b.root)
	if f, ok := root.Role(crm.RoleOwner); ok && f.Type == crm.Link && p == crm.Path(f.Name) {
		b.score += 0.06 // of two people of one name the one who is responsible
	}
	if !c.restrict(p, values, not, strings.Contains(string(p), ".") || set.object != b.root) {
		return b.no("no " + b.singular(b.root) + " can be " + strings.Join(set.values, " and ") + " at once")
	}
	return true
}

func (b *builder) label(n noun) string {
	if n.bucket != "" {
		return string(n.bucket)
	}
	o, _ := b.schema.Object(n.object)
	if f, ok := o.Field(n.field); ok {
		return strings.ToLower(f.Label)
	}
	return strings.ToLower(o.Label)
}

func (b *builder) singular(object string) string {
	o, _ := b.schema.Object(object)
	return strings.ToLower(o.Label)
}

func (b *builder) plural(object string) string {
	o, _ := b.schema.Object(object)
	return strings.ToLower(o.Plural)
}

// compared puts a comparison with a field, a duration or a worth to the conditions, or keeps it for the groups.
func (b *builder) compared(c item) bool {
	noun0 := c.parts[0]
	var term crm.Term
	switch noun0.kind {
	case "field", "verb":
		p, ok := b.path(noun{object: noun0.object, field: noun0.field})
		if !ok {
			return b.no("it compares what is not linked")
		}
		if noun0.fn != "" {
			b.sk.bars = append(b.sk.bars, bar{gauge: gauge{fn: noun0.fn, object: noun0.object, field: noun0.field}, cond: c})
			return true
		}
		term = crm.Term{Path: p}
	case "worth":
		return b.bareCond(c)
	case "howlong", "take":
		return b.duration(c)
	case "metric":
		m := noun0.metric
		if m.Kind == "rate" || !b.aboutRoot() || noun0.fn != "" {
			b.sk.bars = append(b.sk.bars, bar{gauge: gauge{fn: noun0.fn, metric: m, object: noun0.object}, cond: c})
			return true
		}
		if m.Kind == "cycle" || m.Kind == "age" {
			return b.duration(c)
		}
		return b.bareCond(c)
	}
	b.cond.rest = append(b.cond.rest, crm.Filter{Term: &term, Op: c.op, Values: b.kept(c.numbers, term.Path)})
	return true
}

// aboutRoot tells whether records of the root are counted or listed one by one.
func (b *builder) aboutRoot() bool {
	head := b.head()
	return (head == b.root || head == "") && len(b.sk.groups) == 0 && (b.sk.target.field == "" && b.sk.target.bucket == "")
}

func figures(qs []quantity) []string {
	out := make([]string, len(qs))
	for i, q := range qs {
		out[i] = q.n.String()
	}
	return out
}

// bareCond compares what records are worth.
func (b *builder) bareCond(c item) bool {
	if c.numbers[0].unit == "day" {
		return b.duration(c)
	}
	if c.numbers[0].unit == "%" {
		return b.no("what records are worth is no percentage")
	}
	o, _ := b.schema.Object(b.root)
	f, ok := worth(o)
	if !ok {
		return b.no(b.plural(b.root) + " have no amount to compare")
	}
	b.cond.rest = append(b.cond.rest, crm.Where(crm.Path(f.Name), c.op, b.kept(c.numbers, crm.Path(f.Name))...))
	return true
}

// againstField compares two numbers of the same record.
func (b *builder) againstField(a item) bool {
	other, ok := b.path(noun{object: a.parts[0].object, field: a.parts[0].field})
	if !ok {
		return b.no("it compares with what is not linked")
	}
	var own crm.Path
	if len(a.parts) > 1 {
		own, ok = b.path(noun{object: a.parts[1].object, field: a.parts[1].field})
	} else {
		var f crm.Field
		o, _ := b.schema.Object(b.root)
		f, ok = o.Role(crm.RoleAmount)
		own = crm.Path(f.Name)
	}
	if !ok || own == other {
		return b.no("it does not say what is compared")
	}
	b.cond.rest = append(b.cond.rest, crm.Filter{Term: &crm.Term{Path: own}, Op: a.op, Other: &crm.Term{Path: other}})
	return true
}

// datedField ties a period to a field that the question names: a date, or a number that is a year.
func (b *builder) datedField(d item) bool {
	of := noun{object: d.object, field: d.field}
	p, ok := b.path(of)
	if !ok {
		return b.no("it dates what is not linked")
	}
	if d.object != b.root && !b.speaksOf(d.object) && slices.ContainsFunc(d.parts, func(it item) bool {
		return it.kind == "verb" || it.kind == "dateverb" || it.kind == "field" && !strings.Contains(b.label(it.sense.noun()), " ")
	}) {
		return b.no(b.label(of) + " is a date of " + b.plural(d.object))
	}
	if len(d.periods) > 1 && !d.neg {
		b.cond.rest = append(b.cond.rest, inAny(p, b.resolved(d.periods, p)))
		return true
	}
	span := b.resolve(d.periods[0], p)
	switch t, _, _ := plan.TypeOf(b.schema, b.root, p); {
	case t.Temporal() && d.neg:
		b.cond.rest = append(b.cond.rest, crm.Filter{Or: canonical([]crm.Filter{between(p, span), crm.Where(p, crm.Empty)})})
	case t.Temporal():
		b.cond.rest = append(b.cond.rest, between(p, span))
	case d.neg:
		return b.no("")
	case span.grain != "" && span.grain != plan.Year:
		return b.no("it asks for a part of a year of " + b.label(of))
	default:
		b.cond.rest = append(b.cond.rest, betweenYears(p, span))
	}
	return true
}

// betweenYears is the condition that a number is a year of a span.
func betweenYears(p crm.Path, s period) crm.Filter {
	const year = "2006"
	switch {
	case s.to.IsZero():
		return crm.Where(p, crm.AtLeast, s.from.Format(year))
	case s.from.IsZero():
		return crm.Where(p, crm.Less, s.to.Format(year))
	case s.to.Year()-s.from.Year() == 1:
		return crm.Where(p, crm.Is, s.from.Format(year))
	}
	return crm.Where(p, crm.Between, s.from.Format(year), s.to.AddDate(0, 0, -1).Format(year))
}

// absences asks for what is not there: an empty field, or no record that points here.
func (b *builder) absences() bool {
	for _, h := range b.sk.have {
		if b.root != b.head() || b.lex.routes[h.object][b.root].path == "" || b.lex.routes[h.object][b.root].ways > 1 {
			return b.no("it does not say whose " + b.plural(h.object) + " are meant")
		}
		b.p.Among = append(b.p.Among, plan.Among{Of: b.lex.routes[h.object][b.root].path, Plan: plan.Plan{Object: h.object}})
	}
	for _, a := range b.sk.absent {
		if b.isAbsence(a) {
			if !b.withoutRecords(a) {
				return false
			}
			continue
		}
		if len(a.parts) > 0 {
			return b.no("")
		}
		if a.word == "children" {
			if a.object != b.root {
				return b.no("it asks for what other records lack")
			}
			b.p.Among = append(b.p.Among, plan.Among{Of: crm.Path(a.field), Plan: plan.Plan{Object: a.object}, Not: !a.neg})
			continue
		}
		n := noun{object: a.object, field: a.field}
		if a.field == "" && a.object == b.root {
			return b.no("")
		}
		p, ok := b.linked(n)
		if !ok {
			return false
		}
		op := crm.Empty
		if a.neg {
			op = crm.NotEmpty
		}
		to := &b.cond
		if at := b.predicate(); b.lacksPart() || at > 0 && a.from >= at {
			to = &b.part
		}
		if t, _, _ := plan.TypeOf(b.schema, b.root, p); t.Numeric() {
			to.rest = append(to.rest, some(p, a.neg)) // nothing is owed where it is 0
			continue
		}
		to.rest = append(to.rest, crm.Where(p, op))
	}
	return true
}

// spokenBetween tells whether the records themselves are named between what is asked for and what is absent: countries
// with customers that have no deals.
func (b *builder) spokenBetween(from, to int) bool {
	return slices.ContainsFunc(b.sk.mentions, func(m noun) bool { return m.object == b.root && m.field == "" && m.at > from && m.at < to })
}

// withoutRecords keeps those that no record of others points to; of values, those of which none is.
func (b *builder) withoutRecords(a item) bool {
	if b.root != b.head() {
		return b.no("it asks for what other records lack")
	}
	in := b.of(a.object)
	for _, set := range append(slices.Clone(a.parts), b.sk.sets...) {
		if set.kind == "standing" {
			if !in.standing(set, &in.cond) {
				return b.no(in.fail)
			}
			b.usesToday = true
			continue
		}
		if set.object == a.object || b.belongsToAbsence(set) {
			if !in.restrict(&in.cond, set) {
				return b.no(in.fail)
			}
		}
	}
	for _, d := range b.sk.dated {
		if d.object == a.object && !in.datedField(d) {
			return b.no(in.fail)
		}
	}
	for _, it := range b.sk.periods {
		p, ok := in.mainDate()
		if !ok || len(it.periods) != 1 {
			return b.no("it does not say which date is meant")
		}
		in.cond.rest = append(in.cond.rest, between(p, in.resolve(it.periods[0], p)))
	}
	b.sk.periods = nil
	none := plan.Among{Of: b.lex.routes[a.object][b.root].path, Plan: plan.Plan{Object: a.object, Filter: in.cond.filter()}, Not: true}
	if t := b.sk.target; t.field != "" && t.object == b.root && b.targetIsGroup() && !b.spokenBetween(t.at, a.from) {
		none.Path, none.Of = crm.Path(t.field), none.Of.Then(t.field) // sectors of which no account has any
		none.Plan.Groups = []plan.Group{{Path: none.Of}}
	}
	if !slices.ContainsFunc(b.p.Among, func(o plan.Among) bool { return reflect.DeepEqual(o, none) }) {
		b.p.Among = append(b.p.Among, none)
	}
	return true
}
