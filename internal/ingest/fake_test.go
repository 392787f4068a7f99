package ingest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

var ann = ident.Caller{Person: "ann", Name: "Ann", Role: ident.Member, Via: ident.CLI}

// memory is a store that keeps records in memory; the import follows the contract of ingest.Store to the letter, so
// that the tests of this package need no database.
type memory struct {
	schema  crm.Schema
	records map[string][]map[string]any
	imports int
}

func newMemory() *memory { return &memory{records: map[string][]map[string]any{}} }

func (m *memory) clone() *memory {
	out := newMemory()
	out.schema.Objects = slices.Clone(m.schema.Objects)
	for i, o := range out.schema.Objects {
		out.schema.Objects[i].Fields = slices.Clone(o.Fields)
	}
	for name, records := range m.records {
		for _, r := range records {
			c := map[string]any{}
			for k, v := range r {
				c[k] = v
			}
			out.records[name] = append(out.records[name], c)
		}
	}
	out.imports = m.imports
	return out
}

func (m *memory) Schema(context.Context, ident.Caller) (crm.Schema, error) {
	return m.clone().schema, nil
}

func (m *memory) Former(context.Context, ident.Caller) (crm.Former, error) { return crm.Former{}, nil }

func (m *memory) List(_ context.Context, _ ident.Caller, q crm.Query) (crm.Page, error) {
	o, _ := m.schema.Object(q.Object)
	f, _ := o.Field(string(q.Fields[0]))
	page := crm.Page{Columns: []crm.Column{{Name: f.Label, Type: f.Type, Scale: f.Scale, Path: q.Fields[0]}}}
	page.Total = int64(len(m.records[q.Object]))
	start := 0
	fmt.Sscan(q.After, &start)
	for i := start; i < len(m.records[q.Object]); i++ {
		if len(page.Rows) == q.Limit {
			page.After = fmt.Sprint(i)
			break
		}
		v := m.records[q.Object][i][f.Name]
		if q.Filter.Op == crm.Is && !slices.ContainsFunc(q.Filter.Values, func(text string) bool { return strings.EqualFold(text, f.Show(v)) }) {
			continue
		}
		page.Rows = append(page.Rows, crm.Row{ID: int64(i + 1), Values: []any{v}})
	}
	return page, nil
}

func (m *memory) Export(_ context.Context, _ ident.Caller, object string, _ crm.Filter, row func([]crm.Column, []any) error) error {
	o, _ := m.schema.Object(object)
	var cols []crm.Column
	for _, f := range o.Fields {
		cols = append(cols, crm.Column{Name: f.Label, Type: f.Type, Scale: f.Scale, Currency: f.Currency, Path: crm.Path(f.Name)})
	}
	for _, r := range m.records[object] {
		values := make([]any, len(o.Fields))
		for i, f := range o.Fields {
			values[i] = r[f.Name]
			if id, ok := r[f.Name].(int64); ok {
				values[i] = m.ref(f.Target, id)
			}
		}
		if err := row(cols, values); err != nil {
			return err
		}
	}
	return nil
}

func (m *memory) ref(object string, id int64) crm.Ref {
	o, _ := m.schema.Object(object)
	name, _ := o.NameField()
	text, _ := m.records[object][id-1][name.Name].(string)
	return crm.Ref{ID: id, Name: text}
}

func (m *memory) Import(ctx context.Context, _ ident.Caller, _ crm.Cause, alter []crm.Alteration, sources []crm.Source, o crm.ImportOptions) (crm.Imported, error) {
	next := m.clone()
	for _, a := range alter {
		if err := next.alter(a); err != nil {
			return crm.Imported{}, err
		}
	}
	var out crm.Imported
	type pending struct {
		object string
		record int
		field  crm.Field
		by     crm.LinkBy
		text   string
		count  *crm.LinkCount
	}
	var links []pending
	counts := make([]map[string]*crm.LinkCount, len(sources))
	for i, s := range sources {
		object, ok := next.schema.Object(s.Object)
		if !ok {
			return out, fail.New(fail.NotFound, "no object %s", s.Object)
		}
		var l crm.Loaded
		counts[i] = map[string]*crm.LinkCount{}
		for name := range s.Links {
			counts[i][name] = &crm.LinkCount{Unmatched: []string{}}
		}
		byKey := map[string]int{}
		for at, r := range next.records[s.Object] {
			byKey[fmt.Sprint(r[s.Key])] = at
		}
		fresh := map[string]bool{}
		for row, err := range s.Rows {
			if err != nil {
				return out, err
			}
			if err := ctx.Err(); err != nil {
				return out, err
			}
			record := map[string]any{}
			var waiting []pending
			key := ""
			for j, name := range s.Fields {
				f, ok := object.Field(name)
				if !ok {
					return out, fail.New(fail.NotFound, "no field %s", name)
				}
				if name == s.Key {
					key = fmt.Sprint(row.Values[j])
				}
				if f.Type == crm.Link {
					if text, ok := row.Values[j].(string); ok {
						waiting = append(waiting, pending{s.Object, 0, f, s.Links[name], text, counts[i][name]})
					} else {
						counts[i][name].Empty++
					}
					continue
				}
				record[name] = row.Values[j]
			}
			at, there := byKey[key]
			switch {
			case s.Key != "" && fresh[key]:
				l.Rejected++
				l.Rejects = append(l.Rejects, crm.Reject{Row: row.Line, Column: s.Key, Value: key, Reason: "twice"})
				if err := o.Reject(i, l.Rejects[len(l.Rejects)-1]); err != nil {
					return out, err
				}
				continue
			case s.Key != "" && there:
				changed := false
				for k, v := range record {
					if fmt.Sprint(next.records[s.Object][at][k]) != fmt.Sprint(v) {
						changed = true
					}
					next.records[s.Object][at][k] = v
				}
				if changed {
					l.Updated++
				} else {
					l.Unchanged++
				}
			default:
				next.records[s.Object] = append(next.records[s.Object], record)
				at = len(next.records[s.Object]) - 1
				byKey[key] = at
				l.Created++
			}
			fresh[key] = true
			for _, w := range waiting {
				w.record = at
				links = append(links, w)
			}
		}
		out.Loaded = append(out.Loaded, l)
	}
	for _, w := range links {
		text := w.text
		if to, ok := w.by.Fix[text]; ok {
			text = to
		}
		id := next.find(w.field.Target, w.by.Field, text)
		switch {
		case id > 0:
			w.count.Linked++
		case w.by.Create:
			next.records[w.field.Target] = append(next.records[w.field.Target], map[string]any{w.by.Field: text})
			id = int64(len(next.records[w.field.Target]))
			w.count.Created++
			w.count.Linked++
		default:
			w.count.Empty++
			continue
		}
		next.records[w.object][w.record][w.field.Name] = id
	}
	for i := range out.Loaded {
		out.Loaded[i].Links = map[string]crm.LinkCount{}
		for name, n := range counts[i] {
			out.Loaded[i].Links[name] = *n
		}
	}
	next.imports++
	out.Batch = int64(next.imports)
	if !o.DryRun {
		*m = *next
	}
	return out, nil
}

func (m *memory) find(object, field, text string) int64 {
	for i, r := range m.records[object] {
		if v, ok := r[field].(string); ok && strings.EqualFold(v, text) {
			return int64(i + 1)
		}
	}
	return 0
}

func (m *memory) alter(a crm.Alteration) error {
	if a.Kind == crm.AddObject {
		if _, ok := m.schema.Object(a.Object.Name); ok {
			return fail.New(fail.Conflict, "%s exists", a.Object.Name)
		}
		a.Object.Fields = slices.Clone(a.Object.Fields)
		m.schema.Objects = append(m.schema.Objects, a.Object)
		return nil
	}
	for i, o := range m.schema.Objects {
		if o.Name != a.Object.Name {
			continue
		}
		if a.Kind == crm.MoveObject {
			m.schema.Objects = slices.Insert(slices.Delete(slices.Clone(m.schema.Objects), i, i+1), a.At, o)
			return nil
		}
		at := slices.IndexFunc(o.Fields, func(f crm.Field) bool { return f.Name == a.Field.Name })
		switch {
		case a.Kind == crm.AddField && at < 0:
			m.schema.Objects[i].Fields = append(o.Fields, a.Field)
		case (a.Kind == crm.SetField || a.Kind == crm.ChangeField) && at >= 0:
			m.schema.Objects[i].Fields[at] = a.Field
		default:
			return fail.New(fail.Conflict, "cannot %s %s.%s", a.Kind, o.Name, a.Field.Name)
		}
	}
	return nil
}
