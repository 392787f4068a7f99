package browser_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"openclaw/internal/config"
)

const (
	clientsCSV = "name,city\nAcme,Bonn\nBlue Fern,Oslo\n"
	visitsCSV  = "visit_no,client,seen_on,fee\nV-1,Acme,1/2/2017,120.50\nV-2,BlueFern,3/4/2017,80\nV-3,Acme,5/6/2017,99\nV-4,Acme,7/8/2017,60\nV-5,Zed,1/9/2017,10\n"
)

// TestImportWithoutScript brings two files whose dates can be read in two ways and whose names do not all match.
func TestImportWithoutScript(t *testing.T) {
	v := visit(t, startBox(t))
	p := v.upload("/import", "visits.csv", visitsCSV, "clients.csv", clientsCSV)
	p.says(t, 200, "Match and check", "A question", "Answer the question above first.")
	draft, _, _ := strings.Cut(p.path, "?")

	p = v.post(draft, "file", "1", "date.visits.seen_on", "day-first", "fix.visits.client.Zed", "create")
	p.says(t, 200, "A name to settle", "BlueFern", "Import 7 rows")
	if got := p.value("input", "value", "create", "checked"); got != "" || len(p.all("input", "checked", "*")) < 2 {
		t.Errorf("what was decided is not shown as decided")
	}

	p = v.imported(v.post(draft + "/run"))
	p.says(t, 200, "7 rows created", "One batch. One Undo takes all of it back.")
	v.get("/o/clients").says(t, 200, "Zed", "Blue Fern", "3 rows")
	v.get("/o/visits?sort=-seen_on").says(t, 200, "7 Aug 2017", "$80")

	p = v.upload("/import", "visits.csv", visitsCSV, "clients.csv", clientsCSV)
	draft, _, _ = strings.Cut(p.path, "?")
	v.post(draft, "date.visits.seen_on", "day-first", "fix.visits.client.Zed", "create")
	v.imported(v.post(draft+"/run")).says(t, 200, "Nothing changed", "Every row was here already.")
}

// TestNumbersAreAskedAbout brings weights that are thousands or fractions, and says which.
func TestNumbersAreAskedAbout(t *testing.T) {
	v := visit(t, startBox(t))
	p := v.upload("/import", "parts.csv", "part;weight\nA;1.234\nB;5.678\nC;12.500\n")
	p.says(t, 200, "A question", "the point or the comma?", "1.234 is 1234 (decimal comma)", "Answer the question above first.")
	draft, _, _ := strings.Cut(p.path, "?")
	v.post(draft, "decimal.parts.weight", "point").says(t, 200, "decimal point: 1.234 is 1.234", "Import 3 rows")
	v.imported(v.post(draft+"/run")).says(t, 200, "3 rows created")
	v.get("/o/parts").says(t, 200, "12.500")
}

// TestRejects takes what is good, and gives the rest back as a file.
func TestRejects(t *testing.T) {
	v := visit(t, startBox(t))
	rows := "code,amount\n"
	for i := range 200 {
		rows += "C-" + strconv.Itoa(1000+i) + "," + strconv.Itoa(i) + "\n"
	}
	p := v.upload("/import", "bills.csv", rows+"C-9999,many\n")
	p.says(t, 200, "1 row rejected", "many", "Import 200 rows")
	draft, _, _ := strings.Cut(p.path, "?")
	p = v.imported(v.post(draft+"/run", "yes", "1"))
	p.says(t, 200, "200 rows created, 1 rejected")
	link := ""
	for _, a := range p.all("a", "href", "*") {
		if href, _ := attr(a, "href"); strings.Contains(href, "/rejects/") {
			link = href
		}
	}
	if file := v.get(link); !strings.Contains(file.body, "C-9999,many") {
		t.Errorf("the file of rejects at %q holds %q", link, file.body)
	}
	for name, files := range map[string][]string{
		"no file":    nil,
		"no table":   {"x.csv", ""},
		"a bad name": {"../../x.bin", "\x00\x01\x02"},
	} {
		if p := v.upload("/import", files...); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s answered %d: %.300s", name, p.status, p.text("main", "", ""))
		}
	}
	v.get("/import/0123456789abcdef").says(t, 404, "not here any more")

	draft = cut(v.upload("/import", "notes.csv", "a,b\n1,2\n").path)
	v.post(draft+"/cancel").says(t, 200, "Stopped. Nothing was written.")
	v.get(draft).says(t, 404)
	draft = cut(v.upload("/import", "notes.csv", "a,b\n1,2\n").path)
	v.imported(v.post(draft + "/run"))
	v.post(draft+"/cancel").says(t, 200, "1 row created") // too late to stop, and it says so
}

// imported waits until an import has ended.
func (v *visitor) imported(p view) view {
	v.t.Helper()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for p.text("section", "aria-label", "Result") == "" {
		if p.status != http.StatusOK {
			v.t.Fatalf("%s answered %d: %.500s", p.path, p.status, p.text("main", "", ""))
		}
		select {
		case <-v.t.Context().Done():
			v.t.Fatal("the import never ended")
		case <-again.C:
			p = v.get(p.path)
		}
	}
	return p
}

// TestRecordWithoutScript adds, edits, deletes and brings back by plain forms.
func TestRecordWithoutScript(t *testing.T) {
	v := visit(t, startBox(t))
	v.imported(v.post(cut(v.upload("/import", "clients.csv", clientsCSV).path) + "/run"))

	v.post("/o/clients", "name", "").says(t, 422, "Nothing was filled in.")
	p := v.post("/o/clients", "name", "Gren & <b>Co</b>", "city", "Rome")
	p.says(t, 200, "Gren & <b>Co</b>", "Client added.", "Undo")
	record := p.path

	p = v.get(record + "?edit=city")
	version := p.value("input", "name", "version", "value")
	v.post(record+"/field/city", "value", "Milan", "version", version).says(t, 200, "City is now Milan.", "Rome")
	p = v.post(record+"/field/city", "value", "Turin", "version", version)
	p.says(t, 409, "changed this", "Milan")
	if got := p.value("input", "name", "value", "value"); got != "Turin" {
		t.Errorf("what was typed against an older version is lost: %q", got)
	}
	v.post(record+"/field/city", "value", "Turin", "version", p.value("input", "name", "version", "value")).says(t, 200, "City is now Turin.")

	// To take the older change back would lose the newer one: both values are shown, and nothing is done.
	var undos []string
	for _, f := range v.get(record).all("form", "action", "*") {
		if action, _ := attr(f, "action"); strings.HasPrefix(action, "/undo/") {
			undos = append(undos, action)
		}
	}
	p = v.post(undos[len(undos)-2], "back", record)
	p.says(t, 409, "Turin", "Rome", "There now")
	v.get(record).says(t, 200, "Turin")

	p = v.post(record + "/delete")
	p.says(t, 200, "is in the trash.", "Undo", "2 rows")
	v.get("/o/clients?trash=1").says(t, 200, "Gren")
	v.post(record+"/restore").says(t, 200, "is back.")
	p = v.get("/history")
	p.says(t, 200, "brought the client back", "Milan", "Turin")
	undo := p.value("form", "method", "post", "action")
	for _, f := range p.all("form", "action", "*") {
		if action, _ := attr(f, "action"); strings.HasPrefix(action, "/undo/") {
			undo = action
			break
		}
	}
	v.post(undo, "back", "/o/clients").says(t, 200, "taken back.", "Do again", "2 rows")

	v.get("/o/nothing").says(t, 404, `There is no object "nothing".`)
	v.get(record+"0").says(t, 404)
	v.get("/o/clients?f=shoe:is:9").says(t, 404, `There is no field "shoe" here.`)
	v.get("/o/clients?sort=shoe").says(t, 404)
	v.get("/o/clients?f=city:is:Oslo").says(t, 200, "1 row", "Blue Fern")
	v.get("/o/clients?ff=city&fop=has&fv=slo").says(t, 200, "1 row", "Blue Fern")
	if got := v.get("/o/clients/export?f=city:is:Oslo").body; got != "name,city\nBlue Fern,Oslo\n" {
		t.Errorf("the export is %q", got)
	}
}

func cut(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}

// TestSchemaWithoutScript makes an object by hand and changes it.
func TestSchemaWithoutScript(t *testing.T) {
	v := visit(t, startBox(t))
	v.post("/schema", "label", "").says(t, 422, "An object needs a name.")
	p := v.post("/schema", "label", "invoice")
	p.says(t, 200, "Invoices added.", "Undo")
	object := p.path
	v.post(object, "do", "add_field", "label", "Total", "type", "text").says(t, 200, "Total added.")
	v.post(object, "do", "add_field", "label", "State", "type", "choice", "options", "open = open\npaid = won\n").says(t, 200, "State added.", "choice: open, paid")
	v.post("/o/invoices", "name", "A", "total", "12", "state", "paid").says(t, 200, "Invoice added.")
	v.post("/o/invoices", "name", "B", "total", "a lot").says(t, 200, "Invoice added.")
	p = v.get("/schema/invoices/total?type=number&scale=0")
	p.says(t, 200, "1 value of 2 values cannot become number", "a lot", "Change, and empty 1 value")
	v.post(object, "do", "change_field", "field", "total", "type", "number", "scale", "0").says(t, 422)
	v.post(object, "do", "change_field", "field", "total", "type", "number", "scale", "0", "lossy", "1").says(t, 200, "Total is now a number.")
	v.post(object, "do", "set_field", "field", "state", "label", "Status", "synonyms", "phase", "options", "open = open\npaid = won\nvoid = lost").says(t, 200, "Status saved.", "also phase", "void")
	v.post(object, "do", "rename_field", "field", "state", "to", "status").says(t, 200, "status")
	v.post(object, "do", "move_field", "field", "total", "at", "0").says(t, 200, "Total moved.")
	v.post(object, "do", "remove_field", "field", "total").says(t, 200, "Total is in the trash.", "Undo")
	v.post(object, "do", "nonsense").says(t, 422, "There is no such change")
	v.get("/history").says(t, 200, "made invoices", "added the field Total to invoices", "made Total of invoices a number, before a text", "moved the field Total of invoices to the trash")
	v.post(object, "do", "remove_object").says(t, 200, "Invoices are in the trash.")
	v.get("/history").says(t, 200, "moved invoices to the trash, with all their records")
}

// TestSettings makes a token, uses it and ends it, and never shows it a second time.
func TestSettings(t *testing.T) {
	b := startBox(t)
	v := visit(t, b)
	v.get("/settings").says(t, 200, "this one")
	v.post("/settings/token", "label", "", "days", "9", "role", "viewer").says(t, 422, "Say what the token is for.")
	v.post("/settings/token", "label", "x", "days", "9", "role", "emperor").says(t, 403)
	p := v.post("/settings/token", "label", "report", "days", "9", "role", "viewer")
	p.says(t, 200, "This is the only time it is shown.", "report")
	secret := p.text("pre", "class", "cmd-line")
	if strings.Contains(v.get("/settings").body, secret) || secret == "" {
		t.Errorf("the token is shown again, or never: %q", secret)
	}
	use := func() int {
		r, err := http.NewRequestWithContext(t.Context(), "GET", b.url+"/api/v1/objects", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+secret)
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		return w.StatusCode
	}
	if got := use(); got != 200 {
		t.Errorf("the token answers %d", got)
	}
	ids := v.get("/settings").all("input", "name", "id")
	id, _ := attr(ids[len(ids)-1], "value")
	v.post("/settings/revoke", "id", id).says(t, 200, "Ended.")
	if got := use(); got != 401 {
		t.Errorf("a token that was ended answers %d", got)
	}
	v.post("/theme", "theme", "dark", "back", "/settings")
	if got := v.get("/settings").value("html", "lang", "en", "data-theme"); got != "dark" {
		t.Errorf("the theme is %q", got)
	}
	for _, back := range []string{"//elsewhere.example", "https://elsewhere.example/", `/\elsewhere.example`} {
		if p := v.post("/theme", "theme", "light", "back", back); p.path != "/" {
			t.Errorf("back %q led to %s", back, p.path)
		}
	}
	v.post("/signout").says(t, 401, "Open a link from the box")
	v.get("/o").says(t, 401, "openclawd open")
}

// TestReadOnly says that nothing can be written, and offers nothing that writes.
func TestReadOnly(t *testing.T) {
	b := startBox(t, func(c *config.Config) { c.FreeFloor = 1 << 60 })
	v := visit(t, b)
	p := v.get("/import")
	p.says(t, 200, "Nothing can be written now.", "writing begins again by itself", "Read only")
	v.post("/schema", "label", "invoice").says(t, http.StatusServiceUnavailable)
}

// TestAsk shows the four ways a question may end, and what a shared address holds.
func TestAsk(t *testing.T) {
	b := startBox(t)
	v := visit(t, b)
	v.get("/").says(t, 200, "Bring your data")
	v.post("/demo").says(t, 200, "made-up records", "1,200")
	v.post("/demo").says(t, 409, "demo data only goes into an empty one")
	p := v.get("/ask?q=" + url.QueryEscape("how many deals by stage"))
	p.says(t, 200, "By the grammar.", "SQL that ran", "Pin")
	if len(p.all("table", "class", "bars")) == 0 {
		t.Errorf("no bars for counts by a choice")
	}
	if rows := p.value("a", "href", "/o/deal", "href"); rows == "" {
		t.Errorf("the rows that were counted cannot be opened")
	}
	v.get("/ask?q="+url.QueryEscape("only won ones")+"&then="+url.QueryEscape("how many deals by stage")).says(t, 200, "By the grammar.", "Won")
	v.get("/ask?q="+url.QueryEscape("how many gribbles")).says(t, 200, "gribbles", "Nothing was counted, so no number is shown.")
	v.get("/ask?q="+url.QueryEscape("delete all lost deals")).says(t, 200, "That is not a question")
	v.get("/ask?q="+strings.Repeat("deals+", 400)).says(t, 422, "2,000")
	v.post("/saved", "question", "how many deals").says(t, 200, "Pinned to Home.", "1,200")
	v.post("/saved/remove", "name", "how many deals").says(t, 200, "No longer pinned.")
	v.post("/sql", "q", "DROP TABLE crm.deal").says(t, 422, "SELECT")
	v.post("/sql", "q", "SELECT count(*) AS n FROM deal").says(t, 200, "1,200")
}

// TestTypedLink links to a record of many by typing its name.
func TestTypedLink(t *testing.T) {
	b := startBox(t)
	b.demo(t)
	v := visit(t, b)
	p := v.get("/o/deal/1?edit=contact")
	p.says(t, 200, "Contact")
	names := p.value("input", "list", "edit-contact-names", "hx-get")
	if !strings.HasPrefix(names, "/o/people/names") {
		t.Fatalf("488 people are not suggested but %q", names)
	}
	name := v.get(names+"&value=a").value("option", "value", "*", "value")
	if name == "" {
		t.Fatal("nobody is suggested for an a")
	}
	v.post("/o/deal/1/field/contact", "value", name).says(t, 200, "Contact is now "+name)
	v.post("/o/deal/1/field/contact", "value", "Nobody of that name").says(t, 422, "Nobody of that name")
	v.post("/o/deal/1/field/contact", "value", "").says(t, 200, "Contact is now empty.")
}

// TestViewer offers nothing that changes anything to whoever may only read, and refuses it.
func TestViewer(t *testing.T) {
	b := startBox(t)
	b.demo(t)
	admin := visit(t, b)
	p := admin.post("/settings/token", "label", "reader", "days", "1", "role", "viewer")
	v := &visitor{t: t, client: &http.Client{}, base: b.url, token: p.text("pre", "class", "cmd-line")}
	for _, path := range []string{"/", "/o/deal", "/o/deal/1", "/o/deal/1?edit=title", "/o/deal?trash=1", "/history", "/schema", "/schema/deal", "/schema/deal/title", "/ask?q=how+many+deals"} {
		p := v.get(path)
		p.says(t, 200)
		for _, f := range p.all("form", "method", "post") {
			if action, _ := attr(f, "action"); action != "/theme" && action != "/sql" && action != "/signout" {
				t.Errorf("%s offers %s to a viewer", path, action)
			}
		}
	}
	for _, path := range []string{"/o/deal", "/o/deal/1/field/title", "/o/deal/1/delete", "/undo/1", "/schema", "/saved", "/demo", "/import"} {
		if p := v.post(path, "title", "x"); p.status != http.StatusForbidden {
			t.Errorf("a viewer's %s answered %d", path, p.status)
		}
	}
	v.post("/sql", "q", "SELECT count(*) AS n FROM deal").says(t, 200, "1,200")
}

// TestStop stops an import under way: either nothing of it is there, or all of it, and the page says which.
func TestStop(t *testing.T) {
	v := visit(t, startBox(t))
	var rows strings.Builder
	rows.WriteString("number,text\n")
	for i := range 200_000 {
		rows.WriteString(strconv.Itoa(i) + ",row " + strconv.Itoa(i) + "\n")
	}
	draft := cut(v.upload("/import", "many.csv", rows.String()).path)
	v.post(draft+"/run").says(t, 200, "Importing")
	p := v.post(draft + "/cancel")
	there := v.get("/o/many")
	if strings.Contains(p.text("body", "", ""), "Nothing was written.") {
		there.says(t, 404)
	} else {
		p.says(t, 200, "200,000 rows created")
		there.says(t, 200, "200,000 rows")
	}
}
