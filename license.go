// Package openclaw holds what belongs to the whole repository: its licence.
package openclaw

import _ "embed"

// License is the text of the licence, as it lies beside this file.
//
//go:embed LICENSE
var License string
