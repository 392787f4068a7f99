package duck

import (
	"context"
	"encoding/json"
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
		rows, err := conn.QueryContext(ctx, `SELECT name, question, sql, params::VARCHAR, pinned, verified, kept_by FROM meta.saved ORDER BY NOT pinned, lower(name)`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var q crm.Saved
			var params string
			if err := rows.Scan(&q.Name, &q.Question, &q.SQL, &params, &q.Pinned, &q.Verified, &q.By); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(params), &q.Params); err != nil {
				return wrap("read the parameters of "+q.Name, err)
			}
			out = append(out, q)
		}
		return rows.Err()
	})
	return out, err
}

// SavedSet keeps a question under its name, over the one that was there. Its SQL, where it has one, goes through the
// gate first, so that a question that can be saved can be run.
func (s *Store) SavedSet(ctx context.Context, c ident.Caller, q crm.Saved) error {
	if err := mayWrite(c); err != nil {
		return err
	}
	q.Name = strings.TrimSpace(q.Name)
	switch {
	case q.Name == "" || len(q.Name) > 200 || strings.ContainsAny(q.Name, "\x00\n"):
		return fail.New(fail.Invalid, "A saved question needs a name of one line, up to 200 letters long.")
	case strings.TrimSpace(q.Question) == "" && q.SQL == "":
		return fail.New(fail.Invalid, "%s has neither a question nor SQL.", q.Name).WithHint("Write the question as you would ask it.")
	case len(q.Question) > gate.MaxText || strings.IndexByte(q.Question, 0) >= 0:
		return fail.New(fail.Invalid, "The question of %s is too long, or holds a NUL.", q.Name).WithHint("Shorten it.")
	}
	if q.SQL != "" {
		if err := gate.Text(q.SQL); err != nil {
			return err
		}
		err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
			_, checked, err := s.pass(ctx, conn, c, q.SQL, 1)
			q.Params = checked.Params
			return err
		})
		if err != nil {
			return err
		}
	}
	if q.By == "" {
		q.By = c.Person
	}
	return s.keep(ctx, func(tx *Tx) error {
		if _, err := tx.exec(`DELETE FROM meta.saved WHERE lower(name) = lower(?)`, q.Name); err != nil {
			return wrap("replace a saved question", err)
		}
		_, err := tx.exec(`INSERT INTO meta.saved VALUES (?, ?, ?, ?, ?, ?, ?)`, q.Name, q.Question, q.SQL, list(q.Params), q.Pinned, q.Verified, q.By)
		return wrap("save a question", err)
	})
}

// SavedRemove forgets a saved question.
func (s *Store) SavedRemove(ctx context.Context, c ident.Caller, name string) error {
	if err := mayWrite(c); err != nil {
		return err
	}
	return s.keep(ctx, func(tx *Tx) error {
		n, err := tx.exec(`DELETE FROM meta.saved WHERE lower(name) = lower(?)`, strings.TrimSpace(name))
		if err == nil && n == 0 {
			return fail.New(fail.NotFound, "There is no saved question %q.", name).WithHint("List them: openclawd saved list.")
		}
		return wrap("remove a saved question", err)
	})
}
