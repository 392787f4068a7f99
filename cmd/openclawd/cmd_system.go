package main

import (
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"openclaw/internal/api"
	"openclaw/internal/daemon"
	"openclaw/internal/fail"
	"openclaw/internal/prove"
)

func (a *app) model() *cobra.Command {
	return a.holder("model", "The local model, which is optional", "  openclawd model status",
		&cobra.Command{
			Use: "status", Short: "Say which model answers what the grammar cannot", Example: "  openclawd model status", Args: takes(0, 0),
			RunE: func(c *cobra.Command, _ []string) error {
				return show(c.Context(), a, "GET", path("model"), nil, func(v api.Model) error {
					if v.Provider == "none" {
						return a.say("There is no model. Questions are answered by grammar and saved questions.")
					}
					switch {
					case !v.Here:
						return a.say("%s, which %s does not have. Questions are answered by grammar and saved questions.", v.Name, v.Provider)
					case !v.Loaded:
						return a.say("%s, through %s, not in memory yet: its first answer takes longer.", v.Name, v.Provider)
					}
					return a.say("%s, through %s, in memory.", v.Name, v.Provider)
				})
			},
		})
}

func (a *app) doctor() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Say what should be known or mended", Args: takes(0, 0),
		Long:    "Look at this box and say what should be known or mended. The exit code is 1 when something is an error.",
		Example: "  openclawd doctor",
		RunE: func(c *cobra.Command, _ []string) error {
			findings, _, err := call[[]prove.Finding](c.Context(), a, "GET", path("doctor"), nil)
			if e := fail.As(err); err != nil && e.Kind == fail.Unavailable {
				findings = []prove.Finding{{ID: "daemon", Severity: "error", What: "OpenClaw is not running.", Evidence: e.Message, Fix: e.Hint}}
			} else if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(findings)
			} else {
				t := newTable("", "finding", "evidence", "what to do")
				for _, f := range findings {
					t.row(f.Severity, f.What, f.Evidence, f.Fix)
				}
				err = t.print(a)
			}
			for _, f := range findings {
				if err == nil && f.Severity == "error" {
					return exit(1)
				}
			}
			return err
		},
	}
}

func (a *app) prove() *cobra.Command {
	return &cobra.Command{
		Use: "prove [CLAIM]", Short: "Check each promise now, and show the evidence", Args: takes(0, 1),
		Long:    "Check each promise on this box now, and show the evidence. The exit code is 1 when one does not hold.",
		Example: "  openclawd prove\n  openclawd prove one-file --json",
		RunE: func(c *cobra.Command, args []string) error {
			claims, raw, err := call[[]prove.Claim](c.Context(), a, "GET", path(append([]string{"prove"}, args...)...), nil)
			if err != nil {
				return err
			}
			if a.json {
				err = a.printJSON(raw)
			} else {
				err = a.printClaims(claims)
			}
			for _, claim := range claims {
				if err == nil && !claim.Holds {
					return exit(1)
				}
			}
			return err
		},
	}
}

func (a *app) printClaims(claims []prove.Claim) error {
	held := 0
	for _, c := range claims {
		verdict := "FAILS"
		if c.Holds {
			verdict = "holds"
			held++
		}
		if err := a.say("%s  %s: %s\n       how: %s\n       evidence: %s\n", verdict, c.Claim, c.Article, clean(c.How), clean(c.Evidence)); err != nil {
			return err
		}
	}
	return a.say("%d of %d hold.", held, len(claims))
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is, and of what it is made", Example: "  openclawd version", Args: takes(0, 0),
		RunE: func(*cobra.Command, []string) error { return a.sayVersion() },
	}
}

func (a *app) sayVersion() error {
	v := daemon.Version()
	if a.json {
		return a.printJSON(v)
	}
	return a.say("openclawd %s (%s), DuckDB %s, %s, model: %s", v.Version, v.Commit, v.DuckDB, v.Go, v.Model)
}

func writeManual(root *cobra.Command, dir string) error {
	root.DisableAutoGenTag = true
	return doc.GenManTree(root, &doc.GenManHeader{Title: "OPENCLAWD", Section: "1", Source: "OpenClaw"}, dir)
}
