package duck

import (
	"context"
	"slices"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// SavedBroken tells of the saved questions whose SQL cannot be run, as the objects and fields are now, why not, by name.
func (s *Store) SavedBroken(ctx context.Context, c ident.Caller) (map[string]string, error) {
	var out map[string]string
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) (err error) {
		out, err = s.broken(ctx, conn, c)
		return err
	})
	return out, err
}

// broken binds the SQL of each saved question that has one to the tables, and runs none of it.
func (s *Store) broken(ctx context.Context, conn *moment, c ident.Caller) (map[string]string, error) {
	all, err := readAllSaved(ctx, conn, "WHERE sql <> ''")
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, q := range all {
		run, _, err := s.pass(ctx, conn, c, q.SQL, 1)
		if err == nil {
			err = bind(ctx, conn, run)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil {
			continue
		}
		why := fail.As(statementError(ctx, SQLLimits{}, err))
		if k := why.Kind; k != fail.Invalid && k != fail.NotFound && k != fail.Denied {
			return nil, err // the database's fault, not the statement's
		}
		out[q.Name] = why.Message
	}
	return out, nil
}

func bind(ctx context.Context, conn *moment, statement string) error {
	bound, err := conn.PrepareContext(ctx, statement)
	if err != nil {
		return err
	}
	return bound.Close()
}

// breaks tells whether an alteration can take something away that a statement names.
func breaks(a crm.Alteration) bool {
	switch a.Kind {
	case crm.RenameObject, crm.RemoveObject, crm.RenameField, crm.RemoveField, crm.ChangeField:
		return true
	}
	return false
}

// breaking does something to the schema, and names the saved questions whose SQL ran before it and does not after.
func (tx *Tx) breaking(do func() error) ([]string, error) {
	before, err := tx.s.broken(tx.ctx, &moment{tx.conn, tx.schema}, tx.caller)
	if err != nil {
		return nil, err
	}
	if err := do(); err != nil {
		return nil, err
	}
	after, err := tx.s.broken(tx.ctx, &moment{tx.conn, tx.schema}, tx.caller)
	if err != nil {
		return nil, err
	}
	var out []string
	for name := range after {
		if _, already := before[name]; !already {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}
