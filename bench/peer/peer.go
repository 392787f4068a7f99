// Package peer holds the programs that OpenClaw is measured beside. Each runs in a process of its own, loads the same
// four CSV files and answers over HTTP on the loopback, so that the difference is the storage and not the wire.
package peer

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Peer is one program to compare with.
type Peer interface {
	// Load fills dir from the CSV files and tells how many opportunities a second it took in.
	Load(ctx context.Context, dir, files string) (perSecond float64, err error)
	// Serve answers until ctx ends. It calls ready with its address once it can answer.
	Serve(ctx context.Context, dir string, ready func(url string)) error
}

// New finds a peer by its name; nil when there is none.
func New(name string) Peer {
	switch name {
	case "pocketbase":
		return pocketBase{}
	case "denchclaw":
		return duck{denchclaw}
	case "floor":
		return duck{floor}
	}
	return nil
}

// rows calls take for each row of a CSV file, without its header.
func rows(dir, name string, take func(row []string) error) error {
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("open the CSV: %w", err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return fmt.Errorf("read the header of %s: %w", name, err)
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if err := take(row); err != nil {
			return err
		}
	}
}
