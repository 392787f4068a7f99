package crm

import (
	"fmt"
	"iter"
	"strings"
)

// Source is one table of an import: where its rows go, and the rows, which stream and can be read once.
type Source struct {
	Load
	Rows iter.Seq2[SourceRow, error] // an error ends the import, and nothing of it stays
}

// SourceRow is one record of a Source. Values stand in the order of Load.Fields, in canonical form; a link carries the
// text that finds its record (string), several links their texts ([]string), and nil is empty. The slice is reused:
// it is good until the next row is asked for.
type SourceRow struct {
	Line   int64 // line of the record in the source file
	Values []any
}

// ImportOptions are the ways to run an import.
type ImportOptions struct {
	DryRun   bool             // roll back at the end; the numbers are exact
	Whole    bool             // a row that only the database could reject ends the import, and nothing of it stays
	Progress func(rows int64) // rows taken so far, over all sources; may be nil
	// Reject is given each row that only the database could reject, source by source in the order of their lines; may be nil.
	// What it returns ends the import.
	Reject func(source int, r Reject) error
}

// Imported is what an import did: one batch, and what became of each source, in their order.
type Imported struct {
	Batch  int64
	Loaded []Loaded
}

// SharedName says why the text of a link is no link: several records of the target have it.
func SharedName(plural, text string, records int64) string {
	return fmt.Sprintf("%d %s are called %s. Give them different names first, or leave the link empty and set it on the record's page.", records, strings.ToLower(plural), text)
}
