package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPages opens every page on a desk and on a phone, by day and by night: nothing on the console, nothing asked of
// another origin, nothing wider than the screen, one heading, and the landmarks that a screen reader goes by.
func TestPages(t *testing.T) {
	b := startBox(t)
	tab := openTab(t, b.url)
	for _, width := range widths() {
		tab.size(width)
		tab.open("/signin")
		tab.sound(t, fmt.Sprintf("signin-%d", width), width)
	}
	tab.do(navigate(b.link(t)))
	for _, width := range widths() {
		tab.size(width)
		for _, p := range []struct{ name, path string }{{"fresh", "/"}, {"fresh-objects", "/o"}, {"fresh-schema", "/schema"}} {
			tab.open(p.path)
			tab.sound(t, fmt.Sprintf("%s-%d", p.name, width), width)
		}
	}
	b.demo(t)
	tab.open("/o")
	table := tab.first(`.biglist a[href^="/o/"]`)
	tab.open(table)
	record := tab.first(`[data-grid] a.link`)
	field := tab.first(`[data-grid] td[data-edit]:not(.m1)`)
	object := strings.TrimPrefix(table, "/o/")
	pages := []struct{ name, path string }{
		{"home", "/"},
		{"ask", "/ask?q=how+many+" + object},
		{"ask-bars", "/ask?q=how+many+invoices+by+status"},
		{"ask-plot", "/ask?q=invoices+by+month+in+2026"},
		{"ask-rows", "/ask?q=show+invoices"},
		{"ask-unknown", "/ask?q=how+many+frobnications"},
		{"table", table},
		{"table-sorted", table + "?sort=-" + field},
		{"table-nothing", table + "?f=" + field + ":is:no+such+value"},
		{"trash", table + "?trash=1"},
		{"new", table + "/new"},
		{"record", record},
		{"record-edit", record + "?edit=" + field},
		{"import", "/import"},
		{"sql", "/sql?q=SELECT+count(*)+AS+n+FROM+v_" + object},
		{"history", "/history"},
		{"schema", "/schema"},
		{"object", "/schema/" + object},
		{"field", "/schema/" + object + "/" + field},
		{"settings", "/settings"},
		{"search", "/search?q=a"},
		{"objects", "/o"},
		{"more", "/more"},
	}
	for _, width := range widths() {
		tab.size(width)
		for _, scheme := range []string{"light", "dark"} {
			tab.theme(scheme)
			for _, p := range pages {
				tab.open(p.path)
				tab.sound(t, fmt.Sprintf("%s-%d-%s", p.name, width, scheme), width)
			}
		}
	}
}

// widths are those of a desk, a tablet and a phone.
func widths() []int64 { return []int64{1280, 820, 380} }

// TestMenus opens what floats above a table: it must fit, too.
func TestMenus(t *testing.T) {
	b := startBox(t)
	b.demo(t)
	tab := openTab(t, b.url)
	tab.do(navigate(b.link(t)))
	tab.open("/o")
	table := tab.first(`.biglist a[href^="/o/"]`)
	tab.open(table)
	field := tab.first(`[data-grid] td[data-edit]:not(.m1)`)
	for _, width := range widths() {
		tab.size(width)
		for _, scheme := range []string{"light", "dark"} {
			tab.theme(scheme)
			tab.open(table + "?f=" + field + ":filled:&sort=-" + field)
			for i := range eval[int](tab, `document.querySelectorAll("details[data-menu]").length`) {
				eval[bool](tab, fmt.Sprintf(`(() => { document.querySelectorAll("details[data-menu]").forEach((d, i) => { d.open = i === %d; }); return true; })()`, i))
				tab.sound(t, fmt.Sprintf("menu%d-%d-%s", i, width, scheme), width)
				if out := eval[string](tab, `[...document.querySelectorAll("details[data-menu][open] *")].filter((e) => e.checkVisibility() && (e.getBoundingClientRect().right > innerWidth || e.getBoundingClientRect().left < 0)).map((e) => e.tagName + "." + e.className).slice(0, 3).join(" ")`); out != "" {
					t.Errorf("menu %d sticks out at %d: %s", i, width, out)
				}
			}
		}
	}
}

// first is the address of the first link of a selector, or the field of the first cell.
func (b *tab) first(selector string) string {
	b.t.Helper()
	v := eval[string](b, fmt.Sprintf(`(() => { const e = document.querySelector(%q); return e?.getAttribute("href") ?? e?.dataset.cell ?? ""; })()`, selector))
	if v == "" {
		b.t.Fatalf("there is no %s on\n%s", selector, b.said())
	}
	return v
}

// sound checks what holds for every page.
func (b *tab) sound(t *testing.T, name string, width int64) {
	t.Helper()
	b.picture(name)
	b.quiet(name)
	if over := eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("%s is %d px wider than the screen: %s", name, over, eval[string](b, widest))
	}
	if n := eval[int](b, `[...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length`); n != 1 {
		t.Errorf("%s has %d main headings", name, n)
	}
	if n := eval[int](b, `document.querySelectorAll("main").length`); n != 1 {
		t.Errorf("%s has %d main landmarks", name, n)
	}
	if bare := eval[string](b, unnamed); bare != "" {
		t.Errorf("%s has controls without a name: %s", name, bare)
	}
	if small := eval[string](b, tiny); small != "" && width < 700 {
		t.Errorf("%s has text under 11 px: %s", name, small)
	}
}

const (
	widest  = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll-x, .files, .table-scroll")).map((e) => e.tagName + "." + e.className).slice(0, 5).join(" ")`
	unnamed = `[...document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea")].filter((e) => e.checkVisibility() && !(e.innerText?.trim() || e.textContent?.trim() && !e.matches("select, textarea") || e.getAttribute("aria-label") || e.labels?.length)).map((e) => e.outerHTML.slice(0, 120)).slice(0, 3).join(" | ")`
	tiny    = `[...document.querySelectorAll("body *")].filter((e) => e.childNodes.length && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.checkVisibility() && !e.closest("[aria-hidden]") && parseFloat(getComputedStyle(e).fontSize) < 11).map((e) => e.outerHTML.slice(0, 80)).slice(0, 3).join(" | ")`
)

// TestTypingGoesOn takes a part of a question away and goes on typing: the box says what is asked, and what is typed comes
// behind it.
func TestTypingGoesOn(t *testing.T) {
	b := startBox(t)
	b.demo(t)
	tab := openTab(t, b.url)
	tab.size(1280)
	tab.do(navigate(b.link(t)))
	tab.open("/ask?q=how+many+won+deals+in+2025")
	tab.do(chromedp.Click(`.word-off[aria-label="Ask without in 2025"]`))
	tab.until(`document.querySelector("#q").value === "how many won deals" && document.querySelector("#answer .bignum") !== null`)
	tab.open("/search?q=Cormornt")
	tab.until(`document.querySelector("#found").innerText.includes("Nearest")`)
	if got := eval[int](tab, `document.querySelector("#q").selectionStart`); got != len("Cormornt") {
		t.Errorf("the cursor stands at %d", got)
	}
	tab.do(chromedp.KeyEvent("\b"))
	tab.do(chromedp.KeyEvent("\b"), chromedp.KeyEvent("a"), chromedp.KeyEvent("n"), chromedp.KeyEvent("t"))
	tab.until(`document.querySelector("#q").value === "Cormorant" && !document.querySelector("#found").innerText.includes("Nearest") && document.querySelector("#found a[href^='/o/']") !== null`)
	tab.quiet("typing goes on")
}
