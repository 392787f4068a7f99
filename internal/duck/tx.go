package duck

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/ident"
)

// turn is a transaction under way on a connection.
type turn struct {
	ctx  context.Context
	s    *Store
	conn *sql.Conn
}

// Tx is one write under way, on the writer goroutine. In a transaction every ALTER of a table must come before the
// first change of its rows; DuckDB refuses the commit otherwise.
type Tx struct {
	turn
	caller ident.Caller
	cause  crm.Cause
	schema crm.Schema // as it will be after commit

	schemaChanged bool
	rollback      bool  // leave no trace, but report no error: a dry run
	batch         int64 // 0 until the first change
	changed       int64
	about         string // what a plain write is about, for the audit; "" for none
	touched       []string
	counters      map[string]int64 // last number given out in this transaction, by counter
	events        []crm.Change
	fills         []func() error // see fill
	filled        [][2]string
}

func (tx turn) exec(q string, args ...any) (int64, error) {
	r, err := tx.conn.ExecContext(tx.ctx, q, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (tx turn) query(q string, args ...any) (*sql.Rows, error) {
	return tx.conn.QueryContext(tx.ctx, q, args...)
}

// one scans the single row of a query.
func (tx turn) one(q string, args []any, dest ...any) error {
	return tx.conn.QueryRowContext(tx.ctx, q, args...).Scan(dest...)
}

// tick gives an instant that no write has had before.
func (tx *Tx) tick() time.Time { return tx.s.clock.tick() }

// newBatch gives the number of this transaction's batch.
func (tx *Tx) newBatch() int64 {
	if tx.batch == 0 {
		tx.s.lastID++
		tx.batch = tx.s.lastID
	}
	return tx.batch
}

// newChanges gives out n history ids that follow each other, and returns the first. It counts them as changes of the batch.
func (tx *Tx) newChanges(object string, n int64) int64 {
	tx.newBatch()
	first := tx.s.lastID + 1
	tx.s.lastID += n
	tx.changed += n
	if !slices.Contains(tx.touched, object) {
		tx.touched = append(tx.touched, object)
	}
	return first
}

func (tx *Tx) objects() []string { return tx.touched }

// newIDs gives out n record ids of an object that follow each other, and returns the first. They are never given out again.
func (tx *Tx) newIDs(object string, n int64) (int64, error) {
	last, err := tx.count("record:"+object, n)
	return last - n + 1, err
}

// count moves a counter on by n and returns its new value; the value is written with the transaction.
func (tx *Tx) count(counter string, n int64) (int64, error) {
	last, ok := tx.counters[counter]
	if !ok {
		if err := tx.one(`SELECT coalesce(max(value), 0) FROM meta.counter WHERE name = ?`, []any{counter}, &last); err != nil {
			return 0, wrap("read the counter "+counter, err)
		}
	}
	tx.counters[counter] = last + n
	return last + n, nil
}

// finish writes what the transaction kept for its end.
func (tx *Tx) finish() error {
	if tx.schemaChanged {
		v, err := tx.count("schema", 1)
		if err != nil {
			return err
		}
		tx.schema.Version = v
	}
	for counter, value := range tx.counters {
		n, err := tx.exec(`UPDATE meta.counter SET value = ? WHERE name = ?`, value, counter)
		if err == nil && n == 0 {
			_, err = tx.exec(`INSERT INTO meta.counter VALUES (?, ?)`, counter, value)
		}
		if err != nil {
			return wrap("write the counter "+counter, err)
		}
	}
	return tx.once()
}

// change writes one history row and returns its id. before and after are in JSON form.
func (tx *Tx) change(ch crm.Change) (int64, error) {
	ch.ID = tx.newChanges(ch.Object, 1)
	ch.Batch, ch.Who, ch.Via, ch.Cause = tx.batch, tx.caller.Person, string(tx.caller.Via), tx.cause
	if ch.At.IsZero() {
		ch.At = tx.tick()
	}
	_, err := tx.exec(`INSERT INTO meta.history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
		ch.ID, ch.At, ch.Who, ch.Via, ch.Kind, ch.Object, ch.Record, jsonOrNil(ch.Before), jsonOrNil(ch.After), ch.Batch, mustJSON(ch.Cause), ch.Undoes)
	if err != nil {
		return 0, wrap("write history", err)
	}
	tx.events = append(tx.events, ch)
	return ch.ID, nil
}

func jsonOrNil(m map[string]any) any {
	if m == nil {
		return nil
	}
	return mustJSON(m)
}
