package api

import (
	"net/http"
	"strings"
	"time"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

type sqlIn struct {
	Query string `json:"query"`
}

type sqlOut struct {
	Columns   []string `json:"columns"`
	Types     []string `json:"types"`
	Rows      [][]any  `json:"rows"`
	Truncated bool     `json:"truncated"`
	MS        int64    `json:"ms"`
}

type savedList struct {
	Saved []crm.Saved `json:"saved"`
}

type foundList struct {
	Results []crm.Found `json:"results"`
	Nearest []crm.Found `json:"nearest,omitempty"` // where there are no results: what is spelt alike
}

func (s *server) askOps() []op {
	return []op{
		{method: "POST", path: "/api/v1/ask", access: edge.SignedIn, id: "ask", does: "Answer a question about the data. An answer always carries its SQL and rows.", in: Question{}, out: answer.Answer{}, handle: s.ask},
		{method: "POST", path: "/api/v1/sql", access: edge.SignedIn, id: "sql", does: "Run one SELECT.", in: sqlIn{}, out: sqlOut{}, handle: s.sql},
		{method: "GET", path: "/api/v1/saved", access: edge.SignedIn, id: "listSaved", does: "All saved questions.", out: savedList{}, handle: s.listSaved},
		{method: "GET", path: "/api/v1/saved/:name", access: edge.SignedIn, id: "showSaved", does: "One saved question.", out: crm.Saved{}, handle: s.showSaved},
		{method: "PUT", path: "/api/v1/saved/:name", access: edge.Writer, id: "setSaved", does: "Save a question, or change it.", in: crm.Saved{}, out: savedChange{}, handle: s.setSaved},
		{method: "DELETE", path: "/api/v1/saved/:name", access: edge.Writer, id: "removeSaved", does: "Remove a saved question.", out: savedRemoved{}, handle: s.removeSaved},
		{method: "GET", path: "/api/v1/search", access: edge.SignedIn, id: "search", does: "Records that hold words; where there are none, those whose words are spelt alike.", out: foundList{}, handle: s.search, query: []param{
			{"q", "the words"}, {"object", "only of this object"}, {"limit", "1 to 100, 20 when left out"}}},
	}
}

func (s *server) ask(w http.ResponseWriter, r *http.Request) error {
	in, err := read[Question](r)
	if err != nil {
		return err
	}
	if strings.TrimSpace(in.Question) == "" {
		return fail.New(fail.Usage, "There is no question.").WithHint("Ask something, such as: how many deals are open?")
	}
	out, err := s.Ask(r.Context(), ident.From(r.Context()), answer.Request{Question: in.Question, Previous: in.Previous, NoModel: in.NoModel})
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, out)
}

func (s *server) sql(w http.ResponseWriter, r *http.Request) error {
	in, err := read[sqlIn](r)
	if err != nil {
		return err
	}
	if strings.TrimSpace(in.Query) == "" {
		return fail.New(fail.Usage, "There is no query.").WithHint("Send one SELECT, such as: SELECT count(*) FROM deal")
	}
	began := time.Now()
	rows, err := s.SQL(r.Context(), ident.From(r.Context()), in.Query)
	if err != nil {
		return err
	}
	out := sqlOut{Columns: []string{}, Types: []string{}, Rows: make([][]any, len(rows.Rows)), Truncated: rows.Truncated, MS: time.Since(began).Milliseconds()}
	for _, c := range rows.Columns {
		out.Columns = append(out.Columns, c.Name)
		out.Types = append(out.Types, string(c.Type))
	}
	for i, row := range rows.Rows {
		out.Rows[i] = make([]any, len(row))
		for j, v := range row {
			out.Rows[i][j] = jsonValue(v, rows.Columns[j])
		}
	}
	return write(w, http.StatusOK, out)
}

// savedQuestions are all of them, each with why it cannot be run where that is so.
func (s *server) savedQuestions(r *http.Request) ([]crm.Saved, error) {
	ctx, c := r.Context(), ident.From(r.Context())
	all, err := s.Saved.SavedList(ctx, c)
	if err != nil {
		return nil, err
	}
	broken, err := s.Saved.SavedBroken(ctx, c)
	if err != nil {
		return nil, err
	}
	out := make([]crm.Saved, len(all))
	for i, q := range all {
		out[i] = q
		out[i].Broken = broken[q.Name]
	}
	return out, nil
}

func (s *server) listSaved(w http.ResponseWriter, r *http.Request) error {
	all, err := s.savedQuestions(r)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, savedList{all})
}

func (s *server) showSaved(w http.ResponseWriter, r *http.Request) error {
	one, err := s.savedAs(r)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, one)
}

// savedAs is the saved question of the name in the path.
func (s *server) savedAs(r *http.Request) (crm.Saved, error) {
	all, err := s.savedQuestions(r)
	if err != nil {
		return crm.Saved{}, err
	}
	for _, one := range all {
		if strings.EqualFold(one.Name, r.PathValue("name")) {
			return one, nil
		}
	}
	return crm.Saved{}, fail.New(fail.NotFound, "There is no saved question %q.", r.PathValue("name")).
		WithHint("openclawd saved list shows the ones there are.")
}

func (s *server) setSaved(w http.ResponseWriter, r *http.Request) error {
	in, err := read[crm.Saved](r)
	if err != nil {
		return err
	}
	c := ident.From(r.Context())
	in.Name, in.By = r.PathValue("name"), c.Person
	if in.Verified != "" {
		in.Verified = c.Person // one vouches for oneself only
	}
	if strings.TrimSpace(in.Question) == "" {
		return fail.New(fail.Usage, "The saved question has no question.").WithHint("Say what it asks, such as: revenue in {period}.")
	}
	was, err := s.savedAs(r)
	if err != nil && fail.KindOf(err) != fail.NotFound {
		return err
	}
	batch, err := s.Saved.SavedSet(r.Context(), c, in)
	if err != nil {
		return err
	}
	one, err := s.savedAs(r)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, savedChange{Saved: one, Batch: batch, Replaced: was.Name != "" && batch != 0})
}

type savedRemoved struct {
	Removed string `json:"removed"`
	Batch   int64  `json:"batch"`
}

// savedChange is a question as it was saved. The batch is 0 when it was so already.
type savedChange struct {
	crm.Saved
	Batch    int64 `json:"batch"`
	Replaced bool  `json:"replaced"` // another question of that name is gone
}

func (s *server) removeSaved(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	batch, err := s.Saved.SavedRemove(r.Context(), ident.From(r.Context()), name)
	if err != nil {
		return err
	}
	return write(w, http.StatusOK, savedRemoved{name, batch})
}

func (s *server) search(w http.ResponseWriter, r *http.Request) error {
	if err := knownQuery(r, "q", "object", "limit"); err != nil {
		return err
	}
	limit, err := queryNumber(r, "limit", 20, 100)
	if err != nil {
		return err
	}
	text, object := strings.TrimSpace(r.URL.Query().Get("q")), r.URL.Query().Get("object")
	if text == "" {
		return fail.New(fail.Usage, "There is nothing to search for.").WithHint("Add q=WORDS.")
	}
	if len(text) > 1000 {
		return fail.New(fail.Invalid, "That is too long to search for.").WithHint("A few words will do.")
	}
	c := ident.From(r.Context())
	if object != "" {
		schema, err := s.Schemas.Schema(r.Context(), c)
		if err != nil {
			return err
		}
		if _, ok := schema.Object(object); !ok {
			return noObject(schema, object)
		}
	}
	found, err := s.Search(r.Context(), c, text, object, int(limit))
	if err != nil {
		return err
	}
	out := foundList{Results: found}
	if len(found) == 0 {
		out.Results = []crm.Found{}
		if out.Nearest, err = s.Nearest(r.Context(), c, text, object, int(limit)); err != nil {
			return err
		}
	}
	return write(w, http.StatusOK, out)
}
