package query_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/query"
)

var schema = crm.Schema{Objects: []crm.Object{
	{Name: "account", Fields: []crm.Field{
		{Name: "name", Type: crm.Text, Role: crm.RoleName},
		{Name: "parent", Type: crm.Link, Target: "account"},
		{Name: "size", Type: crm.Number},
	}},
	{Name: "deal", Fields: []crm.Field{
		{Name: "name", Type: crm.Text},
		{Name: "account", Type: crm.Link, Target: "account"},
		{Name: "partners", Type: crm.Links, Target: "account"},
		{Name: "amount", Type: crm.Money, Scale: 2},
		{Name: "closed_on", Type: crm.Date},
		{Name: "met_at", Type: crm.DateTime},
		{Name: "stage", Type: crm.Choice, Options: []crm.Option{{Value: "it's"}}},
		{Name: "tags", Type: crm.Choices, Options: []crm.Option{{Value: "it's"}}},
	}},
}}

func scope(t *testing.T, object string) *query.Scope {
	t.Helper()
	s, err := query.NewScope(schema, object, func(o string) string { return "r." + o }, time.Date(2017, 4, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestValuesAreBound: whatever a person writes reaches the database as an argument, never as text of the statement.
func TestValuesAreBound(t *testing.T) {
	nasty := []string{"it's", "'; DROP TABLE crm.deal; --", "2017-03-31", "77771", "x\") OR TRUE --"}
	ops := []crm.Op{crm.Is, crm.IsNot, crm.Less, crm.AtMost, crm.More, crm.AtLeast, crm.Between, crm.Contains, crm.StartsWith, crm.Empty, crm.NotEmpty, crm.AnyOf, crm.NoneOf, "= 1 OR 1"}
	paths := []crm.Path{"account.name", "account.parent.name", "partners.name", "partners.size", "id", "created_at"}
	for _, f := range schema.Objects[1].Fields {
		paths = append(paths, crm.Path(f.Name))
	}
	written := 0
	for _, p := range paths {
		for _, op := range ops {
			for i, value := range nasty {
				values := []string{value, nasty[(i+1)%len(nasty)]}[:1]
				if op == crm.Between {
					values = append(values, value)
				}
				s := scope(t, "deal")
				sql, err := s.Where(crm.Where(p, op, values...))
				if err != nil {
					continue
				}
				written++
				if strings.Contains(sql+s.From(), value) || strings.Contains(sql, string("= 1 OR 1")) {
					t.Errorf("%s %s %q is in the text: %s", p, op, value, sql)
				}
				for n := range s.Args() {
					if !strings.Contains(sql, fmt.Sprintf("$%d", n+1)) {
						t.Errorf("%s %s %q: argument %d is bound and not used: %s", p, op, value, n+1, sql)
					}
				}
			}
		}
	}
	if written < 200 {
		t.Errorf("only %d conditions were written", written)
	}
}

func TestALinkIsFollowedOnce(t *testing.T) {
	s := scope(t, "deal")
	for _, p := range []crm.Path{"account.name", "account.size", "account.parent.name", "account.parent.size"} {
		if _, err := s.Field(p); err != nil {
			t.Fatal(err)
		}
	}
	want := `r.deal AS t LEFT JOIN r.account AS t1 ON t1.id = t."account_id" LEFT JOIN r.account AS t2 ON t2.id = t1."parent_id"`
	if diff := cmp.Diff(want, s.From()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestCountingJoinsOnlyWhatIsAskedFor: what a page is sorted by or shows costs nothing when it is counted.
func TestCountingJoinsOnlyWhatIsAskedFor(t *testing.T) {
	l, err := query.NewList(schema, crm.Query{Object: "deal", Sort: []crm.Sort{{Path: "account"}}, Fields: []crm.Path{"account.size"}}, "", func(o string) string { return "r." + o }, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "SELECT count(*) FROM r.deal AS t WHERE TRUE"; l.Count != want {
		t.Errorf("counts by %s, want %s", l.Count, want)
	}
	if strings.Contains(l.Find, "size") {
		t.Errorf("finds by %s", l.Find)
	}
}

func TestPathsRefused(t *testing.T) {
	for _, p := range []crm.Path{"", ".", "nothing", "account.nothing", "name.size", "partners.size", "id.name", `name" --`} {
		if e, err := scope(t, "deal").Field(p); err == nil {
			t.Errorf("%q became %s", p, e.SQL)
		}
	}
}
