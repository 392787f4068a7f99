package plan

import (
	"strconv"
)

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
