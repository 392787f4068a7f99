package duck_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

func TestWriteReadsWhatPeopleType(t *testing.T) {
	s := ducktest.Sales(t)
	acme := ducktest.Add(t, s, "account", crm.Values{"name": "Acme, Inc."})
	beta := ducktest.Add(t, s, "account", crm.Values{"name": "Béta  Co"})
	day := time.Date(2017, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		field string
		give  any
		want  any
	}{
		"money text":        {"amount", "$1,200.50", "1200.50"},
		"money number":      {"amount", 12.5, "12.50"},
		"money decimal":     {"amount", decimal.New(1250, -2), "12.50"},
		"date text":         {"closed_on", "1 Mar 2017", "2017-03-01"},
		"date":              {"closed_on", day, "2017-03-01"},
		"choice, any case":  {"stage", "engaging", "Engaging"},
		"choices text":      {"tags", "HOT; cold", "hot; cold"},
		"choices list":      {"tags", []any{"hot", "hot"}, "hot"},
		"yes":               {"urgent", "y", "yes"},
		"link by name":      {"account", "Acme, Inc.", "Acme, Inc."},
		"link folded":       {"account", "beta co", "Béta  Co"},
		"link by id":        {"account", acme, "Acme, Inc."},
		"link by #id":       {"account", "#2", "Béta  Co"},
		"link as JSON":      {"account", map[string]any{"id": float64(acme)}, "Acme, Inc."},
		"links, comma kept": {"partners", "Acme, Inc.", "Acme, Inc."},
		"links text":        {"partners", "béta co; Acme, Inc.", "Béta  Co; Acme, Inc."},
		"links by id":       {"partners", []int64{beta, acme, beta}, "Béta  Co; Acme, Inc."},
		"blank is empty":    {"name", "   ", ""},
		"long text as is":   {"notes", "  two\n lines ", "  two\n lines "},
	} {
		t.Run(name, func(t *testing.T) {
			id := ducktest.Add(t, s, "deal", crm.Values{tc.field: tc.give})
			r, err := s.Record(t.Context(), ducktest.Vic, "deal", id)
			if err != nil {
				t.Fatal(err)
			}
			schema, err := s.Schema(t.Context(), ducktest.Vic)
			if err != nil {
				t.Fatal(err)
			}
			o, _ := schema.Object("deal")
			f, _ := o.Field(tc.field)
			if got := f.Show(r.Values[tc.field]); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestWriteRefuses(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Twin"})
	ducktest.Add(t, s, "account", crm.Values{"name": "Twin"})
	ducktest.Add(t, s, "account", crm.Values{"name": "Gone"})
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: 3})
	deal := ducktest.Add(t, s, "deal", crm.Values{"name": "One", "stage": "New"})
	was := dump(t, s)
	for name, tc := range map[string]struct {
		edit crm.Edit
		kind fail.Kind
		says string
	}{
		"no such object":    {crm.Edit{Kind: crm.Create, Object: "nothing"}, fail.NotFound, "nothing"},
		"no such field":     {crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{"nothing": "1"}}, fail.NotFound, "nothing"},
		"no such record":    {crm.Edit{Kind: crm.Set, Object: "deal", ID: 99, Values: crm.Values{"name": "x"}}, fail.NotFound, "#99"},
		"no such edit":      {crm.Edit{Kind: "burn", Object: "deal", ID: deal}, fail.Invalid, "burn"},
		"required, created": {crm.Edit{Kind: crm.Create, Object: "account", Values: crm.Values{"sector": "retail"}}, fail.Invalid, "must not be empty"},
		"required, emptied": {crm.Edit{Kind: crm.Set, Object: "account", ID: 1, Values: crm.Values{"name": " "}}, fail.Invalid, "must not be empty"},
		"computed":          {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"half": "1"}}, fail.Invalid, "computed"},
		"illegal move":      {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"stage": "Won"}}, fail.Invalid, "cannot go from New to Won"},
		"illegal start":     {crm.Edit{Kind: crm.Create, Object: "deal", Values: crm.Values{"stage": "Lost"}}, fail.Invalid, "from empty to Lost"},
		"no option":         {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"tags": []string{"warm"}}}, fail.Invalid, "warm"},
		"bad date":          {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"closed_on": "31.2.2017"}}, fail.Invalid, "31.2.2017"},
		"ambiguous date":    {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"closed_on": "3/4/2017"}}, fail.Invalid, "3/4/2017"},
		"too many digits":   {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"amount": "1.005"}}, fail.Invalid, "1.005"},
		"too large":         {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"amount": "1e17"}}, fail.Invalid, "1e17"},
		"NUL":               {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"name": "a\x00b"}}, fail.Invalid, "cannot be kept"},
		"broken text":       {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"name": "a\xff"}}, fail.Invalid, "cannot be kept"},
		"strange value":     {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"name": struct{}{}}}, fail.Invalid, "Name"},
		"link to nobody":    {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"account": "Nobody"}}, fail.Invalid, "Nobody"},
		"link to no id":     {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"account": 77}}, fail.Invalid, "#77"},
		"link to the trash": {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"account": 3}}, fail.Invalid, "#3"},
		"ambiguous link":    {crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"account": "Twin"}}, fail.Invalid, "#1 and #2"},
		"in the trash":      {crm.Edit{Kind: crm.Set, Object: "account", ID: 3, Values: crm.Values{"name": "Back"}}, fail.Conflict, "trash"},
		"restore nothing":   {crm.Edit{Kind: crm.Restore, Object: "account", ID: 99}, fail.NotFound, "#99"},
	} {
		t.Run(name, func(t *testing.T) {
			// A good edit before the bad one: all or none.
			_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "account", Values: crm.Values{"name": "Good"}}, tc.edit}, crm.Cause{Kind: "edit"})
			if fail.KindOf(err) != tc.kind || !strings.Contains(fail.As(err).Message, tc.says) {
				t.Errorf("got %v (%s), want %s with %q", err, fail.KindOf(err), tc.kind, tc.says)
			}
			if !strings.HasPrefix(fail.As(err).Message, "Edit 2 of 2: ") {
				t.Errorf("%q does not say which edit", fail.As(err).Message)
			}
		})
	}
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Errorf("a refused write left something behind:\n%s", diff)
	}
}

func TestLostUpdateShowsBothValues(t *testing.T) {
	s := ducktest.Sales(t)
	id := ducktest.Add(t, s, "deal", crm.Values{"name": "One", "amount": "5"})
	seen, err := s.Record(t.Context(), ducktest.Ann, "deal", id)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"amount": "7"}})
	_, err = s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"amount": "6"}, IfVersion: seen.Version()}}, crm.Cause{})
	clashes, _ := fail.As(err).Detail.([]crm.Clash)
	if fail.KindOf(err) != fail.Conflict || len(clashes) != 1 || clashes[0].By != "ann" || clashes[0].Field != "amount" {
		t.Fatalf("got %v with %+v", err, clashes)
	}
	if yours, theirs := clashes[0].Yours, clashes[0].Theirs; !cmp.Equal(yours, jsonNumber("6.00")) || !cmp.Equal(theirs, jsonNumber("7.00")) {
		t.Errorf("yours %v, theirs %v", yours, theirs)
	}
	// Both want the same: nobody loses anything.
	if _, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Set, Object: "deal", ID: id, Values: crm.Values{"amount": "7.00"}, IfVersion: seen.Version()}}, crm.Cause{}); err != nil {
		t.Errorf("the same value again: %v", err)
	}
}

func TestEditThatChangesNothingLeavesNoTrace(t *testing.T) {
	s := ducktest.Sales(t)
	acme := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	values := crm.Values{"name": "One", "amount": "5", "tags": "hot", "account": "Acme", "partners": []int64{acme}, "closed_on": "2017-03-01", "met_at": "2017-03-01 10:11:12.5", "urgent": "no"}
	id := ducktest.Add(t, s, "deal", values)
	before, err := s.Record(t.Context(), ducktest.Ann, "deal", id)
	if err != nil {
		t.Fatal(err)
	}
	w := write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: id, Values: values})
	if w.Batch != 0 || len(w.Changes) != 0 || !cmp.Equal(w.IDs, []int64{id}) {
		t.Errorf("written %+v", w)
	}
	after, err := s.Record(t.Context(), ducktest.Ann, "deal", id)
	if err != nil || after.Version() != before.Version() {
		t.Errorf("version went from %d to %d: %v", before.Version(), after.Version(), err)
	}
}

func TestDeletedRecordLeavesNoLinks(t *testing.T) {
	s := ducktest.Sales(t)
	acme := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	beta := ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
	deal := ducktest.Add(t, s, "deal", crm.Values{"account": acme, "partners": []int64{beta, acme}})
	w := write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: acme})
	r, err := s.Record(t.Context(), ducktest.Vic, "deal", deal)
	if err != nil || r.Values["account"] != nil || !cmp.Equal(r.Values["partners"], []crm.Ref{{ID: beta, Name: "Beta"}}) {
		t.Errorf("the deal still links: %v %v", r.Values, err)
	}
	if _, err := s.Undo(t.Context(), ducktest.Ann, w.Batch); err != nil {
		t.Fatal(err)
	}
	r, err = s.Record(t.Context(), ducktest.Vic, "deal", deal)
	want := []crm.Ref{{ID: beta, Name: "Beta"}, {ID: acme, Name: "Acme"}}
	if err != nil || !cmp.Equal(r.Values["account"], crm.Ref{ID: acme, Name: "Acme"}) || !cmp.Equal(r.Values["partners"], want) {
		t.Errorf("undo did not bring the links back: %v %v", r.Values, err)
	}

	// A record that is restored is linked to again, but where somebody has linked to another since.
	other := ducktest.Add(t, s, "deal", crm.Values{"account": acme})
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: acme})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: other, Values: crm.Values{"account": beta}})
	back := write(t, s, crm.Edit{Kind: crm.Restore, Object: "account", ID: acme})
	r, err = s.Record(t.Context(), ducktest.Vic, "deal", deal)
	if err != nil || !cmp.Equal(r.Values["account"], crm.Ref{ID: acme, Name: "Acme"}) || !cmp.Equal(r.Values["partners"], want) {
		t.Errorf("restoring did not bring the links back: %v %v", r.Values, err)
	}
	if r, err = s.Record(t.Context(), ducktest.Vic, "deal", other); err != nil || !cmp.Equal(r.Values["account"], crm.Ref{ID: beta, Name: "Beta"}) {
		t.Errorf("restoring took a newer link away: %v %v", r.Values, err)
	}
	undo(t, s, undo(t, s, back.Batch).Batch)
	// A record that comes out of the trash alone has no links to what is gone by then.
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "deal", ID: deal}, crm.Edit{Kind: crm.Delete, Object: "account", ID: acme})
	write(t, s, crm.Edit{Kind: crm.Restore, Object: "deal", ID: deal})
	r, err = s.Record(t.Context(), ducktest.Vic, "deal", deal)
	if err != nil || r.Deleted || r.Values["account"] != nil || !cmp.Equal(r.Values["partners"], []crm.Ref{{ID: beta, Name: "Beta"}}) {
		t.Errorf("restored with %v %v", r.Values, err)
	}
}

func TestRequiredLinkHoldsItsRecord(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Make(t, s, crm.Object{Name: "invoice", Fields: []crm.Field{{Name: "number", Type: crm.Text}, {Name: "payer", Type: crm.Link, Target: "account", Required: true}}})
	acme := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	ducktest.Add(t, s, "invoice", crm.Values{"number": "1", "payer": acme})
	_, err := s.Write(t.Context(), ducktest.Ann, []crm.Edit{{Kind: crm.Delete, Object: "account", ID: acme}}, crm.Cause{})
	if fail.KindOf(err) != fail.Conflict {
		t.Errorf("got %v, want a conflict", err)
	}
}

func TestHistoryTellsWhoDidWhat(t *testing.T) {
	s := ducktest.Sales(t)
	acme := ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	deal := ducktest.Add(t, s, "deal", crm.Values{"amount": "5"})
	w := write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"amount": "6.5", "account": acme, "closed_on": "2017-03-01"}},
		crm.Edit{Kind: crm.Set, Object: "deal", ID: deal, Values: crm.Values{"tags": "hot"}})
	got, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Object: "deal", Record: deal})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[2].Kind != "create" || got[2].Before != nil || got[2].After != nil {
		t.Fatalf("history is %+v", got)
	}
	set := got[1]
	want := crm.Change{ID: w.Changes[0], At: set.At, Who: "ann", Via: "cli", Kind: "set", Object: "deal", Record: deal, Batch: w.Batch, Cause: crm.Cause{Kind: "edit"},
		Before: map[string]any{"amount": jsonNumber("5.00"), "account": nil, "closed_on": nil},
		After:  map[string]any{"amount": jsonNumber("6.50"), "account": crm.Ref{ID: acme, Name: "Acme"}, "closed_on": "2017-03-01"}}
	if diff := cmp.Diff(want, set); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	u, err := s.Undo(t.Context(), ducktest.Ann, w.Batch)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Batches(t.Context(), ducktest.Vic, "deal", 0, 2)
	if err != nil || len(b) != 2 {
		t.Fatalf("batches are %+v %v", b, err)
	}
	if b[0].ID != u.Batch || b[0].Undoes != w.Batch || b[0].Undone || b[1].ID != w.Batch || !b[1].Undone || b[1].Parts[0].Count != 2 {
		t.Errorf("batches are %+v", b)
	}
	page, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Object: "deal", After: got[0].ID, Limit: 1})
	if err != nil || len(page) != 1 || page[0].ID != got[1].ID {
		t.Errorf("the page after %d is %+v %v", got[0].ID, page, err)
	}
}
