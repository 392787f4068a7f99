package ingest

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

const (
	maxUnzipped = 1 << 30  // bytes that a workbook may unpack to
	maxInMemory = 16 << 20 // a part larger than this is unpacked to a temporary file
)

// xlsxTables takes every sheet with something on it as a table. With several, each is named after its sheet.
func xlsxTables(s Source) ([]table, error) {
	f, err := openBook(s)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []table
	var left []string
	for _, sheet := range f.GetSheetList() {
		t, err := sheetTable(s, f, sheet)
		var no notTable
		switch {
		case errors.Is(err, io.EOF):
			continue
		case errors.As(err, &no):
			left = append(left, "Sheet "+strconv.Quote(sheet)+" is left out. "+no.reason)
			continue
		case err != nil:
			return nil, err
		}
		out = append(out, t)
	}
	switch {
	case len(out) == 0 && len(left) > 0:
		return nil, notTable{strings.Join(left, " "), "The first line of a sheet must name the columns.", false}
	case len(out) == 0:
		return nil, notTable{"No sheet of it has anything on it.", "Check that it was saved.", false}
	case len(out) == 1:
		out[0].base, out[0].sheet = baseName(s.Name), ""
	}
	out[0].notes = append(out[0].notes, left...)
	return out, nil
}

func openBook(s Source) (*excelize.File, error) {
	f, err := excelize.OpenFile(s.Path, excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxInMemory, RawCellValue: true})
	switch {
	case err == nil:
		return f, nil
	case strings.Contains(err.Error(), "unzip size"):
		return nil, fail.New(fail.Invalid, "%s unpacks to more than %d MiB, which no table needs.", s.Name, maxUnzipped>>20).WithHint("If it is a real table, save it as CSV and import that.").Because(err)
	case errors.Is(err, excelize.ErrWorkbookFileFormat) || errors.Is(err, excelize.ErrWorkbookPassword):
		return nil, fail.New(fail.Invalid, "%s cannot be opened as a workbook: it is encrypted or of another kind.", s.Name).WithHint("Save it as .xlsx without a password, or as CSV.").Because(err)
	}
	return nil, fail.New(fail.Invalid, "%s is a zip file, but not a workbook that can be read.", s.Name).WithHint("Save it again as .xlsx, or as CSV.").Because(err)
}

func sheetTable(s Source, f *excelize.File, sheet string) (table, error) {
	titles, header, notes, err := sheetHeader(f, sheet)
	if err != nil {
		return table{}, sheetError(s, sheet, err)
	}
	first, err := openFormulas(s, f, sheet)
	if err := errors.Join(err, first.Close()); err != nil {
		return table{}, sheetError(s, sheet, err)
	}
	open := func() (rows, error) {
		f, err := openBook(s)
		if err != nil {
			return nil, err
		}
		in, err := newSheet(f, sheet, len(header), f.Close)
		if err == nil && first != nil {
			in.formulas, err = openFormulas(s, f, sheet)
		}
		for n := 0; err == nil && n <= titles; n++ {
			_, err = in.next(nil)
		}
		if err != nil {
			_ = f.Close()
			return nil, sheetError(s, sheet, err)
		}
		return in, nil
	}
	return table{file: s.Name, path: s.Path, sheet: sheet, base: sheet, format: "XLSX", kind: isSheet, header: header, notes: notes, open: open}, nil
}

const (
	maxTitles  = 5  // lines above the header of a sheet
	maxUnnamed = 20 // columns right of the header that are looked into for values
)

// sheetHeader finds the row that names the columns. Rows above it with a single cell are titles, when two rows with
// more cells follow. Columns right of it that have values get names of their own.
func sheetHeader(f *excelize.File, sheet string) (titles int, header, notes []string, err error) {
	in, err := newSheet(f, sheet, 0, func() error { return nil })
	if err != nil {
		return 0, nil, nil, err
	}
	defer in.Close()
	var first [][]string
	for len(first) < maxTitles+2 {
		r, err := in.next(nil)
		if errors.Is(err, io.EOF) && len(first) > 0 {
			break
		}
		if err != nil {
			return 0, nil, nil, err
		}
		first = append(first, r.cells)
	}
	for titles < min(maxTitles, len(first)-2) && filled(first[titles]) == 1 && (filled(first[titles+1]) > 1 && filled(first[titles+2]) > 1 || filled(first[titles+1]) == 1) {
		titles++
	}
	if filled(first[titles]) == 1 {
		titles = 0
	}
	cells := first[titles]
	width := max(len(cells), min(len(cells)+maxUnnamed, maxColumns))
	header, notes, err = readHeader(cells, width)
	if titles > 0 {
		notes = append(notes, fmt.Sprintf("The first %d rows are a title and are left out.", titles))
	}
	return titles, header, notes, err
}

func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func sheetError(s Source, sheet string, err error) error {
	var no notTable
	if errors.Is(err, io.EOF) || errors.As(err, &no) || fail.KindOf(err) != fail.Failed {
		return err
	}
	return fail.New(fail.Invalid, "Sheet %q of %s cannot be read.", sheet, s.Name).WithHint("Open it and save it again, or save the sheet as CSV.").Because(err)
}

// sheetRows reads a sheet twice side by side: as raw values, which are exact, and as they are shown, which tells dates,
// currencies and leading zeros from plain numbers.
type sheetRows struct {
	raw, shown *excelize.Rows
	line       int64
	width      int  // cells of each row; 0 takes them as they come
	from1904   bool // days are counted from 1904, as old Macs did
	formulas   *formulas
	close      func() error
}

func newSheet(f *excelize.File, sheet string, width int, closer func() error) (*sheetRows, error) {
	props, err := f.GetWorkbookProps()
	if err != nil {
		return nil, err
	}
	raw, err := f.Rows(sheet)
	if err != nil {
		return nil, err
	}
	shown, err := f.Rows(sheet)
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return &sheetRows{raw: raw, shown: shown, width: width, from1904: props.Date1904 != nil && *props.Date1904, close: closer}, nil
}

func (s *sheetRows) Close() error {
	return errors.Join(s.raw.Close(), s.shown.Close(), s.formulas.Close(), s.close())
}

func (s *sheetRows) next(dst []string) (row, error) {
	for {
		if !s.raw.Next() || !s.shown.Next() {
			if err := errors.Join(s.raw.Error(), s.shown.Error()); err != nil {
				return row{}, err
			}
			return row{}, io.EOF
		}
		s.line++
		raw, err := s.raw.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return row{}, err
		}
		shown, err := s.shown.Columns(excelize.Options{RawCellValue: false})
		if err != nil {
			return row{}, err
		}
		cells, blank := dst, true
		for i, v := range raw {
			if i < len(shown) {
				v = sheetCell(v, shown[i], s.from1904)
			}
			blank = blank && strings.TrimSpace(v) == ""
			cells = append(cells, v)
		}
		formula, err := s.formulas.in(s.line)
		if err != nil {
			return row{}, err
		}
		if blank && formula == "" {
			continue
		}
		for len(cells)-len(dst) < s.width {
			cells = append(cells, "")
		}
		r := row{line: s.line, cells: cells[len(dst):]}
		for len(r.cells) > s.width && s.width > 0 && strings.TrimSpace(r.cells[len(r.cells)-1]) == "" {
			r.cells = r.cells[:len(r.cells)-1]
		}
		if len(r.cells) > maxColumns {
			return row{}, fail.New(fail.Invalid, "Row %d has %d columns; %d is the most.", s.line, len(r.cells), maxColumns).WithHint("Leave out the columns that you do not need.")
		}
		for _, c := range r.cells {
			if p := unreadable(c); p != "" {
				r.problem = p
			}
		}
		if formula != "" {
			r.problem = "The formula in " + formula + " has no result. Open the file in a spreadsheet program, save it, and import it again."
		}
		return r, nil
	}
}

// clockShown is how a time of day or a duration is shown.
var clockShown = regexp.MustCompile(`^-?\d+:\d\d(:\d\d)?([.,]\d+)?( ?[AaPp][Mm])?$`)

var digits = regexp.MustCompile(`\d+`)

// sheetCell gives a cell as text that says what it is: a day or an instant as ISO, a time of day or a duration as it is
// shown, money with its sign, a code with its leading zeros, and every other number with all its digits.
func sheetCell(raw, shown string, from1904 bool) string {
	number, err := strconv.ParseFloat(raw, 64)
	if err == nil && len(raw) > 16 && strings.Contains(raw, ".") {
		// Workbooks keep 1.1 as 1.1000000000000001; 15 digits are what their programs calculate with.
		if d, err := decimal.NewFromString(strconv.FormatFloat(number, 'g', 15, 64)); err == nil {
			if raw == shown {
				return d.String()
			}
			raw = d.String()
		}
	}
	switch {
	case raw == shown:
		return raw
	case err != nil:
		return shown
	}
	if clockShown.MatchString(shown) {
		return shown
	}
	if at, ok := sheetTime(number, shown, from1904); ok {
		return at
	}
	switch {
	case shown == "TRUE" || shown == "FALSE":
		return shown
	case len(shown) > 1 && shown[0] == '0' && digits.FindString(shown) == shown:
		return shown
	}
	if d, ok := crm.ParseDecimal(raw); ok {
		if strings.HasSuffix(shown, "%") {
			return d.Shift(2).String() + "%"
		}
		raw = d.String()
	}
	if sign, _ := crm.CutSign(shown); sign.Code != "" {
		return sign.Text + " " + raw
	}
	return raw
}

// sheetTime tells whether a number is shown as a date: the day and the year that it would be stand in what is shown, and
// that is not the number itself.
func sheetTime(number float64, shown string, from1904 bool) (string, bool) {
	if n, _, ok := parseNumber(shown, pointStyle); ok && math.Abs(n.decimal().InexactFloat64()-number) < 1 {
		return "", false
	}
	at, err := excelize.ExcelDateToTime(number, from1904)
	if err != nil || number < 1 || at.Year() > 2200 {
		return "", false
	}
	at = at.Round(time.Second)
	parts := map[int]bool{}
	for _, d := range digits.FindAllString(shown, -1) {
		n, _ := strconv.Atoi(d)
		parts[n] = true
	}
	if len(parts) < 2 || !parts[at.Day()] || !(parts[at.Year()] || parts[at.Year()%100]) {
		return "", false
	}
	if at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0 {
		return at.Format(time.DateOnly), true
	}
	return at.Format(time.DateTime), true
}
