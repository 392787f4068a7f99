package duck_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

func TestAlterRefuses(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme", "sector": "retail"})
	ducktest.Add(t, s, "deal", crm.Values{"name": "Acme", "amount": 1})
	on := func(object string) crm.Object { return crm.Object{Name: object} }
	was := dump(t, s)
	add := func(f crm.Field) crm.Alteration {
		return crm.Alteration{Kind: crm.AddField, Object: on("deal"), Field: f}
	}
	for name, tc := range map[string]struct {
		alt  crm.Alteration
		kind fail.Kind
		says string
	}{
		"no such object":        {crm.Alteration{Kind: crm.RemoveObject, Name: "nothing"}, fail.NotFound, "nothing"},
		"no such field":         {crm.Alteration{Kind: crm.RemoveField, Object: on("deal"), Name: "nothing"}, fail.NotFound, "nothing"},
		"no such change":        {crm.Alteration{Kind: "burn", Object: on("deal")}, fail.Invalid, "burn"},
		"object exists":         {crm.Alteration{Kind: crm.AddObject, Object: on("deal")}, fail.Conflict, "deal"},
		"object's name":         {crm.Alteration{Kind: crm.AddObject, Object: on(`x"; DROP SCHEMA crm`)}, fail.Invalid, "name"},
		"object like a view":    {crm.Alteration{Kind: crm.AddObject, Object: on("v_deal")}, fail.Invalid, "v_deal"},
		"field exists":          {add(crm.Field{Name: "amount", Type: crm.Text}), fail.Conflict, "amount"},
		"field's column exists": {add(crm.Field{Name: "account_id", Type: crm.Number}), fail.Conflict, "account"},
		"field's name is ours":  {add(crm.Field{Name: "created_at", Type: crm.Date}), fail.Invalid, "created_at"},
		"field's name":          {add(crm.Field{Name: "Close Value", Type: crm.Text}), fail.Invalid, "Close Value"},
		"no type":               {add(crm.Field{Name: "more"}), fail.Invalid, "type"},
		"link to nothing":       {add(crm.Field{Name: "more", Type: crm.Link, Target: "nothing"}), fail.Invalid, "nothing"},
		"link without target":   {add(crm.Field{Name: "more", Type: crm.Link}), fail.Invalid, "link"},
		"a label twice":         {add(crm.Field{Name: "more", Label: "closed ON", Type: crm.Date}), fail.Conflict, "closed_on"},
		"a label as set":        {crm.Alteration{Kind: crm.SetField, Object: on("account"), Field: crm.Field{Name: "employees", Label: "Náme", Type: crm.Number}}, fail.Conflict, "name"},
		"a label by its name":   {crm.Alteration{Kind: crm.RenameField, Object: on("deal"), Name: "urgent", To: "met__at"}, fail.Conflict, "met_at"},
		"an object called so":   {crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "sale", Label: "Deal", Plural: "sales"}}, fail.Conflict, "deal"},
		"objects called so":     {crm.Alteration{Kind: crm.SetObject, Object: crm.Object{Name: "account", Plural: "Deals"}}, fail.Conflict, "account"},
		"a role twice":          {add(crm.Field{Name: "more", Type: crm.Text, Role: crm.RoleName}), fail.Conflict, "Name"},
		"options alike":         {add(crm.Field{Name: "more", Type: crm.Choice, Options: []crm.Option{{Value: "a"}, {Value: "A"}}}), fail.Invalid, "A"},
		"a move to nowhere":     {add(crm.Field{Name: "more", Type: crm.Choice, Options: []crm.Option{{Value: "a"}}, Moves: []crm.Move{{From: "a", To: "b"}}}), fail.Invalid, "b"},
		"computed of nothing":   {add(crm.Field{Name: "more", Type: crm.Computed, Expr: "nothing + 1", Result: crm.Number}), fail.Invalid, "nothing"},
		"computed by a query":   {add(crm.Field{Name: "more", Type: crm.Computed, Expr: "(SELECT count(*) FROM meta.session)", Result: crm.Number}), fail.Invalid, "own fields"},
		"computed by a file":    {add(crm.Field{Name: "more", Type: crm.Computed, Expr: "(SELECT content FROM read_text('x'))", Result: crm.Text}), fail.Invalid, ""},
		"computed, two in one":  {add(crm.Field{Name: "more", Type: crm.Computed, Expr: "1, 2", Result: crm.Number}), fail.Invalid, "one value"},
		"computed, breaking":    {add(crm.Field{Name: "more", Type: crm.Computed, Expr: "1)) AS x, ((2", Result: crm.Number}), fail.Invalid, ""},
		"removed, linked to":    {crm.Alteration{Kind: crm.RemoveObject, Name: "account"}, fail.Conflict, "Account of deal"},
		"removed, computed of":  {crm.Alteration{Kind: crm.RemoveField, Object: on("deal"), Name: "amount"}, fail.Invalid, "Half"},
		"option in use":         {crm.Alteration{Kind: crm.SetField, Object: on("account"), Field: crm.Field{Name: "sector", Type: crm.Choice, Options: []crm.Option{{Value: "medical"}}}}, fail.Conflict, "retail"},
		"type by set":           {crm.Alteration{Kind: crm.SetField, Object: on("account"), Field: crm.Field{Name: "sector", Type: crm.Text}}, fail.Invalid, "choice"},
		"values lost":           {crm.Alteration{Kind: crm.ChangeField, Object: on("account"), Field: crm.Field{Name: "name", Type: crm.Date}}, fail.Conflict, "Acme"},
		"nothing to restore":    {crm.Alteration{Kind: crm.RestoreField, Object: on("deal"), Name: "amount"}, fail.NotFound, "amount"},
		"no object to restore":  {crm.Alteration{Kind: crm.RestoreObject, Name: "deal"}, fail.NotFound, "deal"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{{Kind: crm.AddObject, Object: on("good")}, tc.alt}, crm.Cause{Kind: "schema"})
			if fail.KindOf(err) != tc.kind || !strings.Contains(fail.As(err).Message, tc.says) {
				t.Errorf("got %v (%s), want %s with %q", err, fail.KindOf(err), tc.kind, tc.says)
			}
		})
	}
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Errorf("a refused alteration left something behind:\n%s", diff)
	}
}

// TestLinksStayWithTheirRecords makes one link several and back: names that two records share, or that hold a semicolon,
// are nothing to that.
func TestLinksStayWithTheirRecords(t *testing.T) {
	s := ducktest.Sales(t)
	for _, called := range []string{"Acme", "Acme", "Beta; Gamma"} {
		ducktest.Add(t, s, "account", crm.Values{"name": called})
	}
	one, several := crm.Field{Name: "it", Type: crm.Link, Target: "account"}, crm.Field{Name: "it", Type: crm.Links, Target: "account"}
	ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "name", Type: crm.Text}, one}})
	for _, id := range []int64{2, 1, 3} {
		ducktest.Add(t, s, "thing", crm.Values{"it": id})
	}
	ducktest.Add(t, s, "thing", crm.Values{"it": nil})
	change := func(to crm.Field, lost int64, sample ...string) crm.Alteration {
		t.Helper()
		tried, err := s.TryChange(t.Context(), ducktest.Vic, "thing", to)
		if err != nil {
			t.Fatal(err)
		}
		if tried.Lost != lost || !slices.Equal(tried.Sample, sample) {
			t.Errorf("tried: %+v, want %d lost, such as %q", tried, lost, sample)
		}
		return crm.Alteration{Kind: crm.ChangeField, Object: on("thing"), Field: to, Lossy: lost > 0}
	}
	holds := func(want string) {
		t.Helper()
		if got := fmt.Sprint(ask(t, s, "SELECT * EXCLUDE (id, created_at, updated_at, name) FROM crm.thing ORDER BY id")); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	holds("[[2] [1] [3] [<nil>]]")
	was := dump(t, s)
	first := alter(t, s, change(several, 0))
	holds("[[[2]] [[1]] [[3]] [<nil>]]")
	edit := write(t, s, crm.Edit{Kind: crm.Set, Object: "thing", ID: 1, Values: crm.Values{"it": []int64{3, 1}}})
	back := alter(t, s, change(one, 1, "Beta; Gamma; Acme"))
	holds("[[<nil>] [1] [3] [<nil>]]")
	undo(t, s, back.Batch)
	holds("[[[3,1]] [[1]] [[3]] [<nil>]]")
	history, err := s.History(t.Context(), ducktest.Vic, crm.HistoryQuery{Batch: first.Batch})
	if err != nil {
		t.Fatal(err)
	}
	for _, ch := range history {
		if ch.Kind == crm.ConvertChange {
			t.Errorf("a link that stays is told as a change: %+v", ch)
		}
	}
	undo(t, s, edit.Batch)
	undo(t, s, first.Batch)
	if diff := cmp.Diff(was, dump(t, s)); diff != "" {
		t.Errorf("undone, -want +got:\n%s", diff)
	}
}

func TestConversions(t *testing.T) {
	for name, tc := range map[string]struct {
		from   crm.Field
		values []any
		to     crm.Field
		want   []string
		lost   int64
	}{
		"text to number":       {crm.Field{Type: crm.Text}, []any{"1,200", "x", "7.5", nil}, crm.Field{Type: crm.Number, Scale: 1}, []string{"1200.0", "", "7.5", ""}, 1},
		"text to date":         {crm.Field{Type: crm.Text}, []any{"20/10/2016", "3/4/2016", "1 Mar 2017"}, crm.Field{Type: crm.Date}, []string{"2016-10-20", "", "2017-03-01"}, 1},
		"text to choice":       {crm.Field{Type: crm.Text}, []any{"b", "a", "b"}, crm.Field{Type: crm.Choice}, []string{"b", "a", "b"}, 0},
		"text to given choice": {crm.Field{Type: crm.Text}, []any{"B", "c"}, crm.Field{Type: crm.Choice, Options: []crm.Option{{Value: "b"}}}, []string{"b", ""}, 1},
		"text to choices":      {crm.Field{Type: crm.Text}, []any{"a; b", "b"}, crm.Field{Type: crm.Choices}, []string{"a; b", "b"}, 0},
		"text to link":         {crm.Field{Type: crm.Text}, []any{"acme", "Nobody"}, crm.Field{Type: crm.Link, Target: "account"}, []string{"Acme", ""}, 1},
		"text to links":        {crm.Field{Type: crm.Text}, []any{"acme; Beta"}, crm.Field{Type: crm.Links, Target: "account"}, []string{"Acme; Beta"}, 0},
		"text to e-mail":       {crm.Field{Type: crm.Text}, []any{"a@example.com", "a"}, crm.Field{Type: crm.Email}, []string{"a@example.com", ""}, 1},
		"number to fewer":      {crm.Field{Type: crm.Number, Scale: 2}, []any{"1.50", "1.55"}, crm.Field{Type: crm.Number, Scale: 1}, []string{"1.5", ""}, 1},
		"number to text":       {crm.Field{Type: crm.Number, Scale: 2}, []any{"1.50"}, crm.Field{Type: crm.Text}, []string{"1.50"}, 0},
		"yes to text":          {crm.Field{Type: crm.Bool}, []any{true, false}, crm.Field{Type: crm.Text}, []string{"yes", "no"}, 0},
		"date-time to date":    {crm.Field{Type: crm.DateTime}, []any{"2017-03-01 23:00"}, crm.Field{Type: crm.Date}, []string{"2017-03-01"}, 0},
		"link to text":         {crm.Field{Type: crm.Link, Target: "account"}, []any{"Acme"}, crm.Field{Type: crm.Text}, []string{"Acme"}, 0},
		"links to text":        {crm.Field{Type: crm.Links, Target: "account"}, []any{"Acme; Beta"}, crm.Field{Type: crm.Text}, []string{"Acme; Beta"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Sales(t)
			ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
			ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
			tc.from.Name, tc.to.Name = "it", "it"
			ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "name", Type: crm.Text}, tc.from}})
			for _, v := range tc.values {
				ducktest.Add(t, s, "thing", crm.Values{"it": v})
			}
			was := dump(t, s)
			tried, err := s.TryChange(t.Context(), ducktest.Vic, "thing", tc.to)
			if err != nil {
				t.Fatal(err)
			}
			if tried.Lost != tc.lost || len(tried.Sample) != int(tc.lost) {
				t.Errorf("tried: %+v, want %d lost", tried, tc.lost)
			}
			change := crm.Alteration{Kind: crm.ChangeField, Object: crm.Object{Name: "thing"}, Field: tc.to}
			_, err = s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{change}, crm.Cause{})
			if lost := fail.KindOf(err) == fail.Conflict; lost != (tc.lost > 0) {
				t.Errorf("without leave to lose: %v", err)
			}
			var batch int64
			if err != nil {
				change.Lossy = true
				batch = alter(t, s, change).Batch
			} else if b, err := s.Batches(t.Context(), ducktest.Vic, "thing", 0, 1); err != nil {
				t.Fatal(err)
			} else {
				batch = b[0].ID
			}
			p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "thing", Fields: []crm.Path{"it"}})
			if err != nil {
				t.Fatal(err)
			}
			schema, err := s.Schema(t.Context(), ducktest.Vic)
			if err != nil {
				t.Fatal(err)
			}
			o, _ := schema.Object("thing")
			f, _ := o.Field("it")
			var got []string
			for _, r := range p.Rows {
				got = append(got, f.Show(r.Values[0]))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			undo(t, s, batch)
			if diff := cmp.Diff(was, dump(t, s)); diff != "" {
				t.Errorf("undone, -want +got:\n%s", diff)
			}
		})
	}
}

// TestTypeChangeUndoneKeepsNewerValues: what nobody touched is exactly what it was, what was written since is converted.
func TestTypeChangeUndoneKeepsNewerValues(t *testing.T) {
	s := ducktest.Sales(t)
	ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "it", Type: crm.Text}}})
	for _, v := range []string{"007", "1,200", "x"} {
		ducktest.Add(t, s, "thing", crm.Values{"it": v})
	}
	w := alter(t, s, crm.Alteration{Kind: crm.ChangeField, Object: crm.Object{Name: "thing"}, Field: crm.Field{Name: "it", Type: crm.Number}, Lossy: true})
	write(t, s, crm.Edit{Kind: crm.Set, Object: "thing", ID: 2, Values: crm.Values{"it": 5}}, crm.Edit{Kind: crm.Create, Object: "thing", Values: crm.Values{"it": 6}})
	undo(t, s, w.Batch)
	p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "thing", Fields: []crm.Path{"it"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []any
	for _, r := range p.Rows {
		got = append(got, r.Values[0])
	}
	if diff := cmp.Diff([]any{"007", "5", "x", "6"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestAnySQLClientReadsTheFile reads the closed file as it is: real tables with typed columns, and the views.
func TestAnySQLClientReadsTheFile(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
	ducktest.Add(t, s, "account", crm.Values{"name": "Beta"})
	ducktest.Add(t, s, "deal", crm.Values{"name": "A", "account": "Acme", "partners": "Beta; Acme", "amount": "10.50", "tags": "hot", "closed_on": "2017-03-01"})
	alter(t, s, crm.Alteration{Kind: crm.RenameObject, Name: "account", To: "company"}, crm.Alteration{Kind: crm.RenameField, Object: crm.Object{Name: "deal"}, Name: "account", To: "buyer"})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", filepath.Join(dir, duck.FileName)+"?access_mode=READ_ONLY")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var columns, row string
	if err := db.QueryRow(`SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'v_deal'`).Scan(&columns); err != nil {
		t.Fatal(err)
	}
	want := "entry_id BIGINT, created_at TIMESTAMP, updated_at TIMESTAMP, name VARCHAR, buyer VARCHAR, amount DECIMAL(18,2), stage VARCHAR, closed_on DATE, tags VARCHAR[], partners VARCHAR[], urgent BOOLEAN, met_at TIMESTAMP, notes VARCHAR, half DECIMAL(18,0)"
	if columns != want {
		t.Errorf("v_deal has %s, want %s", columns, want)
	}
	if err := db.QueryRow(`SELECT concat_ws('|', entry_id, name, buyer, amount, tags, partners, half) FROM v_deal`).Scan(&row); err != nil {
		t.Fatal(err)
	}
	if row != "1|A|Acme|10.50|[hot]|[Beta, Acme]|5" {
		t.Errorf("v_deal shows %s", row)
	}
	var n int
	if err := db.QueryRow(`SELECT count(*) FROM crm.deal JOIN crm.company ON company.id = deal.buyer_id WHERE list_contains(deal.partners_ids, 2)`).Scan(&n); err != nil || n != 1 {
		t.Errorf("the tables join to %d rows: %v", n, err)
	}
	if err := db.QueryRow(`SELECT count(*) FROM duckdb_views() WHERE NOT internal`).Scan(&n); err != nil || n != 2 {
		t.Errorf("%d views, want 2: %v", n, err)
	}
}

func TestFieldsStandInTheirOrder(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	ducktest.Make(t, s, crm.Object{Name: "thing", Fields: []crm.Field{{Name: "a", Type: crm.Text}, {Name: "b", Type: crm.Text}, {Name: "c", Type: crm.Text}}})
	on := crm.Object{Name: "thing"}
	order := func() string {
		schema, err := s.Schema(t.Context(), ducktest.Vic)
		if err != nil {
			t.Fatal(err)
		}
		o, _ := schema.Object("thing")
		return fmt.Sprint(slices.Collect(func(yield func(string) bool) {
			for _, f := range o.Fields {
				if !yield(f.Name) {
					return
				}
			}
		}))
	}
	before, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil {
		t.Fatal(err)
	}
	w := alter(t, s, crm.Alteration{Kind: crm.MoveField, Object: on, Name: "c", At: 0}, crm.Alteration{Kind: crm.RemoveField, Object: on, Name: "a"}, crm.Alteration{Kind: crm.AddField, Object: on, Field: crm.Field{Name: "d", Type: crm.Text}})
	if got := order(); got != "[c b d]" {
		t.Errorf("order is %s", got)
	}
	undo(t, s, w.Batch)
	if got := order(); got != "[a b c]" {
		t.Errorf("after undo order is %s", got)
	}
	after, err := s.Schema(t.Context(), ducktest.Vic)
	if err != nil || after.Version <= before.Version {
		t.Errorf("the schema's version went from %d to %d", before.Version, after.Version)
	}
}
