package answer

import (
	"slices"

	"openclaw/internal/crm"
)

// personField is the one field of an object that tells who did what its records are about.
func (b *builder) personField(object string) noun {
	o, _ := b.schema.Object(object)
	var found []string
	for _, f := range o.Fields {
		if name, ok := o.NameField(); ok && name.Name == f.Name {
			continue
		}
		if (f.Type == crm.Text || f.Type == crm.Choice || f.Type == crm.Link) && b.lex.called(f, "person") {
			found = append(found, f.Name)
		}
	}
	if len(found) != 1 {
		return noun{}
	}
	return noun{object: object, field: found[0]}
}

// doers are the people of an object's records: those that a field of theirs names, else the only ones they link to whom one
// can write to.
func (b *builder) doers(object string) noun {
	if n := b.personField(object); !n.zero() {
		return n
	}
	o, _ := b.schema.Object(object)
	var found []string
	for _, f := range o.Fields {
		target, ok := b.schema.Object(f.Target)
		if ok && f.Type == crm.Link && f.Target != object && b.somebody(target) && !slices.Contains(found, f.Target) {
			found = append(found, f.Target)
		}
	}
	for _, set := range b.sk.sets {
		if target, ok := b.schema.Object(set.object); ok && object == "" && b.somebody(target) {
			return noun{object: set.object} // people on a plan are those who have one
		}
	}
	named := func(set item) bool { return len(found) > 0 && set.object == found[0] && set.from != set.to }
	if len(found) != 1 || slices.ContainsFunc(b.sk.sets, named) {
		return noun{} // who goes to somebody's classes is not that somebody
	}
	return noun{object: found[0]}
}

// subject is the object whose records were made or done by those whom the question asks for.
func (b *builder) subject() string {
	s := b.sk
	for _, set := range s.sets {
		ofNoun := slices.ContainsFunc(append(slices.Clone(s.mentions), s.target), func(m noun) bool { return set.adjective && m.at == set.to && m.object == set.object })
		if stage, ok := b.stage(set.object); ok && set.field == stage.Name && !ofNoun {
			return set.object
		}
	}
	switch {
	case s.rank != nil && s.rank.of != nil:
		return s.rank.of.object
	case len(s.gauges) > 0:
		return s.gauges[0].object
	case s.dateverb.object != "":
		return s.dateverb.object
	}
	if i := slices.IndexFunc(s.mentions, func(m noun) bool { return m.field == "" }); i >= 0 {
		return s.mentions[i].object
	}
	return ""
}
