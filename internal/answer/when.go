package answer

import (
	"slices"
	"time"

	"openclaw/internal/crm"
)

// asksDay tells of a question that asks when, and not for the time of day.
func (q *question) asksDay(t try) bool {
	return slices.ContainsFunc(t.chosen, func(it item) bool { return it.kind == "when" }) && !slices.ContainsFunc(q.toks, func(t token) bool {
		return oneOf(t.norm, "time", "hour", "minute", "clock", "o'clock")
	})
}

// dayOnly leaves the time of day away.
func dayOnly(rows crm.Rows) crm.Rows {
	var timed []int
	for i, c := range rows.Columns {
		if c.Type == crm.DateTime {
			timed = append(timed, i)
		}
	}
	if len(timed) == 0 {
		return rows
	}
	rows.Columns, rows.Rows = slices.Clone(rows.Columns), slices.Clone(rows.Rows)
	for i, row := range rows.Rows {
		rows.Rows[i] = slices.Clone(row)
	}
	for _, i := range timed {
		rows.Columns[i].Type = crm.Date
		for _, row := range rows.Rows {
			if at, ok := row[i].(time.Time); ok {
				row[i] = day(at.UTC())
			}
		}
	}
	return rows
}

func (k *sketcher) howlong(it item) {
	s := k.s
	s.howlong = s.howlong || it.word != "take"
	s.took = s.took || it.word == "take"
	if k.r.toks[it.to-1].fold == "old" {
		s.old = &it
	}
}

func (k *sketcher) ahead(it item) {
	if k.s.ahead != nil {
		k.s.leave(it)
	}
	k.s.ahead = &it
}

func (k *sketcher) take(it item) {
	s := k.s
	s.howlong = s.howlong || s.rank != nil && s.rank.flavour == "long"
	if !s.howlong && len(s.compared) == 0 {
		s.leave(it)
	}
}

func (k *sketcher) dateverb(it item) {
	said := k.s.dateverb
	if k.infinitive(it) || said.field != "" && (said.field != it.field || said.object != it.object) {
		k.s.leave(it) // engaged and closed in March: two dates
		return
	}
	k.s.dateverb = noun{object: it.object, field: it.field, at: it.from}
}

// until reads up to what something lasts; a time behind such a word is read by a phrase.
func (k *sketcher) until(it item) {
	switch {
	case oneOf(it.word, "until", "before") && k.s.howlong && k.peek(1) == "dateverb" && k.i+2 == len(k.items):
		k.i++ // how long do members keep a book before returning it
	case it.word != "until" || !k.s.howlong || k.peek(1) != "object":
		k.s.leave(it) // how long it takes until a deal is won
	}
}
