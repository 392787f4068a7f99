package crash_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	items   = 40  // records that are edited
	writers = 3   // people who edit; each has records of its own
	lines   = 300 // rows of an import

	firstLoad = 1000 // what the rows of the first import say; a number that nobody takes for yes or no
)

// rounds tells how often to kill and for how long at most: a sample while developing, fifty times in CI, and as long as
// OPENCLAW_SOAK says (a duration such as 1h) in an endurance run.
func rounds(t *testing.T) (kills int, until time.Time) {
	t.Helper()
	if text := os.Getenv("OPENCLAW_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("OPENCLAW_SOAK: %v", err)
		}
		return 1 << 30, time.Now().Add(d)
	}
	if os.Getenv("CI") != "" {
		return 50, time.Now().Add(time.Hour)
	}
	return 8, time.Now().Add(time.Hour)
}

func TestKilled(t *testing.T) {
	program, dir := build(t), t.TempDir()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("OPENCLAW_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("OPENCLAW_SEED: %v", err)
		}
	}
	t.Logf("OPENCLAW_SEED=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))

	d := start(t, program, dir)
	know := prepare(t, d, dir)
	kills, until := rounds(t)
	done := 0
	for ; done < kills && time.Now().Before(until); done++ {
		moment := time.NewTimer(time.Duration(20+dice.IntN(600)) * time.Millisecond)
		work := know.work(d, dir, dice.Uint64())
		<-moment.C
		// One death in four comes while it stops in peace, which is when it writes its log into the file.
		stopping := dice.IntN(4) == 0
		if stopping {
			d.stopFor(time.Duration(dice.IntN(60)) * time.Millisecond)
		}
		d.kill()
		if err := work(); err != nil && !stopping {
			t.Fatalf("kill %d: before it, the daemon refused what it must take: %v", done+1, err)
		}
		// And one in four comes twice: again while the log is read.
		if dice.IntN(4) == 0 {
			killStarting(t, program, dir, time.Duration(dice.IntN(120))*time.Millisecond)
		}
		d = start(t, program, dir)
		if problems := append(know.compare(t, d), leftovers(t, dir)...); len(problems) > 0 {
			t.Fatalf("after kill %d:\n%s", done+1, strings.Join(problems, "\n"))
		}
	}
	d.kill()
	t.Logf("%d kills: %d edits, %d undos, %d new records and %d imports were acknowledged, and all are there", done, know.edits, know.undos, know.made, know.loads)
}

// prepare imports the records that are edited, and the first of the imports, which makes both objects.
func prepare(t *testing.T, d *daemon, dir string) *knowledge {
	t.Helper()
	text := "name,counter\n"
	for i := range items {
		text += fmt.Sprintf("item %02d,%d\n", i, 1000+i)
	}
	know := &knowledge{counter: map[string]possible{}, load: map[int]state{}, ids: map[string]int64{}}
	if err := importText(d, dir, "item.csv", text); err != nil {
		t.Fatalf("import the items: %v", err)
	}
	if err := importText(d, dir, "line.csv", loadText(0)); err != nil {
		t.Fatalf("import the lines: %v", err)
	}
	know.load[0] = acknowledged
	page, err := list(d, "item")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page {
		know.ids[r["name"]] = id(r)
		know.counter[r["name"]] = possible{r["counter"]}
	}
	if len(page) != items {
		t.Fatalf("%d items were imported, want %d", len(page), items)
	}
	return know
}

func importText(d *daemon, dir, name, text string) error {
	path := filepath.Join(dir, brought, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return d.call("POST", "/import", map[string]any{"files": []map[string]string{{"name": name, "path": path}}, "yes": true}, nil)
}

const (
	brought = "brought" // the folder of files to import
	badRow  = "X,item 00,1,and,more"
)

// leftovers tells what imports that were killed left beside their files, or of their own; whole files of rejects are none.
func leftovers(t *testing.T, dir string) (problems []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, brought))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, brought, e.Name())
		if e.Name() == "item.csv" || e.Name() == "line.csv" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(e.Name(), "line.rejects") || !strings.HasSuffix(string(text), ","+badRow+"\n") {
			problems = append(problems, fmt.Sprintf("%s lies beside the files: %q, %v", e.Name(), text, err))
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, "run", "upload", "*"))
	if err != nil || len(left) > 0 {
		problems = append(problems, fmt.Sprintf("left by an import: %v, %v", left, err))
	}
	return problems
}

// loadText is an import whose rows all say which one they belong to, so that half of one would show. Its first row is none.
func loadText(load int) string {
	var b strings.Builder
	b.WriteString("line_code,item,load\n" + badRow + "\n")
	for i := range lines {
		fmt.Fprintf(&b, "L%06d-%03d,item %02d,%d\n", load, i, i%items, firstLoad+load)
	}
	return b.String()
}

// work starts people who write until the daemon is gone. The returned func waits for them, and tells if any was refused.
func (k *knowledge) work(d *daemon, dir string, seed uint64) (wait func() error) {
	var group sync.WaitGroup
	failures := make([]error, writers+1)
	for w := range writers {
		group.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(w)))
			for failures[w] == nil && k.edit(d, dice, w, &failures[w]) {
			}
		})
	}
	group.Go(func() {
		for load := len(k.load); ; load++ {
			k.set(func() { k.load[load] = flying })
			err := importText(d, dir, "line.csv", loadText(load))
			if err != nil {
				failures[writers] = alive(err)
				return
			}
			k.set(func() { k.load[load] = acknowledged; k.loads++ })
		}
	})
	return func() error {
		group.Wait()
		return errors.Join(failures...)
	}
}

// alive keeps an error only if the daemon answered with it.
func alive(err error) error {
	var no refused
	if errors.As(err, &no) {
		return err
	}
	return nil
}

// edit does one thing to one of a writer's own records; false when the daemon is gone.
func (k *knowledge) edit(d *daemon, dice *rand.Rand, writer int, failure *error) bool {
	name := fmt.Sprintf("item %02d", writer+writers*dice.IntN(items/writers))
	if dice.IntN(5) == 0 {
		name = fmt.Sprintf("new %d %d", writer, dice.Uint64())
		k.set(func() { k.counter[name] = possible{absent, "0"} })
		var made struct{ ID int64 }
		err := d.call("POST", "/objects/item/records", map[string]any{"values": map[string]any{"name": name, "counter": "0"}}, &made)
		if err != nil {
			*failure = alive(err)
			return false
		}
		k.set(func() { k.counter[name] = possible{"0"}; k.ids[name] = made.ID; k.made++ })
		return true
	}
	var record int64
	var before string
	k.set(func() { record, before = k.ids[name], k.counter[name][0] })
	after := strconv.Itoa(1_000_000 + dice.IntN(1_000_000_000))
	k.set(func() { k.counter[name] = possible{before, after} })
	var written struct{ Batch int64 }
	if err := d.call("PATCH", fmt.Sprintf("/objects/item/records/%d", record), map[string]any{"values": map[string]any{"counter": after}}, &written); err != nil {
		*failure = alive(err)
		return false
	}
	k.set(func() { k.counter[name] = possible{after}; k.edits++ })
	if dice.IntN(4) > 0 {
		return true
	}
	k.set(func() { k.counter[name] = possible{after, before} })
	if err := d.call("POST", "/undo", map[string]any{"id": written.Batch}, nil); err != nil {
		*failure = alive(err)
		return false
	}
	k.set(func() { k.counter[name] = possible{before}; k.undos++ })
	return true
}
