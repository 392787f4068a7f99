package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

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

func (w wording) without(x Plan) string {
	o, _ := w.s.Object(x.Object)
	in := wording{s: w.s, object: o, p: x}
	before, after := "", ""
	for _, f := range flat(x.Filter) {
		text := in.condition(f)
		if f.Op == crm.Is {
			before += text + " "
		} else {
			after += " " + text
		}
	}
	return "without " + before + strings.ToLower(o.Plural) + after
}

func flat(f crm.Filter) []crm.Filter {
	if f.Zero() {
		return nil
	}
	if len(f.And) > 0 {
		return f.And
	}
	return []crm.Filter{f}
}

func (w wording) conditions(f crm.Filter) string {
	var parts []string
	all := flat(f)
	for _, c := range all {
		if c.Op == crm.NotEmpty && len(w.p.Order) > 0 && w.p.Order[0].Of != nil && w.p.Order[0].Of.Path == c.Term.Path {
			continue
		}
		if c.Op == crm.NotEmpty && slices.ContainsFunc(all, func(o crm.Filter) bool { return o.Op == crm.IsNot && o.Term.Path == c.Term.Path }) {
			continue
		}
		parts = append(parts, w.condition(c))
	}
	if len(parts) == 0 {
		return ""
	}
	slices.SortStableFunc(parts, func(a, b string) int { return lacks(a) - lacks(b) })
	text := parts[0]
	for _, p := range parts[1:] {
		if lacks(p) == 0 {
			text += " and"
		}
		text += " " + p
	}
	if lacks(parts[0]) == 1 {
		return " " + text
	}
	return " with " + text
}

// lacks is 1 for a condition that is said without "with"; those are said last.
func lacks(text string) int {
	for _, bare := range []string{"without ", "older than ", "younger than "} {
		if strings.HasPrefix(text, bare) {
			return 1
		}
	}
	return 0
}

var opWords = map[crm.Op]string{crm.More: "more than", crm.Less: "less than", crm.AtLeast: "at least", crm.AtMost: "at most", crm.Is: "equal to"}

// dateOps say how one date of a record lies to another.
var dateOps = map[crm.Op]string{crm.More: "after", crm.Less: "before", crm.AtLeast: "on or after", crm.AtMost: "on or before"}

func (w wording) condition(f crm.Filter) string {
	switch {
	case len(f.Or) > 0:
		return w.either(f.Or)
	case f.Not != nil:
		return "not " + w.condition(*f.Not)
	case f.Term == nil:
		return ""
	}
	label := w.figure(*f.Term)
	t, field, _ := TypeOf(w.s, w.object.Name, f.Term.Path)
	switch {
	case f.Other != nil && t.Temporal() && dateOps[f.Op] != "":
		return label + " " + dateOps[f.Op] + " the " + w.figure(*f.Other)
	case f.Other != nil:
		return label + " " + opWords[f.Op] + " the " + w.figure(*f.Other)
	case f.Term.Path == Today && (f.Op == crm.More || f.Op == crm.Less):
		return map[crm.Op]string{crm.More: "older than ", crm.Less: "younger than "}[f.Op] + strings.Join(f.Values, " and ") + " days"
	case f.Term.Minus != "" && !w.lifetime(*f.Term):
		return label + " " + opWords[f.Op] + " " + strings.Join(f.Values, " and ")
	case f.Term.Minus != "":
		return "taking " + opWords[f.Op] + " " + strings.Join(f.Values, " and ") + " days"
	case f.Op == crm.Empty:
		return "without " + label
	case f.Op == crm.NotEmpty:
		return label + " known"
	case t.Temporal():
		return label + " " + dateWords(f)
	case t.Numeric():
		if f.Op == crm.Between {
			return label + " between " + strings.Join(f.Values, " and ")
		}
		if strings.Contains(strings.ToLower(field.Label), "year") {
			switch f.Op {
			case crm.Is:
				return label + " in " + f.Values[0]
			case crm.Less:
				return label + " before " + f.Values[0]
			case crm.AtLeast:
				return label + " since " + f.Values[0]
			}
		}
		return label + " " + opWords[f.Op] + " " + strings.Join(f.Values, " or ")
	case t == crm.Bool && (f.Op == crm.Is || f.Op == crm.IsNot) && len(f.Values) == 1:
		if (f.Op == crm.Is) == strings.EqualFold(f.Values[0], "yes") {
			return label
		}
		return "not " + label
	case f.Op == crm.IsNot:
		return label + " not " + values(f.Values)
	case f.Op == crm.Contains:
		return label + " containing " + strconv.Quote(strings.Join(f.Values, " "))
	case f.Op == crm.StartsWith:
		return label + " starting with " + strconv.Quote(strings.Join(f.Values, " "))
	}
	return label + " " + values(f.Values)
}

// values joins values with or; one that could be taken for something else stands in quotes.
func values(vs []string) string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v
		if plain := strings.Trim(v, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -"); plain != "" || len(vs) > 1 && strings.Contains(v, " ") {
			out[i] = strconv.Quote(v)
		}
	}
	return strings.Join(out, " or ")
}

func dateWords(f crm.Filter) string {
	days := make([]time.Time, len(f.Values))
	for i, v := range f.Values {
		d, err := time.Parse(time.DateOnly, v)
		if err != nil {
			return string(f.Op) + " " + strings.Join(f.Values, " and ")
		}
		days[i] = d
	}
	switch {
	case f.Op == crm.Between && len(days) == 2:
		words := SpanWords(days[0], days[1].AddDate(0, 0, 1))
		if strings.HasPrefix(words, "between") {
			return words
		}
		return "in " + words
	case f.Op == crm.AtLeast && len(days) == 1:
		return SpanWords(days[0], time.Time{})
	case f.Op == crm.Less && len(days) == 1:
		return SpanWords(time.Time{}, days[0])
	}
	return string(f.Op) + " " + strings.Join(f.Values, " and ")
}

func (w wording) either(fs []crm.Filter) string {
	var parts []string
	for i, f := range fs {
		text := w.condition(f)
		if i > 0 && f.Term != nil && fs[0].Term != nil && f.Term.Path == fs[0].Term.Path {
			text = strings.TrimPrefix(text, TermLabel(w.s, w.object.Name, *f.Term)+" in ")
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " or ")
}

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
		m := p.Measures[h.Measure]
		vals := h.Values
		if m.Over != nil && m.Of == nil && m.Over.Of == nil {
			vals = make([]string, len(h.Values))
			for i, v := range h.Values {
				if d, ok := crm.ParseDecimal(v); ok {
					vals[i] = d.Shift(2).String() + "%"
				}
			}
		}
		cond := opWords[h.Op] + " " + strings.Join(vals, " and ")
		if h.Op == crm.Between {
			cond = "between " + strings.Join(vals, " and ")
		}
		if plainCount(m) {
			out = append(out, "with "+cond+" "+strings.ToLower(w.object.Plural))
		} else {
			out = append(out, "with "+w.measure(m)+" "+cond)
		}
	}
	if len(p.Compare) == 2 {
		out = append(out, "difference between "+w.side(p.Compare[0])+" and "+w.side(p.Compare[1]))
	}
	if p.List() && len(p.Columns) > 0 {
		var cols []string
		for _, c := range p.Columns {
			if f, ok := w.object.NameField(); ok && crm.Path(f.Name) == c {
				continue
			}
			cols = append(cols, Label(w.s, w.object.Name, c))
		}
		if len(cols) > 0 {
			out = append(out, "show "+strings.Join(cols, " and "))
		}
	}
	return out
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

func (w wording) numeric(p crm.Path) bool {
	t, _, ok := TypeOf(w.s, w.object.Name, p)
	return ok && p != Today && t.Numeric()
}

// cycle tells whether a term is the time from start to end of records whose stage is said.
func (w wording) cycle(t crm.Term) bool {
	start, _ := w.object.Role(crm.RoleStarted)
	end, _ := w.object.Role(crm.RoleEnded)
	stage, ok := w.object.Role(crm.RoleStage)
	said := slices.ContainsFunc(flat(w.p.Filter), func(f crm.Filter) bool { return f.Term != nil && string(f.Term.Path) == stage.Name })
	return string(t.Path) == end.Name && string(t.Minus) == start.Name && ok && said
}

// lifetime tells whether a term is the time that records take as a whole, where they have a start and an end.
func (w wording) lifetime(t crm.Term) bool {
	start, ok := w.object.Role(crm.RoleStarted)
	end, ends := w.object.Role(crm.RoleEnded)
	return !ok || !ends || t.Path == Today || string(t.Path) == end.Name && string(t.Minus) == start.Name
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

// nth says a place from the top or the bottom.
func (w wording) nth() string {
	places := []string{"first", "second", "third", "fourth", "fifth"}
	end := " highest"
	if !w.p.Order[0].Desc {
		end = " lowest"
	}
	if w.p.Skip < len(places) {
		return places[w.p.Skip] + end
	}
	return strconv.Itoa(w.p.Skip+1) + "th" + end
}

func topWord(p Plan) string {
	if len(p.Order) > 0 && !p.Order[0].Desc {
		return "bottom"
	}
	return "top"
}

// ordered says the order, unless it is the usual one: dates in their order, else most first.
func (w wording) ordered() []string {
	p := w.p
	if len(p.Order) == 0 || p.Each {
		if p.Limit > 0 && !p.Each {
			return []string{"top " + strconv.Itoa(p.Limit)}
		}
		return nil
	}
	o := p.Order[0]
	switch {
	case o.Of != nil:
		label := w.figure(*o.Of)
		t, _, _ := TypeOf(w.s, w.object.Name, o.Of.Path)
		switch {
		case o.Of.Minus != "" && p.Limit > 0:
			return []string{map[bool]string{true: "longest ", false: "shortest "}[o.Desc] + strconv.Itoa(p.Limit)}
		case p.Skip > 0:
			return []string{w.nth() + " by " + label}
		case t.Temporal() && p.Limit > 0:
			return []string{map[bool]string{true: "latest ", false: "earliest "}[o.Desc] + strconv.Itoa(p.Limit) + " by " + label}
		case p.Limit > 0:
			return []string{topWord(p) + " " + strconv.Itoa(p.Limit) + " by " + label}
		}
		return []string{"sorted by " + label, map[bool]string{true: "highest first", false: "lowest first"}[o.Desc]}
	case o.Measure >= 0:
		by := ""
		if o.Measure > 0 {
			by = " by " + w.measure(p.Measures[o.Measure])
		}
		if p.Skip > 0 {
			return []string{w.nth() + by}
		}
		if p.Limit > 0 {
			return []string{topWord(p) + " " + strconv.Itoa(p.Limit) + by}
		}
		if o.Measure == 0 && o.Desc && len(p.Groups) == 1 && p.Groups[0].Bucket == "" {
			return nil
		}
		return []string{map[bool]string{true: "highest first", false: "lowest first"}[o.Desc] + by}
	}
	if o.Desc {
		return []string{"descending"}
	}
	if p.Groups[o.Group].Bucket == "" {
		return []string{"ascending"}
	}
	return nil
}
