package daemon

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"openclaw/internal/duck"
	"openclaw/internal/fail"
)

// takeFolder decides whether a folder may be the data folder, and makes what is missing of it for this user alone. It may
// be one that is not there, an empty one, or one that holds a workspace; anything else belongs to somebody, and nothing
// in it is touched. The mode of a folder that holds something stays what it is: the files in it are closed to others by
// their own.
func takeFolder(dir string) error {
	bad := func(err error) error {
		return fail.New(fail.Unavailable, "The data folder %s cannot be used.", dir).WithHint("Check that this user owns it and may write there.").Because(err)
	}
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return bad(err)
		}
	case err != nil:
		return bad(err)
	}
	if name := foreign(entries); name != "" {
		return fail.New(fail.Invalid, "The folder %s is no data folder of OpenClaw: it holds %s, and no %s.", dir, name, duck.FileName).
			WithHint("Give --data a new or empty folder, or one that holds a workspace. Nothing in this one was touched.")
	}
	info, err := os.Stat(dir)
	if err != nil {
		return bad(err)
	}
	switch open := info.Mode().Perm()&0o022 != 0; { // who may write there may put another file in the workspace's place
	case open && len(entries) == 0:
		if err := os.Chmod(dir, 0o700); err != nil {
			return bad(err)
		}
	case open:
		return fail.New(fail.Denied, "Others may write in the data folder %s (its mode is %s).", dir, info.Mode()).WithHint("Close it: chmod 700 %s", dir)
	}
	run := filepath.Join(dir, "run")
	if err := os.MkdirAll(run, 0o700); err != nil {
		return bad(err)
	}
	closed := map[string]fs.FileMode{run: 0o700} // what is ours in a copy that was put here may be open to others
	for _, e := range entries {
		if database(e.Name()) && e.Type().IsRegular() {
			closed[filepath.Join(dir, e.Name())] = 0o600
		}
	}
	for path, mode := range closed {
		if err := os.Chmod(path, mode); err != nil && !errors.Is(err, fs.ErrNotExist) { // a log may just have been folded in
			return bad(err)
		}
	}
	return nil
}

// foreign is the first entry of a folder that OpenClaw did not make; "" where there is none, or where a workspace shows
// that the folder is ours whatever else was put there.
func foreign(entries []fs.DirEntry) string {
	ours := []string{"config.toml", "policy.toml", "audit", "ledger", "skills", "files", "backups", "run", "lost+found"}
	first := ""
	for _, e := range entries {
		if e.Name() == duck.FileName {
			return ""
		}
		if first == "" && !slices.Contains(ours, e.Name()) && !database(e.Name()) {
			first = e.Name()
		}
	}
	return first
}

// database tells whether a file is one of the workspace's: the database, its index of words, or a log of either.
func database(name string) bool {
	return slices.ContainsFunc([]string{duck.FileName, duck.WordsName}, func(file string) bool {
		return name == file || strings.HasPrefix(name, file+".")
	})
}
