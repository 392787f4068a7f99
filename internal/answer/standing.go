package answer

import (
	"maps"
	"slices"
	"strings"
	"time"

	"openclaw/internal/crm"
)

// soonDays is how many days ahead due soon looks.
const soonDays = 7

// standings enters the words for how a record stands by the day it is due, where its object knows that day and what is
// over. An option that is called so itself is meant before.
func (l *lexicon) standings(o crm.Object) {
	t := l.trade
	due, ok := o.Role(crm.RoleDue)
	stage, staged := o.Role(crm.RoleStage)
	_, ended := o.Role(crm.RoleEnded)
	if own, held := l.heldOn(o); !ok && held && staged && len(outcomeValues(stage, "closed")) > 0 {
		for _, w := range []string{"upcoming", "coming up", "still to come", "forthcoming"} {
			l.add(w, sense{kind: "standing", word: "upcoming", object: o.Name, field: own, score: 0.9})
		}
		return
	}
	if !ok || !ended && !(staged && len(outcomeValues(stage, "closed")) > 0) {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(t.Stand)) {
		for _, w := range t.Stand[name] {
			s := sense{kind: "standing", word: name, object: o.Name, field: due.Name, score: 0.9}
			if slices.ContainsFunc(l.entries[key(w)], func(v sense) bool { return v.kind == "value" && v.object == o.Name }) {
				s.score = 0.75
			}
			l.add(w, s)
		}
	}
}

// heldOn is the one date of an object that is called like it: the event date of an event.
func (l *lexicon) heldOn(o crm.Object) (string, bool) {
	var own []string
	for _, f := range o.Fields {
		called := slices.ContainsFunc(strings.Fields(f.Label), func(word string) bool { return anyKey(objectNames(o), map[string]bool{key(word): true}) })
		if f.ValueType().Temporal() && called && !l.labelled(f, "entered") {
			own = append(own, f.Name)
		}
	}
	if len(own) != 1 {
		return "", false
	}
	return own[0], true
}

// standing asks for records of the root that are still open and due before, after or around today.
func (b *builder) standing(it item, to *conditions) bool {
	if it.object != b.root {
		return b.no("only " + b.plural(it.object) + " are due")
	}
	day := func(after int) string { return b.today.AddDate(0, 0, after).Format(time.DateOnly) }
	due := crm.Path(it.field)
	b.usesToday = true
	switch it.word {
	case "overdue":
		to.rest = append(to.rest, crm.Where(due, crm.Less, day(0)))
		if len(it.numbers) == 1 {
			// So many days ago or more is on that day or before.
			op := map[crm.Op]crm.Op{crm.More: crm.Less, crm.AtLeast: crm.AtMost, crm.Less: crm.More, crm.AtMost: crm.AtLeast}[it.op]
			if op == "" {
				return b.no("it does not say how many days")
			}
			to.rest = append(to.rest[:len(to.rest)-1], crm.Where(due, op, day(-int(it.numbers[0].n.IntPart()))))
			if op == crm.More || op == crm.AtLeast {
				to.rest = append(to.rest, crm.Where(due, crm.Less, day(0)))
			}
		}
	case "upcoming":
		to.rest = append(to.rest, crm.Where(due, crm.AtLeast, day(0)))
	case "soon":
		to.rest = append(to.rest, crm.Where(due, crm.Between, day(0), day(soonDays)))
		b.notes = append(b.notes, "Soon is taken for the next 7 days.")
	default:
		return b.no("")
	}
	return b.stillOpen(to)
}

// stillOpen asks for what was open on the day that counts as today. For a day that is over, the day on which each record
// ended tells; the stage only says how it stands now.
func (b *builder) stillOpen(to *conditions) bool {
	o, _ := b.schema.Object(b.root)
	end, ends := o.Role(crm.RoleEnded)
	said, asked := b.stageValues(b.root)
	stage, staged := b.stage(b.root)
	open := b.values(b.root, "open")
	switch {
	case b.asOf != nil && b.asOf.from.Before(b.clock):
		if asked && slices.Equal(sorted(said), sorted(open)) {
			delete(to.set, stage.Name) // open on that day, whatever became of it since
			to.order = without(to.order, []string{stage.Name})
			asked = false
		}
		if !ends || asked {
			return b.no("how things stood on that day is not known; openclawd at answers that from a snapshot")
		}
		to.rest = append(to.rest, crm.Filter{Or: canonical([]crm.Filter{
			crm.Where(crm.Path(end.Name), crm.Empty), crm.Where(crm.Path(end.Name), crm.AtLeast, b.today.AddDate(0, 0, 1).Format(time.DateOnly))})})
	case slices.ContainsFunc(b.sk.gauges, func(g gauge) bool {
		return g.metric != nil && g.object == b.root && oneOf(g.metric.Outcome, "won", "lost", "paid")
	}):
		return b.no("what is closed is no longer due")
	case b.sk.dateverb.object == b.root && (ends && b.sk.dateverb.field == end.Name || slices.ContainsFunc(b.sk.standing, func(it item) bool { return it.from == b.sk.dateverb.at+1 && it.field != b.sk.dateverb.field })):
		return b.no("what has ended is no longer due")
	case len(b.sk.against) > 0:
		return b.no("what ended late is no longer due")
	case asked && len(intersect(said, open)) == 0:
		return b.no("what is closed is no longer due")
	case staged:
		return to.restrict(crm.Path(stage.Name), open, false, false)
	default:
		to.rest = append(to.rest, crm.Where(crm.Path(end.Name), crm.Empty))
	}
	return true
}

// makeUntil reads how long records are open, or last, before something becomes of them as how long those take of which that
// became.
func makeUntil(r *reader, m []item) ([]item, bool) {
	last, how := m[len(m)-1], pick(m, "since")[0]
	lasts := slices.ContainsFunc(r.toks[:how.from], func(t token) bool {
		return slices.ContainsFunc(r.lex.closed.senses[t.norm], func(s sense) bool { return s.kind == "bucket" && s.word == "day" }) || t.fold == "long" || t.fold == "time"
	})
	stage, staged := r.lex.stageOf(last.object)
	o, _ := r.schema.Object(last.object)
	f, _ := o.Field(stage)
	end, ends := o.Role(crm.RoleEnded)
	over := last.kind == "earn" || last.kind == "set" && staged && last.field == stage && !last.neg && within(last.values, outcomeValues(f, "closed")) ||
		last.kind == "dateverb" && ends && last.field == end.Name
	if !lasts || !over || how.word != "before" && how.word != "until" || how.to < last.from-2 {
		return nil, false
	}
	if open := m[0]; open.kind == "set" && (open.object != last.object || open.field != stage || !slices.Equal(sorted(open.values), sorted(outcomeValues(f, "open")))) {
		return nil, false
	}
	last.from = how.from
	return append(pick(m, "agg"), last), true
}

// makeLateBy reads how long something is overdue.
func makeLateBy(_ *reader, m []item) ([]item, bool) {
	out, cond := m[0], m[len(m)-1]
	if out.kind == "cond" {
		out, cond = cond, out
	}
	if out.word != "overdue" || len(cond.numbers) != 1 || cond.numbers[0].unit != "day" || !cond.numbers[0].n.IsInteger() || cond.numbers[0].n.GreaterThan(decimalOf(36500)) {
		return nil, false
	}
	out.op, out.numbers, out.from, out.to = cond.op, cond.numbers, m[0].from, m[len(m)-1].to
	return []item{out}, true
}

// lateBy tells of a value such as Overdue beside a number of days, which is how long it has been so, and not how old it is.
func (r *reader) lateBy(set item, items []item, i int) bool {
	standing := len(set.parts) > 0 && slices.ContainsFunc(set.parts[0].senses, func(s sense) bool { return s.kind == "standing" })
	days := func(j int) bool {
		return j >= 0 && j < len(items) && items[j].kind == "cond" && items[j].numbers[0].unit == "day"
	}
	return standing && (days(i-1) || days(i+1) || i+2 < len(items) && items[i+1].kind == "prep" && days(i+2))
}

// makePunctual reads paid late and done on time: the day it ended against the day it was due.
func makePunctual(r *reader, m []item) ([]item, bool) {
	deed, how := m[0], m[len(m)-1]
	if deed.kind == "punctual" {
		deed, how = how, deed // late payments
	}
	o, _ := r.schema.Object(deed.object)
	end, ends := o.Role(crm.RoleEnded)
	due, isDue := o.Role(crm.RoleDue)
	stage, _ := o.Role(crm.RoleStage)
	if start, _ := o.Role(crm.RoleStarted); !ends && (deed.kind == "dateverb" || deed.kind == "verb" && r.lex.fieldOf(deed.sense).ValueType().Temporal()) && deed.field != due.Name && deed.field != start.Name {
		end, ends = r.lex.fieldOf(deed.sense), true // returned late
	}
	over := (deed.kind == "dateverb" || deed.kind == "verb") && deed.field == end.Name ||
		deed.kind == "set" && deed.field == stage.Name && !deed.neg && within(deed.values, outcomeValues(stage, "closed"))
	if !ends || !isDue || !over {
		return nil, false
	}
	out := joined("against", m) // what ended late has ended
	out.op = map[string]crm.Op{"late": crm.More, "ontime": crm.AtMost, "early": crm.Less}[how.word]
	out.parts = []item{{sense: sense{kind: "field", object: o.Name, field: due.Name}}, {sense: sense{kind: "field", object: o.Name, field: end.Name}}}
	if deed.kind == "set" {
		return []item{out}, out.op != ""
	}
	deed.kind = "dateverb" // returned late in 2024 is when they were returned
	return []item{deed, out}, out.op != ""
}

// makeDaysLate reads how many days late: the days from the day it was due to the day it ended.
func makeDaysLate(r *reader, m []item) ([]item, bool) {
	how := m[len(m)-1]
	if how.word != "late" && how.word != "overdue" || r.toks[m[0].to-1].fold != "days" {
		return nil, false
	}
	for _, o := range r.schema.Objects {
		end, ends := o.Role(crm.RoleEnded)
		due, isDue := o.Role(crm.RoleDue)
		if !ends || !isDue || how.object != "" && how.object != o.Name {
			continue
		}
		out := joined("fromto", m)
		out.object, out.field, out.word = o.Name, end.Name, due.Name
		return []item{out}, true
	}
	return nil, false
}

// makePunctualTwice reads on time (by the due date), which says the same twice.
func makePunctualTwice(_ *reader, m []item) ([]item, bool) {
	out := m[0]
	out.to = m[1].to
	return []item{out}, m[0].word == m[1].word
}

// makePunctualDated reads paid in 2026 after the due date: the day stays with what was done.
func makePunctualDated(r *reader, m []item) ([]item, bool) {
	out, ok := makePunctual(r, []item{m[0], m[len(m)-1]})
	if !ok {
		return nil, false
	}
	out[0].from = m[len(m)-1].from
	return append(slices.Clone(m[:len(m)-1]), out...), true
}
