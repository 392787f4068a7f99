package answer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

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
	days    bool // it asks when, so that the day is enough
	final   bool // no other way of reading it leads to an answer
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
	most   func(object string, p crm.Path) decimal.Decimal
	lacks  func(object string, none crm.Filter) bool
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
	q.lex.prune(q.toks, items)
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
	r := q.reader()
	e.grammar.apply(r, speaking(chosen))
	return r.asof
}

// refuse turns away what asks for an action or for what no data can say.
func (q *question) refuse(items []item) (reading, bool) {
	for _, it := range items {
		if slices.ContainsFunc(it.senses, func(s sense) bool { return s.kind == "fill" }) && !has(&it, "action") {
			continue
		}
		orders := it.to < len(q.toks) && oneOf(q.toks[it.to].fold, "the", "a", "an", "all", "this", "that", "every", "each", "our", "my", "them", "it", "me")
		spelled := slices.ContainsFunc(it.senses, func(s sense) bool {
			return s.kind == "value" && crm.Fold(s.values[0]) == q.toks[it.from].fold
		})
		orders = orders || q.namesOne(it.to)
		asks := slices.ContainsFunc(q.toks[:it.from], func(t token) bool { return oneOf(t.fold, "do", "does", "did") })
		if has(&it, "action") && !asks && !spelled && !has(&it, "metric", "list", "object") && (orders || !has(&it, "field")) {
			return reading{status: Refused, reason: "That asks for something to be done. Questions only read; " + quote(q.words(it)) + " changes or sends something."}, true
		}
		if t := q.toks[it.from]; !asks && it.to < len(q.toks) && t.fold == t.norm && !strings.HasSuffix(t.fold, "ed") && !slices.ContainsFunc(it.senses, func(s sense) bool { return s.kind != "object" || s.word != "verb" }) {
			return reading{status: Refused, reason: "That asks for something to be done. Questions only read; " + quote(q.words(it)) + " is no question."}, true // enrol Ann in a course
		}
		break
	}
	for _, it := range items {
		if has(&it, "beyond") && !has(&it, "value", "object", "field") {
			return reading{status: Unanswered, final: true, reason: quote(q.words(it)) + " asks for what the data cannot say: they hold what was recorded, no forecasts, reasons or advice."}, true
		}
	}
	return reading{}, false
}

// namesOne tells of a noun with the one that is meant behind it: event EV-1200.
func (q *question) namesOne(i int) bool {
	return i+1 < len(q.toks) && slices.ContainsFunc(q.lex.entries[q.toks[i].norm], func(s sense) bool {
		return s.kind == "object" && slices.ContainsFunc(q.hits[q.toks[i+1].fold], func(h crm.Hit) bool { return h.Object == s.object && h.Distance == 0 && !h.Partial })
	})
}

func (q *question) words(it item) string {
	return q.text[q.toks[it.from].start:q.toks[it.to-1].end]
}

func quote(s string) string { return `"` + s + `"` }

// speaking drops the words that say nothing.
func speaking(items []item) []item {
	return slices.DeleteFunc(slices.Clone(items), func(it item) bool { return it.kind == "fill" })
}

// reader applies the grammar to the question.
func (q *question) reader() *reader {
	return &reader{schema: q.lex.schema, lex: q.lex, toks: q.toks, today: q.today, values: map[int]bool{}}
}

// builder makes a plan of a sketch of the question.
func (q *question) builder(s *sketch) *builder {
	return &builder{schema: q.lex.schema, lex: q.lex, sk: s, today: q.today, clock: q.clock, asOf: q.asOf, extent: q.extent, most: q.most, lacks: q.lacks}
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
	r := q.reader()
	for _, it := range chosen {
		r.values[it.to-1] = it.kind == "value"
	}
	r.steps = slices.ContainsFunc(chosen, func(it item) bool { return it.kind == "diff" || it.kind == "change" })
	r.ratio = slices.ContainsFunc(chosen, func(it item) bool { return it.kind == "ratio" })
	s := &sketch{toks: q.toks, terse: q.terse(speaking(chosen))}
	k := &sketcher{r: r, s: s}
	k.lift(e.grammar.apply(r, speaking(chosen)))
	k.run()
	return s, r.score
}

// terse tells of a question that is only values and times around a noun: open opps east, basic wins nov 2017, lost opps q2.
func (q *question) terse(items []item) bool {
	values := 0
	for _, it := range items {
		switch it.kind {
		case "value":
			values++
			if q.lex.counts[q.toks[it.from].norm] && len(items) > 1 {
				values++
			}
		case "standing", "period":
			values++
		case "lack":
			values += 2 // deals without a close date
		case "field":
			if !slices.ContainsFunc(items, func(o item) bool { return o.kind == "lack" && o.from < it.from }) {
				return false
			}
		case "object", "to", "asof":
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
	t.b = q.builder(s)
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
			if t.b.lex.isFigure(it.sense.noun()) {
				own = it.object
			}
		case "object":
			named = it.object
		case "metric":
			metric = true
		}
	}
	if own != "" && own == named && (t.ok || t.b.plain != "") && t.b.root == own && !metric {
		p := t.b.p
		mean := len(p.Measures) > 0 && p.Measures[0].Fn != plan.Sum && p.Measures[0].Over == nil && p.Limit == 0
		if mean || p.List() && len(p.Order) == 0 {
			score += 0.3
		}
	}
	return score
}
