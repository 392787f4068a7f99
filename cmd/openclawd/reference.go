package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"openclaw/internal/config"
)

// writeReference writes docs/reference: every command on one page, and the settings with what holds without a file.
func writeReference(root *cobra.Command, dir string) error {
	root.PersistentFlags().Lookup("data").DefValue = "~/.openclaw" // wherever that is here
	var page bytes.Buffer
	page.WriteString("# Commands\n\nWritten by `openclawd man --markdown`. Every command takes these:\n\n```\n" + root.PersistentFlags().FlagUsages() + "```\n\n" +
		"With `--json` standard output is one JSON value, and an error is `{\"error\":{\"kind\",\"message\",\"hint\"}}`. Exit codes: 0 success, 1 failed,\n" +
		"2 usage, 3 denied, 4 not found, 5 conflict, 6 unavailable, 7 invalid, 8 busy.\n")
	for _, c := range root.Commands() {
		writeCommand(c, &page)
	}
	if err := os.WriteFile(filepath.Join(dir, "commands.md"), page.Bytes(), 0o644); err != nil {
		return err
	}
	settings, err := toml.Marshal(config.Default())
	if err != nil {
		return fmt.Errorf("write the settings: %w", err)
	}
	return os.WriteFile(filepath.Join(dir, "config.toml"), settings, 0o644)
}

func writeCommand(c *cobra.Command, page *bytes.Buffer) {
	if !c.IsAvailableCommand() {
		return
	}
	about := c.Long
	if about == "" || c.Name() == "completion" {
		about = c.Short + "."
	}
	fmt.Fprintf(page, "\n## %s\n\n%s\n\n```\n%s\n", c.CommandPath(), fenced(about), c.UseLine())
	if flags := c.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
		if help := flags.Lookup("help"); help != nil {
			help.Hidden = true
		}
		page.WriteString(flags.FlagUsages())
	}
	page.WriteString("```\n")
	if c.Example != "" {
		fmt.Fprintf(page, "\n```sh\n%s\n```\n", c.Example)
	}
	if c.Name() == "completion" {
		return // a page for each shell says little
	}
	for _, below := range c.Commands() {
		writeCommand(below, page)
	}
}

// fenced puts indented lines between fences, since Markdown would join them to the text.
func fenced(text string) string {
	var out []string
	inside := false
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if indented := strings.HasPrefix(line, "  "); indented != inside {
			out, inside = append(out, "```"), indented
		}
		out = append(out, line)
	}
	if inside {
		out = append(out, "```")
	}
	return strings.Join(out, "\n")
}
