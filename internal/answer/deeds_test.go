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
		{"people managed by Wanda Tannhof", "list reps with manager Wanda Tannhof"},
		{"how many people are managed by Wanda Tannhof", "number of reps with manager Wanda Tannhof"},
		{"us companies", ""},
		{"how many companies in the US", ""},
		{"how many people work at our US companies", ""},
		{"show us companies in Germany", "list companies with country Germany"},
		{"list UK companies", "list companies with country United Kingdom"},
		{"deals that cost more than we quoted", ""},
		{"how many won deals were worth more than we lost", ""},
	})
}

// How long things were kept, how far ahead they were booked, and who did it where people have no records of their own.
func TestLastingAndAhead(t *testing.T) {
	library := filepath.Join("testdata", "library")
	checkReads(t, engine(t, imported(t, library, "branches.csv", "members.csv", "books.csv", "loans.csv")), []reads{
		{"how many days do members keep a book on average before returning it", "loans, average days from loan date to return date"},
		{"longest time anyone kept a book, in days", "loans, maximum days from loan date to return date"},
		{"how long do loans last on average", "loans, average days from loan date to return date"},
		{"how long do students keep crime books", "loans with category student and genre crime, average days from loan date to return date"},
		{"which book was kept longest", ""},
		{"how many loans came back after their due date", "number of loans with return date after the due date"},
		{"how many loans were returned late in 2024", "number of loans with return date after the due date and return date in 2024"},
		{"do we lend more crime or more history books", "number of loans with genre crime or history, by genre"},
	})
	kitchen := filepath.Join("testdata", "kitchen")
	checkReads(t, engine(t, imported(t, kitchen, "sites.csv", "volunteers.csv", "shifts.csv", "events.csv")), []reads{
		{"how many days ahead are shifts booked on average", "shifts, average days from booked on to shift date"},
		{"how far in advance are shifts booked by site", "shifts, average days from booked on to shift date, by site"},
		{"shifts booked ahead", ""},
		{"volunteer hours by site", "shifts, sum of hours, by site"},
		{"hours by volunteer and site", "shifts, sum of hours, by volunteer and site"},
		{"upcoming shifts", "list shifts with shift date since 2026-11-24 and shift status Signed up"},
		{"which volunteers have neither an email nor a phone", "list volunteers without email without phone"},
		{"meals served total of worked shifts", "shifts with shift status Worked, sum of meals served"},
		{"how many meals were served in 2026, going by booking date", "shifts with booked on in 2026, sum of meals served"},
	})
	checkReads(t, engine(t, demoCompany(t)), []reads{
		{"Which company is deal D-00812 for, and on what date is it?", ""},
		{"which company is invoice 0020155 for, and in which deal", "list companies and deals of invoices with invoice no 0020155"},
	})
}
