package ingest

import (
	"fmt"
	"strings"

	"openclaw/internal/crm"
)

// repairRule is the one rule by which a row is put right, in the words of the preview.
const repairRule = "The row has one cell more than the header. Two neighbours were joined where every column then fits its type, and nowhere else would it."

// repair puts a row right that has one cell too many, since a comma in a text was not quoted. The cells are joined where
// every column then fits; when that is so at two places, or at none, the row is a reject.
func (r *rowReader) repair(in *row) ([]string, *Repair, string) {
	width := len(r.file.table.header)
	cells := in.cells
	counted := fmt.Sprintf("It has %d cells, and the header has %d.", len(cells), width)
	if len(cells) != width+1 || r.file.table.comma == "" {
		return nil, nil, counted + " " + countHint(len(cells), width)
	}
	at, found := -1, 0
	for i := range width {
		if r.allFit(joined(cells, i, r.file.table.comma)) {
			at, found = i, found+1
		}
	}
	if strings.TrimSpace(cells[width]) == "" && r.allFit(cells[:width]) {
		found++
		at = width
	}
	switch {
	case found == 0:
		return nil, nil, counted + " " + countHint(len(cells), width)
	case found > 1:
		return nil, nil, counted + " It can be put right in more than one way. Put the text with the comma in quotes."
	}
	if at == width {
		return cells[:width], &Repair{Row: in.line, Before: short(in.text, 300), Rule: "The row ends with an empty cell too many, which was left out."}, ""
	}
	out := joined(cells, at, r.file.table.comma)
	return out, &Repair{Row: in.line, Column: r.file.table.header[at], Before: short(in.text, 300), After: out[at], Rule: repairRule}, ""
}

func countHint(cells, width int) string {
	if cells < width {
		return "Add the missing ones, or check for a line end inside a text without quotes."
	}
	return "Put a text that holds the separator in quotes."
}

// joined is the row with cell i and its right neighbour as one.
func joined(cells []string, i int, comma string) []string {
	out := make([]string, 0, len(cells)-1)
	out = append(out, cells[:i]...)
	out = append(out, cells[i]+comma+cells[i+1])
	return append(out, cells[i+2:]...)
}

// allFit tells whether every cell could stand in its column: it can be read, and a text of a link, of a choice or of a
// column that is otherwise full is one that the column knows from other rows.
func (r *rowReader) allFit(cells []string) bool {
	for i, c := range r.file.loads {
		cell := trim(cells[c.index])
		none := missing(cell)
		switch {
		case none && c.Filled > 0 && c.Empty == 0:
			return false
		case none:
			continue
		}
		if c.Link != nil {
			if c.Type == crm.Link && c.Link.Whole && !c.Link.names(cell) {
				return false
			}
			continue
		}
		if _, why := r.convert[i].value(cell, false); why != "" {
			return false
		}
	}
	return true
}
