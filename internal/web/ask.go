package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// AnswerView is one answer with its proof.
type AnswerView struct {
	Question string
	Status   string
	Chips    []WordChip
	Words    string
	Notes    []string
	Reason   string
	Hint     string
	Choices  []AskLink // whole questions to pick from
	Number   *BigNumber
	Bars     []Bar
	BarHead  string
	BarHeads []string // of the columns beside the bars, when there are several
	More     string   // how many bars are not drawn
	Plot     *Plot
	Table    *Result
	Proof    Proof
	Then     []string // the questions of this conversation, this one last, for a follow-up
	Pinned   bool
	CanWrite bool
	Ask      string // the address of this answer
}

// BigNumber is an answer of one value.
type BigNumber struct {
	Value Value
	Of    string
}

// Proof says how an answer came about.
type Proof struct {
	By      string
	Scanned string // how many rows were counted; empty where nobody knows
	Unit    string // row or rows
	Rows    string // the address of the rows that were counted, where a table can show just these
	Took    string
	At      Value
	SQL     []Span
	Text    string
}

// AskLink is a question as a link.
type AskLink struct {
	Question string
	Href     string
}

// maxThen is how many questions back a follow-up reaches.
const maxThen = 6

// ask answers a question. The address holds the question and those it follows, so that it can be shared.
func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	question := strings.TrimSpace(q.Get("q"))
	if len(question) > 2000 {
		return fail.New(fail.Invalid, "That is %s long; a question may have 2,000 letters.", plural(int64(len(question)), "letter", "letters")).WithHint("Ask for one thing at a time.")
	}
	then := slices.DeleteFunc(q["then"], func(t string) bool { return strings.TrimSpace(t) == "" })
	if len(then) > maxThen {
		then = then[len(then)-maxThen:]
	}
	if !swap(r) {
		return s.homePage(w, r, question, then)
	}
	schema, err := s.Store.Schema(r.Context(), ident.From(r.Context()))
	if err != nil {
		return err
	}
	view, err := s.answerOf(r, schema, question, then)
	if err != nil {
		return err
	}
	return s.fragment(w, "home", "answer", view)
}

// answerOf asks a question after those that it follows.
func (s *Site) answerOf(r *http.Request, schema crm.Schema, question string, then []string) (*AnswerView, error) {
	ctx, c := r.Context(), ident.From(r.Context())
	if question == "" {
		return nil, nil
	}
	var previous *plan.Plan
	for _, earlier := range then {
		a, err := s.Ask(ctx, c, answer.Request{Question: earlier, Previous: previous})
		if err != nil {
			return nil, err
		}
		if a.Plan != nil {
			previous = a.Plan
		}
	}
	began := s.Clock()
	a, err := s.Ask(ctx, c, answer.Request{Question: question, Previous: previous})
	if err != nil {
		return nil, err
	}
	view := s.answerView(schema, a)
	view.Proof.At = Value{Kind: "text", Text: "now, " + began.Format("15:04"), Title: began.UTC().Format("2006-01-02T15:04:05Z")}
	view.Question, view.CanWrite = question, c.Role.CanWrite()
	view.Then = append(slices.Clone(then), question)
	view.Ask = askPath(question, then)
	view.Chips = wordChips(a.Chips, then)
	saved, err := s.Store.SavedList(ctx, c)
	if err != nil {
		return nil, err
	}
	view.Pinned = slices.ContainsFunc(saved, func(x crm.Saved) bool { return x.Pinned && x.Question == question })
	for _, choice := range a.Choices {
		view.Choices = append(view.Choices, AskLink{Question: choice, Href: askPath(choice, then)})
	}
	return view, nil
}

func askPath(question string, then []string) string {
	q := url.Values{"q": {question}}
	if len(then) > 0 {
		q["then"] = then
	}
	return "/ask?" + q.Encode()
}

func (s *Site) answerView(schema crm.Schema, a answer.Answer) *AnswerView {
	v := &AnswerView{Status: string(a.Status), Words: a.Words, Notes: a.Notes, Reason: a.Reason}
	v.Proof = Proof{By: string(a.By), Took: tookMS(a.MS), SQL: sqlSpans(a.SQL), Text: a.SQL}
	if a.Scanned >= 0 {
		v.Proof.Scanned, v.Proof.Unit = countText(a.Scanned), "rows"
		if a.Scanned == 1 {
			v.Proof.Unit = "row"
		}
	}
	if string(a.Status) != "answered" {
		return v
	}
	object := ""
	if a.Plan != nil {
		object = a.Plan.Object
	}
	if a.Plan != nil {
		v.Proof.Rows = rowsOf(schema, *a.Plan)
	}
	rows := crm.Rows{Columns: a.Fields, Rows: a.Data, Truncated: a.Truncated}
	result := s.resultOf(schema, object, rows)
	asPercent(a, result)
	asPeriods(a, result)
	asNames(schema, object, a, result)
	result.Took = v.Proof.Took
	if len(a.Data) == 1 && len(a.Fields) == 1 {
		v.Number = &BigNumber{Value: result.Rows[0][0].Value, Of: cmp.Or(a.Words, a.Fields[0].Name)}
		if v.Number.Value.Text == "" {
			v.Number.Value = Value{Kind: "text", Text: "none"}
		}
		return v
	}
	v.Table = result
	s.drawn(v, a, result)
	return v
}

// drawn puts a chart beside or in place of the table.
func (s *Site) drawn(v *AnswerView, a answer.Answer, result *Result) {
	if a.Chart == nil || len(a.Data) < 2 || len(a.Chart.Y) == 0 {
		return
	}
	x, y := a.Chart.X, a.Chart.Y[0]
	if x < 0 || y < 0 || x >= len(a.Fields) || y >= len(a.Fields) {
		return
	}
	labels, shown, values := make([]Value, len(a.Data)), make([]string, len(a.Data)), make([]any, len(a.Data))
	texts := make([]string, len(a.Data))
	for i, row := range a.Data {
		labels[i], shown[i], values[i] = result.Rows[i][x].Value, result.Rows[i][y].Value.Text, row[y]
		texts[i] = labels[i].Text
	}
	if repeats(texts) {
		return // several rows for one mark: the table says it better
	}
	switch string(a.Chart.Kind) {
	case string(plan.Bar):
		v.Bars, v.BarHead = bars(labels, shown, values), a.Fields[y].Name+" by "+a.Fields[x].Name
		if n := len(values) - len(v.Bars); n > 0 {
			v.More = "and " + countText(int64(n)) + " others"
		}
		s.beside(v, a, result, x, y)
		if len(values) <= shownBars {
			v.Table = nil // the bars are the table
		}
	case string(plan.Columns), string(plan.Line):
		texts, shown, values = withGaps(a, x, y, texts, shown, values)
		v.Plot = plot(texts, shown, values, string(a.Chart.Kind) == string(plan.Line))
		v.BarHead = a.Fields[y].Name + " by " + a.Fields[x].Name
	}
}

// withGaps gives the periods in which nothing was a place in the chart, so that time runs evenly. Periods that the question
// left out are not such, and a line of what does not add up, such as a mean, has no value there.
func withGaps(a answer.Answer, x, y int, texts, shown []string, values []any) ([]string, []string, []any) {
	if a.Plan == nil || a.Plan.Limit > 0 || len(a.Plan.Having) > 0 || x >= len(a.Plan.Groups) || y < len(a.Plan.Groups) || y-len(a.Plan.Groups) >= len(a.Plan.Measures) {
		return texts, shown, values
	}
	m := a.Plan.Measures[y-len(a.Plan.Groups)]
	if adds := (m.Fn == plan.Count || m.Fn == plan.Sum) && m.Over == nil && m.Step == "" && !m.Share; !adds && a.Chart.Kind == plan.Line {
		return texts, shown, values
	}
	bucket := a.Plan.Groups[x].Bucket
	given := make([]string, len(a.Data))
	for i, row := range a.Data {
		given[i], _ = row[x].(string)
	}
	all, ok := periods(bucket, given)
	if !ok || len(all) == len(given) {
		return texts, shown, values
	}
	var evenTexts, evenShown []string
	var evenValues []any
	at := 0
	for _, period := range all {
		if period == given[at] {
			evenTexts, evenShown, evenValues = append(evenTexts, texts[at]), append(evenShown, shown[at]), append(evenValues, values[at])
			at++
			continue
		}
		evenTexts, evenShown, evenValues = append(evenTexts, periodText(period, bucket)), append(evenShown, ""), append(evenValues, int64(0))
	}
	return evenTexts, evenShown, evenValues
}

// rowsOf is the table with just the rows that a plan looked at, "" when its filters say more than an address can.
func rowsOf(schema crm.Schema, p plan.Plan) string {
	o, ok := schema.Object(p.Object)
	if !ok || len(p.Among) > 0 || len(p.Compare) > 0 || p.Tally {
		return ""
	}
	l := listing{object: o}
	if !l.narrow(schema, p.Filter) {
		return ""
	}
	return l.href(l.values())
}

func repeats(texts []string) bool {
	seen := map[string]bool{}
	for _, t := range texts {
		if seen[t] {
			return true
		}
		seen[t] = true
	}
	return false
}

// beside sets a row's other values next to its bar.
func (s *Site) beside(v *AnswerView, a answer.Answer, result *Result, x, y int) {
	if len(a.Fields) < 3 {
		return
	}
	for i, field := range a.Fields {
		if i == x || i == y {
			continue
		}
		v.BarHeads = append(v.BarHeads, field.Name)
		for j := range v.Bars {
			v.Bars[j].Extra = append(v.Bars[j].Extra, result.Rows[j][i].Value.Text)
		}
	}
	v.BarHeads = append(v.BarHeads, a.Fields[y].Name)
}

// asPercent shows rates, shares and growth the way people say them.
func asPercent(a answer.Answer, result *Result) {
	if a.Plan == nil {
		return
	}
	for i, m := range a.Plan.Measures {
		rate := m.Share || m.Step == plan.Growth || (m.Over != nil && m.Over.Fn == m.Fn)
		col := len(a.Plan.Groups) + i
		if !rate || col >= len(result.Columns) {
			continue
		}
		for j, row := range a.Data {
			if f, ok := number(row[col]); ok {
				result.Rows[j][col].Value.Text = strconv.FormatFloat(100*f, 'f', 1, 64) + "%"
			}
		}
	}
}

// asPeriods shows the buckets of dates the way people say them: 2017-03 is Mar 2017, 2017-Q1 is Q1 2017.
func asPeriods(a answer.Answer, result *Result) {
	if a.Plan == nil {
		return
	}
	for i, g := range a.Plan.Groups {
		if g.Bucket == "" || i >= len(result.Columns) {
			continue
		}
		for j := range result.Rows {
			v := &result.Rows[j][i].Value
			if text := periodText(v.Text, g.Bucket); text != v.Text {
				v.Text, v.Title = text, v.Text
			}
		}
	}
}

// asNames lets the names of records lead to them.
func asNames(schema crm.Schema, object string, a answer.Answer, result *Result) {
	for i, col := range a.Fields {
		named := namedBy(schema, object, col)
		if named == "" {
			continue
		}
		for j, row := range a.Data {
			if name, ok := row[i].(string); ok && name != "" {
				v := &result.Rows[j][i].Value
				v.Kind, v.Href = "link", "/o/"+named+"/named?"+url.Values{"name": {name}}.Encode()
			}
		}
	}
}

// namedBy is the object whose records a column names, "" when it names none.
func namedBy(schema crm.Schema, object string, col crm.Column) string {
	o, f, ok := schema.Resolve(object, col.Path)
	if !ok || col.Type.Temporal() {
		return ""
	}
	if f.Type == crm.Link || f.Type == crm.Links {
		return f.Target
	}
	if own, ok := o.NameField(); ok && own.Name == f.Name && f.Type == crm.Text {
		return o.Name
	}
	return ""
}

func periodText(text string, b plan.Bucket) string {
	switch b {
	case plan.Month:
		if t, err := time.Parse("2006-01", text); err == nil {
			return t.Format("Jan 2006")
		}
	case plan.Quarter:
		if year, quarter, ok := strings.Cut(text, "-"); ok {
			return quarter + " " + year
		}
	case plan.Week:
		if year, week, ok := strings.Cut(text, "-W"); ok {
			return "week " + strings.TrimPrefix(week, "0") + " of " + year
		}
	case plan.Day:
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			return dayText(t)
		}
	}
	return text
}

func tookMS(ms int64) string { return countText(max(1, ms)) + " ms" }

// savedSet pins a question to Home.
func (s *Site) savedSet(w http.ResponseWriter, r *http.Request) error {
	question := strings.TrimSpace(r.FormValue("question"))
	if question == "" {
		return fail.New(fail.Invalid, "There is no question to pin.").WithHint("Ask one first.")
	}
	c := ident.From(r.Context())
	name := strings.TrimSpace(r.FormValue("name"))
	if name == "" {
		name = question
	}
	batch, err := s.Store.SavedSet(r.Context(), c, crm.Saved{Name: name, Question: question, Pinned: true, Verified: c.Name, By: c.Person})
	if err != nil {
		return err
	}
	return done(w, r, Toast{Text: "Pinned to Home. It is counted again each time.", Undo: batch}, "/")
}

func (s *Site) savedRemove(w http.ResponseWriter, r *http.Request) error {
	batch, err := s.Store.SavedRemove(r.Context(), ident.From(r.Context()), r.FormValue("name"))
	if err != nil {
		return err
	}
	return done(w, r, Toast{Text: "No longer pinned.", Undo: batch}, "/")
}
