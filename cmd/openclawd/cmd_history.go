package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

type changeLine struct {
	ID     int64     `json:"id"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Kind   string    `json:"kind"`
	Object string    `json:"object"`
	Record int64     `json:"record"`
	Field  string    `json:"field"`
	Before any       `json:"before"`
	After  any       `json:"after"`
	Batch  int64     `json:"batch"`
	Cause  crm.Cause `json:"cause"`
	Undone int64     `json:"undone"`
}

func (a *app) history() *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use: "history [OBJECT [ID]]", Short: "What was changed, by whom, from what to what", Args: takes(0, 2), ValidArgsFunction: a.completeObject,
		Long:    "What was changed, newest first: of everything, of one object, or of one record. With --json one line of JSON for each changed field.",
		Example: "  openclawd history --limit 20\n  openclawd history opportunity 12 --json",
		RunE: func(c *cobra.Command, args []string) error {
			if limit < 1 {
				return fail.New(fail.Usage, "--limit %d shows nothing.", limit).WithHint("Give it 1 or more.")
			}
			query := url.Values{}
			if len(args) > 0 {
				query.Set("object", args[0])
			}
			if len(args) > 1 {
				id, err := whole("record id", args[1])
				if err != nil {
					return err
				}
				query.Set("record", strconv.FormatInt(id, 10))
			}
			t := newTable("id", "when", "who", "what", "record", "field", "before", "after", "batch", "").numbers(0, 8)
			for left := limit; left > 0; {
				page := min(left, 1000)
				query.Set("limit", strconv.Itoa(page))
				list, _, err := call[struct {
					Changes []json.RawMessage `json:"changes"`
					After   int64             `json:"after"`
				}](c.Context(), a, "GET", path("history")+"?"+query.Encode(), nil)
				if err != nil {
					return err
				}
				for _, raw := range list.Changes {
					if a.json {
						if err := a.printJSON(raw); err != nil {
							return err
						}
						continue
					}
					if err := historyRow(t, raw); err != nil {
						return err
					}
				}
				if left -= page; list.After == 0 {
					break
				}
				query.Set("after", strconv.FormatInt(list.After, 10))
			}
			if a.json {
				return nil
			}
			return t.print(a)
		},
	}
	c.Flags().IntVar(&limit, "limit", 50, "changes to show")
	return c
}

// member is a text in an object of JSON, or what stands for it.
func member(object any, name, or string) string {
	if m, ok := object.(map[string]any); ok {
		if text, ok := m[name].(string); ok {
			return text
		}
	}
	return or
}

// asked is what a saved question asks, by its SQL where it has one; nil of none.
func asked(question any) any {
	if question == nil {
		return nil
	}
	return cmp.Or(member(question, "sql", ""), member(question, "question", ""))
}

func historyRow(t *table, raw json.RawMessage) error {
	var l changeLine
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // an amount keeps its cents
	if err := d.Decode(&l); err != nil {
		return err
	}
	record, undone := l.Object, ""
	var before, after any // not of whole records and definitions: --json shows these
	if l.Record != 0 {
		record += " " + strconv.FormatInt(l.Record, 10)
	}
	if l.Undone != 0 {
		undone = "undone"
	}
	switch l.Kind {
	case crm.ViewChange, crm.QuestionChange:
		l.Field = member(l.After, "name", member(l.Before, "name", ""))
		verb := "change "
		switch {
		case l.Before == nil:
			verb = "add "
		case l.After == nil:
			verb = "remove "
		}
		if l.Kind == crm.QuestionChange {
			before, after = asked(l.Before), asked(l.After)
		}
		l.Kind = verb + l.Kind
	case "schema":
		l.Kind = strings.ReplaceAll(member(l.After, "did", l.Kind), "_", " ")
		for _, side := range []any{l.Before, l.After} {
			if m, ok := side.(map[string]any); ok {
				l.Field = cmp.Or(l.Field, member(m["field"], "name", member(m, "name", "")))
			}
		}
	}
	if l.Kind == string(crm.Set) || l.Kind == crm.ConvertChange {
		before, after = l.Before, l.After
	}
	t.row(l.ID, local(l.At), l.Who, l.Kind, record, l.Field, before, after, l.Batch, undone)
	return nil
}
