// Package answer turns a question into a Plan and the Plan into an answer. The grammar is a small compiler: words become
// typed senses by a lexicon made from the workspace, phrases become fragments by a table of rules, fragments become one
// Plan over the schema's links, and a question is answered only when every word of it is accounted for.
package answer

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// Store is the data that questions are about.
type Store interface {
	Schema(ctx context.Context, c ident.Caller) (crm.Schema, error)
	Lookup(ctx context.Context, c ident.Caller, phrases []string, fuzzy bool) ([]crm.Hit, error)
	Plan(ctx context.Context, c ident.Caller, p plan.Plan) (crm.Rows, error)
}

// Options are what an Engine is made of.
type Options struct {
	Store Store
	Saved Saved // nil: no saved questions
	// SQL runs the statement of a saved question that has one; nil refuses these.
	SQL   func(ctx context.Context, c ident.Caller, statement string) (crm.Rows, error)
	Clock func() time.Time
	Model Model // nil: none
	// Behind tells whether words of new records are still to be made, so that Lookup does not find all; nil: never.
	Behind func() bool
}

// Engine answers questions. It is safe for use by many at once.
type Engine struct {
	opt     Options
	closed  closedWords
	trade   trade
	grammar grammar

	mu  sync.Mutex
	lex *lexicon // of the schema last seen
}

// New makes an engine.
func New(opt Options) (*Engine, error) {
	closed, t, err := loadWords()
	if err != nil {
		return nil, err
	}
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	return &Engine{opt: opt, closed: closed, trade: t, grammar: newGrammar()}, nil
}

// Request is one question.
type Request struct {
	Question string
	Previous *plan.Plan // what the question before meant, in the same conversation
	NoModel  bool
}

// Chip is a part of the question as it was understood.
type Chip struct {
	Text string `json:"text"`
	Kind string `json:"kind"` // object, field, value, measure, date, number, order, word, unknown
	// Fixed is how the data spell what the question misspelt.
	Fixed string `json:"fixed,omitempty"`
}

// Drawing says how an answer is drawn: columns by their index.
type Drawing struct {
	Kind plan.Chart `json:"kind"`
	X    int        `json:"x"`
	Y    []int      `json:"y"`
}

// Answer is what became of a question.
type Answer struct {
	Status    Status       `json:"status"`
	By        string       `json:"by"` // grammar, saved, model, none
	Question  string       `json:"question"`
	Words     string       `json:"words"` // the reading, said back
	Plan      *plan.Plan   `json:"plan"`  // nil where there is none
	SQL       string       `json:"sql"`
	Params    []any        `json:"params"`
	Columns   []string     `json:"columns"`
	Types     []string     `json:"types"`
	Rows      [][]any      `json:"rows"`
	Truncated bool         `json:"truncated"`
	Chart     *Drawing     `json:"chart"` // nil where there is nothing to draw
	Choices   []string     `json:"choices"`
	Reason    string       `json:"reason"`
	MS        int64        `json:"ms"`
	Chips     []Chip       `json:"chips,omitempty"`
	Notes     []string     `json:"notes,omitempty"`
	Scanned   int64        `json:"scanned"`
	Fields    []crm.Column `json:"-"` // the columns with all that a page needs to show their values
	Data      [][]any      `json:"-"` // the rows in their canonical form
}

// MaxQuestion is the longest question, in bytes, that is read.
const MaxQuestion = 2000

// Ask answers a question. The error is of the store; a question that cannot be answered is an Answer that says why.
func (e *Engine) Ask(ctx context.Context, c ident.Caller, req Request) (Answer, error) {
	start := time.Now()
	a, err := e.ask(ctx, c, req)
	a.Question = req.Question
	a.MS = time.Since(start).Milliseconds()
	a.fill()
	return a, err
}

func (e *Engine) ask(ctx context.Context, c ident.Caller, req Request) (Answer, error) {
	if len(req.Question) > MaxQuestion {
		return Answer{Status: Unanswered, By: "none", Reason: "That is longer than 2,000 characters. Ask for one thing at a time."}, nil
	}
	if e.opt.Saved != nil {
		if a, ok, err := e.saved(ctx, c, req); ok || err != nil {
			return a, err
		}
	}
	s, err := e.opt.Store.Schema(ctx, c)
	if err != nil {
		return Answer{Status: Unanswered, By: "none"}, err
	}
	if len(s.Objects) == 0 {
		return Answer{Status: Unanswered, By: "none", Reason: "There is no data yet. Bring a file: openclawd import FILE, or the page Import."}, nil
	}
	q := e.question(ctx, c, req, s)
	r, err := e.meaning(ctx, q, req)
	if err != nil {
		return Answer{Status: Unanswered, By: "none"}, err
	}
	if !req.NoModel && req.Previous == nil {
		read, ok := e.byModel(ctx, c, q, r)
		if ok {
			return e.run(ctx, c, s, read, "model")
		}
		r = read
	}
	if r.status != Answered {
		return Answer{Status: r.status, By: "none", Reason: r.reason, Choices: r.choices, Chips: r.chips, Notes: r.notes}, nil
	}
	return e.run(ctx, c, s, r, "grammar")
}

// question prepares a request for the grammar.
func (e *Engine) question(ctx context.Context, c ident.Caller, req Request, s crm.Schema) *question {
	q := &question{text: req.Question, today: day(e.opt.Clock()), clock: day(e.opt.Clock()), lex: e.lexicon(s)}
	q.find = func(ctx context.Context, phrases []string, fuzzy bool) ([]crm.Hit, error) {
		return e.opt.Store.Lookup(ctx, c, phrases, fuzzy)
	}
	q.extent = func(object string, p crm.Path) (time.Time, time.Time) { return e.extent(ctx, c, s, object, p) }
	q.most = func(object string, p crm.Path) decimal.Decimal { return e.most(ctx, c, object, p) }
	q.lacks = func(object string, none crm.Filter) bool { return e.lacks(ctx, c, object, none) }
	return q
}

// meaning makes a Plan of a question without running it.
func (e *Engine) meaning(ctx context.Context, q *question, req Request) (reading, error) {
	read := e.read
	if req.Previous != nil {
		read = func(ctx context.Context, q *question) (reading, error) { return e.follow(ctx, q, *req.Previous) }
	}
	r, err := read(ctx, q)
	if r.status != Refused && e.opt.Behind != nil && e.opt.Behind() {
		r.notes = append(r.notes, "New records are still being read: until that is done, a misspelt name or one word of a longer name may not be found in them. Ask again in a minute.")
	}
	return r, err
}

func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func (e *Engine) lexicon(s crm.Schema) *lexicon {
	s = inReadingOrder(s)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.lex == nil || !sameSchema(e.lex.schema, s) {
		e.lex = newLexicon(s, e.closed, e.trade)
	}
	return e.lex
}

// sameSchema compares what callers see: two of them may see different parts of one version.
func sameSchema(a, b crm.Schema) bool {
	if a.Version != b.Version || len(a.Objects) != len(b.Objects) {
		return false
	}
	for i := range a.Objects {
		if a.Objects[i].Name != b.Objects[i].Name || len(a.Objects[i].Fields) != len(b.Objects[i].Fields) {
			return false
		}
	}
	return true
}

// extent asks the data for the first and last day of a field. It is only needed for dates without a year and for
// periods that hold nothing.
func (e *Engine) extent(ctx context.Context, c ident.Caller, s crm.Schema, object string, p crm.Path) (time.Time, time.Time) {
	rows, err := e.opt.Store.Plan(ctx, c, plan.Plan{Object: object, Measures: []plan.Measure{
		{Fn: plan.Min, Of: &crm.Term{Path: p}}, {Fn: plan.Max, Of: &crm.Term{Path: p}}}})
	if err != nil || len(rows.Rows) != 1 || len(rows.Rows[0]) != 2 {
		return time.Time{}, time.Time{}
	}
	first, _ := rows.Rows[0][0].(time.Time)
	last, _ := rows.Rows[0][1].(time.Time)
	return first, last
}

// run computes a plan and explains the answer.
func (e *Engine) run(ctx context.Context, c ident.Caller, s crm.Schema, r reading, by string) (Answer, error) {
	p := r.plan
	a := Answer{Status: Answered, By: by, Words: p.Words(s), Plan: &p, Chips: r.chips, Notes: r.notes}
	rows, err := e.opt.Store.Plan(ctx, c, p)
	if err != nil {
		return Answer{Status: Unanswered, By: "none"}, err
	}
	if r.days {
		rows = dayOnly(rows)
	}
	a.take(rows)
	a.Chart = draw(p, rows)
	e.explain(ctx, c, s, p, rows.Gaps, &a)
	return a, nil
}

// take puts a result into the answer.
func (a *Answer) take(rows crm.Rows) {
	a.SQL, a.Params, a.Truncated, a.Scanned = rows.SQL, rows.Args, rows.Truncated, rows.Scanned
	a.Fields, a.Data = rows.Columns, rows.Rows
	for _, col := range rows.Columns {
		a.Columns = append(a.Columns, col.Name)
		a.Types = append(a.Types, string(col.Type))
	}
	for _, row := range rows.Rows {
		out := make([]any, len(row))
		for i, v := range row {
			out[i] = jsonValue(v, rows.Columns[i])
		}
		a.Rows = append(a.Rows, out)
	}
}

func jsonValue(v any, col crm.Column) any {
	if f, ok := v.(float64); ok {
		return floatNumber(f, col.Scale)
	}
	return crm.JSONValue(v, col.Type, col.Scale)
}

// fill makes empty members of the JSON arrays rather than null.
func (a *Answer) fill() {
	if a.Params == nil {
		a.Params = []any{}
	}
	if a.Columns == nil {
		a.Columns, a.Types = []string{}, []string{}
	}
	if a.Rows == nil {
		a.Rows = [][]any{}
	}
	if a.Choices == nil {
		a.Choices = []string{}
	}
	if a.By == "" {
		a.By = "none"
	}
}

func floatNumber(f float64, scale int) any {
	if scale <= 0 {
		scale = 6
	}
	text := trimZeros(f, scale)
	return json.Number(text)
}
