package daemon_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"openclaw/internal/control"
)

// browser is somebody signed in, on a daemon with a few deals.
type browser struct {
	t      *testing.T
	client *http.Client
	url    string
}

func signedIn(t *testing.T, dir, at string) *browser {
	t.Helper()
	var link struct{ URL string }
	if err := control.Dial(dir).Do(t.Context(), "POST", "/api/v1/open", nil, &link); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, client: &http.Client{Jar: jar}, url: at}
	b.send(link.URL, nil)
	return b
}

// send gets a page, or posts a form, and gives the page that it ends on.
func (b *browser) send(at string, form url.Values) (int, string) {
	b.t.Helper()
	if !strings.HasPrefix(at, "http") {
		at = b.url + at
	}
	method, body := "GET", io.Reader(http.NoBody)
	if form != nil {
		method, body = "POST", strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, at, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.url)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	resp, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// shows holds a page to what must stand on it; with a "!" before it, to what must not.
func (b *browser) shows(at string, form url.Values, status int, texts ...string) {
	b.t.Helper()
	got, page := b.send(at, form)
	if got != status {
		b.t.Errorf("%s: %d, not %d", at, got, status)
	}
	for _, text := range texts {
		without, not := strings.CutPrefix(text, "!")
		if strings.Contains(page, without) == not {
			_, main, _ := strings.Cut(page, `<main`)
			b.t.Errorf("%s: wants %s in\n%s", at, text, main)
		}
	}
}

func TestViewsAboveATable(t *testing.T) {
	d, dir, c := api(t, "admin")
	c.deals()
	for _, values := range []string{`{"name":"Small","value":10}`, `{"name":"Large","value":1000}`, `{"name":"Larger","value":2000}`} {
		c.ok(nil, "POST", deals, `{"values":`+values+`}`)
	}
	b := signedIn(t, dir, d.URL())
	b.shows("/o/deal", nil, 200, "3 rows", "!Save as view", `!aria-label="Views"`)
	b.shows("/o/deal?f=value:ge:500&sort=-value", nil, 200, "2 rows", "Save as view", "!Remove Big")
	b.shows("/o/deal/view", url.Values{"f": {"value:ge:500"}, "sort": {"-value"}, "name": {"Big & fine"}}, 200,
		"2 rows", `aria-current="page">Big &amp; fine</a>`, `aria-sort="descending"`, "Remove Big &amp; fine", "is saved")
	b.shows("/o/deal?view=big+%26+fine&f=value:le:1500", nil, 200, "1 row", "Large", "!Larger")
	b.shows("/o/deal?view=big+%26+fine&ff=name&fop=is&fv=Larger", nil, 200, "1 row", "Larger", `aria-current="page">Big`)
	b.shows("/o/deal/export?view=big+%26+fine", nil, 200, "Larger", "!Small")
	b.shows("/o/deal?view=nope", nil, 404, "no view")
	b.shows("/o/deal/view", url.Values{"name": {" "}}, 422, "needs a name")

	c.ok(nil, "PUT", "/api/v1/objects/deal/views/Either", `{"fields":["value","created_at"],"filter":{"or":[{"term":{"path":"name"},"op":"=","values":["Small"]},{"term":{"path":"value"},"op":">","values":["1500"]}]}}`)
	b.shows("/o/deal?view=Either", nil, 200, "2 rows", "!>Small<", `aria-current="page">Either`, "Value")
	b.shows("/o/deal?view=Either&f=value:ge:500", nil, 200, "1 row")

	b.shows("/schema/deal", nil, 200, "!Move Name up", "Move Name down", "Move Value up", "!Move Value down")
	c.ok(nil, "PATCH", "/api/v1/objects/deal/fields/value", `{"name":"worth"}`)
	b.shows("/o/deal?view=Either", nil, 200, "2 rows")
	c.ok(nil, "DELETE", "/api/v1/objects/deal/fields/worth", nil)
	b.shows("/o/deal?view=Either", nil, 422, "has no field", "Save as view", "Remove Either")
	b.shows("/o/deal/view/remove", url.Values{"view": {"Either"}}, 200, "3 rows", "!>Either</a>")

	c.ok(nil, "POST", "/api/v1/objects", `{"name":"note","label":"Note","plural":"Notes","fields":[{"name":"name","type":"text"}]}`)
	b.shows("/schema/note", url.Values{"do": {"move_object"}, "at": {"0"}}, 200, "Notes moved.", "Move deals up", "!Move notes up", "Move notes down", "!Move deals down")
	b.shows("/schema/note", url.Values{"do": {"move_object"}, "at": {"1"}}, 200, "Notes moved.", "Move notes up", "!Move notes down")
}

func TestFindForgivesTypos(t *testing.T) {
	d, dir, c := api(t, "admin")
	c.deals()
	for _, name := range []string{"Acme Corporation", "Bluth Company"} {
		c.ok(nil, "POST", deals, `{"values":{"name":"`+name+`"}}`)
	}
	b := signedIn(t, dir, d.URL())
	b.shows("/search?q=acme+corp", nil, 200, "Acme Corporation", "!Nearest", "!Bluth")
	b.shows("/search?q=Acne+Corp", nil, 200, "Nothing is called “Acne Corp”. Nearest:", "Acme Corporation", "!Bluth")
	b.shows("/search?q=quite+another", nil, 200, "Nothing found", "!Nearest", "!Acme")
	var got struct {
		Results, Nearest []struct{ Title string }
	}
	c.ok(&got, "GET", "/api/v1/search?q=Acne+Corp", nil)
	if len(got.Results) != 0 || len(got.Nearest) != 1 || got.Nearest[0].Title != "Acme Corporation" {
		t.Errorf("%+v", got)
	}
	for _, at := range []string{"/o/deal/%2e%2e", "/o/deal/x", "/o/deal/0", "/o/deal/1/field/nope", "/o/deal?f=nope:is:1"} {
		b.shows(at, nil, 404, "!#0")
	}
	b.shows("/o/deal/x", nil, 404, "There is nothing at /o/deal/x.")
	b.shows("/o/deal/99", nil, 404, "#99")
}

func TestWhatCannotBeUndoneSaysWhy(t *testing.T) {
	d, dir, c := api(t, "admin")
	c.deals()
	var made struct{ Batch int64 }
	c.ok(&made, "POST", "/api/v1/objects", `{"name":"note","label":"Note","plural":"Notes","fields":[{"name":"name","type":"text"}]}`)
	c.ok(nil, "PATCH", "/api/v1/objects/note/fields/name", `{"name":"title"}`)
	b := signedIn(t, dir, d.URL())
	b.shows(fmt.Sprintf("/undo/%d", made.Batch), url.Values{}, 409, "would lose a newer change of Notes", "openclawd history note", "!There now")
	b.shows("/o/note/view", url.Values{"name": {"All"}}, 200, "is saved", "Undo")
	b.shows("/history", nil, 200, "saved the view “All” of notes")
	b.shows("/saved", url.Values{"question": {"how many notes"}}, 200, "Pinned to Home", "Undo")
	b.shows("/history", nil, 200, "saved the question “how many notes”")
}

// An address that asks for what there is not says so, as the API does.
func TestHistoryOfNothing(t *testing.T) {
	d, dir, c := api(t, "admin")
	c.deals()
	b := signedIn(t, dir, d.URL())
	b.shows("/history?object=deal", nil, 200)
	b.shows("/history?object=nope", nil, 404, "nope")
	for _, q := range []string{"after=abc", "batch=zzz", "record=-1&object=deal"} {
		b.shows("/history?"+q, nil, 400, "is no number of")
	}
}

func TestAFieldAddedByHandIsGuessedToo(t *testing.T) {
	d, dir, c := api(t, "admin")
	c.ok(nil, "POST", "/api/v1/objects", `{"name":"bid","label":"Bid","plural":"Bids","fields":[{"name":"name","type":"text"}]}`)
	b := signedIn(t, dir, d.URL())
	b.shows("/schema/bid", url.Values{"do": {"add_field"}, "label": {"Amount"}, "type": {"money"}}, 200, "what it is worth")
	b.shows("/schema/bid", url.Values{"do": {"add_field"}, "label": {"Stage"}, "type": {"choice"}, "options": {"New\nWon\nLost"}}, 200, "where it stands")
	b.shows("/schema/bid", url.Values{"do": {"add_field"}, "label": {"Price"}, "type": {"money"}}, 200, "Price added.")
	c.ok(nil, "POST", "/api/v1/objects/bid/records", `{"values":{"name":"One","amount":12,"stage":"Won"}}`)
	b.shows("/ask?q=how+many+won+bids", nil, 200, "<strong>1</strong>")
}
