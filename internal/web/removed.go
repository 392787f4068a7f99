package web

import (
	"net/http"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// RemovedLine is an object or a field that lies in the trash.
type RemovedLine struct {
	Object string
	Field  string // "" for a whole object
	Label  string
	Icon   string
	Says   string
	Do     crm.AlterKind // what brings it back
}

// removed lists what lies in the trash: of one object its fields, of "" the objects.
func (s *Site) removed(r *http.Request, object string) ([]RemovedLine, error) {
	found, err := s.Store.Removed(r.Context(), ident.From(r.Context()))
	if err != nil {
		return nil, err
	}
	var out []RemovedLine
	for _, x := range found {
		line := RemovedLine{Object: x.Object, Field: x.Field, Label: upper(x.Label), Icon: "trash", Do: crm.RestoreObject}
		what := plural(x.Values, "row", "rows")
		if x.Field != "" {
			line.Icon, line.Do, what = typeIcon(x.Type), crm.RestoreField, x.Type.Noun()+", "+plural(x.Values, "value", "values")
		}
		line.Says = what + "; removed by " + x.Who + " " + whenText(x.At, s.Clock())
		if (object == "" && x.Field == "") || (x.Field != "" && x.Object == object) {
			out = append(out, line)
		}
	}
	return out, nil
}
