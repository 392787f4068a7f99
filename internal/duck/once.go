package duck

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// onceLife is how long it is known that a request was done.
const onceLife = 24 * time.Hour

// once writes down that the caller's request is done, with what it wrote: after a crash either both are there or none.
func (tx *Tx) once() error {
	mark := tx.caller.Once
	if mark.Key == "" || tx.changed == 0 {
		return nil
	}
	now := tx.s.now()
	if _, err := tx.exec(`DELETE FROM meta.once WHERE key = ? OR written_at < ?`, mark.Key, now.Add(-onceLife)); err != nil {
		return wrap("forget old requests", err)
	}
	_, err := tx.exec(`INSERT INTO meta.once VALUES (?, ?, ?, ?, NULL)`, mark.Key, mark.Body, now, tx.batch)
	return wrap("note the request", err)
}

// Done tells what became of a request of the last day by its key; false where nothing was written for it.
func (s *Store) Done(ctx context.Context, c ident.Caller, key string) (crm.Done, bool, error) {
	var done crm.Done
	err := s.read(ctx, c, func(ctx context.Context, conn *moment) error {
		return conn.QueryRowContext(ctx, `SELECT body, batch, answer FROM meta.once WHERE key = ? AND written_at >= ?`, key, s.now().Add(-onceLife)).
			Scan(&done.Body, &done.Batch, &done.Answer)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return crm.Done{}, false, nil
	}
	return done, err == nil, err
}

// Answered keeps the answer of the caller's request beside what it wrote. Where it wrote nothing, nothing is kept.
func (s *Store) Answered(ctx context.Context, c ident.Caller, answer []byte) error {
	if err := known(c); err != nil {
		return err
	}
	return s.keep(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE meta.once SET answer = ? WHERE key = ? AND body = ?`, answer, c.Once.Key, c.Once.Body)
		return wrap("keep an answer", err)
	})
}
