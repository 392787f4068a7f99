package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	batchRows  = 512
	batchCells = 16 << 10 // after which a batch is full too
	batchBytes = 4 << 20  // of text, after which a batch is full too
)

// ahead runs produce beside its consumer and hands over what it gives, a few values ahead. It ends with the first error
// of either, and not before produce has returned.
func ahead[T any](ctx context.Context, produce func(give func(T) bool) error, consume func(T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	ch := make(chan T, 2)
	failed := make(chan error, 1)
	go func() {
		defer close(ch)
		defer func() {
			// A reader of foreign bytes may fall over; that ends the import and not the program.
			if r := recover(); r != nil {
				failed <- fmt.Errorf("read a table: %v", r)
			}
		}()
		failed <- produce(func(v T) bool {
			select {
			case ch <- v:
				return true
			case <-ctx.Done():
				return false
			}
		})
	}()
	var err error
	for v := range ch {
		if err != nil {
			continue
		}
		if err = consume(v); err != nil {
			cancel()
		}
	}
	stopped := ctx.Err()
	cancel()
	if produced := <-failed; err == nil && produced != nil {
		return produced
	}
	if err != nil {
		return err
	}
	return stopped
}

// batch is some rows of a table; their cells lie side by side.
type batch struct {
	rows []row
}

// readBatches reads a table from its first row to its last.
func (t table) readBatches(give func(batch) bool) error {
	in, err := t.open()
	if err != nil {
		return err
	}
	defer in.Close()
	held := slices.IndexFunc(t.header, isReason)
	most := max(1, min(batchRows, batchCells/(len(t.header)+1)))
	for {
		b := batch{rows: make([]row, 0, most)}
		cells := make([]string, 0, (len(t.header)+1)*most)
		ended, size := false, 0
		for len(b.rows) < most && size < batchBytes && !ended {
			r, err := in.next(cells)
			if errors.Is(err, io.EOF) {
				ended = true
				continue
			}
			if err != nil {
				return err
			}
			if len(cells)+len(r.cells) <= cap(cells) {
				cells = cells[:len(cells)+len(r.cells)]
			} else {
				cells = make([]string, 0, cap(cells))
			}
			r.cells = r.cells[:len(r.cells):len(r.cells)]
			r.hold(held)
			size += len(r.text)
			b.rows = append(b.rows, r)
		}
		if len(b.rows) > 0 && !give(b) {
			return nil
		}
		if ended {
			return nil
		}
	}
}
