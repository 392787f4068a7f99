package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// passives makes one word of a verb and the preposition behind it: managed by is a relation, where managed is one.
func (l *lexicon) passives(toks []token) []sense {
	last := len(toks) - 1
	if last < 1 || toks[last].fold != "by" || toks[0].quoted {
		return nil
	}
	var out []sense
	for _, s := range l.entries[joinNorm(toks[:last])] {
		if f := l.fieldOf(s); s.kind == "verb" && !f.ValueType().Temporal() && !f.ValueType().Numeric() {
			s.score = 1
			out = append(out, s)
		}
	}
	return out
}

// turned tells whether a verb says what the record before it is to the one behind it, and not the other way round:
// reports to, managed by, works for.
func (r *reader) turned(verb item) bool {
	return oneOf(r.toks[verb.to-1].fold, "by", "to", "for", "under")
}

// leadsTo tells whether a value is the name of a record that a field links to.
func (r *reader) leadsTo(s sense, v sense) bool {
	f := r.lex.fieldOf(s)
	return f.Type == crm.Link && r.isNameOf(v, f.Target)
}

// makeRelated reads those who report to somebody, are managed by somebody or belong to somebody by the field of the verb.
func makeRelated(r *reader, m []item) ([]item, bool) {
	verb, v := m[0], m[1]
	own := v.object == verb.object && v.field == verb.field
	if !r.turned(verb) || !own && !r.leadsTo(verb.sense, v.sense) {
		return nil, false
	}
	if verb.word == "related" {
		r.score += 0.2
	}
	out := joined("value", m)
	out.sense = v.sense
	out.object, out.field = verb.object, verb.field
	return []item{out}, true
}

// children enters the words for those that link to a record of their own kind: subsidiaries, direct reports.
func (l *lexicon) children(o crm.Object, f crm.Field) {
	t := l.trade
	if f.Type != crm.Link || f.Target != o.Name {
		return
	}
	kind := "company"
	if t.calls(o, "person") || t.calls(o, "sales agent") || o.Name == l.team {
		kind = "person"
	}
	for _, w := range append([]string{"child " + o.Label, "child " + o.Plural}, t.Child[kind]...) {
		if len(l.entries[key(w)]) == 0 {
			l.add(w, sense{kind: "child", object: o.Name, field: f.Name, score: 0.9})
		}
	}
}

// makeLinkedBehind reads Acme's subsidiaries.
func makeLinkedBehind(r *reader, m []item) ([]item, bool) {
	v, child := m[0], m[len(m)-1]
	if r.toks[m[1].from].fold != "'s" || !r.leadsTo(child.sense, v.sense) {
		return nil, false
	}
	out := joined("value", m[:2])
	out.sense = v.sense
	out.object, out.field = child.object, child.field
	return []item{out, {sense: sense{kind: "object", object: child.object}, from: child.from, to: child.to}}, true
}

// makeLeads reads who leads somebody's team as who leads that somebody.
func makeLeads(r *reader, m []item) ([]item, bool) {
	verb, v, team := m[0], m[1], m[3]
	if r.toks[m[2].from].fold != "'s" || r.toks[team.from].norm != "team" || r.turned(verb) || !r.leadsTo(verb.sense, v.sense) || v.object != team.object {
		return nil, false
	}
	v.to = team.to
	return []item{verb, v}, true
}

// makeTeam reads somebody's people, team and reps as those whom a link of their own kind ties to that somebody.
func makeTeam(r *reader, m []item) ([]item, bool) {
	v, who := m[0], m[2]
	o, _ := r.schema.Object(v.object)
	if r.toks[m[1].from].fold != "'s" || !r.isNameOf(v.sense, v.object) || who.kind == "object" && (who.object != v.object || who.word == "verb") {
		return nil, false
	}
	own := slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return strings.EqualFold(f.Label, "team") })
	if before := r.word(m[0].from - 1); own && who.kind == "field" && who.object == v.object && oneOf(before, "of", "by", "from", "for", "in", "on") {
		who.kind = "others" // who else is in the team that somebody is in
		return []item{v, who}, true
	}
	if who.kind == "field" && (who.object != v.object || r.toks[who.to-1].norm != "team" || strings.EqualFold(r.lex.fieldOf(who.sense).Label, "team")) {
		return nil, false
	}
	var up []string
	for _, f := range o.Fields {
		if f.Type == crm.Link && f.Target == o.Name {
			up = append(up, f.Name)
		}
	}
	if len(up) != 1 || r.lex.team != "" && o.Name != r.lex.team && who.kind == "people" {
		return nil, false
	}
	out := joined("value", m[:2])
	out.sense = v.sense
	out.field = up[0]
	who.sense = sense{kind: "object", object: o.Name, score: 1}
	return []item{out, who}, true
}

// ownKind tells of a verb of a link to records of the own kind: managed by.
func (l *lexicon) ownKind(s sense) bool {
	f := l.fieldOf(s)
	return s.kind == "verb" && f.Type == crm.Link && f.Target == s.object
}

// makeManaged takes people who are said to be managed by somebody for those who have a manager.
func makeManaged(r *reader, m []item) ([]item, bool) {
	who, verb, v := m[0], m[1], m[2]
	if !slices.Contains(r.lex.trade.Folk.Words, r.toks[who.to-1].fold) || !r.turned(verb) || !r.lex.ownKind(verb.sense) || !r.leadsTo(verb.sense, v.sense) || who.object == verb.object {
		return nil, false
	}
	who.sense = sense{kind: "object", object: verb.object, score: 1}
	return append([]item{who}, m[1:]...), true
}

// reaches tells whether an object sees another over links.
func (r *reader) reaches(from, to string) bool {
	_, ok := r.lex.routes[from][to]
	return ok
}
