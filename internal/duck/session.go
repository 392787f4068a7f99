package duck

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// seenEvery is how often the last use of a session is written down.
const seenEvery = time.Minute

const sessionColumns = `id, kind, person, role, label, created_at, seen_at, expires_at`

// SessionAdd keeps a way in. hash is a hash of its secret; the secret itself is never given to the store.
func (s *Store) SessionAdd(ctx context.Context, c ident.Caller, session ident.Session, hash []byte) error {
	if err := known(c); err != nil {
		return err
	}
	if session.ID == "" || session.Person == "" || session.Role == "" || len(hash) == 0 {
		return fail.New(fail.Invalid, "A session needs an id, a person, a role and the hash of its secret.")
	}
	if session.Person != c.Person && c.Role != ident.Admin {
		return fail.New(fail.Denied, "Only an admin opens a session for somebody else.").WithHint("Ask an admin to do it.")
	}
	return s.keepFor(ctx, c, "add a way in", func(tx *Tx) error {
		tx.about = aboutSession(session)
		if _, err := tx.exec(`DELETE FROM meta.session WHERE expires_at < ?`, s.now()); err != nil {
			return wrap("drop old sessions", err)
		}
		var taken int
		if err := tx.one(`SELECT count(*) FROM meta.session WHERE id = ? OR hash = ?`, []any{session.ID, hash}, &taken); err != nil {
			return wrap("look for the session", err)
		}
		if taken > 0 {
			return fail.New(fail.Conflict, "There is such a session already.").WithHint("Sign in again.")
		}
		_, err := tx.exec(`INSERT INTO meta.session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, session.ID, string(session.Kind), session.Person,
			string(session.Role), session.Label, hash, session.CreatedAt.UTC(), session.SeenAt.UTC(), session.ExpiresAt.UTC())
		return wrap("keep the session", err)
	})
}

// aboutSession is what the audit says of a way in.
func aboutSession(s ident.Session) string {
	return fmt.Sprintf("%s %s of %s as %s until %s", s.Kind, s.ID, s.Person, s.Role, s.ExpiresAt.UTC().Format(time.RFC3339))
}

// signedIn remembers sessions that were found, since every request asks for one. This process alone writes them, and
// forgets all when one is ended.
type signedIn struct {
	mu    sync.Mutex
	ended int64 // how often sessions were ended: what was read before is not remembered after
	known map[string]ident.Session
}

func (m *signedIn) find(hash []byte, now time.Time) (ident.Session, int64, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	session, ok := m.known[string(hash)]
	return session, m.ended, ok && session.ExpiresAt.After(now)
}

func (m *signedIn) remember(hash []byte, session ident.Session, ended int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended != ended {
		return
	}
	if m.known == nil || len(m.known) >= signedInMost {
		m.known = map[string]ident.Session{}
	}
	m.known[string(hash)] = session
}

func (m *signedIn) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended++
	m.known = nil
}

// signedInMost is how many sessions are remembered.
const signedInMost = 1000

// SessionFind gives the session of a secret's hash. One that is unknown, revoked or expired is fail.Denied.
func (s *Store) SessionFind(ctx context.Context, c ident.Caller, hash []byte) (ident.Session, error) {
	if err := known(c); err != nil {
		return ident.Session{}, err
	}
	found, ended, ok := s.signedIn.find(hash, s.now())
	if !ok {
		err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
			row := conn.QueryRowContext(ctx, `SELECT `+sessionColumns+` FROM meta.session WHERE hash = ? AND expires_at > ?`, hash, s.now())
			err := row.Scan(&found.ID, &found.Kind, &found.Person, &found.Role, &found.Label, &found.CreatedAt, &found.SeenAt, &found.ExpiresAt)
			if errors.Is(err, sql.ErrNoRows) {
				return fail.New(fail.Denied, "This sign-in is no longer valid.").WithHint("Sign in again: openclawd open prints a link.")
			}
			return err
		})
		if err != nil {
			return ident.Session{}, err
		}
		s.signedIn.remember(hash, found, ended)
	}
	now := s.now()
	if now.Sub(found.SeenAt) < seenEvery || s.State().ReadOnly {
		return found, nil
	}
	err := s.keep(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE meta.session SET seen_at = ? WHERE id = ? AND seen_at < ?`, now, found.ID, now)
		return err
	})
	if err != nil {
		return ident.Session{}, wrap("note the use of a session", err)
	}
	found.SeenAt = now
	s.signedIn.remember(hash, found, ended)
	return found, nil
}

// SessionList gives the sessions of a kind that are still valid, newest first: an admin sees everybody's, others their own.
func (s *Store) SessionList(ctx context.Context, c ident.Caller, kind ident.Via) ([]ident.Session, error) {
	out := []ident.Session{}
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		rows, err := conn.QueryContext(ctx, `SELECT `+sessionColumns+` FROM meta.session WHERE kind = ? AND expires_at > ? AND (? OR person = ?) ORDER BY created_at DESC, id`,
			string(kind), s.now(), c.Role == ident.Admin, c.Person)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f ident.Session
			if err := rows.Scan(&f.ID, &f.Kind, &f.Person, &f.Role, &f.Label, &f.CreatedAt, &f.SeenAt, &f.ExpiresAt); err != nil {
				return err
			}
			out = append(out, f)
		}
		return rows.Err()
	})
	return out, err
}

// SessionRevoke ends a session at once. Everybody may end the one that they came by. The others of one's own, or as an
// admin anybody's, are for a person to end, not for a token, and not for a role below the session's: who has found a
// token for reading must not be able to lock out its owner.
func (s *Store) SessionRevoke(ctx context.Context, c ident.Caller, id string) error {
	if err := known(c); err != nil {
		return err
	}
	defer s.signedIn.forget()
	return s.keepFor(ctx, c, "end a way in", func(tx *Tx) error {
		ended := ident.Session{ID: id}
		err := tx.one(`SELECT kind, person, role, expires_at FROM meta.session WHERE id = ? AND (? OR person = ?)`, []any{id, c.Role == ident.Admin, c.Person}, &ended.Kind, &ended.Person, &ended.Role, &ended.ExpiresAt)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return fail.New(fail.NotFound, "There is no session or token %s.", id).WithHint("List them: openclawd session list, openclawd token list.")
		case err != nil:
			return wrap("look for a session", err)
		case id == c.Session:
		case c.Via == ident.Token:
			return fail.New(fail.Denied, "A token can end only itself.").WithHint("Sign in, or type openclawd session revoke or openclawd token revoke on this box.")
		case ended.Role.Rank() > c.Role.Rank():
			return fail.New(fail.Denied, "You are here as %s, and may not end a way in of the role %s.", c.Role, ended.Role).WithHint("Sign in as %s, or do it from the command line of this box.", ended.Role)
		}
		tx.about = aboutSession(ended)
		_, err = tx.exec(`DELETE FROM meta.session WHERE id = ?`, id)
		return wrap("end a session", err)
	})
}

// now is the clock's instant, as the database keeps it.
func (s *Store) now() time.Time { return s.opt.Clock().UTC().Truncate(time.Microsecond) }
