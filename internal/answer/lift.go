package answer

import "slices"

// What a reading costs that says more than the words do.
const (
	costOwnWord  = 0.3 // in "open deals" of an open invoice, open is the deals' own word
	costOwnPlace = 0.1 // companies in Porto are there themselves, rather than somebody in them
)

// lift takes the fragments that may stand anywhere out of the row; what is left is the frame of the question.
func (k *sketcher) lift(items []item) {
	after := false
	for i, it := range items {
		if it.kind == "set" {
			it = k.liftSet(items, i)
		}
		if i > 0 && k.twoFigures(items[i-1], it) {
			k.s.leave(it) // one figure behind the other with nothing between is neither
		}
		k.s.counts = k.s.counts || it.kind == "object" && it.word == "count"
		it.after = after && !k.r.theirs(it)
		after = after && (it.kind == "set" || it.kind == "number") || it.kind == "prep" || it.kind == "child" && k.r.toks[it.to-1].fold == "of"
		if it.kind == "undone" {
			it = undone(it, it.from)
		}
		switch kept := k.s.apart(it.kind); {
		case kept != nil:
			*kept = append(*kept, it)
		case it.kind == "prep":
			if k.r.comparesNothing(it, items[i+1:]) {
				k.s.leave(it)
			}
		case k.r.steps && oneOf(it.kind, "between", "to"):
		default:
			k.items = append(k.items, it)
		}
	}
}

// apart is where fragments of a kind that may stand anywhere are kept, nil for what stands where it is said.
func (s *sketch) apart(kind string) *[]item {
	switch kind {
	case "set":
		return &s.sets
	case "compared":
		return &s.compared
	case "against":
		return &s.against
	case "dated":
		return &s.dated
	case "absent":
		return &s.absent
	case "standing":
		return &s.standing
	case "liked":
		return &s.liked
	case "periods":
		return &s.periods
	}
	return nil
}

// liftSet says of a set what stands around it, and leaves over one that is not meant there.
func (k *sketcher) liftSet(items []item, i int) item {
	it, next := items[i], i+1
	for next < len(items) && (items[next].kind == "set" || items[next].kind == "prep" && k.r.toks[items[next].from].fold == "'s") {
		next++
	}
	if k.r.lateBy(it, items, i) {
		k.s.leave(it)
	}
	if next < len(items) {
		noun := items[next]
		if k.r.ownWord(it, noun) {
			k.r.score -= costOwnWord
		}
		if k.r.vagueOf(it, noun) {
			k.s.leave(it)
		}
		it.adjective = oneOf(noun.kind, "object", "field", "metric")
	}
	if i > 1 && items[i-1].kind == "prep" && k.r.ownPlace(items[i-2], it) {
		k.r.score -= costOwnPlace
	}
	if !has(&items[0], "howlong", "take") && k.infinitive(it) {
		k.s.leave(it)
	}
	if k.r.toBe(it.from) {
		k.s.leave(it) // what is to be paid is not paid
	}
	it.at = k.r.workplace(it.from)
	return it
}

// twoFigures tells of two figures of one object, the one right behind the other.
func (k *sketcher) twoFigures(a, b item) bool {
	return a.kind == "field" && b.kind == "field" && a.to == b.from && a.object == b.object && a.field != b.field &&
		k.r.lex.isFigure(a.sense.noun()) && k.r.lex.isFigure(b.sense.noun())
}

// haveBut tells of but between records that somebody has and what they never did: reps who have deals but never sold a GTX.
func (k *sketcher) haveBut() bool {
	if k.i == 0 || k.at(-1).kind != "object" || k.at(-1).word == "verb" || k.peek(1) != "not" && k.peek(1) != "lack" {
		return false
	}
	o := k.at(-1)
	i := slices.IndexFunc(k.s.mentions, func(m noun) bool { return m.at == o.from && m.field == "" && m.plural })
	has := oneOf(k.r.word(o.from-1), "have", "has", "had", "with", "having")
	if i < 0 || !has || k.s.target.object == "" || k.s.target.object == o.object {
		return false
	}
	k.s.mentions = slices.Delete(k.s.mentions, i, i+1)
	k.s.have = append(k.s.have, o)
	return true
}

// theirs tells of records that somebody has: Anna's open deals are what is spoken of.
func (r *reader) theirs(it item) bool {
	if it.kind != "object" || it.word == "verb" || r.toks[it.to-1].fold == r.toks[it.to-1].norm || r.toks[it.to-1].fold == "people" {
		return false
	}
	return slices.ContainsFunc(r.toks[max(0, it.from-3):it.from], func(t token) bool { return t.fold == "'s" })
}
