package daemon_test

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"openclaw/internal/control"
	"openclaw/internal/fail"
)

// The disk fills in the middle of an import: it is said with the next step, nothing of it is kept, what was there before
// is, and once there is room the same daemon takes the same file.
func TestDiskFullDuringImport(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=32m"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("CI must be able to mount a small disk: %v", err)
		}
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { // after the daemon's own
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	var csv strings.Builder
	csv.WriteString("code,note\n")
	noise := rand.NewChaCha8([32]byte{})
	for n := range 30_000 { // noise, which nothing makes smaller
		part := make([]byte, 60)
		noise.Read(part) //nolint:errcheck // never fails
		fmt.Fprintf(&csv, "C%05d,%s\n", n, hex.EncodeToString(part))
	}
	file := filepath.Join(t.TempDir(), "parts.csv")
	if err := os.WriteFile(file, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Dir, o.Config.FreeFloor = filepath.Join(disk, "data"), 0
	start(t, o)
	box := control.Dial(o.Dir)
	if err := box.Do(t.Context(), "POST", "/api/v1/objects", map[string]any{"name": "deal", "fields": []any{map[string]any{"name": "name", "type": "text"}}}, nil); err != nil {
		t.Fatal(err)
	}
	var at unix.Statfs_t
	if err := unix.Statfs(disk, &at); err != nil {
		t.Fatal(err)
	}
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, int64(at.Bavail)*at.Bsize-1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	in := map[string]any{"files": []any{map[string]any{"name": "parts.csv", "path": file}}}
	if err := box.Do(t.Context(), "POST", "/api/v1/import", in, nil); fail.KindOf(err) != fail.Unavailable || fail.As(err).Hint == "" {
		t.Errorf("on a full disk: %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	objects := func() string {
		t.Helper()
		var list struct{ Objects []struct{ Name string } }
		if err := box.Do(t.Context(), "GET", "/api/v1/objects", nil, &list); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(list.Objects)
	}
	if got := objects(); got != "[{deal}]" {
		t.Errorf("after it there is %s", got)
	}
	var out struct{ Files []struct{ Created int } }
	if err := box.Do(t.Context(), "POST", "/api/v1/import", in, &out); err != nil || len(out.Files) != 1 || out.Files[0].Created != 30_000 {
		t.Errorf("with room again: %+v %v", out, err)
	}
}
