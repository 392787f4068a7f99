package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// inside is a phrase inside a question that is a question of its own, such as "our three biggest customers": the plan of
// those that it finds.
type inside struct {
	plan   plan.Plan
	of     crm.Path // what of the plan is found; "" is its records
	object string   // whose records, or whose field, is found
	field  string   // "" for records
	noun   string   // the object that it stands behind, "" where there is none
	close  bool     // it stands right behind it
}

// maxInside is how many phrases may stand one inside the other, and maxNested how many ways to take a question apart
// are tried.
const (
	maxInside = 3
	maxNested = 240
)

// nester takes questions apart at the phrases inside them.
type nester struct {
	e     *Engine
	q     *question
	spent int
}

// read makes a plan of the words as they stand, else of the phrases among them.
func (n *nester) read(items []item, depth int) []try {
	n.spent++
	if n.spent > maxNested {
		return nil
	}
	t := n.e.try(n.q, items)
	if t.ok || depth >= maxInside {
		return []try{t}
	}
	if apart := n.apart(items, depth); len(apart) > 0 {
		return apart
	}
	return []try{t}
}

// opens are the kinds of words behind which a phrase inside may begin.
func opens(it item) bool {
	return it.kind == "prep" || it.kind == "lack" || it.kind == "fill" && it.word == "verb" || it.kind == "verb" || it.kind == "earn"
}

// apart reads a question with one phrase inside it as a set of what that finds. The phrase that begins first is taken,
// since what follows a noun belongs to that noun: tasks of [the companies that have no deals].
func (n *nester) apart(items []item, depth int) []try {
	for at := 1; at < len(items); at++ {
		and := items[at-1].kind == "and" && at > 1 && items[at-2].inside != nil
		if n.q.toks[items[at-1].from].fold == "'s" {
			continue // what somebody has is what is asked for: Anna's last task
		}
		if n.q.toks[0].fold == "what" && items[at-1].from == 1 && oneOf(n.q.toks[1].fold, "did", "does", "do") && items[at-1].kind == "fill" && n.verb(items, skipFill(items, at)) == 0 {
			continue // what did Ann order
		}
		if r := n.q.reader(); items[at-1].kind == "earn" && r.paysOther(items[at-1], items[skipFill(items, at):]) {
			continue // paid an invoice is of invoices
		}
		if start := skipFill(items, at); opens(items[at-1]) || and {
			if found := n.from(items, at, start, depth); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}

// among finds the word with which a plan says the plan inside it: the last of those side by side, else the first.
func among(items []item) int {
	first := 0
	for i := len(items) - 2; i > 0; i-- {
		if !has(&items[i], "among") {
			continue
		}
		if strings.HasPrefix(items[i].senses[0].word, "and-") {
			return i
		}
		first = i
	}
	return first
}

// all reads every likely choice of senses; what a plan has said of the plans inside it is read for itself.
func (n *nester) all(items []item, depth int) []try {
	at := among(items)
	if at == 0 || depth > maxInside {
		var out []try
		for _, chosen := range readings(items) {
			out = append(out, n.e.try(n.q, chosen))
		}
		return out
	}
	inner := n.all(items[at+1:], depth+1)
	byScore(inner)
	set, ok := found(inner)
	before := items[:at]
	for len(before) > 1 && has(&before[len(before)-1], "and") {
		before = before[:len(before)-1]
	}
	if !ok {
		for i := range inner {
			inner[i].ok = inner[i].ok && inner[i].b.no("the plan inside finds no records")
		}
		return inner
	}
	set.from, set.to = items[at+1].from, items[len(items)-1].to
	set.neg = strings.HasSuffix(items[at].senses[0].word, "not-in")
	set.senses = []sense{set.sense}
	first := slices.IndexFunc(before, func(it item) bool { return has(&it, "among") })
	if first < 0 {
		first = len(before)
	}
	return n.all(slices.Insert(slices.Clone(before), first, set), depth+1)
}

// from reads the phrase that begins at start, behind what opens it at the item before at. Where it can end in two ways
// that both make sense, both are kept.
func (n *nester) from(items []item, at, start, depth int) []try {
	if start >= len(items) || opens(items[start]) || n.q.toks[items[start].from].fold == "never" {
		return nil // never paid an invoice is not said of an invoice that was not paid
	}
	if items[start].kind == "dateverb" || slices.ContainsFunc(n.q.toks[items[at].from:items[start].from], func(t token) bool { return oneOf(t.fold, "we", "i", "they", "you") }) {
		return nil // what we did is said in a clause, and a phrase inside is a noun
	}
	var out []try
	for _, end := range n.ends(items, start) {
		phrase := items[start:end]
		if head := headBefore(items, at); phrase[0].kind == "cmp" && head != nil {
			with := item{sense: sense{kind: "prep", word: "of", score: 1}, from: phrase[0].from, to: phrase[0].from}
			phrase = append([]item{*head, with}, phrase...)
		}
		list := item{sense: sense{kind: "list", word: "list", score: 1}, from: phrase[0].from, to: phrase[0].from}
		set, ok := n.inner(append([]item{list}, phrase...), depth)
		if !ok {
			continue
		}
		set.from, set.to = items[at].from, items[end-1].to
		if head := headBefore(items, at); head != nil && n.verb(items, start) == 0 {
			set.inside.noun, set.inside.close = head.object, closeTo(items, at)
		}
		before := owned(items[:at], set.object)
		if last := at - 1; items[last].kind == "lack" || items[last].kind == "and" {
			set.neg = items[last].kind == "lack"
			before = items[:last]
		}
		for len(before) > 1 && before[len(before)-1].kind == "and" {
			before = before[:len(before)-1]
		}
		outer := append(append(slices.Clone(before), set), items[end:]...)
		for _, t := range n.read(outer, depth+1) {
			if t.ok || len(t.b.ask) > 0 {
				t.score -= 0.1
				out = append(out, t)
			}
		}
	}
	return out
}

// owned takes the field that stands before "of" for that of what is found, where it has such a field: the phone of
// [the landlord of the flat] is the landlord's.
func owned(before []item, object string) []item {
	at := len(before) - 1
	if before[at].kind != "prep" || before[at].word != "of" {
		return before
	}
	for at--; at > 0 && before[at].kind == "fill"; at-- {
	}
	if at < 0 || before[at].kind != "field" || before[at].object == object {
		return before
	}
	i := slices.IndexFunc(before[at].senses, func(s sense) bool { return s.kind == "field" && s.object == object })
	if i < 0 {
		return before
	}
	before = slices.Clone(before)
	before[at].sense = before[at].senses[i]
	before[at].senses = []sense{before[at].sense}
	return before
}

func skipFill(items []item, i int) int {
	for i < len(items) && items[i].kind == "fill" {
		i++
	}
	return i
}

// headBefore is the noun that what follows belongs to.
func headBefore(items []item, at int) *item {
	for i := at - 1; i >= 0; i-- {
		if items[i].kind == "object" && items[i].word != "verb" {
			return &items[i]
		}
	}
	return nil
}

// ends lists where a phrase that begins at start may end, the longest first: at the end of the question, before another
// phrase joined by and, before what groups or dates the question itself.
func (n *nester) ends(items []item, start int) []int {
	if verb := n.verb(items, start); verb > 0 {
		return []int{verb}
	}
	last := len(items)
	for i := start + 1; i < len(items); i++ {
		if items[i].kind != "and" {
			continue
		}
		j := skipFill(items, i+1)
		if n.q.toks[items[i].from].fold == "," && j > i+1 && strings.HasPrefix(n.q.toks[items[j-1].to-1].fold, "one") {
			continue // the one with the highest revenue is the same one
		}
		for j < len(items) && (items[j].kind == "prep" || items[j].kind == "value") {
			j = skipFill(items, j+1)
		}
		if j < len(items) && oneOf(items[j].kind, "lack", "cmp", "object", "super", "not") {
			last = i
			break
		}
	}
	out := []int{last}
	for i := last - 1; i > start; i-- {
		switch items[i].kind {
		case "by", "period", "since", "between", "who", "which", "chart", "earn", "verb", "vs":
			out = append(out, i)
		case "prep":
			if k := skipFill(items, i+1); k < last && (items[k].kind == "period" || items[k].kind == "value" || items[k].kind == "set") {
				out = append(out, i)
			}
		}
	}
	return out
}

// verb finds the verb of the question itself behind the one who did it: how many deals did [the best rep] win.
func (n *nester) verb(items []item, start int) int {
	aux := start - 1
	for aux > 0 && items[aux].kind == "fill" && items[aux].word != "verb" {
		aux--
	}
	if word := n.q.toks[items[aux].from].fold; !oneOf(word, "did", "do", "does", "has", "have", "had") {
		return 0
	}
	noun := false
	for i := start; i < len(items); i++ {
		switch items[i].kind {
		case "object":
			noun = noun || items[i].word != "verb"
		case "value", "earn", "verb", "dateverb":
			if noun {
				return i
			}
		case "prep", "lack", "cmp":
			if noun {
				return 0
			}
		}
	}
	return 0
}

// inner makes a set of a phrase inside.
func (n *nester) inner(phrase []item, depth int) (item, bool) {
	if !slices.ContainsFunc(phrase, func(it item) bool { return it.kind == "object" && it.word != "verb" }) {
		return item{}, false
	}
	return found(n.read(phrase, depth+1))
}

// found is the set of what the first plan that finds any records or values does find.
func found(tries []try) (item, bool) {
	for _, t := range tries {
		if !t.ok || t.b.asOf != nil {
			continue
		}
		if in, ok := t.b.finds(); ok {
			return item{sense: sense{kind: "set", object: in.object, field: in.shown(t.b.schema), inside: in, score: 1 + min(t.score, 0)}}, true
		}
	}
	return item{}, false
}

// shown is the field by which what is found is called.
func (in *inside) shown(s crm.Schema) string {
	if in.field != "" {
		return in.field
	}
	o, _ := s.Object(in.object)
	f, _ := o.NameField()
	return f.Name
}

// finds tells which records, or which values, a plan finds. False: it computes something else.
func (b *builder) finds() (*inside, bool) {
	p := b.p
	p.Chart = plan.Auto
	if len(p.Compare) > 0 || p.Tally || p.Averaged || p.Each || p.Today != "" || len(p.Groups) > 1 || len(p.Groups) == 0 && len(p.Measures) > 0 {
		return nil, false
	}
	if p.Limit == 0 {
		p.Order = nil
	}
	if len(p.Groups) == 0 {
		named := func(c crm.Path) bool { return b.lex.isName(noun{object: b.root, field: string(c)}) }
		if slices.ContainsFunc(p.Columns, func(c crm.Path) bool { return !named(c) }) {
			return nil, false
		}
		p.Columns = nil
		return &inside{plan: p, object: b.root}, true
	}
	g := p.Groups[0]
	owner, f, ok := b.schema.Resolve(b.root, g.Path)
	plain := p.Limit == 0 && len(p.Having) == 0
	if !ok || g.Bucket != "" || plain && len(p.Measures) > 0 {
		return nil, false
	}
	in := &inside{plan: p, of: g.Path, object: owner.Name, field: f.Name}
	if f.Type == crm.Link {
		in.object, in.field = f.Target, ""
	}
	return in, true
}

// all tells of a phrase that finds all records there are.
func (in *inside) all() bool {
	return in.of == "" && in.plan.Filter.Zero() && in.plan.Limit == 0 && len(in.plan.Among) == 0
}

// keep leaves those records that a phrase inside has found.
func (b *builder) keep(set item) bool {
	in := set.inside
	if !b.links(b.root, in) {
		return b.no("nothing links " + b.plural(in.object) + " to " + b.plural(b.root))
	}
	if in.object == b.root && len(in.plan.Among) == 0 && in.plan.Limit == 0 && len(in.plan.Having) == 0 {
		return b.no("it says twice which " + b.plural(b.root) + " are meant")
	}
	if in.object == b.root && in.field == "" && in.of == "" && !set.neg && in.plan.Limit == 0 {
		b.cond.rest = append(b.cond.rest, flat(in.plan.Filter)...) // they are the records themselves
		b.p.Among = append(b.p.Among, in.plan.Among...)
		return true
	}
	a := plan.Among{Of: in.of, Plan: in.plan, Not: set.neg}
	switch {
	case in.field != "":
		a.Path, _ = b.path(noun{object: in.object, field: in.field})
	case in.object == b.root:
	case b.reaches(b.root, in.object):
		if in.all() {
			return b.no("it does not say which " + b.plural(in.object) + " are meant")
		}
		a.Path = b.lex.routes[b.root][in.object].path
	default:
		a.Of = b.lex.routes[in.object][b.root].path
	}
	b.p.Among = append(b.p.Among, a)
	return true
}

// links tells whether records of an object can be kept by what a phrase inside finds: they lead to it, or it to them. What
// belongs to the noun before it keeps that noun's records and no others.
func (b *builder) links(object string, in *inside) bool {
	meet := func(object string) bool {
		return b.reaches(object, in.object) || in.field == "" && in.of == "" && b.reaches(in.object, object)
	}
	return meet(object) && (in.noun == "" || in.noun == object || !in.close && !meet(in.noun))
}

// closeTo tells whether what stands before the word that opens a phrase is a noun, or another phrase behind one.
func closeTo(items []item, at int) bool {
	for i := at - 2; i >= 0; i-- {
		if items[i].kind != "fill" && items[i].kind != "and" && items[i].kind != "prep" {
			return items[i].kind == "object" && items[i].word != "verb" || items[i].inside != nil
		}
	}
	return false
}
