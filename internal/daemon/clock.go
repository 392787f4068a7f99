package daemon

import (
	"path/filepath"
	"strings"
	"time"
)

// machineClock is the time on the machine's clock. Its zone has the name by which the database knows it, where the system
// says one: Go calls the zone of the system Local.
func machineClock() func() time.Time {
	place := time.Local
	if place.String() == "Local" {
		if file, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
			if _, name, ok := strings.Cut(file, "zoneinfo/"); ok {
				if named, err := time.LoadLocation(name); err == nil {
					place = named
				}
			}
		}
	}
	return func() time.Time { return time.Now().In(place) }
}
