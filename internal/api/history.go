package api

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// changeLine is one changed field, or one record that came or went: then Field is empty, and Before of a deleted record is
// all its values.
type changeLine struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Via    string    `json:"via"`
	Kind   string    `json:"kind"` // create, set, delete, restore, schema, view or question
	Object string    `json:"object"`
	Record int64     `json:"record"`
	Field  string    `json:"field"`
	Before any       `json:"before"`
	After  any       `json:"after"`
	Batch  int64     `json:"batch"`
	Cause  crm.Cause `json:"cause"`
	Undoes int64     `json:"undoes,omitempty"`
	Undone int64     `json:"undone,omitempty"`
}

type changeList struct {
	Changes []changeLine `json:"changes"` // newest first
	After   int64        `json:"after"`   // the next page's after; 0 at the end
}

type undoIn struct {
	ID int64 `json:"id"` // of a change, a batch, or an undo
}

func (s *server) historyOps() []op {
	return []op{
		{method: "GET", path: "/api/v1/history", access: edge.SignedIn, id: "listHistory", does: "Changes, newest first, one entry for each changed field.", out: changeList{}, handle: s.listHistory, query: []param{
			{"object", "only of this object"}, {"record", "only of this record; wants object"}, {"batch", "only of this batch"},
			{"after", "only changes older than this one"}, {"limit", "1 to 1000 changes, 50 when left out"}}},
		{method: "POST", path: "/api/v1/undo", access: edge.Writer, id: "undo", does: "Take a change, a batch or an undo back. What is newer and would be lost makes it a 409 that shows both values.", in: undoIn{}, out: crm.Undone{}, handle: s.undo},
	}
}

func (s *server) listHistory(w http.ResponseWriter, r *http.Request) error {
	if err := knownQuery(r, "object", "record", "batch", "after", "limit"); err != nil {
		return err
	}
	q := crm.HistoryQuery{Object: r.URL.Query().Get("object")}
	for _, n := range []struct {
		name string
		to   *int64
		most int64
	}{{"record", &q.Record, math.MaxInt64}, {"batch", &q.Batch, math.MaxInt64}, {"after", &q.After, math.MaxInt64}} {
		var err error
		if *n.to, err = queryNumber(r, n.name, 0, n.most); err != nil {
			return err
		}
	}
	limit, err := queryNumber(r, "limit", 50, 1000)
	if err != nil {
		return err
	}
	q.Limit = int(limit)
	c := ident.From(r.Context())
	label := q.Object
	if q.Object != "" {
		schema, err := s.Schemas.Schema(r.Context(), c)
		if err != nil {
			return err
		}
		o, ok := schema.Object(q.Object)
		if !ok {
			return noObject(schema, q.Object)
		}
		label = o.Label
	} else if q.Record != 0 {
		return fail.New(fail.Usage, "A record's history wants its object too.").WithHint("Add object=NAME.")
	}
	changes, err := s.Changes.History(r.Context(), c, q)
	if err != nil {
		return err
	}
	if len(changes) == 0 && q.Record != 0 && q.Batch == 0 && q.After == 0 {
		// A record that ever was has at least the change that made it.
		return fail.New(fail.NotFound, "There is no %s #%d, and never was.", label, q.Record).WithHint("Look for it: openclawd record list %s.", q.Object)
	}
	out := changeList{Changes: []changeLine{}}
	for _, ch := range changes {
		out.Changes = append(out.Changes, lines(ch)...)
	}
	if len(changes) == q.Limit {
		out.After = changes[len(changes)-1].ID
	}
	return write(w, http.StatusOK, out)
}

func lines(ch crm.Change) []changeLine {
	line := changeLine{ID: ch.ID, At: ch.At.UTC(), Who: ch.Who, Via: ch.Via, Kind: ch.Kind, Object: ch.Object, Record: ch.Record,
		Batch: ch.Batch, Cause: ch.Cause, Undoes: ch.Undoes, Undone: ch.Undone}
	if ch.Kind != string(crm.Set) {
		if ch.Before != nil {
			line.Before = ch.Before
		}
		if ch.After != nil {
			line.After = ch.After
		}
		return []changeLine{line}
	}
	both := maps.Clone(ch.After)
	if both == nil {
		both = map[string]any{}
	}
	maps.Copy(both, ch.Before)
	var out []changeLine
	for _, field := range slices.Sorted(maps.Keys(both)) {
		one := line
		one.Field, one.Before, one.After = field, ch.Before[field], ch.After[field]
		out = append(out, one)
	}
	return out
}

func (s *server) undo(w http.ResponseWriter, r *http.Request) error {
	in, err := read[undoIn](r)
	if err != nil {
		return err
	}
	if in.ID <= 0 {
		return fail.New(fail.Usage, "There is no id to undo.").WithHint("openclawd history shows the ids of changes and batches.")
	}
	done, err := s.Changes.Undo(r.Context(), ident.From(r.Context()), in.ID)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, done)
}
