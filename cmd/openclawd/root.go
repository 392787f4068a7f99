package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"openclaw/internal/control"
	"openclaw/internal/fail"
)

// app is one run of the program: its streams and the flags that every command has.
type app struct {
	in   io.Reader
	out  *counter
	err  io.Writer
	env  func(string) string
	dir  string
	json bool

	ifVersion int64 // of the record that is written, for the commands that take it; 0 for any
}

// counter remembers whether anything was written.
type counter struct {
	io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	if err != nil {
		err = fail.New(fail.Unavailable, "What this command prints cannot be written: %s.", cause(err)).WithHint("Make room there, or send it elsewhere. Only the output is not whole: what the command did is done.").Because(err)
	}
	return n, err
}

// cause is the system's word for why a file cannot be written, where it has one.
func cause(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

// run does what the arguments say and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, env func(string) string) int {
	a := &app{in: in, out: &counter{Writer: out}, err: errOut, env: env}
	for _, arg := range args { // known before the flags are read, so that an error in them is JSON as well
		if arg == "--" {
			break
		}
		a.json = a.json || arg == "--json"
	}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(a.out)
	root.SetErr(errOut)
	return a.tell(root.ExecuteContext(ctx))
}

func (a *app) root() *cobra.Command {
	var version bool
	root := &cobra.Command{
		Use:   "openclawd",
		Short: "Your company's CRM on your own machine",
		Long: "OpenClaw keeps a company's CRM in one DuckDB file on this machine, answers questions about it, and takes back any change.\n" +
			"openclawd serve runs it; every other command talks to the one that runs.",
		Example:       "  openclawd serve\n  openclawd import accounts.csv products.csv\n  openclawd ask \"how many deals did we win in Q3 2017?\"",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if version && len(args) == 0 {
				return a.sayVersion()
			}
			return a.group(c, args)
		},
	}
	root.Flags().BoolVar(&version, "version", false, "the same as the command version")
	root.PersistentFlags().StringVar(&a.dir, "data", a.defaultDir(), "data folder (or OPENCLAW_DATA)")
	root.PersistentFlags().BoolVar(&a.json, "json", a.json, "print one JSON value")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		if strings.Contains(err.Error(), "flag: -- ") {
			return fail.New(fail.Usage, "A text that begins with -- is read as a flag.").WithHint("Write %s -- before it.", c.CommandPath())
		}
		return fail.New(fail.Usage, "%s.", sentence(err.Error())).WithHint("%s --help shows what there is.", c.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(a.serve(), a.open(), a.demo(), a.importFiles(), a.export(), a.undo(), a.object(), a.field(), a.record(), a.history(),
		a.ask(), a.sql(), a.saved(), a.search(), a.session(), a.token(), a.model(), a.doctor(), a.prove(), a.version(), a.manual())
	a.strict(root)
	return root
}

// strict makes the library's own commands refuse what they do not know, as all others do.
func (a *app) strict(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Args, c.RunE = cobra.ArbitraryArgs, a.group
		case "help":
			c.Run, c.RunE = nil, func(c *cobra.Command, args []string) error {
				of, rest, err := c.Root().Find(args)
				if err != nil {
					return err
				}
				if len(rest) > 0 {
					return a.group(of, rest)
				}
				of.InitDefaultHelpFlag()
				return of.Help()
			}
		}
	}
}

func (a *app) defaultDir() string {
	if dir := a.env("OPENCLAW_DATA"); dir != "" {
		return dir
	}
	home := a.env("HOME")
	if home == "" {
		home = "."
	}
	return filepath.Join(home, ".openclaw")
}

// folder is the data folder as an absolute path.
func (a *app) folder() (string, error) {
	if a.dir == "" { // a variable that is not set would else mean the folder one happens to be in
		return "", fail.New(fail.Usage, "--data is given, and names no folder.").WithHint("Leave it out for %s, or give it a folder.", a.defaultDir())
	}
	dir, err := filepath.Abs(a.dir)
	if err != nil {
		return "", fmt.Errorf("find data folder: %w", err)
	}
	return dir, nil
}

// call asks the daemon and gives its answer both as it came and decoded.
func call[T any](ctx context.Context, a *app, method, path string, in any) (T, json.RawMessage, error) {
	var v T
	var raw json.RawMessage
	dir, err := a.folder()
	if err != nil {
		return v, nil, err
	}
	done := a.waiting()
	err = control.Dial(dir).If(a.ifVersion).Do(ctx, method, path, in, &raw)
	done()
	if err != nil {
		return v, nil, err
	}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return v, nil, fmt.Errorf("read answer: %w", err)
	}
	return v, raw, nil
}

// show asks the daemon and prints the answer: as JSON, or as people read it.
func show[T any](ctx context.Context, a *app, method, path string, in any, people func(T) error) error {
	v, raw, err := call[T](ctx, a, method, path, in)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(raw)
	}
	return people(v)
}

func (a *app) printJSON(v any) error { return encodeJSON(a.out, v) }

func encodeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (a *app) say(format string, args ...any) error {
	_, err := fmt.Fprintf(a.out, format+"\n", args...)
	return err
}

// terminal tells whether a person looks at what is written to w.
func terminal(w io.Writer) bool {
	if c, ok := w.(*counter); ok {
		w = c.Writer
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// path joins an API path from its parts, each escaped.
func path(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "/api/v1/" + strings.Join(parts, "/")
}

// group is the body of a command that only holds others.
func (a *app) group(c *cobra.Command, args []string) error {
	if len(args) == 0 && a.json {
		return fail.New(fail.Usage, "Something is missing after %s.", c.CommandPath()).WithHint("%s --help shows what there is.", c.CommandPath())
	}
	if len(args) == 0 {
		if err := c.Help(); err != nil {
			return err
		}
		return exit(2)
	}
	e := fail.New(fail.Usage, "There is no command %q.", strings.TrimSpace(c.CommandPath()+" "+args[0]))
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		return e.WithHint("Did you mean %s %s?", c.CommandPath(), near[0])
	}
	return e.WithHint("%s --help shows what there is.", c.CommandPath())
}

// holder makes a command that only holds others.
func (a *app) holder(use, short, example string, below ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Example: example, Args: cobra.ArbitraryArgs, RunE: a.group, SuggestionsMinimumDistance: 2}
	c.AddCommand(below...)
	return c
}

// takes checks the number of arguments and says what is missing. None may be empty: that is a variable of a script that
// is not set, and means nothing anywhere.
func takes(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case slices.ContainsFunc(args, func(arg string) bool { return strings.TrimSpace(arg) == "" }):
			return fail.New(fail.Usage, "An empty argument stands after %s.", c.CommandPath()).WithHint("Usage: %s", c.UseLine())
		case len(args) < least:
			return fail.New(fail.Usage, "Something is missing after %s.", c.CommandPath()).WithHint("Usage: %s", c.UseLine())
		case most >= 0 && len(args) > most:
			return fail.New(fail.Usage, "%q is one too many after %s.", args[most], c.CommandPath()).WithHint("Usage: %s", c.UseLine())
		}
		return nil
	}
}

// completeObject offers the workspace's objects as the first argument.
func (a *app) completeObject(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	list, _, err := call[objectList](c.Context(), a, "GET", path("objects"), nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, o := range list.Objects {
		names = append(names, o.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
