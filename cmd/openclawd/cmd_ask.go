package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"openclaw/internal/fail"
)

type answerOut struct {
	Status    string      `json:"status"`
	By        string      `json:"by"`
	Words     string      `json:"words"`
	SQL       string      `json:"sql"`
	Columns   []string    `json:"columns"`
	Types     []string    `json:"types"`
	Rows      [][]any     `json:"rows"`
	Truncated bool        `json:"truncated"`
	Choices   []string    `json:"choices"`
	Reason    string      `json:"reason"`
	Notes     []string    `json:"notes"`
	MS        json.Number `json:"ms"`
}

func (a *app) ask() *cobra.Command {
	var noModel bool
	c := &cobra.Command{
		Use: "ask QUESTION", Short: "Ask about the data in plain words", Args: takes(1, -1),
		Long: "Ask about the data in plain words. An answer says how the question was read, and shows the rows and the SQL that they come\n" +
			"from. A question that cannot be answered for certain gives choices, or names the words that were not understood.",
		Example: "  openclawd ask \"how many opportunities did we win in Q3 2017?\"\n  openclawd ask \"top 5 sales agents by revenue\" --json",
		RunE: func(c *cobra.Command, args []string) error {
			in := map[string]any{"question": strings.Join(args, " "), "no_model": noModel}
			return show(c.Context(), a, "POST", path("ask"), in, a.printAnswer)
		},
	}
	c.Flags().BoolVar(&noModel, "no-model", false, "answer by grammar and saved questions only")
	return c
}

func (a *app) printAnswer(v answerOut) error {
	switch v.Status {
	case "answered":
		if err := a.say("%s\n", clean(v.Words)); err != nil {
			return err
		}
		if err := a.printRows(v.Columns, v.Types, v.Rows); err != nil {
			return err
		}
		if v.Truncated {
			if err := a.say("There are more rows than these."); err != nil {
				return err
			}
		}
		for _, note := range v.Notes {
			if err := a.say("%s", clean(note)); err != nil {
				return err
			}
		}
		return a.say("\n%s, %s ms: %s", v.By, v.MS, clean(v.SQL))
	case "clarify":
		text := v.Reason
		if text == "" {
			text = "That can be read in more than one way. Ask one of these:"
		}
		if err := a.say("%s", clean(text)); err != nil {
			return err
		}
		for _, choice := range v.Choices {
			if err := a.say("  %s", clean(choice)); err != nil {
				return err
			}
		}
		return nil
	}
	return a.say("%s", clean(v.Reason))
}

func (a *app) sql() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: "sql QUERY", Short: "Run one SELECT", Args: takes(1, 1),
		Long: "Run one SELECT over the objects and their v_ views. It is parsed first: what would change something, or reach anything\n" +
			"but the workspace's own data, is refused and says why.\n\nDates with a time are in UTC, in the statement and in its rows.",
		Example: "  openclawd sql \"SELECT deal_stage, count(*) FROM opportunity GROUP BY ALL\"\n  openclawd sql \"FROM v_opportunity LIMIT 10\" --format csv > ten.csv",
		RunE: func(c *cobra.Command, args []string) error {
			switch format {
			case "json":
				a.json = true
			case "table", "csv":
			default:
				return fail.New(fail.Usage, "There is no format %q.", format).WithHint("It is table, csv or json.")
			}
			type result struct {
				Columns   []string    `json:"columns"`
				Types     []string    `json:"types"`
				Rows      [][]any     `json:"rows"`
				Truncated bool        `json:"truncated"`
				MS        json.Number `json:"ms"`
			}
			return show(c.Context(), a, "POST", path("sql"), map[string]string{"query": args[0]}, func(v result) error {
				if format == "csv" {
					return a.printCSV(v.Columns, v.Rows, v.Truncated)
				}
				if err := a.printRaw(v.Columns, v.Types, v.Rows); err != nil {
					return err
				}
				more := ""
				if v.Truncated {
					more = ", and there are more"
				}
				return a.say("%s%s, %s ms", plural(int64(len(v.Rows)), "row"), more, v.MS)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, csv or json")
	return c
}

func (a *app) printCSV(columns []string, rows [][]any, truncated bool) error {
	w := csv.NewWriter(a.out)
	if err := w.Write(columns); err != nil {
		return err
	}
	for _, row := range rows {
		texts := make([]string, len(row))
		for i, v := range row {
			texts[i] = plain(v)
		}
		if err := w.Write(texts); err != nil {
			return err
		}
	}
	w.Flush()
	if truncated {
		fmt.Fprintln(a.err, "There are more rows than these. Ask for fewer, or export the object.")
	}
	return w.Error()
}
