package main

import (
	"github.com/spf13/cobra"

	"openclaw/internal/ident"
)

func (a *app) session() *cobra.Command {
	return a.holder("session", "Who is signed in", "  openclawd session list\n  openclawd session revoke k3v9x2m4qp",
		&cobra.Command{
			Use: "list", Short: "List who is signed in", Example: "  openclawd session list", Args: takes(0, 0),
			RunE: func(c *cobra.Command, _ []string) error {
				type list struct {
					Sessions []ident.Session `json:"sessions"`
				}
				return show(c.Context(), a, "GET", path("sessions"), nil, func(v list) error { return a.printSessions(v.Sessions) })
			},
		},
		a.revoke("session", "Sign a browser out"))
}

func (a *app) token() *cobra.Command {
	return a.holder("token", "API tokens of programs", "  openclawd token add \"weekly report\" --role viewer --days 30\n  openclawd token list",
		&cobra.Command{
			Use: "list", Short: "List the API tokens", Example: "  openclawd token list", Args: takes(0, 0),
			RunE: func(c *cobra.Command, _ []string) error {
				type list struct {
					Tokens []ident.Session `json:"tokens"`
				}
				return show(c.Context(), a, "GET", path("tokens"), nil, func(v list) error { return a.printSessions(v.Tokens) })
			},
		},
		a.tokenAdd(), a.revoke("token", "End an API token"))
}

func (a *app) printSessions(all []ident.Session) error {
	t := newTable("id", "person", "role", "label", "since", "seen", "until")
	for _, s := range all {
		t.row(s.ID, s.Person, string(s.Role), s.Label, local(s.CreatedAt), local(s.SeenAt), local(s.ExpiresAt))
	}
	return t.print(a)
}

func (a *app) tokenAdd() *cobra.Command {
	var role string
	var days int
	c := &cobra.Command{
		Use: "add LABEL", Short: "Make an API token, shown once", Args: takes(1, 1),
		Long:    "Make an API token for yourself. It is shown this once. Programs send it as Authorization: Bearer TOKEN.",
		Example: "  openclawd token add \"weekly report\" --role viewer --days 30",
		RunE: func(c *cobra.Command, args []string) error {
			type made struct {
				ident.Session
				Token string `json:"token"`
			}
			in := map[string]any{"label": args[0], "role": role, "days": days}
			return show(c.Context(), a, "POST", path("tokens"), in, func(v made) error {
				return a.say("%s\nKeep it now, it is not shown again. It is %s, until %s.", v.Token, v.Role, local(v.ExpiresAt))
			})
		},
	}
	c.Flags().StringVar(&role, "role", "viewer", "viewer, member or admin")
	c.Flags().IntVar(&days, "days", 90, "days that it lasts, up to 366")
	return c
}

// revoke is session revoke and token revoke.
func (a *app) revoke(kind, short string) *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: short, Example: "  openclawd " + kind + " revoke k3v9x2m4qp", Args: takes(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "DELETE", path(kind+"s", args[0]), nil, func(v removed) error { return a.say("Ended %s.", v.Removed) })
		},
	}
}
