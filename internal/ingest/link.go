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
	file   *File  // nil when no file of this import brings its records
	column *Column
	sets   []*tally // the values; a text is named when one of them has it
	// ask gives the values that some texts are but for case, by folded text, where the records are too many to be read
	// beforehand; it is nil when sets hold them all.
	ask    func(texts []string) (map[string]string, error)
	folded map[string]string
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
		fields := map[string]bool{}
		for _, field := range o.Fields {
			if field.Key && field.Type.Textual() {
				fields[field.Name] = true
			}
		}
		if f, ok := o.NameField(); ok && f.Type.Textual() {
			fields[f.Name] = true
		}
		for name := range fields {
			at := slices.IndexFunc(out, func(t *target) bool { return t.object == o.Name && t.field == name })
			if at < 0 {
				at = len(out)
				out = append(out, &target{object: o.Name, field: name, label: o.Label})
			}
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
	if k == nil || len(k.twice) > 0 || k.full || c.Filled*10 < f.profile.good()*9 {
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
	set := newTally(seed, maxTextsEach)
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

// linkColumns finds the columns that refer to records, and makes links of them.
func linkColumns(f *File, all []*target, schema crm.Schema, o Options) error {
	for _, c := range f.Columns {
		if c.Field == "" || c.Key && c.New {
			continue
		}
		switch {
		case !c.New && (c.field.Type == crm.Link || c.field.Type == crm.Links):
			t, err := bestOf(f, c, all, func(t *target) bool { return t.object == c.field.Target }, true)
			if err != nil {
				return err
			}
			if t == nil {
				t = nameTarget(schema, all, c.field.Target)
			}
			if t != nil {
				if t, err = t.narrowed(c.texts()); err != nil {
					return err
				}
				f.link(c, t, o)
			}
		case c.New && mayRefer(c) && !c.named && !f.isOwnName(c):
			t, err := bestOf(f, c, all, func(t *target) bool {
				return t.column != c && (t.column == nil || t.column.Link == nil)
			}, false)
			if err != nil {
				return err
			}
			if t != nil {
				c.field.Type, c.field.Target, c.field.Options, c.field.Scale = crm.Link, t.object, nil, 0
				if c.several() {
					c.field.Type = crm.Links
				}
				c.Unread = 0
				if t, err = t.narrowed(c.texts()); err != nil {
					return err
				}
				f.link(c, t, o)
			}
		}
	}
	f.nameLinks()
	return nil
}

// nameTarget is the name of an object's records, for a link none of whose texts is known.
func nameTarget(schema crm.Schema, all []*target, object string) *target {
	o, _ := schema.Object(object)
	for _, t := range all {
		if name, ok := o.NameField(); t.object == object && (!ok || t.field == name.Name) {
			return t
		}
	}
	return nil
}

func mayRefer(c *Column) bool {
	if c.Filled == 0 {
		return false
	}
	switch c.Type {
	case crm.Text, crm.Choice, crm.Choices:
		return true
	case crm.Email: // an address of its own is called one; a reference is called after what it is for
		return !strings.Contains(crm.Ident(c.Name), "mail") || c.stats.keys == nil || len(c.stats.keys.twice) > 0
	case crm.Number:
		return c.Scale == 0
	}
	return false
}

// several tells whether the texts of a column are lists.
func (c *Column) several() bool { return c.stats.parts != nil && c.stats.count(isList)*5 >= c.Filled }

// texts are the different texts that may name records.
func (c *Column) texts() *tally {
	if c.several() {
		c.stats.wholeParts()
		return c.stats.parts
	}
	return c.stats.values
}

// bestOf picks the target that a column refers to. It goes by values: most of a column's different texts must be among
// the target's. A name that says the same lowers the bar, and numbers, which are alike everywhere, need it.
func bestOf(f *File, c *Column, all []*target, may func(*target) bool, known bool) (*target, error) {
	var best *target
	bestScore := 0.0
	for _, t := range all {
		if !may(t) {
			continue
		}
		alike, self := t.namedBy(c.Name), t.file == f
		if c.Type == crm.Number && !alike && !self && !known {
			continue
		}
		share, hits, err := contained(c.texts(), t)
		if err != nil {
			return nil, err
		}
		parent := self && crm.Suggests("parent", c.Name) > 0
		unique := c.stats.keys != nil && len(c.stats.keys.twice) == 0
		switch {
		case hits == 0:
			continue
		case known:
		case alike && share >= 0.5:
		case c.Type == crm.Number:
			if !parent || share < 0.9 {
				continue
			}
		case parent && share >= 0.9:
		case self && unique, share < 0.6, hits < 3 && (share < 0.9 || hits < 2):
			continue
		case hits < 3 && !self && c.shortTexts():
			continue
		}
		score := share
		if alike {
			score += 1
		}
		if t.column != nil && t.column.Key {
			score += 0.05
		}
		if self {
			score -= 0.01
		}
		if score > bestScore {
			best, bestScore = t, score
		}
	}
	return best, nil
}

// shortTexts tells whether the texts are so short that they are the same in other columns by chance.
func (c *Column) shortTexts() bool {
	return !slices.ContainsFunc(c.stats.values.list, func(e counted) bool { return len(e.text) > 3 })
}

// namedBy tells whether a column's name speaks of the target: it is its field's, or its object's.
func (t *target) namedBy(column string) bool {
	name := crm.Ident(column)
	bare := name
	for _, end := range []string{"_id", "_no", "_number", "_code", "_key", "_ref", "_name", "_email"} {
		bare = strings.TrimSuffix(bare, end)
	}
	object := crm.Ident(crm.Singular(crm.LabelOf(t.object)))
	if name == t.field && crm.Suggests("generic", name) != 2*len(strings.ReplaceAll(name, "_", " ")) {
		return true
	}
	return bare == object || bare == crm.Ident(t.label) || bare == t.object || bare+"_id" == t.field || bare == t.field && t.field != "name"
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
	found := newTally(texts.seed, maxTextsEach)
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

// nameLinks names new links after what they lead to: account_id becomes account where nothing else is called so. The
// column of a link is its name and _id; where that is another field's, the link that says id itself gives way.
func (f *File) nameLinks() {
	rename := func(c *Column, name string) {
		if c.field.Name == name {
			return
		}
		c.field.Synonyms = append(c.field.Synonyms, strings.ReplaceAll(c.field.Name, "_", " "))
		c.field.Name, c.field.Label = name, crm.LabelOf(name)
		c.show()
	}
	links := func(each func(c *Column)) {
		for _, c := range f.Columns {
			if c.New && c.Link != nil {
				each(c)
			}
		}
	}
	links(func(c *Column) {
		if bare, ok := strings.CutSuffix(c.field.Name, "_id"); ok && bare != "" && bare != "source" && !f.clashes(c, bare) {
			rename(c, bare)
		}
	})
	links(func(c *Column) {
		if strings.HasSuffix(c.field.Name, "_id") && f.clashes(c, c.field.Name) {
			rename(c, c.field.Name+"_link")
		}
	})
	links(func(c *Column) {
		if f.clashes(c, c.field.Name) {
			rename(c, c.field.Name+"_link")
		}
	})
}

// clashes tells whether a link of such a name would be called, or have a column, as another field of the object.
func (f *File) clashes(c *Column, name string) bool {
	clash := func(other crm.Field) bool {
		mine := []string{name, name + "_id", name + "_ids"}
		return slices.Contains(mine, other.Name) || slices.Contains(mine, other.Column())
	}
	return slices.ContainsFunc(f.before.Fields, clash) || slices.ContainsFunc(f.Columns, func(other *Column) bool {
		return other != c && other.Field != "" && clash(other.field)
	})
}
