package main

// bar is one thing measured. Limit is what we promise; Most says that it is a ceiling, else it is the least.
type bar struct {
	id, what, unit string
	limit          float64
	most           bool
}

// The bars, in the order of the table. Times are the median of all requests but for the crowd, where it is the 99th
// percentile. Every list has 50 records, the total, and the names of the linked records.
var bars = []bar{
	{"value", "list sorted by a value", "ms", 20, true},
	{"filtered", "list filtered on two columns, sorted", "ms", 25, true},
	{"text", "list sorted by text", "ms", 90, true},
	{"several", "list sorted by three columns", "ms", 90, true},
	{"linked", "list sorted by a linked name", "ms", 90, true},
	{"crowd", "eight people on these lists at once, p99", "ms", 250, true},
	{"sum", "question answered: won value by agent, top 5", "ms", 50, true},
	{"record", "one record", "ms", 5, true},
	{"edit", "one edit, on disk", "ms", 5, true},
	{"import", "CSV rows a second, with links", "rows/s", 200_000, false},
	{"ready", "start to ready", "ms", 500, true},
	{"idle", "resident before the first request", "MB", 80, true},
	{"resident", "resident, most while serving all this", "MB", 350, true},
}

// lists are the requests that the crowd takes turns at.
var lists = []string{"value", "filtered", "text", "several", "linked"}

func (b bar) holds(v float64) bool {
	if b.most {
		return v <= b.limit
	}
	return v >= b.limit
}
