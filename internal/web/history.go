package web

import (
	"net/http"
	"net/url"
	"strconv"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// HistoryPage lists what was written: all batches, or the changes of one batch or record.
type HistoryPage struct {
	Shell
	Of     string // "" for everything, else what it is narrowed to
	Events []Event
	Older  string
}

const historyLines = 40

func (s *Site) history(w http.ResponseWriter, r *http.Request) error {
	shell, schema, err := s.shellOf(w, r, "History", "/history")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	page := HistoryPage{Shell: shell}
	object := q.Get("object")
	if object != "" {
		if _, err := findObject(schema, object); err != nil {
			return err
		}
	}
	var batch, record, after int64
	for name, to := range map[string]*int64{"batch": &batch, "record": &record, "after": &after} {
		if *to, err = queryNumber(q, name); err != nil {
			return err
		}
	}
	if batch != 0 || record != 0 {
		err = s.changes(r, schema, crm.HistoryQuery{Object: object, Record: record, Batch: batch, After: after}, &page)
	} else {
		err = s.batches(r, schema, object, after, historyLines, &page)
	}
	if err != nil {
		return err
	}
	return s.render(w, "history", page)
}

// queryNumber reads a number of the address; 0 where it is left out.
func queryNumber(q url.Values, name string) (int64, error) {
	text := q.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, fail.New(fail.Usage, "%q is no number of %s.", text, map[string]string{"batch": "a batch", "record": "a record", "after": "a change"}[name]).
			WithHint("Begin at History, and follow its links.")
	}
	return n, nil
}

// batches fills in whole batches, newest first.
func (s *Site) batches(r *http.Request, schema crm.Schema, object string, after int64, limit int, page *HistoryPage) error {
	batches, err := s.Store.Batches(r.Context(), ident.From(r.Context()), object, after, limit+1)
	if err != nil {
		return err
	}
	if len(batches) > limit {
		batches = batches[:limit]
		q := url.Values{"after": {strconv.FormatInt(batches[limit-1].ID, 10)}}
		if object != "" {
			q.Set("object", object)
		}
		page.Older = "/history?" + q.Encode()
	}
	if o, ok := schema.Object(object); ok {
		page.Of = lower(o.Plural)
	}
	for _, b := range batches {
		line := s.seenBy(ident.From(r.Context()), batchEvent(schema, b, s.subject(r, schema, b.Only), s.Clock()))
		if b.Only == nil {
			line.Details = "/history?batch=" + strconv.FormatInt(b.ID, 10)
		}
		page.Events = append(page.Events, line)
	}
	return nil
}

// changes fills in single changes.
func (s *Site) changes(r *http.Request, schema crm.Schema, q crm.HistoryQuery, page *HistoryPage) error {
	q.Limit = historyLines + 1
	changes, err := s.Store.History(r.Context(), ident.From(r.Context()), q)
	if err != nil {
		return err
	}
	page.Of = "one act"
	if q.Record != 0 {
		page.Of = "one record"
	}
	if len(changes) > historyLines {
		changes = changes[:historyLines]
		older := r.URL.Query()
		older.Set("after", strconv.FormatInt(changes[historyLines-1].ID, 10))
		page.Older = "/history?" + older.Encode()
	}
	for _, ch := range changes {
		page.Events = append(page.Events, s.seenBy(ident.From(r.Context()), eventOf(schema, ch, s.subject(r, schema, &ch), s.Clock())))
	}
	return nil
}

// subject names the record of a change. A record that is gone for good is called by its number.
func (s *Site) subject(r *http.Request, schema crm.Schema, ch *crm.Change) *Value {
	if ch == nil || ch.Record == 0 {
		return nil
	}
	v := Value{Kind: "text", Text: "#" + strconv.FormatInt(ch.Record, 10)}
	if o, ok := schema.Object(ch.Object); ok {
		if rec, err := s.Store.Record(r.Context(), ident.From(r.Context()), o.Name, ch.Record); err == nil {
			v = Value{Kind: "link", Text: recordName(o, rec), Href: recordPath(o.Name, rec.ID)}
		}
	}
	return &v
}

// undo takes a change or a batch back. The undo is a batch too, so the toast offers to do it again.
func (s *Site) undo(w http.ResponseWriter, r *http.Request) error {
	id := intOf(r.PathValue("id"))
	if id <= 0 {
		return fail.New(fail.NotFound, "There is no change %q.", r.PathValue("id")).WithHint("The history lists what can be taken back.")
	}
	undone, err := s.Store.Undo(r.Context(), ident.From(r.Context()), id)
	if err != nil {
		return err
	}
	back := backTo(r, refererPath(r))
	return done(w, r, Toast{Text: plural(undone.Changes, "change", "changes") + " taken back.", Undo: undone.Batch, Verb: "Do again", Back: back}, back)
}

// refererPath is the page of ours that a form was sent from.
func refererPath(r *http.Request) string {
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host && u.Path != "" {
		return u.RequestURI()
	}
	return "/history"
}
