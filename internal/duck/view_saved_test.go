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
		if _, err := s.ViewSet(t.Context(), c, v); err != nil {
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

	if _, err := s.ViewRemove(t.Context(), ben, "deal", "big"); err != nil {
		t.Fatal(err)
	}
	sees(ben, "deal", big)
	if _, err := s.ViewRemove(t.Context(), ben, "deal", "Mine"); fail.KindOf(err) != fail.NotFound {
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
		if _, err := s.ViewSet(t.Context(), ann, v); err == nil || fail.KindOf(err) == fail.Failed {
			t.Errorf("%s: %v", name, err)
		}
	}
	viewer := ident.Caller{Person: "eve", Role: ident.Viewer}
	if _, err := s.ViewSet(t.Context(), viewer, crm.View{Object: "deal", Name: "x"}); fail.KindOf(err) != fail.Denied {
		t.Errorf("a viewer saved a view: %v", err)
	}
}

func TestViewsFollowNewNames(t *testing.T) {
	s, _ := shop(t)
	on := crm.Object{Name: "account"}
	v := crm.View{Object: "deal", Name: "Retail", Fields: []crm.Path{"title", "account.sector"},
		Filter: crm.Filter{Or: []crm.Filter{crm.Where("account.sector", crm.Is, "Retail"), {Not: &crm.Filter{Term: &crm.Term{Path: "account.parent.sector"}, Op: crm.NotEmpty}}}},
		Sort:   []crm.Sort{{Path: "account.sector"}, {Path: "id"}}}
	if _, err := s.ViewSet(t.Context(), ann, v); err != nil {
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

func TestWhatIsKeptIsInHistoryAndUndone(t *testing.T) {
	s, _ := shop(t)
	views := func() (out []string) {
		t.Helper()
		all, err := s.ViewList(t.Context(), ann, "deal")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			out = append(out, v.Name+" "+string(v.Filter.Op)+" "+string(v.Filter.Term.Path)+" "+v.Owner)
		}
		return out
	}
	batches := []int64{}
	kept := func(batch int64, err error) {
		t.Helper()
		if err != nil || batch == 0 {
			t.Fatal(batch, err)
		}
		batches = append(batches, batch)
	}
	undo := func(batch int64) int64 {
		t.Helper()
		done, err := s.Undo(t.Context(), ann, batch)
		if err != nil {
			t.Fatal(err)
		}
		return done.Batch
	}
	clash := func(c ident.Caller, batch int64, kind fail.Kind) {
		t.Helper()
		if _, err := s.Undo(t.Context(), c, batch); fail.KindOf(err) != kind {
			t.Errorf("%v, want %s", err, kind)
		}
	}
	mine := crm.View{Object: "deal", Name: "Big", Filter: crm.Where("title", crm.Is, "a"), Owner: "ann"}
	kept(s.ViewSet(t.Context(), ann, mine))
	kept(s.ViewSet(t.Context(), ann, crm.View{Object: "deal", Name: "big", Filter: crm.Where("title", crm.Contains, "a")})) // shared, in place of her own
	kept(s.ViewSet(t.Context(), ann, crm.View{Object: "deal", Name: "big", Filter: crm.Where("title", crm.StartsWith, "a")}))
	clash(ann, batches[1], fail.Conflict)
	kept(s.ViewRemove(t.Context(), ann, "deal", "BIG"))
	if batch, err := s.ViewSet(t.Context(), ann, mine); err != nil || batch == 0 {
		t.Fatal(err)
	} else if again, err := s.ViewSet(t.Context(), ann, mine); err != nil || again != 0 {
		t.Errorf("the same view again was batch %d: %v", again, err)
	} else {
		clash(ben, batch, fail.Denied)
		undo(batch)
	}
	alter(t, s, crm.Alteration{Kind: crm.RenameField, Object: crm.Object{Name: "deal"}, Name: "title", To: "called"})
	for _, step := range []struct {
		batch int64
		want  []string
	}{{batches[3], []string{"big " + string(crm.StartsWith) + " called "}}, {batches[2], []string{"big " + string(crm.Contains) + " called "}}, {batches[1], []string{"Big " + string(crm.Is) + " called ann"}}, {batches[0], nil}} {
		back := undo(step.batch)
		if diff := cmp.Diff(step.want, views()); diff != "" {
			t.Errorf("after undo %d (-want +got):\n%s", step.batch, diff)
		}
		undo(undo(back)) // an undo is undone, and that too
		if diff := cmp.Diff(step.want, views()); diff != "" {
			t.Errorf("after undo %d was undone and done again (-want +got):\n%s", step.batch, diff)
		}
	}
	last, err := s.History(t.Context(), ann, crm.HistoryQuery{Object: "deal", Batch: batches[1]})
	if err != nil || len(last) != 2 || last[0].Kind != crm.ViewChange || last[0].After["name"] != "big" || last[1].After != nil {
		t.Errorf("%+v, %v", last, err)
	}

	batches = nil
	saved := func() (out []string) {
		t.Helper()
		all, err := s.SavedList(t.Context(), ann)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range all {
			out = append(out, q.Name+": "+q.Question)
		}
		return out
	}
	kept(s.SavedSet(t.Context(), ann, crm.Saved{Name: "Deals", Question: "how many deals"}))
	kept(s.SavedSet(t.Context(), ann, crm.Saved{Name: "deals", Question: "how many deals are there"}))
	clash(ann, batches[0], fail.Conflict)
	kept(s.SavedRemove(t.Context(), ben, "DEALS"))
	for _, step := range []struct {
		batch int64
		want  []string
	}{{batches[2], []string{"deals: how many deals are there"}}, {batches[1], []string{"Deals: how many deals"}}, {batches[0], nil}} {
		undo(step.batch)
		if diff := cmp.Diff(step.want, saved()); diff != "" {
			t.Errorf("after undo %d (-want +got):\n%s", step.batch, diff)
		}
	}
}

func TestAViewDoesNotHoldUpTheUndoOfAnImport(t *testing.T) {
	s, _ := shop(t)
	w := alter(t, s, crm.Alteration{Kind: crm.AddObject, Object: crm.Object{Name: "note", Fields: []crm.Field{{Name: "name", Type: crm.Text}}}})
	if _, err := s.ViewSet(t.Context(), ann, crm.View{Object: "note", Name: "All of them"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Undo(t.Context(), ann, w.Batch); err != nil {
		t.Error(err)
	}
}
