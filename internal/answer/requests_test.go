package answer_test

import (
	"testing"

	"openclaw/internal/answer"
)

// What is asked for beside something else is answered beside it, or the question is declined.
func TestRequests(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"Which tasks are due on December 1st 2026 and who has them?", "list tasks with task due on in 2026-12-01, show assigned to"},
		{"What is the largest invoice we've ever been paid, and by whom?", "list invoices, show company, top 1 by net amount"},
		{"payments in october 2026: how many invoices, what total", "number of invoices with paid on in October 2026, sum of net amount"},
		{"invoice 0020155, when was it paid and how much was it", "list invoices with invoice no 0020155, show paid on and net amount"},
		{"show open deals over 20k and who owns them", "list deals with amount more than 20000 and stage Lead or Negotiation or Proposal or Qualified, show owner"},
		{"which deals did we win in October 2026, for how much and by whom", "list deals with closed on in October 2026 and stage Won, show amount and owner"},
		{"biggest open deal, whose is it and when does it close", "list deals with stage Lead or Negotiation or Proposal or Qualified, show owner and closed on, top 1 by amount"},
		{"what was our last won deal, and for how much?", "list deals with stage Won, show amount, latest 1 by closed on"},
		{"list the overdue invoices, and for whom they are", "list invoices with invoice status Overdue, show company"},
		{"who owns deal D-00812 and when was it opened?", "list deals with deal no D-00812 and opened on known, show owner and opened on"},
		{"when did we win D-00812 and who owns it", "list deals with deal no D-00812 and stage Won, show owner and closed on"},
		{"Marek's deals in proposal, with the amounts", "list deals with owner Marek Valcourt and stage Proposal, show amount"},
		{"deals in proposal with their amounts and owners", "list deals with stage Proposal, show amount and owner"},
		{"total amount of Marek's deals in proposal", "deals with owner Marek Valcourt and stage Proposal, sum of amount"},
		{"what's the average list price across our products?", "products, average list price"},
		{"total amount across invoices by status", "invoices, sum of net amount, by invoice status"},
		{"average deal size across reps", "deals with stage Won, average amount, by owner"},
		{"On average, what list price do our products have?", "products, average list price"},
		{"how many people are at Vanguard Solar & Sons and where are they", ""},
		{"who has the most open tasks, and how many are overdue", ""},
		{"which rep won the biggest deal and when", ""},
		{"Which company is deal D-00812 for, and on what date is it?", ""},
		{"how many deals did we win in May 2026 and how many did we open", ""},
		{"pipeline by owner: count, total and average", ""},
		{"total outstanding per country (sent + overdue invoices)", "invoices with invoice status Overdue or Sent, sum of net amount, by country"},
		{"the three biggest open deals: owner, stage, amount", "list deals with stage Lead or Negotiation or Proposal or Qualified, show owner and stage, top 3 by amount"},
		{"what did Paloma win in 2026, and how many deals was it?", ""},
		{"how many invoices are overdue, and what do they come to?", "number of invoices with invoice status Overdue, sum of net amount"},
	} {
		t.Run(tc.question, func(t *testing.T) {
			a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
			if err != nil {
				t.Fatal(err)
			}
			if a.Words != tc.reads {
				t.Errorf("reads %q (%s), want %q", a.Words, a.Reason, tc.reads)
			}
		})
	}
}
