package daemon

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"openclaw"
	"openclaw/internal/answer"
	"openclaw/internal/api"
	"openclaw/internal/crm"
	"openclaw/internal/demo"
	"openclaw/internal/duck"
	"openclaw/internal/edge"
	"openclaw/internal/ident"
	"openclaw/internal/prove"
	"openclaw/internal/web"
)

// routes puts everything behind its routes.
func (d *Daemon) routes(at net.Addr) (*edge.Server, error) {
	sql := func(ctx context.Context, c ident.Caller, text string) (crm.Rows, error) {
		return d.store.SQL(ctx, c, text, duck.SQLLimits{})
	}
	model, modelState, err := d.model()
	if err != nil {
		return nil, err
	}
	engine, err := answer.New(answer.Options{Store: d.store, Saved: d.store, SQL: sql, Clock: d.o.Clock, Model: model, Behind: d.store.Behind})
	if err != nil {
		return nil, err
	}
	uploads := filepath.Join(d.o.Dir, "run", "upload")
	if err := os.MkdirAll(uploads, 0o700); err != nil {
		return nil, fmt.Errorf("make a place for uploads: %w", err)
	}
	var server *edge.Server // the routes need it only when they are asked
	fill := func(ctx context.Context, c ident.Caller) (map[string]int64, error) {
		return demo.Fill(ctx, d.store, c, d.o.Clock())
	}
	pages, err := web.New(web.Deps{
		Store: d.store, State: d.store.State, Plan: d.store.Plan, SQL: sql, Search: d.store.Search, Nearest: d.store.Nearest, Ask: engine.Ask, Demo: fill,
		SessionID: func(r *http.Request) string { return server.SessionID(r) }, Dir: d.o.Dir, Log: d.o.Log, Clock: d.o.Clock,
	})
	if err != nil {
		return nil, err
	}
	d.later("stop the pages' imports", func(context.Context) error { pages.Close(); return nil })
	figures := d.newFigures()
	proof := prove.New(prove.Options{Dir: d.o.Dir, License: openclaw.License, Store: d.store, SQL: sql, Addr: at, State: d.store.State,
		Ask: func(ctx context.Context, c ident.Caller, question string) (prove.Answer, error) {
			a, err := engine.Ask(ctx, c, answer.Request{Question: question, NoModel: true})
			return prove.Answer{Status: string(a.Status), By: a.By, SQL: a.SQL, Rows: a.Rows}, err
		},
		Open: func(ctx context.Context, dir string) (prove.Workspace, func() error, error) {
			w, err := duck.Open(ctx, duck.Options{Dir: dir, MemoryLimit: "64MiB", TempLimit: "64MiB", Threads: 1, Clock: d.o.Clock})
			if err != nil {
				return nil, nil, err
			}
			return w, w.Close, nil
		},
	})
	routes := api.Routes(api.Deps{
		Schemas: d.store, Records: d.store, Changes: d.store, Saved: d.store, Views: d.store, Sessions: d.store, Replays: d.store, Import: d.store, Events: d.hub, Tells: d.tells,
		SQL: sql, Search: d.store.Search, Nearest: d.store.Nearest, Removed: d.store.Removed, State: d.store.State, Ready: d.store.Ready,
		Ask:   engine.Ask,
		Model: modelState,
		Demo:  fill,
		Link:  func(c ident.Caller) (string, error) { return server.OneTimeLink(c) },
		Prove: proof.Claims, Doctor: proof.Doctor,
		Metrics: figures, Version: Version(), TempDir: uploads, Clock: d.o.Clock,
	})
	server, err = edge.New(edge.Options{Routes: slices.Concat(pages.Routes(), routes), Store: d.store, Log: d.o.Log,
		RenderError: pages.RenderError, Observe: figures.observe, Clock: d.o.Clock})
	return server, err
}
