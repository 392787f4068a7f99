package crm

// Op compares a field with values.
type Op string

// The operators. Values are text as a person writes it and are parsed by the field's type.
const (
	Is         Op = "="  // equal to any of the values; text without regard to case
	IsNot      Op = "!=" // equal to none of the values; an empty field is none of them
	Less       Op = "<"
	AtMost     Op = "<="
	More       Op = ">"
	AtLeast    Op = ">="
	Between    Op = "between"  // two values, both included
	Contains   Op = "contains" // text holds the value, without regard to case
	StartsWith Op = "starts"
	Empty      Op = "empty" // no values
	NotEmpty   Op = "not_empty"
	AnyOf      Op = "any_of" // Choices, Links: holds at least one of the values
	NoneOf     Op = "none_of"
)

// Term is what a condition looks at: a field, or the difference of two (days between dates, else a number).
// The pseudo-path "@today" is the injected clock's day.
type Term struct {
	Path  Path `json:"path"`
	Minus Path `json:"minus,omitempty"`
}

// Filter is a condition on records: exactly one of And, Or, Not and Term is set; the zero Filter lets all through.
type Filter struct {
	And []Filter `json:"and,omitempty"`
	Or  []Filter `json:"or,omitempty"`
	Not *Filter  `json:"not,omitempty"`

	Term   *Term    `json:"term,omitempty"`
	Op     Op       `json:"op,omitempty"`
	Values []string `json:"values,omitempty"`
	Other  *Term    `json:"other,omitempty"` // instead of Values: compare with another term of the same record
}

// Zero tells whether the filter lets everything through.
func (f Filter) Zero() bool {
	return len(f.And) == 0 && len(f.Or) == 0 && f.Not == nil && f.Term == nil
}

// Where makes a condition on a field.
func Where(p Path, op Op, values ...string) Filter {
	return Filter{Term: &Term{Path: p}, Op: op, Values: values}
}

// All joins filters with and; zero filters fall away.
func All(filters ...Filter) Filter {
	var out []Filter
	for _, f := range filters {
		if !f.Zero() {
			out = append(out, f)
		}
	}
	switch len(out) {
	case 0:
		return Filter{}
	case 1:
		return out[0]
	}
	return Filter{And: out}
}

// Sort is one key of an order. Empty values come last either way.
type Sort struct {
	Path Path `json:"path"`
	Desc bool `json:"desc,omitempty"`
}

// Query asks for a page of records of one object.
type Query struct {
	Object string
	Fields []Path // the columns wanted; none means every field of the object
	Filter Filter
	Sort   []Sort // ties, and no sort at all, go by id
	Limit  int    // 1 to 1000; 0 means 50
	After  string // the cursor of the page before, as Page.After gave it
	Trash  bool   // look into the trash instead
	Total  bool   // count all rows that the filter lets through
}

// Column describes one column of a result.
type Column struct {
	Name  string `json:"name"`
	Type  Type   `json:"type"`
	Scale int    `json:"scale,omitempty"`
	// Currency is the ISO 4217 code of a Money column.
	Currency string `json:"currency,omitempty"`
	// Path is the field it shows, "" for a computed measure or a column of somebody's SQL.
	Path Path `json:"path,omitempty"`
}

// Page is one page of records. Values of each row stand in the order of Columns.
type Page struct {
	Columns []Column
	Rows    []Row
	Total   int64  // -1 when it was not asked for
	After   string // cursor of the next page; "" at the end
}

// Row is one record of a Page.
type Row struct {
	ID      int64
	Version int64
	Values  []any
}

// Rows is the result of a query that is not a list of records: of a plan or of a person's SQL.
type Rows struct {
	Columns   []Column
	Rows      [][]any
	Truncated bool    // more rows than the limit
	SQL       string  // what ran, literals written in, so that it runs again as it is
	Args      []any   // what was bound
	Scanned   int64   // rows of the root object that the filter let through; -1 when unknown
	Gaps      []int64 // of a plan: how many of these have no value in each of the plan's Gaps
}

// Hit is a place where a phrase stands in the data.
type Hit struct {
	Phrase   string // as it was looked up
	Object   string
	Field    string
	Value    string // as the data spell it
	Distance int    // 0 equal after folding; else edit distance
	Partial  bool   // the phrase is one word of several in the value
}

// Found is one record that a search found.
type Found struct {
	Object string `json:"object"`
	ID     int64  `json:"id"`
	Title  string `json:"title"`
	Where  string `json:"where"` // the field that matched
}

// View is a way to look at an object's records that is kept under a name. JSON names are part of the API's contract.
type View struct {
	Object string `json:"object"`
	Name   string `json:"name"`
	Fields []Path `json:"fields,omitempty"` // the columns; none means every field
	Filter Filter `json:"filter,omitzero"`
	Sort   []Sort `json:"sort,omitempty"`
	Owner  string `json:"owner,omitempty"` // who alone sees it; "" when it is shared
}
