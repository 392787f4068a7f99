package fill_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/chat"
	"openclaw/internal/crm"
	"openclaw/internal/fill"
	"openclaw/internal/ident"
	"openclaw/internal/plan"
)

// scripted is a model that says what it was told to, one reply after the other.
type scripted struct {
	replies []string
	cut     bool
	heard   []chat.Prompt
}

func (s *scripted) Say(_ context.Context, p chat.Prompt, _ func(string)) (chat.Reply, error) {
	s.heard = append(s.heard, p)
	text := s.replies[min(len(s.heard), len(s.replies))-1]
	return chat.Reply{Text: text, Cut: s.cut}, nil
}

var schema = crm.Schema{Objects: []crm.Object{
	{Name: "deal", Label: "Deal", Plural: "Deals", Fields: []crm.Field{
		{Name: "title", Label: "Title", Type: crm.Text, Role: crm.RoleName},
		{Name: "stage", Label: "Stage", Type: crm.Choice, Role: crm.RoleStage, Options: []crm.Option{{Value: "Won"}, {Value: "Lost"}}},
		{Name: "amount", Label: "Amount", Type: crm.Money, Currency: "EUR", Role: crm.RoleAmount},
		{Name: "closed_on", Label: "Closed on", Type: crm.Date, Role: crm.RoleEnded},
		{Name: "company", Label: "Company", Type: crm.Link, Target: "company"},
	}},
	{Name: "company", Label: "Company", Plural: "Companies", Fields: []crm.Field{
		{Name: "name", Label: "Name", Type: crm.Text, Role: crm.RoleName},
		{Name: "town", Label: "Town", Type: crm.Text},
	}},
}}

var question = plan.Unread{
	Question: "how much did folks in Leeds shell out over 5k in Q3 2025",
	Facts: []plan.Fact{
		{Text: "Leeds", Kind: plan.NameFact, Values: []string{"Leeds"}, Places: []plan.Place{{Object: "company", Field: "town"}}},
		{Text: "5k", Kind: plan.NumberFact, Values: []string{"5000"}},
		{Text: "Q3 2025", Kind: plan.PeriodFact, Values: []string{"2025-07-01", "2025-09-30"}},
	},
}

const good = `{"object":"deal","do":"sum","of":"amount","where":[{"field":"company.town","op":"=","value":"#1"},{"field":"amount","op":">","value":"#2"},{"field":"closed_on","op":"in","value":"#3"},{"field":"stage","op":"=","value":"Won"}]}`

func TestFactsBecomeThePlan(t *testing.T) {
	p, err := fill.New(&scripted{replies: []string{good}}).Fill(context.Background(), ident.Caller{}, question, schema)
	want := plan.Plan{Object: "deal",
		Filter: crm.All(crm.Where("company.town", crm.Is, "Leeds"), crm.Where("amount", crm.More, "5000"),
			crm.Where("closed_on", crm.Between, "2025-07-01", "2025-09-30"), crm.Where("stage", crm.Is, "Won")),
		Measures: []plan.Measure{{Fn: plan.Sum, Of: &crm.Term{Path: "amount"}}}}
	if diff := cmp.Diff(want, p); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// What leaves a fact out, puts it where it does not belong, or brings one along is told so once, and then given up.
func TestWhatIsNotInTheQuestionIsNotTaken(t *testing.T) {
	for name, c := range map[string]struct{ reply, why string }{
		"a fact left out":       {strings.Replace(good, `{"field":"amount","op":">","value":"#2"},`, "", 1), `#2, "5k", is not used`},
		"a number of its own":   {strings.Replace(good, "#2", "7000", 1), `"7000" is neither`},
		"a date of its own":     {strings.Replace(good, "#3", "2025-01-01", 1), `"2025-01-01" is neither`},
		"a name of its own":     {strings.Replace(good, "#1", "York", 1), `"York" is neither`},
		"a name in its place":   {strings.Replace(good, "company.town", "title", 1), `"Leeds" cannot be compared with title`},
		"a period for a number": {strings.Replace(good, "#2", "#3", 1), "cannot be compared"},
		"no such field":         {strings.Replace(good, `"of":"amount"`, `"of":"margin"`, 1), "margin"},
		"no such object":        {strings.Replace(good, `"object":"deal"`, `"object":"lead"`, 1), `no object "lead"`},
		"a sum of words":        {strings.Replace(good, `"of":"amount"`, `"of":"title"`, 1), ""},
		"prose":                 {"I think that the answer is 42.", "not the JSON"},
		"more than was asked":   {strings.Replace(good, `"do"`, `"sql":"select 1","do"`, 1), "not the JSON"},
	} {
		s := &scripted{replies: []string{c.reply}}
		p, err := fill.New(s).Fill(context.Background(), ident.Caller{}, question, schema)
		if err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: taken as %v, %v; want %q", name, p, err, c.why)
		}
		if len(s.heard) != 2 || !strings.Contains(s.heard[1].User, "Not like this: ") {
			t.Errorf("%s: it was not told why, once: %d prompts", name, len(s.heard))
		}
	}
}

func TestASecondReadingIsTaken(t *testing.T) {
	s := &scripted{replies: []string{"{}", good}}
	if _, err := fill.New(s).Fill(context.Background(), ident.Caller{}, question, schema); err != nil {
		t.Error(err)
	}
}

func TestAReplyThatWasCutIsNone(t *testing.T) {
	if p, err := fill.New(&scripted{replies: []string{good}, cut: true}).Fill(context.Background(), ident.Caller{}, question, schema); err == nil {
		t.Errorf("taken: %v", p)
	}
}

// A model keeps what it has read up to the first byte that differs.
func TestWhatComesFirstIsTheSame(t *testing.T) {
	s := &scripted{replies: []string{good}}
	f := fill.New(s)
	f.Fill(context.Background(), ident.Caller{}, question, schema)
	f.Fill(context.Background(), ident.Caller{}, plan.Unread{Question: "something else"}, schema)
	first, last := s.heard[0], s.heard[len(s.heard)-1]
	if first.System != last.System || first.System != fill.System(schema) {
		t.Error("the part that never changes changes")
	}
	if strings.Contains(first.System, "Leeds") {
		t.Error("what was asked stands in the part that never changes")
	}
}

func TestBigSchemasStaySmall(t *testing.T) {
	var s crm.Schema
	for range 40 {
		o := crm.Object{Name: "object_" + string(rune('a'+len(s.Objects)%26)) + string(rune('a'+len(s.Objects)/26)), Plural: "Objects"}
		for i := range 60 {
			o.Fields = append(o.Fields, crm.Field{Name: "field_" + string(rune('a'+i%26)) + string(rune('a'+i/26)), Label: "Field", Type: crm.Number})
		}
		s.Objects = append(s.Objects, o)
	}
	m := &scripted{replies: []string{"{}"}}
	fill.New(m).Fill(context.Background(), ident.Caller{}, question, s)
	if n := len(m.heard[0].System); n > 1700 {
		t.Errorf("%d bytes come first", n)
	}
	if n := strings.Count(string(m.heard[0].Schema), `"`) / 2; n > 900 {
		t.Errorf("the format names %d things", n)
	}
	var any map[string]any
	if err := json.Unmarshal(m.heard[0].Schema, &any); err != nil {
		t.Error(err)
	}
}
