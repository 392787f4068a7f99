package duck_test

import (
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// TestLabelsAlikeThatAreThere: an import may bring two columns that are called alike. What is so already is no hindrance to
// other changes, and can be mended.
func TestLabelsAlikeThatAreThere(t *testing.T) {
	dir := t.TempDir()
	s := ducktest.Open(t, duck.Options{Dir: dir})
	object := crm.Object{Name: "pair", Label: "pair", Plural: "pairs", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "size", Label: "Size", Type: crm.Number}, {Name: "size_2", Label: "size", Type: crm.Number}}}
	source := crm.Source{Load: crm.Load{Object: "pair", Fields: []string{"name", "size", "size_2"}}, Rows: rows([]any{"A", dec("1"), dec("2")})}
	if _, err := s.Import(t.Context(), ducktest.Ann, byImport, []crm.Alteration{{Kind: crm.AddObject, Object: object}}, []crm.Source{source}, crm.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	alter := func(a crm.Alteration) (crm.Written, error) {
		return s.Alter(t.Context(), ducktest.Ann, []crm.Alteration{a}, crm.Cause{Kind: "schema"})
	}
	field := func(kind crm.AlterKind, name, label string) crm.Alteration {
		return crm.Alteration{Kind: kind, Object: on("pair"), Field: crm.Field{Name: name, Label: label, Type: crm.Number}}
	}
	if _, err := alter(field(crm.AddField, "other", "Other")); err != nil {
		t.Errorf("another field: %v", err)
	}
	if _, err := alter(crm.Alteration{Kind: crm.RenameField, Object: on("pair"), Name: "size_2", To: "size_b"}); err != nil {
		t.Errorf("another name for one of them: %v", err)
	}
	if _, err := alter(field(crm.AddField, "third", "SIZE")); fail.KindOf(err) != fail.Conflict || fail.As(err).Hint == "" {
		t.Errorf("a third: %v", err)
	}
	mended, err := alter(field(crm.SetField, "size_b", "Second size"))
	if err != nil {
		t.Fatalf("the mending: %v", err)
	}
	if _, err := alter(field(crm.SetField, "size_b", "Size")); fail.KindOf(err) != fail.Conflict {
		t.Errorf("broken again: %v", err)
	}
	if _, err := s.Undo(t.Context(), ducktest.Ann, mended.Batch); err != nil {
		t.Errorf("the undo of the mending: %v", err)
	}
}
