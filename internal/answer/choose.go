package answer

import (
	"reflect"
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// margin is how much better the best reading must be than the next that gives another plan.
const margin = 0.04

// byScore sorts readings, those that make a plan before the others.
func byScore(tries []try) {
	slices.SortStableFunc(tries, func(a, b try) int {
		if a.ok != b.ok {
			if a.ok {
				return -1
			}
			return 1
		}
		return compareScore(b.score, a.score)
	})
}

// choose takes the best reading, asks when two are equally good, and else says what was not understood.
func (q *question) choose(tries []try) reading {
	byScore(tries)
	best := tries[0]
	if !best.ok {
		return q.failed(tries)
	}
	for _, other := range tries {
		if !other.ok && len(other.b.ask) > 0 && other.b.sk.whole() && other.score > best.score {
			return other.b.asks()
		}
	}
	for _, other := range tries[1:] {
		if !other.ok || other.key == best.key || best.score-other.score >= margin {
			continue
		}
		if less, ok := q.showsLess(best, other); ok {
			best = less
			continue
		}
		return q.between(tries)
	}
	out := reading{status: Answered, plan: best.b.p, notes: best.b.notes, chips: q.chips(best), days: q.asksDay(best)}
	out.notes = append(q.corrections(best), out.notes...)
	return out
}

// showsLess gives the shorter of two lists of the same records in the same order that differ only in a column, where that
// column holds but the value that the records were chosen by: courses of Anna need not show that they are Anna's.
func (q *question) showsLess(a, b try) (try, bool) {
	p, other := a.b.p, b.b.p
	if len(p.Columns) > len(other.Columns) {
		a, b, p, other = b, a, other, p
	}
	o, _ := q.lex.schema.Object(p.Object)
	name, _ := o.NameField() // shown where no columns are named
	more := slices.DeleteFunc(slices.Clone(other.Columns), func(c crm.Path) bool { return slices.Contains(p.Columns, c) || c == crm.Path(name.Name) })
	p.Columns, other.Columns = nil, nil
	same := reflect.DeepEqual(p, other)
	terms := append([]crm.Filter{other.Filter}, other.Filter.And...)
	chosen := func(c crm.Path) bool {
		return slices.ContainsFunc(terms, func(f crm.Filter) bool {
			return f.Term != nil && f.Op == crm.Is && len(f.Values) == 1 && (f.Term.Path == c || strings.HasPrefix(string(f.Term.Path), string(c)+"."))
		})
	}
	return a, same && len(more) > 0 && !slices.ContainsFunc(more, func(c crm.Path) bool { return !chosen(c) })
}

// between offers the readings that are equally good, each as a whole question.
func (q *question) between(tries []try) reading {
	out := reading{status: Clarify, reason: "That can be read in more than one way."}
	for _, t := range tries {
		if t.ok && tries[0].score-t.score < margin {
			w := t.b.p.Words(q.lex.schema)
			if !slices.Contains(out.choices, w) {
				out.choices = append(out.choices, w)
			}
		}
	}
	if len(out.choices) > 6 {
		out.choices = out.choices[:6]
	}
	if len(out.choices) == 1 {
		return reading{status: Unanswered, reason: "That can be read in more than one way, and they have the same name: " + out.choices[0] +
			". Give one of the objects or fields that share a name another one."}
	}
	return out
}

func (q *question) failed(tries []try) reading {
	best := tries[0]
	for _, t := range tries {
		if len(t.b.ask) > 0 && t.b.sk.whole() {
			return t.b.asks()
		}
	}
	var unknown []string
	for _, it := range best.chosen {
		if it.kind == "unknown" {
			unknown = append(unknown, quote(q.words(it)))
		}
	}
	out := reading{status: Unanswered, chips: q.chips(best)}
	switch {
	case len(unknown) > 0:
		out.reason = q.notKnown(unknown, best)
	case len(best.b.sk.left) > 0:
		var left []string
		for _, it := range best.b.sk.left {
			left = append(left, quote(q.words(it)))
		}
		out.reason = "It is not clear what " + andList(left) + " means here. Say it in other words, or leave it out."
	case best.b.fail != "":
		out.reason = "That cannot be answered: " + best.b.fail + "."
	default:
		out.reason = "Not every word of that could be brought together. Say it in other words."
	}
	return out
}

// notKnown names the words that nothing in the workspace is called, and what there is instead.
func (q *question) notKnown(unknown []string, best try) string {
	is := " is"
	if len(unknown) > 1 {
		is = " are"
	}
	out := andList(unknown) + is + " not known here."
	object := ""
	for _, it := range best.chosen {
		if it.object != "" {
			object = it.object
			break
		}
	}
	o, ok := q.lex.schema.Object(object)
	if !ok {
		return out
	}
	var labels []string
	for _, f := range o.Fields {
		labels = append(labels, strings.ToLower(f.Label))
	}
	if len(labels) > 8 {
		labels = append(labels[:8:8], "more")
	}
	return out + " " + capital(o.Plural) + " have " + andList(labels) + "."
}

func andList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
