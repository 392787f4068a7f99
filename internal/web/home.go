package web

import (
	"net/http"
	"strings"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// HomePage is the question box, the answer, what is pinned and what happened.
type HomePage struct {
	Shell
	Question string
	Answer   *AnswerView
	Pins     []PinView
	Recent   []Event
	Fresh    bool // nothing is in the workspace yet
	Examples []AskLink
	Demo     bool // demo data is one press away
}

// PinView is a saved question, counted now.
type PinView struct {
	Name  string
	Href  string
	Value string // "" when the answer is no single number
	Says  string // what it shows instead
	Bars  []Bar
	Plot  *Plot
	Proof string
	Bad   bool
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) error { return s.homePage(w, r, "", nil) }

const recentLines = 6

func (s *Site) homePage(w http.ResponseWriter, r *http.Request, question string, then []string) error {
	here, title := "/", "Home"
	if r.URL.Path == "/ask" {
		here, title = "/ask", "Ask"
	}
	shell, schema, err := s.shellOf(w, r, title, here)
	if err != nil {
		return err
	}
	page := HomePage{Shell: shell, Question: question, Fresh: len(schema.Objects) == 0, Demo: s.Demo != nil && ident.From(r.Context()).Role == ident.Admin}
	if page.Answer, err = s.answerOf(r, schema, question, then); err != nil {
		return err
	}
	if here == "/" {
		if page.Pins, err = s.pins(r, schema); err != nil {
			return err
		}
		if page.Recent, err = s.recent(r, schema); err != nil {
			return err
		}
	}
	if question == "" {
		page.Examples = examples(schema)
	}
	return s.render(w, "home", page)
}

// demo fills an empty workspace with a made-up company.
func (s *Site) demo(w http.ResponseWriter, r *http.Request) error {
	if s.Demo == nil {
		return fail.New(fail.NotFound, "There is no demo data here.").WithHint("Bring files under Import.")
	}
	objects, err := s.Demo(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	var all int64
	for _, n := range objects {
		all += n
	}
	return done(w, r, Toast{Text: plural(all, "made-up record", "made-up records") + " of a company that does not exist. The history takes them back."}, "/")
}

func (s *Site) recent(r *http.Request, schema crm.Schema) ([]Event, error) {
	var page HistoryPage
	err := s.batches(r, schema, "", 0, recentLines, &page)
	return page.Events, err
}

// shownPins is how many pinned questions Home counts.
const shownPins = 8

func (s *Site) pins(r *http.Request, schema crm.Schema) ([]PinView, error) {
	ctx, c := r.Context(), ident.From(r.Context())
	saved, err := s.Store.SavedList(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []PinView
	for _, q := range saved {
		if !q.Pinned || len(q.Params) > 0 || len(out) == shownPins {
			continue
		}
		pin := PinView{Name: q.Name, Href: askPath(q.Question, nil)}
		a, err := s.Ask(ctx, c, answer.Request{Question: q.Question})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil { // one that cannot be counted leaves the others on the page
			s.Log.Warn("a pinned question was not answered", "question", q.Name, "error", err)
			pin.Bad, pin.Proof, pin.Says = true, "not counted", fail.As(err).Message
			out = append(out, pin)
			continue
		}
		v := s.answerView(schema, a)
		pin.Proof = v.Proof.Took
		if v.Proof.Scanned != "" {
			pin.Proof = v.Proof.Scanned + " " + v.Proof.Unit + ", " + v.Proof.Took
		}
		switch {
		case v.Status != "answered":
			pin.Bad, pin.Proof = true, "no longer understood"
			pin.Says = v.Reason
		case v.Number != nil:
			pin.Value = v.Number.Value.Text
		case len(v.Bars) > 0:
			pin.Bars = v.Bars[:min(4, len(v.Bars))]
		case v.Plot != nil:
			pin.Plot = v.Plot
		case v.Table != nil:
			pin.Value = v.Table.Count
		}
		out = append(out, pin)
	}
	return out, nil
}

// examples are questions that this workspace can answer, made from its own words.
func examples(schema crm.Schema) []AskLink {
	var out []AskLink
	add := func(q string) {
		if len(out) < 4 {
			out = append(out, AskLink{Question: q, Href: askPath(q, nil)})
		}
	}
	for _, o := range schema.Objects {
		stage, hasStage := o.Role(crm.RoleStage)
		amount, hasAmount := o.Role(crm.RoleAmount)
		owner, hasOwner := o.Role(crm.RoleOwner)
		many := lower(o.Plural)
		if !hasStage && !hasAmount {
			continue
		}
		if hasAmount && hasOwner {
			add("total " + strings.ToLower(amount.Label) + " by " + strings.ToLower(owner.Label))
		}
		if hasStage {
			add("how many " + many + " by " + strings.ToLower(stage.Label))
		}
		if hasAmount {
			add("average " + strings.ToLower(amount.Label) + " of " + many)
		}
	}
	for _, o := range schema.Objects {
		add("how many " + lower(o.Plural))
	}
	return out
}

// ObjectsPage lists the objects, for a phone that has no nav.
type ObjectsPage struct{ Shell }

func (s *Site) objects(w http.ResponseWriter, r *http.Request) error {
	shell, _, err := s.shellOf(w, r, "Records", "/o")
	if err != nil {
		return err
	}
	return s.render(w, "objects", ObjectsPage{Shell: shell})
}

func (s *Site) more(w http.ResponseWriter, r *http.Request) error {
	shell, _, err := s.shellOf(w, r, "More", "/more")
	if err != nil {
		return err
	}
	return s.render(w, "more", ObjectsPage{Shell: shell})
}

// SearchPage finds records by their words.
type SearchPage struct {
	Shell
	Text  string
	Ask   string
	Found []FoundView
	Near  bool // nothing was found; Found is what is spelt alike
}

// FoundView is one record found.
type FoundView struct {
	Icon  string
	Title string
	Says  string
	Href  string
}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	shell, schema, err := s.shellOf(w, r, "Find", "/search")
	if err != nil {
		return err
	}
	text := strings.TrimSpace(r.URL.Query().Get("q"))
	page := SearchPage{Shell: shell, Text: text, Ask: askPath(text, nil)}
	if text != "" {
		found, err := s.Search(r.Context(), ident.From(r.Context()), text, "", 50)
		if err == nil && len(found) == 0 {
			found, err = s.Nearest(r.Context(), ident.From(r.Context()), text, "", 10)
			page.Near = len(found) > 0
		}
		if err != nil {
			return err
		}
		for _, f := range found {
			o, _ := schema.Object(f.Object)
			v := FoundView{Icon: objectIcon(o), Title: f.Title, Says: upper(o.Label), Href: recordPath(f.Object, f.ID)}
			name, _ := o.NameField()
			if field, ok := o.Field(f.Where); ok && field.Name != name.Name {
				v.Says += ", by " + lower(field.Label)
			}
			page.Found = append(page.Found, v)
		}
	}
	if swap(r) {
		return s.fragment(w, "search", "found", page)
	}
	return s.render(w, "search", page)
}
