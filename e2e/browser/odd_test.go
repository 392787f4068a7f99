package browser_test

import (
	"net/url"
	"strings"
	"testing"
)

// TestOddNames brings columns and values that try to be something else: markup, paths, parameters, very long texts.
func TestOddNames(t *testing.T) {
	v := visit(t, startBox(t))
	long := strings.Repeat("long text ", 30_000)
	file := "name,<script>alert(1)</script>,\"a.b \"\"c\"\"\",ünï✓,javascript:x,style\n" +
		"<img src=x onerror=alert(1)>,1,\"x\"\"><b>y\",✓,javascript:alert(1),a\n" +
		"../../etc/passwd,2,%00,é,data:text/html,b\n" +
		"{{.Title}}," + "3,$(id)," + long + ",x,c\n"
	p := v.upload("/import", `"><svg onload=alert(1)>.csv`, file)
	p.says(t, 200, "Match and check", "Import 3 rows")
	draft := cut(p.path)
	column, _ := attr(p.all("select", "name", "*")[1], "name")
	v.post(draft, column, "-").says(t, 200, "5 of 6 matched")
	p = v.imported(v.post(draft + "/run"))
	p.says(t, 200, "3 rows created")
	table := ""
	for _, a := range p.all("a", "href", "*") {
		if href, _ := attr(a, "href"); strings.HasPrefix(href, "/o/") && href != "/o/" {
			table = href
		}
	}
	for _, path := range []string{table, table + "/1", table + "/3", table + "/new", "/schema", "/schema/" + strings.TrimPrefix(table, "/o/"), "/history", "/sql", "/",
		"/search?q=" + url.QueryEscape("<script>"), "/ask?q=" + url.QueryEscape(`"><script>alert(1)</script>`), "/sql?q=" + url.QueryEscape("SELECT '<script>alert(1)</script>' AS x"),
		table + "?f=" + url.QueryEscape(`name:is:"><script>`), "/history?batch=zzz&object=%27", "/import?x=%00"} {
		p := v.get(path)
		if p.status >= 500 {
			t.Errorf("%s answered %d", path, p.status)
		}
		for _, tag := range []string{"script", "img", "iframe"} {
			for _, n := range p.all(tag, "", "") {
				if src, ok := attr(n, "src"); !ok || !strings.HasPrefix(src, "/assets/") {
					t.Errorf("%s holds a <%s> that we did not write: %q", path, tag, src)
				}
			}
		}
		for n := range p.root.Descendants() {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") && a.Key != "value" {
					t.Errorf("%s holds %s=%q", path, a.Key, a.Val)
				}
			}
		}
		if len(p.body) > 1<<20 {
			t.Errorf("%s is %d bytes long", path, len(p.body))
		}
	}
}
