package ingest

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// target is a field whose values name records: the key of a file at hand, of an object that exists, or of both.
type target struct {
	object string
	field  string
	label  string // of the object
	isName bool   // the field is what the object's records are called
	first  bool   // it is so for want of a better one, being the first text: a column must speak of the object to refer to it
	file   *File  // nil when no file of this import brings its records
	column *Column
	sets   []*tally // the values; a text is named when one of them has it
	// ask gives the values that some texts are but for case, by folded text, where the records are too many to be read
	// beforehand; it is nil when sets hold them all.
	ask    func(texts []string) (map[string]string, error)
	folded map[string]string
	plural string            // of an object that exists
	shared map[string]int64  // how many records have a value, where they are several
	squash map[string]string // "" where two different values are one
}

// complete tells whether all values are at hand.
func (t *target) complete() bool {
	return t.ask == nil && !slices.ContainsFunc(t.sets, func(s *tally) bool { return !s.complete() })
}

func (t *target) has(text string) bool {
	for _, s := range t.sets {
		if _, ok := s.at[text]; ok {
			return true
		}
	}
	return false
}

// index prepares the comparison of texts that are spelt in another way.
func (t *target) index() {
	if t.folded != nil {
		return
	}
	t.folded, t.squash = map[string]string{}, map[string]string{}
	for _, s := range t.sets {
		for _, e := range s.list {
			t.folded[crm.Fold(e.text)] = e.text
			q := crm.Squash(e.text)
			if old, ok := t.squash[q]; ok && crm.Fold(old) != crm.Fold(e.text) {
				t.squash[q] = ""
				continue
			}
			t.squash[q] = e.text
		}
	}
}

// find tells what value a text means: itself, or one that differs in case, blanks and punctuation alone.
func (t *target) find(text string) (string, bool) {
	if t.has(text) {
		return text, true
	}
	t.index()
	if v, ok := t.folded[crm.Fold(text)]; ok {
		return v, true
	}
	if q := crm.Squash(text); len(q) > 1 && t.squash[q] != "" {
		return t.squash[q], true
	}
	return "", false
}

// targets lists what the columns of these files may refer to.
func targets(ctx context.Context, store Store, c ident.Caller, schema crm.Schema, files []*File) ([]*target, error) {
	var out []*target
	for _, f := range files {
		for _, col := range f.Columns {
			if col.Field == "" || col.field.Type == crm.Link || !f.names(col) {
				continue
			}
			out = append(out, &target{object: f.Object, field: col.Field, label: f.Label, file: f, column: col, sets: []*tally{col.stats.values}})
		}
	}
	for _, o := range schema.Objects {
		fields := map[string]bool{} // whether nothing but its place speaks for it
		for _, field := range o.Fields {
			if field.Key && field.Type.Textual() {
				fields[field.Name] = false
			}
		}
		if f, ok := o.NameField(); ok && f.Type.Textual() {
			fields[f.Name] = !f.Key && f.Role != crm.RoleName
		}
		for name, first := range fields {
			at := slices.IndexFunc(out, func(t *target) bool { return t.object == o.Name && t.field == name })
			if at < 0 {
				at = len(out)
				out = append(out, &target{object: o.Name, field: name, label: o.Label, first: first})
			}
			out[at].plural = o.Plural
			if err := out[at].existing(ctx, store, c, files[0].profile.seed); err != nil {
				return nil, err
			}
			for _, f := range files {
				if f.Object == o.Name {
					out[at].file = f
				}
			}
		}
	}
	for _, t := range out {
		if o, ok := schema.Object(t.object); ok {
			name, _ := o.NameField()
			t.isName = name.Name == t.field
		}
	}
	slices.SortStableFunc(out, func(a, b *target) int { return strings.Compare(a.object+"."+a.field, b.object+"."+b.field) })
	return out, nil
}

// names tells whether the values of a column name the records of its file: it is the key, or a name, an address or a
// code, and all different. A column that is all different by chance names nothing.
func (f *File) names(c *Column) bool {
	if c.Key {
		return true
	}
	k := c.stats.keys
	if k == nil || len(k.twice) > 0 || c.Filled*10 < f.profile.good()*9 {
		return false
	}
	switch c.Type {
	case crm.Email:
		return true
	case crm.Text:
		first := c.index == 0 && !slices.Contains(notKeys, crm.Ident(c.Name))
		return first || f.isOwnName(c) || crm.Suggests("code", c.Name) > 0
	}
	return false
}

// isOwnName tells whether a column says what the file's records are called.
func (f *File) isOwnName(c *Column) bool {
	return slices.Contains(append(f.ownNames(), "name", "full_name"), crm.Ident(c.Name))
}

// existing adds the values of records that exist: all of them, or where they are too many a way to ask for some.
func (t *target) existing(ctx context.Context, store Store, c ident.Caller, seed maphash.Seed) error {
	path := crm.Path(t.field)
	query := func(f crm.Filter, after string, each func(text string)) (crm.Page, error) {
		page, err := store.List(ctx, c, crm.Query{Object: t.object, Fields: []crm.Path{path}, Filter: f, Limit: 1000, After: after, Total: after == ""})
		for _, r := range page.Rows {
			field := crm.Field{Type: page.Columns[0].Type, Scale: page.Columns[0].Scale}
			if text := field.Show(r.Values[0]); text != "" {
				each(text)
			}
		}
		return page, err
	}
	set := newTally(seed, maxTextsEach, nil)
	for after := ""; ; {
		page, err := query(crm.Filter{}, after, func(text string) { set.add(text, 0) })
		if err != nil {
			return err
		}
		if page.Total > maxTextsEach {
			break
		}
		if after = page.After; after == "" {
			t.sets = append(t.sets, set)
			t.shared = map[string]int64{}
			for _, e := range set.list {
				if e.n > 1 {
					t.shared[e.text] = e.n
				}
			}
			return nil
		}
	}
	t.ask = func(texts []string) (map[string]string, error) {
		have := map[string]string{}
		_, err := query(crm.Where(path, crm.Is, texts...), "", func(text string) { have[crm.Fold(text)] = text })
		return have, err
	}
	return nil
}

const maxAsked = 100 // texts of a column that are looked up among records too many to read

// contained is the share of the different texts that the target has, and how many those are. Where one of the two is
// only a sample, the texts that both samples would hold are compared.
func contained(texts *tally, t *target) (share float64, hits int, err error) {
	level := texts.level
	for _, s := range t.sets {
		level = max(level, s.level)
	}
	if t.ask != nil {
		level = texts.level
	}
	var strange []string
	for _, e := range texts.list {
		if !texts.keeps(e.text, level) {
			continue
		}
		seen := hits + len(strange)
		if t.ask != nil && seen == maxAsked || t.ask == nil && seen == 200 && hits < 20 {
			break
		}
		if _, ok := t.find(e.text); ok {
			hits++
		} else {
			strange = append(strange, e.text)
		}
	}
	all := hits + len(strange)
	if all == 0 {
		return 0, 0, nil
	}
	if t.ask != nil && len(strange) > 0 {
		have, err := t.ask(strange)
		if err != nil {
			return 0, 0, err
		}
		for _, text := range strange {
			if _, ok := have[crm.Fold(text)]; ok {
				hits++
			}
		}
	}
	return float64(hits) / float64(all), hits, nil
}

// narrowed is a target that must be asked, cut down to the values that some texts mean.
func (t *target) narrowed(texts *tally) (*target, error) {
	if t.ask == nil || !texts.complete() || len(texts.list) > 20*maxAsked {
		return t, nil
	}
	out := *t
	out.ask, out.folded = nil, nil
	found := newTally(texts.seed, maxTextsEach, nil)
	for part := range slices.Chunk(texts.list, maxAsked) {
		var ask []string
		for _, e := range part {
			ask = append(ask, e.text)
		}
		have, err := t.ask(ask)
		if err != nil {
			return nil, err
		}
		for _, value := range have {
			found.add(value, 0)
		}
	}
	out.sets = append(slices.Clone(t.sets), found)
	return &out, nil
}
