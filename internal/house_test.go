package internal_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// longest is how many lines a source file may have before it is several files.
const longest = 800

// rules are what the house never does. Each matches a line of Go outside the places that except names.
var rules = []struct {
	name, why string
	line      *regexp.Regexp
	tests     bool // look into tests only
	except    string
}{
	{name: "init function", why: "a program is made by New, in an order that can be read", line: regexp.MustCompile(`^func init\(\)`)},
	{name: "exit", why: "only main ends the process", line: regexp.MustCompile(`\bos\.Exit\(|\blog\.Fatal`), except: "cmd/ bench/ _test.go"},
	{name: "context value", why: "only ident puts values in a context", line: regexp.MustCompile(`\bcontext\.WithValue\(`), except: "internal/ident/"},
	{name: "sleep", why: "a test waits for what it needs, not for a while", line: regexp.MustCompile(`\btime\.Sleep\(`), tests: true},
	{name: "mark", why: "work left over stands in the tracker, not in the code", line: regexp.MustCompile(`//.*\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)},
}

// sources walks every Go file of the repository.
func sources(t *testing.T, visit func(path string, lines []string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != ".." {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(strings.TrimPrefix(path, "../")), strings.Split(string(text), "\n"))
		return nil
	})
	if err != nil {
		t.Fatalf("walk the sources: %v", err)
	}
}

func TestHouseRules(t *testing.T) {
	excepted := func(path, except string) bool {
		for _, e := range strings.Fields(except) {
			if strings.HasPrefix(path, e) || strings.HasSuffix(path, e) {
				return true
			}
		}
		return false
	}
	sources(t, func(path string, lines []string) {
		if len(lines) > longest {
			t.Errorf("%s has %d lines; %d is the most", path, len(lines), longest)
		}
		for _, r := range rules {
			if excepted(path, r.except) || (r.tests && !strings.HasSuffix(path, "_test.go")) {
				continue
			}
			for i, line := range lines {
				if r.line.MatchString(line) {
					t.Errorf("%s:%d: %s: %s", path, i+1, r.name, r.why)
				}
			}
		}
	})
}

// TestDependencies compares the modules that go.mod names directly with docs/dependencies.md, which says why each is here.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatalf("read go.mod: %v", err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatalf("read go.mod: %v", err)
	}
	page, err := os.ReadFile("../docs/dependencies.md")
	if err != nil {
		t.Fatalf("read the page: %v", err)
	}
	var explained, direct []string
	for s := bufio.NewScanner(bytes.NewReader(page)); s.Scan(); {
		if item, ok := strings.CutPrefix(s.Text(), "- "); ok {
			module, why, _ := strings.Cut(item, ": ")
			if strings.TrimSpace(why) == "" {
				t.Errorf("docs/dependencies.md gives no reason for %s", module)
			}
			explained = append(explained, module)
		}
	}
	for _, r := range mod.Require {
		if !r.Indirect {
			direct = append(direct, r.Path)
		}
	}
	slices.Sort(explained)
	slices.Sort(direct)
	if diff := cmp.Diff(direct, explained); diff != "" {
		t.Errorf("modules in go.mod (-) and in docs/dependencies.md (+):\n%s", diff)
	}
}
