package daemon_test

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"openclaw/internal/daemon"
	"openclaw/internal/fail"
)

// Whose folder it is is decided before anything in it is touched.
func TestDataFolder(t *testing.T) {
	for _, c := range []struct {
		name  string
		mode  fs.FileMode // of the folder; 0 for one that is not there
		want  fs.FileMode // its mode afterwards; 0 for the one it had
		files []string
		kind  fail.Kind // of the refusal; "" for none
		says  string
	}{
		{name: "not there"},
		{name: "empty", mode: 0o755},
		{name: "settings only", mode: 0o750, files: []string{"config.toml"}},
		{name: "a disk of its own", mode: 0o755, files: []string{"lost+found"}},
		{name: "somebody's files", mode: fs.ModeSticky | 0o777, files: []string{"thesis.odt"}, kind: fail.Invalid, says: "it holds thesis.odt"},
		{name: "another database", mode: 0o755, files: []string{"sales.duckdb"}, kind: fail.Invalid, says: "it holds sales.duckdb"},
		{name: "empty, for all to write", mode: 0o777, want: 0o700},
		{name: "others may write there", mode: 0o777, files: []string{"config.toml"}, kind: fail.Denied, says: "Others may write"},
		{name: "a group may write there", mode: 0o775, files: []string{"config.toml"}, kind: fail.Denied, says: "Others may write"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := options(t)
			o.Dir = filepath.Join(o.Dir, "data")
			if c.mode != 0 {
				if err := os.MkdirAll(o.Dir, 0o700); err != nil {
					t.Fatal(err)
				}
				for _, name := range c.files {
					if err := os.WriteFile(filepath.Join(o.Dir, name), nil, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.Chmod(o.Dir, c.mode); err != nil {
					t.Fatal(err)
				}
			}
			d, err := daemon.New(o)
			if err != nil {
				t.Fatal(err)
			}
			err = d.Start(t.Context())
			if fail.KindOf(err) != c.kind || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("start: %v", err)
			}
			if err == nil {
				stop(t, d)
			}
			info, statErr := os.Stat(o.Dir)
			if statErr != nil {
				t.Fatal(statErr)
			}
			want := cmp.Or(c.want, c.mode, 0o700)
			if got := info.Mode() &^ fs.ModeDir; got != want {
				t.Errorf("its mode is %s, not %s", got, want)
			}
			if c.kind != "" {
				if entries, err := os.ReadDir(o.Dir); err != nil || len(entries) != len(c.files) {
					t.Errorf("after the refusal it holds %v (%v)", entries, err)
				}
			}
		})
	}
}

// A folder that holds a workspace is one, whatever else was put beside it.
func TestDataFolderWithAWorkspace(t *testing.T) {
	o := options(t)
	stop(t, start(t, o))
	if err := os.WriteFile(filepath.Join(o.Dir, "note.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, o))
}
