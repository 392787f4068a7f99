package answer_test

import (
	"path/filepath"
	"testing"
)

// Questions over schemas that no rule was written for, each beside one that must not be read so.
func TestOtherSchemas(t *testing.T) {
	for _, tc := range []struct {
		name  string
		files []string
		reads []reads
	}{
		{"practice", []string{"lawyers.csv", "clients.csv", "matters.csv", "time_entries.csv", "bills.csv"}, []reads{
			{"win rate by practice area", "matters with matter status Lost or Won, win rate, by matter practice area"},
			{"win rate of won matters", ""},
			{"win rate of the matters we lost", ""},
			{"total amount of unpaid bills", "bills with bill status Overdue or Sent, sum of amount"},
			{"total amount of bills that are not paid", "bills with bill status Overdue or Sent or \"Written off\", sum of amount"},
			{"which client owes us the most", "bills with bill status Overdue or Sent, sum of amount, by client, top 1"},
			{"how many matters did we win in 2025", "number of matters with closed in 2025 and matter status Won"},
			{"which matters of Swansea Council are still open", "list matters with client Swansea Council and matter status \"On hold\" or Open"},
			{"who leads M-2003", "list matters with matter matter no M-2003, show lead lawyer"},
			{"matters that were opened and closed in 2025", "list matters with closed in 2025 and opened in 2025"},
			{"matters that were opened but not closed in 2025", ""},
			{"average hours per time entry", "entries, average hours"},
			{"average hours per matter", ""},
			{"after how many days do we lose a matter", "matters with matter status Lost, average cycle"},
			{"how many lawyers do we employ", "number of lawyers"},
			{"Orchid Freight is a client", ""},
		}},
		{"pantry", []string{"donors.csv", "items.csv", "households.csv", "volunteers.csv", "donations.csv", "parcels.csv"}, []reads{
			{"households with children", ""},
			{"households with any children", "list households with children more than 0"},
			{"households with their children", "list households, show children"},
			{"volunteers who can drive", "list volunteers with driver"},
			{"volunteers who cannot drive", "list volunteers with not driver"},
			{"do we get more from shops or from farms", ""},
			{"do we have more shops or more farms", "number of donors with kind Farm or Shop, by kind"},
			{"parcels by volunteer", "number of parcels, by packed by"},
			{"what did Baxter Farm donate", "list items of donations with donor Baxter Farm"},
			{"which donor donated the most in 2025", "donations with date in 2025, sum of estimated value, by donor, top 1"},
			{"farms that donated cheese", "list donors of donations with kind Farm and item Cheese"},
			{"donors who have not donated since June 2026", "list donors without donations date since 2026-06-01"},
			{"donate 20 apples to us", ""},
			{"do we have more halal households or more vegetarian households", "number of households with dietary needs Halal or Vegetarian, by dietary needs"},
			{"do we have more halal households or more vegetarian parcels", ""},
		}},
		{"inn", []string{"hotels.csv", "room_types.csv", "guests.csv", "reservations.csv", "reviews.csv"}, []reads{
			{"guests with more than 2 reservations", "number of reservations, with more than 2 reservations, by guest"},
			{"reservations with more than 2 guests", "list reservations with guests more than 2"},
			{"which hotel has the best rating", "reviews, average rating 1 5, by hotel, top 1"},
			{"top 5 guests by total price", "reservations, sum of total price, by guest, top 5"},
			{"which channel brings the most money", ""},
			{"guests who never made a reservation", "list guests without reservations"},
			{"share of website bookings", "reservations, share of number of reservations with channel Website"},
			{"what did Freya Marsh reserve", ""},
			{"how many single rooms are there", ""},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			checkReads(t, engine(t, imported(t, filepath.Join("testdata", tc.name), tc.files...)), tc.reads)
		})
	}
}
