package duck

// FailAt makes the store fail where fn says so, as DuckDB would: fn is told the stage, such as "commit".
func FailAt(s *Store, fn func(stage string) error) { s.failHook.Store(&fn) }
