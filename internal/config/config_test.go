package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/config"
	"openclaw/internal/fail"
)

func load(t *testing.T, text string) (config.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Load(path, true)
}

func TestLoad(t *testing.T) {
	got, err := load(t, "listen = \"[::1]:0\"\nmemory_limit = \"1GB\"\nthreads = 2\nlog = \"warn\"\n")
	want := config.Default()
	want.Listen, want.MemoryLimit, want.Threads, want.Log = "[::1]:0", 1<<30, 2, "warn"
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("error %v, -want +got:\n%s", err, diff)
	}
}

func TestNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	if got, err := config.Load(path, false); err != nil || got != config.Default() {
		t.Errorf("without a file: %+v, %v", got, err)
	}
	if _, err := config.Load(path, true); fail.KindOf(err) != fail.NotFound {
		t.Errorf("a named file that is not there: %v", err)
	}
	if err := config.Default().Validate(); err != nil {
		t.Errorf("the defaults are not valid: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"unknown setting":     {"lisen = \"127.0.0.1:1\"", `line 1: there is no setting "lisen"`},
		"unknown table":       {"[web]\nport = 1", "no setting"},
		"torn":                {"listen = \"127", "line 1"},
		"every interface":     {`listen = "0.0.0.0:4870"`, "other machines could reach it"},
		"another interface":   {`listen = "192.168.1.4:4870"`, "other machines could reach it"},
		"no host":             {`listen = ":4870"`, "is not an address and a port"},
		"a name":              {`listen = "example.com:80"`, "is not an address and a port"},
		"memory too small":    {`memory_limit = "1MB"`, "too little"},
		"memory not a size":   {`memory_limit = "lots"`, "not a size"},
		"memory without unit": {`memory_limit = "128"`, "not a size"},
		"memory overflows":    {`memory_limit = "99999999999TB"`, "not a size"},
		"threads":             {`threads = -1`, "between 0 and 256"},
		"level":               {`log = "loud"`, `The setting log is "loud"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.text)
			if fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			if fail.As(err).Hint == "" {
				t.Error("there is no next step")
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]struct {
		size config.Size
		duck string
	}{
		"128MB": {128 << 20, "128MiB"}, "2 GB": {2 << 30, "2GiB"}, "1536MiB": {1536 << 20, "1536MiB"}, "7b": {7, "7iB"},
	} {
		var got config.Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want.size {
			t.Errorf("%s is %d, %v", text, got, err)
		}
		if text != "7b" && got.DuckDB() != want.duck {
			t.Errorf("%s for the database is %s", text, got.DuckDB())
		}
		var again config.Size
		if err := again.UnmarshalText([]byte(got.String())); err != nil || again != got {
			t.Errorf("%s is written as %s", text, got)
		}
	}
}
