package main

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/spf13/cobra"
)

func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use:     "demo",
		Short:   "Fill an empty workspace with made-up data",
		Long:    "Fill an empty workspace with made-up but lifelike data. A workspace that has data is left alone.",
		Example: "  openclawd demo",
		Args:    takes(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			type filled struct {
				Objects map[string]json.Number `json:"objects"`
			}
			return show(c.Context(), a, "POST", path("demo"), nil, func(v filled) error {
				t := newTable("object", "records").numbers(1)
				for _, name := range slices.Sorted(maps.Keys(v.Objects)) {
					t.row(name, v.Objects[name])
				}
				return t.print(a)
			})
		},
	}
}
