package duck

// SliceRows is about how many rows of words one transaction writes.
const SliceRows = sliceRows

// FailAt makes the store fail where fn says so, as DuckDB would: fn is told the stage, such as "commit".
func FailAt(s *Store, fn func(stage string) error) { s.failHook.Store(&fn) }

// WordsBehind tells whether there are records without words.
func WordsBehind(s *Store) bool {
	return s.words.rest.Load() > 0 || s.words.followed.Load() < s.words.committed.Load()
}
