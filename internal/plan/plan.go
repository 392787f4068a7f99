// Package plan says what a question means, in terms of the workspace's schema: which records, which of them, how they
// are grouped, what is computed, in what order and how many. A Plan knows no SQL; internal/query compiles it. It can be
// checked against a schema and can say itself in words.
package plan

import (
	"openclaw/internal/crm"
)

// Fn is how a measure condenses many records to one value.
type Fn string

// The functions. All but Count look at Measure.Of and skip its empty values.
const (
	Count    Fn = "count" // of records
	Distinct Fn = "distinct"
	Sum      Fn = "sum"
	Mean     Fn = "mean"
	Median   Fn = "median"
	Min      Fn = "min"
	Max      Fn = "max"
)

// Bucket is the width into which dates are grouped.
type Bucket string

// The buckets. Their values read 2017-03-05, 2017-W09, 2017-03, 2017-Q1, 2017 and Monday.
const (
	Day     Bucket = "day"
	Week    Bucket = "week"
	Month   Bucket = "month"
	Quarter Bucket = "quarter"
	Year    Bucket = "year"
	Weekday Bucket = "weekday" // of any week: no span of time, but seven that come again
)

// Group is one thing that rows are grouped by. Records without a value belong to no group.
type Group struct {
	Path   crm.Path `json:"path"`
	Bucket Bucket   `json:"bucket,omitempty"` // of dates only
}

// Measure is one computed column.
type Measure struct {
	Fn Fn `json:"fn"`
	// Of is what is condensed; nil for Count. A Term with Minus is a difference: of dates, days.
	Of *crm.Term `json:"of,omitempty"`
	// Filter narrows the records that this measure sees, within those of the Plan.
	Filter crm.Filter `json:"filter,omitzero"`
	// Over divides by another measure of the same rows; nothing over nothing is empty.
	Over *Measure `json:"over,omitempty"`
	// Share gives the value as a part of the sum over all rows, before Limit.
	Share bool `json:"share,omitempty"`
	// Step gives the change against the row of the bucket before; the last group must be a bucket.
	Step Step `json:"step,omitempty"`
	// Name is the defined word for it, such as "win rate"; "" for a plain one.
	Name string `json:"name,omitempty"`
}

// Ratio tells whether the measure is a number of records divided by another, so that percentages are compared with it.
func (m Measure) Ratio() bool { return m.Over != nil && m.Of == nil && m.Over.Of == nil }

// Step is a change from one period to the next.
type Step string

// The steps: as a difference, as a part of the value before, and all up to here.
const (
	Difference Step = "difference"
	Growth     Step = "growth"
	Running    Step = "running total" // of this row and all before
)

// Having keeps the rows whose measure passes a comparison.
type Having struct {
	Measure int      `json:"measure"` // index into Measures
	Op      crm.Op   `json:"op"`      // Is, IsNot, Less, AtMost, More, AtLeast or Between
	Values  []string `json:"values"`
}

// Order is one key of the order: a measure, a group, or in a list a term of the record. Empty values come last.
type Order struct {
	Measure int       `json:"measure"`      // index into Measures, -1 when it is not a measure
	Group   int       `json:"group"`        // index into Groups, -1 when it is not a group
	Of      *crm.Term `json:"of,omitempty"` // of a list
	Desc    bool      `json:"desc,omitempty"`
}

// Part is one side of a comparison.
type Part struct {
	Label  string     `json:"label"`
	Filter crm.Filter `json:"filter"`
}

// Among keeps the records that another plan finds: those of its records, those that point to one, or those that one
// points to. Both ends are links to one object, or fields of one type.
type Among struct {
	Path crm.Path `json:"path,omitempty"` // from the Plan's object; "" is the record itself
	Of   crm.Path `json:"of,omitempty"`   // from the object of the plan inside; "" is its record itself
	// Plan lists records, or has one group, which is Of: the records, or the values, that its measures keep.
	Plan Plan `json:"plan"`
	Not  bool `json:"not,omitempty"` // keeps the others
}

// Chart is how an answer is drawn.
type Chart string

// The charts. Auto lets the shape of the answer decide.
const (
	Auto    Chart = ""
	Number  Chart = "number"
	Bar     Chart = "bar"    // categories, lying bars
	Columns Chart = "column" // amounts over time
	Line    Chart = "line"   // a rate or level over time
	Table   Chart = "table"
)

// Plan is the meaning of one question. With Measures or Groups it computes one row for each group (one in all without
// groups); with neither it lists records.
type Plan struct {
	Object   string     `json:"object"`
	Filter   crm.Filter `json:"filter,omitzero"`
	Among    []Among    `json:"among,omitempty"`
	Groups   []Group    `json:"groups,omitempty"`
	Measures []Measure  `json:"measures,omitempty"`
	Columns  []crm.Path `json:"columns,omitempty"` // of a list; none means the record's name
	Having   []Having   `json:"having,omitempty"`
	Order    []Order    `json:"order,omitempty"`
	Limit    int        `json:"limit,omitempty"` // 0: as many as a page may show
	Skip     int        `json:"skip,omitempty"`  // rows before the first that is wanted; goes with Limit
	Each     bool       `json:"each,omitempty"`  // Limit holds within each value of the first group
	// Compare sets two parts of the records side by side in one row, with the difference of the first to the second, and
	// that as a part of the second. It goes with exactly one measure and no groups.
	Compare []Part `json:"compare,omitempty"`
	// Tally answers with the number of rows instead of the rows.
	Tally bool `json:"tally,omitempty"`
	// Averaged answers with the mean of the measure over the rows: the average revenue of a month.
	Averaged bool `json:"averaged,omitempty"`
	// Today is the day that counts as today, 2006-01-02; "" is the clock's.
	Today string `json:"today,omitempty"`
	Chart Chart  `json:"chart,omitempty"`
}

// Today as a path stands for the day of the clock, or of Plan.Today.
const Today crm.Path = "@today"

// List tells whether the plan lists records rather than computing rows.
func (p Plan) List() bool { return len(p.Measures) == 0 && len(p.Groups) == 0 && len(p.Compare) == 0 }

// ByMeasure orders by a measure.
func ByMeasure(i int, desc bool) Order { return Order{Measure: i, Group: -1, Desc: desc} }

// ByGroup orders by a group.
func ByGroup(i int, desc bool) Order { return Order{Measure: -1, Group: i, Desc: desc} }

// ByTerm orders a list.
func ByTerm(t crm.Term, desc bool) Order { return Order{Measure: -1, Group: -1, Of: &t, Desc: desc} }
