package demo_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"testing"

	"openclaw/internal/demo"
)

type memory struct{ bytes.Buffer }

func (*memory) Close() error { return nil }

func TestBig(t *testing.T) {
	made := map[string]*memory{}
	err := demo.Big(1, 5000, today, func(name string) (io.WriteCloser, error) {
		made[name] = &memory{}
		return made[name], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"": true}
	for _, name := range []string{"agents.csv", "products.csv", "accounts.csv"} {
		rows, err := csv.NewReader(made[name]).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, row := range rows[1:] {
			known[row[0]] = true
		}
	}
	rows, err := csv.NewReader(made["opportunities.csv"]).ReadAll()
	if err != nil || len(rows) != 5001 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	ids, open := map[string]bool{}, 0
	for _, row := range rows[1:] {
		if ids[row[0]] || !known[row[1]] || !known[row[3]] || (row[6] == "") != (row[7] == "") {
			t.Fatalf("a bad row: %q", row)
		}
		ids[row[0]] = true
		if row[6] == "" {
			open++
		}
	}
	if open < 1000 || open > 1500 {
		t.Errorf("%d of 5000 are open, want about a quarter", open)
	}
}
