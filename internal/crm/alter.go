package crm

// AlterKind is what an alteration does to the schema.
type AlterKind string

// The alterations. What is removed goes to the trash with its values and can be restored.
const (
	AddObject     AlterKind = "add_object"     // Object with its Fields
	SetObject     AlterKind = "set_object"     // label, plural, synonyms, icon of Object.Name; fields are left alone
	RenameObject  AlterKind = "rename_object"  // Name to To
	RemoveObject  AlterKind = "remove_object"  // refused while links of other objects point to it
	RestoreObject AlterKind = "restore_object" // Name
	MoveObject    AlterKind = "move_object"    // Object.Name to position At among the objects
	AddField      AlterKind = "add_field"      // Field on Object.Name
	SetField      AlterKind = "set_field"      // everything of Field but its name and type
	RenameField   AlterKind = "rename_field"   // Name to To
	ChangeField   AlterKind = "change_field"   // another type, scale, currency, target or options: values are converted
	RemoveField   AlterKind = "remove_field"
	RestoreField  AlterKind = "restore_field"
	MoveField     AlterKind = "move_field" // Name to position At
)

// Alteration is one wish to change the schema.
type Alteration struct {
	Kind   AlterKind
	Object Object // of AddObject and SetObject; for the rest only its Name is read
	Field  Field  // of AddField, SetField and ChangeField
	Name   string // the field (or object) that is renamed, removed, restored or moved
	To     string
	At     int
	// Lossy allows ChangeField to empty the values that do not convert. Without it, one such value makes it a
	// Conflict whose Detail is a Conversion.
	Lossy bool
}

// Conversion says what a change of type would do, before it is done.
type Conversion struct {
	Object string   `json:"object"`
	Field  string   `json:"field"`
	From   Type     `json:"from"`
	To     Type     `json:"to"`
	Values int64    `json:"values"` // that are not empty
	Lost   int64    `json:"lost"`   // of them, those that would not convert
	Sample []string `json:"sample"` // up to 20 different ones of the lost
}

// Load is one source's part of an import: where its rows go and how they find what they belong to.
type Load struct {
	Object string
	Key    string   // field by which a row finds the record that it updates; "" makes every row a new record
	Fields []string // field names, in the order of a row's values
	Links  map[string]LinkBy
}

// LinkBy says how the text of a link column finds its record.
type LinkBy struct {
	Field  string            // the target's field that holds the text
	Fix    map[string]string // text in the source -> text in the target, as the preview showed
	Create bool              // make the records that are missing, with only this field set; else the link stays empty
}

// LinkCount says what became of one link column. JSON names are part of the import command's contract.
type LinkCount struct {
	Linked    int64             `json:"linked"`
	Empty     int64             `json:"empty"`
	Created   int64             `json:"created"`
	Unmatched []string          `json:"unmatched"` // texts that found nothing, up to 20
	Fixed     map[string]string `json:"fixed,omitempty"`
}

// Loaded is what one Load did.
type Loaded struct {
	Created   int64
	Updated   int64
	Unchanged int64
	Links     map[string]LinkCount // by link field
	// Rejects are rows that only the database could judge: a key that stands twice in the source, a required field that
	// is empty, a move that is not legal. They are counted, and the first of them are here.
	Rejected int64
	Rejects  []Reject
}

// Reject is a row that was not taken.
type Reject struct {
	Row    int64  `json:"row"` // line of the record in the source, the first line is 1
	Column string `json:"column"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// Former is what objects and their fields were called before: names and labels, by the names that they have now. What was
// removed since is not in it.
type Former struct {
	Objects map[string][]string
	Fields  map[string]map[string][]string // by object, then by field
}
