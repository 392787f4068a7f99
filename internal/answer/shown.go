package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// whoOrWhen shows of records that nobody asked for themselves who or when it was: who won the biggest deal.
func (b *builder) whoOrWhen() bool {
	s := b.sk
	o, _ := b.schema.Object(b.root)
	switch {
	case s.asked == "who" && !b.person(o) && b.root != b.lex.team:
		if f, ok := o.Role(crm.RoleOwner); ok && !slices.ContainsFunc(s.mentions, func(m noun) bool { return m.field != "" && !s.aside(m) }) {
			s.mentions = append(s.mentions, noun{object: b.root, field: f.Name})
		}
	case s.asked == "when" && !b.asksMain() && (s.rank != nil || b.namesRecord()):
		p, ok := b.mainDate()
		if !ok {
			return b.no("it does not say when what was")
		}
		s.mentions = append(s.mentions, noun{object: b.root, field: string(p)})
	}
	return true
}

// whole shows a record that is asked for by its name alone: its fields, as many as can be taken in at a glance.
// What else is asked of it comes last.
func (b *builder) whole(also []crm.Path) []crm.Path {
	o, _ := b.schema.Object(b.root)
	var out []crm.Path
	for _, f := range o.Fields {
		if f.Type != crm.LongText && f.Type != crm.Links && len(out) < 8 && !b.lex.isName(noun{object: b.root, field: f.Name}) {
			out = append(out, crm.Path(f.Name))
		}
	}
	for _, p := range also {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// extremes gives the highest value of the records of each group.
func (b *builder) extremes(by *gauge) bool {
	r := b.sk.rank
	term, ok := b.rankTerm(by, r.flavour)
	if !ok || r.n > 1 || b.sk.nth > 1 {
		return b.no("it does not say what of each is wanted")
	}
	fn := plan.Max
	if !r.desc {
		fn = plan.Min
	}
	b.p.Measures, b.stages = []plan.Measure{{Fn: fn, Of: &term}}, []crm.Filter{{}}
	return true
}

// list asks for records or values of theirs, when nothing is measured.
func (b *builder) list() bool {
	s := b.sk
	if len(b.p.Measures) > 0 || len(b.p.Groups) > 0 {
		return b.mentionsFit()
	}
	bare := len(b.p.Among) == 0 && s.asked == ""
	records := bare && s.rank == nil && s.order == nil && s.target.field == "" && s.target.object == b.root
	total := bare && s.agg == plan.Sum && len(s.mentions) == 0
	switch stage, staged := b.stage(b.root); {
	case total && (s.target.zero() || b.amountField(b.root) != "" && !s.together && !s.counts):
		return b.no("it does not say whether their number or their amount is meant")
	case records && (total || b.counts() && (staged && contest(stage) || s.together) && !b.columnsAsked()):
		b.p.Measures, b.stages = []plan.Measure{{Fn: plan.Count}}, []crm.Filter{{}}
		return b.mentionsFit()
	}
	named := b.namesRecord()
	if !b.askedOf(named) {
		return false
	}
	cols, ok := b.listed(named)
	if !ok {
		return false
	}
	if t := s.target; t.field != "" && !b.lex.isName(t) {
		if p, ok := b.path(t); ok && !slices.Contains(cols, p) {
			cols = append(cols, p)
		}
	}
	if s.asked == "who" && named && !b.asksMain() && len(s.sets) == 1 && s.dateverb.object == "" && s.earn == nil && len(b.p.Among) == 0 {
		cols = b.whole(cols) // who is Anna
		s.target = noun{object: b.root}
	}
	switch {
	case s.target.zero() && (!named && !s.howmuch || len(cols) == 0 && s.asked != "list"):
		return b.no("it does not say what is asked of them")
	case s.howmuch && (len(cols) == 0 || !named):
		return b.no("it does not say how much of what")
	case len(cols) == 0 && named && !s.target.zero() && len(b.p.Among) == 0:
		return b.no("it asks for nothing of the " + b.singular(b.root) + " that it names")
	}
	s.howmuch = false
	if o, _ := b.schema.Object(b.root); len(cols) > 0 {
		if f, ok := o.NameField(); ok && !slices.Contains(cols, crm.Path(f.Name)) {
			cols = append([]crm.Path{crm.Path(f.Name)}, cols...)
		}
	}
	b.p.Columns = cols
	return b.showsOrHas()
}

// asksMain tells whether something is asked for of the records, and not only beside them.
func (b *builder) asksMain() bool {
	return slices.ContainsFunc(b.sk.mentions, func(m noun) bool { return !b.sk.aside(m) })
}

// askedOf shows of the records what the question begins with: where, when or who it was, how much.
func (b *builder) askedOf(named bool) bool {
	s := b.sk
	if s.asked == "where" && !b.whereabouts() {
		return false
	}
	if s.asked == "when" && s.dateverb.object != "" {
		s.mentions = append(s.mentions, s.dateverb)
	}
	if !b.whoOrWhen() {
		return false
	}
	if !s.howmuch || !named || !s.target.zero() || b.asksMain() {
		return true
	}
	o, _ := b.schema.Object(b.root)
	f, ok := worth(o)
	if !ok {
		return b.no("it does not say how much of what")
	}
	s.mentions = append(s.mentions, noun{object: b.root, field: f.Name})
	return true
}

// worth is the field that says how much a record is: its amount, else its price.
func worth(o crm.Object) (crm.Field, bool) {
	if f, ok := o.Role(crm.RoleAmount); ok {
		return f, true
	}
	return o.Role(crm.RoleUnitPrice)
}

// listed are the columns that are asked for of the records; named: the question names one of them.
func (b *builder) listed(named bool) ([]crm.Path, bool) {
	s := b.sk
	var cols []crm.Path
	for _, m := range s.mentions {
		if m.field == "" {
			p, ok := b.path(m)
			switch {
			case ok && m.object != b.root && (m.shown || s.comesWith(m.at)) && !strings.Contains(string(p), ".") && !slices.Contains(cols, p):
				cols = append(cols, p) // properties with their landlords
			case m.object == b.root || b.onTheWay(m.object):
			case ok && slices.ContainsFunc(s.mentions, func(o noun) bool { return o.object == m.object && o.field != "" }) &&
				slices.ContainsFunc(s.sets, func(set item) bool { return set.object == b.lex.team }): // the phone of the contact on Anna's deal
			case !ok || !named:
				return nil, b.no("")
			case !slices.Contains(cols, p):
				cols = append(cols, p) // the company of Anna
			}
			continue
		}
		p, ok := b.linked(m)
		if !ok {
			return nil, false
		}
		t, _, _ := plan.TypeOf(b.schema, b.root, p)
		if m.verb && t.Temporal() && m.object != b.root {
			return nil, b.no(b.label(m) + " is a date of other records")
		}
		if s.asked == "who" && !s.aside(m) && (t.Numeric() || t.Temporal()) {
			return nil, b.no(b.label(m) + " is nobody")
		}
		if m.verb && t.Numeric() && !s.howmuch && !named && strings.HasPrefix(s.word(m.at), "ow") {
			b.cond.rest = append(b.cond.rest, some(p, true)) // who owes nothing does not owe
		}
		excluded := !oneOf(s.word(m.at-1), "which", "what") && slices.ContainsFunc(s.sets, func(set item) bool { return set.neg && set.object == m.object && set.field == m.field })
		if !excluded && !slices.Contains(cols, p) {
			cols = append(cols, p)
		}
	}
	return cols, true
}

// whereabouts shows where records are.
func (b *builder) whereabouts() bool {
	s := b.sk
	o, _ := b.schema.Object(b.root)
	if link, ok := b.workplace(o); ok {
		s.mentions = append(s.mentions, noun{object: b.root, field: link})
		return true
	}
	f, ok := o.Role(crm.RolePlace)
	if ok && !slices.ContainsFunc(s.mentions, func(n noun) bool { return n.field == f.Name }) {
		s.mentions = append(s.mentions, noun{object: b.root, field: f.Name})
	}
	if ok {
		return true
	}
	if i := slices.IndexFunc(o.Fields, func(f crm.Field) bool { return b.lex.called(f, "place") }); i >= 0 {
		s.mentions = append(s.mentions, noun{object: b.root, field: o.Fields[i].Name})
		return true
	}
	return len(s.mentions) > 0 || b.no("it is not known where "+b.plural(b.root)+" are")
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
