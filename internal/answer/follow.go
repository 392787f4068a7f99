package answer

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// leads are the words that make a question an edit of the one before even where it could stand alone.
var leads = []string{"and ", "only ", "what about ", "how about ", "but ", "now ", "also ", "same ", "just ", "instead ", "then ", "ok ", "by ", "per ", "as a ", "in ", "for ", "without ", "excluding ", "except "}

// sameAgain begins a question that says what alone is to be otherwise: the same for Anna.
var sameAgain = regexp.MustCompile(`(?i)^\s*(and |now |ok,? |show me |do )?(exactly )?(the )?same( thing| question| again)?(,| but| only)*\s+`)

// follow reads a question as an edit of the one before (and by region, only won ones, what about Q2, as a chart), unless
// it is one of its own.
func (e *Engine) follow(ctx context.Context, q *question, before plan.Plan) (reading, error) {
	same := false
	if rest := sameAgain.ReplaceAllString(q.text, ""); rest != q.text {
		q.text, same = rest, true
	}
	tries, stop, err := e.tries(ctx, q)
	if err != nil {
		return reading{}, err
	}
	if stop != nil {
		return *stop, nil
	}
	own := q.choose(tries)
	text := strings.ToLower(strings.TrimSpace(q.text))
	lead := slices.ContainsFunc(leads, func(l string) bool { return strings.HasPrefix(text, l) })
	if own.status == Answered && !lead && !same {
		return own, nil
	}
	var edits []try
	for _, t := range tries {
		if ed, ok := e.edit(q, t, before); ok {
			edits = append(edits, ed)
		}
	}
	if len(edits) == 0 {
		return own, nil
	}
	return q.choose(edits), nil
}

// edit applies what a reading says to the plan before. It reports false when the reading says something that edits
// nothing.
func (e *Engine) edit(q *question, t try, before plan.Plan) (try, bool) {
	s := e.sketch(q, t.chosen)
	if len(s.left) > 0 || s.diff || s.perform || s.howlong || s.howmuch || s.number != 0 {
		return try{}, false
	}
	b := q.builder(s)
	b.root, b.p = before.Object, before
	b.most, b.lacks, b.asOf = nil, nil, nil // an edit neither asks back nor moves the day of the plan
	if !b.sameThing() {
		return try{}, false
	}
	changed := s.chart != ""
	if s.chart != "" {
		b.p.Chart = s.chart
		if s.chart == chartAsked {
			b.p.Chart = plan.Auto
		}
	}
	edits := []func(*bool) bool{b.editMeasures, b.editGroups, b.editFilter, b.editShare, b.editOrder}
	for _, edit := range edits {
		if !edit(&changed) {
			return try{}, false
		}
	}
	if !changed || b.p.Validate(b.schema) != nil {
		return try{}, false
	}
	return try{score: t.score, b: b, ok: true, chosen: t.chosen, key: planKey(b.p)}, true
}

// sameThing tells whether the nouns named are those of the plan before: only won deals.
func (b *builder) sameThing() bool {
	s := b.sk
	for _, n := range append(slices.Clone(s.mentions), s.target) {
		if n.object != "" && n.object != b.root {
			return false
		}
	}
	if s.counted != nil && s.counted.object != "" && s.counted.object != b.root {
		return false
	}
	return len(b.p.Compare) == 0 || s.chart != ""
}

func (b *builder) editMeasures(changed *bool) bool {
	s := b.sk
	if len(s.gauges) == 0 {
		return true
	}
	stage, staged := b.stage(b.root)
	asked := b.stageAsked(stage)
	if asked.Term != nil {
		s.sets = append(s.sets, item{sense: sense{kind: "set", object: b.root, field: stage.Name, values: asked.Values}})
	}
	b.p.Measures, b.p.Having, b.p.Columns = nil, nil, nil
	for _, g := range s.gauges {
		if _, ok := b.addMeasure(g); !ok {
			return false
		}
	}
	if staged && asked.Term == nil {
		// The measure before brought its own stages; the new one brings others.
		b.p.Filter = crm.All(slices.DeleteFunc(flat(b.p.Filter), func(f crm.Filter) bool { return f.Term != nil && string(f.Term.Path) == stage.Name })...)
	}
	if !b.hoist() {
		return false
	}
	b.p.Filter = crm.All(canonical(append(flat(b.p.Filter), flat(b.cond.filter())...))...)
	b.cond = conditions{}
	b.p.Order, b.p.Limit = nil, 0
	if len(b.p.Groups) > 0 {
		b.naturalOrder()
	}
	*changed = true
	return true
}

// stageAsked is the condition on the stage that the question before asked for itself: what is only counted brings none.
func (b *builder) stageAsked(stage crm.Field) crm.Filter {
	if len(b.p.Measures) == 0 || b.p.Measures[0].Fn != plan.Count || b.p.Measures[0].Over != nil {
		return crm.Filter{}
	}
	for _, f := range flat(b.p.Filter) {
		if f.Term != nil && string(f.Term.Path) == stage.Name && f.Op == crm.Is {
			return f
		}
	}
	return crm.Filter{}
}

// editShare shows the measure as a part of the whole.
func (b *builder) editShare(changed *bool) bool {
	if !b.sk.share {
		return true
	}
	if len(b.p.Groups) == 0 || len(b.p.Measures) != 1 || b.p.Measures[0].Over != nil || b.p.Limit > 0 {
		return false
	}
	b.p.Measures = slices.Clone(b.p.Measures)
	b.p.Measures[0].Share = true
	*changed = true
	return true
}

func (b *builder) editGroups(changed *bool) bool {
	s := b.sk
	if len(s.groups) == 0 && s.trend == "" {
		return true
	}
	if len(b.p.Measures) == 0 {
		b.p.Measures, b.p.Columns = []plan.Measure{{Fn: plan.Count}}, nil
		b.stages = []crm.Filter{{}}
	}
	old := b.p
	b.p.Groups, b.p.Order, b.p.Limit, b.p.Each, b.p.Tally = nil, nil, 0, false, false
	s.target = noun{}
	if !b.groups() {
		b.p = old
		return false
	}
	b.naturalOrder()
	*changed = true
	return true
}

func (b *builder) editFilter(changed *bool) bool {
	s := b.sk
	if len(s.sets)+len(s.compared)+len(s.dated)+len(s.absent)+len(s.periods) == 0 {
		return true
	}
	groups := b.p.Groups
	if !b.filters() || b.sides != nil || !b.absences() || !b.dates() || len(s.bars) > 0 {
		return false
	}
	b.p.Groups = groups
	fresh := flat(b.cond.filter())
	var keep []crm.Filter
	for _, f := range flat(b.p.Filter) {
		if f.Term == nil || !slices.ContainsFunc(fresh, func(n crm.Filter) bool {
			return n.Term != nil && n.Term.Minus == f.Term.Minus && (n.Term.Path == f.Term.Path || f.Op == crm.Is && n.Op == crm.Is && onOneWay(n.Term.Path, f.Term.Path))
		}) {
			keep = append(keep, f)
		}
	}
	b.p.Filter = crm.All(canonical(append(keep, fresh...))...)
	*changed = true
	return true
}

func (b *builder) editOrder(changed *bool) bool {
	s := b.sk
	switch {
	case s.rank != nil && s.rank.of == nil && s.rank.flavour != "date" && s.order == nil:
		if len(b.p.Groups) > 0 && len(b.p.Measures) > 0 {
			b.p.Order = []plan.Order{plan.ByMeasure(0, s.rank.desc)}
		} else if len(b.p.Order) == 0 {
			return false
		}
		b.p.Limit = max(s.rank.n, 1)
		*changed = true
	case s.rank != nil:
		return false
	case s.order != nil && len(b.p.Groups) > 0:
		i, ok := b.addMeasure(*s.order)
		if !ok {
			return false
		}
		b.p.Order = []plan.Order{plan.ByMeasure(i, s.orderDir != "asc")}
		*changed = true
	case s.order != nil:
		term, ok := b.rankTerm(s.order, "")
		if !ok || !b.p.List() {
			return false
		}
		b.p.Order = []plan.Order{plan.ByTerm(term, s.orderDir != "asc")}
		*changed = true
	case s.orderDir != "":
		if len(b.p.Order) == 0 {
			return false
		}
		b.p.Order = slices.Clone(b.p.Order)
		b.p.Order[0].Desc = s.orderDir == "desc"
		*changed = true
	}
	return true
}

// onOneWay tells whether one path goes on where the other ends: a seller, and the seller's manager.
func onOneWay(a, b crm.Path) bool {
	return strings.HasPrefix(string(a), string(b)+".") || strings.HasPrefix(string(b), string(a)+".")
}

// flat takes a conjunction apart.
func flat(f crm.Filter) []crm.Filter {
	switch {
	case f.Zero():
		return nil
	case len(f.And) > 0:
		return slices.Clone(f.And)
	}
	return []crm.Filter{f}
}
