package api

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// table writes one format. head is called once, before the first row; row values stand in the order of fields.
type table interface {
	head(fields []crm.Field) error
	row(values []any) error
	end() error
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
	buffered := bufio.NewWriterSize(w, 64<<10)
	var t table
	format, media := r.URL.Query().Get("format"), ""
	switch format {
	case "", "csv":
		format, media, t = "csv", "text/csv; charset=utf-8", &csvTable{w: csv.NewWriter(buffered)}
	case "json":
		media, t = "application/json", &jsonTable{w: buffered}
	case "parquet":
		media, t = "application/vnd.apache.parquet", &parquetTable{w: buffered, name: o.Name}
	default:
		return fail.New(fail.Usage, "There is no export format %q.", format).WithHint("It is csv, json or parquet.")
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"`, o.Name, format))
	var fields []crm.Field
	for _, f := range o.Fields {
		if f.Type != crm.Computed {
			fields = append(fields, f)
		}
	}
	if err := t.head(fields); err != nil {
		return err
	}
	var pick []int
	values := make([]any, len(fields))
	err = s.Records.Export(r.Context(), ident.From(r.Context()), o.Name, filter, func(cols []crm.Column, row []any) error {
		if pick == nil {
			pick = columnsOf(cols, fields)
		}
		for i, at := range pick {
			values[i] = nil
			if at >= 0 {
				values[i] = row[at]
			}
		}
		return t.row(values)
	})
	if err != nil {
		return err
	}
	if err := t.end(); err != nil {
		return err
	}
	return buffered.Flush()
}

// columnsOf finds the column of each field, -1 for one that is not there.
func columnsOf(cols []crm.Column, fields []crm.Field) []int {
	at := make([]int, len(fields))
	for i, f := range fields {
		at[i] = -1
		for j, c := range cols {
			if string(c.Path) == f.Name || (c.Path == "" && c.Name == f.Name) {
				at[i] = j
			}
		}
	}
	return at
}

type csvTable struct {
	w      *csv.Writer
	fields []crm.Field
	texts  []string
}

func (t *csvTable) head(fields []crm.Field) error {
	t.fields, t.texts = fields, make([]string, len(fields))
	for i, f := range fields {
		t.texts[i] = f.Name
	}
	return t.w.Write(t.texts)
}

func (t *csvTable) row(values []any) error {
	for i, v := range values {
		t.texts[i] = t.fields[i].Show(v)
	}
	return t.w.Write(t.texts)
}

func (t *csvTable) end() error {
	t.w.Flush()
	return t.w.Error()
}

// jsonTable is one array of objects, whose members stand in the order of the fields.
type jsonTable struct {
	w      *bufio.Writer
	fields []crm.Field
	names  [][]byte
	rows   int
}

func (t *jsonTable) head(fields []crm.Field) error {
	t.fields = fields
	for _, f := range fields {
		name, err := json.Marshal(f.Name)
		if err != nil {
			return fmt.Errorf("encode field name: %w", err)
		}
		t.names = append(t.names, name)
	}
	return t.w.WriteByte('[')
}

func (t *jsonTable) row(values []any) error {
	if t.rows++; t.rows > 1 {
		t.w.WriteByte(',')
	}
	t.w.WriteString("\n{")
	for i, v := range values {
		if i > 0 {
			t.w.WriteByte(',')
		}
		text, err := json.Marshal(exported(t.fields[i], v))
		if err != nil {
			return fmt.Errorf("encode %s: %w", t.fields[i].Name, err)
		}
		t.w.Write(t.names[i])
		t.w.WriteByte(':')
		t.w.Write(text)
	}
	return t.w.WriteByte('}')
}

// exported shows a link by its name, since ids mean nothing elsewhere.
func exported(f crm.Field, v any) any {
	switch v := v.(type) {
	case crm.Ref:
		return v.Name
	case []crm.Ref:
		texts := make([]string, len(v))
		for i, r := range v {
			texts[i] = r.Name
		}
		return texts
	}
	return f.JSON(v)
}

func (t *jsonTable) end() error {
	_, err := t.w.WriteString("\n]\n")
	return err
}
