package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// sense is one thing that a run of words may mean.
type sense struct {
	kind   string // a section of the closed words, or object, field, value, metric, earn, verb, dateverb, number, period
	word   string // the meaning within the kind
	object string
	field  string
	values []string // of a value: one, or the options of an outcome
	metric *metric
	number quantity
	period period
	score  float64
	fix    string  // how the data spell it, when the question did not
	partly bool    // a word of a longer name
	inside *inside // of a set: the records that a phrase of its own finds
}

// lexicon is what the words of one workspace may mean. It never changes once it is made.
type lexicon struct {
	schema  crm.Schema
	closed  closedWords
	trade   trade
	entries map[string][]sense
	vocab   map[string]bool // single words that a misspelt one may be taken for
	foreign map[string]bool
	alias   map[string]string // folded name of several -> the first of them
	aliases map[string][]string
	counts  map[string]bool    // nouns for records by what became of them: wins
	stems   map[string][]sense // words for a date: engage, engaged, engagement, engage date
	longest int
	team    string // the object of those who are responsible for records
	routes  map[string]map[string]route
}

func newLexicon(s crm.Schema, c closedWords, t trade) *lexicon {
	s = withStates(s, t.State)
	l := &lexicon{schema: s, closed: c, trade: t, entries: map[string][]sense{}, vocab: map[string]bool{}, foreign: map[string]bool{}, counts: keySet(t.Count.Words), stems: map[string][]sense{}, alias: map[string]string{}, aliases: map[string][]string{}, longest: c.longest}
	l.team = team(s)
	for _, m := range t.Metric {
		for _, w := range slices.Concat(m.Words, m.Verbs) {
			for _, form := range append(c.forms(w), w) {
				l.foreign[key(form)] = true // what brings in money is no misspelling where none is kept
			}
		}
	}
	for _, w := range t.Foreign.Words {
		l.foreign[key(w)] = true
	}
	for name, others := range t.Alias {
		l.aliases[name] = append([]string{name}, others...)
		for _, o := range l.aliases[name] {
			l.alias[o] = name
		}
	}
	for _, o := range s.Objects {
		l.object(o)
	}
	for _, o := range s.Objects {
		for _, f := range o.Fields {
			l.field(o, f)
		}
	}
	l.parts()
	l.deeds()
	for _, o := range s.Objects {
		for _, f := range o.Fields {
			l.children(o, f)
		}
	}
	for _, o := range s.Objects {
		l.outcomes(o)
		l.standings(o)
		l.metrics(o)
	}
	for _, o := range s.Objects {
		l.deverbal(o)
	}
	for _, senses := range l.entries {
		if slices.ContainsFunc(senses, func(s sense) bool { return s.kind == "value" && (s.word == "open" || s.word == "closed") }) {
			for i, s := range senses {
				if s.kind == "dateverb" {
					senses[i].score = 0.5 // what it is, before when
				}
			}
		}
	}
	l.routes = map[string]map[string]route{}
	for _, o := range s.Objects {
		l.routes[o.Name] = routes(s, o.Name)
		for to, r := range l.routes[o.Name] {
			target, _ := s.Object(to)
			link, _ := o.Field(string(r.path))
			r.alike = r.len == 1 && anyKey([]string{link.Label}, keySet(objectNames(target)))
			l.routes[o.Name][to] = r
		}
	}
	for k := range l.entries {
		for w := range strings.SplitSeq(k, " ") {
			l.vocab[w] = true
		}
	}
	return l
}

// add enters a sense, unless the same sense stands there with a better score.
func (l *lexicon) add(phrase string, s sense) { l.addKey(key(phrase), s) }

func (l *lexicon) addKey(k string, s sense) {
	if k == "" {
		return
	}
	for i, old := range l.entries[k] {
		if old.kind == s.kind && old.object == s.object && old.field == s.field && old.metric == s.metric && slices.Equal(old.values, s.values) {
			l.entries[k][i].score = max(old.score, s.score)
			return
		}
	}
	l.entries[k] = append(l.entries[k], s)
	l.longest = max(l.longest, strings.Count(k, " ")+1)
}

func (l *lexicon) object(o crm.Object) {
	t := l.trade
	s := sense{kind: "object", object: o.Name}
	names := objectNames(o)
	for i, n := range names {
		s.score = 1
		if i > 1 {
			s.score = 0.95
		}
		l.add(n, s)
	}
	if label := strings.ToLower(o.Label); !strings.Contains(label, " ") {
		s.score = 0.9
		l.add(label+"ship", s) // memberships are members
	}
	for _, g := range t.Noun {
		if g.Of == "object" && anyKey(names, g.keys) {
			s.score = 0.85
			for k := range g.keys {
				l.addKey(k, s)
			}
			verb := s
			verb.word = "verb"
			l.verbs(g.Verbs, verb)
		}
	}
}

// calls tells whether an object goes by a word of the trade or by a synonym of it.
func (t trade) calls(o crm.Object, word string) bool {
	return slices.ContainsFunc(t.Noun, func(g nounGroup) bool {
		return g.Of == "object" && g.keys[key(word)] && anyKey(objectNames(o), g.keys)
	})
}

func objectNames(o crm.Object) []string {
	return append([]string{o.Label, o.Plural, crm.LabelOf(o.Name)}, o.Synonyms...)
}

func (l *lexicon) field(o crm.Object, f crm.Field) {
	t := l.trade
	s := sense{kind: "field", object: o.Name, field: f.Name}
	names := append([]string{f.Label, crm.LabelOf(f.Name)}, f.Synonyms...)
	if short, ok := l.unitless(f); ok {
		names = append(names, short)
	}
	if bare := strings.TrimSuffix(strings.ToLower(f.Label), " of"); bare != strings.ToLower(f.Label) && f.Target == o.Name {
		l.add(bare, sense{kind: "child", object: o.Name, field: f.Name, score: 1})
	}
	if f.Role == crm.RoleParent {
		s.score = 1
		l.add("parent "+o.Label, s)
	}
	if !l.meansObject(o, f, names) {
		named := s
		if f.Target == o.Name && strings.HasSuffix(strings.ToLower(f.Label), " of") {
			named.kind = "child"
		}
		for i, n := range names {
			named.score = 1
			if i > 1 {
				named.score = 0.95
			}
			if f.Type == crm.Text && l.namesObject(n, o) {
				named.score -= 0.3 // deals are deals before they are what a bill has written under deal
			}
			if f.Type == crm.Bool {
				named.score -= 0.15 // what it is called mostly asks for those where it holds
			}
			if slices.ContainsFunc(l.entries[key(n)], func(e sense) bool { return e.kind == "object" && e.object != o.Name && e.score >= 0.95 }) {
				named.score -= 0.2 // deals are deals before they are a text of invoices
			}
			l.add(n, named)
		}
	}
	for _, g := range t.Noun {
		if g.Of != "field" || !(anyKey(names, g.matchKeys) || slices.Contains(g.Roles, string(f.Role)) || slices.Contains(g.Types, string(f.Type)) || g.Match != nil && anyPart(names, g.matchKeys)) {
			continue
		}
		s.score = 0.85
		if g.Score != 0 {
			s.score = g.Score
		}
		for k := range g.keys {
			if g.Collective {
				l.drop(k, o)
			}
			l.addKey(k, s)
		}
		l.verbs(g.Verbs, sense{kind: "verb", object: o.Name, field: f.Name, score: 0.85})
	}
	if f.Role == crm.RoleOwner {
		for _, w := range t.Label["ownerless"] {
			l.add(w, sense{kind: "undone", object: o.Name, field: f.Name, score: 1})
		}
	}
	l.numbered(o, f)
	l.units(o, f)
	l.countsPieces(o, f)
	l.fieldVerbs(o, f)
	if isReason(f) {
		for _, w := range []string{"why", "for what reason", "for which reason", "what made us", "how come"} {
			l.add(w, sense{kind: "field", word: "why", object: o.Name, field: f.Name, score: 1})
		}
	}
	switch f.Type {
	case crm.Choice, crm.Choices:
		l.options(o, f)
	case crm.Bool:
		l.flag(o, f, names)
	}
}

// options enters the values of a choice, each with its other names.
func (l *lexicon) options(o crm.Object, f crm.Field) {
	if f.Role == crm.RoleStage {
		l.allStages(o, f)
	}
	for _, opt := range f.Options {
		v := sense{kind: "value", object: o.Name, field: f.Name, values: []string{opt.Value}, score: 1}
		l.add(opt.Value, v)
		v.score = 0.9
		for _, other := range l.trade.Alias[crm.Fold(opt.Value)] {
			if len(other) > 3 {
				l.add(other, v)
			}
		}
		for _, part := range strings.Split(opt.Value, " - ") {
			if part != opt.Value {
				l.add(part, v) // P1 - Urgent is either
			}
		}
		for _, syn := range opt.Synonyms {
			l.add(syn, v)
		}
	}
}

// flag enters the words for records of which a yes-or-no field holds.
func (l *lexicon) flag(o crm.Object, f crm.Field, names []string) {
	v := sense{kind: "value", object: o.Name, field: f.Name, values: []string{"yes"}, score: 0.95}
	words := strings.Fields(f.Label)
	if anyKey(words[len(words)-1:], keySet(objectNames(o))) || l.trade.calls(o, words[len(words)-1]) {
		v.word = "thing"
	}
	l.add(f.Label, v)
	for _, g := range l.trade.Noun {
		if g.Of != "flag" || !anyPart(names, g.matchKeys) {
			continue
		}
		v.score = 0.9
		for k := range g.keys {
			l.addKey(k, v)
		}
		l.verbs(g.Verbs, v)
		v.word = "thing"
		for _, w := range g.Things {
			l.add(w, v)
		}
	}
}

// isReason tells of a field that says why something happened, such as a loss reason.
func isReason(f crm.Field) bool {
	return (f.Type == crm.Choice || f.Type == crm.Text) && slices.ContainsFunc(strings.Fields(strings.ToLower(f.Label)), func(w string) bool {
		return oneOf(w, "reason", "reasons", "cause", "why")
	})
}

// allStages reads all stages, in any status: the question looks at every stage.
func (l *lexicon) allStages(o crm.Object, f crm.Field) {
	t := l.trade
	names := []string{f.Label}
	for _, g := range t.Noun {
		if slices.Contains(g.Roles, string(crm.RoleStage)) {
			names = append(names, g.Words...)
		}
	}
	for _, n := range names {
		for _, all := range []string{"all ", "any ", "every ", "in any ", "in all ", "of any ", "regardless of ", "regardless of the ", "regardless of its ", "regardless of their ", "irrespective of ", "irrespective of the ", "irrespective of their ", "whatever the ", "whatever their ", "whatever its ", "no matter the ", "no matter their ", "no matter which ", "no matter what "} {
			l.add(all+n, sense{kind: "value", word: "all", object: o.Name, field: f.Name, values: optionValues(f), score: 0.95})
		}
	}
}

// drop takes the sense of an object off a word, unless it is what the object is called.
func (l *lexicon) drop(k string, o crm.Object) {
	if k == key(o.Label) || k == key(o.Plural) {
		return
	}
	l.entries[k] = slices.DeleteFunc(l.entries[k], func(s sense) bool { return s.kind == "object" && s.object == o.Name })
}

// meansObject tells whether a field's name is but another way to name an object: a link called like its target, or the
// field that holds the record's own name. The object's sense then stands for both.
func (l *lexicon) meansObject(o crm.Object, f crm.Field, names []string) bool {
	target := ""
	switch {
	case f.Type == crm.Link && f.Target != o.Name:
		target = f.Target
	case f.Type == crm.Number && serial(o, f):
		l.add(f.Label, sense{kind: "object", object: o.Name, score: 0.9})
		return true
	default:
		if n, ok := o.NameField(); ok && n.Name == f.Name {
			target = o.Name
		}
	}
	if target == "" {
		return false
	}
	return slices.ContainsFunc(l.entries[key(names[0])], func(s sense) bool { return s.kind == "object" && s.object == target })
}

// namesObject tells whether a word is what another object is called.
func (l *lexicon) namesObject(word string, but crm.Object) bool {
	return slices.ContainsFunc(l.entries[key(word)], func(s sense) bool { return s.kind == "object" && s.object != but.Name })
}

func (l *lexicon) fieldOf(s sense) crm.Field {
	o, _ := l.schema.Object(s.object)
	f, _ := o.Field(s.field)
	return f
}

// stageOf is the field that says where records of an object stand.
func (l *lexicon) stageOf(object string) (string, bool) {
	o, _ := l.schema.Object(object)
	f, ok := o.Role(crm.RoleStage)
	return f.Name, ok
}

// partScore is how surely one word of a longer label stands for the field.
const partScore = 0.7

// parts lets one word of a longer label stand for the field, where at most two others have the word.
func (l *lexicon) parts() {
	owners := map[string][]sense{}
	for _, o := range l.schema.Objects {
		for _, f := range o.Fields {
			words := strings.Fields(strings.ToLower(f.Label))
			if len(words) < 2 || l.meansObject(o, f, []string{f.Label}) {
				continue
			}
			for _, w := range words {
				k := key(w)
				if (len(k) > 2 || k == "id") && !slices.ContainsFunc(l.closed.senses[k], func(s sense) bool { return s.kind != "beyond" }) {
					owners[k] = append(owners[k], sense{kind: "field", object: o.Name, field: f.Name, score: partScore})
				}
			}
		}
	}
	for k, senses := range owners {
		if len(senses) > 3 || l.entries[k] != nil {
			continue
		}
		for _, s := range senses {
			l.add(k, s) // of several, the rest of the question must decide
			if k == "id" {
				l.add("ids", s)
			}
		}
	}
}

func anyKey(names []string, keys map[string]bool) bool {
	return slices.ContainsFunc(names, func(n string) bool { return keys[key(n)] })
}

// anyPart tells whether a word of a name is among keys.
func anyPart(names []string, keys map[string]bool) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		return slices.ContainsFunc(strings.Fields(n), func(part string) bool { return keys[key(part)] })
	})
}
