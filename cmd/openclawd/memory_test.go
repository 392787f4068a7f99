package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestMemoryOfAnImport brings files into the program as people run it, with its own limits, and reads from the kernel
// how much memory it ever had. It stays below what is promised, and ten times the rows take no more beyond it than what
// DuckDB may fill.
func TestMemoryOfAnImport(t *testing.T) {
	const (
		promised = 350 << 10 // KiB
		filled   = 128 << 10
		noise    = 64 << 10 // what the collector has not looked at yet
	)
	for _, test := range []struct {
		name  string
		rows  int
		width int
		cell  func(row, column int) string
	}{
		{"a key, two columns of different values and one of few", 60_000, 4, func(row, column int) string {
			return []string{"C" + strconv.Itoa(row), strconv.Itoa(row * 7), "text " + strconv.Itoa(row), "Owner " + strconv.Itoa(row%35)}[column]
		}},
		{"a hundred columns of different numbers and texts", 5_000, 100, func(row, column int) string {
			return []string{"", "word "}[column%2] + strconv.Itoa(1_000_000+row+column)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "things.csv")
			small := peak(t, wrote(t, file, test.rows, test.width, test.cell))
			large := peak(t, wrote(t, file, 10*test.rows, test.width, test.cell))
			t.Logf("%d rows: %d MiB, %d rows: %d MiB", test.rows, small>>10, 10*test.rows, large>>10)
			if large > promised || large-small > filled+noise {
				t.Errorf("%d KiB for %d rows, %d KiB for ten times as many", small, test.rows, large)
			}
		})
	}
}

func wrote(t *testing.T, file string, rows, width int, cell func(row, column int) string) string {
	t.Helper()
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	line := make([]string, width)
	for row := -1; row < rows; row++ {
		for c := range line {
			if line[c] = "c" + strconv.Itoa(c); row >= 0 {
				line[c] = cell(row, c)
			}
		}
		fmt.Fprintln(w, strings.Join(line, ","))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// peak imports a file into a new workspace and says how many KiB its daemon had at most.
func peak(t *testing.T, file string) int {
	t.Helper()
	program, err := exec.LookPath("openclawd")
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	serve := exec.Command(program, "serve", "--data", data, "--listen", "127.0.0.1:0")
	stdout, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := serve.Wait(); err != nil {
			t.Error(err)
		}
	}()
	if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatalf("serve said %q: %v", line, err)
	}
	if out, err := exec.Command(program, "import", "--data", data, "--yes", file).CombinedOutput(); err != nil {
		t.Fatalf("import: %v\n%s", err, out)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", serve.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); f[0] == "VmHWM:" {
			n, err := strconv.Atoi(f[1])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("no VmHWM in %s", status)
	return 0
}
