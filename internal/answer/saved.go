package answer

import (
	"context"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// Saved are the questions that people keep.
type Saved interface {
	SavedList(ctx context.Context, c ident.Caller) ([]crm.Saved, error)
}

func (e *Engine) saved(_ context.Context, _ ident.Caller, _ Request) (Answer, bool, error) {
	return Answer{}, false, nil
}
