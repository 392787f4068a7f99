package duck

import (
	"context"
	"slices"
	"strings"

	"openclaw/internal/crm"
	"openclaw/internal/duck/gate"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// SavedList gives all saved questions, pinned ones first, then by name.
func (s *Store) SavedList(ctx context.Context, c ident.Caller) ([]crm.Saved, error) {
	out := []crm.Saved{}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		all, err := readAllSaved(ctx, conn, "ORDER BY NOT pinned, lower(name)")
		out = append(out, all...)
		return err
	})
	return out, err
}

// readSaved reads one saved question; nil when there is none of that name.
func readSaved(ctx context.Context, q querier, name string) (*crm.Saved, error) {
	all, err := readAllSaved(ctx, q, "WHERE lower(name) = lower(?)", strings.TrimSpace(name))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// readAllSaved reads the saved questions that the end of the statement lets through.
func readAllSaved(ctx context.Context, q querier, where string, args ...any) ([]crm.Saved, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, question, sql, params::VARCHAR, pinned, verified, kept_by FROM meta.saved `+where, args...)
	if err != nil {
		return nil, wrap("read the saved questions", err)
	}
	defer rows.Close()
	var out []crm.Saved
	for rows.Next() {
		var s crm.Saved
		var params string
		if err := rows.Scan(&s.Name, &s.Question, &s.SQL, &params, &s.Pinned, &s.Verified, &s.By); err != nil {
			return nil, wrap("read the saved questions", err)
		}
		if err := readList(params, &s.Params); err != nil {
			return nil, wrap("read the parameters of "+s.Name, err)
		}
		out = append(out, s)
	}
	return out, wrap("read the saved questions", rows.Err())
}

// SavedSet keeps a question under its name, over the one that was there. Its SQL, where it has one, goes through the
// gate first, so that a question that can be saved can be run.
func (s *Store) SavedSet(ctx context.Context, c ident.Caller, q crm.Saved) (batch int64, err error) {
	if err := mayWrite(c); err != nil {
		return 0, err
	}
	q.Name, q.Broken = strings.TrimSpace(q.Name), ""
	switch {
	case q.Name == "" || len(q.Name) > 200 || strings.ContainsAny(q.Name, "\x00\n"):
		return 0, fail.New(fail.Invalid, "A saved question needs a name of one line, up to 200 letters long.")
	case strings.TrimSpace(q.Question) == "" && q.SQL == "":
		return 0, fail.New(fail.Invalid, "%s has neither a question nor SQL.", q.Name).WithHint("Write the question as you would ask it.")
	case len(q.Question) > gate.MaxText || strings.IndexByte(q.Question, 0) >= 0:
		return 0, fail.New(fail.Invalid, "The question of %s is too long, or holds a NUL.", q.Name).WithHint("Shorten it.")
	}
	if q.Params, err = q.Asks(); err != nil {
		return 0, err
	}
	if q.SQL != "" {
		if err := gate.Text(q.SQL); err != nil {
			return 0, err
		}
		err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
			_, checked, err := s.pass(ctx, conn, c, q.SQL, 1)
			for _, p := range checked.Params {
				if !slices.Contains(q.Params, p) {
					q.Params = append(q.Params, p)
				}
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	if q.By == "" {
		q.By = c.Person
	}
	return s.writeKept(ctx, c, "save a question", func(tx *Tx) error {
		was, err := readSaved(tx.ctx, tx.conn, q.Name)
		if err != nil {
			return err
		}
		return tx.keepQuestion(was, &q, 0)
	})
}

// SavedRemove forgets a saved question.
func (s *Store) SavedRemove(ctx context.Context, c ident.Caller, name string) (batch int64, err error) {
	return s.writeKept(ctx, c, "remove a saved question", func(tx *Tx) error {
		was, err := readSaved(tx.ctx, tx.conn, name)
		if err == nil && was == nil {
			return fail.New(fail.NotFound, "There is no saved question %q.", name).WithHint("List them: openclawd saved list.")
		}
		if err != nil {
			return err
		}
		return tx.keepQuestion(was, nil, 0)
	})
}
