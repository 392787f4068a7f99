package daemon

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"openclaw/internal/crm"
	"openclaw/internal/event"
	"openclaw/internal/ident"
)

// notify tells systemd, where it started us; elsewhere it does nothing.
func notify(state string) error {
	if _, err := daemon.SdNotify(false, state); err != nil {
		return fmt.Errorf("notify systemd: %w", err)
	}
	return nil
}

// keepAlive watches the doors, and feeds systemd's watchdog as long as the database answers: a daemon whose database hangs
// is restarted.
func (d *Daemon) keepAlive() {
	ctx, stop := context.WithCancel(context.Background())
	var loop sync.WaitGroup
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		d.o.Log.Warn("the watchdog's time is not understood; it is not fed", "err", err)
	}
	var tick <-chan time.Time
	if every > 0 {
		t := time.NewTicker(every / 3)
		tick = t.C
		d.later("stop the watchdog's ticker", func(context.Context) error { t.Stop(); return nil })
	}
	loop.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case err := <-d.server.Failed():
				d.failed <- err
				return
			case <-tick:
				d.feed(ctx, every/3)
			}
		}
	})
	d.later("stop the watch", func(context.Context) error { stop(); loop.Wait(); return nil })
}

func (d *Daemon) feed(ctx context.Context, patience time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := d.ready(ctx)
	if err == nil {
		err = notify("WATCHDOG=1")
	}
	if err != nil {
		d.o.Log.Error("the watchdog is not fed", "err", err)
	}
}

// changed is what the event stream tells of a change: enough to know what to read anew, and no value that a reader may
// not be allowed to see.
type changed struct {
	ID     int64  `json:"id"`
	Who    string `json:"who"`
	Kind   string `json:"kind"`
	Object string `json:"object"`
	Record int64  `json:"record,omitempty"`
	Batch  int64  `json:"batch"`
}

func (d *Daemon) publish(c crm.Change) {
	d.hub.Publish("change", changed{c.ID, c.Who, c.Kind, c.Object, c.Record, c.Batch})
}

// tells tells whether a caller may be told of an event.
func (d *Daemon) tells(ctx context.Context, c ident.Caller, e event.Event) (bool, error) {
	if ch, ok := e.Data.(changed); ok {
		return d.store.Sees(ctx, c, ch.Object, ch.Record)
	}
	return true, nil
}
