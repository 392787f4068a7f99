package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// guards are what a plan is refused for though every word of the question found a place: it would answer something else. The
// first that holds gives the reason; "" says no more than that not every word was understood.
var guards = []struct {
	example string // a question that it turns away
	holds   func(*builder) bool
	reason  func(*builder) string
}{
	{"lines with only one of them", func(b *builder) bool { return len(b.sk.left) > 0 || b.sk.number != 0 }, says("")},
	{"by rep", (*builder).groupsNothing, says("it does not say what is asked for each of them")},
	{"next due day of each", (*builder).daysUnasked, says("it does not say what is asked for each day")},
	{"2025 and 2026", (*builder).periodsOfNothing, says("it does not say what to compare")},
	{"share of those closed", (*builder).shareOfDays, says("")},
	{"people, not deals", (*builder).excluded, func(b *builder) string { return "it says that " + b.plural(b.sk.notAbout) + " are not meant" }},
	{"classes that got booked", (*builder).stateOrDeed, says("it does not say whether those are meant that still stand so, or all to which it was ever done")},
	{"who works there", func(b *builder) bool { return b.sk.worksThere() }, says("it does not say where they work")},
	{"tickets per seat", (*builder).perFigure, says("figures of other records would be counted more than once")},
	{"who lives there", (*builder).whoLives, says("who lives there is not who is responsible")},
	{"who has revenue", (*builder).nobody, says("nothing here says who")},
	{"retail is a sector", (*builder).states, says("it says something and asks nothing")},
	{"ratio of deals", func(b *builder) bool { return b.sk.ratio }, says("it does not say the ratio of what to what")},
	{"deals over $5k, kept in EUR", func(b *builder) bool { _, found := b.foreign(); return found }, func(b *builder) string { f, _ := b.foreign(); return f.Label + " is kept in " + f.Currency }},
	{"deals being delivered", (*builder).deedNotDoer, says("it says what is done, and only who does it is known")},
	{"which tasks are assigned", (*builder).assignedTo, says("it does not say to whom")},
	{"which deals see a rep", (*builder).notDone, func(b *builder) string { return quote(b.sk.word(b.sk.deed.from)) + " names nothing that was done" }},
}

// says is a reason that is the same for all.
func says(reason string) func(*builder) string { return func(*builder) string { return reason } }

func (b *builder) groupsNothing() bool {
	s := b.sk
	return len(b.p.Measures) == 0 && len(b.p.Groups) > 0 && len(s.groups) > 0 && s.asked == "" && s.target.zero() && !b.ranked && !b.p.Tally
}

// daysUnasked tells of a row for each day that nobody asked for: the next due day of each is none of them all.
func (b *builder) daysUnasked() bool {
	s := b.sk
	return len(s.groups) > 0 && s.counted == nil && s.trend == "" && b.byDay() && !slices.ContainsFunc(s.groups, func(n noun) bool { return n.bucket == plan.Day || b.lex.isDate(n) })
}

func (b *builder) byDay() bool {
	return slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return g.Bucket == plan.Day })
}

func (b *builder) periodsOfNothing() bool {
	return len(b.p.Measures) == 0 && slices.ContainsFunc(b.p.Groups, func(g plan.Group) bool { return g.Bucket != "" }) && len(b.sk.periods) > 0 && !b.ranked
}

// shareOfDays tells of a share of those closed that is taken for one of the days of closing.
func (b *builder) shareOfDays() bool {
	return b.sk.share && b.byDay() && !slices.ContainsFunc(b.sk.groups, func(n noun) bool { return n.bucket == plan.Day })
}

// excluded tells of a plan about what is said not to be meant. A sum of pieces is of no deals.
func (b *builder) excluded() bool {
	not := b.sk.notAbout
	figure := len(b.p.Measures) == 1 && b.p.Measures[0].Of != nil && b.p.Measures[0].Fn == plan.Sum
	return not != "" && !(figure && not == b.root) && (not == b.root || b.onTheWay(not))
}

// stateOrDeed tells of what was done to something, or of where somebody has been, where the records only say how they stand:
// a class that got booked is not one whose bookings are all still booked.
func (b *builder) stateOrDeed() bool {
	s := b.sk
	stage, ok := b.stage(b.root)
	open := b.values(b.root, "open")
	passive := func(set item) bool {
		return ok && set.object == b.root && set.field == stage.Name && b.about != b.root && len(set.values) > 0 && within(set.values, open) && strings.HasSuffix(s.word(set.to-1), "ed") && oneOf(s.word(set.from-1), "been", "being", "get", "gets", "got", "getting")
	}
	went := func(h plan.Having) bool { return b.p.Measures[h.Measure].Fn == plan.Distinct && !s.distinct }
	been := slices.ContainsFunc(s.toks, func(t token) bool { return oneOf(t.fold, "been", "went", "gone") })
	return slices.ContainsFunc(s.sets, passive) || been && slices.ContainsFunc(b.p.Having, went)
}

func (b *builder) whoLives() bool {
	s := b.sk
	for i, t := range s.toks {
		if s.word(0) == "who" && (t.fold == "lives" || t.fold == "living" || t.fold == "live" && oneOf(s.word(i+1), "in", "at", "near", "on", "there", "")) {
			return true // but who has live deals
		}
	}
	return false
}

func (b *builder) nobody() bool {
	return b.sk.asked == "who" && len(b.p.Measures) > 0 && len(b.p.Groups) == 0 && !b.p.Tally && len(b.p.Compare) == 0
}

// notDone tells of a verb that no field is called by where the plan is about one thing: only what links two is of the deed.
func (b *builder) notDone() bool {
	s := b.sk
	return s.deed != nil && (b.root == b.about || s.rank != nil && s.rank.of != nil && s.rank.of.object == b.root || s.counted != nil && s.counted.object == b.root)
}

// deedNotDoer tells of a list of what is being done to records, where the verb is only that of those who do it: projects being
// installed are none that have an installer.
func (b *builder) deedNotDoer() bool {
	s := b.sk
	return b.p.List() && s.asked != "who" && s.target.object == b.root && slices.ContainsFunc(s.mentions, func(m noun) bool {
		f := b.field(m.object, m.field)
		return m.verb && (f.Type == crm.Link || f.Type == crm.Text) && strings.HasSuffix(s.word(m.at), "ed") && s.word(m.at+1) != "by" &&
			oneOf(s.word(m.at-1), "being", "been", "is", "are", "was", "were", "get", "gets", "got", "getting", "still", "now")
	})
}

// assignedTo tells of records that are said to be assigned, to nobody in particular.
func (b *builder) assignedTo() bool {
	for i, t := range b.sk.toks {
		if t.fold == "assigned" && oneOf(b.sk.word(i-1), "is", "are", "was", "were", "been", "already", "not", "still") && !oneOf(b.sk.word(i+1), "to", "by") && len(b.sk.absent) == 0 {
			return true
		}
	}
	return false
}

// worksThere tells of people who work there, wherever that is.
func (s *sketch) worksThere() bool {
	for i := range s.toks {
		if s.word(i) == "there" && strings.HasPrefix(s.word(i-1), "work") {
			return true
		}
	}
	return false
}

// states tells of a sentence that says what something is: Acme is a customer.
func (b *builder) states() bool {
	s := b.sk
	return s.asked == "" && slices.ContainsFunc(s.sets, func(set item) bool {
		return set.from == 0 && oneOf(s.word(set.to), "is", "are", "was", "were") && oneOf(s.word(set.to+1), "a", "an")
	})
}
