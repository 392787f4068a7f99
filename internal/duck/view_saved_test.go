package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
	"openclaw/internal/ident"
)

var ben = ident.Caller{Person: "ben", Name: "Ben", Role: ident.Member, Via: ident.Browser}

func TestViewsAreSharedOrOnesOwn(t *testing.T) {
	s, dir := shop(t)
	sorted := []crm.Sort{{Path: "value", Desc: true}}
	big := crm.View{Object: "deal", Name: "Big", Filter: crm.Where("value", crm.AtLeast, "15"), Sort: sorted}
	mine := crm.View{Object: "deal", Name: " Mine ", Fields: []crm.Path{"title", "account"}, Owner: "ann"}
	bens := crm.View{Object: "deal", Name: "BIG", Filter: crm.Where("value", crm.AtLeast, "19"), Owner: "ben"}
	set := func(c ident.Caller, v crm.View) {
		t.Helper()
		if err := s.ViewSet(t.Context(), c, v); err != nil {
			t.Fatal(err)
		}
	}
	sees := func(c ident.Caller, object string, want ...crm.View) {
		t.Helper()
		got, err := s.ViewList(t.Context(), c, object)
		if diff := cmp.Diff(append([]crm.View{}, want...), got); err != nil || diff != "" {
			t.Errorf("%s sees of %s: %v (-want +got):\n%s", c.Person, object, err, diff)
		}
	}
	set(ann, crm.View{Object: "deal", Name: "big"})
	set(ann, big)
	set(ann, mine)
	set(ben, bens)
	mine.Name = "Mine"
	sees(ann, "deal", big, mine)
	sees(ben, "deal", bens)
	sees(ann, "account")

	if err := s.ViewRemove(t.Context(), ben, "deal", "big"); err != nil {
		t.Fatal(err)
	}
	sees(ben, "deal", big)
	if err := s.ViewRemove(t.Context(), ben, "deal", "Mine"); fail.KindOf(err) != fail.NotFound {
		t.Errorf("ben removed ann's view: %v", err)
	}
	mine.Owner = ""
	set(ann, mine)
	sees(ann, "deal", big, mine)
	sees(ben, "deal", big, mine)
	s.Close()
	s = ducktest.Open(t, duck.Options{Dir: dir})
	sees(ben, "deal", big, mine)
}

func TestViewsThatCannotBeShownAreNotSaved(t *testing.T) {
	s, _ := shop(t)
	for name, v := range map[string]crm.View{
		"no name":        {Object: "deal"},
		"two lines":      {Object: "deal", Name: "a\nb"},
		"no object":      {Object: "nope", Name: "x"},
		"no such field":  {Object: "deal", Name: "x", Fields: []crm.Path{"nope"}},
		"no such sort":   {Object: "deal", Name: "x", Sort: []crm.Sort{{Path: "nope"}}},
		"no such filter": {Object: "deal", Name: "x", Filter: crm.Where("account.nope", crm.Is, "a")},
		"no such value":  {Object: "deal", Name: "x", Filter: crm.Where("value", crm.Is, "much")},
		"of another":     {Object: "deal", Name: "x", Owner: "ben"},
	} {
		if err := s.ViewSet(t.Context(), ann, v); err == nil || fail.KindOf(err) == fail.Failed {
			t.Errorf("%s: %v", name, err)
		}
	}
	viewer := ident.Caller{Person: "eve", Role: ident.Viewer}
	if err := s.ViewSet(t.Context(), viewer, crm.View{Object: "deal", Name: "x"}); fail.KindOf(err) != fail.Denied {
		t.Errorf("a viewer saved a view: %v", err)
	}
}

func TestViewsFollowNewNames(t *testing.T) {
	s, _ := shop(t)
	on := crm.Object{Name: "account"}
	v := crm.View{Object: "deal", Name: "Retail", Fields: []crm.Path{"title", "account.sector"},
		Filter: crm.Filter{Or: []crm.Filter{crm.Where("account.sector", crm.Is, "Retail"), {Not: &crm.Filter{Term: &crm.Term{Path: "account.parent.sector"}, Op: crm.NotEmpty}}}},
		Sort:   []crm.Sort{{Path: "account.sector"}, {Path: "id"}}}
	if err := s.ViewSet(t.Context(), ann, v); err != nil {
		t.Fatal(err)
	}
	w := alter(t, s, crm.Alteration{Kind: crm.RenameField, Object: on, Name: "sector", To: "branch"},
		crm.Alteration{Kind: crm.RenameObject, Object: crm.Object{Name: "deal"}, Name: "deal", To: "sale"})
	want := v
	want.Object, want.Fields = "sale", []crm.Path{"title", "account.branch"}
	want.Filter = crm.Filter{Or: []crm.Filter{crm.Where("account.branch", crm.Is, "Retail"), {Not: &crm.Filter{Term: &crm.Term{Path: "account.parent.branch"}, Op: crm.NotEmpty}}}}
	want.Sort = []crm.Sort{{Path: "account.branch"}, {Path: "id"}}
	sees := func(object string, want ...crm.View) {
		t.Helper()
		got, err := s.ViewList(t.Context(), ann, object)
		if diff := cmp.Diff(append([]crm.View{}, want...), got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	sees("sale", want)
	if _, err := s.Undo(t.Context(), ann, w.Batch); err != nil {
		t.Fatal(err)
	}
	sees("deal", v)
	sees("sale")
}

func TestObjectsMoveAndMoveBack(t *testing.T) {
	s, dir := shop(t)
	order := func() (out []string) {
		schema, err := s.Schema(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range schema.Objects {
			out = append(out, o.Name)
		}
		return out
	}
	alter(t, s, crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "note", Fields: []crm.Field{{Name: "name", Type: crm.Text}}}})
	w := alter(t, s, crm.Alteration{Kind: crm.MoveObject, Object: crm.Object{Name: "note"}, At: -3}, crm.Alteration{Kind: crm.MoveObject, Object: crm.Object{Name: "account"}, At: 99})
	if diff := cmp.Diff([]string{"note", "deal", "account"}, order()); diff != "" {
		t.Error(diff)
	}
	s.Close()
	s = ducktest.Open(t, duck.Options{Dir: dir})
	if diff := cmp.Diff([]string{"note", "deal", "account"}, order()); diff != "" {
		t.Error("after a restart", diff)
	}
	if _, err := s.Undo(t.Context(), ann, w.Batch); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"account", "deal", "note"}, order()); diff != "" {
		t.Error("after undo", diff)
	}
}
