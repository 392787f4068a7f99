package api

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

// encoder writes one format: Begin comes first, then the rows, whose values stand in the order of the columns.
type encoder interface {
	Begin(cols []crm.Column) error
	Row(cols []crm.Column, values []any) error
	Close() error
}

// export streams the records of an object. Columns are called by the fields' names and hold what was imported: the id and
// what is computed are ours, and left out, so that importing the file again changes nothing.
func (s *server) export(w http.ResponseWriter, r *http.Request) error {
	if err := knownQuery(r, "format", "filter"); err != nil {
		return err
	}
	filter, err := filters(r.URL.Query()["filter"])
	if err != nil {
		return err
	}
	o, err := s.object(r)
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	if format == "" {
		format = "csv"
	}
	out := bufio.NewWriterSize(w, 64<<10)
	var e encoder
	if format == "parquet" {
		e = &parquetFile{w: out, name: o.Name}
	} else if e, err = ingest.NewEncoder(format, out); err != nil {
		return err
	}
	w.Header().Set("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json", "parquet": "application/vnd.apache.parquet"}[format])
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, o.Name, format))
	var cols []crm.Column
	for _, f := range o.Fields {
		if f.Type != crm.Computed {
			cols = append(cols, crm.Column{Name: f.Label, Type: f.Type, Scale: f.Scale, Currency: f.Currency, Path: crm.Path(f.Name)})
		}
	}
	if err := e.Begin(cols); err != nil {
		return err
	}
	var pick []int
	values := make([]any, len(cols))
	err = s.Records.Export(r.Context(), ident.From(r.Context()), o.Name, filter, func(all []crm.Column, row []any) error {
		if pick == nil {
			pick = columnsOf(all, cols)
		}
		for i, at := range pick {
			if values[i] = nil; at >= 0 {
				values[i] = row[at]
			}
		}
		return e.Row(cols, values)
	})
	if err != nil {
		return err
	}
	if err := e.Close(); err != nil {
		return err
	}
	return out.Flush()
}

// columnsOf finds each wanted column among all, -1 for one that is not there.
func columnsOf(all, wanted []crm.Column) []int {
	at := make([]int, len(wanted))
	for i, want := range wanted {
		at[i] = slices.IndexFunc(all, func(c crm.Column) bool { return c.Path == want.Path || c.Path == "" && c.Name == want.Name })
	}
	return at
}
