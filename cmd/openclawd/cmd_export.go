package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"openclaw/internal/control"
	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

func (a *app) export() *cobra.Command {
	var format string
	var filters []string
	c := &cobra.Command{
		Use:   "export OBJECT",
		Short: "Write the records of an object to stdout as CSV, JSON or Parquet",
		Long: "Write the records of an object to stdout. Links are written by name; the id and computed fields, which are OpenClaw's\n" +
			"own, are left out, so that importing the file again changes nothing. Dates with a time are in UTC and say so.\n\n" +
			"A filter is one condition. " + crm.FilterHelp + "\n\n" + zoneHelp,
		Example:           "  openclawd export opportunity > opportunities.csv\n  openclawd export account --format parquet --filter \"sector = retail\" > retail.parquet",
		Args:              takes(1, 1),
		ValidArgsFunction: a.completeObject,
		RunE: func(c *cobra.Command, args []string) error {
			if a.json {
				if c.Flags().Changed("format") && format != "json" {
					return fail.New(fail.Usage, "--json and --format %s contradict each other.", format).WithHint("Leave one out.")
				}
				format = "json"
			}
			if format == "parquet" && terminal(a.out) {
				return fail.New(fail.Usage, "Parquet is not for a terminal.").WithHint("Send it to a file: > %s.parquet", args[0])
			}
			dir, err := a.folder()
			if err != nil {
				return err
			}
			if filters, err = a.localFilters(c.Context(), args[0], filters); err != nil {
				return err
			}
			query := url.Values{"format": {format}, "filter": filters}
			answer, err := control.Dial(dir).Stream(c.Context(), "GET", path("objects", args[0], "export")+"?"+query.Encode(), nil, "*/*")
			if err != nil {
				return err
			}
			defer answer.Close()
			to := io.Writer(a.out)
			if !terminal(a.out) {
				bar := a.bar("Exporting", "bytes")
				defer bar.done()
				to = io.MultiWriter(a.out, bar)
			}
			var told *fail.Error
			if _, err := io.Copy(to, answer); errors.As(err, &told) {
				return told
			} else if err != nil {
				return fail.New(fail.Unavailable, "The export broke off: what was written is not whole.").WithHint("Export again.").Because(err)
			}
			return nil
		},
	}
	c.Flags().StringVar(&format, "format", "csv", "csv, json or parquet")
	c.Flags().StringArrayVar(&filters, "filter", nil, "a condition, may be repeated")
	return c
}

func (a *app) undo() *cobra.Command {
	return &cobra.Command{
		Use:   "undo ID",
		Short: "Take back a change, a batch, or an undo",
		Long: "Take back a change or a whole batch; history shows the ids. What something newer would lose is a conflict, and nothing is\n" +
			"taken back. An undo is a batch as well, and can be undone.",
		Example: "  openclawd history --limit 5\n  openclawd undo 41",
		Args:    takes(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			id, err := whole("id of a change or a batch", args[0])
			if err != nil {
				return err
			}
			return show(c.Context(), a, "POST", path("undo"), map[string]int64{"id": id}, func(v crm.Undone) error {
				return a.say("%s taken back. To do it again: openclawd undo %d", plural(v.Changes, "change"), v.Batch)
			})
		},
	}
}

// manual writes the man pages, for packages, or the reference in docs/.
func (a *app) manual() *cobra.Command {
	var markdown bool
	c := &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the man pages into a folder",
		Example: "  openclawd man ~/.local/share/man/man1",
		Args:    takes(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fail.New(fail.Unavailable, "The folder %s cannot be made.", args[0]).WithHint("Check who may write there.").Because(err)
			}
			write := writeManual
			if markdown {
				write = writeReference
			}
			if err := write(c.Root(), args[0]); err != nil {
				return fmt.Errorf("write man pages: %w", err)
			}
			if a.json {
				return a.printJSON(map[string]string{"folder": args[0]})
			}
			return a.say("The man pages are in %s.", args[0])
		},
	}
	c.Flags().BoolVar(&markdown, "markdown", false, "write the reference of commands and settings instead, as Markdown and TOML")
	return c
}
