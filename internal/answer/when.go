package answer

import (
	"slices"
	"time"

	"openclaw/internal/crm"
)

// asksDay tells of a question that asks when, and not for the time of day.
func (q *question) asksDay(t try) bool {
	return slices.ContainsFunc(t.chosen, func(it item) bool { return it.kind == "when" }) && !slices.ContainsFunc(q.toks, func(t token) bool {
		return oneOf(t.norm, "time", "hour", "minute", "clock", "o'clock")
	})
}

// dayOnly leaves the time of day away.
func dayOnly(rows crm.Rows) crm.Rows {
	var timed []int
	for i, c := range rows.Columns {
		if c.Type == crm.DateTime {
			timed = append(timed, i)
		}
	}
	if len(timed) == 0 {
		return rows
	}
	rows.Columns, rows.Rows = slices.Clone(rows.Columns), slices.Clone(rows.Rows)
	for i, row := range rows.Rows {
		rows.Rows[i] = slices.Clone(row)
	}
	for _, i := range timed {
		rows.Columns[i].Type = crm.Date
		for _, row := range rows.Rows {
			if at, ok := row[i].(time.Time); ok {
				row[i] = day(at.UTC())
			}
		}
	}
	return rows
}
