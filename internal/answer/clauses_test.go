package answer_test

import (
	"testing"

	"openclaw/internal/answer"
)

// reads holds questions with what they are read as, "" where they are not answered.
type reads struct{ question, reads string }

func checkReads(t *testing.T, e *answer.Engine, tests []reads) {
	t.Helper()
	for _, tc := range tests {
		a, err := e.Ask(t.Context(), ann, answer.Request{Question: tc.question})
		got := a.Words
		if a.Status != answer.Answered {
			got = ""
		}
		if err != nil || got != tc.reads {
			t.Errorf("%q reads as %q, want %q: %v %s", tc.question, got, tc.reads, err, a.Reason)
		}
	}
}

// What the first clause says of the records holds for what the second one asks of them.
func TestClausesShareTheirRecords(t *testing.T) {
	checkReads(t, engine(t, demoCompany(t)), []reads{
		{"How many invoices have been paid, and what do they add up to?", "number of invoices with invoice status Paid, sum of net amount"},
		{"how many invoices were paid and how much do they amount to", "number of invoices with invoice status Paid, sum of net amount"},
		{"how many deals were sold in October 2026, and what were they worth", "number of deals with closed on in October 2026 and stage Won, sum of amount"},
		{"how many deals are there and how much did we earn", "number of deals, revenue"},
		{"how many of the overdue invoices are above 5000 and what do they come to in all", "number of invoices with net amount more than 5000 and invoice status Overdue, sum of net amount"},
	})
	checkReads(t, engine(t, clinic(t)), []reads{
		{"how many appointments were cancelled and what do they come to", ""},
	})
}

// The number of a phone or an invoice is what a field holds and counts nothing.
func TestNumbersOfThings(t *testing.T) {
	checkReads(t, engine(t, demoCompany(t)), []reads{
		{"Names and phone numbers of the managing directors at our key accounts", "list people with key account and job title Managing Director, show phone"},
		{"phone numbers of people in Germany", "list people with country Germany, show phone"},
		{"invoice numbers and amounts of overdue invoices", "list invoices with invoice status Overdue, show net amount"},
		{"number of overdue invoices", "number of invoices with invoice status Overdue"},
		{"fax numbers of our contacts", ""},
		{"company numbers of people in Germany", ""},
	})
	checkReads(t, engine(t, clinic(t)), []reads{
		{"appointment numbers of cancelled appointments", "list appointments with status Cancelled"},
		{"number of patients", "number of patients"},
		{"ward numbers of the doctors", ""},
	})
}
