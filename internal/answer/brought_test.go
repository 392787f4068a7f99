package answer_test

import "testing"

// What somebody brought in is a sum; never, said of values, is of all the records that have them.
func TestBrought(t *testing.T) {
	e := engine(t, demoCompany(t))
	for _, tc := range []struct{ question, reads string }{
		{"which industries have no deals?", "list industries of companies, only those not of: list industries of deals"},
		{"average deal size per stage", "deals, average amount, by stage"},
		{"which companies have given us more than 100,000 in won deals?", "deals with stage Won, sum of amount, with sum of amount more than 100000, by company"},
		{"how many deals did we lose within a week of opening the deal?", "number of deals with taking at most 7 days and stage Lost"},
		{"what do all our software companies earn together in a year?", ""},
	} {
		t.Run(tc.question, func(t *testing.T) { readsAs(t, e, tc.question, tc.reads) })
	}
}
