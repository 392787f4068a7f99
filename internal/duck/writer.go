package duck

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"time"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// job is one write on its way to the writer goroutine.
type job struct {
	ctx    context.Context
	caller ident.Caller
	action string
	cause  crm.Cause
	fn     func(*Tx) error
	done   chan error
	// plain jobs keep house (sessions): no history, no audit, no event.
	plain bool
	// direct runs on the writer's connection outside of a transaction.
	direct func(*instance) error
}

// write runs fn in one transaction on the writer's connection and commits it, or leaves no trace. It comes back when
// the commit is on disk. fn runs on the writer goroutine, so it must not call write.
func (s *Store) write(ctx context.Context, c ident.Caller, action string, cause crm.Cause, fn func(*Tx) error) error {
	if err := mayWrite(c); err != nil {
		return err
	}
	if st := s.State(); st.ReadOnly && s.opened() {
		return fail.New(fail.Unavailable, "Nothing can be changed now: %s", st.Reason).WithHint("%s Reading goes on working.", st.Fix)
	}
	return s.submit(&job{ctx: ctx, caller: c, action: action, cause: cause, fn: fn})
}

// keep runs fn like write, for the store's own housekeeping: there is no history, audit or event.
func (s *Store) keep(ctx context.Context, fn func(*Tx) error) error {
	return s.keepFor(ctx, ident.System(), "", fn)
}

// keepFor is keep for what a caller does beside the data. It goes through the audit where fn says what it is about.
func (s *Store) keepFor(ctx context.Context, c ident.Caller, action string, fn func(*Tx) error) error {
	return s.submit(&job{ctx: ctx, caller: c, action: action, plain: true, fn: fn})
}

func (s *Store) submit(j *job) error {
	j.done = make(chan error, 1)
	if s.closed.Load() {
		return notOpen()
	}
	select {
	case s.jobs <- j:
		return <-j.done
	case <-s.ended:
		return notOpen()
	case <-j.ctx.Done():
		return fmt.Errorf("wait for the writer: %w", j.ctx.Err())
	}
}

// writeLoop is the one goroutine that writes. It ends when ctx does, after the write in hand.
func (s *Store) writeLoop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			close(s.ended)
			return
		case j := <-s.jobs:
			j.done <- s.runJob(j)
		}
	}
}

func (s *Store) runJob(j *job) error {
	db, err := s.instance(j.ctx)
	if err != nil {
		return err
	}
	if j.direct != nil {
		err = j.direct(db)
	} else {
		err = s.transact(db, j)
	}
	if isFatal(err) {
		return s.reopen(context.WithoutCancel(j.ctx), err)
	}
	return err
}

// transact runs one job between BEGIN and COMMIT. Only this goroutine uses the writer's connection.
func (s *Store) transact(db *instance, j *job) (err error) {
	tx := &Tx{turn: turn{ctx: j.ctx, s: s, conn: db.writer}, caller: j.caller, cause: j.cause, schema: *s.schema.Load(), counters: map[string]int64{}}
	if _, err := db.writer.ExecContext(context.WithoutCancel(j.ctx), "BEGIN TRANSACTION"); err != nil {
		return wrap("begin a write", err)
	}
	committed := false
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("a write panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("write: panic: %v", p)
		}
		if !committed {
			if _, rerr := db.writer.ExecContext(context.Background(), "ROLLBACK"); rerr != nil && isFatal(rerr) && !isFatal(err) {
				err = fmt.Errorf("%w (roll back: %w)", err, rerr)
			}
		}
	}()
	if err := j.fn(tx); err != nil {
		return wrap(cmp.Or(j.action, "keep house"), err)
	}
	if tx.rollback {
		return nil
	}
	if err := tx.finish(); err != nil {
		return wrap("finish the write", err)
	}
	if (tx.changed > 0 && !j.plain || tx.about != "") && s.opt.Audit != nil {
		e := AuditEvent{Caller: j.caller, Action: j.action, Objects: tx.objects(), Batch: tx.batch, Changes: tx.changed, About: tx.about, Cause: j.cause}
		if err := s.opt.Audit(j.ctx, e); err != nil {
			return fail.New(fail.Unavailable, "The audit log cannot be written, so nothing was changed.").WithHint("Check the disk and openclawd audit verify.").Because(err)
		}
	}
	if err := s.hook("commit"); err != nil {
		return err
	}
	if err := s.commit(db, tx); err != nil {
		return wrap("commit", err)
	}
	committed = true
	s.wrote.Store(time.Now().UnixNano())
	s.words.committed.Store(s.lastID)
	if tx.changed > fewEdits || tx.schemaChanged {
		s.words.nudge()
	}
	if s.opt.Event != nil {
		for _, ch := range tx.events {
			s.opt.Event(ch)
		}
	}
	return nil
}

// commit is not interrupted: whoever waits learns whether it is on disk. No reader begins between a new schema's tables
// and the schema itself.
func (s *Store) commit(db *instance, tx *Tx) error {
	if tx.schemaChanged {
		s.changing.Lock()
		defer s.changing.Unlock()
	}
	if _, err := db.writer.ExecContext(context.WithoutCancel(tx.ctx), "COMMIT"); err != nil {
		return err
	}
	if tx.schemaChanged {
		s.schema.Store(&tx.schema)
	}
	return nil
}

func (s *Store) hook(stage string) error {
	if fn := s.failHook.Load(); fn != nil && *fn != nil {
		return (*fn)(stage)
	}
	return nil
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // the types marshalled here are our own and always can be
	}
	return string(b)
}
