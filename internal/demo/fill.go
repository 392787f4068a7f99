package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
	"openclaw/internal/ingest"
)

// Store is what filling needs: all of an import, and afterwards saying what things mean and pinning questions.
type Store interface {
	ingest.Store
	SavedSet(ctx context.Context, c ident.Caller, q crm.Saved) (batch int64, err error)
	Alter(ctx context.Context, c ident.Caller, alter []crm.Alteration, cause crm.Cause) (crm.Written, error)
}

const seed = 1 // everybody's demo is the same company

// Fill imports a made-up company into an empty workspace, by the road that a person's files take, and returns how many
// records of each object there are. A workspace that has data is a Conflict and is left as it is.
func Fill(ctx context.Context, store Store, c ident.Caller, today time.Time) (map[string]int64, error) {
	schema, err := store.Schema(ctx, c)
	if err != nil {
		return nil, err
	}
	if len(schema.Objects) > 0 {
		return nil, fail.New(fail.Conflict, "This workspace has data, and demo data only goes into an empty one.").
			WithHint("Look at it in a folder of its own: openclawd serve --data ~/openclaw-demo")
	}
	dir, err := os.MkdirTemp("", "openclaw-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(dir)
	var sources []ingest.Source
	for _, f := range Generate(seed, Deals, today).Files() {
		path := filepath.Join(dir, f.Name)
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			return nil, fmt.Errorf("write %s: %w", f.Name, err)
		}
		sources = append(sources, ingest.Source{Name: f.Name, Path: path})
	}
	preview, err := ingest.Prepare(ctx, store, c, sources, ingest.Options{
		Yes: true, RejectDir: dir, TempDir: dir, Currency: "EUR",
		DateOrder: map[string]ingest.Order{"rep.joined_on": ingest.DayFirst},
	})
	if err != nil {
		return nil, err
	}
	result, err := preview.Import(ctx, store, c, func(int64, int64) {})
	if err != nil {
		return nil, err
	}
	if err := result.Close(); err != nil {
		return nil, err
	}
	if schema, err = store.Schema(ctx, c); err != nil {
		return nil, err
	}
	if _, err := store.Alter(ctx, c, explain(schema), crm.Cause{Kind: "demo", Text: "what the demo's fields mean"}); err != nil {
		return nil, err
	}
	for _, question := range []string{"won amount by rep, top 5", "win rate by rep", "net amount of overdue invoices by company, top 5"} {
		if _, err := store.SavedSet(ctx, c, crm.Saved{Name: question, Question: question, Pinned: true, By: c.Person}); err != nil {
			return nil, err
		}
	}
	records := map[string]int64{}
	for _, f := range result.Files {
		records[f.Object] = f.Created
	}
	return records, nil
}
