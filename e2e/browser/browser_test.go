// Package browser_test uses the pages the way people do: real Chromium against the real daemon, on a desk and on a
// phone. With OPENCLAW_SHOTS=DIR it leaves a picture of each page there.
package browser_test

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"openclaw/internal/config"
	"openclaw/internal/control"
	"openclaw/internal/daemon"
)

// patience is how long one step may take before the test gives up on it.
const patience = 40 * time.Second

// box is a running daemon.
type box struct {
	url    string
	client *control.Client
}

func startBox(t *testing.T, change ...func(*config.Config)) *box {
	t.Helper()
	dir, err := os.MkdirTemp("", "claw") // a unix socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	settings := config.Default()
	settings.Listen = "127.0.0.1:0"
	for _, f := range change {
		f(&settings)
	}
	d, err := daemon.New(daemon.Options{Dir: dir, Config: settings})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Stop(context.Background()); err != nil {
			t.Errorf("stop the daemon: %v", err)
		}
	})
	return &box{url: "http://" + d.Addr(), client: control.Dial(dir)}
}

// link makes a one-time sign-in link.
func (b *box) link(t *testing.T) string {
	t.Helper()
	var out struct {
		URL string `json:"url"`
	}
	if err := b.client.Do(t.Context(), "POST", "/api/v1/open", nil, &out); err != nil {
		t.Fatal(err)
	}
	return out.URL
}

// demo fills the workspace with made-up data.
func (b *box) demo(t *testing.T) {
	t.Helper()
	if err := b.client.Do(t.Context(), "POST", "/api/v1/demo", nil, &struct{}{}); err != nil {
		t.Fatal(err)
	}
}

// tab is one tab of a browser, and what it complained about.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu         sync.Mutex
	complaints []string
}

func openTab(t *testing.T, base string) *tab {
	t.Helper()
	program := chromium(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, b.event); err != nil {
		t.Fatalf("start %s: %v", program, err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	return b
}

func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("there is no Chromium; scripts/setup installs one")
	return ""
}

// event notes what a page must not do: complain on the console, break its policy, or ask another origin for anything.
func (b *tab) event(e any) {
	complaint := ""
	switch e := e.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			var args []string
			for _, a := range e.Args {
				args = append(args, string(a.Value)+a.Description)
			}
			complaint = "console: " + strings.Join(args, " ")
		}
	case *runtime.EventExceptionThrown:
		complaint = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			complaint += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			complaint = "log: " + e.Entry.Text + " " + e.Entry.URL
		}
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme+"://"+u.Host != b.base && u.Scheme != "data" && u.Scheme != "about" {
			complaint = "request off the origin: " + e.Request.URL
		}
	}
	if complaint == "" {
		return
	}
	b.mu.Lock()
	b.complaints = append(b.complaints, complaint)
	b.mu.Unlock()
}

// quiet fails if a page complained since the last call.
func (b *tab) quiet(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		b.t.Errorf("%s: %s", where, c)
	}
	b.complaints = nil
}

// do runs steps, and gives up on them after a while.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.said())
	}
}

func (b *tab) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base+path), chromedp.Query("body", chromedp.NodeReady))
}

// eval gives the value of an expression.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to be true, across a change of page.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if ok {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("it never came true: %s: %v\n%s", expression, err, b.said())
		case <-again.C:
		}
	}
}

// said is what the page says, for a failure's message.
func (b *tab) said() string {
	ctx, cancel := context.WithTimeout(b.ctx, 2*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 1500)`))
	if err != nil {
		return err.Error()
	}
	return text
}

// text is what stands in the first element of a selector.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`(document.querySelector(%q)?.innerText ?? "")`, selector))
}

// size makes the window a desk's or a phone's.
func (b *tab) size(width int64) {
	b.t.Helper()
	height, options := int64(900), []chromedp.EmulateViewportOption{chromedp.EmulateScale(1)}
	if width < 700 {
		height, options = 800, []chromedp.EmulateViewportOption{chromedp.EmulateScale(2), chromedp.EmulateMobile}
	}
	b.do(chromedp.EmulateViewport(width, height, options...))
}

// theme makes the system light or dark.
func (b *tab) theme(scheme string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}); err != nil {
		b.t.Fatal(err)
	}
}

// picture leaves a picture of the page where OPENCLAW_SHOTS says.
func (b *tab) picture(name string) {
	b.t.Helper()
	dir := os.Getenv("OPENCLAW_SHOTS")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
