package answer

import (
	"context"

	"openclaw/internal/plan"
)

// follow reads a question as an edit of the one before. False: it is a question of its own.
func (e *Engine) follow(_ context.Context, _ *question, _ plan.Plan) (reading, bool, error) {
	return reading{}, false, nil
}
