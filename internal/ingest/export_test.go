package ingest

import (
	"errors"
	"io"
	"strings"
)

// ReadCSV reads delimited text to its end and gives the cells of the records that are whole, and how many are not.
func ReadCSV(text string, comma byte) (records [][]string, torn int, err error) {
	in := newCSV(strings.NewReader(text), comma, func() error { return nil })
	for {
		r, err := in.next(nil)
		switch {
		case errors.Is(err, io.EOF):
			return records, torn, nil
		case err != nil:
			return nil, 0, err
		case r.problem != "":
			torn++
		default:
			records = append(records, r.cells)
		}
	}
}
