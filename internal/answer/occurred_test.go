package answer_test

import (
	"path/filepath"
	"testing"
)

// A community kitchen's shifts and events have a date of their own beside the one on which they were booked.
func TestDatesOfWhatTookPlace(t *testing.T) {
	dir := filepath.Join("testdata", "kitchen")
	checkReads(t, engine(t, imported(t, dir, "sites.csv", "volunteers.csv", "shifts.csv", "events.csv")), []reads{
		{"how many shifts were worked in March 2026", "number of shifts with shift date in March 2026 and shift status Worked"},
		{"how many shifts took place in June 2026", "number of shifts with shift date in June 2026"},
		{"how many shifts were booked in June 2026", "number of shifts with booked on in June 2026"},
		{"shifts per month", "number of shifts, by month of shift date"},
		{"how many shifts are signed up for September 2026", "number of shifts with shift date in September 2026 and shift status Signed up"},
		{"events in June 2026", "list events with held on in June 2026"},
		{"how many events took place in June 2026", "number of events with held on in June 2026"},
		{"events created in June 2026", "list events with created on in June 2026"},
		{"when was the last event", "events, maximum held on"},
		{"which site had most events in 2026", "number of events with held on in 2026, by site, top 1"},
		{"how many volunteers joined in 2024", "number of volunteers with joined on in 2024"},
		{"names and phone numbers of the cooks", "list volunteers with role Cook, show phone"},
	})
	checkReads(t, engine(t, demoCompany(t)), []reads{
		{"how many invoices did we issue in October 2026", "number of invoices with issued on in October 2026"},
		{"deals won per month in 2026", "number of deals with closed on in 2026 and stage Won, by month of closed on"},
	})
}

// In key words, an amount in the singular at the end is the total.
func TestAmountAside(t *testing.T) {
	checkReads(t, engine(t, demoCompany(t)), []reads{
		{"invoices paid Q2 2026, amount", "invoices with paid on in Q2 2026 and invoice status Paid, sum of net amount"},
		{"deals won Q3 2026, value", "deals with closed on in Q3 2026 and stage Won, sum of amount"},
		{"list invoices paid in Q2 2026, amount", "list invoices with paid on in Q2 2026 and invoice status Paid, show net amount"},
		{"invoices issued Q2 2026, amounts", "list invoices with issued on in Q2 2026, show net amount"},
		{"products, list price", "list products, show list price"},
	})
	checkReads(t, engine(t, clinic(t)), []reads{
		{"appointments cancelled Q2 2026, fee", "appointments with held on in Q2 2026 and status Cancelled, sum of own fee"},
		{"appointments cancelled Q2 2026, fees", "list appointments with held on in Q2 2026 and status Cancelled, show fee"},
	})
}
