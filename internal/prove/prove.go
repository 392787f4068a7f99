// Package prove turns each promise into a check with its evidence, taken at the moment it is asked for. What cannot be
// measured is not claimed.
package prove

// Claim is one promise and whether it holds now.
type Claim struct {
	Claim    string `json:"claim"`    // a short name, as in openclawd prove NAME
	Article  string `json:"article"`  // the promise
	How      string `json:"how"`      // how it is checked, and how to check it without this program
	Evidence string `json:"evidence"` // what was found
	Holds    bool   `json:"holds"`
}

// Finding is something about the box that a person should know or mend.
type Finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"` // ok, info, warning or error
	What     string `json:"what"`
	Evidence string `json:"evidence"`
	Fix      string `json:"fix"`
}
