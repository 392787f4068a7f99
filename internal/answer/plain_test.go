package answer_test

import "testing"

// What people say in passing: durations before what ends them, pieces sold, records that somebody has.
func TestPlainPhrases(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"deals opened in May 2026", "list deals with opened on in May 2026"},
		{"Renée Greymantle's open deals", "list deals with owner \"Renée Greymantle\" and stage Lead or Negotiation or Proposal or Qualified"},
		{"open deals total", ""},
		{"which deals does Renée Greymantle own?", "list deals with owner \"Renée Greymantle\""},
		{"who has live deals", "list owners of deals with stage Lead or Negotiation or Proposal or Qualified"},
		{"lost deals Q2 2025", "number of deals with closed on in Q2 2025 and stage Lost"},
		{"how much have our customers paid us in 2025", "invoices with company known and paid on in 2025 and invoice status Paid, sum of net amount"},
		{"how much does each customer owe us", "invoices with invoice status Overdue or Sent, sum of net amount, by company"},
		{"how many of our active people live in Uppsala", "number of people with person city Uppsala and person status Active"},
		{"how many people live in Uppsala", "number of people with person city Uppsala"},
		{"do we have any open deals with retail companies in Hamburg?", "number of deals with company city Hamburg and industry Retail and stage Lead or Negotiation or Proposal or Qualified"},
		{"list deals with person city Hamburg", "list deals with person city Hamburg, show contact"},
		{"which invoices fall due between 1 and 7 December 2026?", "list invoices with invoice due on between 2026-12-01 and 2026-12-07"},
		{"how many days after issue do customers pay an invoice, on average?", "invoices with invoice status Paid, average cycle"},
		{"how long are deals open before we win them, by office", "deals with stage Won, average cycle, by office"},
		{"how many days are our lost deals open before we lose them", "deals with stage Lost, average cycle"},
		{"average number of days it takes to win a deal, by product", "deals with stage Won, average cycle, by product"},
		{"how many Weir XL have we sold, in pieces?", "deals with product Weir XL and stage Won, sum of quantity"},
		{"how many Weir XL did we sell in 2026? Quantity, not deals.", "deals with closed on in 2026 and product Weir XL and stage Won, sum of quantity"},
		{"Torrent Pro against Weir XL, which has the higher won amount?", "deals with product \"Torrent Pro\" or \"Weir XL\" and stage Won, sum of amount, by product"},
		{"did we win more deals in Q2 or in Q3 this year", "number of deals with closed on in Q2 2026 or Q3 2026 and stage Won, by quarter of closed on"},
		{"did we win more deals in Q2 or in Q3 this year, 2026", "number of deals with closed on in Q2 2026 or Q3 2026 and stage Won, by quarter of closed on"},
		{"revenue this year, 2026, by quarter", "deals with closed on in 2026 and stage Won, sum of amount, by quarter of closed on"},
		{"how much money did we receive from invoices paid in October 2026?", "invoices with paid on in October 2026 and invoice status Paid, sum of net amount"},
		{"which companies gave us more than 50k", "deals with stage Won, sum of amount, with sum of amount more than 50000, by company"},
		{"how often do we win deals with retail companies, in percent", "deals with industry Retail and stage Lost or Won, win rate"},
		{"name our retail companies and the city each of them is in", "list companies with industry Retail, show company city"},
		{"quick one: who is Renée Greymantle's managr", "list reps with name \"Renée Greymantle\", show manager"},
		{"deals per customer by country", "deals, average number of deals per company, by country"},
		{"won amount per rep by office", "deals with stage Won, average sum of amount per owner, by office"},
		{"invoiced amount per customer by country", "invoices, average sum of net amount per company, by country"},
		{"tasks per rep by status", "number of tasks, by assigned to and task status"},
		{"deals per rep by month", "number of deals, by owner and month of closed on"},
		{"deals per rep and office", "number of deals, by owner and office"},
		{"amount per unit by product", "deals, average sum of amount per quantity, by product"},
		{"which country outside France has the company with the most employees?", "list companies with country not France, show country, top 1 by employees"},
		{"how many torent 300 deals did we win", "number of deals with product Torrent 300 and stage Won"},
		{"the biggest deal Renée Greymantle ever won: company, product and amount", "list deals with owner \"Renée Greymantle\" and stage Won, show company and product, top 1 by amount"},
		{"biggest overdue invoice: number, company and due date", "list invoices with invoice status Overdue, show company and invoice due on, top 1 by net amount"},
		{"show the company, product and amount of the biggest deal", "list deals, show company and product, top 1 by amount"},
		{"cheapest product: name and series", "list products, show series, bottom 1 by list price"},
		{"who's our contact on deal D-00012?", "list contacts of deals with deal no D-00012"},
		{"companies that have deals but never bought Weir XL", "list companies, only those not with: list deals with product Weir XL and stage Won, and only those with: list deals"},
		{"number of deals over 5,000 by office", "number of deals with amount more than 5000, by office"},
		{"deals over 5,000 by rep", "number of deals with amount more than 5000, by owner"},
		{"open deals older than 100 days by office", "number of deals with stage Lead or Negotiation or Proposal or Qualified older than 100 days, by office"},
		{"reps with over 50 deals", "number of deals, with more than 50 deals, by owner"},

		{"invoices more than 30 days overdue by company", "number of invoices with invoice due on before 2026-10-25 and invoice status Draft or Overdue or Sent, by company"},
		{"who sold the most Weir XL", "deals with product Weir XL and stage Won, sum of amount, by owner, top 1"},
		{"deals by rep over 300", ""},
		{"companies with deals but never paid an invoice", "list companies, only those with: list deals, and only those not with: list invoices with invoice status Paid"},
		{"share of won deals over 5k by office", ""},
		{"deals per employee by industry", ""},
		{"invoices per employee", ""},
		{"how many deals are over", ""},
		{"companies under", ""},
		{"tasks over and done", ""},
		{"how many deals did we win in summer 2026", ""},
		{"number of deals and invoices by month", ""},
		{"deals and invoices by month", ""},
		{"how long are deals before we", ""},
		{"how often do we win deals", "number of deals with stage Won"},
		{"how many deals did we win before we lost", ""},
	} {
		t.Run(tc.question, func(t *testing.T) {
			readsAs(t, e, tc.question, tc.reads)
		})
	}
}
