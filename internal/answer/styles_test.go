package answer_test

import "testing"

// The small words, spellings and dates in which people ask.
func TestStyles(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"how many deals were won between the 1st and the 15th of October 2026", "number of deals with closed on between 2026-10-01 and 2026-10-15 and stage Won"},
		{"how many deals were won in the first half of October 2026 (1st to 15th)?", "number of deals with closed on between 2026-10-01 and 2026-10-15 and stage Won"},
		{"how many deals were won in the second half of October", "number of deals with closed on between 2026-10-16 and 2026-10-31 and stage Won"},
		{"how many deals were won October 5-11, 2026", "number of deals with closed on between 2026-10-05 and 2026-10-11 and stage Won"},
		{"how many deals were won 5 to 11 October", "number of deals with closed on between 2026-10-05 and 2026-10-11 and stage Won"},
		{"how many deals were won from 28 September to 4 October", "number of deals with closed on between 2026-09-28 and 2026-10-04 and stage Won"},
		{"how many deals were won in the week of 7 October 2026", "number of deals with closed on between 2026-10-05 and 2026-10-11 and stage Won"},
		{"reference date 2026-09-30: number of deals won quarter to date", "number of deals with closed on in Q3 2026 and stage Won"},
		{"number of deals won mtd", "number of deals with closed on between 2026-11-01 and 2026-11-24 and stage Won"},
		{"people we haven't contacted since the end of 2025", "list people with last contacted before 2026-01-01 or without last contacted"},
		{"number of people never contacted", "number of people without last contacted"},
		{"how many deals were won on 32 October", ""},
		{"how many deals were won from the 20th to the 5th of October", ""},
		{"how many acounts do we have", "number of companies"},
		{"deals won form trade fairs, how many?", "number of deals with source Trade fair and stage Won"},
		{"qty of won deals by prod", "deals with stage Won, sum of quantity, by product"},
		{"how many invoces did we issue to german customers in q3 2026", "number of invoices with country Germany and issued on in Q3 2026"},
		{"how much have we invoiced in 2026, without drafts", "invoices with issued on in 2026 and invoice status Overdue or Paid or Sent, sum of net amount"},
		{"show me the total invoiced per quarter", "invoices, sum of net amount, by quarter of issued on"},
		{"did we invoice more in Q2 or in Q3 2026?", "invoices with issued on in Q2 2026 or Q3 2026, sum of net amount, by quarter of issued on"},
		{"which company did we bill the most", "invoices, sum of net amount, by company, top 1"},
		{"best selling product by units", "deals with stage Won, sum of quantity, by product, top 1"},
		{"number of companies, french excluded", "number of companies with country not France"},
		{"deals by owner, lost excluded", "number of deals with stage Lead or Negotiation or Proposal or Qualified or Won, by owner"},
		{"# of deals by stage", "number of deals, by stage"},
		{"n of deals by stage", "number of deals, by stage"},
		{"aggregate won value, Q3 2026", "deals with closed on in Q3 2026 and stage Won, sum of amount"},
		{"who sold the most Weir XL in euros, top 3 please", "deals with product Weir XL and stage Won, sum of amount, by owner, top 3"},
		{"five best clients by what we sold to them", "deals with stage Won, sum of amount, by company, top 5"},
		{"reps with fewer than 50 won deals (but at least one)", "number of deals with stage Won, with less than 50 deals, with at least 1 deals, by owner"},
		{"reps with more than 20 but fewer than 40 won deals", "number of deals with stage Won, with more than 20 deals, with less than 40 deals, by owner"},
		{"what does a won deal bring in on average in 2026?", "deals with closed on in 2026 and stage Won, average amount"},
		{"lost $ in 2025", "deals with closed on in 2025 and stage Lost, sum of amount"},
		{"how big is the average won deal of Weir XL?", "deals with product Weir XL and stage Won, average amount"},
		{"median invoice", "invoices, median net amount"},
		{"average deals per rep", "deals, average number of deals per owner"},
		{"what amount has each of our three offices won in total?", "deals with stage Won, sum of amount, by office"},
		{"average days from issue to payment for paid invoices", "invoices with invoice status Paid, average cycle"},
		{"how many days late do customers pay on average, for invoices that were paid after the due date?", "invoices with paid on after the invoice due on and invoice status Paid, average days from invoice due on to paid on"},
		{"how many days late do customers pay on average", ""},
		{"how many leads are there (people, not deals)", "number of people with person status Lead"},
		{"monthly chart of closed deals (won plus lost)", "number of deals with stage Lost or Won, by month of closed on"},
		{"number of deals of Renée Greymantle, regardless of their stage", "number of deals with owner \"Renée Greymantle\" and stage Lead or Lost or Negotiation or Proposal or Qualified or Won"},
		{"invoices issued in the week ending 4 October 2026, total", ""},
		{"units sold by product", "deals with stage Won, sum of quantity, by product"},
		{"how many tasks were raised last month", ""},
		{"blocked tasks total", "number of tasks with task status Blocked"},
		{"how many invoices did we send in March 2026", ""},
		{"which rep won the least money", "deals with stage Won, sum of amount, by owner, bottom 1"},
		{"who lost the fewest dollars in 2026", "deals with closed on in 2026 and stage Lost, sum of amount, by owner, bottom 1"},
		{"which office won the fewest deals", "number of deals with stage Won, by office, bottom 1"},
		{"which managing directors at our key accounts get the newsletter", "list people with key account and job title Managing Director and newsletter"},
		{"which key accounts have open deals", "list companies of deals with key account and stage Lead or Negotiation or Proposal or Qualified"},
		{"tasks that are still to do and have nobody assigned", "list tasks with task status To do without assigned to"},
		{"how many tasks have no one assigned to them", "number of tasks without assigned to"},
		{"which tasks are assigned", ""},
		{"share of deals won by Renée Greymantle", ""},
		{"share of deals lost in 2026", "deals with closed on in 2026, share of number of deals with stage Lost"},
		{"share of done tasks that were done late, by rep", "tasks with task status Done, share of number of tasks with done on after the task due on, by assigned to"},
	} {
		t.Run(tc.question, func(t *testing.T) {
			readsAs(t, e, tc.question, tc.reads)
		})
	}
}
