package answer

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

// around is what stands beside an item when its senses are weighed: the nearest items that say something, and what stands
// anywhere in the question.
type around struct {
	prev, next *item
	second     *item // the one behind next
	first      bool  // nothing before it says anything
	super      bool  // a superlative stands two before
	overYear   bool  // over and a year, of a measure: revenue over 2017
	did        bool  // did stands before it, so a verb is what was done

	toks      []token
	reference bool // "as today" or the like
	asof      bool
	leaves    bool // leave, so that out belongs to it
	metric    bool // a measure of its own
	lasting   bool // how long
	past      bool // did
	does      int  // the token of the first do, does or did, -1 where there is none
}

// sameValue tells whether an item may be part of the same name.
func sameValue(it *item, s sense) bool {
	return it != nil && slices.ContainsFunc(it.senses, func(o sense) bool {
		return o.kind == "value" && o.object == s.object && o.field == s.field && slices.Equal(o.values, s.values)
	})
}

// aside tells of a word of a longer label right before the noun of other records, which that label does not describe.
func (a around) aside(s sense, it *item) bool {
	return s.kind == "field" && s.score == partScore && a.next != nil && a.next.from == it.to && has(a.next, "object") &&
		!slices.ContainsFunc(a.next.senses, func(n sense) bool { return n.object == s.object })
}

// signs tells of a token that is only a sign.
func (a around) signs(i int) bool { return onlySigns(a.toks[i].text) }

func has(it *item, kinds ...string) bool {
	return it != nil && slices.ContainsFunc(it.senses, func(s sense) bool { return slices.Contains(kinds, s.kind) })
}

// bound lists the kinds of words that mean something only beside certain others, and when they do.
var bound = map[string]func(sense, around) bool{
	"out":   func(_ sense, a around) bool { return a.leaves },
	"times": func(_ sense, a around) bool { return has(a.prev, "number") },
	"asof": func(s sense, a around) bool {
		switch s.word {
		case "today":
			return a.asof
		case "weak":
			return has(a.next, "period") && a.reference
		}
		return has(a.next, "period")
	},
	"cmp": func(_ sense, a around) bool {
		return (has(a.next, "number", "field") || has(a.next, "object") && (has(a.second, "field") || a.second != nil && a.toks[a.second.from].fold == "'s")) && !a.overYear
	},
	"unit":    func(_ sense, a around) bool { return has(a.prev, "number") && !a.super },
	"postcmp": func(_ sense, a around) bool { return has(a.prev, "number", "unit") },
	"to": func(_ sense, a around) bool {
		return has(a.prev, "number", "period") && has(a.next, "number", "period")
	},
	"since": func(s sense, a around) bool {
		if s.word == "onwards" || s.word == "upto" {
			return has(a.prev, "period")
		}
		return has(a.next, "period") || s.word != "" && has(a.prev, "field", "dateverb") && has(a.next, "field")
	},
	"between": func(_ sense, a around) bool { return has(a.next, "number", "period") },
	"action":  func(_ sense, a around) bool { return a.first },
	"bucket":  func(_ sense, a around) bool { return !has(a.prev, "number") || a.super },
	"period": func(s sense, a around) bool {
		if a.metric && has(a.prev, "cmp") && a.toks[a.prev.from].fold == "over" && !has(a.next, "unit", "object", "field") {
			return true
		}
		return s.period.grain != "year" || !(has(a.prev, "cmp") || has(a.next, "unit"))
	},
}

// strong are the bound kinds that leave no doubt where they fit.
var strong = []string{"cmp", "between", "to", "since", "unit", "postcmp"}

func looksLikeYear(q quantity) bool {
	return q.n.IsInteger() && q.n.IntPart() >= 1900 && q.n.IntPart() <= 2100
}

// prune drops the senses that cannot be meant where they stand. An item never loses its last sense.
func (l *lexicon) prune(toks []token, items []item) {
	whole := wholeOf(toks, items)
	l.thanDone(toks, items)
	for i := range items {
		it, a := &items[i], whole.of(items, i)
		if a.saysNothing(it) {
			it.senses = nothing()
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(it.senses), func(s sense) bool { return l.unmeant(s, it, a) })
		kept = l.asNoun(belonging(kept, it, a), it, a)
		if t := toks[it.from]; it.to-it.from == 1 {
			kept = l.asUsed(kept, t, t.fold == "open" && a.did, a.past && a.did, has(a.prev, "who") && a.prev.to == it.from)
		}
		if qualifies(it, a.next) {
			kept = asState(kept, a.next)
		}
		kept = surest(inPlace(related(kept, a.prev), items, i, toks))
		switch {
		case len(kept) > 0:
			it.senses = kept
		case a.aside(it.senses[0], it):
			it.senses = []sense{{kind: "unknown", word: toks[it.from].text}}
		case it.to-it.from == 1 && a.signs(it.from):
			it.senses = nothing() // a dash that only parts
		}
	}
}

// nothing is what a word means that says nothing.
func nothing() []sense { return []sense{{kind: "fill", score: 1}} }

// wholeOf tells what stands anywhere in the question.
func wholeOf(toks []token, items []item) around {
	holds := func(fits func(it *item) bool) bool {
		return slices.ContainsFunc(items, func(it item) bool { return fits(&it) })
	}
	asof := func(today bool) func(it *item) bool {
		return func(it *item) bool {
			return slices.ContainsFunc(it.senses, func(s sense) bool { return s.kind == "asof" && (s.word == "today") == today })
		}
	}
	return around{
		toks:      toks,
		reference: holds(asof(true)),
		asof:      holds(asof(false)),
		leaves:    holds(func(it *item) bool { return has(it, "not") && toks[it.to-1].fold == "leave" }),
		metric:    holds(func(it *item) bool { return has(it, "metric") }),
		lasting:   holds(func(it *item) bool { return has(it, "howlong") }),
		past:      slices.ContainsFunc(toks, func(t token) bool { return t.fold == "did" }),
		does:      slices.IndexFunc(toks, func(t token) bool { return oneOf(t.fold, "did", "do", "does") }),
	}
}

// of adds what stands beside an item.
func (a around) of(items []item, i int) around {
	it := &items[i]
	if prev := beside(items, i, -1); prev >= 0 {
		a.prev = &items[prev]
		if before := beside(items, prev, -1); before >= 0 {
			a.super = has(&items[before], "super")
		}
	}
	if next := beside(items, i, 1); next >= 0 {
		a.next = &items[next]
		if second := beside(items, next, 1); second >= 0 {
			a.second = &items[second]
		}
	}
	a.first = a.prev == nil
	a.did = a.does >= 0 && it.from > a.does && !slices.ContainsFunc(a.toks[a.does:it.from], func(t token) bool { return oneOf(t.fold, "have", "has", "had", "got", "still") })
	a.overYear = a.metric && a.toks[it.from].fold == "over" && a.next != nil && slices.ContainsFunc(a.next.senses, func(s sense) bool {
		return s.kind == "period" && s.period.grain == "year"
	}) && !has(a.second, "unit", "object", "field")
	return a
}

// saysNothing tells of a verb that says no more than the noun before it: how long do loans last; bookings that were made.
func (a around) saysNothing(it *item) bool {
	if !has(a.prev, "object") || it.from == 0 {
		return false
	}
	switch a.toks[it.from].fold {
	case "last", "lasts":
		return a.lasting && a.prev.to == it.from
	case "made":
		return slices.ContainsFunc(it.senses, func(s sense) bool {
			return s.kind == "earn" && !slices.ContainsFunc(a.prev.senses, func(o sense) bool { return o.object == s.object })
		})
	}
	return false
}

// unmeant tells of a sense that is not meant beside what stands around it.
func (l *lexicon) unmeant(s sense, it *item, a around) bool {
	next := wordAt(a.toks, it.to)
	switch {
	case s.kind == "value" && has(it, "field") && next == "of":
		return true // the price of a product is no reason
	case s.kind == "value" && s.partly && has(it, "vague"):
		return !sameValue(a.prev, s) && !sameValue(a.next, s) // new is no name, new york is
	case s.kind == "value" && a.toks[it.to-1].fold == "live" && oneOf(next, "in", "at", "near", "on"):
		return true // who lives somewhere is not live
	case s.kind == "fill" && it.from == 0 && a.toks[0].fold == "what" && oneOf(next, "did", "does", "do"):
		return true // what did Ann order asks for something
	case s.kind == "prep" && a.first && a.toks[it.from].fold == "where":
		return true
	case a.aside(s, it):
		return true // the best paid driver is none by what was paid out
	case s.kind == "prep" && slices.ContainsFunc(it.senses, l.ownKind) && a.prev != nil && slices.Contains(l.trade.Folk.Words, a.toks[a.prev.to-1].fold):
		return true // people managed by Anna
	}
	test, ok := bound[s.kind]
	return ok && !test(s, a)
}

// surest drops what is not meant beside a sense that leaves no doubt: the plain preposition, where a comparison fits.
func surest(senses []sense) []sense {
	if slices.ContainsFunc(senses, func(s sense) bool { return slices.Contains(strong, s.kind) }) {
		senses = slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "prep" || s.kind == "fill" })
	}
	if len(senses) > 0 && senses[0].kind == "out" {
		return nothing() // leave the South out
	}
	if k := slices.IndexFunc(senses, func(s sense) bool { return s.kind == "asof" }); k >= 0 {
		return senses[k : k+1]
	}
	return senses
}

// belonging keeps of the fields that an item may be the one whose object stands right before it, as in person city, or
// whose value stands right behind it, as in status Lead.
func belonging(senses []sense, it *item, a around) []sense {
	before := func(s sense) bool {
		return s.kind == "field" && a.prev != nil && a.prev.to == it.from && slices.ContainsFunc(a.prev.senses, func(p sense) bool { return p.kind == "object" && p.object == s.object })
	}
	behind := func(s sense) bool {
		return s.kind == "field" && a.next != nil && a.next.from == it.to && slices.ContainsFunc(a.next.senses, func(n sense) bool { return n.kind == "value" && n.object == s.object && n.field == s.field })
	}
	if a.next != nil && a.next.from == it.to && has(a.next, "object") && has(it, "agg") {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "field" }) // total invoices are no invoice total
	}
	if slices.ContainsFunc(senses, before) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "agg" || s.kind == "field" && !before(s) })
	}
	if slices.ContainsFunc(senses, behind) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "field" && !behind(s) })
	}
	return senses
}

// asUsed drops what a word cannot mean by its form: prices are no value called price, and did we open is what was done.
func (l *lexicon) asUsed(senses []sense, t token, deed, did, who bool) []sense {
	kind := func(kind string) func(sense) bool { return func(s sense) bool { return s.kind == kind } }
	if t.fold != t.norm && slices.ContainsFunc(senses, kind("field")) {
		return slices.DeleteFunc(senses, func(s sense) bool {
			return s.kind == "value" && s.word == "" && !s.partly && !slices.Equal(s.values, []string{"yes"})
		})
	}
	if slices.ContainsFunc(senses, kind("verb")) && who {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && s.word == "" }) // who leads is no stage
	}
	if slices.ContainsFunc(senses, kind("fill")) {
		done := func(s sense) bool { return s.kind == "value" && s.word == "" && l.deedOf(s, t.fold) }
		spelled := func(s sense) bool { return done(s) && crm.Fold(s.values[0]) == t.fold }
		switch past := strings.HasSuffix(t.fold, "ed"); {
		case slices.ContainsFunc(senses, done) && (did || past):
			return slices.DeleteFunc(senses, kind("fill")) // did work, worked
		case !slices.ContainsFunc(senses, spelled):
			return slices.DeleteFunc(senses, done) // who works there
		}
	}
	if deed && slices.ContainsFunc(senses, kind("dateverb")) {
		return slices.DeleteFunc(senses, func(s sense) bool { return s.kind != "dateverb" })
	}
	return senses
}

// asState keeps of a word right before a noun what it says of the noun's records: done tasks are those done, open deals
// are not those opened.
func asState(senses []sense, noun *item) []sense {
	states := func(s sense) bool {
		return s.kind == "value" && slices.ContainsFunc(noun.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object })
	}
	if !slices.ContainsFunc(senses, states) {
		return senses
	}
	outcome := slices.ContainsFunc(senses, func(s sense) bool { return states(s) && s.word != "" && s.word != "thing" })
	return slices.DeleteFunc(senses, func(s sense) bool {
		return oneOf(s.kind, "fill", "earn", "verb", "dateverb") || s.kind == "field" && outcome
	})
}

// inPlace keeps of the values that stand behind a noun and in, from or at those of the noun's own records: customers in
// Germany are no customers of a supplier there.
func inPlace(senses []sense, items []item, i int, toks []token) []sense {
	prep := i - 1
	for prep > 0 && len(items[prep].senses) > 0 && items[prep].senses[0].kind == "fill" {
		prep--
	}
	if prep < 1 || !has(&items[prep], "prep") || !oneOf(joinFold(toks[items[prep].from:items[prep].to]), "in", "from", "at", "located in", "based in") {
		return senses
	}
	noun := &items[prep-1]
	own := func(s sense) bool {
		return s.kind == "value" && !s.partly && slices.ContainsFunc(noun.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object })
	}
	if !slices.ContainsFunc(senses, own) {
		return senses
	}
	return slices.DeleteFunc(senses, func(s sense) bool { return s.kind == "value" && !own(s) })
}

// related marks a relation said by a verb that is one of the noun before it: reps managed by Anna are not what she owns.
func related(senses []sense, noun *item) []sense {
	out := slices.Clone(senses)
	for i, s := range out {
		if s.kind == "verb" && s.word == "" && noun != nil && slices.ContainsFunc(noun.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object }) {
			out[i].word = "related"
		}
	}
	return out
}

// qualifies tells whether an item may be a value that stands right before the records it belongs to.
func qualifies(it, next *item) bool {
	return next != nil && next.from == it.to && slices.ContainsFunc(it.senses, func(s sense) bool {
		return s.kind == "value" && !s.partly && slices.ContainsFunc(next.senses, func(n sense) bool { return n.kind == "object" && n.object == s.object })
	})
}

// beside is where the nearest item before or behind one stands that says something, -1 where there is none.
func beside(items []item, i, step int) int {
	for i += step; i >= 0 && i < len(items); i += step {
		if !(len(items[i].senses) > 0 && items[i].senses[0].kind == "fill") {
			return i
		}
	}
	return -1
}

// maxReadings bounds how many choices of senses are tried.
const maxReadings = 96

// readings lists the ways to choose one sense for each item, the likelier first.
func readings(items []item) [][]item {
	out := [][]item{nil}
	for _, it := range items {
		senses := it.senses
		if len(senses) > 6 {
			senses = senses[:6]
		}
		if len(out)*len(senses) > maxReadings {
			senses = senses[:max(1, maxReadings/len(out))]
		}
		next := make([][]item, 0, len(out)*len(senses))
		for _, s := range senses {
			for _, head := range out {
				chosen := it
				chosen.sense = s
				next = append(next, append(slices.Clip(slices.Clone(head)), chosen))
			}
		}
		out = next
	}
	return out
}
