package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// request is something that a question asks for: who has them, how many, when was it. All but what it begins with must find
// their place beside that, or the question is declined.
type request struct {
	word   string // who, whose, whom, when, where, what, many, much, total
	prep   string // by, to, for: by whom
	at, to int    // tokens of its clause
	own    bool   // it narrows what it asks for: how many are overdue
	noun   bool   // it says of what it speaks itself: what is their status
	first  bool   // the question begins with it
	date   noun   // the date that its verb speaks of: when was it paid
}

var pronouns = []string{"it", "its", "they", "them", "their", "this", "that", "these", "those", "he", "she", "him", "her", "his"}

// requests finds what a question asks for, each with the words that belong to it.
func (k *sketcher) requests() []request {
	toks := k.r.toks
	for _, it := range k.items {
		if it.kind == "agg" {
			k.s.aggs = append(k.s.aggs, it)
		}
	}
	var out []request
	relative := map[string]bool{}
	for i := range toks {
		r := request{word: asks(toks, i), at: i, to: len(toks)}
		if r.word == "" {
			continue
		}
		start := i
		for start > 0 && oneOf(toks[start-1].fold, "by", "to", "for", "with", "from", "in", "at", "on", "of", "under", "since", "until", "also", "then", "so", "please", "the") {
			start--
			if r.prep == "" && toks[start].fold != "the" {
				r.prep = toks[start].fold
			}
		}
		switch {
		case !starts(toks, start):
			relative[r.word] = true
			continue
		case start > 0 && r.relates() && !sentence(toks, start) && (relative[r.word] || toks[start-1].fold == ",") && r.prep == "" && !refers(toks, i):
			relative[r.word] = true
			continue
		}
		r.first = len(out) == 0 && !k.asksBefore(start, r.relates())
		if len(out) > 0 {
			out[len(out)-1].to = start
		}
		out = append(out, r)
	}
	for i := range out {
		k.fillRequest(&out[i])
	}
	return out
}

// asksBefore tells whether something is asked for before a token, or, before a word that can begin a relative clause, named.
func (k *sketcher) asksBefore(at int, relates bool) bool {
	numbered := func(set item) bool { return set.to <= at && len(set.values) == 1 && k.r.lex.fieldOf(set.sense).Key }
	return relates && slices.ContainsFunc(k.s.sets, numbered) || slices.ContainsFunc(k.items, func(it item) bool {
		if it.kind == "agg" && it.to+1 >= at {
			return false // on average, what price
		}
		return it.to <= at && (oneOf(it.kind, "list", "agg", "metric", "super", "count", "which") || relates && it.kind == "object")
	})
}

// relates tells of words that begin relative clauses too: reps who, accounts where.
func (r request) relates() bool {
	return oneOf(r.word, "who", "whose", "whom", "where", "when")
}

// holds tells whether a noun stands in the clause.
func (r request) holds(n noun) bool { return n.at >= r.at && n.at < r.to }

// aside tells of a noun that belongs to what is asked for beside the first request.
func (s *sketch) aside(n noun) bool {
	return slices.ContainsFunc(s.requests, func(r request) bool { return !r.first && r.holds(n) })
}

// asks is what a word asks for, "" for a word that asks for nothing.
func asks(toks []token, i int) string {
	next := ""
	if i+1 < len(toks) {
		next = toks[i+1].fold
	}
	switch w := toks[i].fold; {
	case toks[i].quoted:
		return ""
	case w == "how" && next == "many":
		return "many"
	case w == "how" && next == "much":
		return "much"
	case w == "what" && next == "total":
		return "total"
	case oneOf(w, "who", "whose", "whom", "when", "where"):
		return w
	case w == "what" && (next == "date" || next == "day") && i > 0 && toks[i-1].fold == "on":
		return "when"
	case w == "who's" || w == "whos":
		return "who"
	case w == "what" || w == "what's" || w == "whats":
		return "what"
	}
	return ""
}

// starts tells whether a clause can begin at a token: behind and, a comma, or the end of a sentence.
func starts(toks []token, i int) bool {
	return i == 0 || oneOf(toks[i-1].fold, "and", ",", ";", "&", "+", "-", "–", "—") || sentence(toks, i)
}

// sentence tells whether a sign that is no token, such as a colon, stands before a token.
func sentence(toks []token, i int) bool { return i > 0 && toks[i].start-toks[i-1].end > 1 }

// refers tells of a clause that speaks of what was named before, or says nothing else: who has them; and when.
func refers(toks []token, i int) bool {
	rest := toks[i+1 : min(i+5, len(toks))]
	return len(rest) < 2 || slices.ContainsFunc(rest, func(t token) bool { return slices.Contains(pronouns, t.fold) })
}

// fillRequest says what stands in the clause of a request.
func (k *sketcher) fillRequest(r *request) {
	inside := func(it item) bool { return it.from >= r.at && it.from < r.to }
	for _, it := range k.items {
		if inside(it) && oneOf(it.kind, "field", "object", "child", "metric", "agg", "count", "howmuch", "howlong", "dateverb", "verb", "earn", "share", "bucket", "diff", "change", "fromto", "super") {
			r.noun = true
		}
		if inside(it) && it.kind == "dateverb" {
			r.date = noun{object: it.object, field: it.field, at: it.from}
		}
	}
	if r.word == "when" && !r.first {
		for i := r.at; i < r.to; i++ {
			if s := k.r.lex.stems[k.r.toks[i].norm]; len(s) == 1 && r.date.field == "" && k.said(s[0].object, i) {
				r.date = noun{object: s[0].object, field: s[0].field, at: i}
				k.s.sets = slices.DeleteFunc(k.s.sets, func(set item) bool { return set.object == s[0].object && set.from == i && set.to == i+1 }) // when was it paid
			}
		}
	}
	narrow := slices.Concat(k.s.sets, k.s.standing, k.s.periods, k.s.dated, k.s.compared, k.s.absent)
	narrow = append(narrow, slices.DeleteFunc(slices.Clone(k.items), func(it item) bool { return it.kind != "period" && it.kind != "dateverb" })...)
	each := slices.ContainsFunc(k.r.toks[r.at:r.to], func(t token) bool { return t.fold == "each" })
	r.own = !each && slices.ContainsFunc(narrow, inside)
}

// said tells whether a token is read as a value of an object.
func (k *sketcher) said(object string, i int) bool {
	return slices.ContainsFunc(k.s.sets, func(set item) bool { return set.object == object && set.from == i && set.to == i+1 })
}

// request is the one, other than what the question begins with, that an item stands for.
func (s *sketch) request(it item, words ...string) *request {
	for i := range s.requests {
		r := &s.requests[i]
		if !r.first && r.at >= it.from && r.at < it.to && slices.Contains(words, r.word) {
			return r
		}
	}
	return nil
}

// settleRequests turns what is asked for beside records into columns of theirs, and what is asked for beside their number
// into a measure.
func (b *builder) settleRequests() {
	s := b.sk
	for _, r := range s.requests {
		if r.first {
			continue
		}
		switch {
		case r.word == "total" && s.agg == plan.Sum || r.word == "much" && (s.counted != nil || s.tallied):
			s.also = true
			s.summed = s.summed || r.word == "total"
		}
	}
}

// alsoWhich reads what is asked for behind and, of what stands before: who worked there, and in which role.
func (k *sketcher) alsoWhich(it item) bool {
	n, took := k.nounAt(1)
	if it.kind != "which" || k.s.asked == "" || k.peek(-1) != "and" || took != 1 || n.bucket != "" || n.plural || k.i+took+1 != len(k.items) {
		if it.kind == "which" && k.s.asked == "which" && !k.s.target.zero() {
			k.s.leave(it) // it would take the place of what was asked for first
		}
		return false
	}
	n.also = true
	k.s.mentions = append(k.s.mentions, n)
	k.i += took
	return true
}

// settleColumns takes records whose fields come with them for what is listed: Anna's deals in proposal, with the amounts.
func (b *builder) settleColumns() {
	s := b.sk
	if !s.target.zero() || s.counted != nil || len(s.gauges) > 0 || s.rank != nil || s.order != nil || s.agg != "" || s.howmuch || s.share || s.earn != nil || len(s.groups) > 0 || len(s.bars) > 0 || s.asked != "" && s.asked != "list" {
		return
	}
	for i, m := range s.mentions {
		if m.field == "" && m.plural && !m.verb && m.bucket == "" && slices.ContainsFunc(s.mentions, func(f noun) bool {
			return f.object == m.object && f.field != "" && f.at > m.at && s.comesWith(f.at)
		}) {
			s.target, s.mentions = m, slices.Delete(s.mentions, i, i+1)
			return
		}
	}
}

// comesWith tells of a noun that is to be shown with what stands before it: with their companies; behind a colon; behind the
// one that is asked for, in a row of such nouns.
func (s *sketch) comesWith(at int) bool {
	for at--; oneOf(s.word(at), "the", "their", "its", "all", "and", ",") || slices.ContainsFunc(s.mentions, func(m noun) bool { return m.at == at }); at-- {
		if at > 0 && sentence(s.toks, at) && s.toks[at].fold != "," {
			return !s.target.zero() && s.target.at < at
		}
	}
	if at+1 < len(s.toks) && sentence(s.toks, at+1) && !s.target.zero() {
		return s.target.at <= at
	}
	return oneOf(s.word(at), "with", "including", "incl", "showing", "plus") || s.rank != nil && !s.target.plural && s.target.at <= at && s.word(at+1) == ","
}

// besideRecords shows of records what else is asked of them.
func (b *builder) besideRecords() bool {
	s := b.sk
	if len(b.p.Measures) > 0 {
		return true
	}
	for _, r := range s.requests {
		if r.first {
			continue
		}
		if len(b.p.Groups) > 0 {
			if n, ok := b.requested(r); ok && b.namesRecord() && n.field != "" {
				b.p.Groups = append(b.p.Groups, b.groupOf(n))
				s.requests = slices.DeleteFunc(s.requests, func(o request) bool { return o.at == r.at })
			}
			continue
		}
		n, ok := b.requested(r)
		if !ok {
			return b.no("it does not say " + r.says() + " of what")
		}
		if n.field != "" && !slices.ContainsFunc(s.mentions, func(m noun) bool { return m.object == n.object && m.field == n.field }) {
			n.at = r.at
			s.mentions = append(s.mentions, n)
		}
		if s.asked == "" || r.word == s.asked {
			s.asked = "list"
		}
	}
	return true
}

// groupOf shows one more value of the root's records beside the values that are listed.
func (b *builder) groupOf(n noun) plan.Group {
	p, _ := b.path(n)
	g := plan.Group{Path: p}
	if b.lex.isDate(n) {
		g.Bucket = plan.Day
	}
	return g
}

// requested is the field of the records of the root that a request asks for; none where the clause names it itself.
func (b *builder) requested(r request) (noun, bool) {
	s := b.sk
	own := func(f crm.Field, ok bool) (noun, bool) { return noun{object: b.root, field: f.Name}, ok }
	o, _ := b.schema.Object(b.root)
	named := func(fits func(m noun) bool) bool {
		return slices.ContainsFunc(s.mentions, func(m noun) bool { return r.holds(m) && m.field != "" && fits(m) })
	}
	switch r.word {
	case "who", "whose", "whom":
		if named(func(m noun) bool {
			f := b.field(m.object, m.field)
			return f.Type == crm.Link
		}) {
			return noun{}, true
		}
		if slices.ContainsFunc(s.mentions, func(m noun) bool { return r.holds(m) && m.object != b.about }) {
			return noun{}, false // who are their contacts
		}
		return own(b.whoOf(o, r))
	case "when":
		switch {
		case named(func(m noun) bool { return b.lex.isDate(m) }):
			return noun{}, true
		case r.date.field != "":
			return r.date, r.date.object == b.root
		}
		if o, _ := b.schema.Object(b.root); s.word(r.at) == "what" {
			p, ok := b.occurred(o) // what date is it: theirs
			return noun{object: b.root, field: string(p)}, ok
		}
		p, ok := b.mainDate()
		return noun{object: b.root, field: string(p)}, ok && !r.noun
	case "where":
		if link, ok := b.workplace(o); ok {
			return noun{object: b.root, field: link}, true
		}
		return own(o.Role(crm.RolePlace))
	case "much":
		if named(func(m noun) bool { return b.lex.isFigure(m) }) {
			s.howmuch = false
			return noun{}, true
		}
		s.howmuch, s.worth = false, false
		return own(worth(o))
	}
	return noun{}, r.word == "what" && named(func(noun) bool { return true })
}

// whoOf is the link that tells who: whose it is and by whom it was done are those responsible, for whom is a customer.
func (b *builder) whoOf(o crm.Object, r request) (crm.Field, bool) {
	owner, owned := o.Role(crm.RoleOwner)
	paid := slices.ContainsFunc(b.sk.toks[:r.to], func(t token) bool {
		return oneOf(t.fold, "paid", "pay", "bought", "buy", "ordered", "order")
	})
	for _, f := range o.Fields {
		did, ok := strings.CutSuffix(strings.ToLower(f.Label), " by")
		if ok && r.prep == "by" && slices.ContainsFunc(b.sk.toks, func(t token) bool { return t.fold == did }) {
			return f, true // reported, and by whom
		}
	}
	outside := r.prep == "to" || r.prep == "for" || r.prep == "from" || r.prep == "by" && paid
	if owned && !outside {
		return owner, true
	}
	var links []crm.Field
	for _, f := range o.Fields {
		target, ok := b.schema.Object(f.Target)
		if ok && f.Type == crm.Link && f.Role != crm.RoleParent && (outside && b.called(target, "customer") || b.somebody(target) && f.Target != b.lex.team || !outside && f.Target == b.lex.team) {
			links = append(links, f)
		}
	}
	customers := slices.DeleteFunc(slices.Clone(links), func(f crm.Field) bool { t, _ := b.schema.Object(f.Target); return !b.called(t, "customer") })
	if outside && len(customers) == 1 {
		links = customers // the company before whom one knows there
	}
	if len(links) != 1 {
		return crm.Field{}, false
	}
	return links[0], true
}

// somebody tells of an object whose records one can write to.
func (b *builder) somebody(o crm.Object) bool {
	return b.person(o) || slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.Type == crm.Email })
}

func (r request) says() string {
	switch r.word {
	case "many":
		return "how many"
	case "much", "total":
		return "how much"
	}
	return r.word
}
