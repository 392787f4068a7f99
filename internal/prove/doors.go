package prove

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func (p *Prover) doorChecks() []check {
	return []check{
		{"sign-in-needed", "Being on this machine is not enough: the pages and the API ask who you are.",
			"The API is asked over the network door without a session. By hand: curl -i http://" + p.o.Addr.String() + "/api/v1/objects", p.signInNeeded},
		{"other-sites-shut-out", "Another website in your browser cannot reach the data through you.",
			"The door is asked under a foreign name, and sent a form from a foreign page; both must be refused. By hand: curl -i -H 'Host: evil.example' http://" + p.o.Addr.String() + "/", p.otherSites},
		{"pages-load-nothing-foreign", "The pages load nothing from anywhere else and run no inline script.",
			"The Content-Security-Policy of an answer is read. By hand: look at the browser's network view.", p.pagesForeign},
		{"command-line-private", "Only this user and root can use the command line's socket.",
			"Mode and owner of control.sock are read; the daemon also asks the kernel for each peer's uid. By hand: ls -l " + p.socket(), p.socketPrivate},
	}
}

func (p *Prover) socket() string { return filepath.Join(p.o.Dir, "run", "control.sock") }

// request asks the network door, on this machine.
func (p *Prover) request(ctx context.Context, method, path string, change func(*http.Request)) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://"+p.o.Addr.String()+path, nil)
	if err != nil {
		return nil, err
	}
	change(r)
	t := &http.Transport{DialContext: new(net.Dialer).DialContext, DisableKeepAlives: true}
	resp, err := t.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	return resp, resp.Body.Close()
}

func (p *Prover) signInNeeded(ctx context.Context) (string, bool, error) {
	resp, err := p.request(ctx, http.MethodGet, "/api/v1/objects", func(*http.Request) {})
	if err != nil {
		return "", false, err
	}
	return "GET /api/v1/objects without a session: " + resp.Status + ".", resp.StatusCode == http.StatusUnauthorized, nil
}

func (p *Prover) otherSites(ctx context.Context) (string, bool, error) {
	name, err := p.request(ctx, http.MethodGet, "/healthz", func(r *http.Request) { r.Host = "evil.example" })
	if err != nil {
		return "", false, err
	}
	form, err := p.request(ctx, http.MethodPost, "/signout", func(r *http.Request) {
		r.Header.Set("Origin", "http://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
	})
	if err != nil {
		return "", false, err
	}
	own, err := p.request(ctx, http.MethodGet, "/healthz", func(*http.Request) {})
	if err != nil {
		return "", false, err
	}
	return fmt.Sprintf("As evil.example: %s; a form from evil.example: %s; as %s: %s.", name.Status, form.Status, p.o.Addr, own.Status),
		name.StatusCode >= 400 && form.StatusCode >= 400 && own.StatusCode == http.StatusOK, nil
}

func (p *Prover) pagesForeign(ctx context.Context) (string, bool, error) {
	resp, err := p.request(ctx, http.MethodGet, "/", func(*http.Request) {})
	if err != nil {
		return "", false, err
	}
	policy := resp.Header.Get("Content-Security-Policy")
	return policy, strings.HasPrefix(policy, "default-src 'none'") && !strings.Contains(policy, "unsafe") && !strings.Contains(policy, "http"), nil
}

func (p *Prover) socketPrivate(context.Context) (string, bool, error) {
	info, err := os.Stat(p.socket())
	if err != nil {
		return "", false, err
	}
	return fmt.Sprintf("%s: %s.", p.socket(), info.Mode()), info.Mode().Type() == os.ModeSocket && info.Mode().Perm() == 0o600, nil
}
