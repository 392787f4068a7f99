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
		{"city of the company of the largest invoice", "list companies, show company city, only those with: list invoices, top 1 by net amount"},
		{"which industry is our biggest customer in", "list companies, show industry, only those of: deals with stage Won, sum of amount, by company, top 1"},
		{"contacts of companies with overdue invoices", "list people, only those of: list companies of invoices with invoice status Overdue"},
		{"companies with an open deal and an unpaid invoice", "list companies, only those with: list deals with stage Lead or Negotiation or Proposal or Qualified, and only those with: list invoices with invoice status Draft or Overdue or Sent"},
		{"tasks of the companies that have no deals", "list tasks, only those of: list companies without deals"},
		{"how many deals did the best rep win", "number of deals with stage Won, only those of: deals with stage Won, sum of amount, by owner, top 1"},
		{"employees of our three largest customers", "list companies, show employees, only those of: deals with stage Won, sum of amount, by company, top 3"},
		{"total employees of our three largest customers", "companies, sum of employees, only those of: deals with stage Won, sum of amount, by company, top 3"},
		{"price of the best selling product", "list products, show list price, only those of: deals with stage Won, sum of amount, by product, top 1"},
		{"companies that have open deals but no contacts", "list companies, only those with: list deals with stage Lead or Negotiation or Proposal or Qualified, and only those not with: list people"},
		{"show all invoices of our biggest customer, the one with the highest won amount", "list invoices, only those of: deals with stage Won, sum of amount, by company, top 1"},
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

// A phrase inside is only read where it says which records are meant, and belongs to the noun before it.
func TestPhrasesNotInside(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, question := range []string{
		"people at the biggest zorblat",
		"send the open invoices to the companies with contacts",
		"deals of our top 3 reps in 2026", // the year of the deals, or of the ranking
		"people of the office with the highest satisfaction",
		"how old is Alder Outfitters GmbH",
		"win rate per deal",
		"win rate by rep, days",
		"which office wins the largest part of its deals",
		"loans of the biggest customer",
	} {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: question})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status == answer.Answered {
			t.Errorf("%q is answered: %s", question, a.Words)
		}
	}
}

// Superlatives stand for one or several, and for a record's own fields.
func TestSuperlatives(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"best customers", "deals with stage Won, sum of amount, by company, top 5"},
		{"best customer", "deals with stage Won, sum of amount, by company, top 1"},
		{"largest deal per rep", "deals, maximum amount, by owner"},
		{"deals with the highest amount in each stage", "deals, maximum amount, by stage"},
		{"smallest won deal of each office", "deals with stage Won, minimum amount, by office"},
		{"worst month for wins", "number of deals with stage Won, by month of closed on, bottom 1"},
		{"who won our biggest deal", "list deals with stage Won, show owner, top 1 by amount"},
		{"when was the biggest deal won", "list deals with stage Won, show closed on, top 1 by amount"},
		{"when was Wanda Tannhof hired", "list reps with name Wanda Tannhof, show joined on"},
		{"how big is Alder Outfitters GmbH", "list companies with company Alder Outfitters GmbH, show employees"},
		{"what's the phone number and email of Kenji Cask", "list people with full name Kenji Cask, show person email and phone"},
		{"reps who sold nothing in Q2 2026", "list reps without stage Won deals closed on in Q2 2026"},
		{"revenue in Q3 2026 against Q2 2026", "deals with closed on in Q2 2026 or Q3 2026 and stage Won, sum of amount, by quarter of closed on"},
		{"growth from Q2 to Q3 2026", "deals with stage Won, sum of amount, difference between Q3 2026 and Q2 2026"},
	} {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
		if err != nil || a.Words != tc.reads || a.Status != answer.Answered {
			t.Errorf("%q reads as %q, want %q: %v %s", tc.question, a.Words, tc.reads, err, a.Reason)
		}
	}
}
