package answer

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// Model is the third way from a question to a Plan, for what the grammar cannot read.
type Model interface {
	// Fill gives a plan that uses every fact of the question and no other, or an error that says why there is none.
	Fill(ctx context.Context, c ident.Caller, q plan.Unread, s crm.Schema) (plan.Plan, error)
}

// byModel asks the model for a plan. It may use the numbers, periods and names that the grammar found in the question, and no others.
func (e *Engine) byModel(ctx context.Context, c ident.Caller, q *question, r reading) (reading, bool) {
	if e.opt.Model == nil || r.status != Unanswered || r.final {
		return r, false
	}
	u, ok, err := q.unread(ctx)
	if err != nil || !ok {
		return r, false
	}
	for _, chip := range r.chips {
		if chip.Kind != "word" && chip.Kind != "unknown" {
			u.Known = append(u.Known, chip.Text)
		}
	}
	p, err := e.opt.Model.Fill(ctx, c, u, q.lex.schema)
	if err != nil {
		why := fail.As(err)
		r.notes = append(r.notes, strings.TrimSpace("A model was asked, too. "+why.Message+" "+why.Hint))
		return r, false
	}
	return reading{status: Answered, plan: p, chips: r.chips, notes: []string{"A model read this question, as the words above say. Look whether they are what you meant."}}, true
}

// unread gathers the numbers, periods and names of a question. It is not for a model when one of them is not understood, so
// that nothing of the kind is lost.
func (q *question) unread(ctx context.Context) (plan.Unread, bool, error) {
	items, err := q.items(ctx)
	if err != nil {
		return plan.Unread{}, false, err
	}
	u := plan.Unread{Question: q.text}
	for i := range items {
		it := &items[i]
		fact, ok := q.fact(it)
		switch {
		case ok:
			u.Facts = append(u.Facts, fact)
		case has(it, "period") || strings.ContainsFunc(q.words(*it), unicode.IsDigit):
			return u, false, nil
		}
	}
	return u, true, nil
}

// fact is what a word says of the data: a number, a period whose days are known, or a name that the data hold.
func (q *question) fact(it *item) (plan.Fact, bool) {
	fact := plan.Fact{Text: q.words(*it)}
	for _, s := range it.senses {
		switch {
		case s.kind == "number" && s.number.unit != "%":
			fact.Kind, fact.Values = plan.NumberFact, []string{s.number.n.String()}
			return fact, true
		case s.kind == "period" && !s.period.from.IsZero() && !s.period.to.IsZero():
			fact.Kind, fact.Values = plan.PeriodFact, []string{s.period.from.Format(time.DateOnly), s.period.to.Format(time.DateOnly)}
			return fact, true
		case s.kind == "value" && len(s.values) == 1:
			if fact.Kind == "" {
				fact.Kind, fact.Values = plan.NameFact, s.values
			}
			if at := (plan.Place{Object: s.object, Field: s.field}); slices.Equal(fact.Values, s.values) && !slices.Contains(fact.Places, at) {
				fact.Places = append(fact.Places, at)
			}
		}
	}
	return fact, fact.Kind != ""
}
