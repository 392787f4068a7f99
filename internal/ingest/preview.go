package ingest

import (
	"hash/maphash"

	"openclaw/internal/crm"
)

// Preview is an import before anything is written. It marshals to what the import page and --dry-run show.
type Preview struct {
	Files     []*File    `json:"files"`             // in the order in which they go in: what is referred to comes first
	Skipped   []Skipped  `json:"skipped,omitempty"` // files that are no tables
	Questions []Question `json:"questions"`         // to be answered before the import; none when it can go
	Rows      int64      `json:"rows"`
	Rejected  int64      `json:"rejected"`
	// Options are those that it was made with. Yes and DryRun may be set afterwards; the rest need a new preview.
	Options Options `json:"options"`

	seed   maphash.Seed
	schema crm.Schema
}

// Skipped is a file that is left out.
type Skipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
	Hint   string `json:"hint,omitempty"`
	// Stops is true of a file whose content may be missed: it stops the import unless Options.Yes. A text that only stands
	// beside the tables, and a table without rows, do not.
	Stops bool `json:"stops,omitempty"`
}

// Question is what the files do not tell and a person must.
type Question struct {
	File    string   `json:"file"`
	Column  string   `json:"column"`
	About   string   `json:"about"` // date: which part comes first; decimal: which sign stands before the decimals
	Text    string   `json:"text"`  // a whole question
	Choices []Choice `json:"choices"`
}

// Choice is one answer, as a person reads it and as the command takes it.
type Choice struct {
	Text   string `json:"text"`   // 3/4/2016 is 4 March 2016 (month first)
	Option string `json:"option"` // --date-order close_date=month-first
	Value  string `json:"value"`  // month-first
	// Likely marks the answer that more speaks for, such as other columns of the same file.
	Likely bool `json:"likely,omitempty"`
}

// File is one table of the import and what becomes of it.
type File struct {
	File       string       `json:"file"`
	Sheet      string       `json:"sheet,omitempty"`
	Format     string       `json:"format"`
	Object     string       `json:"object"`
	Label      string       `json:"label"`
	Plural     string       `json:"plural"`
	New        bool         `json:"new"` // the object is made by this import
	Key        string       `json:"key,omitempty"`
	Rows       int64        `json:"rows"`
	Columns    []*Column    `json:"columns"`
	Sample     []SampleRow  `json:"sample"`
	Rejected   int64        `json:"rejected"`
	Rejects    []crm.Reject `json:"rejects"` // the first of them
	Duplicates []Duplicate  `json:"duplicates,omitempty"`
	Repaired   int64        `json:"repaired,omitempty"`
	Repairs    []Repair     `json:"repairs,omitempty"`
	Notes      []string     `json:"notes,omitempty"`

	called  string // what the object was named after: what a person said, else the file
	table   table
	profile *profile
	object  crm.Object // as it will be
	before  crm.Object // as it is; zero when New
	loads   []*Column  // the columns that go in, in the order of their fields
}

// Column is a column of a file and what becomes of it.
type Column struct {
	Name       string           `json:"name"`  // as the file calls it
	Field      string           `json:"field"` // "" when it is left out
	Label      string           `json:"label,omitempty"`
	Type       crm.Type         `json:"type,omitempty"`
	New        bool             `json:"new"`               // the field is made by this import
	Renamed    bool             `json:"renamed,omitempty"` // the file calls the field what it was called before
	Key        bool             `json:"key,omitempty"`
	Target     string           `json:"target,omitempty"`
	Scale      int              `json:"scale,omitempty"`
	Currency   string           `json:"currency,omitempty"`
	Options    []string         `json:"options,omitempty"`
	NewOptions []string         `json:"new_options,omitempty"` // of a choice that exists
	DateOrder  Order            `json:"date_order,omitempty"`
	Decimal    string           `json:"decimal,omitempty"` // the sign before the decimals, where one of the values has it or one between thousands
	Filled     int64            `json:"filled"`
	Empty      int64            `json:"empty"`
	Spelt      map[string]int64 `json:"spelt,omitempty"`    // how the empty ones are spelt, blank apart
	Distinct   int64            `json:"distinct,omitempty"` // different values; 0 when there are too many to count
	Example    string           `json:"example,omitempty"`
	Unread     int64            `json:"unread"`         // values that cannot be read as the type
	Check      string           `json:"check"`          // what there is to say of it, for people
	Look       bool             `json:"look,omitempty"` // a person should look at what Check says
	Link       *LinkCheck       `json:"link,omitempty"`

	wished  string // the field that it would go to if no other column did
	index   int
	named   bool // links find their records by this column, so that it stays what it is
	stats   *stats
	field   crm.Field
	verdict verdict
}

// LinkCheck says how the texts of a link column find their records.
type LinkCheck struct {
	Object    string    `json:"object"`
	Field     string    `json:"field"`  // the target's field that holds the text
	Linked    int64     `json:"linked"` // rows
	Empty     int64     `json:"empty"`
	Near      []Settled `json:"near,omitempty"`      // texts that name a record, but not exactly
	Unmatched []Settled `json:"unmatched,omitempty"` // texts that are near none
	// Shared are texts that several records have. Their rows are rejected, but for those whose record has such a link already.
	Shared []Settled `json:"shared,omitempty"`
	// Whole is false when there are too many texts to compare beforehand; the import itself tells then.
	Whole bool `json:"whole"`

	byText map[string]Settled // both lists, without a limit
	names  func(text string) bool
	byName bool // the texts are what the records are called
	plural string
	shared map[string]int64 // how many records have a text, where they are several
	sure   bool             // each row is a new record, so that no link is there already
}

// Settled is a text of a link column, how many rows say it, and what is done with it.
type Settled struct {
	Text string `json:"text"`
	Rows int64  `json:"rows"`
	Do   Do     `json:"do"`
	To   string `json:"to,omitempty"`
}

// SampleRow is a row as it will be; Values are canonical values in JSON form, in the order of the columns that go in.
type SampleRow struct {
	Row    int64 `json:"row"`
	Values []any `json:"values"`
	// Fixed holds the text of the file where it was settled to another, by column name.
	Fixed map[string]string `json:"fixed,omitempty"`
}

// Duplicate is a key that stands more than once. The first row is taken, the others are rejects.
type Duplicate struct {
	Value string  `json:"value"`
	Rows  []int64 `json:"rows"`
}

// Repair is a row whose cells were put right by a rule.
type Repair struct {
	Row    int64  `json:"row"`
	Column string `json:"column"`
	Before string `json:"before"` // the record as it stands in the file
	After  string `json:"after"`  // the cell as it was read
	Rule   string `json:"rule"`
}

// Result is what an import did; it marshals to the import command's JSON.
type Result struct {
	Batch   int64        `json:"batch"`
	DryRun  bool         `json:"dry_run,omitempty"`
	Files   []FileResult `json:"files"`
	Skipped []Skipped    `json:"skipped,omitempty"`
}

// FileResult is what became of one file.
type FileResult struct {
	File         string                   `json:"file"`
	Sheet        string                   `json:"sheet,omitempty"`
	Object       string                   `json:"object"`
	Rows         int64                    `json:"rows"`
	Created      int64                    `json:"created"`
	Updated      int64                    `json:"updated"`
	Unchanged    int64                    `json:"unchanged"`
	Rejected     []crm.Reject             `json:"rejected"`      // in memory the first of them; Result.WriteJSON writes all
	RejectedRows int64                    `json:"rejected_rows"` // how many they are
	RejectsFile  string                   `json:"rejects_file,omitempty"`
	Repaired     int64                    `json:"repaired,omitempty"`
	FieldsAdded  []string                 `json:"fields_added"`
	Notes        []string                 `json:"notes,omitempty"` // those of the preview
	Links        map[string]crm.LinkCount `json:"links"`

	list *rejectList
	late *rejectList // those of the store
}
