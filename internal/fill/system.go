package fill

import (
	"encoding/json"
	"fmt"
	"strings"

	"openclaw/internal/crm"
)

// most bytes of the part that never changes: 500 tokens of this kind of text.
const mostSystem = 1700

// System is what every prompt begins with: the task, the schema in short, and examples made from it. It depends on the
// schema alone, so that a model that keeps what it read keeps it from one question to the next.
func System(s crm.Schema) string {
	const role = "You turn a question about records into JSON. Take objects, fields and choices from this list only. Facts of the question are #1, #2: use each once, never write a number, date or name yourself.\n"
	examples := examples(s)
	var b strings.Builder
	b.WriteString(role)
	for _, o := range s.Objects {
		line := objectLine(o)
		if b.Len()+len(line)+len(examples) > mostSystem {
			line = o.Name + "\n"
		}
		if b.Len()+len(line)+len(examples) > mostSystem {
			break
		}
		b.WriteString(line)
	}
	b.WriteString(examples)
	return b.String()
}

// objectLine is one object: deals (deal): stage [Won|Lost], amount number, account -> accounts
func objectLine(o crm.Object) string {
	var fields []string
	for _, f := range o.Fields {
		text := f.Name
		switch {
		case f.Type == crm.Link || f.Type == crm.Links:
			text += " -> " + f.Target
		case f.Type == crm.Choice && len(f.Options) <= 8:
			var values []string
			for _, option := range f.Options {
				values = append(values, option.Value)
			}
			text += " [" + strings.Join(values, "|") + "]"
		case f.ValueType().Numeric():
			text += " number"
		case f.ValueType().Temporal():
			text += " date"
		}
		fields = append(fields, text)
	}
	return fmt.Sprintf("%s (%s): %s\n", o.Name, strings.ToLower(o.Plural), strings.Join(fields, ", "))
}

// examples are two questions about the object that links to most others, and what they mean.
func examples(s crm.Schema) string {
	var root crm.Object
	links := -1
	for _, o := range s.Objects {
		n := 0
		for _, f := range o.Fields {
			if f.Type == crm.Link {
				n++
			}
		}
		if n > links {
			root, links = o, n
		}
	}
	var b strings.Builder
	example := func(question string, d draft) {
		text, err := json.Marshal(d)
		if err == nil {
			fmt.Fprintf(&b, "%s -> %s\n", question, text)
		}
	}
	many := strings.ToLower(root.Plural)
	for _, f := range root.Fields {
		if f.Type == crm.Link {
			example("how many "+many+" by "+strings.ToLower(f.Label), draft{Object: root.Name, Do: "count", By: []group{{Field: f.Name}}})
			break
		}
	}
	for _, f := range root.Fields {
		if f.Type.Numeric() && !f.Key {
			example("#1 "+many+" with the most "+strings.ToLower(f.Label)+" in #2", draft{Object: root.Name, Do: "list", Order: f.Name, Desc: true, Limit: "#1", Where: dated(root)})
			break
		}
	}
	return b.String()
}

func dated(o crm.Object) []condition {
	for _, role := range []crm.Role{crm.RoleEnded, crm.RoleStarted} {
		if f, ok := o.Role(role); ok && f.Type.Temporal() {
			return []condition{{Field: f.Name, Op: "in", Value: "#2"}}
		}
	}
	for _, f := range o.Fields {
		if f.Type.Temporal() {
			return []condition{{Field: f.Name, Op: "in", Value: "#2"}}
		}
	}
	return nil
}
