package answer

import (
	"context"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// beyondMost is how many times the highest figure a number must be to be asked about.
const beyondMost = 100

// kept writes the numbers of a comparison. A number said in thousands or millions that lies far beyond all that the field
// holds is taken as the plain number, and the person is asked: revenue may be kept in millions.
func (b *builder) kept(numbers []quantity, p crm.Path) []string {
	out := figures(numbers)
	for i, q := range numbers {
		if q.scale < 1000 || b.most == nil {
			continue
		}
		most := b.most(b.root, p)
		plain := q.n.Div(decimalOf(q.scale))
		if inMillions := q.n.Div(decimalOf(million)); q.scale >= million && most.LessThan(decimalOf(million)) && !inMillions.GreaterThan(most) && b.turnover(p) {
			out[i] = inMillions.String()
			b.notes = append(b.notes, "These figures go up to "+most.String()+": they are taken to be in millions.")
			continue
		}
		if b.turnover(p) && most.IsPositive() && most.LessThan(decimalOf(million)) {
			b.notes = append(b.notes, "They are compared as they are kept: these figures go up to "+most.String()+".")
		}
		if most.IsPositive() && q.n.GreaterThan(most.Mul(decimalOf(beyondMost))) && !plain.GreaterThan(most) {
			out[i], b.plain = plain.String(), most.String()
		}
	}
	return out
}

// million is the unit in which what companies turn over in a year is often kept.
const million = 1_000_000

// turnover tells of what a company turns over in a year, which is never but some thousands.
func (b *builder) turnover(p crm.Path) bool {
	_, f, ok := b.schema.Resolve(b.root, p)
	return ok && f.Role != crm.RoleAmount && calledAny(f, "revenue", "turnover")
}

// most asks the data for the highest figure of a field.
func (e *Engine) most(ctx context.Context, c ident.Caller, object string, p crm.Path) decimal.Decimal {
	rows, err := e.opt.Store.Plan(ctx, c, plan.Plan{Object: object, Measures: []plan.Measure{{Fn: plan.Max, Of: &crm.Term{Path: p}}}})
	if err != nil || len(rows.Rows) != 1 || len(rows.Rows[0]) != 1 {
		return decimal.Decimal{}
	}
	switch v := rows.Rows[0][0].(type) {
	case decimal.Decimal:
		return v
	case float64:
		return decimal.NewFromFloat(v)
	case int64:
		return decimalOf(v)
	}
	return decimal.Decimal{}
}

// asks offers what the question may mean.
func (b *builder) asks() reading {
	reason := "That can be read in more than one way."
	if b.plain != "" {
		reason = "The figures here go up to " + b.plain + ". Is the plain number meant?"
	}
	return reading{status: Clarify, choices: b.ask, reason: reason}
}
