package edge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// memory keeps sessions as the store does, in a map.
type memory struct {
	mu  sync.Mutex
	all map[string]ident.Session
}

func (m *memory) SessionAdd(_ context.Context, _ ident.Caller, s ident.Session, hash []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all[string(hash)] = s
	return nil
}

func (m *memory) SessionFind(_ context.Context, _ ident.Caller, hash []byte) (ident.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.all[string(hash)]
	if !ok {
		return s, fail.New(fail.Denied, "This session has ended.")
	}
	return s, nil
}

func (m *memory) SessionRevoke(_ context.Context, _ ident.Caller, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for h, s := range m.all {
		if s.ID == id {
			delete(m.all, h)
		}
	}
	return nil
}

// box is a server on both doors with a client for each.
type box struct {
	*edge.Server
	t     *testing.T
	url   string
	sock  string
	store *memory
	log   *lockedLog
	now   time.Time
}

func ok(text string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, err := fmt.Fprint(w, text, ident.From(r.Context()).Person)
		return err
	}
}

func open(t *testing.T, routes ...edge.Route) *box {
	t.Helper()
	b := &box{t: t, store: &memory{all: map[string]ident.Session{}}, log: &lockedLog{}, now: time.Unix(1_700_000_000, 0)}
	routes = append(routes,
		edge.Route{Method: "GET", Path: "/", Access: edge.Public, Handle: ok("home ")},
		edge.Route{Method: "GET", Path: "/mine", Access: edge.SignedIn, Handle: ok("mine ")},
		edge.Route{Method: "POST", Path: "/write", Access: edge.Writer, MaxBody: 100, Handle: func(w http.ResponseWriter, r *http.Request) error {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(w, len(body))
			return err
		}},
		edge.Route{Method: "GET", Path: "/admin", Access: edge.AdminOnly, Handle: ok("admin ")},
		edge.Route{Method: "GET", Path: "/api/v1/fails/:kind", Access: edge.Public, Handle: func(_ http.ResponseWriter, r *http.Request) error {
			return fail.New(fail.Kind(r.PathValue("kind")), "It is %s.", r.PathValue("kind")).WithHint("Do this.").Because(errors.New("the cause"))
		}},
		edge.Route{Method: "GET", Path: "/api/v1/echo/:text", Access: edge.Public, Handle: func(w http.ResponseWriter, r *http.Request) error {
			_, err := fmt.Fprint(w, r.PathValue("text"))
			return err
		}},
		edge.Route{Method: "GET", Path: "/api/v1/panic", Access: edge.Public, Handle: func(http.ResponseWriter, *http.Request) error { panic("boom") }},
		edge.Route{Method: "GET", Path: "/api/v1/torn", Access: edge.Public, Handle: func(w http.ResponseWriter, _ *http.Request) error {
			fmt.Fprint(w, strings.Repeat("x", 10000))
			return errors.New("half way")
		}},
	)
	s, err := edge.New(edge.Options{Routes: routes, Store: b.store, Log: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Clock: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	b.Server = s
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.sock = filepath.Join(t.TempDir(), "s")
	unix, err := net.Listen("unix", b.sock)
	if err != nil {
		t.Fatal(err)
	}
	b.url = "http://" + tcp.Addr().String()
	s.Start(tcp, unix)
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		select {
		case err := <-s.Failed():
			t.Error(err)
		default:
		}
	})
	return b
}

// lockedLog is a log that a test reads while the server writes it.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type answer struct {
	status int
	header http.Header
	body   string
	err    error // of reading the body
}

func (b *box) do(c *http.Client, method, url string, body io.Reader, headers ...string) answer {
	b.t.Helper()
	if strings.HasPrefix(url, "/") {
		url = b.url + url
	}
	r, err := http.NewRequestWithContext(b.t.Context(), method, url, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	resp, err := c.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(text), err}
}

func browser(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func (b *box) overSocket() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", b.sock)
	}}}
}

// signedIn is a browser that followed a link made for a person of a role.
func (b *box) signedIn(role ident.Role) *http.Client {
	b.t.Helper()
	link, err := b.OneTimeLink(ident.Caller{Person: "ann", Role: role, Via: ident.CLI})
	if err != nil {
		b.t.Fatal(err)
	}
	c := browser(b.t)
	if a := b.do(c, "GET", link, nil); a.status != 200 || a.body != "home ann" {
		b.t.Fatalf("sign-in gave %d %q", a.status, a.body)
	}
	return c
}

func TestRoutesThatDoNotConstruct(t *testing.T) {
	for name, routes := range map[string][]edge.Route{
		"no access":       {{Method: "GET", Path: "/a", Handle: ok("")}},
		"no handler":      {{Method: "GET", Path: "/a", Access: edge.Public}},
		"no slash":        {{Method: "GET", Path: "a", Access: edge.Public, Handle: ok("")}},
		"public write":    {{Method: "POST", Path: "/a", Access: edge.Public, Handle: ok("")}},
		"unknown access":  {{Method: "GET", Path: "/a", Access: 99, Handle: ok("")}},
		"twice":           {{Method: "GET", Path: "/a/:b", Access: edge.Public, Handle: ok("")}, {Method: "GET", Path: "/a/:c", Access: edge.Public, Handle: ok("")}},
		"shadows sign-in": {{Method: "GET", Path: "/signin/:x", Access: edge.Public, Handle: ok("")}},
	} {
		if _, err := edge.New(edge.Options{Routes: routes}); err == nil {
			t.Errorf("%s: constructed", name)
		}
	}
}

func TestAccess(t *testing.T) {
	b := open(t)
	for _, c := range []struct {
		who    string
		client *http.Client
		want   [4]int // /, /mine, POST /write, /admin
	}{
		{"nobody", browser(t), [4]int{200, 401, 401, 401}},
		{"viewer", b.signedIn(ident.Viewer), [4]int{200, 200, 403, 403}},
		{"member", b.signedIn(ident.Member), [4]int{200, 200, 200, 403}},
		{"admin", b.signedIn(ident.Admin), [4]int{200, 200, 200, 200}},
		{"unix socket", b.overSocket(), [4]int{200, 200, 200, 200}},
	} {
		got := [4]int{b.do(c.client, "GET", "/", nil).status, b.do(c.client, "GET", "/mine", nil).status,
			b.do(c.client, "POST", "/write", strings.NewReader("x")).status, b.do(c.client, "GET", "/admin", nil).status}
		if got != c.want {
			t.Errorf("%s: statuses %v, want %v", c.who, got, c.want)
		}
	}
}

func TestOneTimeLink(t *testing.T) {
	b := open(t)
	caller := ident.Caller{Person: "ann", Role: ident.Admin, Via: ident.CLI}
	link, err := b.OneTimeLink(caller)
	if err != nil {
		t.Fatal(err)
	}
	if a := b.do(browser(t), "HEAD", link, nil); a.status != 401 {
		t.Errorf("HEAD of a link: %d", a.status)
	}
	noFollow := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	first := b.do(noFollow, "GET", link, nil)
	cookie := first.header.Get("Set-Cookie")
	if first.status != 303 || first.header.Get("Location") != "/" || !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Strict") {
		t.Errorf("first visit: %d to %q with %q", first.status, first.header.Get("Location"), cookie)
	}
	if second := b.do(noFollow, "GET", link, nil); second.status != 401 || second.header.Get("Set-Cookie") != "" {
		t.Errorf("second visit: %d", second.status)
	}
	late, err := b.OneTimeLink(caller)
	if err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(11 * time.Minute)
	if a := b.do(noFollow, "GET", late, nil); a.status != 401 {
		t.Errorf("after eleven minutes: %d", a.status)
	}
	for _, secret := range []string{link[strings.LastIndex(link, "/")+1:], strings.SplitN(strings.SplitN(cookie, "=", 2)[1], ";", 2)[0]} {
		if strings.Contains(b.log.String(), secret) {
			t.Error("a secret stands in the log")
		}
	}
}

func TestManyVisitorsOfOneLink(t *testing.T) {
	b := open(t)
	link, err := b.OneTimeLink(ident.Caller{Person: "ann", Role: ident.Admin})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			resp, err := browser(t).Get(link)
			if err != nil {
				t.Error(err)
				return
			}
			resp.Body.Close()
		})
	}
	wg.Wait()
	if n := len(b.store.all); n != 1 {
		t.Errorf("twenty visitors got %d sessions", n)
	}
}

func TestSessionsEnd(t *testing.T) {
	b := open(t)
	c := b.signedIn(ident.Admin)
	if a := b.do(c, "POST", "/signout", nil); a.body != "home " {
		t.Errorf("after sign-out: %q", a.body)
	}
	if len(b.store.all) != 0 {
		t.Error("the session is still there")
	}
	c = b.signedIn(ident.Admin)
	b.now = b.now.Add(31 * 24 * time.Hour)
	if a := b.do(c, "GET", "/mine", nil); a.status != 401 {
		t.Errorf("a month later: %d", a.status)
	}
}

func TestTokensAndCookiesAreTwoThings(t *testing.T) {
	b := open(t)
	secret, hash := edge.NewSecret()
	token := ident.Session{ID: "t1", Kind: ident.Token, Person: "bot", Role: ident.Viewer, ExpiresAt: b.now.Add(time.Hour)}
	if err := b.store.SessionAdd(t.Context(), ident.System(), token, hash); err != nil {
		t.Fatal(err)
	}
	port := b.url[strings.LastIndex(b.url, ":")+1:]
	for name, c := range map[string]struct {
		header, value string
		want          int
	}{
		"bearer":          {"Authorization", "Bearer " + secret, 200},
		"lower case":      {"Authorization", "bearer " + secret, 200},
		"token as cookie": {"Cookie", "openclaw_" + port + "=" + secret, 401},
		"unknown token":   {"Authorization", "Bearer " + secret[1:] + "A", 401},
		"basic":           {"Authorization", "Basic YTpi", 401},
		"empty":           {"Authorization", "Bearer ", 401},
	} {
		if a := b.do(&http.Client{}, "GET", "/mine", nil, c.header, c.value); a.status != c.want {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestForeignNamesAndOrigins(t *testing.T) {
	b := open(t)
	c := b.signedIn(ident.Admin)
	port := b.url[strings.LastIndex(b.url, ":")+1:]
	for host, want := range map[string]int{
		"127.0.0.1:" + port: 200, "localhost:" + port: 200, "[::1]:" + port: 200,
		"evil.example:" + port: 421, "127.0.0.1": 421, "127.0.0.1:1": 421, "127.0.0.1.evil.example:" + port: 421, "": 200, // "" sends the URL's host
	} {
		if a := b.do(&http.Client{}, "GET", "/", nil, "Host", host); a.status != want {
			t.Errorf("Host %q: %d", host, a.status)
		}
	}
	for name, c2 := range map[string]struct {
		headers []string
		want    int
	}{
		"same origin":     {[]string{"Sec-Fetch-Site", "same-origin"}, 200},
		"another site":    {[]string{"Sec-Fetch-Site", "cross-site"}, 403},
		"another port":    {[]string{"Sec-Fetch-Site", "same-site"}, 403},
		"origin only":     {[]string{"Origin", "http://evil.example"}, 403},
		"our origin":      {[]string{"Origin", b.url}, 200},
		"no browser":      {nil, 200},
		"null, no detail": {[]string{"Origin", "null"}, 403},
	} {
		if a := b.do(c, "POST", "/write", strings.NewReader("x"), c2.headers...); a.status != c2.want {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestErrors(t *testing.T) {
	b := open(t)
	for kind, want := range map[fail.Kind]int{fail.Usage: 400, fail.Invalid: 422, fail.Denied: 401, fail.NotFound: 404,
		fail.Conflict: 409, fail.Unavailable: 503, fail.Busy: 503, fail.Failed: 500} {
		a := b.do(&http.Client{}, "GET", "/api/v1/fails/"+string(kind), nil)
		var p edge.Problem
		if err := json.Unmarshal([]byte(a.body), &p); err != nil {
			t.Fatalf("%s: %v in %q", kind, err, a.body)
		}
		if a.status != want || p.Status != want || p.Kind != kind || p.Hint != "Do this." || p.Detail != "It is "+string(kind)+"." {
			t.Errorf("%s: %d %+v", kind, a.status, p)
		}
		if a.header.Get("Content-Type") != "application/problem+json" || strings.Contains(a.body, "the cause") || p.ID != a.header.Get("X-Request-Id") {
			t.Errorf("%s: %s %s", kind, a.header, a.body)
		}
	}
	if !strings.Contains(b.log.String(), "the cause") {
		t.Error("the cause is not in the log")
	}
	for path, want := range map[string]int{"/api/v1/nothing": 404, "/nothing": 404} {
		if a := b.do(&http.Client{}, "GET", path, nil); a.status != want || !strings.Contains(a.body, "There is nothing at "+path) {
			t.Errorf("%s: %d %q", path, a.status, a.body)
		}
	}
	if a := b.do(&http.Client{}, "DELETE", "/mine", nil); a.status != 405 || !strings.Contains(a.header.Get("Allow"), "GET") {
		t.Errorf("DELETE /mine: %d, Allow %q", a.status, a.header.Get("Allow"))
	}
}

func TestPanicAndTornAnswer(t *testing.T) {
	b := open(t)
	if a := b.do(&http.Client{}, "GET", "/api/v1/panic", nil); a.status != 500 || strings.Contains(a.body, "boom") {
		t.Errorf("panic: %d %s", a.status, a.body)
	}
	if !strings.Contains(b.log.String(), "boom") {
		t.Error("the panic is not in the log")
	}
	if a := b.do(&http.Client{}, "GET", "/api/v1/torn", nil); a.err == nil {
		t.Errorf("an answer that failed half way looked whole: %d bytes", len(a.body))
	}
}

func TestBodyLimit(t *testing.T) {
	b := open(t)
	c := b.signedIn(ident.Member)
	if a := b.do(c, "POST", "/write", strings.NewReader(strings.Repeat("x", 100))); a.status != 200 || a.body != "100" {
		t.Errorf("100 bytes: %d %q", a.status, a.body)
	}
	if a := b.do(c, "POST", "/write", strings.NewReader(strings.Repeat("x", 101))); a.status != 413 || !strings.Contains(a.body, "100 bytes") {
		t.Errorf("101 bytes: %d %q", a.status, a.body)
	}
	if a := b.do(c, "POST", "/write", struct{ io.Reader }{strings.NewReader(strings.Repeat("x", 101))}); a.status != 413 {
		t.Errorf("101 bytes of a length not told: %d %q", a.status, a.body)
	}
}

func TestHeaders(t *testing.T) {
	b := open(t)
	for _, path := range []string{"/", "/nothing", "/api/v1/panic"} {
		h := b.do(&http.Client{}, "GET", path, nil).header
		if !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; style-src 'self'; script-src 'self';") ||
			h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestPathValuesAreDecodedOnce(t *testing.T) {
	b := open(t)
	for path, want := range map[string]string{"a%2Fb": "a/b", "a%20b": "a b", "a%2520b": "a%20b", "%C3%BC": "ü"} {
		if a := b.do(&http.Client{}, "GET", "/api/v1/echo/"+path, nil); a.body != want {
			t.Errorf("%s is read as %q", path, a.body)
		}
	}
}

func TestSocketKnowsItsPeer(t *testing.T) {
	b := open(t)
	a := b.do(b.overSocket(), "GET", "http://openclaw/mine", nil)
	if user := os.Getenv("USER"); a.status != 200 || (user != "" && os.Geteuid() != 0 && a.body != "mine "+user) || a.body == "mine " {
		t.Errorf("over the socket: %d %q", a.status, a.body)
	}
}

func TestStream(t *testing.T) {
	b := open(t, edge.Route{Method: "GET", Path: "/stream", Access: edge.Public, Handle: func(w http.ResponseWriter, r *http.Request) error {
		s, err := edge.OpenStream(w, r, time.Second)
		if err != nil {
			return err
		}
		return errors.Join(s.Send(7, "change", map[string]string{"text": "two\nlines"}), s.Ping())
	}})
	a := b.do(&http.Client{}, "GET", "/stream", nil)
	want := "retry: 1000\n\nid: 7\nevent: change\ndata: {\"text\":\"two\\nlines\"}\n\n: still here\n\n"
	if a.header.Get("Content-Type") != "text/event-stream" || a.body != want {
		t.Errorf("%s %q", a.header.Get("Content-Type"), a.body)
	}
}

// A session that ends while its stream is open is told nothing more.
func TestStreamEndsWithItsSession(t *testing.T) {
	var b *box
	for name, end := range map[string]func(){
		"revoked": func() { b.store.all = map[string]ident.Session{} },
		"expired": func() { b.now = b.now.AddDate(1, 0, 0) },
	} {
		var sent []error
		b = open(t, edge.Route{Method: "GET", Path: "/stream", Access: edge.SignedIn, Handle: func(w http.ResponseWriter, r *http.Request) error {
			s, err := edge.OpenStream(w, r, time.Second)
			if err != nil {
				return err
			}
			sent = append(sent, s.Send(1, "change", "before"))
			end()
			sent = append(sent, s.Send(2, "change", "after"))
			return nil
		}})
		a := b.do(b.signedIn(ident.Viewer), "GET", "/stream", nil)
		if len(sent) != 2 || sent[0] != nil || fail.KindOf(sent[1]) != fail.Denied || !strings.Contains(a.body, "before") || strings.Contains(a.body, "after") {
			t.Errorf("%s: %v, %q", name, sent, a.body)
		}
	}
}

// A question of a megabyte in the address is refused with a sentence and the next step.
func TestAddressThatIsTooLong(t *testing.T) {
	b := open(t)
	for name, c := range map[string]struct {
		client *http.Client
		at     string
	}{"page": {b.signedIn(ident.Viewer), ""}, "nobody": {browser(t), ""}, "unix socket": {b.overSocket(), "http://openclaw"}} {
		if a := b.do(c.client, "GET", c.at+"/mine?q="+strings.Repeat("a", 1<<20), nil); a.status != http.StatusRequestURITooLong || !strings.Contains(a.body, "fewer words") {
			t.Errorf("%s: %d %.200q", name, a.status, a.body)
		}
	}
	if a := b.do(b.signedIn(ident.Viewer), "GET", "/mine?q="+strings.Repeat("a", 30<<10), nil); a.status != 200 {
		t.Errorf("a long one that may pass: %d", a.status)
	}
}

// A reader that takes nothing is cut off at the TCP door, so that it does not hold for ever what its answer holds.
func TestReaderThatTakesNothing(t *testing.T) {
	ended := make(chan error, 1)
	s, err := edge.New(edge.Options{Store: &memory{}, Stall: 50 * time.Millisecond, Routes: []edge.Route{
		{Method: "GET", Path: "/endless", Access: edge.Public, Handle: func(w http.ResponseWriter, _ *http.Request) error {
			part := make([]byte, 1<<20)
			for {
				if _, err := w.Write(part); err != nil {
					ended <- err
					return err
				}
			}
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Start(l)
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /endless HTTP/1.1\r\nHost: %s\r\n\r\n", l.Addr())
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the answer ended with %v", err)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// A stop that had to cut requests off is still a clean stop.
func TestShutdownCutsOff(t *testing.T) {
	began := make(chan bool)
	b := open(t, edge.Route{Method: "GET", Path: "/waits", Access: edge.Public, Handle: func(_ http.ResponseWriter, r *http.Request) error {
		began <- true
		<-r.Context().Done()
		return nil
	}})
	ended := make(chan error)
	go func() {
		_, err := http.Get(b.url + "/waits") //nolint:bodyclose // there is no answer
		ended <- err
	}()
	<-began
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Shutdown(over); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if err := <-ended; err == nil {
		t.Error("the request was answered")
	}
}
