package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// report makes the page and tells whether every bar holds for the first result, which is ours.
func report(results []result, n int, load string) (page string, held bool) {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmarks\n\nWritten by `make bench` on %s. One run, one machine: %s. Its load average was %s when\nthe run began; figures of a busy machine say little. %s opportunities with 12 agents, 9 products and %s accounts.\n\n",
		time.Now().UTC().Format(time.DateOnly), machine(), load, grouped(float64(n)), grouped(float64(n/100)))
	b.WriteString("| | bar |")
	for _, r := range results {
		fmt.Fprintf(&b, " %s |", r.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(results)) + "\n")
	held = true
	for _, bar := range bars {
		sign := "≥"
		if bar.most {
			sign = "≤"
		}
		fmt.Fprintf(&b, "| %s | %s %s %s |", bar.what, sign, grouped(bar.limit), bar.unit)
		own, known := results[0].values[bar.id]
		for i, r := range results {
			v, ok := r.values[bar.id]
			switch {
			case r.failed[bar.id]:
				b.WriteString(" fails |")
			case !ok:
				b.WriteString(" – |")
			case i == 0 && !bar.holds(v):
				held = false
				fmt.Fprintf(&b, " **%s, does not hold** |", figure(v))
			case i == 0:
				fmt.Fprintf(&b, " **%s** |", figure(v))
			case known:
				fmt.Fprintf(&b, " %s (%s) |", figure(v), ratio(own, v))
			default:
				fmt.Fprintf(&b, " %s |", figure(v))
			}
		}
		b.WriteString("\n")
	}
	b.WriteString(`
In brackets: the figure divided by ours. Times are medians over up to 60 requests through HTTP on the loopback, after one that is not
counted; slow requests are made for 20 seconds, but at least three times.

- **bare Go + DuckDB** is the floor: typed tables, hand-written SQL, no callers, history, undo or checks, and no memory limit. OpenClaw
  runs with DuckDB held to 128 MB.
- **PocketBase** runs as a library with its own API. It has indexes on what is sorted and filtered by. Its rows a second are measured on
  20,000 saved through its checks; the rest is inserted as SQL. Its edit does not wait for the disk (SQLite with synchronous = NORMAL).
- **DenchClaw's storage** is its tables (one row for each value, as text) and its PIVOT views in the same DuckDB, asked directly and
  without the names of linked records. DenchClaw itself starts a program for each query, which is slower.
- *fails*: it answered with an error or not within its own time limit. It is then left out of what eight people do at once.
- After an import OpenClaw makes the words for questions and search in the background. It was left to finish that before the rest
  was measured.
- Memory before the first request is that of a program read from the disk, as after a boot.
- The question is asked in words here and answered by the grammar; the others run the query that a programmer wrote for it.
`)
	return b.String(), held
}

// machine names what this ran on.
func machine() string {
	cpu, memory, system := "an unknown processor", "", runtime.GOOS
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		cpu = value(string(text), "model name", cpu)
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kb int
		if _, err := fmt.Sscanf(value(string(text), "MemTotal", ""), "%d kB", &kb); err == nil {
			memory = fmt.Sprintf("%d GB of memory, ", kb>>20)
		}
	}
	if text, err := os.ReadFile("/etc/os-release"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
				system = strings.Trim(strings.TrimSpace(name), `"`)
			}
		}
	}
	if kernel, err := exec.Command("uname", "-r").Output(); err == nil {
		system += ", Linux " + strings.TrimSpace(string(kernel))
	}
	return fmt.Sprintf("%s, %d cores, %s%s, %s", cpu, runtime.NumCPU(), memory, system, runtime.Version())
}

// load is the load average of the last minute.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	average, _, _ := strings.Cut(string(text), " ")
	return average
}

func value(text, key, otherwise string) string {
	for line := range strings.Lines(text) {
		if name, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(v)
		}
	}
	return otherwise
}

func figure(v float64) string {
	switch {
	case v >= 100:
		return grouped(v)
	case v >= 10:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

func ratio(own, v float64) string {
	if own == 0 {
		return "–"
	}
	if r := v / own; r < 10 {
		return fmt.Sprintf("%.1f×", r)
	}
	return fmt.Sprintf("%s×", grouped(v/own))
}

// grouped writes 1000000 as 1,000,000.
func grouped(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
