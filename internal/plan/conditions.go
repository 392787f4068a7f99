package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
)

func (w wording) conditions(f crm.Filter) string {
	var parts []string
	all := terms(f)
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

func (w wording) without(x Plan) string {
	o, _ := w.s.Object(x.Object)
	in := wording{s: w.s, object: o, p: x}
	before, after := "", ""
	for _, f := range terms(x.Filter) {
		text := in.condition(f)
		if f.Op == crm.Is {
			before += text + " "
		} else {
			after += " " + text
		}
	}
	return "without " + before + strings.ToLower(o.Plural) + after
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
