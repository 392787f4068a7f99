package answer

import "slices"

// lift takes the fragments that may stand anywhere out of the row; what is left is the frame of the question.
func (k *sketcher) lift(items []item) {
	after := false
	for i, it := range items {
		if it.kind == "set" {
			next := i + 1
			for next < len(items) && (items[next].kind == "set" || items[next].kind == "prep" && k.r.toks[items[next].from].fold == "'s") {
				next++
			}
			if next < len(items) && k.r.ownWord(it, items[next]) {
				k.r.score -= 0.3
			}
			if k.r.lateBy(it, items, i) {
				k.s.leave(it)
			}
			if next < len(items) && k.r.vagueOf(it, items[next]) {
				k.s.leave(it)
			}
			if i > 1 && items[i-1].kind == "prep" && k.r.ownPlace(items[i-2], it) {
				k.r.score -= 0.1 // companies in Porto are there themselves, rather than somebody in them
			}
			if !has(&items[0], "howlong", "take") && k.infinitive(it) {
				k.s.leave(it)
			}
			it.adjective = next < len(items) && (items[next].kind == "object" || items[next].kind == "field" || items[next].kind == "metric")
		}
		if i > 0 && it.kind == "field" && items[i-1].kind == "field" && items[i-1].to == it.from && it.object == items[i-1].object && it.field != items[i-1].field && k.r.lex.isFigure(it.sense.noun()) && k.r.lex.isFigure(items[i-1].sense.noun()) {
			k.s.leave(it) // one figure behind the other with nothing between is neither
		}
		it.at = it.kind == "set" && k.r.workplace(it.from)
		k.s.counts = k.s.counts || it.kind == "object" && it.word == "count"
		it.after = after && !k.r.theirs(it)
		after = after && (it.kind == "set" || it.kind == "number") || it.kind == "prep" || it.kind == "child" && k.r.toks[it.to-1].fold == "of"
		switch it.kind {
		case "set":
			if k.r.toBe(it.from) {
				k.s.leave(it) // what is to be paid is not paid
			}
			k.s.sets = append(k.s.sets, it)
		case "compared":
			k.s.compared = append(k.s.compared, it)
		case "against":
			k.s.against = append(k.s.against, it)
		case "dated":
			k.s.dated = append(k.s.dated, it)
		case "absent":
			k.s.absent = append(k.s.absent, it)
		case "undone":
			k.s.absent = append(k.s.absent, undone(it, it.from))
		case "standing":
			k.s.standing = append(k.s.standing, it)
		case "liked":
			k.s.liked = append(k.s.liked, it)
		case "periods":
			k.s.periods = append(k.s.periods, it)
		case "prep":
			if k.r.comparesNothing(it, items[i+1:]) {
				k.s.leave(it)
			}
		case "between", "to":
			if !k.r.steps {
				k.items = append(k.items, it)
			}
		default:
			k.items = append(k.items, it)
		}
	}
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
