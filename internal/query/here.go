package query

import (
	"strconv"
	"time"

	"openclaw/internal/crm"
)

// here is a value as the machine's clock shows it: an instant, which is kept in UTC, in the clock's time zone.
func (s *Scope) here(e Expr) string {
	if e.Field.ValueType() != crm.DateTime || alwaysUTC(s.today) {
		return e.SQL
	}
	zone := s.today.Location().String()
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		// The database knows zones by their names. One without a name is taken for as far from UTC as it is today.
		_, seconds := s.today.Zone()
		return "(" + e.SQL + " + to_seconds(" + strconv.Itoa(seconds) + "))"
	}
	return "timezone(" + Literal(zone) + ", timezone('UTC', " + e.SQL + "))"
}

// alwaysUTC tells whether a clock's zone is UTC all the year, whatever it is called.
func alwaysUTC(t time.Time) bool {
	_, seconds := t.Zone()
	from, to := t.ZoneBounds()
	return seconds == 0 && from.IsZero() && to.IsZero()
}
