package crash_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// possible is what a value may be: one when it was acknowledged, two while a write was on its way.
type possible []string

// absent stands for a record that is not there.
const absent = "absent"

// state is what is known of an import.
type state int

const (
	flying       state = iota // sent, not answered: all of it or nothing
	acknowledged              // all of it
)

// knowledge is what people were told, and so what must be true.
type knowledge struct {
	mu      sync.Mutex
	counter map[string]possible // by the item's name
	ids     map[string]int64
	load    map[int]state

	edits, undos, made, loads int
}

func (k *knowledge) set(change func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	change()
}

// compare looks at everything and says what is wrong. What was in doubt is known afterwards.
func (k *knowledge) compare(t *testing.T, d *daemon) (problems []string) {
	t.Helper()
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	all, err := list(d, "item")
	if err != nil {
		t.Fatalf("list the items: %v", err)
	}
	there := map[string]string{}
	values := map[int64]string{}
	for _, r := range all {
		if _, twice := there[r["name"]]; twice {
			wrong("%s is there twice", r["name"])
		}
		there[r["name"]], values[id(r)] = r["counter"], r["counter"]
		k.ids[r["name"]] = id(r)
		if k.counter[r["name"]] == nil {
			wrong("%s is there and nobody made it", r["name"])
		}
	}
	for name, may := range k.counter {
		got, ok := there[name]
		if !ok {
			got = absent
		}
		if !slices.Contains(may, got) {
			wrong("%s is %s, and can only be %v", name, got, may)
		}
		if k.counter[name] = (possible{got}); got == absent {
			delete(k.counter, name)
		}
	}
	problems = append(problems, k.compareLoads(t, d)...)
	return append(problems, history(t, d, values)...)
}

func (k *knowledge) compareLoads(t *testing.T, d *daemon) (problems []string) {
	t.Helper()
	newest := len(k.load) - 1
	for load, known := range k.load {
		if load < newest-20 {
			continue // looked at after twenty kills
		}
		var page struct{ Total int64 }
		if err := d.call("GET", "/objects/line/records?limit=1&filter="+url.QueryEscape(fmt.Sprintf("load = %d", firstLoad+load)), nil, &page); err != nil {
			t.Fatalf("count an import: %v", err)
		}
		switch {
		case page.Total == lines:
			k.load[load] = acknowledged
		case page.Total == 0 && known == flying:
			delete(k.load, load)
		default:
			problems = append(problems, fmt.Sprintf("import %d has %d of %d rows", load, page.Total, lines))
		}
	}
	return problems
}

// history walks the newest changes back and holds each to the one before it, and the newest to the data.
func history(t *testing.T, d *daemon, values map[int64]string) (problems []string) {
	t.Helper()
	var page struct {
		Changes []struct {
			ID, Record    int64
			Kind, Field   string
			Before, After any
		}
	}
	if err := d.call("GET", "/history?object=item&limit=1000", nil, &page); err != nil {
		t.Fatalf("read the history: %v", err)
	}
	if len(page.Changes) == 0 {
		return []string{"there is no history"}
	}
	for _, c := range page.Changes {
		if c.Kind != "set" || c.Field != "counter" {
			continue
		}
		if at, ok := values[c.Record]; !ok || fmt.Sprint(c.After) != at {
			problems = append(problems, fmt.Sprintf("change %d left record %d at %v, and what follows says %s", c.ID, c.Record, c.After, at))
		}
		values[c.Record] = fmt.Sprint(c.Before)
	}
	return problems
}

// list reads all records of an object as text.
func list(d *daemon, object string) ([]map[string]string, error) {
	var out []map[string]string
	after := ""
	for {
		var page struct {
			Columns []string
			Rows    [][]any
			After   string
		}
		if err := d.call("GET", "/objects/"+object+"/records?limit=1000&total=no&after="+url.QueryEscape(after), nil, &page); err != nil {
			return nil, err
		}
		for _, row := range page.Rows {
			r := map[string]string{}
			for i, v := range row {
				r[page.Columns[i]] = text(v)
			}
			out = append(out, r)
		}
		if after = page.After; after == "" {
			return out, nil
		}
	}
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return fmt.Sprint(v)
}

func id(r map[string]string) int64 {
	n, _ := strconv.ParseInt(r["id"], 10, 64) // 0 is no record
	return n
}
