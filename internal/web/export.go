package web

import (
	"encoding/csv"
	"net/http"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// export streams the rows that pass the filters as CSV: all of one moment, and in a form that an import reads back.
func (s *Site) export(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), ident.From(r.Context())
	schema, o, err := s.objectOf(r)
	if err != nil {
		return err
	}
	l, err := s.listingOf(r, schema, o, r.URL.Query())
	if err != nil {
		return err
	}
	head := make([]string, len(o.Fields))
	for i, f := range o.Fields {
		head[i] = f.Name
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+o.Name+`.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write(head); err != nil {
		return err
	}
	line := make([]string, len(o.Fields))
	err = s.Store.Export(ctx, c, o.Name, l.filter(), func(_ []crm.Column, values []any) error {
		for i, f := range o.Fields {
			line[i] = f.Show(values[i])
		}
		return out.Write(line)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}
