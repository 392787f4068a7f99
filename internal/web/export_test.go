package web

import (
	"html/template"
	"time"

	"openclaw/internal/crm"
)

// Templates gives the parsed pages to the test that checks each against its struct.
func (s *Site) Templates() map[string]*template.Template { return s.pages }

// What pages show values with.
var (
	MoneyText   = moneyText
	CountText   = countText
	WhenText    = whenText
	AvatarOf    = avatarOf
	SQLSpans    = sqlSpans
	OptionsOf   = optionsOf
	OptionLines = optionLines
	Bars        = bars
	NewPlot     = plot
	PeriodText  = periodText
	WordChips   = wordChips
)

// Paint shows the values of one field, as a table of them would.
func Paint(schema crm.Schema, f crm.Field, values []any, now time.Time) []Value {
	p := painterOf(schema, f, values, now)
	out := make([]Value, len(values))
	for i, v := range values {
		out[i] = p.paint(v)
	}
	return out
}

// Listing reads an address and writes it again, with the filter that it means.
func Listing(schema crm.Schema, object string, q map[string][]string) (string, crm.Filter, error) {
	o, _ := schema.Object(object)
	l, err := parseListing(schema, o, q)
	if err != nil {
		return "", crm.Filter{}, err
	}
	return l.href(l.values()), l.filter(), nil
}
