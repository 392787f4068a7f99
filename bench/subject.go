package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// subject is a program under measurement.
type subject struct {
	id, name string
	// load fills dir from the CSV files and returns rows a second.
	load func(ctx context.Context, dir, files string) (float64, error)
	// serve is the command that serves dir; its first line of output ends with the address.
	serve func(dir string) *exec.Cmd
	// signIn prepares a client once the program is ready; may be nil.
	signIn func(ctx context.Context, dir, url string, client *http.Client) error
	// request makes the n-th request of a kind, n counting records from 1. Nil: the program cannot do this.
	request func(url, kind string, n int) *http.Request
	// mayFail lets the program fail at a measure, which is then said in the table; ours may not.
	mayFail bool
	// wrong tells what is amiss with an answer that came with a success; may be nil.
	wrong func(kind string, body []byte) string
}

// result is what was measured of a subject, by the id of the bar.
type result struct {
	name   string
	values map[string]float64
	failed map[string]bool // measures at which it gave up
}

// enough bounds one measure: so many requests, or so long, whichever comes first, but never less than least.
const (
	requests = 60
	patience = 20 * time.Second
	least    = 3
)

func (s subject) measure(ctx context.Context, dir, files string, records int) (result, error) {
	r := result{s.name, map[string]float64{}, map[string]bool{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, fmt.Errorf("make a folder: %w", err)
	}
	progress("%s: loading", s.name)
	var err error
	if r.values["import"], err = s.load(ctx, dir, files); err != nil {
		return r, fmt.Errorf("load: %w", err)
	}
	var starts []float64
	for range 5 {
		p, err := start(s.serve(dir))
		if err != nil {
			return r, err
		}
		starts = append(starts, ms(p.ready))
		if err := p.stop(); err != nil {
			return r, err
		}
	}
	r.values["ready"] = quantile(starts, 0.5)
	cmd := s.serve(dir)
	if cmd.Path, err = unread(cmd.Path, dir+".program"); err != nil {
		return r, err
	}
	p, err := start(cmd)
	if err != nil {
		return r, err
	}
	defer func() { _ = p.stop() }() // the error that matters is returned below
	r.values["idle"] = p.resident("VmRSS")
	client := &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	if s.signIn != nil {
		if err := s.signIn(ctx, dir, p.url, client); err != nil {
			return r, fmt.Errorf("sign in: %w", err)
		}
	}
	for _, b := range bars {
		if s.request(p.url, b.id, 1) == nil && b.id != "crowd" {
			continue
		}
		progress("%s: %s", s.name, b.what)
		workers, times := 1, requests
		if b.id == "crowd" {
			workers, times = 8, 20*8
		}
		kinds := []string{b.id}
		if b.id == "crowd" { // takes turns at the lists that work
			kinds = slices.DeleteFunc(slices.Clone(lists), func(id string) bool { return r.failed[id] })
		}
		took, err := s.repeat(ctx, client, p.url, kinds, workers, times, records)
		if err != nil && s.mayFail && ctx.Err() == nil {
			progress("%s: %v", s.name, err)
			r.failed[b.id] = true
			continue
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", b.what, err)
		}
		at := 0.5
		if b.id == "crowd" {
			at = 0.99
		}
		r.values[b.id] = quantile(took, at)
	}
	r.values["resident"] = p.resident("VmHWM")
	return r, p.stop()
}

// repeat makes requests of these kinds, by turns of the dice, by several people at once, and returns how long each took
// in milliseconds.
func (s subject) repeat(ctx context.Context, client *http.Client, url string, kinds []string, workers, times, records int) ([]float64, error) {
	var (
		mu     sync.Mutex
		took   []float64
		failed error
		wait   sync.WaitGroup
	)
	dice := rand.New(rand.NewPCG(1, uint64(len(kinds))))
	began := time.Now()
	next := func() (kind string, n int, more bool) {
		mu.Lock()
		defer mu.Unlock()
		more = failed == nil && ctx.Err() == nil && len(took) < times && (len(took) < least*workers || time.Since(began) < patience)
		return kinds[dice.IntN(len(kinds))], 1 + dice.IntN(records), more
	}
	if _, err := s.do(client, url, kinds[0], 1); err != nil { // not counted
		return nil, err
	}
	for range workers {
		wait.Go(func() {
			for {
				kind, n, more := next()
				if !more {
					return
				}
				d, err := s.do(client, url, kind, n)
				mu.Lock()
				if err != nil {
					failed = errors.Join(failed, err)
				}
				took = append(took, ms(d))
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return took, errors.Join(failed, ctx.Err())
}

// do makes a request and reads its whole answer.
func (s subject) do(client *http.Client, url, kind string, n int) (time.Duration, error) {
	req := s.request(url, kind, n)
	began := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, fmt.Errorf("read the answer: %w", err)
	}
	took := time.Since(began)
	if resp.StatusCode >= 300 {
		return took, fmt.Errorf("%s %s: %s: %.300s", req.Method, req.URL, resp.Status, body)
	}
	if s.wrong != nil {
		if what := s.wrong(kind, body); what != "" {
			return took, fmt.Errorf("%s %s: %s: %.300s", req.Method, req.URL, what, body)
		}
	}
	return took, nil
}

// process is a program that serves.
type process struct {
	cmd   *exec.Cmd
	url   string
	ready time.Duration
	err   bytes.Buffer
	ended bool
}

func start(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd}
	cmd.Stderr = &p.err
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	p.ready = time.Since(began)
	if err != nil {
		_ = p.stop()
		return nil, fmt.Errorf("start %s: it did not get ready: %s", cmd.Path, p.err.String())
	}
	words := strings.Fields(line)
	p.url = words[len(words)-1]
	return p, nil
}

// unread copies a program to a file that the system has not in memory, as after a boot: of one that was just built it
// counts pages to whoever runs it that nobody looks at.
func unread(program, as string) (string, error) {
	from, err := os.Open(program)
	if err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	defer from.Close()
	to, err := os.OpenFile(as, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o700)
	if err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Sync(), unix.Fadvise(int(to.Fd()), 0, 0, unix.FADV_DONTNEED), to.Close()); err != nil {
		return "", fmt.Errorf("copy the program: %w", err)
	}
	return as, nil
}

func (p *process) stop() error {
	if p.ended {
		return nil
	}
	p.ended = true
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("stop: %w: %s", err, p.err.String())
	}
	return nil
}

// settle waits until the process has been at rest for two seconds: until it has done what an import leaves to do, which
// people need not wait for. It says how long that took.
func (p *process) settle(ctx context.Context) error {
	began := time.Now()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	used, still := p.worked(), 0
	for still < 4 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		now := p.worked()
		if still++; now-used > 2 {
			still = 0
		}
		used = now
		if time.Since(began) > 5*time.Minute {
			return fmt.Errorf("it does not come to rest after the import")
		}
	}
	progress("at rest %s after the import", time.Since(began).Round(time.Second))
	return nil
}

// worked is how long the process has used processors, in hundredths of a second; 0 where the system does not tell.
func (p *process) worked() int {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, fields, _ := strings.Cut(string(stat), ") ")
	f := strings.Fields(fields)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return user + system
}

// resident reads a memory figure of the process, in megabytes; 0 where the system does not tell.
func (p *process) resident(figure string) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == figure+":" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func quantile(values []float64, q float64) float64 {
	slices.Sort(values)
	return values[min(len(values)-1, int(q*float64(len(values))))]
}
