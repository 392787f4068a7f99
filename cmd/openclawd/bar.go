package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar shows on a terminal how far something is; elsewhere nothing.
type bar struct {
	shown *progressbar.ProgressBar
	title string
	unit  string // of what is counted; "" where nothing is
	count int64  // written to it so far
	app   *app
}

func (a *app) bar(title, unit string) *bar { return &bar{app: a, title: title, unit: unit} }

// at shows that so much is done; a total of 0 is one that nobody knows.
func (b *bar) at(done, total int64) {
	if !terminal(b.app.err) {
		return
	}
	if b.shown == nil {
		most := total
		if most == 0 {
			most = -1
		}
		options := []progressbar.Option{progressbar.OptionSetWriter(b.app.err), progressbar.OptionSetDescription(b.title), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100 * time.Millisecond), progressbar.OptionEnableColorCodes(b.app.env("NO_COLOR") == ""), progressbar.OptionSetElapsedTime(true)}
		if b.unit != "" {
			options = append(options, progressbar.OptionShowCount(), progressbar.OptionSetItsString(b.unit), progressbar.OptionShowIts())
		}
		b.shown = progressbar.NewOptions64(most, options...)
	}
	_ = b.shown.Set64(done) // a bar that cannot be drawn is no reason to stop what it shows
}

// Write counts what is written on its way to somewhere else.
func (b *bar) Write(p []byte) (int, error) {
	b.count += int64(len(p))
	b.at(b.count, 0)
	return len(p), nil
}

func (b *bar) done() {
	if b.shown != nil {
		_ = b.shown.Finish()
	}
}

// patience is how long a person waits before a bar says that the daemon is at work.
const patience = time.Second

// waiting shows a bar for what takes longer than a moment, until the function that it returns is called.
func (a *app) waiting() func() {
	if !terminal(a.err) {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		b := a.bar("Working", "")
		defer b.done()
		for wait, n := time.After(patience), int64(0); ; n++ {
			select {
			case <-stop:
				return
			case <-wait:
				b.at(n, 0)
				wait = time.After(patience / 5)
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
	}
}
