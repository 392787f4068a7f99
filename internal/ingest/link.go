package ingest

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
)

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
				lists, err := c.lists(t)
				if err != nil {
					return err
				}
				if lists {
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
	if c.stats.parts != nil && (c.several() || c.field.Type == crm.Links) {
		c.stats.wholeParts()
		return c.stats.parts
	}
	return c.stats.values
}

// lists tells whether a column names several records of the target in one text, be it in a few rows alone.
func (c *Column) lists(t *target) (bool, error) {
	if c.several() || c.stats.parts == nil {
		return c.several(), nil
	}
	share, _, err := contained(c.stats.parts, t)
	return share >= 0.5, err
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
		if t.first && !known && !t.ofObject(c.Name) {
			continue
		}
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
	name, bare := crm.Ident(column), bareName(column)
	if name == t.field && crm.Suggests("generic", name) != 2*len(strings.ReplaceAll(name, "_", " ")) {
		return true
	}
	return t.ofObject(column) || bare+"_id" == t.field || bare == t.field && t.field != "name"
}

// ofObject tells whether a column's name speaks of the target's object.
func (t *target) ofObject(column string) bool {
	bare := bareName(column)
	return bare == crm.Ident(crm.Singular(crm.LabelOf(t.object))) || bare == crm.Ident(t.label) || bare == t.object
}

// bareName is a column's name without the end that says by what it refers.
func bareName(column string) string {
	bare := crm.Ident(column)
	for _, end := range []string{"_id", "_no", "_number", "_code", "_key", "_ref", "_name", "_email"} {
		bare = strings.TrimSuffix(bare, end)
	}
	return bare
}

// nameLinks names new links after what they lead to: account_id becomes account where nothing else is called so. The
// column of a link is its name and _id; where that is another field's, the link that says id itself gives way.
func (f *File) nameLinks() {
	rename := func(c *Column, name string) {
		if c.field.Name == name {
			return
		}
		c.field.Synonyms = append(c.field.Synonyms, strings.ReplaceAll(c.field.Name, "_", " "))
		if crm.Plain(c.field.Label) {
			c.field.Label = crm.LabelOf(name)
		}
		c.field.Name = name
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
