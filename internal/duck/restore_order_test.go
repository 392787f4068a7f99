package duck_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck/ducktest"
)

// TestRestoreKeepsTheOrderOfLinks deletes records that another links to, and restores them in one order and another: each
// link is where it was, and what was added meanwhile stays.
func TestRestoreKeepsTheOrderOfLinks(t *testing.T) {
	for name, tc := range map[string]struct {
		deleted, restored []int64
		meanwhile         []int64
		want              []int64
	}{
		"the first":            {[]int64{1}, []int64{1}, nil, []int64{1, 2, 3}},
		"in the middle":        {[]int64{2}, []int64{2}, nil, []int64{1, 2, 3}},
		"the last":             {[]int64{3}, []int64{3}, nil, []int64{1, 2, 3}},
		"two, the first first": {[]int64{1, 2}, []int64{1, 2}, nil, []int64{1, 2, 3}},
		"two, the last first":  {[]int64{1, 2}, []int64{2, 1}, nil, []int64{1, 2, 3}},
		"all":                  {[]int64{3, 1, 2}, []int64{2, 1, 3}, nil, []int64{1, 2, 3}},
		"with one more":        {[]int64{2}, []int64{2}, []int64{4, 1, 3}, []int64{4, 1, 2, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			s := ducktest.Sales(t)
			for _, name := range []string{"A", "B", "C", "D"} {
				ducktest.Add(t, s, "account", crm.Values{"name": name})
			}
			ducktest.Add(t, s, "deal", crm.Values{"partners": []int64{1, 2, 3}})
			for _, id := range tc.deleted {
				write(t, s, crm.Edit{Kind: crm.Delete, Object: "account", ID: id})
			}
			if tc.meanwhile != nil {
				write(t, s, crm.Edit{Kind: crm.Set, Object: "deal", ID: 1, Values: crm.Values{"partners": tc.meanwhile}})
			}
			for _, id := range tc.restored {
				write(t, s, crm.Edit{Kind: crm.Restore, Object: "account", ID: id})
			}
			var got []int64
			refs, _ := value(t, s, "deal", 1, "partners").([]crm.Ref)
			for _, ref := range refs {
				got = append(got, ref.ID)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
