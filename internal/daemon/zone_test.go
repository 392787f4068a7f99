package daemon_test

import (
	"encoding/json"
	"net/url"
	"testing"
	"time"
)

// TestDaysAreThoseOfTheClock: Late stands on the 11th in UTC and on the 10th where the machine is.
func TestDaysAreThoseOfTheClock(t *testing.T) {
	place, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Clock = func() time.Time { return time.Date(2024, 6, 10, 23, 45, 0, 0, place) }
	d := start(t, o)
	c, b := newCaller(t, d, o.Dir, "admin"), signedIn(t, o.Dir, d.URL())
	c.ok(nil, "POST", "/api/v1/objects", `{"name":"event","label":"event","plural":"events","fields":[{"name":"name","label":"Name","type":"text"},
		{"name":"at","label":"At","type":"datetime"},{"name":"price","label":"Price","type":"money","scale":2,"currency":"EUR"}]}`)
	for _, values := range []string{`{"name":"Early","at":"2024-06-10T02:30:00Z"}`, `{"name":"Late","at":"2024-06-11T03:30:00Z","price":"5"}`} {
		c.ok(nil, "POST", "/api/v1/objects/event/records", `{"values":`+values+`}`)
	}
	b.shows("/o/event?f=at:is:2024-06-10", nil, 200, "1 row", "Late", "!Early", "today 23:30", "10 Jun 2024")
	b.shows("/o/event?f=at:le:2024-06-09", nil, 200, "1 row", "Early", "9 Jun 2024")
	b.shows("/sql", url.Values{"q": {`SELECT e.name, e.at FROM event e WHERE e.name = 'Early'`}}, 200, "yesterday 22:30")
	b.shows("/sql", url.Values{"q": {`SELECT TIMESTAMP '2023-06-11 03:30:00' AS early`}}, 200, "10 Jun 2023 23:30")
	b.shows("/ask?q="+url.QueryEscape("list events at today"), nil, 200, "Late", "!Early")
	b.shows("/o/event?f=price:ge:$4", nil, 422, "is in USD, and Price is kept in EUR.")
	b.shows("/o/event?f=price:ge:4", nil, 200, "Late")
	for filter, want := range map[string]string{"at = 2024-06-10": "[[2,\"2024-06-11T03:30:00Z\"]]", "at < 2024-06-10T02:31:00Z": "[[1,\"2024-06-10T02:30:00Z\"]]"} {
		var got struct{ Rows json.RawMessage }
		c.ok(&got, "GET", "/api/v1/objects/event/records?field=at&filter="+url.QueryEscape(filter), nil)
		if string(got.Rows) != want {
			t.Errorf("%s: %s, want %s", filter, got.Rows, want)
		}
	}
	c.fails(422, "GET", "/api/v1/objects/event/records?filter="+url.QueryEscape("price > $5"), nil)
	for question, want := range map[string]string{"how many events at today": "[[1]]", "how many events at this week": "[[1]]", "how many events at yesterday": "[[1]]", "how many events at 9 June 2024": "[[1]]"} {
		var got struct{ Rows json.RawMessage }
		c.ok(&got, "POST", "/api/v1/ask", map[string]string{"question": question})
		if string(got.Rows) != want {
			t.Errorf("%s: %s, want %s", question, got.Rows, want)
		}
	}
}
