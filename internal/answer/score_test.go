package answer_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"openclaw/internal/answer"
	"openclaw/internal/demo"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
)

// gold is a question with what is right: the rows of a statement written by hand, or that there is no answer.
type gold struct {
	Question string
	Kind     string
	SQL      string
	Expect   string // "no": no answer is right; "answer", "clarify_or_empty" and "refuse" in the sales questions
	Rows     [][]any
	Alt      [][][]any `json:"alt_rows"`
	Ordered  bool
	KeyOnly  bool `json:"key_only"`
}

func readGold(t testing.TB, path string) []gold {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []gold
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var g gold
		d := json.NewDecoder(strings.NewReader(lines.Text()))
		if err := d.Decode(&g); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, g)
	}
	return out
}

// verdict is right, wrong or declined.
func verdict(g gold, a answer.Answer) string {
	answered := a.Status == answer.Answered
	blank := true
	for _, row := range a.Rows {
		for _, v := range row {
			blank = blank && v == nil
		}
	}
	sets := append(g.Alt, g.Rows)
	fits := false
	for _, s := range sets {
		if len(s) > 0 {
			fits = fits || sameRows(s, a.Rows, g.Ordered)
		}
	}
	if g.KeyOnly && !fits && len(a.Columns) == 1 {
		for _, s := range sets {
			var keys [][]any
			for _, row := range s {
				keys = append(keys, row[:1])
			}
			fits = fits || len(s) > 0 && sameRows(keys, a.Rows, g.Ordered)
		}
	}
	switch {
	case g.Expect == "no" || g.Expect == "refuse":
		if answered {
			return "wrong"
		}
		return "right"
	case g.Expect == "clarify_or_empty":
		if !answered || blank || fits {
			return "right"
		}
		return "wrong"
	case !answered:
		return "declined"
	case fits || len(g.Rows) == 0 && len(a.Rows) == 0:
		return "right"
	}
	return "wrong"
}

// sameRows tells whether want is a projection of got: each column of want has one of got.
func sameRows(want, got [][]any, ordered bool) bool {
	if len(want) != len(got) {
		return false
	}
	if len(want) == 0 {
		return true
	}
	wide := len(want[0])
	var pick func(cols []int) bool
	pick = func(cols []int) bool {
		if len(cols) == wide {
			return sameBag(want, got, cols, ordered)
		}
		for c := range got[0] {
			if !contains(cols, c) && pick(append(cols[:len(cols):len(cols)], c)) {
				return true
			}
		}
		return false
	}
	return pick(nil)
}

func contains(cols []int, c int) bool {
	for _, have := range cols {
		if have == c {
			return true
		}
	}
	return false
}

// sameBag compares row by row; without an order, as bags. Rows whose last cell is equal may stand in any order.
func sameBag(want, got [][]any, cols []int, ordered bool) bool {
	used := make([]bool, len(got))
	for i, w := range want {
		found := false
		for j, g := range got {
			if used[j] || ordered && i != j && !sameCell(want[i][len(w)-1], want[j][len(w)-1]) {
				continue
			}
			same := true
			for k, c := range cols {
				same = same && sameCell(w[k], g[c])
			}
			if same {
				used[j], found = true, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

func sameCell(want, got any) bool {
	if want == nil || got == nil {
		return want == nil && got == nil
	}
	a, okA := figure(want)
	b, okB := figure(got)
	if okA && okB {
		return math.Abs(a-b) <= 0.01+1e-9*math.Abs(a) && (math.Abs(a) >= 2 || a == math.Trunc(a) || math.Abs(a-b) < 0.0006)
	}
	return strings.EqualFold(fmt.Sprint(want), fmt.Sprint(got))
}

func figure(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case decimal.Decimal:
		return v.InexactFloat64(), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// floor is what a set of questions must reach; it is only ever raised.
type floor struct{ right, wrong int }

func scoreAll(t *testing.T, e *answer.Engine, questions []gold, f floor) {
	t.Helper()
	count := map[string]int{}
	for _, g := range questions {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: g.Question})
		if err != nil {
			t.Errorf("%s: %v", g.Question, err)
		}
		v := verdict(g, a)
		count[v]++
		if v != "right" {
			t.Logf("%s %s: %q\n  want %v\n  got %s %s %s %v %v", g.Kind, v, g.Question, head(g.Rows), a.Status, a.Words, a.Reason, head(a.Rows), a.Choices)
		}
	}
	t.Logf("%d questions: %v", len(questions), count)
	if count["right"] < f.right {
		t.Errorf("right: %d, at least %d wanted", count["right"], f.right)
	}
	if count["wrong"] > f.wrong {
		t.Errorf("wrong: %d, at most %d borne", count["wrong"], f.wrong)
	}
}

func head(rows [][]any) [][]any { return rows[:min(len(rows), 3)] }

// withRows runs the hand-written statement of each question.
func withRows(t *testing.T, s *duck.Store, questions []gold) []gold {
	t.Helper()
	for i, g := range questions {
		if g.SQL == "" {
			continue
		}
		rows, err := s.SQL(t.Context(), ann, g.SQL, duck.SQLLimits{})
		if err != nil {
			t.Fatalf("%s: %v", g.SQL, err)
		}
		questions[i].Rows = rows.Rows
	}
	return questions
}

func demoCompany(t testing.TB) *duck.Store {
	t.Helper()
	s := ducktest.Open(t, duck.Options{Clock: clock})
	if _, err := demo.Fill(t.Context(), s, ann, clock()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDemoQuestions(t *testing.T) {
	s := demoCompany(t)
	questions := withRows(t, s, readGold(t, filepath.Join("testdata", "demo.jsonl")))
	scoreAll(t, engine(t, s), questions, floor{right: 164, wrong: 0})
}

func TestClinicQuestions(t *testing.T) {
	s := clinic(t)
	questions := withRows(t, s, readGold(t, filepath.Join("testdata", "clinic.jsonl")))
	scoreAll(t, engine(t, s), questions, floor{right: 31, wrong: 0})
}

func TestSalesQuestions(t *testing.T) {
	dir := salesFiles(t)
	e := engine(t, sales(t))
	scoreAll(t, e, readGold(t, filepath.Join(dir, "questions_dev.jsonl")), floor{right: 53, wrong: 0})
	scoreAll(t, e, readGold(t, filepath.Join("testdata", "sales.jsonl")), floor{right: 237, wrong: 0})
}
