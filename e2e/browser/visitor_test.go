package browser_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor is a browser without scripts: it follows links and sends forms.
type visitor struct {
	t      *testing.T
	client *http.Client
	base   string
	token  string // instead of a session
}

// view is one page as it came.
type view struct {
	status int
	path   string // after redirects
	header http.Header
	body   string
	root   *html.Node
}

func visit(t *testing.T, b *box) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, client: &http.Client{Jar: jar}, base: b.url}
	if p := v.send("GET", strings.TrimPrefix(b.link(t), b.url), nil, ""); p.status != http.StatusOK {
		t.Fatalf("sign in: %d", p.status)
	}
	return v
}

func (v *visitor) send(method, path string, body io.Reader, contentType string) view {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		v.t.Fatal(err)
	}
	return view{status: w.StatusCode, path: w.Request.URL.RequestURI(), header: w.Header, body: string(text), root: root}
}

func (v *visitor) get(path string) view { v.t.Helper(); return v.send("GET", path, nil, "") }

// post sends a form; fields are names and values by turns.
func (v *visitor) post(path string, fields ...string) view {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return v.send("POST", path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

// upload sends files, given as names and contents by turns.
func (v *visitor) upload(path string, files ...string) view {
	v.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(files); i += 2 {
		part, err := m.CreateFormFile("files", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.send("POST", path, &body, m.FormDataContentType())
}

// all finds the elements of a tag that carry an attribute with a value; attribute "" asks for none, value "*" for any.
func (p view) all(tag, attribute, value string) []*html.Node {
	var out []*html.Node
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || n.Data != tag {
			continue
		}
		got, ok := attr(n, attribute)
		if attribute == "" || ok && (value == "*" || got == value) {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text is the text below the first such element, blanks as one.
func (p view) text(tag, attribute, value string) string {
	found := p.all(tag, attribute, value)
	if len(found) == 0 {
		return ""
	}
	var b strings.Builder
	for n := range found[0].Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// value is an attribute of the first such element.
func (p view) value(tag, attribute, value, wanted string) string {
	for _, n := range p.all(tag, attribute, value) {
		if got, ok := attr(n, wanted); ok {
			return got
		}
	}
	return ""
}

// says fails unless the page has a status and says all of the texts.
func (p view) says(t *testing.T, status int, texts ...string) {
	t.Helper()
	if p.status != status {
		t.Errorf("%s answered %d, want %d", p.path, p.status, status)
	}
	whole := p.text("body", "", "")
	for _, text := range texts {
		if !strings.Contains(whole, text) {
			t.Errorf("%s does not say %q:\n%.1500s", p.path, text, whole)
		}
	}
}
