package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

type recordPage struct {
	Columns []string    `json:"columns"`
	Types   []string    `json:"types"`
	Rows    [][]any     `json:"rows"`
	Total   json.Number `json:"total"`
	After   string      `json:"after"`
}

type recordOut struct {
	Object    string         `json:"object"`
	ID        int64          `json:"id"`
	Title     string         `json:"title"`
	Values    map[string]any `json:"values"`
	CreatedAt time.Time      `json:"created_at"`
	UpdatedAt time.Time      `json:"updated_at"`
	Deleted   bool           `json:"deleted"`
	Version   int64          `json:"version"`
	Batch     int64          `json:"batch"`
	Follows   int64          `json:"follows"`
}

func (a *app) record() *cobra.Command {
	return a.holder("record", "Records: list, show, add, set, delete, restore", "  openclawd record list opportunity --filter \"deal_stage = Won\" --sort -close_value\n  openclawd record show opportunity 12",
		a.recordList(), a.recordShow(), a.recordAdd(), a.recordSet(), a.recordDelete(), a.recordRestore())
}

func (a *app) recordList() *cobra.Command {
	var filters, sorts, fields []string
	var limit int
	var after string
	var trash bool
	c := &cobra.Command{
		Use: "list OBJECT", Short: "List records, a page at a time", Args: takes(1, 1), ValidArgsFunction: a.completeObject,
		Long: "List records, a page at a time. Several filters must all hold.\n\nA filter is one condition. " + crm.FilterHelp + "\n\n" + zoneHelp,
		Example: "  openclawd record list opportunity --filter \"deal_stage = Won\" --filter \"close_value > 5000\" --sort -close_value --limit 10\n" +
			"  openclawd record list opportunity --filter \"account is empty\" --field opportunity_id --field account.sector",
		RunE: func(c *cobra.Command, args []string) error {
			filters, err := a.localFilters(c.Context(), args[0], filters)
			if err != nil {
				return err
			}
			query := url.Values{"filter": filters, "sort": sorts, "field": fields, "limit": {strconv.Itoa(limit)}}
			if after != "" {
				query.Set("after", after)
			}
			if trash {
				query.Set("trash", "yes")
			}
			return show(c.Context(), a, "GET", path("objects", args[0], "records")+"?"+query.Encode(), nil, func(v recordPage) error {
				if err := a.printRows(v.Columns, v.Types, v.Rows); err != nil {
					return err
				}
				if v.After == "" {
					return a.say("%d of %s", len(v.Rows), v.Total)
				}
				return a.say("%d of %s. The next page: --after %s", len(v.Rows), v.Total, v.After)
			})
		},
	}
	f := c.Flags()
	f.StringArrayVar(&filters, "filter", nil, "a condition, may be repeated")
	f.StringArrayVar(&sorts, "sort", nil, "a field, -FIELD for the largest first; may be repeated")
	f.StringArrayVar(&fields, "field", nil, "a column, such as account.sector; may be repeated; none means all")
	f.IntVar(&limit, "limit", 50, "rows of a page, up to 1000")
	f.StringVar(&after, "after", "", "cursor that the page before ended with")
	f.BoolVar(&trash, "trash", false, "look into the trash")
	return c
}

func (a *app) printRecord(ctx context.Context, v recordOut) error {
	o, _, err := call[crm.Object](ctx, a, "GET", path("objects", v.Object), nil)
	if err != nil {
		return err
	}
	lines := newTable("field", "value")
	lines.row("id", v.ID)
	for _, f := range o.Fields {
		lines.row(f.Label, localCell(v.Values[f.Name], string(f.ValueType())))
	}
	lines.row("created", local(v.CreatedAt))
	lines.row("updated", local(v.UpdatedAt))
	lines.row("version", v.Version)
	if v.Deleted {
		lines.row("deleted", "yes, it lies in the trash")
	}
	return lines.print(a)
}

func (a *app) recordShow() *cobra.Command {
	return &cobra.Command{
		Use: "show OBJECT ID", Short: "Show one record", Args: takes(2, 2), Example: "  openclawd record show opportunity 12", ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "GET", path("objects", args[0], "records", args[1]), nil, func(v recordOut) error { return a.printRecord(c.Context(), v) })
		},
	}
}

// pairs reads FIELD=VALUE arguments. Nothing after = empties the field.
func pairs(args []string) (map[string]any, error) {
	values := map[string]any{}
	for _, arg := range args {
		field, value, ok := strings.Cut(arg, "=")
		if !ok || field == "" {
			return nil, fail.New(fail.Usage, "%q does not say which field gets which value.", arg).WithHint("Write it like close_value=5482 or \"account=Acme Corporation\".")
		}
		if _, twice := values[field]; twice {
			return nil, fail.New(fail.Usage, "%s is given twice.", field).WithHint("Give each field once; several choices are joined by a semicolon.")
		}
		values[field] = value
	}
	return values, nil
}

func (a *app) recordAdd() *cobra.Command {
	return &cobra.Command{
		Use: "add OBJECT FIELD=VALUE...", Short: "Add a record", Args: takes(2, -1), ValidArgsFunction: a.completeObject,
		Long:    "Add a record. A link takes the name of its record, or its id.\n\n" + zoneHelp,
		Example: "  openclawd record add account \"account=Acme Corporation\" sector=retail",
		RunE: func(c *cobra.Command, args []string) error {
			in, err := a.localPairs(c.Context(), args[0], args[1:])
			if err != nil {
				return err
			}
			return show(c.Context(), a, "POST", path("objects", args[0], "records"), in, func(v recordOut) error {
				return a.say("Added %s %d. To take it back: openclawd undo %d", v.Object, v.ID, v.Batch)
			})
		},
	}
}

func (a *app) recordSet() *cobra.Command {
	c := &cobra.Command{
		Use: "set OBJECT ID FIELD=VALUE...", Short: "Change values of a record", Args: takes(3, -1), ValidArgsFunction: a.completeObject,
		Long:    "Change values of a record. Nothing after = empties a field. With --if-version a record that somebody else has\nchanged since is left as it is, and both values are shown.\n\n" + zoneHelp,
		Example: "  openclawd record set opportunity 12 deal_stage=Won close_value=5482 close_date=2017-03-31",
		RunE: func(c *cobra.Command, args []string) error {
			in, err := a.localPairs(c.Context(), args[0], args[2:])
			if err != nil {
				return err
			}
			return show(c.Context(), a, "PATCH", path("objects", args[0], "records", args[1]), in, func(v recordOut) error {
				if v.Batch == 0 {
					return a.say("%s %d had these values already.", v.Object, v.ID)
				}
				return a.say("Changed %s %d. To take it back: openclawd undo %d", v.Object, v.ID, v.Batch)
			})
		},
	}
	a.takesVersion(c)
	return c
}

// ending is what record delete and record restore do and say.
type ending struct {
	verb, short          string
	method, below        string // of the request; below the record's path
	done, nothing, links string
	versioned            bool // takes --if-version
}

func (a *app) recordDelete() *cobra.Command {
	return a.recordEnd(ending{verb: "delete", short: "Move a record to the trash", method: "DELETE", done: "Moved %s %d to the trash.",
		nothing: "%s %d is in the trash already. Nothing was changed.", links: "Links to it that are empty now: %d.", versioned: true})
}

func (a *app) recordRestore() *cobra.Command {
	return a.recordEnd(ending{verb: "restore", short: "Bring a record back from the trash", method: "POST", below: "/restore", done: "Brought %s %d back.",
		nothing: "%s %d is not in the trash. Nothing was changed.", links: "Links that changed with it: %d."})
}

func (a *app) recordEnd(e ending) *cobra.Command {
	c := &cobra.Command{
		Use: e.verb + " OBJECT ID", Short: e.short, Args: takes(2, 2), Example: "  openclawd record " + e.verb + " opportunity 12", ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, e.method, path("objects", args[0], "records", args[1])+e.below, nil, func(v recordOut) error {
				if v.Batch == 0 {
					return a.say(e.nothing, v.Object, v.ID)
				}
				text := fmt.Sprintf(e.done, v.Object, v.ID)
				if v.Follows > 0 {
					text += " " + fmt.Sprintf(e.links, v.Follows)
				}
				return a.say("%s To take it back: openclawd undo %d", text, v.Batch)
			})
		},
	}
	if e.versioned {
		a.takesVersion(c)
	}
	return c
}

// takesVersion gives a command that writes one record the way to insist on the state that was seen.
func (a *app) takesVersion(c *cobra.Command) {
	c.Flags().Int64Var(&a.ifVersion, "if-version", 0, "write only if the record has this version, which record show gives; else both values are shown")
	c.PreRunE = func(c *cobra.Command, _ []string) error {
		if c.Flags().Changed("if-version") && a.ifVersion <= 0 {
			return fail.New(fail.Usage, "%d is no version of a record.", a.ifVersion).WithHint("openclawd record show gives it.")
		}
		return nil
	}
}

// whole reads a whole number above zero.
func whole(what, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, fail.New(fail.Usage, "%q is no %s.", text, what).WithHint("It is a whole number.")
	}
	return n, nil
}
