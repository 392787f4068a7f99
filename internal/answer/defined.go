package answer

import (
	"maps"
	"slices"
	"strings"

	"openclaw/internal/crm"
)

func (l *lexicon) outcomes(o crm.Object) {
	t := l.trade
	stage, ok := o.Role(crm.RoleStage)
	if !ok {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(t.Outcome)) {
		words := t.Outcome[name]
		values := outcomeValues(stage, name)
		race := contest(stage)
		if len(values) == 0 || (name == "won" || name == "lost") && !race || name == "done" && race {
			continue
		}
		for _, w := range words {
			if name == "open" && slices.ContainsFunc(l.entries[key(w)], func(e sense) bool { return e.kind == "field" && e.object == o.Name }) {
				continue // outstanding is what is in arrears, where there is such a figure
			}
			if rest, still := strings.CutPrefix(w, "still "); still && !slices.Contains(words, rest) {
				if i := slices.IndexFunc(stage.Options, func(o crm.Option) bool { return key(o.Value) == key(rest) }); i >= 0 {
					l.add(w, sense{kind: "value", object: o.Name, field: stage.Name, values: []string{stage.Options[i].Value}, score: 1})
					continue // what is still to do is what is called so, where an option is
				}
			}
			if name == "closed" && !race && slices.Contains(t.Outcome["done"], w) {
				continue // work that is finished was not called off
			}
			l.add(w, sense{kind: "value", word: name, object: o.Name, field: stage.Name, values: values, score: 0.95})
		}
	}
}

func (l *lexicon) metrics(o crm.Object) {
	t := l.trade
	for i := range t.Metric {
		m := &t.Metric[i]
		if !l.measurable(o, m) || m.Kind == "discount" && !l.sellsSingly(o) {
			continue
		}
		s := sense{kind: "metric", word: m.Name, object: o.Name, metric: m, score: 0.98}
		if m.Score != 0 {
			s.score = m.Score
		}
		if stage, _ := o.Role(crm.RoleStage); !contest(stage) && m.Score <= 1 {
			s.score = min(s.score, 0.8) // revenue is of deals before it is of invoices
		}
		for _, w := range m.Words {
			k := key(w)
			if slices.ContainsFunc(l.entries[k], func(e sense) bool { return e.kind == "object" && e.score >= 1 }) {
				continue // bookings are records before they are revenue
			}
			if l.ownFigure(o, k, m) {
				continue
			}
			for i := range l.entries[k] {
				if e := &l.entries[k][i]; e.kind == "field" {
					own := *e
					own.score = 1
					l.add("own "+w, own)
					e = &l.entries[k][i]
					e.score = min(e.score, 0.7) // revenue is what was won, unless the rest of the question says otherwise
				}
			}
			l.add(w, s)
		}
		s.kind = "earn"
		l.verbs(m.Verbs, s)
	}
}

// ownFigure tells whether a word defined by roles is what a figure is called anyway: the amount paid, where that is a
// field, or the lead time of suppliers. Revenue is what was won, whatever else is called so.
func (l *lexicon) ownFigure(o crm.Object, k string, m *metric) bool {
	return m.Outcome != "won" && slices.ContainsFunc(l.entries[k], func(e sense) bool {
		return e.kind == "field" && e.score >= 0.95 && (e.object == o.Name || m.Kind == "cycle" || m.Kind == "age") && l.fieldOf(e).ValueType().Numeric()
	})
}

// sellsSingly tells whether what a record is worth can be compared with a list price: one thing each, not so many.
func (l *lexicon) sellsSingly(o crm.Object) bool {
	several := slices.ContainsFunc(o.Fields, func(f crm.Field) bool { return f.Type == crm.Number && crm.Suggests("count", f.Name) > 0 })
	return !several && slices.ContainsFunc(o.Fields, func(f crm.Field) bool {
		target, ok := l.schema.Object(f.Target)
		_, priced := target.Role(crm.RoleUnitPrice)
		return ok && priced && f.Type == crm.Link
	})
}

// measurable tells whether an object has the roles that a metric is defined by.
func (l *lexicon) measurable(o crm.Object, m *metric) bool {
	stage, ok := o.Role(crm.RoleStage)
	if m.Outcome != "" && (!ok || len(outcomeValues(stage, m.Outcome)) == 0) {
		return false
	}
	if m.Kind != "cycle" && m.Kind != "age" && m.Kind != "rate" && (m.Outcome == "won" || m.Outcome == "paid" || m.Outcome == "owed") && l.outgoing(o) {
		return false
	}
	_, amount := o.Role(crm.RoleAmount)
	_, started := o.Role(crm.RoleStarted)
	_, ended := o.Role(crm.RoleEnded)
	switch m.Kind {
	case "rate":
		return contest(stage)
	case "cycle":
		return started && ended && contest(stage) == (m.Outcome != "")
	case "age":
		return started
	}
	return amount
}

// outgoing tells of records of what is paid to others: what is settled of them was not earned.
func (l *lexicon) outgoing(o crm.Object) bool {
	return slices.ContainsFunc(strings.Fields(key(o.Label+" "+crm.LabelOf(o.Name))), func(w string) bool {
		return slices.Contains(l.trade.Label["outgoing"], w)
	})
}
