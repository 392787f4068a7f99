package main

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

func (a *app) saved() *cobra.Command {
	return a.holder("saved", "Questions that are kept", "  openclawd saved list\n  openclawd saved add revenue \"revenue in {period}\"",
		a.savedList(), a.savedShow(), a.savedRun(), a.savedAdd(), a.savedRemove())
}

func (a *app) savedList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the saved questions", Example: "  openclawd saved list", Args: takes(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			type list struct {
				Saved []crm.Saved `json:"saved"`
			}
			return show(c.Context(), a, "GET", path("saved"), nil, func(v list) error {
				t := newTable("name", "question", "verified by", "saved by", "cannot be run")
				for _, s := range v.Saved {
					t.row(s.Name, s.Question, s.Verified, s.By, s.Broken)
				}
				return t.print(a)
			})
		},
	}
}

func (a *app) savedShow() *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show a saved question", Example: "  openclawd saved show revenue", Args: takes(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "GET", path("saved", args[0]), nil, func(s crm.Saved) error {
				t := newTable("", "")
				t.row("name", s.Name)
				t.row("question", s.Question)
				asks := s.Params
				if braces, err := s.Asks(); err == nil && len(asks) == 0 {
					asks = braces // an older version did not list them
				}
				t.row("parameters", asks)
				t.row("SQL", s.SQL)
				if s.Broken != "" {
					t.row("cannot be run", s.Broken)
				}
				t.row("pinned", s.Pinned)
				t.row("verified by", s.Verified)
				t.row("saved by", s.By)
				return t.print(a)
			})
		},
	}
}

func (a *app) savedRun() *cobra.Command {
	return &cobra.Command{
		Use: "run NAME [PARAMETER=VALUE]...", Short: "Answer a saved question", Args: takes(1, -1),
		Long:    "Answer a saved question, with a value for each of its parameters.",
		Example: "  openclawd saved run revenue \"period=last month\"",
		RunE: func(c *cobra.Command, args []string) error {
			s, _, err := call[crm.Saved](c.Context(), a, "GET", path("saved", args[0]), nil)
			if err != nil {
				return err
			}
			asks, err := s.Asks()
			if err != nil {
				return err
			}
			values := map[string]string{}
			for _, arg := range args[1:] {
				name, value, ok := strings.Cut(arg, "=")
				if !ok || !slices.Contains(asks, name) {
					return fail.New(fail.Usage, "%q gives no parameter of %s a value.", arg, s.Name).WithHint("%s", runHint(s.Name, asks))
				}
				values[name] = strings.TrimSpace(value)
			}
			missing := slices.DeleteFunc(slices.Clone(asks), func(name string) bool { return values[name] != "" })
			if len(missing) > 0 {
				return fail.New(fail.Usage, "%s needs a value for %s.", s.Name, strings.Join(missing, " and ")).WithHint("%s", runHint(s.Name, asks))
			}
			return show(c.Context(), a, "POST", path("ask"), map[string]any{"question": s.Filled(values)}, a.printAnswer)
		},
	}
}

// runHint says how a saved question is run.
func runHint(name string, asks []string) string {
	if len(asks) == 0 {
		return "It has no parameters."
	}
	text := "Write it like: openclawd saved run " + strconv.Quote(name)
	for _, p := range asks {
		text += " " + strconv.Quote(p+"=VALUE")
	}
	return text
}

func (a *app) savedAdd() *cobra.Command {
	var s crm.Saved
	var verified bool
	c := &cobra.Command{
		Use: "add NAME QUESTION", Short: "Keep a question, with parameters in braces", Args: takes(2, 2),
		Long:    "Keep a question. Words in braces are parameters. With --sql the question is answered by that SELECT, in which $name is a parameter.",
		Example: "  openclawd saved add revenue \"revenue in {period}\" --verified",
		RunE: func(c *cobra.Command, args []string) error {
			s.Name, s.Question = args[0], args[1]
			if verified {
				s.Verified = "me"
			}
			return show(c.Context(), a, "PUT", path("saved", args[0]), s, func(v savedOut) error {
				switch {
				case v.Batch == 0:
					return a.say("It is so already. Nothing was changed.")
				case v.Replaced:
					return a.say("Saved %s in the place of the one that was there. To take it back: openclawd undo %d", clean(v.Name), v.Batch)
				}
				return a.say("Saved %s. To take it back: openclawd undo %d", clean(v.Name), v.Batch)
			})
		},
	}
	c.Flags().StringVar(&s.SQL, "sql", "", "SELECT that answers it")
	c.Flags().StringArrayVar(&s.Params, "param", nil, "name of a parameter of the SQL, may be repeated")
	c.Flags().BoolVar(&s.Pinned, "pin", false, "show its answer on the home page")
	c.Flags().BoolVar(&verified, "verified", false, "vouch for its answer")
	return c
}

func (a *app) savedRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Remove a saved question", Example: "  openclawd saved remove revenue", Args: takes(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return show(c.Context(), a, "DELETE", path("saved", args[0]), nil, func(v removedQuestion) error {
				return a.say("Removed %s. To take it back: openclawd undo %d", clean(v.Removed), v.Batch)
			})
		},
	}
}

type savedOut struct {
	crm.Saved
	Batch    int64 `json:"batch"`
	Replaced bool  `json:"replaced"`
}

type removedQuestion struct {
	Removed string `json:"removed"`
	Batch   int64  `json:"batch"`
}

type removed struct {
	Removed string `json:"removed"`
}

func (a *app) search() *cobra.Command {
	var object, limit string
	c := &cobra.Command{
		Use: "search TEXT", Short: "Find records that hold words", Args: takes(1, 1),
		Long:    "Find records that hold all words of a text, each as the beginning of a word of theirs. Where there are none, those whose\nwords are spelt alike are named.",
		Example: "  openclawd search acme\n  openclawd search \"gtx pro\" --object product",
		RunE: func(c *cobra.Command, args []string) error {
			query := url.Values{"q": {args[0]}}
			if object != "" {
				query.Set("object", object)
			}
			if limit != "" {
				query.Set("limit", limit)
			}
			type found struct {
				Results []crm.Found `json:"results"`
				Nearest []crm.Found `json:"nearest"`
			}
			return show(c.Context(), a, "GET", path("search")+"?"+query.Encode(), nil, func(v found) error {
				t := newTable("object", "id", "title", "found in").numbers(1)
				if len(v.Nearest) > 0 {
					if err := a.say("Nothing is called %q. Nearest:", args[0]); err != nil {
						return err
					}
				}
				for _, f := range append(v.Results, v.Nearest...) {
					t.row(f.Object, f.ID, f.Title, f.Where)
				}
				return t.print(a)
			})
		},
	}
	c.Flags().StringVar(&object, "object", "", "only of this object")
	c.Flags().StringVar(&limit, "limit", "", "records to show, 20 when left out")
	return c
}
