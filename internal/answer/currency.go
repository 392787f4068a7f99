package answer

import (
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// signOf is the currency of a figure in a question, by its sign or by the word behind it.
func signOf(toks []token, i int) crm.Sign {
	if _, ok := figure(toks[i].text); !ok {
		return crm.Sign{}
	}
	sign, _ := crm.CutSign(toks[i].text)
	if sign.Code != "" || i+1 == len(toks) {
		return sign
	}
	switch word := toks[i+1].fold; word {
	case "dollar", "dollars", "bucks":
		sign, _ = crm.CutSign("$")
	case "euro", "euros":
		sign, _ = crm.CutSign("€")
	case "usd", "eur", "gbp", "chf":
		sign, _ = crm.CutSign(strings.ToUpper(word))
	}
	return sign
}

// foreign finds an amount that is compared with one in another currency.
func (b *builder) foreign() (f crm.Field, found bool) {
	for i := range b.sk.toks {
		sign := signOf(b.sk.toks, i)
		if sign.Code == "" {
			continue
		}
		for _, p := range b.weighed() {
			if t, f, _ := plan.TypeOf(b.schema, b.root, p); t == crm.Money && !sign.Fits(f.Currency) {
				return f, true
			}
		}
	}
	return f, false
}

// weighed are the fields that the plan compares with figures.
func (b *builder) weighed() []crm.Path {
	var out []crm.Path
	var walk func(f crm.Filter)
	walk = func(f crm.Filter) {
		for _, part := range append(append([]crm.Filter{}, f.And...), f.Or...) {
			walk(part)
		}
		if f.Not != nil {
			walk(*f.Not)
		}
		if f.Term != nil {
			out = append(out, f.Term.Path)
		}
	}
	walk(b.cond.filter())
	for _, m := range b.p.Measures {
		walk(m.Filter)
		if m.Of != nil && len(b.p.Having) > 0 {
			out = append(out, m.Of.Path)
		}
	}
	return out
}
