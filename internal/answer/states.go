package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// What an option of a stage stands for beyond a pipeline's won and lost: work is done, a bill is paid. Nobody is asked to
// say so on the schema page; the option's own word does.
const (
	paid    crm.Outcome = "paid"
	done    crm.Outcome = "done"
	dropped crm.Outcome = "dropped" // called off: neither done nor still to do
	draft   crm.Outcome = "draft"   // still to do, but nobody owes it yet
)

// states are the words of options that stand for such outcomes.
type states struct {
	Paid, Done, Dropped, Draft []string
}

// withStates says what the options of each stage stand for where no pipeline does. The schema given stays as it is.
func withStates(s crm.Schema, words states) crm.Schema {
	s.Objects = slices.Clone(s.Objects)
	for i, o := range s.Objects {
		for j, f := range o.Fields {
			if f.Role != crm.RoleStage {
				continue
			}
			options := words.agreedFirst(f.Options)
			told := contest(crm.Field{Options: options}) // what else is over is neither won nor lost
			if told {
				options = words.markUntold(options)
			} else {
				options, told = words.mark(options)
			}
			if told {
				s.Objects[i].Fields = slices.Clone(s.Objects[i].Fields)
				s.Objects[i].Fields[j].Options = options
			}
		}
	}
	return s
}

// agreedFirst takes back that what is accepted is won where it is done only later: shifts are accepted, then worked.
func (w states) agreedFirst(options []crm.Option) []crm.Option {
	is := func(o crm.Option, words ...string) bool { return keySet(words)[key(o.Value)] }
	if !slices.ContainsFunc(options, func(o crm.Option) bool { return o.Outcome != crm.Won && is(o, w.Done...) }) ||
		slices.ContainsFunc(options, func(o crm.Option) bool {
			return o.Outcome == crm.Won && !is(o, "accepted", "agreed", "approved", "confirmed", "signed up", "signed", "booked")
		}) {
		return options
	}
	out := slices.Clone(options)
	for i := range out {
		if out[i].Outcome == crm.Won || out[i].Outcome == crm.Lost {
			out[i].Outcome = crm.NoOutcome
		}
	}
	return out
}

// mark tells the outcomes of options; false where none of them ends anything.
func (w states) mark(options []crm.Option) ([]crm.Option, bool) {
	out := slices.Clone(options)
	ends := false
	for i, opt := range out {
		word, _, _ := strings.Cut(opt.Value, " - ") // closed - duplicate
		k := key(word)
		known := opt.Outcome == crm.Won || opt.Outcome == crm.Lost
		switch {
		case keySet(w.Paid)[k] && opt.Outcome != crm.Lost:
			out[i].Outcome = paid
		case known:
		case keySet(w.Done)[k]:
			out[i].Outcome = done
		case keySet(w.Dropped)[k]:
			out[i].Outcome = dropped
			continue
		case keySet(w.Draft)[k]:
			out[i].Outcome = draft
			continue
		default:
			continue
		}
		ends = true
	}
	for i, opt := range out {
		if opt.Outcome == crm.NoOutcome {
			out[i].Outcome = crm.Open
		}
	}
	return out, ends
}

// markUntold tells the outcomes of those options for which nobody has.
func (w states) markUntold(options []crm.Option) []crm.Option {
	marked, _ := w.mark(options)
	out := slices.Clone(options)
	for i, o := range out {
		word, _, _ := strings.Cut(o.Value, " - ")
		if o.Outcome == crm.NoOutcome || o.Outcome == crm.Open && keySet(w.Dropped)[key(word)] {
			out[i] = marked[i]
			if marked[i].Outcome == paid {
				out[i].Outcome = done // a case that is settled was not won
			}
		}
	}
	return out
}

// contest tells whether what a stage leads to can be won or lost; a task or an invoice is only done.
func contest(stage crm.Field) bool {
	won := slices.ContainsFunc(stage.Options, func(o crm.Option) bool { return o.Outcome == crm.Won })
	return won && len(outcomeValues(stage, "lost")) > 0 // a claim that is settled or rejected was not sold
}

// outcomeValues are the options of a stage that stand for an outcome; closed is whatever is no longer open.
func outcomeValues(stage crm.Field, outcome string) []string {
	is := func(o crm.Option, outcomes ...crm.Outcome) bool { return slices.Contains(outcomes, o.Outcome) }
	pays := slices.ContainsFunc(stage.Options, func(o crm.Option) bool { return is(o, paid) })
	lost := slices.ContainsFunc(stage.Options, func(o crm.Option) bool { return is(o, crm.Lost) })
	var out []string
	if outcome == "running" && contest(stage) {
		outcome = "open"
	}
	for _, o := range stage.Options {
		meant := false
		switch outcome {
		case "running":
			meant = oneOf(strings.ToLower(o.Value), "active", "running", "live", "current", "in progress", "ongoing", "in force", "started") // what is planned does not run yet
		case "won":
			meant = is(o, crm.Won, paid)
		case "lost":
			meant = is(o, crm.Lost)
		case "open":
			meant = is(o, crm.Open, draft)
		case "decided":
			meant = is(o, crm.Won, crm.Lost)
		case "closed":
			meant = is(o, crm.Won, crm.Lost, paid, done, dropped)
		case "done":
			meant = is(o, paid, done) || is(o, crm.Won) && !lost
		case "paid":
			meant = is(o, paid)
		case "owed":
			meant = pays && is(o, crm.Open)
		}
		if meant {
			out = append(out, o.Value)
		}
	}
	return out
}

// passed is the date on which records came to a stage that others follow: what was not shipped was not delivered either,
// so it has no such date.
func (b *builder) passed(stage crm.Field, set item) (crm.Path, bool) {
	o, _ := b.schema.Object(set.object)
	done := outcomeValues(stage, "done")
	if len(set.values) != 1 || len(done) < 2 || !slices.Contains(done, set.values[0]) {
		return "", false
	}
	for _, f := range o.Fields {
		if first, _, _ := strings.Cut(strings.ToLower(f.Label), " "); f.ValueType().Temporal() && first == crm.Fold(set.values[0]) {
			return crm.Path(f.Name), true
		}
	}
	return "", false
}

// unpaid tells of what is still to be paid, by that word.
func unpaid(stage crm.Field, set item) bool {
	return set.neg && len(set.parts) == 1 && set.parts[0].word == "un" && within(set.values, outcomeValues(stage, "paid"))
}

// yet tells whether the question speaks of what is still to come.
func (b *builder) yet() bool {
	return slices.ContainsFunc(b.sk.toks, func(t token) bool { return t.fold == "yet" })
}

// optionValuesOf are the options of a stage that stand for one outcome.
func optionValuesOf(f crm.Field, outcome crm.Outcome) []string {
	var out []string
	for _, o := range f.Options {
		if o.Outcome == outcome {
			out = append(out, o.Value)
		}
	}
	return out
}
