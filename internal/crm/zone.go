package crm

import (
	"strings"
	"time"
)

// ReadIn makes a date and time that is written without a zone one of a place, in UTC as RFC 3339. What has a zone, and
// what is no date and time, stays as it is.
func ReadIn(text string, place *time.Location) string {
	if from, _, ok := spanIn(text, place); ok {
		return from
	}
	return text
}

// InstantsIn reads the dates and times of a filter that are written without a zone as those of a place: a day is that
// place's day, which is seldom one in UTC. Instant tells which fields hold a date and time.
func (f Filter) InstantsIn(place *time.Location, instant func(Path) bool) Filter {
	f.And, f.Or = eachIn(f.And, place, instant), eachIn(f.Or, place, instant)
	if f.Not != nil {
		not := f.Not.InstantsIn(place, instant)
		f.Not = &not
	}
	if f.Term == nil || f.Term.Minus != "" || f.Other != nil || !instant(f.Term.Path) || len(f.Values) == 0 {
		return f
	}
	firsts, lasts := make([]string, len(f.Values)), make([]string, len(f.Values))
	for i, text := range f.Values {
		var ok bool
		if firsts[i], lasts[i], ok = spanIn(text, place); !ok {
			return f
		}
	}
	switch f.Op {
	case Less, AtLeast:
		f.Values = firsts
	case AtMost, More:
		f.Values = lasts
	case Between:
		if len(firsts) == 2 {
			f.Values = []string{firsts[0], lasts[1]}
		}
	case Is, IsNot, AnyOf, NoneOf:
		var any Filter
		for i := range firsts {
			any.Or = append(any.Or, Where(f.Term.Path, Between, firsts[i], lasts[i]))
		}
		if f.Op == IsNot || f.Op == NoneOf {
			return Filter{Not: &any}
		}
		return any
	}
	return f
}

func eachIn(all []Filter, place *time.Location, instant func(Path) bool) []Filter {
	var out []Filter
	for _, f := range all {
		out = append(out, f.InstantsIn(place, instant))
	}
	return out
}

// spanIn gives the first and the last instant of what is written: of a day the whole of it.
func spanIn(text string, place *time.Location) (first, last string, ok bool) {
	text = strings.TrimSpace(text)
	from, ok := parseInstant(text, place)
	if !ok {
		return "", "", false
	}
	to := from
	if day, isDay := ParseDay(text); isDay {
		y, m, d := day.Date()
		from = time.Date(y, m, d, 0, 0, 0, 0, place)
		to = time.Date(y, m, d+1, 0, 0, 0, 0, place).Add(-time.Microsecond)
	}
	return from.UTC().Format(time.RFC3339Nano), to.UTC().Format(time.RFC3339Nano), true
}
