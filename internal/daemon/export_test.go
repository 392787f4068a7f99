package daemon

import "context"

// Ready puts another check in the place of the store's. It is called before Start.
func (d *Daemon) Ready(check func(ctx context.Context) error) { d.ready = check }
