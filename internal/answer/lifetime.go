package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// settleLasting reads how long records take that have no roles for it, from the dates that are called so: reported on and
// completed on.
func (b *builder) settleLasting() bool {
	s := b.sk
	if !s.howlong || s.old != nil || len(s.gauges) > 0 || s.rank != nil || len(s.compared) > 0 {
		return false
	}
	for _, name := range b.linking() {
		o, _ := b.schema.Object(name)
		if b.cycle(name) != nil || b.asksOpen(name) {
			return false
		}
		from, to, ok := b.lex.lifetime(o)
		if !ok {
			continue
		}
		fn := s.agg
		if fn == "" || fn == plan.Sum {
			fn = plan.Mean
		}
		s.gauges = []gauge{{object: o.Name, field: to, minus: from, fn: fn}}
		s.agg, s.howlong = "", false
		if s.target.field == "" && s.asked != "which" {
			s.target = noun{}
		}
		s.mentions = slices.DeleteFunc(s.mentions, func(m noun) bool { return m.field == "" && m.object != o.Name && s.word(m.at-1) != "with" }) // any book
		return true
	}
	return false
}

// longest ranks by the same dates.
func (b *builder) longest() bool {
	if s := b.sk; s.word(s.rank.at+1) == "time" && len(s.groups) == 0 && s.asked != "which" && len(s.gauges) == 0 {
		for _, name := range b.linking() {
			o, _ := b.schema.Object(name)
			if from, to, ok := b.lex.lifetime(o); ok && b.cycle(name) == nil {
				fn := map[bool]plan.Fn{true: plan.Max, false: plan.Min}[s.rank.desc]
				s.gauges, s.rank, s.target = []gauge{{object: name, field: to, minus: from, fn: fn}}, nil, noun{}
				return true
			}
		}
	}
	for _, name := range b.spoken() {
		o, _ := b.schema.Object(name)
		if b.cycle(name) != nil || b.asksOpen(name) {
			return false
		}
		if from, to, ok := b.lex.lifetime(o); ok {
			fn := b.sk.agg
			if fn == "" {
				fn = plan.Mean
			}
			b.sk.rank.of, b.sk.agg = &gauge{object: name, field: to, minus: from, fn: fn}, ""
			return true
		}
	}
	return false
}

// spoken are the objects that the question speaks of, what is asked for first.
func (b *builder) spoken() []string {
	s := b.sk
	var out []string
	for _, n := range append([]noun{s.target}, s.mentions...) {
		out = append(out, n.object)
	}
	for _, set := range s.sets {
		out = append(out, set.object)
	}
	out = slices.DeleteFunc(out, func(o string) bool { return o == "" })
	return out
}

// linking is the object whose records tie all that is spoken of together: how long members keep a book is told by the loans.
func (b *builder) linking() []string {
	out := b.spoken()
	for _, o := range b.schema.Objects {
		apart := func(name string) bool { return !b.reaches(o.Name, name) }
		if len(out) > 0 && !slices.Contains(out, o.Name) && !slices.ContainsFunc(out, apart) {
			return append(out, o.Name)
		}
	}
	return out
}

// lifetime finds the one date with which records begin and the one with which they are done, by what they are called.
func (l *lexicon) lifetime(o crm.Object) (from, to string, ok bool) {
	first, last := 0, 0
	for _, f := range o.Fields {
		word, _, _ := strings.Cut(strings.ToLower(f.Label), " ")
		switch {
		case f.Type != crm.Date && f.Type != crm.DateTime:
		case slices.Contains(l.trade.Label["begun"], word), slices.Contains(objectNames(o), capital(word)):
			from, first = f.Name, first+1
		case slices.Contains(l.trade.Label["over"], word):
			to, last = f.Name, last+1
		}
	}
	return from, to, first == 1 && last == 1
}
