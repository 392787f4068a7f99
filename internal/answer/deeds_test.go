package answer_test

import (
	"path/filepath"
	"testing"
)

// What was done is a state where the records have one for it; the word for a date is what the records are.
func TestDeeds(t *testing.T) {
	dir := filepath.Join("testdata", "kitchen")
	checkReads(t, engine(t, imported(t, dir, "sites.csv", "volunteers.csv", "shifts.csv", "events.csv")), []reads{
		{"how many shifts did Ina Losh work", "number of shifts with shift status Worked and volunteer Ina Losh"},
		{"how many hours did our cooks work in 2026", "shifts with shift date in 2026 and shift status Worked and role Cook, sum of hours"},
		{"hours worked by site", "shifts with shift status Worked, sum of hours, by site"},
		{"where does Ina Losh work", "list volunteers with volunteer Ina Losh, show site"},
		{"phone of the site of S100", "list contact phones of shifts with shift no S100"},
		{"Cancel shift S101 and tell the volunteer", ""},
	})
	checkReads(t, engine(t, demoCompany(t)), []reads{
		{"us companies", ""},
		{"how many companies in the US", ""},
		{"how many people work at our US companies", ""},
		{"show us companies in Germany", "list companies with country Germany"},
		{"list UK companies", "list companies with country United Kingdom"},
		{"deals that cost more than we quoted", ""},
		{"how many won deals were worth more than we lost", ""},
	})
}
