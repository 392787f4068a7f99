package answer

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// explain adds what a careful person would say beside the number: what a word is defined as, what has no value and was
// left out, which period has data when the one asked for has none.
func (e *Engine) explain(ctx context.Context, c ident.Caller, s crm.Schema, p plan.Plan, gaps []int64, a *Answer) {
	for _, m := range p.Measures {
		for _, def := range e.trade.Metric {
			if note := capital(def.Name) + ": " + def.Formula + "."; m.Name == def.Name && !slices.Contains(a.Notes, note) {
				a.Notes = append(a.Notes, note)
			}
		}
	}
	if e.nothingToOrder(s, p, a) {
		return
	}
	if a.Scanned == 0 {
		e.emptyPeriod(ctx, c, s, p, a)
		return
	}
	skipped(s, p, gaps, a)
}

// nothingToOrder turns an order by a value that no row has into a plain no.
func (e *Engine) nothingToOrder(s crm.Schema, p plan.Plan, a *Answer) bool {
	if len(p.Order) == 0 || len(a.Data) == 0 || p.Tally {
		return false
	}
	o, _ := s.Object(p.Object)
	name := ""
	switch first := p.Order[0]; {
	case first.Of != nil:
		name = plan.TermLabel(s, p.Object, *first.Of)
	case first.Measure >= 0 && len(p.Groups) > 0:
		name = plan.MeasureLabel(s, p.Object, p.Measures[first.Measure])
	default:
		return false
	}
	col := slices.Index(a.Columns, name)
	if col < 0 || slices.ContainsFunc(a.Data, func(row []any) bool { return row[col] != nil }) {
		return false
	}
	a.Status, a.By = Unanswered, "none"
	a.Reason = "None of these " + strings.ToLower(o.Plural) + " has a " + name + ", so there is nothing to order them by."
	a.Rows, a.Data, a.Columns, a.Types, a.Fields, a.Chart = nil, nil, nil, nil, nil, nil
	return true
}

// emptyPeriod says which days have data when a period holds nothing.
func (e *Engine) emptyPeriod(ctx context.Context, c ident.Caller, s crm.Schema, p plan.Plan, a *Answer) {
	for _, f := range allTerms(p.Filter) {
		t, _, _ := plan.TypeOf(s, p.Object, f.Term.Path)
		if !t.Temporal() || f.Term.Minus != "" {
			continue
		}
		first, last := e.extent(ctx, c, s, p.Object, f.Term.Path)
		if !first.IsZero() {
			a.Notes = append(a.Notes, fmt.Sprintf("Nothing in that time: %s runs from %s to %s.", plan.Label(s, p.Object, f.Term.Path), first.Format(time.DateOnly), last.Format(time.DateOnly)))
			return
		}
	}
	a.Notes = append(a.Notes, "Nothing matches.")
}

func allTerms(f crm.Filter) []crm.Filter {
	if f.Term != nil {
		return []crm.Filter{f}
	}
	var out []crm.Filter
	for _, sub := range append(slices.Clone(f.And), f.Or...) {
		out = append(out, allTerms(sub)...)
	}
	if f.Not != nil {
		out = append(out, allTerms(*f.Not)...)
	}
	return out
}

// skipped says how many records have no value where the plan groups or computes.
func skipped(s crm.Schema, p plan.Plan, gaps []int64, a *Answer) {
	o, _ := s.Object(p.Object)
	for i, g := range p.Gaps() {
		if i >= len(gaps) || gaps[i] == 0 {
			continue
		}
		note, are := thousands(gaps[i])+" "+strings.ToLower(o.Plural)+" have no ", "are"
		if gaps[i] == 1 {
			note, are = "1 "+strings.ToLower(o.Label)+" has no ", "is"
		}
		note += plan.Label(s, p.Object, g.Path) + " and " + are
		if g.Measure < 0 {
			note += " left out."
		} else {
			note += " not counted in the " + plan.MeasureLabel(s, p.Object, p.Measures[g.Measure]) + "."
		}
		if !slices.Contains(a.Notes, note) {
			a.Notes = append(a.Notes, note)
		}
	}
}

func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func trimZeros(f float64, scale int) string {
	s := strconv.FormatFloat(f, 'f', scale, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return s
}

// draw chooses how an answer is drawn: a number alone, bars for categories, columns over time, a line for rates and
// levels over time. A list is a table.
func draw(p plan.Plan, rows crm.Rows) *Drawing {
	if len(rows.Rows) == 0 {
		return nil
	}
	var ys []int
	first := len(p.Groups)
	if p.Tally || len(p.Compare) > 0 {
		first = 0
	}
	for i := first; i < len(rows.Columns); i++ {
		if rows.Columns[i].Type.Numeric() {
			ys = append(ys, i)
		}
	}
	d := &Drawing{Kind: plan.Table, Y: []int{}}
	switch {
	case p.List() || len(ys) == 0:
	case len(p.Groups) == 0 || p.Tally:
		d.Kind, d.Y = plan.Number, ys[:1]
	case len(p.Groups) > 2:
	default:
		d.Y = ys[:1]
		d.Kind = plan.Bar
		for i, g := range p.Groups {
			if g.Bucket != "" {
				d.X, d.Kind = i, plan.Columns
				if m := p.Measures[0]; m.Over != nil || m.Fn == plan.Mean || m.Fn == plan.Median {
					d.Kind = plan.Line
				}
			}
		}
	}
	if p.Chart != plan.Auto && len(d.Y) > 0 {
		d.Kind = p.Chart
	}
	return d
}
