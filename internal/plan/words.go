package plan

import (
	"slices"
	"strconv"
	"strings"

	"openclaw/internal/crm"
)

// Words says the plan in words that, read as a question, mean the same plan again.
func (p Plan) Words(s crm.Schema) string {
	w := wording{s: s, p: p}
	o, ok := s.Object(p.Object)
	if !ok {
		return "nothing"
	}
	w.object = o
	parts := []string{w.subject()}
	parts = append(parts, w.measured()...)
	parts = append(parts, w.grouped()...)
	parts = append(parts, w.ordered()...)
	if p.Today != "" {
		parts = append(parts, "as of "+p.Today)
	}
	switch p.Chart {
	case Bar, Line, Columns:
		parts = append(parts, "as a "+string(p.Chart)+" chart")
	case Table:
		parts = append(parts, "as a table")
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ") + w.among()
}

type wording struct {
	s      crm.Schema
	p      Plan
	object crm.Object
}

// subject is what the rows are made from: the object with its conditions.
func (w wording) subject() string {
	p := w.p
	plural := strings.ToLower(w.object.Plural)
	subject := plural + w.conditions(p.Filter)
	if none, ok := p.none(); ok {
		subject += " " + w.without(none.Plan)
	}
	switch {
	case p.Tally && len(p.Groups) > 0:
		subject = "number of " + w.groupNoun(p.Groups[0], true) + " of " + subject
	case p.List():
		subject = "list " + subject
	case len(p.Measures) == 0 && len(p.Groups) > 0:
		names := make([]string, len(p.Groups))
		for i, g := range p.Groups {
			names[i] = w.groupNoun(g, true)
		}
		subject = "list " + strings.Join(names, " and ") + " of " + subject
	case len(p.Measures) > 0 && plainCount(p.Measures[0]) && !p.Tally:
		subject = "number of " + subject
	}
	return subject
}

func plainCount(m Measure) bool {
	return m.Fn == Count && m.Of == nil && m.Over == nil && !m.Share && m.Step == "" && m.Filter.Zero()
}

func (w wording) grouped() []string {
	p := w.p
	if len(p.Groups) == 0 || p.Tally || len(p.Measures) == 0 {
		return nil
	}
	names := make([]string, len(p.Groups))
	for i, g := range p.Groups {
		names[i] = w.groupNoun(g, false)
	}
	if p.Each && len(names) > 1 {
		return []string{"in each " + names[0] + " the " + topWord(p) + " " + strconv.Itoa(p.Limit) + " " + names[1]}
	}
	if p.Averaged {
		return []string{"average per " + strings.Join(names, " and ")}
	}
	return []string{"by " + strings.Join(names, " and ")}
}

func (w wording) groupNoun(g Group, plural bool) string {
	label := Label(w.s, w.object.Name, g.Path)
	if g.Bucket != "" {
		return string(g.Bucket) + " of " + label
	}
	if plural {
		return crm.Plural(label)
	}
	return label
}
