package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// settlePeople reads how many people: the sum of a number that the question names, such as employees, else who is
// responsible for the records.
func (b *builder) settlePeople() {
	s := b.sk
	if !s.people {
		return
	}
	for i, m := range s.mentions {
		if b.lex.isFigure(m) {
			g := gauge{fn: plan.Sum, object: m.object, field: m.field}
			if s.agg != "" {
				g.fn, s.agg = s.agg, ""
			}
			s.gauges = append(s.gauges, g)
			s.mentions = slices.Delete(s.mentions, i, i+1)
			s.measured(m.object)
			return
		}
	}
	if o := b.lex.team; o != "" {
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
	b.whichOfThem()
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
	case s.folk != nil && !s.target.zero() && s.target.object != b.lex.team:
		if o, _ := b.schema.Object(s.target.object); !b.person(o) {
			s.leave(*s.folk) // companies with everyone in them
		}
	case bare && s.rank != nil && s.rank.of == nil && s.rank.flavour == "date":
		for _, set := range s.sets {
			o, _ := b.schema.Object(set.object)
			if f := b.field(set.object, set.field); f.Type == crm.Choice && f.Role != crm.RoleStage && set.from > s.rank.at && set.from < s.rank.at+3 && !set.adjective && !set.neg {
				if _, ok := b.lex.birth(o); ok {
					s.target = noun{object: set.object, at: set.from}
				}
			}
		}
	case bare && s.rank == nil && s.asked != "when" && s.asked != "where":
		for _, set := range s.sets {
			if b.kindNoun(set) && !oneOf(s.word(set.from-1), "from", "to", "by", "with", "for") {
				s.target = noun{object: set.object, at: set.from, plural: true}
				return
			}
		}
	}
}

// whichOfThem asks for those whom a value in the plural names right behind which, wherever they are: which managing directors
// at our key accounts.
func (b *builder) whichOfThem() {
	s := b.sk
	if s.asked != "which" || s.target.field != "" || s.target.object == "" || s.rank != nil {
		return
	}
	for _, set := range s.sets {
		said := func(t token) bool { return oneOf(t.fold, "which", "what", "of", "our", "the", "my", "your") }
		if !b.kindNoun(set) || set.object == s.target.object || set.to >= s.target.at || slices.ContainsFunc(s.toks[:set.from], func(t token) bool { return !said(t) }) {
			continue
		}
		s.mentions = append([]noun{s.target}, s.mentions...)
		s.target = noun{object: set.object, at: set.from, plural: true}
		return
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
	team := b.lex.team
	if at >= 0 && s.sets[at].object != team && !b.reaches(team, s.sets[at].object) && b.personField(b.subject()).zero() {
		s.leave(s.sets[at]) // nobody is known to be there
	}
	return team
}
