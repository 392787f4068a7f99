package browser_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// TestRemovedComesBack finds what was removed on the page of what there is, long after its Undo is gone.
func TestRemovedComesBack(t *testing.T) {
	v := visit(t, startBox(t))
	v.imported(v.post(cut(v.upload("/import", "clients.csv", clientsCSV).path) + "/run"))
	if p := v.get("/schema/clients"); len(p.all("section", "aria-label", "In the trash")) > 0 {
		t.Errorf("an empty trash is shown")
	}
	v.post("/schema/clients", "do", "remove_field", "field", "city").says(t, 200, "City is in the trash.", "text, 2 values; removed by")
	v.post("/schema/clients", "do", "add_field", "label", "City", "type", "number").says(t, 200, "City added.")
	v.post("/schema/clients", "do", "restore_field", "field", "city", "label", "City").says(t, 422, "city")
	v.post("/schema/clients", "do", "rename_field", "field", "city", "to", "code").says(t, 200)
	p := v.post("/schema/clients", "do", "restore_field", "field", "city", "label", "City")
	p.says(t, 200, "City is back.")
	if len(p.all("section", "aria-label", "In the trash")) > 0 {
		t.Errorf("what came back is still in the trash")
	}
	v.get("/o/clients").says(t, 200, "Bonn", "Oslo")

	v.post("/schema/clients", "do", "remove_object").says(t, 200, "Clients are in the trash.", "2 rows; removed by")
	v.post("/schema/clients", "do", "restore_object", "object", "clients", "label", "Clients").says(t, 200, "Clients are back.")
	v.post("/schema/clients", "do", "restore_object", "object", "clients").says(t, 422, "clients")
	v.get("/o/clients").says(t, 200, "Bonn", "2 rows")
}

// TestLegalMoves states which moves a pipeline allows, and keeps to them.
func TestLegalMoves(t *testing.T) {
	v := visit(t, startBox(t))
	object := v.post("/schema", "label", "order").path
	field := object + "/state"
	v.post(object, "do", "add_field", "label", "State", "type", "choice", "options", "Won = lost\n").says(t, 200)
	v.post(object, "do", "set_field", "field", "state", "label", "State", "options", "new, fresh = open\npaid = won\na = b\nlost, cash = lost\nWon")
	p := v.get(field)
	own := p.text("textarea", "id", "f-opts")
	if want := "new, fresh = open paid = won a = b lost, cash = lost Won"; own != want {
		t.Errorf("the options come back as %q, want %q", own, want)
	}
	ticked := p.all("input", "name", "move")
	for _, box := range ticked {
		if _, on := attr(box, "checked"); !on {
			t.Errorf("without a stated move, not all are legal")
		}
	}
	if len(ticked) != 5*6 {
		t.Errorf("%d moves between 5 options and none, want 30", len(ticked))
	}
	move := func(from, to string) string { return url.Values{"from": {from}, "to": {to}}.Encode() }
	v.post(object, "do", "set_field", "field", "state", "moves", "1").says(t, 422, "could never change")
	v.post(object, "do", "set_field", "field", "state", "moves", "1", "move", move("", "new"), "move", move("new", "paid")).says(t, 200, "The moves of State are saved.")
	v.post("/o/orders", "name", "A", "state", "paid").says(t, 422, "State")
	record := v.post("/o/orders", "name", "A", "state", "new").path
	v.post(record+"/field/state", "value", "lost").says(t, 422)
	v.post(record+"/field/state", "value", "paid").says(t, 200, "State is now paid.")

	// To save the rest of a field leaves its moves; an option that goes takes its moves along.
	v.post(object, "do", "set_field", "field", "state", "label", "Stand", "options", "new = open\npaid = won").says(t, 200, "Stand saved.")
	p = v.get(field)
	n := 0
	for _, box := range p.all("input", "name", "move") {
		if _, on := attr(box, "checked"); on {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d moves are legal, want the 2 that were stated", n)
	}
	// What is refused is not lost: the form still holds it.
	p = v.post(object, "do", "set_field", "field", "state", "label", "Stage of it", "options", "new = open")
	p.says(t, 422, "paid")
	if got := p.value("input", "id", "f-label", "value"); got != "Stage of it" {
		t.Errorf("what was typed is lost: %q", got)
	}
	p = v.post(object, "do", "add_field", "label", "Name", "type", "number", "scale", "3")
	p.says(t, 422)
	if got := p.value("input", "id", "f-scale", "value"); got != "3" || p.value("input", "id", "f-label", "value") != "Name" {
		t.Errorf("what was typed of a new field is lost: %q", got)
	}
}

// TestNamesLeadToRecords follows the names of an answer.
func TestNamesLeadToRecords(t *testing.T) {
	b := startBox(t)
	b.demo(t)
	v := visit(t, b)
	p := v.get("/ask?q=" + url.QueryEscape("how many deals by company"))
	href := p.value("a", "class", "link", "href")
	for _, a := range p.all("a", "class", "link") {
		if h, _ := attr(a, "href"); strings.Contains(h, "/named?") {
			href = h
			break
		}
	}
	if p := v.get(href); !strings.HasPrefix(p.path, "/o/company/") || p.status != 200 {
		t.Errorf("%s led to %s, not to a company", href, p.path)
	}
	v.get("/o/company/named?name=Nobody+of+that+name").says(t, 200, "Nothing matches")
	v.get("/o/nothing/named?name=x").says(t, 404)
}

// TestPagesBack goes two pages on and two back.
func TestPagesBack(t *testing.T) {
	v := visit(t, startBox(t))
	rows := "code,amount\n"
	for i := range 230 {
		rows += "C-" + strconv.Itoa(1000+i) + "," + strconv.Itoa(i) + "\n"
	}
	v.imported(v.post(cut(v.upload("/import", "bills.csv", rows).path) + "/run"))
	to := func(p view, rel, span string) view {
		t.Helper()
		p = v.get(p.value("a", "rel", rel, "href"))
		p.says(t, 200, span)
		return p
	}
	p := v.get("/o/bills?sort=-amount")
	p = to(to(to(p, "next", "51 to 100"), "next", "101 to 150"), "next", "151 to 200")
	p = to(to(p, "prev", "101 to 150"), "prev", "51 to 100")
	p = to(p, "prev", "1 to 50")
	if len(p.all("a", "rel", "prev")) > 0 {
		t.Errorf("there is a page before the first")
	}
	p.says(t, 200, "C-1229")
	if got := p.text("nav", "aria-label", "Sort by"); got != "CodeAmount" {
		t.Errorf("a phone offers to sort by %q", got)
	}

	v.get("/o/bills?f=amount:gt:many").says(t, 422, "230", `"many" is not a number for Amount.`, "Without filters")
	p = v.post("/o/bills", "code", "C-1", "amount", "many")
	p.says(t, 422, "many")
	if len(p.all("input", "aria-invalid", "true")) != 1 {
		t.Errorf("the field that is wrong is not marked")
	}
}
