package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// elsewhere tells of a field asked of what is written in a field of other records: the phone number of a manager who is
// but a name of properties is not that of their owners.
func (b *builder) elsewhere() (string, bool) {
	s := b.sk
	if len(s.gauges) > 0 || s.counted != nil || s.agg != "" || s.howmuch || s.share || s.rank != nil || len(s.groups) > 0 {
		return "", false
	}
	for _, n := range append(slices.Clone(s.mentions), s.target) {
		if o, _ := b.schema.Object(n.object); n.field == "" || o.Name != "" && slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.Name == n.field && b.lex.isTime(f) }) {
			continue
		}
		for _, set := range s.sets {
			f := b.field(set.object, set.field)
			if set.from <= n.at || set.object == n.object || f.Key || f.Type == crm.Link || b.lex.isName(set.sense.noun()) {
				continue
			}
			between := slices.ContainsFunc(append(slices.Clone(s.mentions), s.target), func(m noun) bool { return m.at > n.at && m.at < set.from })
			if !between && set.from-n.at < 5 && oneOf(s.word(set.from-1), "of", "for") {
				return strings.Join(set.values, " or ") + " is a " + b.label(noun{object: set.object, field: set.field}) + ", and the " + b.label(n) + " is that of " + b.plural(n.object), true
			}
		}
	}
	return "", false
}

// columnsAsked tells whether a field is asked for beside the records: deals in Porto, with their amounts.
func (b *builder) columnsAsked() bool {
	return len(b.sk.mentions) > 0 && !slices.ContainsFunc(b.sk.mentions, func(m noun) bool {
		return m.field != "" && !oneOf(b.sk.word(m.at-1), "with", "and", ",", "their", "its", "the", "including", "plus")
	}) && slices.ContainsFunc(b.sk.mentions, func(m noun) bool { return m.field != "" })
}

// counts tells of records named without a verb whose number is asked for: those taken together, those of which the question
// asks whether there are any, and those named in key words.
func (b *builder) counts() bool {
	return b.sk.together || b.sk.yesNo() || b.sk.terse || b.sk.counts
}

// namesRecord tells whether the question names a record of the root.
func (b *builder) namesRecord() bool {
	return slices.ContainsFunc(b.sk.sets, func(set item) bool {
		return set.object == b.root && !set.neg && (b.lex.isName(set.sense.noun()) || b.isKey(set))
	})
}

// isKey tells of one record that is named by its number.
func (b *builder) isKey(set item) bool {
	o, _ := b.schema.Object(set.object)
	f, ok := o.Field(set.field)
	return ok && f.Key && len(set.values) == 1
}

// mentionsFit sees to it that every thing the question speaks of has to do with what the plan reads; nothing is dropped.
func (b *builder) mentionsFit() bool {
	for _, m := range b.sk.mentions {
		switch {
		case m.field == "" && (m.object == b.root || b.onTheWay(m.object)):
		case m.field != "" && b.used(m):
		case m.field != "" && m.object == b.root && b.goesTo(m):
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

// goesTo tells of a link over which a group goes: by practice area of the lead lawyer.
func (b *builder) goesTo(link noun) bool {
	return slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return strings.HasPrefix(string(g.Path), link.field+".") })
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
	through := func(g plan.Group) bool {
		return ok && (p == g.Path || object != b.root && len(b.p.Measures) == 0 && strings.HasPrefix(string(g.Path), string(p)+".")) // the phone of the landlord
	}
	held := func(f crm.Filter) bool {
		return ok && f.Term != nil && object != b.root && strings.HasPrefix(string(f.Term.Path), string(p)+".")
	}
	return slices.ContainsFunc(b.cond.rest, held) || slices.ContainsFunc(b.p.Groups, through) || slices.ContainsFunc(s.compared, func(c item) bool { return c.parts[0].object == object })
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
