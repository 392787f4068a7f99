package daemon

import (
	"fmt"
	"net/http"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"openclaw/internal/edge"
)

// figures are the metrics of one daemon. Routes are named as the table has them, so that their number is bounded.
type figures struct{ set *metrics.Set }

func (d *Daemon) newFigures() *figures {
	set := metrics.NewSet()
	set.NewGauge("openclaw_disk_free_bytes", func() float64 { return float64(d.store.State().FreeBytes) })
	set.NewGauge("openclaw_read_only", func() float64 {
		if d.store.State().ReadOnly {
			return 1
		}
		return 0
	})
	set.NewGauge("openclaw_last_event", func() float64 { return float64(d.hub.Last()) })
	set.NewGauge("openclaw_up_seconds", func() float64 { return d.o.Clock().Sub(d.began).Seconds() })
	return &figures{set}
}

func (f *figures) observe(route edge.Route, status int, took time.Duration) {
	f.set.GetOrCreateCounter(fmt.Sprintf("openclaw_requests_total{method=%q,route=%q,status=\"%d\"}", route.Method, route.Path, status)).Inc()
	f.set.GetOrCreatePrometheusHistogram(fmt.Sprintf("openclaw_request_seconds{route=%q}", route.Path)).Update(took.Seconds())
}

func (f *figures) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	f.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}
