package duck_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

// team opens a workspace with the sources of companies.
func team(t testing.TB, n int) (*duck.Store, crm.Imported) {
	t.Helper()
	s := ducktest.Open(t, duck.Options{})
	alts, sources := companies(n)
	got, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s, got
}

func hits(t testing.TB, s *duck.Store, fuzzy bool, phrases ...string) []string {
	t.Helper()
	found, err := s.Lookup(t.Context(), ann, phrases, fuzzy)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range found {
		line := fmt.Sprintf("%s: %s.%s=%s %d", h.Phrase, h.Object, h.Field, h.Value, h.Distance)
		if h.Partial {
			line += " partial"
		}
		out = append(out, line)
	}
	return out
}

func TestLookup(t *testing.T) {
	s, _ := team(t, 400)
	for _, tc := range []struct {
		phrase string
		fuzzy  bool
		want   []string // the first hits
	}{
		{"darcel schlecht", false, []string{"darcel schlecht: agents.sales_agent=Darcel Schlecht 0"}},
		{"  DARCEL   schlècht ", false, []string{"  DARCEL   schlècht : agents.sales_agent=Darcel Schlecht 0"}},
		{"rosie papadopolous", true, []string{"rosie papadopolous: agents.sales_agent=Rosie Papadopoulos 2"}},
		{"rosie papadopolous", false, nil},
		{"technology", true, []string{"technology: accounts.sector=technolgy 1"}},
		{"technology", false, nil},
		{"retail", true, []string{"retail: accounts.sector=retail 0"}},
		{"gtxpro 7", false, []string{"gtxpro 7: products.product=GTX Pro 7 1"}},
		{"GTX Pro 8", true, []string{"GTX Pro 8: products.product=GTX Pro 8 0"}},
		{"gtx pro 99", true, nil}, // another number is another product
		{"engaging", true, []string{"engaging: opportunities.deal_stage=Engaging 0"}},
		{"wonn", true, nil}, // too short to be guessed at
		{"nordics", true, nil},
		{"", true, nil},
		{"?!", true, nil},
		{"'; DROP TABLE crm.agents; --", true, nil},
	} {
		got := hits(t, s, tc.fuzzy, tc.phrase)
		if len(tc.want) == 0 && len(got) > 0 || !slices.Equal(tc.want, got[:min(len(got), len(tc.want))]) {
			t.Errorf("%q fuzzy %v: want %q, got %q", tc.phrase, tc.fuzzy, tc.want, got[:min(len(got), 3)])
		}
	}
	got := hits(t, s, true, "anna", "papadopolous", "levy")
	for _, want := range []string{"anna: agents.sales_agent=Anna Levy 0 partial", "levy: agents.sales_agent=Anna Levy 0 partial", "papadopolous: agents.sales_agent=Anna Papadopoulos 2 partial"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if _, err := s.Lookup(t.Context(), ident.Caller{}, []string{"x"}, true); fail.KindOf(err) != fail.Denied {
		t.Errorf("nobody: %v", err)
	}
}

// What is written is found at once, what is gone is not, however it was written.
func TestLookupFollowsTheData(t *testing.T) {
	s, imported := team(t, 40)
	has := func(phrase string, want bool) {
		t.Helper()
		if got := hits(t, s, true, phrase); (len(got) > 0) != want {
			t.Errorf("%q: %q", phrase, got)
		}
		found, err := s.Search(t.Context(), ann, phrase, "agents", 0)
		if err != nil || (len(found) > 0) != want {
			t.Errorf("search %q: %v, %v", phrase, found, err)
		}
	}
	edit := func(e crm.Edit) crm.Written {
		t.Helper()
		w, err := s.Write(t.Context(), ann, []crm.Edit{e}, crm.Cause{Kind: "edit"})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	has("Quentin Zweig", false)
	id := edit(crm.Edit{Kind: crm.Create, Object: "agents", Values: crm.Values{"sales_agent": "Quentin Zweig"}}).IDs[0]
	has("quentin zweig", true)
	set := edit(crm.Edit{Kind: crm.Set, Object: "agents", ID: id, Values: crm.Values{"sales_agent": "Yolanda Xu"}})
	has("quentin zweig", false)
	has("yolanda xu", true)
	if _, err := s.Undo(t.Context(), ann, set.Batch); err != nil {
		t.Fatal(err)
	}
	has("yolanda xu", false)
	has("quentin zweig", true)
	edit(crm.Edit{Kind: crm.Delete, Object: "agents", ID: id})
	has("quentin zweig", false)
	edit(crm.Edit{Kind: crm.Restore, Object: "agents", ID: id})
	has("quentin zweig", true)
	_, err := s.Alter(t.Context(), ann, []crm.Alteration{{Kind: crm.RenameObject, Name: "agents", To: "reps"}, {Kind: crm.RenameField, Object: crm.Object{Name: "reps"}, Name: "sales_agent", To: "rep"}}, crm.Cause{Kind: "schema"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Quentin Zweig: reps.rep=Quentin Zweig 0"}, hits(t, s, false, "Quentin Zweig")); diff != "" {
		t.Error(diff)
	}
	// A rename alone, a new field, and a field that is no longer text.
	for _, alt := range []crm.Alteration{
		{Kind: crm.RenameObject, Name: "reps", To: "sellers"},
		{Kind: crm.AddField, Object: crm.Object{Name: "sellers"}, Field: crm.Field{Name: "nickname", Type: crm.Text}},
		{Kind: crm.SetObject, Object: crm.Object{Name: "sellers", Label: "seller", Plural: "sellers"}},
	} {
		if _, err := s.Alter(t.Context(), ann, []crm.Alteration{alt}, crm.Cause{Kind: "schema"}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"Quentin Zweig: sellers.rep=Quentin Zweig 0"}, hits(t, s, false, "Quentin Zweig")); diff != "" {
			t.Errorf("%s: %s", alt.Kind, diff)
		}
	}
	if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Set, Object: "sellers", ID: id, Values: crm.Values{"nickname": "Quenny"}}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	if got := hits(t, s, false, "quenny"); len(got) != 1 {
		t.Errorf("a new field's value: %q", got)
	}
	if _, err := s.Undo(t.Context(), ann, imported.Batch); err == nil {
		t.Error("an import was undone below what was built on it")
	}
}

// A value is found alike whether it came with an import, which makes keys in SQL, or by an edit, which makes them in Go.
func TestLookupOfOddSpellings(t *testing.T) {
	names := []string{"Müller-Lüdenscheidt & Söhne", "O'Brien, Ann-Marie", "ÅNGSTRÖM  Labs", "東京 商事", "Šćepanović", "A.B.C. Ltd.", "\"Quoted\" Inc", "3M", "Ænima Œuvre", "İstanbul Gıda", "Straße 9"}
	for way, add := range map[string]func(s *duck.Store){
		"import": func(s *duck.Store) {
			var lines [][]any
			for _, n := range names {
				lines = append(lines, []any{n, nil, nil})
			}
			if _, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents(lines...)}, crm.ImportOptions{}); err != nil {
				t.Fatal(err)
			}
		},
		"edit": func(s *duck.Store) {
			lines := [][]any{}
			for i := range 100 {
				lines = append(lines, []any{fmt.Sprint("filler ", i), nil, nil})
			}
			if _, err := s.Import(t.Context(), ann, byImport, []crm.Alteration{addTeam}, []crm.Source{agents(lines...)}, crm.ImportOptions{}); err != nil {
				t.Fatal(err)
			}
			hits(t, s, false, "x")
			for _, n := range names {
				ducktest.Add(t, s, "agent", crm.Values{"agent": n})
			}
		},
	} {
		s := ducktest.Open(t, duck.Options{})
		add(s)
		for _, n := range names {
			if got := hits(t, s, false, n); len(got) != 1 {
				t.Errorf("%s: %q gives %q", way, n, got)
			}
			if got, err := s.Search(t.Context(), ann, n, "", 0); err != nil || len(got) != 1 {
				t.Errorf("%s: search %q gives %v, %v", way, n, got, err)
			}
		}
		for phrase, want := range map[string]string{"mueller": "", "muller ludenscheidt sohne": "Müller-Lüdenscheidt & Söhne", "obrien": "", "angstrom labs": "ÅNGSTRÖM  Labs", "abc ltd": "A.B.C. Ltd.", "scepanovic": "Šćepanović"} {
			got := hits(t, s, false, phrase)
			if want == "" && len(got) != 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], "="+want+" ")) {
				t.Errorf("%s: %q gives %q, want %q", way, phrase, got, want)
			}
		}
	}
}

func TestLookupAfterReopening(t *testing.T) {
	dir := t.TempDir()
	s, err := duck.Open(t.Context(), duck.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	alts, sources := companies(40)
	if _, err := s.Import(t.Context(), ann, byImport, alts, sources, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(hits(t, s, false, "darcel schlecht")) == 0 {
		t.Error("not found before")
	}
	id := ducktest.Add(t, s, "agents", crm.Values{"sales_agent": "Quentin Zweig"})
	if len(hits(t, s, false, "quentin zweig")) == 0 {
		t.Error("the new one is not found before")
	}
	if _, err := s.Write(t.Context(), ann, []crm.Edit{{Kind: crm.Set, Object: "agents", ID: id, Values: crm.Values{"sales_agent": "Yolanda Xu"}}}, crm.Cause{Kind: "edit"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = ducktest.Open(t, duck.Options{Dir: dir})
	if got := hits(t, s, false, "darcel schlecht", "quentin zweig", "yolanda xu"); len(got) != 2 {
		t.Errorf("after reopening: %q", got)
	}
}

func TestSearch(t *testing.T) {
	s, _ := team(t, 400)
	for _, tc := range []struct {
		text, object string
		want         crm.Found
	}{
		{"darcel schl", "", crm.Found{Object: "agents", Title: "Darcel Schlecht", Where: "sales_agent"}},
		{"SCHLECHT, Darcel", "agents", crm.Found{Object: "agents", Title: "Darcel Schlecht", Where: "sales_agent"}},
		{"technol group", "accounts", crm.Found{Object: "accounts", Title: "Schlecht Group", Where: "account"}},
		{"9E3779B1", "", crm.Found{Object: "opportunities", Title: "9E3779B1", Where: "opportunity_id"}},
	} {
		got, err := s.Search(t.Context(), ann, tc.text, tc.object, 5)
		if err != nil || len(got) == 0 {
			t.Errorf("%q: %v, %v", tc.text, got, err)
			continue
		}
		if len(got) > 5 {
			t.Errorf("%q: %d found", tc.text, len(got))
		}
		got[0].ID = 0
		if diff := cmp.Diff(tc.want, got[0]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tc.text, diff)
		}
	}
	for _, text := range []string{"", " ,;", "zzzz", "darcel zzzz"} {
		if got, err := s.Search(t.Context(), ann, text, "", 0); err != nil || len(got) != 0 {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := s.Search(t.Context(), ann, "x", "nosuch", 0); fail.KindOf(err) != fail.NotFound {
		t.Errorf("an object that is not there: %v", err)
	}
}

func BenchmarkWords(b *testing.B) {
	s, _ := team(b, 1_000_000)
	start := time.Now()
	hits(b, s, true, "x")
	b.Logf("made in %v", time.Since(start))
	question := []string{"how", "many", "deals", "did", "darcel", "schlecht", "darcel schlecht", "win", "with", "technology", "companies", "in", "q3", "2017", "for", "gtx", "pro", "7",
		"gtx pro", "pro 7", "gtx pro 7", "how many", "many deals", "deals did", "did darcel", "schlecht win", "win with", "with technology", "technology companies", "companies in", "in q3", "q3 2017",
		"rosie papadopolous", "rosie", "papadopolous", "group", "works", "trading", "levy trading", "levy trading group"}
	time1 := func(name string, n int, fn func(i int)) {
		all := make([]time.Duration, n)
		before := cpu(b)
		for i := range n {
			t := time.Now()
			fn(i)
			all[i] = time.Since(t)
		}
		slices.Sort(all)
		b.Logf("%-28s p50 %8v  p99 %8v  processor time each %v", name, all[n/2].Round(10*time.Microsecond), all[n*99/100].Round(10*time.Microsecond), ((cpu(b) - before) / time.Duration(n)).Round(10*time.Microsecond))
	}
	search := func(text string) func(int) {
		return func(int) {
			if _, err := s.Search(b.Context(), ann, text, "", 20); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		time1("40 phrases, fuzzy", 200, func(int) { hits(b, s, true, question...) })
		time1("40 phrases, exact", 200, func(int) { hits(b, s, false, question...) })
		time1("20 phrases, three in the data", 200, func(int) {
			hits(b, s, true, "how", "many", "deals", "darcel schlecht", "win", "with", "technology", "in", "q3", "2017", "how many", "many deals", "deals did", "win with", "with technology", "in q3", "q3 2017", "for", "gtx pro 7", "over")
		})
		time1("none in the data", 200, func(int) { hits(b, s, true, "apple pie", "qqqq", "wwwww eeee") })
		time1("search one letter", 50, search("a"))
		time1("search one word", 50, search("darcel"))
		time1("search two words", 50, search("schl group"))
		time1("search a code", 50, search("9E3779B1"))
		time1("edit, then look", 30, func(i int) {
			ducktest.Add(b, s, "agents", crm.Values{"sales_agent": fmt.Sprint("Someone New ", i)})
			hits(b, s, true, question...)
		})
		time1("40 phrases, after edits", 100, func(int) { hits(b, s, true, question...) })
	}
}

// cpu is the processor time that this process has used: it does not depend on what else the machine does.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
