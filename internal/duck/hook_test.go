package duck

import "context"

// SliceRows is about how many rows of words one transaction writes.
const SliceRows = sliceRows

// FailAt makes the store fail where fn says so, as DuckDB would: fn is told the stage, such as "commit".
func FailAt(s *Store, fn func(stage string) error) { s.failHook.Store(&fn) }

// WordsBehind tells whether there are records without words.
func WordsBehind(s *Store) bool {
	return s.words.rest.Load() > 0 || s.words.followed.Load() < s.words.committed.Load()
}

// Past runs a text as it is, on a connection of readers: what a person's statement could do if the gate had a hole.
func Past(ctx context.Context, s *Store, statement string) error {
	return s.readOnce(ctx, func(ctx context.Context, conn *moment) error {
		rows, err := conn.QueryContext(ctx, statement)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			continue
		}
		return rows.Err()
	})
}

// Hold reads until free is closed, whatever it is told.
func Hold(s *Store, held chan<- struct{}, free <-chan struct{}) error {
	return s.readOnce(context.Background(), func(context.Context, *moment) error {
		close(held)
		<-free
		return nil
	})
}
