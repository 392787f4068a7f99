package answer_test

import (
	"path/filepath"
	"testing"

	"openclaw/internal/answer"
)

// What would be a wrong number is read in the one way that makes sense, or not at all.
func TestGuards(t *testing.T) {
	type asked struct{ question, reads string }
	for _, tc := range []struct {
		name   string
		engine *answer.Engine
		asked  []asked
	}{
		{"demo", engine(t, demoCompany(t)), []asked{
			{"what share of the won deals were won", ""},
			{"of the deals we won, what share were won or lost", ""},
			{"what percentage of won deals were lost", ""},
			{"what percentage of closed deals were won", "deals with stage Lost or Won, share of number of deals with stage Won"},
			{"share of lost deals that were lost because of price", "deals with stage Lost, share of number of deals with loss reason Price and stage Lost"},
			{"what percentage of deals lost were lost because of price", "deals with stage Lost, share of number of deals with loss reason Price and stage Lost"},
			{"deals with amount over 20%", ""},
			{"companies with more than 500 euros", ""},
			{"companies with employees over 500 euros", ""},
			{"list companies with more than 500 employees", "list companies with employees more than 500"},
			{"list deals with an amount over 5000 euros", "list deals with amount more than 5000"},
			{"list deals with revenue over 20%", ""},
			{"deals per type of company", ""},
			{"which kind of company has the most deals", ""},
			{"deals paid more than invoiced", ""},
			{"deals worth more than", ""},
			{"how many people work there", ""},
		}},
		{"clinic", engine(t, clinic(t)), []asked{
			{"what share of cancelled appointments was cancelled", ""},
			{"what percentage of held appointments were cancelled", ""},
			{"what share of appointments were cancelled", "appointments, share of number of appointments with status Cancelled"},
			{"which type of appointment is most common", ""},
			{"list appointments with a fee over 50%", ""},
			{"list appointments with a fee over $50", ""},
			{"list appointments with a fee over 50 dollars", ""},
			{"how many appointments have a fee over 50 eur", ""},
			{"doctors with a total fee over $5k", ""},
			{"doctors with a total fee over £5k", "appointments, sum of own fee, with sum of own fee more than 5000, by doctor"},
			{"list appointments with a fee over £50", "list appointments with own fee more than 50"},
			{"list appointments with a fee over 50", "list appointments with own fee more than 50"},
			{"list appointments with a fee over 50 percent of the average", ""},
		}},
		{"library", engine(t, imported(t, filepath.Join("testdata", "library"), "branches.csv", "members.csv", "books.csv", "loans.csv")), []asked{
			{"loans per kind of book", "number of loans, by genre"},
			{"which kind of book is borrowed most", "number of loans, by genre, top 1"},
			{"loans per type of branch", ""},
		}},
	} {
		for _, q := range tc.asked {
			t.Run(tc.name+"/"+q.question, func(t *testing.T) {
				readsAs(t, tc.engine, q.question, q.reads)
			})
		}
	}
}

// The people who work at a record are its own figure for them, where nobody in the workspace is linked to it.
func TestWorkforce(t *testing.T) {
	t.Run("the sales company counts employees", func(t *testing.T) {
		e := engine(t, sales(t))
		for _, q := range []string{"how many people work at accounts in the United States", "how many people are employed by accounts in the United States", "how many people work for accounts in the United States"} {
			if want, got := planOf(t, e, "how many employees at accounts in the United States", nil), planOf(t, e, q, nil); want == "" || got != want {
				t.Errorf("%q means %s, want %s", q, got, want)
			}
		}
	})
	t.Run("the library does not", func(t *testing.T) {
		e := engine(t, imported(t, filepath.Join("testdata", "library"), "branches.csv", "members.csv", "books.csv", "loans.csv"))
		if planOf(t, e, "how many branches are there", nil) == "" {
			t.Error("it answers nothing at all")
		}
		for _, q := range []string{"how many people work at our branches", "how many people work there"} {
			if got := planOf(t, e, q, nil); got != "" {
				t.Errorf("%q was answered: %s", q, got)
			}
		}
	})
}
