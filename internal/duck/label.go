package duck

import (
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// toldApart refuses a change of the schema after which two objects, or two fields of an object, are called the same that
// were not before: a question could not tell them apart. Those that an import or an older version left so may stay.
func toldApart(was, is crm.Schema) error {
	before, after := namesakes(was), namesakes(is)
	if len(after) <= len(before) {
		return nil
	}
	for _, n := range after {
		if !slices.ContainsFunc(before, func(had namesake) bool { return had.name == n.name }) {
			return n.err
		}
	}
	return nil
}

// namesake is an object, or a field as object.field, that is called like one before it.
type namesake struct {
	name string
	err  error
}

func namesakes(s crm.Schema) []namesake {
	var out []namesake
	objects := map[string]string{}
	for _, o := range s.Objects {
		for _, label := range []string{o.Label, o.Plural} {
			if other, taken := objects[sounds(label)]; taken && other != o.Name {
				out = append(out, namesake{o.Name, fail.New(fail.Conflict, "The objects %s and %s would both be called %q, and questions could not tell them apart.", other, o.Name, label).
					WithHint("Choose another label and plural, or change those of the other one first.")})
				break
			}
		}
		objects[sounds(o.Label)], objects[sounds(o.Plural)] = o.Name, o.Name
		fields := map[string]string{}
		for _, f := range o.Fields {
			if other, taken := fields[sounds(f.Label)]; taken {
				out = append(out, namesake{o.Name + "." + f.Name, fail.New(fail.Conflict, "The fields %s and %s of %s would both be called %q, and questions could not tell them apart.", other, f.Name, o.Name, f.Label).
					WithHint("Choose another label, or change that of the other one first.")})
			}
			fields[sounds(f.Label)] = f.Name
		}
	}
	return out
}

// sounds is a label without what a question forgives: case, accents and blanks.
func sounds(label string) string { return strings.ReplaceAll(crm.Fold(label), " ", "") }
