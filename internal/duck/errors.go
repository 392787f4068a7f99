package duck

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// known refuses a caller who is nobody.
func known(c ident.Caller) error {
	if !c.Known() {
		return fail.New(fail.Denied, "Nobody is signed in.").WithHint("Sign in first: openclawd open prints a link.")
	}
	return nil
}

// mayWrite refuses a caller who may not write.
func mayWrite(c ident.Caller) error {
	if err := known(c); err != nil {
		return err
	}
	if !c.Role.CanWrite() {
		return fail.New(fail.Denied, "%s may read but not change anything.", c.Person).WithHint("Ask an admin for the member role.")
	}
	return nil
}

// wrap says what was being done when DuckDB failed. Errors that already have a kind go through as they are.
func wrap(doing string, err error) error {
	var known *fail.Error
	var d *duckdb.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s: %w", doing, err)
	case errors.As(err, &d) && d.Type == duckdb.ErrorTypeInterrupt:
		// The driver interrupts a statement when its context ends, and may hand on what DuckDB says to that.
		return fmt.Errorf("%s: %w: %w", doing, context.Canceled, err)
	case strings.Contains(err.Error(), "could not bind parameter"):
		return fail.New(fail.Invalid, "The text holds a character that cannot be kept.").WithHint("Remove what is not valid UTF-8.").Because(fmt.Errorf("%s: %w", doing, err))
	case isOutOfMemory(err):
		return fail.New(fail.Unavailable, "The database has not enough memory for this.").WithHint("Narrow it down with a filter, or raise memory_limit in config.toml.").Because(fmt.Errorf("%s: %w", doing, err))
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func isOutOfMemory(err error) bool {
	var d *duckdb.Error
	return errors.As(err, &d) && d.Type == duckdb.ErrorTypeOutOfMemory
}

// isFatal tells whether the instance is not to be trusted any further: DuckDB has given up on it, or could not write its
// files, as on a full disk. Opening the file again gives the state of the last commit.
func isFatal(err error) bool {
	if err == nil {
		return false
	}
	var d *duckdb.Error
	if errors.As(err, &d) && (d.Type == duckdb.ErrorTypeFatal || d.Type == duckdb.ErrorTypeInternal || d.Type == duckdb.ErrorTypeIO) {
		return true
	}
	for _, sign := range []string{"database has been invalidated", "Could not write file", "No space left on device"} {
		if strings.Contains(err.Error(), sign) {
			return true
		}
	}
	return false
}
