package answer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// Status says what became of a question.
type Status string

// The statuses. Only an answered question carries rows.
const (
	Answered   Status = "answered"
	Clarify    Status = "clarify"
	Unanswered Status = "unanswered"
	Refused    Status = "refused"
)

// lookup finds phrases in the data.
type lookup func(ctx context.Context, phrases []string, fuzzy bool) ([]crm.Hit, error)

// reading is what the grammar made of a question.
type reading struct {
	status  Status
	plan    plan.Plan
	chips   []Chip
	notes   []string
	choices []string
	reason  string
}

// question is one question on its way through the grammar.
type question struct {
	text   string
	toks   []token
	today  time.Time // or the day that the question takes for it
	clock  time.Time
	asOf   *period
	lex    *lexicon
	find   lookup
	extent func(object string, p crm.Path) (time.Time, time.Time)
	hits   map[string][]crm.Hit
}

// read tries every likely sense of every word and keeps the plan that accounts for all of them best.
func (e *Engine) read(ctx context.Context, q *question) (reading, error) {
	tries, stop, err := e.tries(ctx, q)
	if err != nil {
		return reading{}, err
	}
	if stop != nil {
		return *stop, nil
	}
	return q.choose(tries), nil
}

// tries makes a plan, or the reason why there is none, of each likely choice of senses. A reading instead of tries says
// that the question needs none.
func (e *Engine) tries(ctx context.Context, q *question) ([]try, *reading, error) {
	q.toks = tokens(q.text)
	if len(q.toks) == 0 {
		return nil, &reading{status: Unanswered, reason: "There is no question."}, nil
	}
	if len(q.toks) > maxTokens {
		return nil, &reading{status: Unanswered, reason: "That is too long to be read as one question. Ask for one thing at a time."}, nil
	}
	items, err := q.items(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(items) == 0 {
		return nil, &reading{status: Unanswered, reason: "There is no question."}, nil
	}
	if r, stop := q.refuse(items); stop {
		return nil, &r, nil
	}
	prune(q.toks, items)
	all := readings(items)
	if q.asOf == nil {
		if day := e.asOfDay(q, all[0]); day != nil {
			q.asOf, q.today = day, day.from
			return e.tries(ctx, q)
		}
	}
	n := &nester{e: e, q: q}
	tries := n.all(items, 0)
	if !slices.ContainsFunc(tries, func(t try) bool { return t.ok || len(t.b.ask) > 0 && len(t.b.sk.left) == 0 }) {
		for _, chosen := range all {
			tries = append(tries, n.apart(chosen, 0)...)
		}
	}
	return tries, nil, nil
}

// maxTokens is the longest question that is read.
const maxTokens = 80

func (e *Engine) asOfDay(q *question, chosen []item) *period {
	r := &reader{schema: q.lex.schema, lex: q.lex, toks: q.toks, today: q.today, values: map[int]bool{}}
	e.grammar.apply(r, speaking(chosen))
	return r.asof
}

// items covers the question with what its words mean; words misspelt are taken for the nearest that is known.
func (q *question) items(ctx context.Context) ([]item, error) {
	if q.hits == nil {
		q.hits = map[string][]crm.Hit{}
		if err := q.lookUp(ctx, q.phrases(nil), false); err != nil {
			return nil, err
		}
	}
	cal := calendar{toks: q.toks, today: q.today}
	items := cover(q.toks, q.lex.lattice(q.toks, cal, q.hits))
	unknown := unknownTokens(items)
	if len(unknown) == 0 {
		return items, nil
	}
	if err := q.lookUp(ctx, q.phrases(unknown), true); err != nil {
		return nil, err
	}
	for _, i := range unknown {
		q.respell(i)
	}
	return cover(q.toks, q.lex.lattice(q.toks, cal, q.hits)), nil
}

func (q *question) lookUp(ctx context.Context, phrases []string, fuzzy bool) error {
	if len(phrases) == 0 {
		return nil
	}
	hits, err := q.find(ctx, phrases, fuzzy)
	if err != nil {
		return err
	}
	for _, h := range hits {
		if h.Partial && h.Distance > 0 && h.Phrase != "" && !q.writtenAsName(h.Phrase) {
			continue // umbrellas is no misspelling of Umbrella Corporation
		}
		q.hits[h.Phrase] = append(q.hits[h.Phrase], h)
	}
	for i := range q.toks {
		for n := 1; n <= maxSpan && i+n <= len(q.toks); n++ {
			p := joinFold(q.toks[i : i+n])
			if other, ok := q.lex.alias[p]; ok && q.named(i, n) && q.hits[p] == nil {
				q.hits[p] = q.hits[other]
			}
			if one := oneOf(q.toks[i : i+n]); one != p && q.hits[p] == nil {
				q.hits[p] = q.hits[one] // buyers are those whose job is Buyer
			}
		}
	}
	return nil
}

// phrases lists the runs of words that may be values in the data; with around, only those that hold one of these tokens.
func (q *question) phrases(around []int) []string {
	var out []string
	for i := range q.toks {
		for n := 1; n <= maxSpan && i+n <= len(q.toks); n++ {
			run := q.toks[i : i+n]
			if around != nil && !slices.ContainsFunc(around, func(t int) bool { return t >= i && t < i+n }) {
				continue
			}
			if n == 1 && around == nil && !q.capital(i) && !(q.lex.alias[run[0].fold] != "" && q.named(i, 1)) && (len(q.lex.closed.senses[run[0].norm]) > 0 && !q.vague(i) && !run[0].quoted || onlySigns(run[0].text)) {
				continue
			}
			if onlySigns(run[0].text) || onlySigns(run[n-1].text) {
				continue
			}
			p := joinFold(run)
			if other, ok := q.lex.alias[p]; ok && q.named(i, n) {
				p = other
			}
			for _, p := range []string{p, oneOf(run)} {
				if !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// oneOf is a run of words with its last in the singular.
func oneOf(run []token) string {
	last := len(run) - 1
	if last == 0 {
		return run[0].norm
	}
	return joinFold(run[:last]) + " " + run[last].norm
}

// vague tells of a word such as new, which may be a part of a name.
func (q *question) vague(i int) bool {
	return slices.ContainsFunc(q.lex.closed.senses[q.toks[i].norm], func(s sense) bool { return s.kind == "vague" })
}

// writtenAsName tells whether a phrase begins with a capital somewhere in the question.
func (q *question) writtenAsName(phrase string) bool {
	for i, t := range q.toks {
		if strings.HasPrefix(phrase, t.fold) && q.capital(i) {
			return true
		}
	}
	return false
}

// capital tells of a word written as a name in a question that is not written in capitals.
func (q *question) capital(i int) bool {
	return i > 0 && q.toks[i].text[:1] != strings.ToLower(q.toks[i].text[:1]) && q.text != strings.ToUpper(q.text) && len(q.toks[i].text) > 2
}

// named tells a name from a pronoun: US and the us are a country, us is not.
func (q *question) named(i, n int) bool {
	t := q.toks[i]
	if n > 1 || t.fold != "us" || t.text == "US" || i > 0 && q.toks[i-1].fold == "the" {
		return true
	}
	kind := func(j int, kinds ...string) bool {
		if j < 0 || j >= len(q.toks) {
			return false
		}
		k := q.toks[j].norm
		return slices.ContainsFunc(append(slices.Clone(q.lex.closed.senses[k]), q.lex.entries[k]...), func(s sense) bool { return slices.Contains(kinds, s.kind) })
	}
	// us customers, but not: show us customers
	return kind(i+1, "object") && !kind(i-1, "list", "fill")
}

func unknownTokens(items []item) []int {
	var out []int
	for _, it := range items {
		if it.senses[0].kind == "unknown" {
			out = append(out, it.from)
		}
	}
	return out
}

// respell takes an unknown word for the one word of the lexicon that is nearest, if there is one and the data have
// nothing nearer.
func (q *question) respell(i int) {
	t := &q.toks[i]
	if t.quoted || q.lex.foreign[t.norm] || q.lex.foreign[t.fold] {
		return
	}
	if word, ok := q.lex.closed.slips[t.fold]; ok {
		t.fix, t.fold, t.norm = word, word, singular(word)
		return
	}
	word, dist := q.lex.nearest(t.fold)
	if word == "" {
		return
	}
	for _, hits := range q.hits {
		for _, h := range hits {
			if h.Distance > 0 && h.Distance <= dist && strings.Contains(" "+h.Phrase+" ", " "+t.fold+" ") {
				return
			}
		}
	}
	t.fix, t.fold, t.norm = word, word, singular(word)
}

// refuse turns away what asks for an action or for what no data can say.
func (q *question) refuse(items []item) (reading, bool) {
	for _, it := range items {
		if slices.ContainsFunc(it.senses, func(s sense) bool { return s.kind == "fill" }) && !has(&it, "action") {
			continue
		}
		orders := it.to < len(q.toks) && slices.Contains([]string{"the", "a", "an", "all", "this", "that", "every", "each", "our", "my", "them", "it", "me"}, q.toks[it.to].fold)
		spelled := slices.ContainsFunc(it.senses, func(s sense) bool {
			return s.kind == "value" && (!orders || crm.Fold(s.values[0]) == q.toks[it.from].fold)
		})
		if has(&it, "action") && !spelled && !has(&it, "metric", "list", "object") && (orders || !has(&it, "field")) {
			return reading{status: Refused, reason: "That asks for something to be done. Questions only read; " + quote(q.words(it)) + " changes or sends something."}, true
		}
		break
	}
	for _, it := range items {
		if has(&it, "beyond") && !has(&it, "value", "object", "field") {
			return reading{status: Unanswered, reason: quote(q.words(it)) + " asks for what the data cannot say: they hold what was recorded, no forecasts, reasons or advice."}, true
		}
	}
	return reading{}, false
}

func (q *question) words(it item) string {
	return q.text[q.toks[it.from].start:q.toks[it.to-1].end]
}

func quote(s string) string { return `"` + s + `"` }

// speaking drops the words that say nothing.
func speaking(items []item) []item {
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool { return it.kind == "fill" })
}

// try is one reading brought to its end.
type try struct {
	score  float64
	b      *builder
	ok     bool
	chosen []item
	key    string
}

// sketch reads one choice of senses as far as it goes without the schema's links.
func (e *Engine) sketch(q *question, chosen []item) *sketch {
	s, _ := e.outline(q, chosen)
	return s
}

func (e *Engine) outline(q *question, chosen []item) (*sketch, float64) {
	r := &reader{schema: q.lex.schema, lex: q.lex, toks: q.toks, today: q.today, values: map[int]bool{}}
	for _, it := range chosen {
		r.values[it.to-1] = it.kind == "value"
	}
	r.steps = slices.ContainsFunc(chosen, func(it item) bool { return it.kind == "diff" || it.kind == "change" })
	r.ratio = slices.ContainsFunc(chosen, func(it item) bool { return it.kind == "ratio" })
	s := &sketch{toks: q.toks, yesNo: slices.Contains([]string{"are", "is", "do", "does", "did", "has", "have"}, q.toks[0].fold)}
	s.terse = q.terse(speaking(chosen))
	k := &sketcher{r: r, s: s}
	k.lift(e.grammar.apply(r, speaking(chosen)))
	k.run()
	return s, r.score
}

// terse tells of a question that is only values and times around a noun: open opps east, basic wins nov 2017.
func (q *question) terse(items []item) bool {
	values := 0
	for _, it := range items {
		switch it.kind {
		case "value":
			values++
			if q.lex.counts[q.toks[it.from].norm] && len(items) > 1 {
				values++
			}
		case "standing":
			values++
		case "object", "period", "to", "asof":
		default:
			return false
		}
	}
	return values > 1
}

func (e *Engine) try(q *question, chosen []item) try {
	t := try{chosen: chosen}
	for _, it := range chosen {
		t.score -= 1 - it.score
	}
	s, score := e.outline(q, chosen)
	t.b = &builder{schema: q.lex.schema, routes: q.lex.routes, sk: s, today: q.today, clock: q.clock, extent: q.extent, trade: e.trade, asOf: q.asOf}
	t.ok = t.b.build()
	t.score += score + t.b.score + e.fit(t)
	if t.ok {
		t.key = planKey(t.b.p)
	}
	return t
}

// planKey tells plans apart.
func planKey(p plan.Plan) string {
	raw, err := json.Marshal(p)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// fit weighs a reading by how well its senses go together: an object's own figure is meant where the question names
// that object and nothing else is spoken of.
func (e *Engine) fit(t try) float64 {
	score := 0.0
	own, named := "", ""
	metric := false
	for _, it := range t.chosen {
		switch it.kind {
		case "field":
			if o, _ := t.b.schema.Object(it.object); isNumericField(o, it.field) {
				own = it.object
			}
		case "object":
			named = it.object
		case "metric":
			metric = true
		}
	}
	if own != "" && own == named && t.ok && t.b.root == own && !metric {
		p := t.b.p
		mean := len(p.Measures) > 0 && p.Measures[0].Fn != plan.Sum && p.Measures[0].Over == nil && p.Limit == 0
		if mean || p.List() && len(p.Order) == 0 {
			score += 0.3
		}
	}
	return score
}

func isNumericField(o crm.Object, name string) bool {
	f, ok := o.Field(name)
	return ok && f.ValueType().Numeric()
}

// margin is how much better the best reading must be than the next that gives another plan.
const margin = 0.04

// byScore sorts readings, those that make a plan before the others.
func byScore(tries []try) {
	slices.SortStableFunc(tries, func(a, b try) int {
		if a.ok != b.ok {
			if a.ok {
				return -1
			}
			return 1
		}
		return compareScore(b.score, a.score)
	})
}

// choose takes the best reading, asks when two are equally good, and else says what was not understood.
func (q *question) choose(tries []try) reading {
	byScore(tries)
	best := tries[0]
	if !best.ok {
		return q.failed(tries)
	}
	for _, other := range tries {
		if !other.ok && len(other.b.ask) > 0 && other.b.sk.whole() && other.score > best.score {
			return reading{status: Clarify, choices: other.b.ask, reason: "That can be read in more than one way."}
		}
	}
	for _, other := range tries[1:] {
		if other.ok && other.key != best.key && best.score-other.score < margin {
			return q.between(tries)
		}
	}
	out := reading{status: Answered, plan: best.b.p, notes: best.b.notes, chips: q.chips(best)}
	out.notes = append(q.corrections(best), out.notes...)
	return out
}

// between offers the readings that are equally good, each as a whole question.
func (q *question) between(tries []try) reading {
	out := reading{status: Clarify, reason: "That can be read in more than one way."}
	for _, t := range tries {
		if t.ok && tries[0].score-t.score < margin {
			w := t.b.p.Words(q.lex.schema)
			if !slices.Contains(out.choices, w) {
				out.choices = append(out.choices, w)
			}
		}
	}
	if len(out.choices) > 6 {
		out.choices = out.choices[:6]
	}
	if len(out.choices) == 1 {
		return reading{status: Unanswered, reason: "That can be read in more than one way. Say it in other words."}
	}
	return out
}

func (q *question) failed(tries []try) reading {
	best := tries[0]
	for _, t := range tries {
		if len(t.b.ask) > 0 && t.b.sk.whole() {
			return reading{status: Clarify, choices: t.b.ask, reason: "That can be read in more than one way."}
		}
	}
	var unknown []string
	for _, it := range best.chosen {
		if it.kind == "unknown" {
			unknown = append(unknown, quote(q.words(it)))
		}
	}
	out := reading{status: Unanswered, chips: q.chips(best)}
	switch {
	case len(unknown) > 0:
		out.reason = q.notKnown(unknown, best)
	case len(best.b.sk.left) > 0:
		var left []string
		for _, it := range best.b.sk.left {
			left = append(left, quote(q.words(it)))
		}
		out.reason = "It is not clear what " + andList(left) + " means here. Say it in other words, or leave it out."
	case best.b.fail != "":
		out.reason = "That cannot be answered: " + best.b.fail + "."
	default:
		out.reason = "Not every word of that could be brought together. Say it in other words."
	}
	return out
}

// notKnown names the words that nothing in the workspace is called, and what there is instead.
func (q *question) notKnown(unknown []string, best try) string {
	is := " is"
	if len(unknown) > 1 {
		is = " are"
	}
	out := andList(unknown) + is + " not known here."
	object := ""
	for _, it := range best.chosen {
		if it.object != "" {
			object = it.object
			break
		}
	}
	o, ok := q.lex.schema.Object(object)
	if !ok {
		return out
	}
	var labels []string
	for _, f := range o.Fields {
		labels = append(labels, strings.ToLower(f.Label))
	}
	if len(labels) > 8 {
		labels = append(labels[:8:8], "more")
	}
	return out + " " + capital(o.Plural) + " have " + andList(labels) + "."
}

func andList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
