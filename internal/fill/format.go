package fill

import (
	"encoding/json"
	"maps"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/plan"
)

// mostValues is how many names a reply may be picked from; more make a model slow.
const mostValues = 500

// format is the JSON Schema of a draft: one shape for each object, with its own fields and those one link away.
func format(s crm.Schema, q plan.Unread) json.RawMessage {
	var facts, numbers []string
	for i, f := range q.Facts {
		facts = append(facts, tag(i))
		if f.Kind == plan.NumberFact {
			numbers = append(numbers, tag(i))
		}
	}
	var shapes []any
	left := mostValues
	for _, o := range s.Objects {
		fields, options := names(s, o)
		n := 4*len(fields) + len(options) + 2*len(facts)
		if n > left {
			fields, options = own(o), nil
			n = 4*len(fields) + 2*len(facts)
		}
		if n > left {
			continue
		}
		left -= n
		shapes = append(shapes, shape(o, fields, append(slices.Clone(facts), options...), numbers))
	}
	text, err := json.Marshal(map[string]any{"anyOf": shapes})
	if err != nil {
		return nil
	}
	return text
}

func shape(o crm.Object, fields, values, limits []string) any {
	one := func(names ...string) map[string]any { return map[string]any{"type": "string", "enum": names} }
	list := func(most int, item any) any {
		return map[string]any{"type": "array", "maxItems": most, "items": item}
	}
	object := func(required []string, properties map[string]any) map[string]any {
		return map[string]any{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	}
	condition := map[string]any{"field": one(fields...), "op": one(slices.Sorted(maps.Keys(operators))...)}
	if len(values) > 0 {
		condition["value"] = one(values...)
	}
	out := map[string]any{
		"object": one(o.Name),
		"do":     one(append([]string{"list"}, slices.Sorted(maps.Keys(functions))...)...),
		"of":     one(fields...),
		"where":  list(5, object([]string{"field", "op"}, condition)),
		"by":     list(2, object([]string{"field"}, map[string]any{"field": one(fields...), "bucket": one("day", "week", "month", "quarter", "year")})),
		"order":  one(fields...),
		"desc":   map[string]any{"type": "boolean"},
	}
	if len(limits) > 0 {
		out["limit"] = one(limits...)
	}
	return object([]string{"object", "do"}, out)
}

func own(o crm.Object) []string {
	var out []string
	for _, f := range o.Fields {
		out = append(out, f.Name)
	}
	return out
}

// names lists the fields of an object and of those it links to, and all their choices.
func names(s crm.Schema, o crm.Object) (fields, options []string) {
	take := func(prefix string, from crm.Object) {
		for _, f := range from.Fields {
			fields = append(fields, prefix+f.Name)
			for _, option := range f.Options {
				if !slices.Contains(options, option.Value) {
					options = append(options, option.Value)
				}
			}
		}
	}
	take("", o)
	for _, f := range o.Fields {
		if target, ok := s.Object(f.Target); ok && f.Type == crm.Link && target.Name != o.Name {
			take(f.Name+".", target)
		}
	}
	return fields, options
}
