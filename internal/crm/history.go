package crm

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
	FreeBytes int64  // free on the disk that holds the workspace
}
