// Command bench measures OpenClaw with 1,000,000 opportunities: the real program, over HTTP, beside programs that do the
// same work in other ways. Everything is measured in one run on one machine, so that the ratios mean something.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"openclaw/bench/peer"
	"openclaw/internal/demo"
)

type options struct {
	openclawd, out, only string
	n                    int
}

func main() {
	log.SetFlags(0)
	var o options
	var as, dir, load string
	flag.StringVar(&o.openclawd, "openclawd", "../bin/openclawd", "the program to measure")
	flag.StringVar(&o.out, "out", "", "write the table as a page to this file")
	flag.IntVar(&o.n, "n", 1_000_000, "how many opportunities")
	flag.StringVar(&o.only, "only", "", "measure only this one: openclaw, floor, pocketbase or denchclaw")
	flag.StringVar(&as, "peer", "", "be this peer instead: used by the benchmark itself")
	flag.StringVar(&dir, "dir", "", "the peer's data folder")
	flag.StringVar(&load, "load", "", "load the peer from the CSV files in this folder, and end")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var err error
	if as != "" {
		err = bePeer(ctx, as, dir, load)
	} else {
		err = run(ctx, o)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func bePeer(ctx context.Context, as, dir, load string) error {
	p := peer.New(as)
	if p == nil {
		return fmt.Errorf("there is no peer %q", as)
	}
	if load == "" {
		return p.Serve(ctx, dir, func(url string) { fmt.Println("ready", url) })
	}
	perSecond, err := p.Load(ctx, dir, load)
	fmt.Println(perSecond)
	return err
}

func run(ctx context.Context, o options) error {
	scratch, err := os.MkdirTemp("", "openclaw-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer os.RemoveAll(scratch)
	files := filepath.Join(scratch, "csv")
	if err := os.Mkdir(files, 0o700); err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	progress("writing %d opportunities as CSV", o.n)
	err = demo.Big(1, o.n, time.Now(), func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(files, name)) })
	if err != nil {
		return err
	}
	var results []result
	before := load()
	for _, s := range []subject{ours(o.openclawd), floor(), pocketBase(), denchClaw()} {
		if o.only != "" && o.only != s.id {
			continue
		}
		r, err := s.measure(ctx, filepath.Join(scratch, s.id), files, o.n)
		if err != nil {
			return fmt.Errorf("measure %s: %w", s.name, err)
		}
		results = append(results, r)
	}
	page, held := report(results, o.n, before)
	fmt.Print(page)
	if o.out != "" {
		if err := os.WriteFile(o.out, []byte(page), 0o644); err != nil {
			return fmt.Errorf("write the page: %w", err)
		}
	}
	if !held {
		return fmt.Errorf("a bar does not hold")
	}
	return nil
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
