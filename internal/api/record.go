package api

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

type recordPage struct {
	Columns  []string     `json:"columns"` // "id", then fields
	Types    []string     `json:"types"`
	Rows     [][]any      `json:"rows"`
	Total    int64        `json:"total"` // -1 when it was not asked for
	After    string       `json:"after"` // the next page's cursor; "" at the end
	Versions []int64      `json:"versions"`
	Details  []crm.Column `json:"details"` // of the columns after the id: scale, currency, path
}

type recordOut struct {
	Object    string         `json:"object"`
	ID        int64          `json:"id"`
	Title     string         `json:"title"`
	Values    map[string]any `json:"values"`
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
	Version   int64          `json:"version"` // as in the ETag, for If-Match
	Deleted   bool           `json:"deleted"`
	Batch     int64          `json:"batch,omitempty"`   // of the write that this answers; openclawd undo takes it
	Follows   int64          `json:"follows,omitempty"` // links that this write emptied, or filled again, in other records
}

type valuesIn struct {
	Values map[string]any `json:"values"`
}

func (s *server) recordOps() []op {
	const records, record = "/api/v1/objects/:object/records", "/api/v1/objects/:object/records/:id"
	return []op{
		{method: "GET", path: records, access: edge.SignedIn, id: "listRecords", does: "A page of records.", out: recordPage{}, handle: s.listRecords, query: []param{
			{"filter", "a condition, such as close_value > 5000; may be repeated"}, {"sort", "a field, -field for the largest first; may be repeated"},
			{"field", "a column, such as account.sector; may be repeated; none means all fields"}, {"limit", "1 to 1000, 50 when left out"},
			{"after", "the cursor of the page before"}, {"trash", "yes to look into the trash"}, {"total", "no to leave out the count"}}},
		{method: "POST", path: records, access: edge.Writer, id: "addRecord", does: "Add a record.", in: valuesIn{}, out: recordOut{}, status: 201, handle: s.addRecord},
		{method: "GET", path: record, access: edge.SignedIn, id: "showRecord", does: "One record.", out: recordOut{}, handle: s.showRecord},
		{method: "PATCH", path: record, access: edge.Writer, id: "setRecord", does: "Change values of a record; null empties one. If-Match with the ETag makes a lost update a 409 that shows both values.", in: valuesIn{}, out: recordOut{}, handle: s.setRecord},
		{method: "DELETE", path: record, access: edge.Writer, id: "deleteRecord", does: "Move a record to the trash.", out: recordOut{}, handle: s.deleteRecord},
		{method: "POST", path: record + "/restore", access: edge.Writer, id: "restoreRecord", does: "Bring a record back from the trash.", out: recordOut{}, handle: s.restoreRecord},
	}
}

// readQuery reads the parameters of a list.
func readQuery(r *http.Request) (crm.Query, error) {
	if err := knownQuery(r, "filter", "sort", "field", "limit", "after", "trash", "total"); err != nil {
		return crm.Query{}, err
	}
	in := r.URL.Query()
	q := crm.Query{Object: r.PathValue("object"), After: in.Get("after"), Trash: yes(in.Get("trash")), Total: !no(in.Get("total"))}
	limit, err := queryNumber(r, "limit", 50, 1000)
	if err != nil {
		return q, err
	}
	q.Limit = int(limit)
	if q.Filter, err = filters(in["filter"]); err != nil {
		return q, err
	}
	for _, text := range in["sort"] {
		key, err := crm.ParseSort(text)
		if err != nil {
			return q, err
		}
		q.Sort = append(q.Sort, key)
	}
	for _, text := range in["field"] {
		path, ok := crm.ParsePath(text)
		if !ok {
			return q, fail.New(fail.Invalid, "%q is not a field.", text).WithHint("Write it like close_value or account.sector.")
		}
		q.Fields = append(q.Fields, path)
	}
	return q, nil
}

func filters(texts []string) (crm.Filter, error) {
	var all []crm.Filter
	for _, text := range texts {
		f, err := crm.ParseFilter(text)
		if err != nil {
			return crm.Filter{}, err
		}
		all = append(all, f)
	}
	return crm.All(all...), nil
}

func yes(text string) bool { return text == "yes" || text == "true" || text == "1" }
func no(text string) bool  { return text == "no" || text == "false" || text == "0" }

func (s *server) listRecords(w http.ResponseWriter, r *http.Request) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	if _, err := s.object(r); err != nil {
		return err
	}
	page, err := s.Records.List(r.Context(), ident.From(r.Context()), q)
	if err != nil {
		return err
	}
	out := recordPage{Columns: []string{"id"}, Types: []string{string(crm.Number)}, Rows: make([][]any, len(page.Rows)),
		Total: page.Total, After: page.After, Versions: make([]int64, len(page.Rows)), Details: page.Columns}
	for _, c := range page.Columns {
		out.Columns = append(out.Columns, c.Name)
		out.Types = append(out.Types, string(c.Type))
	}
	for i, row := range page.Rows {
		values := make([]any, 1, len(row.Values)+1)
		values[0] = row.ID
		for j, v := range row.Values {
			values = append(values, jsonValue(v, page.Columns[j]))
		}
		out.Rows[i], out.Versions[i] = values, row.Version
	}
	return write(w, http.StatusOK, out)
}

// target is the record that a path names.
func (s *server) target(r *http.Request) (crm.Object, int64, error) {
	o, err := s.object(r)
	if err != nil {
		return o, 0, err
	}
	id, err := number("record id", r.PathValue("id"), 1, math.MaxInt64)
	return o, id, err
}

func (s *server) showRecord(w http.ResponseWriter, r *http.Request) error {
	o, id, err := s.target(r)
	if err != nil {
		return err
	}
	return s.answerRecord(w, r, http.StatusOK, o, id, crm.Written{})
}

func (s *server) answerRecord(w http.ResponseWriter, r *http.Request, status int, o crm.Object, id int64, done crm.Written) error {
	rec, err := s.Records.Record(r.Context(), ident.From(r.Context()), o.Name, id)
	if err != nil {
		return err
	}
	tag := etag(rec.Version())
	w.Header().Set("ETag", tag)
	if status == http.StatusOK && r.Method == http.MethodGet && r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	out := recordOut{Object: o.Name, ID: rec.ID, Values: make(map[string]any, len(o.Fields)), CreatedAt: rec.CreatedAt.UTC(),
		UpdatedAt: rec.UpdatedAt.UTC(), Version: rec.Version(), Deleted: rec.Deleted, Batch: done.Batch, Follows: done.Follows}
	for _, f := range o.Fields {
		out.Values[f.Name] = jsonValue(rec.Values[f.Name], crm.Column{Type: f.ValueType(), Scale: f.Scale})
	}
	if f, ok := o.NameField(); ok {
		out.Title = f.Show(rec.Values[f.Name])
	}
	if out.Title == "" {
		out.Title = o.Label + " " + strconv.FormatInt(rec.ID, 10)
	}
	if status == http.StatusCreated {
		w.Header().Set("Location", fmt.Sprintf("/api/v1/objects/%s/records/%d", o.Name, rec.ID))
	}
	return write(w, status, out)
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// ifMatch reads the version that a write insists on; 0 for none.
func ifMatch(r *http.Request) (int64, error) {
	tag := strings.TrimPrefix(r.Header.Get("If-Match"), "W/")
	if tag == "" || tag == "*" {
		return 0, nil
	}
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || version <= 0 {
		return 0, fail.New(fail.Usage, "The If-Match header is not an ETag of a record.").WithHint("Send the ETag that GET of the record gave.")
	}
	return version, nil
}

func (s *server) addRecord(w http.ResponseWriter, r *http.Request) error {
	in, err := read[valuesIn](r)
	if err != nil {
		return err
	}
	o, err := s.object(r)
	if err != nil {
		return err
	}
	values, err := readValues(o, in.Values)
	if err != nil {
		return err
	}
	return s.edit(w, r, http.StatusCreated, o, crm.Edit{Kind: crm.Create, Object: o.Name, Values: values})
}

func (s *server) setRecord(w http.ResponseWriter, r *http.Request) error {
	in, err := read[valuesIn](r)
	if err != nil {
		return err
	}
	o, id, err := s.target(r)
	if err != nil {
		return err
	}
	if len(in.Values) == 0 {
		return nothingToDo()
	}
	values, err := readValues(o, in.Values)
	if err != nil {
		return err
	}
	return s.edit(w, r, http.StatusOK, o, crm.Edit{Kind: crm.Set, Object: o.Name, ID: id, Values: values})
}

func (s *server) deleteRecord(w http.ResponseWriter, r *http.Request) error {
	o, id, err := s.target(r)
	if err != nil {
		return err
	}
	return s.edit(w, r, http.StatusOK, o, crm.Edit{Kind: crm.Delete, Object: o.Name, ID: id})
}

func (s *server) restoreRecord(w http.ResponseWriter, r *http.Request) error {
	o, id, err := s.target(r)
	if err != nil {
		return err
	}
	return s.edit(w, r, http.StatusOK, o, crm.Edit{Kind: crm.Restore, Object: o.Name, ID: id})
}

// edit writes one record and answers with it as it is then.
func (s *server) edit(w http.ResponseWriter, r *http.Request, status int, o crm.Object, e crm.Edit) error {
	version, err := ifMatch(r)
	if err != nil {
		return err
	}
	if e.Kind != crm.Create {
		e.IfVersion = version
	}
	done, err := s.Records.Write(r.Context(), ident.From(r.Context()), []crm.Edit{e}, crm.Cause{Kind: "edit"})
	if err != nil {
		return err
	}
	return s.answerRecord(w, r, status, o, done.IDs[0], done)
}

// readValues turns JSON values into what the store takes: text is parsed there by the field's type; here numbers, booleans,
// lists and references get their shape.
func readValues(o crm.Object, in map[string]any) (crm.Values, error) {
	out := make(crm.Values, len(in))
	for name, v := range in {
		f, ok := o.Field(name)
		if !ok {
			return nil, noField(o, name)
		}
		value, err := readValue(f, v)
		if err != nil {
			return nil, err
		}
		out[name] = value
	}
	return out, nil
}

func readValue(f crm.Field, v any) (any, error) {
	link := f.Type == crm.Link || f.Type == crm.Links
	switch v := v.(type) {
	case nil, string, bool:
		return v, nil
	case json.Number:
		if link {
			id, err := v.Int64()
			if err != nil {
				return nil, fail.New(fail.Invalid, "%s is no record's id for %s.", v, f.Label)
			}
			return crm.Ref{ID: id}, nil
		}
		return v.String(), nil
	case map[string]any:
		if id, ok := v["id"].(json.Number); ok && link {
			return readValue(f, id)
		}
	case []any:
		if f.Type == crm.Choices || f.Type == crm.Links {
			return readList(f, v)
		}
	}
	return nil, fail.New(fail.Invalid, "The value for %s has a shape that it cannot have.", f.Label).WithHint("%s is a %s.", f.Label, f.Type.Noun())
}

func readList(f crm.Field, in []any) (any, error) {
	if f.Type == crm.Choices {
		out := make([]string, len(in))
		for i, v := range in {
			text, ok := v.(string)
			if !ok {
				return nil, fail.New(fail.Invalid, "The values for %s are not all text.", f.Label)
			}
			out[i] = text
		}
		return out, nil
	}
	var refs []crm.Ref
	var texts []string
	for _, v := range in {
		one, err := readValue(f, v)
		if err != nil {
			return nil, err
		}
		switch one := one.(type) {
		case crm.Ref:
			refs = append(refs, one)
		case string:
			texts = append(texts, one)
		}
	}
	switch {
	case len(texts) == 0:
		return refs, nil
	case len(refs) == 0:
		return strings.Join(texts, "; "), nil
	}
	return nil, fail.New(fail.Invalid, "The values for %s are partly ids and partly names.", f.Label).WithHint("Send one or the other.")
}
