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

func TestNearestForgivesTypos(t *testing.T) {
	s := ducktest.Open(t, duck.Options{})
	ducktest.Make(t, s,
		crm.Object{Name: "company", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "city", Type: crm.Text}}},
		crm.Object{Name: "person", Fields: []crm.Field{{Name: "name", Type: crm.Text}, {Name: "email", Type: crm.Email}}})
	for _, name := range []string{"Acme Corporation", "Bluth Company", "Vehement Capital Partners", "Initech"} {
		ducktest.Add(t, s, "company", crm.Values{"name": name, "city": "Zürich"})
	}
	ducktest.Add(t, s, "company", crm.Values{"name": "Initech Holding"})
	ducktest.Add(t, s, "company", crm.Values{"name": "Hooli Partners"})
	ducktest.Add(t, s, "person", crm.Values{"name": "Hooli"})
	ducktest.Add(t, s, "person", crm.Values{"name": "Darcel Schlecht", "email": "darcel@example.com"})
	for _, tt := range []struct {
		text, object string
		want         []string
	}{
		{"Acne Corp", "", []string{"Acme Corporation"}},
		{"acme corproation", "", []string{"Acme Corporation"}},
		{"Blth Company", "company", []string{"Bluth Company"}},
		{"initch", "", []string{"Initech", "Initech Holding"}},
		{"hoolli", "", []string{"Hooli", "Hooli Partners"}},
		{"pluth company", "", []string{"Bluth Company"}},
		{"Darcle Schlect", "", []string{"Darcel Schlecht"}},
		{"Darcle Schlect", "company", nil},
		{"vehment partners capital", "", []string{"Vehement Capital Partners"}},
		{"acne zurich", "", []string{"Acme Corporation"}},
		{"quite another thing", "", nil},
		{"12", "", nil},
		{"...", "", nil},
	} {
		found, err := s.Nearest(t.Context(), ann, tt.text, tt.object, 5)
		var got []string
		for _, f := range found {
			got = append(got, f.Title)
		}
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", tt.text, err, diff)
		}
	}
	if _, err := s.Nearest(t.Context(), ident.Caller{}, "acne", "", 5); fail.KindOf(err) != fail.Denied {
		t.Errorf("nobody asked: %v", err)
	}
}
