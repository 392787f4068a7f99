package main

import "github.com/spf13/cobra"

func (a *app) open() *cobra.Command {
	return &cobra.Command{
		Use:     "open",
		Short:   "Print a link that signs this unix user in, once",
		Long:    "Print a link that signs its first visitor in as this unix user. It works once, for ten minutes.",
		Example: "  openclawd open\n  xdg-open \"$(openclawd open)\"",
		Args:    takes(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			type link struct {
				URL string `json:"url"`
			}
			return show(c.Context(), a, "POST", path("open"), nil, func(v link) error { return a.say("%s", v.URL) })
		},
	}
}
