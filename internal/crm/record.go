package crm

import "time"

// Values are field values by field name, in their canonical Go form: string for textual types, decimal.Decimal for
// Number and Money, time.Time for Date (midnight UTC) and DateTime (UTC), bool, []string for Choices, Ref for Link,
// []Ref for Links, nil for empty. See Field.Parse for how text becomes one of these.
type Values map[string]any

// Ref points to a record and says what it is called.
type Ref struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Record is one row of an object with all its values, computed ones included.
type Record struct {
	Object    string
	ID        int64
	Values    Values
	CreatedAt time.Time
	UpdatedAt time.Time // strictly grows with each write of the record; the version for optimistic locking
	Deleted   bool      // the record lies in the trash
}

// Version identifies the state of the record, for ETag and If-Match: microseconds of UpdatedAt.
func (r Record) Version() int64 { return r.UpdatedAt.UnixMicro() }

// EditKind is what an edit does to a record.
type EditKind string

// The edits.
const (
	Create  EditKind = "create"
	Set     EditKind = "set"
	Delete  EditKind = "delete"  // into the trash
	Restore EditKind = "restore" // out of the trash
)

// The kinds of Changes of what people keep beside the records. Before and After are the whole View or Saved, in JSON form.
const (
	ViewChange     = "view"
	QuestionChange = "question"
)

// ConvertChange is the kind of Changes that stand beside a change of a field's type: a value that reads otherwise since,
// or is empty. They are taken back with that change, never alone.
const ConvertChange = "convert"

// Edit is one wish to write a record.
type Edit struct {
	Kind      EditKind
	Object    string
	ID        int64  // 0 for Create
	Values    Values // of Create and Set; a string for a field of another type is parsed with Field.Parse
	IfVersion int64  // 0, or the Version the person saw: a record that has moved on is a Conflict
}

// Cause says why something is written. Empty members are left out of the record of it.
type Cause struct {
	Kind string `json:"kind"`           // "edit", "import", "undo", "schema", "demo", later "agent"
	Text string `json:"text,omitempty"` // for people: the file's name, the question
	// Follows tells of a change that nobody asked for: a link was emptied since its record was deleted, or filled again.
	Follows bool `json:"follows,omitempty"`
}

// Change is one write of one record or of the schema, as history keeps it.
type Change struct {
	ID     int64
	At     time.Time
	Who    string // ident.Caller.Person
	Via    string
	Kind   string         // an EditKind, "schema", ConvertChange, ViewChange or QuestionChange
	Object string         // for "schema" and ViewChange: the object concerned; "" for QuestionChange
	Record int64          // 0 where it is about no record
	Before map[string]any // the changed fields only, in JSON form; nil for a created record
	After  map[string]any // nil for a created record (it stores no copy) and a deleted one
	Batch  int64          // the batch it belongs to; every write has one
	Cause  Cause
	Undoes int64 // the change that this one takes back, or 0
	Undone int64 // the change that took this one back, or 0
}

// Written is what a batch of edits did.
type Written struct {
	Batch   int64   `json:"batch"`
	Changes []int64 `json:"changes"` // history ids, in the order of the edits; an edit that changed nothing has none
	IDs     []int64 `json:"ids"`     // record ids, in the order of the edits
	// Broken are the saved questions whose SQL ran before a change of the schema, and does not run after it.
	Broken  []string `json:"broken,omitempty"`
	Follows int64    `json:"follows"` // changes beside these that nobody asked for: links emptied or filled again (Cause.Follows)
}

// Undone is what an undo did. It is itself a batch, and can be undone.
type Undone struct {
	Undone  int64 `json:"undone"`
	Changes int64 `json:"changes"`
	Batch   int64 `json:"batch"`
}

// Clash is one field of a Conflict, with both values; it travels in fail.Error.Detail as []Clash.
type Clash struct {
	Object string `json:"object"`
	Record int64  `json:"record"`
	Field  string `json:"field"`
	Yours  any    `json:"yours"`  // what you wanted to write or to bring back
	Theirs any    `json:"theirs"` // what is there now
	By     string `json:"by"`     // who wrote it
	At     string `json:"at"`     // when, RFC 3339
}
