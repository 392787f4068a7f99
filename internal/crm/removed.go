package crm

import "time"

// Removed is an object or a field that lies in the trash and can be brought back by its name. Of several with one name it
// is the last that was removed.
type Removed struct {
	Object string    `json:"object"`
	Field  string    `json:"field,omitempty"` // none of a whole object
	Label  string    `json:"label"`           // of the field, or several of the object
	Type   Type      `json:"type,omitempty"`  // of the field
	Values int64     `json:"values"`          // the field's that are not empty, or the object's records
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
}
