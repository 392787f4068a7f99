package web

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
)

// Value is one value as it is shown. Kind chooses the part of the template "value" that shows it.
type Value struct {
	Kind   string // "" for empty, text, long, mono, num, tag, link, who, items, url, tel
	Text   string
	Title  string // the exact instant behind a relative time
	Color  string
	Href   string
	Avatar Avatar
	Items  []Value
}

// painter shows the values of one field or result column. Its digits are decided over the whole column.
type painter struct {
	field  crm.Field
	people bool // a link to people
	digits int  // shown after the point
	loose  bool // a computed number, whose scale is the database's, not the field's
	plain  bool // years are not grouped
	now    time.Time
}

// painterOf decides how a column's values are shown. values are those that will be painted.
func painterOf(schema crm.Schema, f crm.Field, values []any, now time.Time) painter {
	p := painter{field: f, digits: f.Scale, now: now}
	if o, ok := schema.Object(f.Target); ok {
		p.people = isPeople(o)
	}
	if !f.ValueType().Numeric() {
		return p
	}
	if f.ValueType() == crm.Money {
		p.digits = 0
		for _, v := range values {
			if d, ok := v.(decimal.Decimal); ok && !d.IsInteger() {
				p.digits = f.Scale
				break
			}
		}
	}
	p.plain = f.Scale == 0 && yearly(f) && len(values) > 0
	for _, v := range values {
		if d, ok := v.(decimal.Decimal); ok && (d.LessThan(decimal.NewFromInt(1000)) || d.GreaterThan(decimal.NewFromInt(2999))) {
			p.plain = false
		}
	}
	return p
}

// yearly tells whether a field's name says that it holds years.
func yearly(f crm.Field) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(f.Name+" "+f.Label), func(r rune) bool { return r == '_' || r == ' ' }) {
		switch word {
		case "year", "established", "founded", "since", "born":
			return true
		}
	}
	return false
}

func (p painter) paint(v any) Value {
	f := p.field
	switch v := v.(type) {
	case nil:
		return Value{}
	case crm.Ref:
		return p.ref(v)
	case []crm.Ref:
		items := make([]Value, len(v))
		for i, r := range v {
			items[i] = p.ref(r)
		}
		return Value{Kind: "items", Items: items, Text: f.Show(v)}
	case []string:
		items := make([]Value, len(v))
		for i, text := range v {
			items[i] = Value{Kind: "tag", Text: text, Color: optionColor(f, text)}
		}
		return Value{Kind: "items", Items: items, Text: f.Show(v)}
	case decimal.Decimal:
		return Value{Kind: "num", Text: p.number(v)}
	case int64:
		return Value{Kind: "num", Text: countText(v)}
	case float64:
		return Value{Kind: "num", Text: p.float(v)}
	case bool:
		return Value{Kind: "text", Text: f.Show(v)}
	case time.Time:
		if f.ValueType() == crm.Date {
			return Value{Kind: "text", Text: dayText(v), Title: v.Format(time.DateOnly)}
		}
		return Value{Kind: "text", Text: whenText(v, p.now), Title: v.UTC().Format(time.RFC3339)}
	case string:
		return p.text(v)
	}
	return Value{Kind: "text", Text: f.Show(v)}
}

// clip cuts a text that is too long for where it is shown.
func (v Value) clip(most int) Value {
	if len(v.Text) > most {
		if r := []rune(v.Text); len(r) > most {
			v.Text = string(r[:most-1]) + "…"
		}
	}
	if v.Kind == "items" && len(v.Items) > 12 {
		v.Items = v.Items[:12]
	}
	return v
}

func (p painter) ref(r crm.Ref) Value {
	out := Value{Kind: "link", Text: r.Name, Href: recordPath(p.field.Target, r.ID)}
	if r.Name == "" {
		out.Text = "#" + strconv.FormatInt(r.ID, 10)
	}
	if p.people {
		out.Kind, out.Avatar = "who", avatarOf(r.Name)
	}
	if p.field.Target == "" {
		out.Href = ""
	}
	return out
}

func (p painter) number(d decimal.Decimal) string {
	if p.loose && !d.IsInteger() {
		f, _ := d.Float64()
		return p.float(f)
	}
	if p.field.ValueType() == crm.Money {
		return moneyText(d, p.digits, p.field.Currency)
	}
	if p.plain {
		return d.StringFixed(0)
	}
	return group(d.StringFixed(int32(p.digits)))
}

// float writes a mean or a ratio: amounts to the cent, other numbers to two digits, more where they are small.
func (p painter) float(v float64) string {
	digits := int32(2)
	if p.field.ValueType() != crm.Money && math.Abs(v) < 1 {
		digits = 4
	}
	d := decimal.NewFromFloat(v).Round(digits)
	if p.field.ValueType() == crm.Money {
		return moneyText(d, int(digits), p.field.Currency)
	}
	return group(d.String())
}

func (p painter) text(v string) Value {
	switch p.field.ValueType() {
	case crm.Choice:
		return Value{Kind: "tag", Text: v, Color: optionColor(p.field, v)}
	case crm.Person:
		return Value{Kind: "who", Text: v, Avatar: avatarOf(v)}
	case crm.Email:
		return Value{Kind: "url", Text: v, Href: "mailto:" + v}
	case crm.Phone:
		return Value{Kind: "tel", Text: v, Href: strings.Map(func(r rune) rune {
			if r == '+' || (r >= '0' && r <= '9') {
				return r
			}
			return -1
		}, v)}
	case crm.URL:
		return Value{Kind: "url", Text: strings.TrimPrefix(strings.TrimPrefix(v, "https://"), "http://"), Href: v}
	case crm.File:
		return Value{Kind: "mono", Text: v}
	}
	if p.field.ValueType() == crm.LongText {
		return Value{Kind: "long", Text: v}
	}
	if p.field.Key && p.field.Role != crm.RoleName && coded(v) {
		return Value{Kind: "mono", Text: v}
	}
	return Value{Kind: "text", Text: v}
}

// coded tells whether a text is a code rather than words.
func coded(v string) bool {
	return !strings.ContainsRune(v, ' ') && strings.ContainsAny(v, "0123456789")
}

func optionColor(f crm.Field, value string) string {
	next := []string{"violet", "blue", "teal", "orange", "pink", "yellow", "brown", "red"}
	for i, o := range f.Options {
		if o.Value != value {
			continue
		}
		switch {
		case o.Color != "":
			return o.Color
		case o.Outcome == crm.Won:
			return "green"
		case o.Outcome == crm.Lost:
			return "grey"
		}
		return next[i%len(next)]
	}
	return "grey"
}

// columnField is the field that a result's column shows, as far as it is known.
func columnField(schema crm.Schema, object string, c crm.Column) crm.Field {
	f := crm.Field{Name: c.Name, Label: c.Name, Type: c.Type, Scale: c.Scale, Currency: c.Currency}
	if _, own, ok := schema.Resolve(object, c.Path); ok && c.Path != "" {
		f.Options, f.Target, f.Role, f.Key = own.Options, own.Target, own.Role, own.Key
		if own.ValueType() == crm.Choice && c.Type == crm.Text {
			f.Type = crm.Choice
		}
	}
	return f
}

// fromJSON brings a value of a history entry back to its canonical form, as far as it can be shown.
func fromJSON(f crm.Field, v any) any {
	switch v := v.(type) {
	case json.Number:
		if d, err := decimal.NewFromString(v.String()); err == nil {
			return d
		}
		return v.String()
	case float64:
		return decimal.NewFromFloat(v)
	case string:
		if f.ValueType().Temporal() || f.ValueType().Numeric() {
			if parsed, err := f.Parse(v); err == nil {
				return parsed
			}
		}
		return v
	case map[string]any:
		return refOf(v)
	case []any:
		var refs []crm.Ref
		var texts []string
		for _, item := range v {
			switch item := item.(type) {
			case map[string]any:
				refs = append(refs, refOf(item))
			case string:
				texts = append(texts, item)
			}
		}
		if len(refs) > 0 {
			return refs
		}
		return texts
	}
	return v
}

func refOf(m map[string]any) crm.Ref {
	r := crm.Ref{}
	r.Name, _ = m["name"].(string)
	switch id := m["id"].(type) {
	case float64:
		r.ID = int64(id)
	case json.Number:
		r.ID, _ = id.Int64()
	}
	return r
}

func recordPath(object string, id int64) string {
	return "/o/" + object + "/" + strconv.FormatInt(id, 10)
}

// typeIcon is the drawing beside a field's name.
func typeIcon(t crm.Type) string {
	switch t {
	case crm.Number:
		return "number"
	case crm.Money:
		return "money"
	case crm.Date, crm.DateTime:
		return "calendar"
	case crm.Bool:
		return "check"
	case crm.Choice, crm.Choices:
		return "choice"
	case crm.Link, crm.Links, crm.URL:
		return "link"
	case crm.Person:
		return "person"
	case crm.Email:
		return "inbox"
	case crm.File:
		return "file"
	case crm.Computed:
		return "code"
	}
	return "text"
}
