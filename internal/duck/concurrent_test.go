package duck_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestReadersSeeWholeWrites moves an amount between two deals over and over. Whoever reads meanwhile finds the same sum,
// through checkpoints too.
func TestReadersSeeWholeWrites(t *testing.T) {
	s := ducktest.Sales(t)
	a := ducktest.Add(t, s, "deal", crm.Values{"amount": 50})
	b := ducktest.Add(t, s, "deal", crm.Values{"amount": 50})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var readers, writers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for ctx.Err() == nil {
				p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Fields: []crm.Path{"amount"}, Total: true})
				if err != nil {
					t.Error(err)
					return
				}
				sum := ""
				for _, r := range p.Rows {
					sum += fmt.Sprint(r.Values[0], " ")
				}
				if p.Total != 2 || len(p.Rows) != 2 || p.Rows[0].Version == 0 {
					t.Errorf("a reader saw %s", sum)
				}
				if x, y := fmt.Sprint(p.Rows[0].Values[0]), fmt.Sprint(p.Rows[1].Values[0]); !(x == "50" && y == "50" || x == "0" && y == "100") {
					t.Errorf("a reader saw half a write: %s", sum)
					return
				}
			}
		})
	}
	for range 2 {
		writers.Go(func() {
			for n := range 40 {
				to := []int{50, 0}[n%2]
				_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{
					{Kind: crm.Set, Object: "deal", ID: a, Values: crm.Values{"amount": to}},
					{Kind: crm.Set, Object: "deal", ID: b, Values: crm.Values{"amount": 100 - to}},
				}, crm.Cause{Kind: "edit"})
				if err != nil {
					t.Error(err)
				}
				if n%10 == 0 {
					if err := s.Checkpoint(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	writers.Wait()
	stop()
	readers.Wait()
}

// TestReadersMeetOneSchema: whoever reads while the schema changes sees the data and the schema of one moment.
func TestReadersMeetOneSchema(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "employees": 5})
	ctx, stop := context.WithCancel(t.Context())
	reads := map[string]func() error{
		"list": func() error {
			_, err := s.List(ctx, ducktest.Vic, crm.Query{Object: "account", Total: true})
			return err
		},
		"record":  func() error { _, err := s.Record(ctx, ducktest.Vic, "account", 1); return err },
		"history": func() error { _, err := s.History(ctx, ducktest.Vic, crm.HistoryQuery{}); return err },
		"sql": func() error {
			_, err := s.SQL(ctx, ducktest.Vic, "SELECT * FROM v_account", duck.SQLLimits{})
			return err
		},
		"export": func() error {
			return s.Export(ctx, ducktest.Vic, "account", crm.Filter{}, func([]crm.Column, []any) error { return nil })
		},
		"search": func() error { _, err := s.Search(ctx, ducktest.Vic, "acme", "", 0); return err },
		"type": func() error {
			_, err := s.TryChange(ctx, ducktest.Vic, "account", crm.Field{Name: "name", Type: crm.Number})
			return err
		},
	}
	var readers sync.WaitGroup
	for name, read := range reads {
		readers.Go(func() {
			for ctx.Err() == nil {
				if err := read(); ctx.Err() == nil && fail.KindOf(err) == fail.Failed {
					t.Errorf("%s: %v", name, err)
					return
				}
			}
		})
	}
	for range 12 {
		alter(t, s, crm.Alteration{Kind: crm.AddField, Object: on("account"), Field: crm.Field{Name: "extra", Type: crm.Text}})
		alter(t, s, renameField("account", "extra", "more"))
		alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: on("account"), Field: crm.Field{Name: "more", Type: crm.Number}})
		alter(t, s, crm.Alteration{Kind: crm.RemoveField, Object: on("account"), Name: "more"}, crm.Alteration{Kind: crm.RenameObject, Name: "account", To: "firm"})
		alter(t, s, crm.Alteration{Kind: crm.RenameObject, Name: "firm", To: "account"})
	}
	stop()
	readers.Wait()
}

func TestCancelledCallsLeaveNothingBehind(t *testing.T) {
	s := ducktest.Sales(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Write(ctx, ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Acme"}}}, crm.Cause{}); err == nil {
		t.Error("a write whose caller has gone went through")
	}
	if _, err := s.List(ctx, ducktest.Vic, crm.Query{Object: "account"}); err == nil {
		t.Error("a read whose caller has gone went through")
	}
	p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "account", Total: true})
	if err != nil || p.Total != 0 {
		t.Errorf("left behind: %+v %v", p, err)
	}
	if id := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"}); id == 0 {
		t.Error("the writer did not go on")
	}
}

func TestCheckpointEmptiesTheLog(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	log := filepath.Join(dir, duck.FileName+".wal")
	if info, err := os.Stat(log); err != nil || info.Size() == 0 {
		t.Fatalf("there is no log after a write: %v", err)
	}
	if err := s.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(log); err == nil && info.Size() > 0 {
		t.Errorf("the log still has %d bytes", info.Size())
	}
}

// TestPanicIsAnErrorOfThatWriteOnly: whatever goes wrong in one write, the writer goes on with the next.
func TestPanicIsAnErrorOfThatWriteOnly(t *testing.T) {
	s := ducktest.Sales(t)
	duck.FailAt(s, func(stage string) error {
		if stage == "commit" {
			panic("a bug")
		}
		return nil
	})
	_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Acme"}}}, crm.Cause{})
	if fail.KindOf(err) != fail.Failed {
		t.Errorf("got %v, want failed", err)
	}
	duck.FailAt(s, nil)
	ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
}
