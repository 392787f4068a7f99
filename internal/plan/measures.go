package plan

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// measured says the columns that are computed, and what they are compared with.
func (w wording) measured() []string {
	var out []string
	p := w.p
	held := map[int]bool{} // measures that only keep rows
	for _, h := range p.Having {
		held[h.Measure] = true
	}
	for _, o := range p.Order {
		if o.Measure >= 0 {
			delete(held, o.Measure)
		}
	}
	for i, m := range p.Measures {
		if held[i] || i == 0 && plainCount(m) && !p.Tally {
			continue
		}
		out = append(out, w.measure(m))
	}
	for _, h := range p.Having {
		out = append(out, w.having(h))
	}
	if len(p.Compare) == 2 {
		out = append(out, "difference between "+w.side(p.Compare[0])+" and "+w.side(p.Compare[1]))
	}
	return append(out, w.columns())
}

// having says which rows a comparison keeps.
func (w wording) having(h Having) string {
	m, values := w.p.Measures[h.Measure], slices.Clone(h.Values)
	for i, v := range values {
		if d, ok := crm.ParseDecimal(v); ok && m.Ratio() {
			values[i] = d.Shift(2).String() + "%"
		}
	}
	cond := opWords[h.Op]
	if h.Op == crm.Between {
		cond = "between"
	}
	cond += " " + strings.Join(values, " and ")
	if plainCount(m) {
		return "with " + cond + " " + strings.ToLower(w.object.Plural)
	}
	return "with " + w.measure(m) + " " + cond
}

// columns says what a list shows beside the names of its records.
func (w wording) columns() string {
	var cols []string
	for _, c := range w.p.Columns {
		if f, ok := w.object.NameField(); !ok || crm.Path(f.Name) != c {
			cols = append(cols, Label(w.s, w.object.Name, c))
		}
	}
	if len(cols) == 0 || !w.p.List() {
		return ""
	}
	return "show " + strings.Join(cols, " and ")
}

func (w wording) measure(m Measure) string {
	text := m.Name
	if text == "" {
		switch {
		case m.Fn == Count:
			text = "number of " + strings.ToLower(w.object.Plural)
		case m.Of != nil && m.Of.Minus != "" && w.numeric(m.Of.Path):
			text = fnWords[m.Fn] + " difference between " + w.figure(crm.Term{Path: m.Of.Path}) + " and " + w.figure(crm.Term{Path: m.Of.Minus})
		case m.Of != nil && m.Of.Minus != "" && m.Of.Path != Today && !w.cycle(*m.Of):
			text = fnWords[m.Fn] + " days from " + Label(w.s, w.object.Name, m.Of.Minus) + " to " + Label(w.s, w.object.Name, m.Of.Path)
		case m.Of != nil && m.Of.Minus != "":
			text = fnWords[m.Fn] + " cycle"
			if m.Of.Path == Today {
				text = fnWords[m.Fn] + " age"
			}
		default:
			text = fnWords[m.Fn] + " " + w.figure(*m.Of)
		}
		if m.Over != nil && !m.Filter.Zero() {
			return "share of " + text + w.conditions(m.Filter)
		}
		if m.Over != nil && m.Over.Of == nil {
			text = "average " + text + " per " + strings.ToLower(w.object.Label)
		}
		if m.Over != nil && m.Over.Of != nil {
			text = "average " + text + " per " + w.figure(*m.Over.Of)
		}
	}
	if m.Share {
		text = "share of " + text
	}
	switch m.Step {
	case Growth:
		return "growth"
	case Difference:
		return "change"
	case Running:
		return "running total"
	}
	return text
}

// side says one part of a comparison.
func (w wording) side(part Part) string {
	if f := part.Filter; f.Term != nil && f.Op == crm.Is {
		return w.condition(f)
	}
	return part.Label
}

// figure names a number. Money that is not what the records are worth is the records' own: an account's revenue is not
// what was sold to it.
func (w wording) figure(t crm.Term) string {
	label := TermLabel(w.s, w.object.Name, t)
	if _, f, ok := w.s.Resolve(w.object.Name, t.Path); ok && f.Type == crm.Money && f.Role == crm.NoRole && t.Minus == "" {
		return "own " + label
	}
	return label
}

func (w wording) numeric(p crm.Path) bool {
	t, _, ok := TypeOf(w.s, w.object.Name, p)
	return ok && p != Today && t.Numeric()
}

// cycle tells whether a term is the time from start to end of records whose stage is said.
func (w wording) cycle(t crm.Term) bool {
	start, _ := w.object.Role(crm.RoleStarted)
	end, _ := w.object.Role(crm.RoleEnded)
	stage, ok := w.object.Role(crm.RoleStage)
	said := slices.ContainsFunc(terms(w.p.Filter), func(f crm.Filter) bool { return f.Term != nil && string(f.Term.Path) == stage.Name })
	return string(t.Path) == end.Name && string(t.Minus) == start.Name && ok && said
}

// lifetime tells whether a term is the time that records take as a whole, where they have a start and an end.
func (w wording) lifetime(t crm.Term) bool {
	start, ok := w.object.Role(crm.RoleStarted)
	end, ends := w.object.Role(crm.RoleEnded)
	return !ok || !ends || t.Path == Today || string(t.Path) == end.Name && string(t.Minus) == start.Name
}
