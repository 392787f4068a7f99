// Package config is the one settings file, config.toml in the data folder. Every setting has a default, a setting that is
// not known is an error, and the result is a value that is passed on, never a global.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"openclaw/internal/fail"
)

// Config is all settings.
type Config struct {
	Listen      string `toml:"listen" comment:"Loopback address of the web pages and the API; port 0 takes a free one."`
	MemoryLimit Size   `toml:"memory_limit" comment:"What the database may use of memory."`
	TempLimit   Size   `toml:"temp_limit" comment:"What the database may write to disk for large sorts."`
	Threads     int    `toml:"threads" comment:"Threads of one query; 0 means one for each core."`
	FreeFloor   Size   `toml:"free_floor" comment:"With less disk free than this, nothing is written."`
	Model       string `toml:"model" comment:"The model of Ollama that reads what the grammar cannot; empty means none."`
	Ollama      string `toml:"ollama" comment:"Where Ollama answers on this machine."`
	Log         Level  `toml:"log" comment:"debug, info, warn or error."`
}

// Default is what holds without a file.
func Default() Config {
	return Config{Listen: "127.0.0.1:4870", MemoryLimit: 128 << 20, TempLimit: 2 << 30, FreeFloor: 64 << 20, Ollama: "http://127.0.0.1:11434", Log: "info"}
}

// Load reads a file over the defaults. A file that is not there is no error unless it must be: the person named it.
func Load(path string, must bool) (Config, error) {
	c := Default()
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
		return c, nil
	case errors.Is(err, fs.ErrNotExist):
		return c, fail.New(fail.NotFound, "There is no settings file %s.", path).WithHint("Without --config the one in the data folder is used, if there is one.")
	case err != nil:
		return c, fail.New(fail.Unavailable, "The settings file %s cannot be read.", path).WithHint("Check who may read it.").Because(err)
	}
	d := toml.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		var unknown *toml.StrictMissingError
		if errors.As(err, &unknown) && len(unknown.Errors) > 0 {
			row, _ := unknown.Errors[0].Position()
			return c, fail.New(fail.Invalid, "%s, line %d: there is no setting %q.", path, row, strings.Join(unknown.Errors[0].Key(), ".")).
				WithHint("The settings are listen, memory_limit, temp_limit, threads, free_floor, model, ollama and log.")
		}
		var bad *toml.DecodeError
		if errors.As(err, &bad) {
			row, _ := bad.Position()
			return c, fail.New(fail.Invalid, "%s, line %d: %s.", path, row, strings.TrimPrefix(bad.Error(), "toml: ")).WithHint("Correct the line.")
		}
		return c, fail.New(fail.Invalid, "%s: %s.", path, strings.TrimPrefix(err.Error(), "toml: ")).WithHint("Correct the file.")
	}
	return c, c.Validate()
}

// Validate refuses what cannot work or must not be, such as an address that other machines reach.
func (c Config) Validate() error {
	bad := func(key, why, hint string) error {
		return fail.New(fail.Invalid, "The setting %s %s.", key, why).WithHint("%s", hint)
	}
	if err := CheckListen(c.Listen); err != nil {
		return err
	}
	if at, err := url.Parse(c.Ollama); err != nil || at.Scheme != "http" || CheckListen(at.Host) != nil {
		return bad("ollama", "is not an address on this machine", "Write it like http://127.0.0.1:11434.")
	}
	switch {
	case c.MemoryLimit < 32<<20:
		return bad("memory_limit", "is "+c.MemoryLimit.String()+", too little for the database", "Give it 32MB or more; 128MB is the default.")
	case c.TempLimit < 0:
		return bad("temp_limit", "is below zero", "2GB is the default.")
	case c.Threads < 0 || c.Threads > 256:
		return bad("threads", "is not between 0 and 256", "0 means one for each core.")
	case c.FreeFloor < 0:
		return bad("free_floor", "is below zero", "64MB is the default.")
	case new(slog.Level).UnmarshalText([]byte(c.Log)) != nil:
		return bad("log", "is "+strconv.Quote(string(c.Log)), "It is debug, info, warn or error.")
	}
	return nil
}

// CheckListen refuses every address but loopback: nothing reaches the data from outside this machine by itself.
func CheckListen(listen string) error {
	hint := "Write it like 127.0.0.1:4870; port 0 takes a free one."
	text := listen
	if rest, ok := strings.CutPrefix(text, "localhost:"); ok {
		text = "127.0.0.1:" + rest
	}
	at, err := netip.ParseAddrPort(text)
	if err != nil {
		return fail.New(fail.Invalid, "The address to listen on, %q, is not an address and a port.", listen).WithHint("%s", hint)
	}
	if !at.Addr().IsLoopback() {
		return fail.New(fail.Invalid, "The address to listen on, %s, is not on the loopback interface, so other machines could reach it.", listen).
			WithHint("%s", hint)
	}
	return nil
}

// Size is a number of bytes, written as 128MB or 2GB.
type Size int64

var units = []struct {
	name  string
	bytes int64
}{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	upper := strings.ReplaceAll(strings.ToUpper(strings.TrimSpace(string(text))), "I", "")
	for _, u := range units {
		digits, ok := strings.CutSuffix(upper, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > (1<<62)/u.bytes {
			break
		}
		*s = Size(n * u.bytes)
		return nil
	}
	return fmt.Errorf("%q is not a size such as 128MB or 2GB", text)
}

// MarshalText writes a size in the largest unit that leaves it whole.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func (s Size) String() string {
	for _, u := range units {
		if int64(s) >= u.bytes && int64(s)%u.bytes == 0 {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.name
		}
	}
	return "0B"
}

// DuckDB is the size as the database reads it: its MB is a million bytes, its MiB ours.
func (s Size) DuckDB() string {
	return strings.Replace(s.String(), "B", "iB", 1)
}

// Level is how much the log says.
type Level string

// Slog is the level as the logger takes it.
func (l Level) Slog() slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l)); err != nil {
		return slog.LevelInfo
	}
	return level
}
