// Package ingest brings files in: it reads tables of any common format, finds out what their columns are and how the
// files refer to each other, shows that before anything is written, and then streams the rows to the store.
//
// A file is read twice. The first pass profiles it in bounded memory; what the columns are is decided over the whole
// file, never over its beginning. The second pass converts by those decisions. Memory does not grow with the file.
package ingest

import (
	"context"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Store is what an import needs of the workspace.
type Store interface {
	reader
	Import(ctx context.Context, c ident.Caller, cause crm.Cause, alter []crm.Alteration, sources []crm.Source, o crm.ImportOptions) (crm.Imported, error)
}

// reader is what is looked at before anything is written.
type reader interface {
	Schema(ctx context.Context, c ident.Caller) (crm.Schema, error)
	// Former is asked so that a file that was written before something was renamed finds it.
	Former(ctx context.Context, c ident.Caller) (crm.Former, error)
	// List is asked for the names and keys of existing records that a file may refer to.
	List(ctx context.Context, c ident.Caller, q crm.Query) (crm.Page, error)
	// Export streams an object's records; a table without a key is compared with them, so that a second import adds nothing.
	Export(ctx context.Context, c ident.Caller, object string, f crm.Filter, row func(cols []crm.Column, values []any) error) error
}

// Source is one file to import.
type Source struct {
	Name string // what the person calls it, with its extension; objects are named after it
	Path string // where it lies
}

// Order says which part of a date such as 3/4/2016 comes first.
type Order string

// The orders.
const (
	MonthFirst Order = "month-first"
	DayFirst   Order = "day-first"
)

// Decimal says which sign stands before the decimals of a number.
type Decimal string

// The signs.
const (
	Point Decimal = "point"
	Comma Decimal = "comma"
)

// Fix is what a person decided for a text of a link column that names no record exactly.
type Fix struct {
	Do Do     `json:"do"`
	To string `json:"to,omitempty"` // of LinkTo: the text that the target has
}

// Do is one way to settle a text.
type Do string

// The ways.
const (
	LinkTo Do = "link"   // it means the record called Fix.To
	Make   Do = "create" // make a new record of that name
	Leave  Do = "empty"  // leave the link empty
	Reject Do = "reject" // several records are called so; nobody can choose this
)

// Options are a person's decisions. Columns may be written alone or as object.column.
type Options struct {
	Object    string                    `json:"object,omitempty"`     // where the rows go; for one table only
	Map       map[string]string         `json:"map,omitempty"`        // column to field; "" or "-" leaves the column out
	Key       string                    `json:"key,omitempty"`        // the field or column that identifies a record
	DateOrder map[string]Order          `json:"date_order,omitempty"` // by column
	Decimal   map[string]Decimal        `json:"decimal,omitempty"`    // by column
	Fix       map[string]map[string]Fix `json:"fix,omitempty"`        // by column, then by text
	DryRun    bool                      `json:"dry_run,omitempty"`    // do all but keep nothing
	Yes       bool                      `json:"yes,omitempty"`        // take what is valid and write the rest to a file
	RejectDir string                    `json:"-"`                    // where files of rejects go; "" is beside the source
	TempDir   string                    `json:"-"`                    // what is written on the way lies here; "" is the system's folder
	Currency  string                    `json:"currency,omitempty"`   // of money without a sign; "" is USD
}

// column looks a decision up by column, as it stands in the file or as an identifier, alone or after its object.
func column[V any](decisions map[string]V, object, name string) (V, bool) {
	for _, as := range []string{object + "." + name, object + "." + crm.Ident(name), name, crm.Ident(name)} {
		if v, ok := decisions[as]; ok {
			return v, true
		}
	}
	var none V
	return none, false
}

const (
	maxColumns = 500     // more is not a table that people work with
	maxRecord  = 1 << 20 // bytes of one record
	maxShown   = 1000    // rejects, fixes and repairs that a preview lists; the counts are always whole
)
