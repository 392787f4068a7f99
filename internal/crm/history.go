package crm

import "time"

// HistoryQuery asks for changes, newest first. Zero members do not narrow.
type HistoryQuery struct {
	Object string
	Record int64
	Batch  int64
	After  int64 // only changes older than this id
	Limit  int   // 1 to 1000; 0 means 50
}

// State says whether the workspace can be written, for the banner of every page.
type State struct {
	ReadOnly  bool
	Reason    string // a sentence, when ReadOnly
	Fix       string // and what ends it
	FreeBytes int64  // free on the disk that holds the workspace
}

// Batch is one write as a whole: what one act of one person did.
type Batch struct {
	ID     int64
	At     time.Time
	Who    string
	Via    string
	Cause  Cause
	Parts  []BatchPart // the largest first
	Undoes int64       // the change or batch that it takes back, or 0
	Undone bool        // all of it was taken back
	Only   *Change     // the change itself, when it is one alone
}

// BatchPart counts a batch's changes of one kind to one object.
type BatchPart struct {
	Object string
	Kind   string // as in Change
	Count  int64
}
