package answer_test

import (
	"testing"

	"openclaw/internal/answer"
)

// A phrase inside a question is a question of its own; what it finds is what the rest is about.
func TestPhrasesInside(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"people at the biggest company by employees", "list people, only those of: list companies, top 1 by employees"},
		{"invoices of our largest customer", "list invoices, only those of: deals with stage Won, sum of amount, by company, top 1"},
		{"deals of our top 3 reps", "list deals, only those of: deals with stage Won, sum of amount, by owner, top 3"},
		{"e-mail of the contact on the largest open deal", "list people, show person email, only those with: list deals with stage Lead or Negotiation or Proposal or Qualified, top 1 by amount"},
		{"which industry is our biggest customer in", "list companies, show industry, only those of: deals with stage Won, sum of amount, by company, top 1"},
		{"contacts of companies with overdue invoices", "list people, only those of: list companies of invoices with invoice status Overdue"},
		{"companies with an open deal and an unpaid invoice", "list companies, only those with: list deals with stage Lead or Negotiation or Proposal or Qualified, and only those with: list invoices with invoice status Draft or Overdue or Sent"},
		{"tasks of the companies that have no deals", "list tasks, only those of: list companies without deals"},
		{"how many deals did the best rep win", "number of deals with stage Won, only those of: deals with stage Won, sum of amount, by owner, top 1"},
		{"average deal size of our top rep", "deals with stage Won, average amount, only those of: deals with stage Won, sum of amount, by owner, top 1"},
	} {
		t.Run(tc.question, func(t *testing.T) {
			a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
			if err != nil || a.Status != answer.Answered {
				t.Fatalf("%v %s %s %q", err, a.Status, a.Reason, a.Choices)
			}
			if a.Words != tc.reads {
				t.Errorf("reads as %q, want %q", a.Words, tc.reads)
			}
			if want, got := planOf(t, e, tc.question, nil), planOf(t, e, a.Words, nil); want != got {
				t.Errorf("the words %q mean %s, not %s", a.Words, got, want)
			}
		})
	}
}
