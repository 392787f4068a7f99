package answer_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/answer"
	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// planOf asks and returns the plan as JSON, "" when the question was not answered.
func planOf(t testing.TB, e *answer.Engine, question string, before *plan.Plan) string {
	t.Helper()
	a, err := e.Ask(t.Context(), ann, answer.Request{Question: question, Previous: before})
	if err != nil {
		t.Fatalf("%q: %v", question, err)
	}
	if a.Status != answer.Answered {
		return ""
	}
	p := *a.Plan
	p.Chart = plan.Auto
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestMeaning(t *testing.T) {
	s := demoCompany(t)
	e := engine(t, s)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *answer.Engine)
	}{
		{"the words read back", testWordsReadBack},
		{"the same meaning", testSameMeaning},
		{"another meaning", testOtherMeaning},
		{"an unknown word is never lost", testUnknownWordIsNeverLost},
		{"follow-ups", testFollowUps},
		{"an honest no", testHonestNo},
		{"notes", testNotes},
		{"choices are questions", testChoicesAreQuestions},
		{"charts", testCharts},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, e) })
	}
	t.Run("saved questions", func(t *testing.T) { testSavedQuestions(t, s) })
	t.Run("new records are still being read", func(t *testing.T) { testBehind(t, s) })
}

// answeredAtLeast is how many of the demo company's questions are answered, which the laws that speak of answers alone
// are held to: a grammar that declines everything keeps all of them.
const answeredAtLeast = 137

func testWordsReadBack(t *testing.T, e *answer.Engine) {
	answered := 0
	for _, g := range readGold(t, filepath.Join("testdata", "demo.jsonl")) {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: g.Question})
		if err != nil {
			t.Fatalf("%q: %v", g.Question, err)
		}
		if a.Status != answer.Answered {
			continue
		}
		answered++
		want := planOf(t, e, g.Question, nil)
		if diff := cmp.Diff(want, planOf(t, e, a.Words, nil)); diff != "" {
			t.Errorf("%q says itself as %q, which is another plan: %s", g.Question, a.Words, diff)
		}
	}
	if answered < answeredAtLeast {
		t.Errorf("only %d questions are answered, which should be %d at least", answered, answeredAtLeast)
	}
}

func testSameMeaning(t *testing.T, e *answer.Engine) {
	for _, tc := range []struct {
		name string
		same []string
	}{
		{"case", []string{"revenue by office", "REVENUE BY OFFICE", "Revenue By Office?"}},
		{"politeness", []string{"win rate by rep", "could you please show me the win rate by rep?", "hi, I would like to know our win rate by rep, thanks", "please tell me what the win rate per rep is"}},
		{"synonyms", []string{"how many deals are open", "how many opportunities are open", "number of open opps", "count of ongoing deals"}},
		{"synonyms of people", []string{"win rate by rep", "win rate by seller", "win rate per salesperson"}},
		{"order of clauses", []string{"revenue by office in 2026", "in 2026, revenue by office", "by office, revenue in 2026"}},
		{"singular and plural", []string{"how many deals are lost", "how many deal are lost"}},
		{"typos", []string{"list reps in London", "list reps in Lodnon", "list reps in londn"}},
		{"typos in words", []string{"average deal size by industry", "averge deal size by industy"}},
		{"dates", []string{"how many deals did we win in March 2026", "how many deals did we win between 1 March 2026 and 31 March 2026", "number of deals won in 2026-03", "deals won in Mar 2026, how many"}},
		{"quarters", []string{"revenue in Q3 2026", "revenue in the third quarter of 2026", "revenue from July to September 2026", "2026 Q3 revenue"}},
		{"numbers", []string{"companies with more than 500 employees", "companies with over five hundred employees", "companies with more than 0.5k employees"}},
		{"not", []string{"how many deals are not won", "number of deals that were not won"}},
		{"top", []string{"top 3 customers by revenue", "the 3 best customers by revenue", "three biggest customers by revenue"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := planOf(t, e, tc.same[0], nil)
			if want == "" {
				t.Fatalf("%q is not answered", tc.same[0])
			}
			for _, q := range tc.same[1:] {
				if diff := cmp.Diff(want, planOf(t, e, q, nil)); diff != "" {
					t.Errorf("%q: %s", q, diff)
				}
			}
		})
	}
}

func testOtherMeaning(t *testing.T, e *answer.Engine) {
	for _, tc := range []struct{ name, a, b string }{
		{"a negation", "how many deals are won", "how many deals are not won"},
		{"except", "revenue from Germany", "revenue except from Germany"},
		{"a number", "companies with more than 500 employees", "companies with more than 501 employees"},
		{"a bound", "companies with more than 500 employees", "companies with at least 500 employees"},
		{"a year", "revenue in 2025", "revenue in 2026"},
		{"a direction", "top 5 reps by revenue", "bottom 5 reps by revenue"},
		{"another measure", "total amount of won deals", "average amount of won deals"},
		{"without", "companies with deals", "companies without deals"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, b := planOf(t, e, tc.a, nil), planOf(t, e, tc.b, nil)
			if a == "" || b == "" {
				t.Fatalf("%q is answered: %v; %q is answered: %v", tc.a, a != "", tc.b, b != "")
			}
			if a == b {
				t.Errorf("%q and %q mean the same: %s", tc.a, tc.b, a)
			}
		})
	}
}

// A word that nothing here is called must never be lost, wherever it stands.
func testUnknownWordIsNeverLost(t *testing.T, e *answer.Engine) {
	answered := 0
	for _, g := range readGold(t, filepath.Join("testdata", "demo.jsonl")) {
		if planOf(t, e, g.Question, nil) != "" {
			answered++
		}
		words := strings.Fields(g.Question)
		for _, unknown := range []string{"zorblat", "umbrellas"} {
			for i := 0; i <= len(words); i += 2 {
				q := strings.Join(words[:i], " ") + " " + unknown + " " + strings.Join(words[i:], " ")
				a, err := e.Ask(t.Context(), ann, answer.Request{Question: q})
				if err != nil {
					t.Fatal(err)
				}
				if a.Status == answer.Answered {
					t.Errorf("%q was answered: %s", q, a.Words)
				}
			}
		}
	}
	if answered < answeredAtLeast {
		t.Errorf("only %d questions are answered without such a word, which should be %d at least", answered, answeredAtLeast)
	}
}

func testFollowUps(t *testing.T, e *answer.Engine) {
	for _, tc := range []struct{ first, then, same string }{
		{"revenue in 2026", "and by office?", "revenue in 2026 by office"},
		{"how many deals were opened in 2026", "only won ones", "how many won deals were opened in 2026"},
		{"revenue by office", "what about Q2 2026", "revenue by office in Q2 2026"},
		{"revenue in Q1 2026 by office", "and in Q2 2026?", "revenue in Q2 2026 by office"},
		{"revenue by office", "by product", "revenue by product"},
		{"revenue by rep", "without Marek Valcourt", "revenue by rep without Marek Valcourt"},
		{"revenue by office", "and the win rate?", "win rate by office"},
		{"revenue by rep", "top 3", "top 3 reps by revenue"},
		{"revenue by office", "how many companies do we have?", "how many companies do we have?"},
		{"revenue by office", "as a chart", "revenue by office"},
		{"revenue by office", "the same for Marek Valcourt", "revenue by office of Marek Valcourt"},
		{"revenue by office", "as a share", "share of revenue by office"},
		{"lost deals by rep", "and the total amount", "total amount of lost deals by rep"},
		{"how many deals did Marek Valcourt win", "and Paloma Wexcombe?", "how many deals did Paloma Wexcombe win"},
	} {
		t.Run(tc.first+", "+tc.then, func(t *testing.T) {
			a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.first})
			if err != nil || a.Status != answer.Answered {
				t.Fatalf("%v %s", err, a.Reason)
			}
			want := planOf(t, e, tc.same, nil)
			if want == "" {
				t.Fatalf("%q is not answered", tc.same)
			}
			if diff := cmp.Diff(want, planOf(t, e, tc.then, a.Plan)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// kept is a list of saved questions.
type kept []crm.Saved

func (k kept) SavedList(context.Context, ident.Caller) ([]crm.Saved, error) { return k, nil }

func testSavedQuestions(t *testing.T, s *duck.Store) {
	var ran string
	e, err := answer.New(answer.Options{Store: s, Clock: clock,
		Saved: kept{
			{Name: "board number", Question: "revenue this quarter"},
			{Name: "money of an office", Question: "money in {office}", SQL: "SELECT sum(amount) FROM deal WHERE source = $office AND stage = '$office'", Params: []string{"office"}},
		},
		SQL: func(_ context.Context, _ ident.Caller, sql string) (crm.Rows, error) {
			ran = sql
			return crm.Rows{Columns: []crm.Column{{Name: "n", Type: crm.Number}}, Rows: [][]any{{int64(7)}}, SQL: sql}, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := e.Ask(t.Context(), ann, answer.Request{Question: "Board number?"})
	if err != nil || a.By != "saved" || a.Status != answer.Answered {
		t.Errorf("by its name: %v %+v", err, a)
	}
	a, err = e.Ask(t.Context(), ann, answer.Request{Question: "money in L'Aquila office"})
	if err != nil || a.By != "saved" || len(a.Rows) != 1 {
		t.Errorf("by its words: %v %+v", err, a)
	}
	if want := "SELECT sum(amount) FROM deal WHERE source = 'L''Aquila office' AND stage = '$office'"; ran != want {
		t.Errorf("ran %q", ran)
	}
}

func testHonestNo(t *testing.T, e *answer.Engine) {
	for _, tc := range []struct {
		question string
		status   answer.Status
		says     string
	}{
		{"delete all lost deals", answer.Refused, "delete"},
		{"please e-mail the overdue invoices", answer.Refused, "e-mail"},
		{"what is our margin by product", answer.Unanswered, "margin"},
		{"forecast revenue for 2027", answer.Unanswered, "forecast"},
		{"", answer.Unanswered, "no question"},
		{"?!", answer.Unanswered, "no question"},
		{"deals in Hamburg", answer.Clarify, "more than one way"},
		{strings.Repeat("revenue ", 200_000), answer.Unanswered, "longer than 2,000"},
		{strings.Repeat("a b c ", 200), answer.Unanswered, "too long"},
		{"revenue\x00by office", answer.Answered, ""},
	} {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != tc.status || !strings.Contains(a.Reason, tc.says) {
			t.Errorf("%.60q: %s %q", tc.question, a.Status, a.Reason)
		}
		if a.Status == answer.Clarify && len(a.Choices) < 2 {
			t.Errorf("%q: no choices", tc.question)
		}
		if a.Status != answer.Answered && len(a.Rows) > 0 {
			t.Errorf("%q: rows without an answer", tc.question)
		}
	}
}

func testNotes(t *testing.T, e *answer.Engine) {
	for _, tc := range []struct{ question, says string }{
		{"win rate by office", "won / (won + lost)"},
		{"list reps in Lodnon", `"Lodnon" was read as "London"`},
		{"how many deals did we win in 2031?", "runs from"},
		{"deals by contact", "are left out"},
		{"average number of employees of companies", "are not counted in the average employees"},
	} {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(a.Notes, " "), tc.says) {
			t.Errorf("%q: %s %v", tc.question, a.Status, a.Notes)
		}
	}
}

// While not all names are found, an answer says so.
func testBehind(t *testing.T, s *duck.Store) {
	for _, behind := range []bool{true, false} {
		e, err := answer.New(answer.Options{Store: s, Clock: clock, Behind: func() bool { return behind }})
		if err != nil {
			t.Fatal(err)
		}
		for question, says := range map[string]bool{"deals of Marek Valcourt": behind, "deals of Nobody Atall": behind, "delete all deals": false} {
			a, err := e.Ask(t.Context(), ann, answer.Request{Question: question})
			if err != nil {
				t.Fatal(err)
			}
			if said := strings.Contains(strings.Join(a.Notes, " "), "still being read"); said != says {
				t.Errorf("%q while behind is %v: %q", question, behind, a.Notes)
			}
		}
	}
}

// The choices of a question that can be read in several ways are whole questions with an answer each.
func testChoicesAreQuestions(t *testing.T, e *answer.Engine) {
	for _, q := range []string{"deals in Hamburg", "number of cities"} {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: q})
		if err != nil || a.Status != answer.Clarify {
			t.Errorf("%q: %v %s", q, err, a.Status)
		}
		for _, choice := range a.Choices {
			if planOf(t, e, choice, nil) == "" {
				t.Errorf("%q offers %q, which is no question that can be answered", q, choice)
			}
		}
	}
}

func testCharts(t *testing.T, e *answer.Engine) {
	for _, tc := range []struct {
		question string
		kind     plan.Chart
	}{
		{"how many deals are open", plan.Number},
		{"revenue by office", plan.Bar},
		{"revenue by month", plan.Columns},
		{"win rate by month", plan.Line},
		{"list reps in London", plan.Table},
		{"revenue by month as a line chart", plan.Line},
	} {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
		if err != nil || a.Chart == nil || a.Chart.Kind != tc.kind {
			t.Errorf("%q: %v %+v", tc.question, err, a.Chart)
		}
	}
}

func FuzzAsk(f *testing.F) {
	for _, g := range readGold(f, filepath.Join("testdata", "demo.jsonl")) {
		f.Add(g.Question)
	}
	f.Add("top 99999999999999 reps between 5 and , or by each of not")
	f.Add("\"unclosed 31 February 2017's % 'n't €5.5.5 2017-99-99 Q9 H3")
	e := engine(f, clinic(f))
	f.Fuzz(func(t *testing.T, q string) {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: q})
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		if a.Status != answer.Answered {
			return
		}
		for _, c := range a.Chips {
			if c.Kind == "unknown" {
				t.Errorf("%q was answered although %q is not known", q, c.Text)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	e := engine(b, demoCompany(b))
	questions := readGold(b, filepath.Join("testdata", "demo.jsonl"))
	worst := time.Duration(0)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := e.Ask(b.Context(), ann, answer.Request{Question: questions[i%len(questions)].Question}); err != nil {
			b.Fatal(err)
		}
		worst = max(worst, time.Since(start))
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-worst")
}
