package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestSchemaChangesWhileRowsAreRead: an import whose fields are changed between its first row and its last leaves
// nothing and says so; what does not concern it does not stop it.
func TestSchemaChangesWhileRowsAreRead(t *testing.T) {
	deal := crm.Object{Name: "deal"}
	for name, tc := range map[string]struct {
		alt  crm.Alteration
		want fail.Kind
	}{
		"another field added":    {crm.Alteration{Kind: crm.AddField, Object: deal, Field: crm.Field{Name: "more", Type: crm.Text}}, ""},
		"an option added":        {crm.Alteration{Kind: crm.SetField, Object: deal, Field: crm.Field{Name: "tags", Type: crm.Choices, Options: []crm.Option{{Value: "hot"}, {Value: "cold"}, {Value: "partner"}, {Value: "new"}}}}, ""},
		"the field removed":      {crm.Alteration{Kind: crm.RemoveField, Object: deal, Name: "notes"}, fail.NotFound},
		"the field renamed":      {crm.Alteration{Kind: crm.RenameField, Object: deal, Name: "notes", To: "remarks"}, fail.NotFound},
		"another type":           {crm.Alteration{Kind: crm.ChangeField, Object: deal, Field: crm.Field{Name: "notes", Type: crm.Date}}, fail.Conflict},
		"a type kept alike":      {crm.Alteration{Kind: crm.ChangeField, Object: deal, Field: crm.Field{Name: "notes", Type: crm.Email}}, fail.Conflict},
		"an option of it gone":   {crm.Alteration{Kind: crm.SetField, Object: deal, Field: crm.Field{Name: "tags", Type: crm.Choices, Options: []crm.Option{{Value: "cold"}, {Value: "partner"}}}}, fail.Conflict},
		"the object renamed":     {crm.Alteration{Kind: crm.RenameObject, Name: "deal", To: "sale"}, fail.NotFound},
		"the object removed":     {crm.Alteration{Kind: crm.RemoveObject, Name: "deal"}, fail.NotFound},
		"the link's other end":   {crm.Alteration{Kind: crm.RenameObject, Name: "account", To: "firm"}, ""},
		"what it links to by it": {crm.Alteration{Kind: crm.RenameField, Object: crm.Object{Name: "account"}, Name: "name", To: "title"}, fail.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Sales(t)
			ducktest.Add(t, s, "account", crm.Values{"name": "Acme"})
			var middle map[string]string
			source := crm.Source{Load: crm.Load{Object: "deal", Fields: []string{"name", "notes", "tags", "account"}, Links: map[string]crm.LinkBy{"account": {Field: "name"}}},
				Rows: func(yield func(crm.SourceRow, error) bool) {
					if !yield(crm.SourceRow{Line: 2, Values: []any{"A", "plain words", []string{"hot"}, "Acme"}}, nil) {
						return
					}
					alter(t, s, tc.alt)
					middle = dump(t, s)
					yield(crm.SourceRow{Line: 3, Values: []any{"B", nil, nil, "Acme"}}, nil)
				}}
			_, err := s.Import(t.Context(), ducktest.Ann, byImport, nil, []crm.Source{source}, crm.ImportOptions{})
			if fail.KindOf(err) != tc.want || (err != nil && fail.As(err).Hint == "") {
				t.Errorf("got %v (%s), want %q with the next step", err, fail.KindOf(err), tc.want)
			}
			if err != nil {
				if diff := cmp.Diff(middle, dump(t, s)); diff != "" {
					t.Errorf("left behind:\n%s", diff)
				}
				return
			}
			p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Total: true, Filter: crm.Where("account", crm.Is, "Acme")})
			if err != nil || p.Total != 2 {
				t.Errorf("%d deals came in linked, %v", p.Total, err)
			}
		})
	}
}

// TestNothingWorksOnAClosedStore: every call says that the workspace is not open.
func TestNothingWorksOnAClosedStore(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"list":   func() error { _, err := s.List(ctx, ducktest.Vic, crm.Query{Object: "deal"}); return err },
		"record": func() error { _, err := s.Record(ctx, ducktest.Vic, "deal", 1); return err },
		"write": func() error {
			_, err := s.Write(ctx, ducktest.Ann, []crm.Edit{{Kind: crm.Create, Object: "deal"}}, crm.Cause{})
			return err
		},
		"alter": func() error {
			_, err := s.Alter(ctx, ducktest.Ann, []crm.Alteration{{Kind: crm.RemoveObject, Name: "deal"}}, crm.Cause{})
			return err
		},
		"undo":    func() error { _, err := s.Undo(ctx, ducktest.Ann, 1); return err },
		"history": func() error { _, err := s.History(ctx, ducktest.Vic, crm.HistoryQuery{}); return err },
		"import": func() error {
			_, err := s.Import(ctx, ducktest.Ann, byImport, nil, nil, crm.ImportOptions{})
			return err
		},
		"sql":    func() error { _, err := s.SQL(ctx, ducktest.Vic, "SELECT 1", duck.SQLLimits{}); return err },
		"search": func() error { _, err := s.Search(ctx, ducktest.Vic, "acme", "", 0); return err },
		"lookup": func() error { _, err := s.Lookup(ctx, ducktest.Vic, []string{"acme"}, true); return err },
		"ready":  func() error { return s.Ready(ctx) },
	} {
		if err := call(); fail.KindOf(err) != fail.Unavailable || fail.As(err).Hint == "" {
			t.Errorf("%s: got %v, want unavailable with the next step", name, err)
		}
	}
}
