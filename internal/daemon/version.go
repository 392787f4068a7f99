package daemon

import (
	"runtime"
	"runtime/debug"

	"openclaw/internal/api"
	"openclaw/internal/duck"
)

// Version says what this program is made of, as the build wrote it into the program.
func Version() api.Version {
	v := api.Version{Version: "development", Commit: "unknown", DuckDB: duck.LibraryVersion(), Go: runtime.Version(), Model: "none"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}
