package ingest

import (
	"context"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// turns is how often an import is prepared when others change the schema under it.
const turns = 3

// ImportAnew is Import, but when somebody else changed objects or fields since the preview was made, such as by importing
// into the same new object, it prepares anew: it is then as if this import had come after theirs. The preview that it
// gives is the one that was followed.
func (p *Preview) ImportAnew(ctx context.Context, store Store, c ident.Caller, sources []Source, progress func(done, total int64)) (*Preview, Result, error) {
	for turn := 1; ; turn++ {
		result, err := p.Import(ctx, store, c, progress)
		if fail.KindOf(err) != fail.Conflict || turn == turns {
			return p, result, err
		}
		now, e := store.Schema(ctx, c)
		if e != nil || now.Version == p.schema.Version {
			return p, result, err
		}
		if p, err = Prepare(ctx, store, c, sources, p.Options); err != nil {
			return nil, Result{}, err
		}
	}
}
