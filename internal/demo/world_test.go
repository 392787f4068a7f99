package demo_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"openclaw/internal/demo"
)

var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func files(t *testing.T, w demo.World) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, f := range w.Files() {
		out[f.Name] = f.Data
	}
	return out
}

func TestSameSeedSameWorld(t *testing.T) {
	a, b := demo.Generate(7, 300, today), demo.Generate(7, 300, today)
	if diff := cmp.Diff(files(t, a), files(t, b)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(files(t, a)["deal.csv"], files(t, demo.Generate(8, 300, today))["deal.csv"]) {
		t.Error("another seed made the same deals")
	}
}

func TestWorldHangsTogether(t *testing.T) {
	for _, deals := range []int{1, demo.Deals, 20_000} {
		w := demo.Generate(1, deals, today)
		if len(w.Deals) != deals {
			t.Fatalf("%d deals, want %d", len(w.Deals), deals)
		}
		companies, people, dealNos := map[string]bool{"": true}, map[string]string{}, map[string]bool{"": true}
		for _, c := range w.Companies {
			if companies[c.Name] || !companies[c.Parent] {
				t.Errorf("company %q stands twice or its parent %q is not there", c.Name, c.Parent)
			}
			companies[c.Name] = true
		}
		for _, p := range w.People {
			people[p.No] = p.Company
		}
		open := 0
		for _, d := range w.Deals {
			dealNos[d.No] = true
			if at, known := people[d.Contact]; d.Contact != "" && (!known || at != d.Company) {
				t.Errorf("%s: its contact %q works elsewhere", d.No, d.Contact)
			}
			closed := d.Stage == "Won" || d.Stage == "Lost"
			if closed == d.Closed.IsZero() || (closed && !d.Amount.Valid) || d.Closed.After(today) || !companies[d.Company] {
				t.Errorf("%s makes no sense: %+v", d.No, d)
			}
			if !closed {
				open++
			}
		}
		if deals >= demo.Deals && (open*100/deals < 10 || open*100/deals > 40) {
			t.Errorf("%d of %d deals are open", open, deals)
		}
		for _, i := range w.Invoices {
			if !dealNos[i.Deal] || !companies[i.Company] {
				t.Errorf("invoice %s belongs to nothing", i.No)
			}
		}
	}
}

// TestTraps makes sure that the files are as bad as they promise, since imports are tested with them.
func TestTraps(t *testing.T) {
	w := demo.Generate(1, demo.Deals, today)
	f := files(t, w)
	if !bytes.HasPrefix(f["company.csv"], []byte("\ufeff")) {
		t.Error("company.csv has no byte order mark")
	}
	if utf8.Valid(f["people.csv"]) {
		t.Error("people.csv is valid UTF-8")
	}
	if text, err := charmap.Windows1252.NewDecoder().Bytes(f["people.csv"]); err != nil || !bytes.Contains(text, []byte("José")) {
		t.Errorf("people.csv is not Windows-1252 with its names: %v", err)
	}
	torn := 0
	for _, line := range strings.Split(strings.TrimSpace(string(f["task.csv"])), "\n") {
		if strings.Count(line, ",") == 8 {
			torn++
		}
	}
	if torn < 1 || torn > 3 {
		t.Errorf("%d rows of task.csv have a comma too many", torn)
	}
	wide := 0
	for _, line := range strings.Split(strings.TrimSpace(string(f["deal.csv"])), "\n") {
		if !strings.Contains(line, `"`) && strings.Count(line, ",") == 14 {
			wide++
		}
	}
	if wide != 1 {
		t.Errorf("%d rows of deal.csv have an unquoted number, want 1", wide)
	}
	for name, wants := range map[string][]string{
		"deal.csv":    {",TorrentPro,", ",N/A,", ",NULL,", "/24/20", ",trade fair,"},
		"company.csv": {",00100,", ",-,"},
		"product.csv": {`"1,290.00"`},
		"invoice.csv": {";0", "\r\n", ",90\r"},
	} {
		for _, want := range wants {
			if !bytes.Contains(f[name], []byte(want)) {
				t.Errorf("%s has no %q", name, want)
			}
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(f["rep.csv"])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if d, err := time.Parse("02/01/2006", row[4]); err != nil || d.Day() > 12 {
			t.Errorf("rep.csv: %s tells the day from the month", row[4])
		}
	}
}
