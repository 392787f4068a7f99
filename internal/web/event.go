package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Event is one line of a history.
type Event struct {
	Avatar  Avatar
	Icon    string // instead of the avatar, where a file or a demo did it
	Who     string
	Says    string // what was done, up to the first value
	Subject *Value // the record it was done to, where the page is not about that record
	Diffs   []Diff
	At      string
	Exact   string
	Sub     string // why, one line below
	Undo    int64  // 0 when it cannot be taken back from here
	Undone  bool
	Verb    string
	Details string // the address of its parts, where it is many changes
}

// Diff is one field before and after.
type Diff struct {
	Field string
	Was   string
	Now   string
}

// eventOf tells one change. subject is shown when it is not nil.
func eventOf(schema crm.Schema, ch crm.Change, subject *Value, now time.Time) Event {
	e := Event{Who: ch.Who, Avatar: avatarOf(ch.Who), At: whenText(ch.At, now), Exact: ch.At.UTC().Format(time.RFC3339), Subject: subject, Undo: ch.ID, Undone: ch.Undone != 0, Verb: "Undo"}
	e.cause(ch.Cause, ch.Undoes != 0)
	o, known := schema.Object(ch.Object)
	label := "record"
	if known {
		label = lower(o.Label)
	}
	this := "this " + label
	if subject != nil {
		this = "the " + label
	}
	switch ch.Kind {
	case string(crm.Create):
		e.Says = "created " + this
	case string(crm.Delete):
		e.Says = "moved " + this + " to the trash"
	case string(crm.Restore):
		e.Says = "brought " + this + " back from the trash"
	case "schema":
		e.Says = schemaSays(ch, lower(o.Plural))
	case crm.ViewChange:
		e.Says = keptSays(ch, "view") + " of " + cmp.Or(lower(o.Plural), ch.Object)
	case crm.QuestionChange:
		e.Says = keptSays(ch, "question")
	default:
		e.Says = "changed"
		e.Diffs = diffsOf(schema, o, ch, now)
		if len(e.Diffs) == 0 {
			e.Says = "changed " + this
		}
	}
	return e
}

// schemaSays tells a change of objects or fields; many is what the object's records are called, "" when it is gone.
func schemaSays(ch crm.Change, many string) string {
	named := func(side map[string]any, what, key string) string {
		if m, ok := side[what].(map[string]any); ok {
			if text, ok := m[key].(string); ok {
				return text
			}
		}
		return ""
	}
	if many == "" {
		many = cmp.Or(named(ch.Before, "object", "plural"), named(ch.After, "object", "plural"), ch.Object)
	}
	was, is := named(ch.Before, "field", "label"), named(ch.After, "field", "label")
	did, _ := ch.After["did"].(string)
	switch crm.AlterKind(did) {
	case crm.AddObject:
		return "made " + many
	case crm.RemoveObject:
		return "moved " + many + " to the trash, with all their records"
	case crm.RestoreObject:
		return "brought " + many + " back from the trash"
	case crm.SetObject:
		return "changed what " + many + " are called"
	case crm.MoveObject:
		return "moved " + many + " to another place"
	case crm.RenameObject:
		return "renamed the table of " + many
	case crm.AddField:
		return "added the field " + is + " to " + many
	case crm.RemoveField:
		return "moved the field " + was + " of " + many + " to the trash"
	case crm.RestoreField:
		return "brought the field " + is + " of " + many + " back from the trash"
	case crm.ChangeField:
		return "made " + is + " of " + many + " a " + crm.Type(named(ch.After, "field", "type")).Noun() + ", before a " + crm.Type(named(ch.Before, "field", "type")).Noun()
	case crm.RenameField:
		return "renamed the column " + named(ch.Before, "field", "name") + " of " + many + " to " + named(ch.After, "field", "name")
	case crm.SetField:
		return "changed what the field " + is + " of " + many + " means"
	case crm.MoveField:
		return "moved a field of " + many
	}
	return "changed the fields of " + many
}

// keptSays tells a change of a view or a saved question.
func keptSays(ch crm.Change, what string) string {
	verb, of := "changed", ch.After
	switch {
	case ch.After == nil:
		verb, of = "removed", ch.Before
	case ch.Before == nil:
		verb = "saved"
	}
	name, _ := of["name"].(string)
	return verb + " the " + what + " “" + name + "”"
}

// cause says who or what stands behind a change.
func (e *Event) cause(c crm.Cause, undoes bool) {
	switch {
	case undoes:
		e.Sub = "Takes an earlier change back"
	case c.Kind == "import":
		e.Sub = "Import of " + c.Text
		if c.Text == "" {
			e.Sub = "Import"
		}
		e.Icon = "import"
	case c.Kind == "demo":
		e.Icon, e.Sub = "box", "Demo data"
	case c.Text != "":
		e.Sub = c.Text
	}
}

// seenBy takes the undo from whoever may not write, and from all while nothing can be written.
func (s *Site) seenBy(c ident.Caller, e Event) Event {
	if !c.Role.CanWrite() || s.State().ReadOnly {
		e.Undo = 0
	}
	return e
}

func diffsOf(schema crm.Schema, o crm.Object, ch crm.Change, now time.Time) []Diff {
	var names []string
	for name := range ch.After {
		names = append(names, name)
	}
	for name := range ch.Before {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []Diff
	for _, name := range names {
		f, ok := o.Field(name)
		if !ok {
			f = crm.Field{Name: name, Label: crm.LabelOf(name), Type: crm.Text}
		}
		was, is := fromJSON(f, ch.Before[name]), fromJSON(f, ch.After[name])
		p := painterOf(schema, f, []any{was, is}, now)
		out = append(out, Diff{Field: f.Label, Was: brief(p.paint(was).Text), Now: brief(p.paint(is).Text)})
	}
	return out
}

// batchEvent tells a whole batch in one line.
func batchEvent(schema crm.Schema, b crm.Batch, subject *Value, now time.Time) Event {
	if b.Only != nil {
		e := eventOf(schema, *b.Only, subject, now)
		e.Undo = b.ID
		return e
	}
	e := Event{Who: b.Who, Avatar: avatarOf(b.Who), At: whenText(b.At, now), Exact: b.At.UTC().Format(time.RFC3339), Undo: b.ID, Undone: b.Undone, Verb: "Undo"}
	e.cause(b.Cause, b.Undoes != 0)
	verbs := map[string]string{string(crm.Create): "created", string(crm.Set): "changed", string(crm.Delete): "deleted", string(crm.Restore): "brought back", "schema": "changed the fields of", crm.ViewChange: "changed views of", crm.QuestionChange: "changed saved questions"}
	records := slices.ContainsFunc(b.Parts, func(p crm.BatchPart) bool { return p.Kind != "schema" && p.Kind != crm.ConvertChange })
	var parts []string
	last := ""
	for _, p := range b.Parts {
		if p.Kind == "schema" && records || p.Kind == crm.ConvertChange {
			continue // the objects that an import makes are part of it, as values are of a change of their type
		}
		o, ok := schema.Object(p.Object)
		one, many := p.Object, p.Object
		if ok {
			one, many = lower(o.Label), lower(o.Plural)
		}
		text := plural(p.Count, one, many)
		switch p.Kind {
		case "schema", crm.ViewChange:
			text = many
		case crm.QuestionChange:
			text = ""
		}
		verb := verbs[p.Kind]
		if verb != last {
			text = verb + " " + text
		}
		last = verb
		parts = append(parts, text)
	}
	e.Says = andList(parts)
	return e
}

func andList(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
