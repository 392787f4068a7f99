package browser_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func navigate(url string) chromedp.Action[chromedp.Void] { return chromedp.Navigate(url) }

// salesFiles are the four files of a sales team: from OPENCLAW_TESTDATA where it is there, else a few rows of the same
// shape and with the same traps.
func salesFiles(t *testing.T) []string {
	t.Helper()
	names := []string{"sales_pipeline.csv", "sales_teams.csv", "products.csv", "accounts.csv"} // what refers comes first, on purpose
	dir := os.Getenv("OPENCLAW_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir, err := filepath.Abs(filepath.Join(dir, "crm-sales"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, names[0])); err != nil {
		dir = t.TempDir()
		for name, text := range smallFiles {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.TrimLeft(text, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	return names
}

var smallFiles = map[string]string{
	"accounts.csv": `
account,sector,revenue,subsidiary_of
Northwind,retail,1100.04,
Blue Fern,software,251.41,
Fern Labs,software,87.5,Blue Fern
Hill & Sons,medical,647.18,
`,
	"products.csv": `
product,series,sales_price
GTX Basic,GTX,550
GTX Pro,GTX,4821
MG Special,MG,55
`,
	"sales_teams.csv": `
sales_agent,manager,regional_office
Ada Marsh,Lena Ott,East
Ben Okoro,Lena Ott,East
Cleo Brandt,Rui Sousa,West
`,
	"sales_pipeline.csv": `
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
1C1I7A6R,Ada Marsh,GTX Basic,Northwind,Won,2016-10-20,2017-03-01,560
Z063OYW0,Ben Okoro,GTXPro,Blue Fern,Won,2016-10-25,2017-03-11,4514
EC4QE1BX,Ben Okoro,MG Special,Northwind,Won,2016-10-25,2017-03-07,50
MV1LWRNH,Ada Marsh,GTX Basic,Hill & Sons,Lost,2016-10-25,2017-03-09,0
PE84CX4O,Cleo Brandt,GTX Basic,Fern Labs,Won,2016-10-25,2017-03-02,517
ZNBS69V1,Cleo Brandt,MG Special,,Engaging,2016-10-29,,
9ME3374G,Ada Marsh,MG Special,,Prospecting,,,
`,
}

// TestFlow is a first day: sign in, bring the four files, see them checked, import, ask, change a value, take it back.
func TestFlow(t *testing.T) {
	b := startBox(t)
	tab := openTab(t, b.url)
	tab.size(1280)

	tab.open("/")
	if got := tab.text("h1"); got != "Open a link from the box" {
		t.Fatalf("whoever is not signed in sees %q", got)
	}
	tab.mu.Lock()
	tab.complaints = nil // the page of a 401 is told on the console by the browser itself
	tab.mu.Unlock()
	tab.do(navigate(b.link(t)))
	tab.until(`location.pathname === "/"`)
	tab.quiet("sign in")

	tab.open("/import")
	tab.do(chromedp.SetUploadFiles("#files", salesFiles(t)), chromedp.Click(`form[enctype] button[type=submit]`))
	tab.until(`document.querySelectorAll(".filetab").length === 4`)
	if got := tab.text(".settle"); !strings.Contains(got, "GTXPro") || !strings.Contains(got, "GTX Pro") {
		t.Errorf("the name that is not spelt the same is not put to the person: %q", got)
	}
	tab.picture("import-check-1280-light")
	tab.size(380)
	tab.sound(t, "import-check-380-light", 380)
	tab.size(1280)
	tab.theme("dark")
	tab.sound(t, "import-check-1280-dark", 1280)
	tab.theme("light")
	tab.do(chromedp.Click(`button[formaction$="/run"]`))
	tab.until(`document.querySelector('[aria-label="Result"] h2')?.innerText.includes("created")`)
	tab.sound(t, "import-done-1280-light", 1280)

	tab.open("/")
	tab.do(chromedp.SendKeys("#q", "won value by sales agent"), chromedp.Click(".ask button.primary"))
	tab.until(`document.querySelector("#answer .bars") !== null && location.pathname === "/ask"`)
	if got := tab.text("#answer .proof"); !strings.Contains(got, "By the grammar") || !strings.Contains(got, "SELECT") {
		t.Errorf("the answer has no proof beside it: %q", got)
	}
	tab.sound(t, "answer-1280-light", 1280)
	tab.do(chromedp.SendKeys("#follow", "only in 2017"), chromedp.Click(".follow button"))
	tab.until(`document.querySelector("#answer .read-as")?.innerText.includes("2017") || document.querySelector("#answer .words")?.innerText.includes("2017")`)
	tab.do(chromedp.NavigateBack())
	tab.until(`document.querySelector("#answer .bars") !== null && !location.search.includes("then")`)
	tab.do(chromedp.Click(`form[action="/saved"] button`))
	tab.until(`location.pathname === "/" && document.querySelector(".pin .bars") !== null`)
	tab.sound(t, "home-pinned-1280-light", 1280)

	tab.open("/o/sales_pipeline")
	cell := `[data-grid] tbody tr:first-child td[data-cell="close_value"]`
	before := tab.text(cell)
	tab.do(chromedp.DoubleClick(cell))
	tab.until(`document.activeElement?.closest("td.editing") !== null`)
	tab.do(chromedp.SetValue(`td.editing input.field`, "6340"), chromedp.KeyEvent("\r"))
	tab.until(`document.querySelector("` + strings.ReplaceAll(cell, `"`, `\"`) + `")?.innerText === "$6,340"`)
	if got := tab.text("#toasts"); !strings.Contains(got, "Close value is now $6,340.") {
		t.Errorf("the change is told as %q", got)
	}
	tab.do(chromedp.KeyEvent("z"))
	tab.until(`document.querySelector("#toasts")?.innerText.includes("taken back")`)
	tab.open("/o/sales_pipeline")
	if got := tab.text(cell); got != before {
		t.Errorf("after the undo it is %q, and was %q", got, before)
	}
	tab.quiet("edit and undo")

	beside := `[data-grid] tbody tr:nth-child(2) td[data-cell="engage_date"]`
	tab.do(chromedp.DoubleClick(beside))
	tab.until(`document.activeElement.closest("td.editing[data-cell=engage_date]") !== null`)
	tab.do(chromedp.KeyEvent("\t"))
	tab.until(`document.activeElement.closest("td.editing[data-cell=close_date]") !== null && document.querySelectorAll("td.editing").length === 1`)
	tab.do(chromedp.KeyEvent("\x1b"))
	tab.until(`document.querySelector("td.editing") === null`)
	tab.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	tab.until(`document.querySelector("[data-grid] tbody tr:nth-child(2)").getAttribute("aria-selected") === "true"`)
	tab.do(chromedp.KeyEvent("?"))
	tab.until(`document.querySelector("#keys").open`)
	tab.picture("keys-1280-light")
	tab.do(chromedp.KeyEvent("\x1b"))
	tab.until(`!document.querySelector("#keys").open`)
	tab.quiet("keys")

	tab.open(tab.first(`[data-grid] a.link`))
	if got := tab.text("#record-history"); !strings.Contains(got, "6,340") {
		t.Errorf("the history does not hold what was changed: %q", got)
	}
	tab.do(chromedp.Click(`form[action$="/delete"] button`))
	tab.until(`document.querySelector("#toasts")?.innerText.includes("is in the trash")`)
	tab.do(chromedp.Click(`#toasts button`))
	tab.until(`document.querySelector("#toasts")?.innerText.includes("taken back") && location.pathname.startsWith("/o/sales_pipeline/")`)
	tab.quiet("delete and undo")
}
