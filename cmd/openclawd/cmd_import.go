package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"openclaw/internal/api"
	"openclaw/internal/control"
	"openclaw/internal/crm"
	"openclaw/internal/edge"
	"openclaw/internal/fail"
	"openclaw/internal/ingest"
)

// importOut is what the daemon answers; a dry run has the preview as well.
type importOut struct {
	ingest.Result
	Files   []importedFile  `json:"files"`
	Preview *ingest.Preview `json:"preview"`
}

type importedFile struct {
	ingest.FileResult
	Rejected firstRejects `json:"rejected"`
}

// firstRejects are as many as are shown of what may be a million.
type firstRejects []crm.Reject

// UnmarshalJSON reads the first rejects of a list.
func (f *firstRejects) UnmarshalJSON(list []byte) error {
	d := json.NewDecoder(bytes.NewReader(list))
	if _, err := d.Token(); err != nil {
		return err
	}
	for len(*f) < shownRejects && d.More() {
		var r crm.Reject
		if err := d.Decode(&r); err != nil {
			return err
		}
		*f = append(*f, r)
	}
	return nil
}

const shownRejects = 5

func (a *app) importFiles() *cobra.Command {
	var in api.Import
	var pairs, orders, signs []string
	c := &cobra.Command{
		Use:   "import FILE...",
		Short: "Bring files in: CSV, XLSX, JSON, JSON lines or vCard",
		Long: "Bring files in as one batch, linked to each other whatever their order. Types, keys and links are found in the data;\n" +
			"--dry-run shows what would happen. All rows come in or none; with --yes what is valid comes in, and what is not is\n" +
			"written to a file beside the source, to be corrected and imported again. undo takes the whole batch back.",
		Example: "  openclawd import accounts.csv products.csv sales_teams.csv sales_pipeline.csv\n" +
			"  openclawd import contacts.vcf --dry-run\n" +
			"  openclawd import deals.csv --object deal --map \"Amount=value\" --key deal_id",
		Args: takes(1, -1),
		RunE: func(c *cobra.Command, args []string) error {
			in.Map, in.DateOrder, in.Decimal = map[string]string{}, map[string]ingest.Order{}, map[string]ingest.Decimal{}
			if bad, ok := assign(in.Map, pairs); !ok {
				return fail.New(fail.Usage, "--map %q does not say which field a column goes to.", bad).WithHint("Write it like --map \"Close Value=close_value\"; nothing after = leaves the column out.")
			}
			if bad, ok := assign(in.DateOrder, orders, ingest.MonthFirst, ingest.DayFirst); !ok {
				return fail.New(fail.Usage, "--date-order %q does not say what comes first in which column.", bad).WithHint("Write it like --date-order close_date=day-first, or =month-first.")
			}
			if bad, ok := assign(in.Decimal, signs, ingest.Comma, ingest.Point); !ok {
				return fail.New(fail.Usage, "--decimal %q does not say which sign stands before the decimals of which column.", bad).WithHint("Write it like --decimal weight=comma, or =point.")
			}
			for _, arg := range args {
				full, err := filepath.Abs(arg)
				if err != nil {
					return fmt.Errorf("find %s: %w", arg, err)
				}
				if err := fileExists(full); errors.Is(err, fs.ErrNotExist) {
					return fail.New(fail.NotFound, "There is no file %s.", arg).WithHint("Check its name and the folder you are in.")
				} else if err != nil {
					return fail.New(fail.Unavailable, "%s cannot be read.", arg).WithHint("Check who may read it.").Because(err)
				}
				in.Files = append(in.Files, api.ImportFile{Name: filepath.Base(full), Path: full})
			}
			return a.runImport(c, in)
		},
	}
	f := c.Flags()
	f.StringVar(&in.Object, "object", "", "object that the rows become, instead of the file's name")
	f.StringArrayVar(&pairs, "map", nil, "COLUMN=FIELD, may be repeated; COLUMN= leaves the column out")
	f.StringArrayVar(&orders, "date-order", nil, "COLUMN=day-first or COLUMN=month-first, may be repeated, where the file does not tell")
	f.StringArrayVar(&signs, "decimal", nil, "COLUMN=comma or COLUMN=point, may be repeated, where the file does not tell if 1.234 is a thousand")
	f.StringVar(&in.Currency, "currency", "", "ISO 4217 code of money without a sign (default USD)")
	f.StringVar(&in.Key, "key", "", "field by which a row finds the record that it updates")
	f.BoolVar(&in.DryRun, "dry-run", false, "show what would happen, and write nothing")
	f.BoolVar(&in.Yes, "yes", false, "take what is valid, and leave the rest out")
	return c
}

// assign reads decisions such as COLUMN=VALUE, where one of some values is allowed or, when none are named, any. It gives
// the first that is none. The last = parts the two: the name of a column may have one, that of a field has none.
func assign[V ~string](into map[string]V, decisions []string, allowed ...V) (bad string, ok bool) {
	for _, d := range decisions {
		at := strings.LastIndexByte(d, '=')
		if at < 1 || len(allowed) > 0 && !slices.Contains(allowed, V(d[at+1:])) {
			return d, false
		}
		into[d[:at]] = V(d[at+1:])
	}
	return "", true
}

func (a *app) runImport(c *cobra.Command, in api.Import) error {
	dir, err := a.folder()
	if err != nil {
		return err
	}
	answer, err := control.Dial(dir).Stream(c.Context(), "POST", path("import"), in, "application/x-ndjson")
	if err != nil {
		return err
	}
	defer answer.Close()
	bar := a.bar("Importing", "rows")
	lines := bufio.NewReaderSize(answer, 64<<10)
	for {
		text, err := lines.ReadBytes('\n')
		if c.Context().Err() != nil {
			bar.done()
			return control.Stopped()
		}
		if err != nil {
			return fail.New(fail.Unavailable, "The daemon stopped before the import was done.").
				WithHint("Nothing of it was kept, unless openclawd history shows the batch. Start the daemon, and import again.").Because(err)
		}
		var line struct {
			Progress *struct{ Done, Total int64 }
			Result   json.RawMessage
			Error    *edge.Problem
		}
		if err := json.Unmarshal(text, &line); err != nil {
			return fmt.Errorf("read import: %w", err)
		}
		switch {
		case line.Progress != nil:
			bar.at(line.Progress.Done, line.Progress.Total)
		case line.Error != nil:
			bar.done()
			return control.ProblemError(*line.Error)
		default:
			bar.done()
			return a.showImport(line.Result, in.DryRun)
		}
	}
}

func (a *app) showImport(raw json.RawMessage, dry bool) error {
	if a.json {
		return a.printJSON(raw)
	}
	var r importOut
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&r); err != nil {
		return fmt.Errorf("read import: %w", err)
	}
	var lines []string
	if r.Preview != nil {
		for _, f := range r.Preview.Files {
			if err := a.showColumns(f); err != nil {
				return err
			}
			lines = append(lines, f.Notes...)
			for _, fix := range f.Repairs[:min(5, len(f.Repairs))] {
				lines = append(lines, fmt.Sprintf("%s, line %d, %s: repaired, %s", f.File, fix.Row, fix.Column, fix.Rule))
			}
		}
	}
	t := newTable("file", "object", "rows", "created", "updated", "unchanged", "rejected").numbers(2, 3, 4, 5, 6)
	for _, f := range r.Files {
		t.row(f.File, f.Object, f.Rows, f.Created, f.Updated, f.Unchanged, f.RejectedRows)
		if r.Preview == nil {
			lines = append(lines, f.Notes...)
		}
		lines = append(lines, importNotes(f)...)
	}
	if err := t.print(a); err != nil {
		return err
	}
	for _, s := range r.Skipped {
		lines = append(lines, s.File+" was left out: "+s.Reason)
	}
	switch {
	case dry:
		lines = append(lines, "Nothing was written. "+r.nextStep())
	case r.Batch != 0:
		lines = append(lines, fmt.Sprintf("To take it all back: openclawd undo %d", r.Batch))
	default:
		lines = append(lines, "Nothing changed.")
	}
	for _, line := range lines {
		if err := a.say("%s", clean(line)); err != nil {
			return err
		}
	}
	return nil
}

// nextStep says after a dry run how the import is done.
func (r importOut) nextStep() string {
	var what []string
	for _, s := range r.Skipped {
		if s.Stops {
			what = append(what, s.File)
		}
	}
	var rows int64
	for _, f := range r.Files {
		rows += f.RejectedRows
	}
	if rows > 0 {
		what = append(what, plural(rows, "row"))
	}
	if len(what) == 0 {
		return "Import without --dry-run to do it."
	}
	return fmt.Sprintf("Correct what cannot come in (%s), or import with --yes instead of --dry-run to leave it out.", strings.Join(what, ", "))
}

// importNotes says in lines what the table of an import has no room for.
func importNotes(f importedFile) []string {
	var lines []string
	if len(f.FieldsAdded) > 0 {
		lines = append(lines, fmt.Sprintf("%s: new fields %s", f.File, strings.Join(f.FieldsAdded, ", ")))
	}
	for _, field := range slices.Sorted(maps.Keys(f.Links)) {
		l := f.Links[field]
		line := fmt.Sprintf("%s: %s linked %d, empty %d", f.File, field, l.Linked, l.Empty)
		if l.Created > 0 {
			line += fmt.Sprintf(", created %d", l.Created)
		}
		for _, from := range slices.Sorted(maps.Keys(l.Fixed)) {
			line += fmt.Sprintf("; %s is read as %s", from, l.Fixed[from])
		}
		if len(l.Unmatched) > 0 {
			line += "; not found: " + strings.Join(l.Unmatched, ", ")
		}
		lines = append(lines, line)
	}
	for _, reject := range f.Rejected {
		at := fmt.Sprintf("%s, line %d", f.File, reject.Row)
		if reject.Column != "" {
			at += ", " + reject.Column
		}
		lines = append(lines, fmt.Sprintf("%s, \"%s\": %s", at, reject.Value, reject.Reason))
	}
	if more := f.RejectedRows - int64(len(f.Rejected)); more > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more", f.File, more))
	}
	if f.RejectsFile != "" {
		lines = append(lines, fmt.Sprintf("The rejected rows are in %s. Correct them, and import that file.", f.RejectsFile))
	}
	return lines
}

// showColumns prints how a file was read.
func (a *app) showColumns(f *ingest.File) error {
	if err := a.say("%s -> %s, %d rows", clean(f.File), f.Object, f.Rows); err != nil {
		return err
	}
	t := newTable("column", "field", "type", "filled", "empty", "example", "").numbers(3, 4)
	for _, c := range f.Columns {
		kind := c.Type.Noun()
		if c.Target != "" {
			kind += " to " + c.Target
		}
		if c.Key {
			kind += ", key"
		}
		t.row(c.Name, c.Field, kind, c.Filled, c.Empty, c.Example, c.Check)
	}
	if err := t.print(a); err != nil {
		return err
	}
	if err := a.say(""); err != nil {
		return err
	}
	return a.showSample(f)
}

// showSample prints the first rows of a file as they will be.
func (a *app) showSample(f *ingest.File) error {
	if len(f.Sample) == 0 {
		return nil
	}
	head := []string{"row"}
	numbers := []int{0}
	for _, c := range f.Columns {
		if c.Field != "" {
			if c.Type.Numeric() {
				numbers = append(numbers, len(head))
			}
			head = append(head, c.Label)
		}
	}
	t := newTable(head...).numbers(numbers...)
	for _, row := range f.Sample {
		t.row(append([]any{row.Row}, row.Values...)...)
	}
	if err := t.print(a); err != nil {
		return err
	}
	return a.say("")
}
