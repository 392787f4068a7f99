package answer_test

import "testing"

// Several measures stand side by side, each with what it looks at.
func TestSideBySide(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"wins, losses and win rate by office", "deals, wins, losses, win rate, by office"},
		{"number of won deals, number of lost deals and win rate by rep", "deals, wins, losses, win rate, by owner"},
		{"win rate and revenue per rep", "deals, win rate, revenue, by owner"},
		{"count and total of overdue invoices", "number of invoices with invoice status Overdue, sum of net amount"},
		{"invoices issued in October 2026, count and sum", "number of invoices with issued on in October 2026, sum of net amount"},
		{"average and median deal size", "deals with stage Won, average amount, median amount"},
		{"min, max and average amount of won deals by product", "deals with stage Won, minimum amount, maximum amount, average amount, by product"},
		{"total and average net amount of invoices by company", "invoices, sum of net amount, average net amount, by company"},
		{"how many open deals does each rep have and what are they worth", "number of deals with stage Lead or Negotiation or Proposal or Qualified, sum of amount, by owner"},
		{"number of won deals and their total value in 2026", "number of deals with closed on in 2026 and stage Won, sum of amount"},
		{"employees and yearly revenue by country", "companies, sum of employees, sum of own yearly revenue, by country"},
		{"ratio of won to lost by rep", "deals, ratio of wins to losses, by owner"},
		{"what is the ratio of wins to losses?", "deals, ratio of wins to losses"},
		{"share of amount by industry", "deals, share of sum of amount, by industry"},
		{"ratio of tasks to deals", ""},
		{"ratio between open and closed", ""},
		{"number of contacts and number of deals by company", ""},
	} {
		t.Run(tc.question, func(t *testing.T) {
			a := readsAs(t, e, tc.question, tc.reads)
			if want, got := planOf(t, e, tc.question, nil), planOf(t, e, a.Words, nil); tc.reads != "" && want != got {
				t.Errorf("the words %q mean %s, not %s", a.Words, got, want)
			}
		})
	}
}
