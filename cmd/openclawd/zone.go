package main

import (
	"context"
	"encoding/json"
	"time"

	"openclaw/internal/crm"
)

// zoneHelp says how times are read and shown. What people read and type is on this machine's clock; JSON, exports and
// SQL are in UTC.
const zoneHelp = "A date and time is on this machine's clock, in the time zone that TZ or the system says, as typed and as shown;\n" +
	"2024-06-10T14:30:00Z is UTC. A day in a filter is that zone's day. --json gives UTC; a time in a filter\n" +
	"in JSON that says no zone is on the clock of the machine that serves."

// local is an instant on this machine's clock.
func local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// localCell turns the instants of a result into local ones.
func localCell(v any, kind string) any {
	if text, ok := v.(string); ok && kind == "datetime" {
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return t.Local().Format("2006-01-02 15:04:05")
		}
	}
	return v
}

// localPairs reads FIELD=VALUE arguments for a record of an object.
func (a *app) localPairs(ctx context.Context, object string, args []string) (map[string]any, error) {
	values, err := pairs(args)
	if err != nil {
		return nil, err
	}
	o, _, err := call[crm.Object](ctx, a, "GET", path("objects", object), nil)
	if err != nil {
		return nil, err
	}
	for name, v := range values {
		text, isText := v.(string)
		if f, ok := o.Field(name); ok && isText && f.Type == crm.DateTime {
			values[name] = crm.ReadIn(text, time.Local)
		}
	}
	return map[string]any{"values": values}, nil
}

// localFilters puts the times of filters into UTC. A filter that is written as JSON has them in UTC already, and one
// that cannot be read is the daemon's to refuse.
func (a *app) localFilters(ctx context.Context, object string, texts []string) ([]string, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	list, _, err := call[objectList](ctx, a, "GET", path("objects"), nil)
	if err != nil {
		return nil, err
	}
	schema := crm.Schema{Objects: list.Objects}
	instant := func(p crm.Path) bool {
		if steps := p.Steps(); len(steps) > 0 {
			switch steps[len(steps)-1] {
			case "created_at", "updated_at":
				return true
			}
		}
		_, f, ok := schema.Resolve(object, p)
		return ok && f.ValueType() == crm.DateTime
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = text
		f, err := crm.ParseFilter(text)
		if err != nil || f.Term == nil || json.Valid([]byte(text)) || !instant(f.Term.Path) {
			continue
		}
		written, err := json.Marshal(f.InstantsIn(time.Local, instant))
		if err != nil {
			return nil, err
		}
		out[i] = string(written)
	}
	return out, nil
}
