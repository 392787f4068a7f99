package ingest

import (
	"context"

	"openclaw/internal/ident"
)

// Stale tells whether objects or fields were changed since the preview was made, so that it may no longer be what an import
// would do: another import may have brought the same object meanwhile.
func (p *Preview) Stale(ctx context.Context, store Store, c ident.Caller) (bool, error) {
	now, err := store.Schema(ctx, c)
	return err == nil && now.Version != p.schema.Version, err
}
