package web

import (
	"net/url"
	"slices"
	"strconv"

	"openclaw/internal/crm"
)

// TypeForm is the part of a form that says what type a field has.
type TypeForm struct {
	Types    []Choice
	Links    []Choice // objects that a link may point to
	Scale    string
	Currency string
	Options  string
	Expr     string
	Results  []Choice // types of a computed value
}

// typeFormOf fills the form with what a field is. target is the object a link points to where the field has none.
func typeFormOf(schema crm.Schema, f crm.Field, target string) TypeForm {
	form := TypeForm{Currency: f.Currency, Options: optionLines(f), Expr: f.Expr}
	if f.Type.Numeric() {
		form.Scale = strconv.Itoa(f.Scale)
	}
	if f.Target != "" {
		target = f.Target
	}
	for _, t := range crm.Types() {
		form.Types = append(form.Types, Choice{Value: string(t), Label: t.Noun(), Selected: t == f.Type})
	}
	for _, o := range schema.Objects {
		form.Links = append(form.Links, Choice{Value: o.Name, Label: lower(o.Plural), Selected: o.Name == target})
	}
	for _, t := range []crm.Type{crm.Text, crm.Number, crm.Date, crm.Bool} {
		form.Results = append(form.Results, Choice{Value: string(t), Label: t.Noun(), Selected: t == f.Result})
	}
	return form
}

// MoveLine is the moves from one option of a pipeline.
type MoveLine struct {
	From string // "" is a new record, or one without a value
	To   []Choice
}

// moveLines are all moves that a choice field could have, the legal ones selected.
func moveLines(f crm.Field) []MoveLine {
	if f.Type != crm.Choice || len(f.Options) == 0 {
		return nil
	}
	ends := []string{""}
	for _, o := range f.Options {
		ends = append(ends, o.Value)
	}
	var lines []MoveLine
	for _, from := range ends {
		line := MoveLine{From: from}
		for _, to := range ends {
			if from != to {
				line.To = append(line.To, Choice{Value: url.Values{"from": {from}, "to": {to}}.Encode(), Label: to, Selected: f.MayMove(from, to)})
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// movesOf reads the moves that were left ticked. All of them together are no limit at all, so none is stated.
func movesOf(f crm.Field, ticked []string) []crm.Move {
	var moves []crm.Move
	for _, text := range ticked {
		if q, err := url.ParseQuery(text); err == nil {
			moves = append(moves, crm.Move{From: q.Get("from"), To: q.Get("to")})
		}
	}
	if n := len(f.Options); len(moves) == n*(n+1) {
		return nil
	}
	return moves
}

// keptMoves are the moves between options that there still are.
func keptMoves(f crm.Field) []crm.Move {
	return slices.DeleteFunc(slices.Clone(f.Moves), func(m crm.Move) bool {
		_, from := f.Option(m.From)
		_, to := f.Option(m.To)
		return (m.From != "" && !from) || (m.To != "" && !to)
	})
}
