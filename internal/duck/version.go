package duck

import (
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"
)

// LibraryVersion is the version of the DuckDB that is linked in, such as "1.5.5".
func LibraryVersion() string { return strings.TrimPrefix(bindings.LibraryVersion(), "v") }
