package answer_test

import "testing"

// What stands before the verb of a share is the whole, what is said of it is the part.
func TestShareOfWhat(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"what share of the deals lost in 2026 did we lose because of the price?", "deals with closed on in 2026 and stage Lost, share of number of deals with loss reason Price and stage Lost"},
		{"what proportion of the deals Marek Valcourt won were for Weir XL?", "deals with owner Marek Valcourt and stage Won, share of number of deals with product Weir XL"},
		{"percentage of lost deals that were lost because of the price", "deals with stage Lost, share of number of deals with loss reason Price and stage Lost"},
		{"what share of the invoices issued in 2026 is overdue", "invoices with issued on in 2026, share of number of invoices with invoice status Overdue"},
		{"what proportion of open deals have no contact", "deals with stage Lead or Negotiation or Proposal or Qualified, share of number of deals without contact"},
		{"share of open deals that are in proposal", "deals with stage Lead or Negotiation or Proposal or Qualified, share of number of deals with stage Proposal"},
		{"in which industry do we win the largest share of the deals we close?", "deals with stage Lost or Won, share of number of deals with stage Won, by industry, top 1"},
		{"which office loses the highest percentage of its closed deals", "deals with stage Lost or Won, share of number of deals with stage Lost, by office, top 1"},
		{"which reps win at least 60% of the deals they close?", "deals with stage Lost or Won, win rate, with win rate at least 60%, by owner"},
		{"what percentage of her closed deals has Teresa Brightling won?", "deals with owner Teresa Brightling and stage Lost or Won, share of number of deals with stage Won"},
		{"what percentage of the deals that Marek Valcourt owns are open", "deals with owner Marek Valcourt, share of number of deals with stage Lead or Negotiation or Proposal or Qualified"},
		{"how many of the deals we lost were lost because of price, in percent", "deals with stage Lost, share of number of deals with loss reason Price and stage Lost"},
		{"what percentage of invoices were paid late", "invoices, share of number of invoices with paid on after the invoice due on"},
		{"share of deals lost because of the price by office", "deals, share of number of deals with loss reason Price and stage Lost, by office"},
		{"what percentage of closed deals did Marek Valcourt win?", ""},
		{"what percentage of deals that were opened in 2025 has been won", ""},
		{"which industry lost the largest share of deals?", ""},
	} {
		t.Run(tc.question, func(t *testing.T) { readsAs(t, e, tc.question, tc.reads) })
	}
}

// Words that say little, words without their apostrophe, and orders at the end.
func TestSmallWords(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"how many deals does Marek Valcourt still have going?", "number of deals with owner Marek Valcourt and stage Lead or Negotiation or Proposal or Qualified"},
		{"how many deals did we lose to a competitor in 2026", "number of deals with closed on in 2026 and loss reason Went with a competitor and stage Lost"},
		{"number of people per job title, most common first", "number of people, by job title"},
		{"deals by stage, largest first", "number of deals, by stage"},
		{"who's my best salesperson going by win rate?", "deals with stage Lost or Won, win rate, by owner, top 1"},
		{"new deals per month in 2026", "number of deals with opened on in 2026, by month of opened on"},
		{"how many new deals did we win in 2026", ""},
		{"how many new companies do we have", ""},
		{"which reps have been with us since before 2018?", "list reps with joined on before 2018-01-01"},
		{"how many deals dont have a contact", "number of deals without contact"},
		{"how many deals don't say which product they are for", "number of deals without product"},
		{"pretend it's 31 October 2026: how much have we won so far this quarter?", "deals with closed on in October 2026 and stage Won, sum of amount"},
		{"customers weve sold over 50k to", "deals with stage Won, sum of amount, with sum of amount more than 50000, by company"},
		{"how much did we spend on deals", ""},
		{"how many peple did we last contact in October 2026", "number of people with last contacted in October 2026"},
		{"how many of the invoices paid in 2026 came in after their due date?", "number of invoices with paid on after the invoice due on and paid on in 2026 and invoice status Paid"},
		{"how many deals did Marek Valcourt keep open", "number of deals with owner Marek Valcourt and stage Lead or Negotiation or Proposal or Qualified"},
		{"how much did our team spend on Weir XL", ""},
		{"how many deals were not closed within 100 days", ""},
		{"how many won deals over 4,000 million", ""},
	} {
		t.Run(tc.question, func(t *testing.T) { readsAs(t, e, tc.question, tc.reads) })
	}
}
