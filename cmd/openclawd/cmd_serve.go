package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
	"github.com/spf13/cobra"

	"openclaw/internal/config"
	"openclaw/internal/daemon"
	"openclaw/internal/fail"
)

// drain is how long requests under way may take to end after SIGTERM.
const drain = 20 * time.Second

func (a *app) serve() *cobra.Command {
	var listen, file string
	c := &cobra.Command{
		Use: "serve", Short: "Run OpenClaw on this machine", Args: takes(0, 0),
		Long: "Run OpenClaw: own the workspace, answer the other commands, and serve the pages and the API on the loopback interface only.\n" +
			"One line says when it is ready. SIGTERM and Ctrl-C let what is under way end, and stop it.",
		Example: "  openclawd serve\n  openclawd serve --data /srv/crm --listen 127.0.0.1:0",
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			at := file
			if at == "" {
				at = filepath.Join(dir, "config.toml")
			}
			conf, err := config.Load(at, file != "")
			if err != nil {
				return err
			}
			if c.Flags().Changed("listen") {
				conf.Listen = listen
				if err := conf.Validate(); err != nil {
					return err
				}
			}
			given, err := activation.Listeners()
			if err != nil {
				return fail.New(fail.Failed, "The sockets that systemd passes cannot be used.").Because(err)
			}
			log := slog.New(a.logHandler(conf.Log.Slog()))
			return a.runDaemon(c.Context(), daemon.Options{Dir: dir, Config: conf, Log: log, Listeners: given})
		},
	}
	c.Flags().StringVar(&listen, "listen", "", "loopback address and port; port 0 takes a free one (default "+config.Default().Listen+")")
	c.Flags().StringVar(&file, "config", "", "settings file (default config.toml in the data folder)")
	return c
}

// runDaemon runs until the context ends or a listener breaks.
func (a *app) runDaemon(ctx context.Context, o daemon.Options) error {
	d, err := daemon.New(o)
	if err != nil {
		return err
	}
	if err := d.Start(ctx); err != nil {
		return err
	}
	if a.json {
		err = a.printJSON(map[string]any{"ready": true, "url": d.URL()})
	} else {
		err = a.say("ready %s", d.URL())
	}
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-d.Failed():
		}
	}
	stopping, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if stopErr := d.Stop(stopping); err == nil && stopErr != nil {
		return fmt.Errorf("stop: %w", stopErr)
	}
	return err
}
