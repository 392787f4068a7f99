package daemon_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"openclaw/internal/control"
	"openclaw/internal/crm"
	"openclaw/internal/daemon"
)

// caller speaks to the API over the network door with a token, and holds every answer to the API's own description.
type caller struct {
	t      *testing.T
	url    string
	token  string
	routes routers.Router
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

// api starts a daemon and makes a token of a role on it.
func api(t *testing.T, role string) (*daemon.Daemon, string, *caller) {
	t.Helper()
	o := options(t)
	d := start(t, o)
	return d, o.Dir, newCaller(t, d, o.Dir, role)
}

func newCaller(t *testing.T, d *daemon.Daemon, dir, role string) *caller {
	t.Helper()
	var made struct{ Token string }
	if err := control.Dial(dir).Do(t.Context(), "POST", "/api/v1/tokens", map[string]any{"label": "test", "role": role}, &made); err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, url: d.URL(), token: made.Token}
	doc, err := openapi3.NewLoader().LoadFromData(c.do("GET", "/api/v1/openapi.json", nil).body)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: d.URL()}}
	if c.routes, err = legacy.NewRouter(doc); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *caller) do(method, path string, body any, headers ...string) reply {
	c.t.Helper()
	var in io.Reader
	switch b := body.(type) {
	case nil:
	case io.Reader:
		in = b
	case string:
		in = strings.NewReader(b)
	default:
		text, err := json.Marshal(b)
		if err != nil {
			c.t.Fatal(err)
		}
		in = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, in)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.described(r, resp, text)
	return reply{resp.StatusCode, resp.Header, text}
}

// described holds an answer to the description of its operation.
func (c *caller) described(r *http.Request, resp *http.Response, body []byte) {
	c.t.Helper()
	if c.routes == nil {
		return
	}
	route, params, err := c.routes.FindRoute(r)
	if err != nil {
		return // a path that is not the API's
	}
	if media := resp.Header.Get("Content-Type"); media != "application/json" && media != "application/problem+json" {
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route}
	err = openapi3filter.ValidateResponse(c.t.Context(), &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: resp.StatusCode,
		Header: resp.Header, Body: io.NopCloser(bytes.NewReader(body))})
	if err != nil {
		c.t.Errorf("%s %s is not as described: %v\n%s", r.Method, r.URL.Path, err, body)
	}
}

// ok is do for what must succeed; the answer goes into v.
func (c *caller) ok(v any, method, path string, body any, headers ...string) reply {
	c.t.Helper()
	got := c.do(method, path, body, headers...)
	if got.status >= 300 {
		c.t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
	}
	if v != nil {
		decode(c.t, got.body, v)
	}
	return got
}

type problem struct {
	Kind, Detail, Hint string
	More               []crm.Clash
}

func (c *caller) fails(status int, method, path string, body any, headers ...string) problem {
	c.t.Helper()
	got := c.do(method, path, body, headers...)
	if got.status != status {
		c.t.Fatalf("%s %s: %d, not %d: %s", method, path, got.status, status, got.body)
	}
	var p problem
	decode(c.t, got.body, &p)
	if p.Detail == "" || p.Kind == "" {
		c.t.Errorf("%s %s: no kind or sentence in %s", method, path, got.body)
	}
	return p
}

// deals makes an object to work with.
func (c *caller) deals() {
	c.t.Helper()
	c.ok(nil, "POST", "/api/v1/objects", crm.Object{Name: "deal", Label: "Deal", Plural: "Deals", Fields: []crm.Field{
		{Name: "name", Label: "Name", Type: crm.Text},
		{Name: "value", Label: "Value", Type: crm.Money, Scale: 2, Currency: "EUR"},
	}})
}

type record struct {
	ID      int64
	Values  map[string]any
	Version int64
	Batch   int64
}

const deals = "/api/v1/objects/deal/records"

func TestRecordsByTheAPI(t *testing.T) {
	_, _, c := api(t, "admin")
	c.deals()
	var r record
	made := c.ok(&r, "POST", deals, `{"values":{"name":"A","value":1054.5}}`)
	if made.status != 201 || made.header.Get("Location") != deals+"/1" || !bytes.Contains(made.body, []byte(`"value":1054.50`)) {
		t.Errorf("made: %d %v %s", made.status, made.header, made.body)
	}
	shown := c.ok(nil, "GET", deals+"/1", nil)
	tag := shown.header.Get("ETag")
	if got := c.do("GET", deals+"/1", nil, "If-None-Match", tag); got.status != 304 {
		t.Errorf("If-None-Match: %d", got.status)
	}
	changed := c.ok(&r, "PATCH", deals+"/1", `{"values":{"value":"2,000"}}`, "If-Match", tag)
	if changed.header.Get("ETag") == tag || fmt.Sprint(r.Values["value"]) != "2000.00" {
		t.Errorf("changed: %s %s", changed.header.Get("ETag"), changed.body)
	}
	lost := c.fails(409, "PATCH", deals+"/1", `{"values":{"value":3000}}`, "If-Match", tag)
	if len(lost.More) != 1 || lost.More[0].Yours != json.Number("3000.00") || lost.More[0].Theirs != json.Number("2000.00") {
		t.Errorf("a lost update shows %+v", lost)
	}
	lost = c.fails(409, "DELETE", deals+"/1", nil, "If-Match", tag)
	if len(lost.More) != 1 || lost.More[0].Field != "value" || lost.More[0].Yours != json.Number("1054.50") || lost.More[0].Theirs != json.Number("2000.00") {
		t.Errorf("a delete of what was changed since shows %+v", lost)
	}
	c.ok(nil, "PATCH", deals+"/1", `{"values":{"value":null}}`)
	c.ok(nil, "DELETE", deals+"/1", nil)
	c.ok(nil, "POST", deals+"/1/restore", nil)
	for name, x := range map[string]struct {
		status             int
		method, path, body string
	}{
		"no such object":      {404, "GET", "/api/v1/objects/nope/records", ""},
		"no such record":      {404, "GET", deals + "/99", ""},
		"an id in letters":    {400, "GET", deals + "/first", ""},
		"no such field":       {404, "POST", deals, `{"values":{"colour":"red"}}`},
		"not a number":        {422, "POST", deals, `{"values":{"value":"lots"}}`},
		"too many digits":     {422, "POST", deals, `{"values":{"value":1.234}}`},
		"a list for text":     {422, "POST", deals, `{"values":{"name":["a"]}}`},
		"an unknown member":   {400, "POST", deals, `{"value":{"name":"a"}}`},
		"torn JSON":           {400, "POST", deals, `{"values":`},
		"two values":          {400, "POST", deals, `{"values":{"name":"a"}} {}`},
		"no body":             {400, "POST", deals, ``},
		"a NUL":               {422, "POST", deals, `{"values":{"name":"a\u0000b"}}`},
		"nothing to change":   {400, "PATCH", deals + "/1", `{"values":{}}`},
		"unknown parameter":   {400, "GET", deals + "?colour=red", ""},
		"a limit too high":    {400, "GET", deals + "?limit=1001", ""},
		"a bad filter":        {422, "GET", deals + "?filter=nonsense", ""},
		"sort by no field":    {404, "GET", deals + "?sort=colour", ""},
		"filter by no field":  {404, "GET", deals + "?filter=" + url.QueryEscape("colour = red"), ""},
		"no such currency":    {422, "POST", "/api/v1/objects/deal/fields", `{"name":"tip","label":"Tip","type":"money","currency":"XXXX"}`},
		"a target for text":   {422, "POST", "/api/v1/objects/deal/fields", `{"name":"tip","label":"Tip","type":"text","target":"deal"}`},
		"a link to nowhere":   {422, "POST", "/api/v1/objects/deal/fields", `{"name":"tip","label":"Tip","type":"link"}`},
		"a bad cursor":        {422, "GET", deals + "?after=zzz", ""},
		"too long a question": {413, "POST", "/api/v1/ask", `{"question":"` + strings.Repeat("a", 1<<20) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			sub := *c
			sub.t = t
			if p := sub.fails(x.status, x.method, x.path, x.body); p.Hint == "" {
				t.Errorf("no next step: %+v", p)
			}
		})
	}
}

func TestPages(t *testing.T) {
	_, _, c := api(t, "member")
	c.deals()
	for i := range 7 {
		c.ok(nil, "POST", deals, map[string]any{"values": map[string]any{"name": fmt.Sprint("deal ", i), "value": fmt.Sprint(i % 3)}})
	}
	var seen []string
	after := ""
	for {
		var page struct {
			Columns []string
			Rows    [][]any
			Total   int64
			After   string
		}
		c.ok(&page, "GET", deals+"?limit=3&sort=-value&sort=name&after="+url.QueryEscape(after), nil)
		if page.Total != 7 {
			t.Fatalf("total %d", page.Total)
		}
		for _, row := range page.Rows {
			seen = append(seen, fmt.Sprint(row[1]))
		}
		if after = page.After; after == "" {
			break
		}
	}
	want := "[deal 2 deal 5 deal 1 deal 4 deal 0 deal 3 deal 6]"
	if fmt.Sprint(seen) != want {
		t.Errorf("pages gave %v, want %s", seen, want)
	}
}

func TestIdempotencyKey(t *testing.T) {
	_, _, c := api(t, "member")
	c.deals()
	body := `{"values":{"name":"once"}}`
	first := c.ok(nil, "POST", deals, body, "Idempotency-Key", "k1")
	again := c.ok(nil, "POST", deals, body, "Idempotency-Key", "k1")
	if !bytes.Equal(first.body, again.body) || again.status != 201 || again.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	if p := c.fails(422, "POST", deals, `{"values":{"name":"another"}}`, "Idempotency-Key", "k1"); p.Hint == "" {
		t.Errorf("%+v", p)
	}
	c.ok(nil, "POST", deals, body, "Idempotency-Key", "k2")
	c.fails(404, "POST", deals, `{"values":{"colour":"red"}}`, "Idempotency-Key", "k3")
	c.fails(404, "POST", deals, `{"values":{"colour":"red"}}`, "Idempotency-Key", "k3")
	var page struct{ Total int }
	if c.ok(&page, "GET", deals, nil); page.Total != 2 {
		t.Errorf("there are %d records, not 2", page.Total)
	}
	c.ok(nil, "DELETE", deals+"/1", nil)
	c.ok(nil, "DELETE", deals+"/2", nil)
	for id := range 2 { // a key is for one path
		c.ok(nil, "POST", fmt.Sprintf("%s/%d/restore", deals, id+1), nil, "Idempotency-Key", "k4")
	}
	if c.ok(&page, "GET", deals, nil); page.Total != 2 {
		t.Errorf("%d records were restored, not 2", page.Total)
	}
}

// A client that asks again after a restart gets the answer that it lost.
func TestIdempotencyKeyOutlivesTheDaemon(t *testing.T) {
	o := options(t)
	d, err := daemon.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := newCaller(t, d, o.Dir, "member")
	c.deals()
	body := `{"values":{"name":"once"}}`
	first := c.ok(nil, "POST", deals, body, "Idempotency-Key", "k")
	file, media := upload(t, `{"yes":true}`, map[string]string{"parts.csv": "code,price\nA1,5.25\n"})
	c.ok(nil, "POST", "/api/v1/import", file, "Content-Type", media, "Idempotency-Key", "i")
	stop(t, d)
	c.url = start(t, o).URL()
	if again := c.ok(nil, "POST", deals, body, "Idempotency-Key", "k"); !bytes.Equal(first.body, again.body) || again.header.Get("Idempotency-Replayed") != "true" || again.status != 201 {
		t.Errorf("again: %d %s", again.status, again.body)
	}
	file, media = upload(t, `{"yes":true}`, map[string]string{"parts.csv": "code,price\nA1,5.25\n"})
	if again := c.ok(nil, "POST", "/api/v1/import", file, "Content-Type", media, "Idempotency-Key", "i"); !bytes.Contains(again.body, []byte(`"created":1`)) {
		t.Errorf("the import again: %s", again.body)
	}
	file, media = upload(t, `{"yes":true}`, map[string]string{"parts.csv": "code,price\nA1,5.26\n"})
	c.fails(422, "POST", "/api/v1/import", file, "Content-Type", media, "Idempotency-Key", "i")
}

func TestRolesAndTokens(t *testing.T) {
	d, dir, admin := api(t, "admin")
	admin.deals()
	viewer := newCaller(t, d, dir, "viewer")
	viewer.ok(nil, "GET", deals, nil)
	viewer.fails(403, "POST", deals, `{"values":{"name":"x"}}`)
	viewer.fails(403, "GET", "/api/v1/prove", nil)
	viewer.fails(403, "POST", "/api/v1/tokens", `{"label":"more"}`)
	if got := viewer.do("GET", "/metrics", nil); got.status != 403 {
		t.Errorf("metrics for a viewer: %d", got.status)
	}
	if got := admin.do("GET", "/metrics", nil); got.status != 200 || !bytes.Contains(got.body, []byte("openclaw_requests_total{")) {
		t.Errorf("metrics: %d %s", got.status, got.body)
	}
	admin.fails(403, "POST", "/api/v1/open", nil)
	admin.fails(403, "POST", "/api/v1/import", map[string]any{"files": []map[string]string{{"name": "passwd", "path": "/etc/passwd"}}})

	var tokens struct {
		Tokens []struct{ ID, Role string }
	}
	admin.ok(&tokens, "GET", "/api/v1/tokens", nil)
	for _, one := range tokens.Tokens {
		if one.Role == "viewer" {
			admin.fails(403, "DELETE", "/api/v1/tokens/"+one.ID, nil)
			viewer.ok(nil, "DELETE", "/api/v1/tokens/"+one.ID, nil)
		}
	}
	if got := viewer.do("GET", deals, nil); got.status != 401 {
		t.Errorf("a revoked token: %d", got.status)
	}
}

func TestEvents(t *testing.T) {
	_, _, c := api(t, "member")
	c.deals()
	var state struct{ Event json.Number }
	c.ok(&state, "GET", "/api/v1/state", nil)
	var r record
	c.ok(&r, "POST", deals, `{"values":{"name":"secret name"}}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", c.url+"/events?after="+state.Event.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	var seen []string
	for lines.Scan() {
		seen = append(seen, lines.Text())
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			var e struct {
				Kind, Object string
				Record       int64
			}
			decode(t, []byte(data), &e)
			if e.Kind != "create" || e.Object != "deal" || e.Record != r.ID || strings.Contains(data, "secret") {
				t.Errorf("the event is %s", data)
			}
			return
		}
	}
	t.Errorf("no event in %q", seen)
}

// What happens after a token was ended is not told to the stream that it opened before.
func TestEventsEndWithTheToken(t *testing.T) {
	d, dir, c := api(t, "admin")
	c.deals()
	viewer := newCaller(t, d, dir, "viewer")
	req, err := http.NewRequestWithContext(t.Context(), "GET", c.url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+viewer.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	c.ok(nil, "POST", deals, `{"values":{"name":"before"}}`)
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	var tokens struct {
		Tokens []struct{ ID, Role string }
	}
	c.ok(&tokens, "GET", "/api/v1/tokens", nil)
	cli := control.Dial(dir)
	for _, one := range tokens.Tokens {
		if one.Role == "viewer" {
			viewer.fails(403, "DELETE", "/api/v1/tokens/"+tokens.Tokens[len(tokens.Tokens)-1].ID, nil)
			if err := cli.Do(t.Context(), "DELETE", "/api/v1/tokens/"+one.ID, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.ok(nil, "POST", deals, `{"values":{"name":"after"}}`)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "data: ") {
			t.Errorf("an ended token is told %s", lines.Text())
		}
	}
}

func TestEventsThatWereMissed(t *testing.T) {
	_, _, c := api(t, "viewer")
	got := c.ok(nil, "GET", "/events?after=1", nil)
	if !bytes.Contains(got.body, []byte("event: missed")) {
		t.Errorf("a reader from long ago is told %q", got.body)
	}
	c.fails(400, "GET", "/events?after=x", nil)
}

// upload is the body of an import that is sent, and its media type.
func upload(t *testing.T, options string, files map[string]string) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if options != "" {
		if err := w.WriteField("options", options); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		f, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

func TestUpload(t *testing.T) {
	_, dir, c := api(t, "member")
	csv := map[string]string{"../../parts.csv": "code,price\nA1,5.25\nA2,6.50\n"}
	body, media := upload(t, `{"dry_run":true}`, csv)
	if got := c.ok(nil, "POST", "/api/v1/import", body, "Content-Type", media); !bytes.Contains(got.body, []byte(`"preview"`)) {
		t.Errorf("dry run: %s", got.body)
	}
	body, media = upload(t, "", csv)
	if got := c.ok(nil, "POST", "/api/v1/import", body, "Content-Type", media); !bytes.Contains(got.body, []byte(`"created":2`)) {
		t.Errorf("import: %s", got.body)
	}
	body, media = upload(t, "", csv)
	lines := c.ok(nil, "POST", "/api/v1/import", body, "Content-Type", media, "Accept", "application/x-ndjson")
	last := lines.body[bytes.LastIndexByte(bytes.TrimSpace(lines.body), '\n')+1:]
	if !bytes.Contains(last, []byte(`"unchanged":2`)) {
		t.Errorf("lines: %s", lines.body)
	}
	body, media = upload(t, `{"files":[{"name":"x","path":"/etc/passwd"}]}`, csv)
	c.fails(403, "POST", "/api/v1/import", body, "Content-Type", media)
	c.fails(400, "POST", "/api/v1/import", "x", "Content-Type", "multipart/form-data; boundary=b")
	body, media = upload(t, "", nil)
	c.fails(400, "POST", "/api/v1/import", body, "Content-Type", media)
	if left, err := os.ReadDir(filepath.Join(dir, "run", "upload")); err != nil || len(left) > 0 {
		t.Errorf("uploads that stay behind: %v, %v", left, err)
	}
}

func TestSignInAndOut(t *testing.T) {
	_, dir, _ := api(t, "viewer")
	client := control.Dial(dir)
	var link struct{ URL string }
	if err := client.Do(t.Context(), "POST", "/api/v1/open", nil, &link); err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	home := func(at string) int {
		resp, err := browser.Get(at)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if got := home(link.URL); got != 200 {
		t.Fatalf("the link leads to %d", got)
	}
	var sessions struct {
		Sessions []struct{ ID, Person, Role string }
	}
	if err := client.Do(t.Context(), "GET", "/api/v1/sessions", nil, &sessions); err != nil || len(sessions.Sessions) != 1 || sessions.Sessions[0].Role != "admin" {
		t.Fatalf("sessions: %+v, %v", sessions, err)
	}
	if err := client.Do(t.Context(), "DELETE", "/api/v1/sessions/"+sessions.Sessions[0].ID, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := home(strings.SplitAfter(link.URL, "/signin/")[0][:strings.Index(link.URL, "/signin/")] + "/history"); got != 401 {
		t.Errorf("after the session was revoked: %d", got)
	}
}

// A claim that is told as holding was measured; the demo data has all that the checks need.
func TestProve(t *testing.T) {
	_, dir, c := api(t, "admin")
	if err := control.Dial(dir).Do(t.Context(), "POST", "/api/v1/demo", nil, nil); err != nil {
		t.Fatal(err)
	}
	var claims []struct {
		Claim, Article, How, Evidence string
		Holds                         bool
	}
	c.ok(&claims, "GET", "/api/v1/prove", nil)
	if len(claims) < 8 {
		t.Errorf("%d claims", len(claims))
	}
	for _, claim := range claims {
		if strings.Contains(claim.Evidence, "testlog.txt") {
			continue // go test itself writes to a file in this process; the script of prove checks the program alone
		}
		if !claim.Holds || claim.Evidence == "" || claim.How == "" || claim.Article == "" {
			t.Errorf("%+v", claim)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "workspace.duckdb"), 0o644); err != nil {
		t.Fatal(err)
	}
	c.ok(&claims, "GET", "/api/v1/prove/files-private", nil)
	if len(claims) != 1 || claims[0].Holds || !strings.Contains(claims[0].Evidence, "workspace.duckdb") {
		t.Errorf("after the file was opened to others: %+v", claims)
	}
}
