package duck_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
	"openclaw/internal/duck/ducktest"
	"openclaw/internal/fail"
)

// people is a workspace with three accounts and six deals whose ids are 1 to 6.
func people(t *testing.T) *duck.Store {
	t.Helper()
	s := ducktest.Open(t, duck.Options{Clock: func() time.Time { return time.Date(2017, 4, 1, 12, 0, 0, 0, time.UTC) }})
	ducktest.Make(t, s, ducktest.SalesObjects()...)
	for _, v := range []crm.Values{
		{"name": "Acme", "sector": "retail", "employees": "10"},
		{"name": "Élan", "sector": "medical", "employees": "200"},
		{"name": "42", "sector": "retail"},
	} {
		ducktest.Add(t, s, "account", v)
	}
	for _, v := range []crm.Values{
		{"name": "alpha", "account": "Acme", "amount": "10.50", "stage": "New", "closed_on": "2017-03-01", "tags": "hot", "partners": "Acme; Élan", "urgent": "yes", "met_at": "2017-03-01 00:00"},
		{"name": "Beta", "account": "elan", "amount": "1000", "stage": "Engaging", "closed_on": "2017-03-31", "tags": "hot; cold", "met_at": "2017-03-01 23:59"},
		{"name": "gamma's", "account": "Acme", "amount": "-3", "stage": "New", "urgent": "no", "met_at": "2017-03-02 00:00"},
		{"name": "ALPHABET", "account": "42", "closed_on": "2017-04-01", "partners": []int64{2}},
		{"amount": "10.5", "stage": "Engaging"},
		{"name": "100%_sure", "account": 1, "notes": "two\nlines"},
	} {
		ducktest.Add(t, s, "deal", v)
	}
	return s
}

func ids(p crm.Page) []int64 {
	out := []int64{}
	for _, r := range p.Rows {
		out = append(out, r.ID)
	}
	return out
}

func TestFilters(t *testing.T) {
	s := people(t)
	not := func(f crm.Filter) crm.Filter { return crm.Filter{Not: &f} }
	or := func(fs ...crm.Filter) crm.Filter { return crm.Filter{Or: fs} }
	terms := func(a, minus crm.Path, op crm.Op, values ...string) crm.Filter {
		return crm.Filter{Term: &crm.Term{Path: a, Minus: minus}, Op: op, Values: values}
	}
	for name, tc := range map[string]struct {
		filter crm.Filter
		want   []int64
	}{
		"all":                       {crm.Filter{}, []int64{1, 2, 3, 4, 5, 6}},
		"text is, any case":         {crm.Where("name", crm.Is, "ALPHA", "beta"), []int64{1, 2}},
		"text is not, empty counts": {crm.Where("name", crm.IsNot, "alpha"), []int64{2, 3, 4, 5, 6}},
		"text none of":              {crm.Where("name", crm.NoneOf, "alpha", "beta"), []int64{3, 4, 5, 6}},
		"text contains":             {crm.Where("name", crm.Contains, "ALPHA"), []int64{1, 4}},
		"contains is no pattern":    {crm.Where("name", crm.Contains, "%_"), []int64{6}},
		"contains a quote":          {crm.Where("name", crm.Contains, "a's"), []int64{3}},
		"text starts":               {crm.Where("name", crm.StartsWith, "al"), []int64{1, 4}},
		"text between":              {crm.Where("name", crm.Between, "b", "h"), []int64{2, 3}},
		"text more":                 {crm.Where("name", crm.More, "beta"), []int64{3}},
		"text empty":                {crm.Where("name", crm.Empty), []int64{5}},
		"text not empty":            {crm.Where("name", crm.NotEmpty), []int64{1, 2, 3, 4, 6}},
		"money is":                  {crm.Where("amount", crm.Is, "10.5"), []int64{1, 5}},
		"money is not":              {crm.Where("amount", crm.IsNot, "10.50"), []int64{2, 3, 4, 6}},
		"money more, finer":         {crm.Where("amount", crm.More, "10.499"), []int64{1, 2, 5}},
		"money huge":                {crm.Where("amount", crm.Less, "99999999999999999999"), []int64{1, 2, 3, 5}},
		"money with comma":          {crm.Where("amount", crm.AtLeast, "1,000"), []int64{2}},
		"money between":             {crm.Where("amount", crm.Between, "-3", "10.50"), []int64{1, 3, 5}},
		"not more, empty counts":    {not(crm.Where("amount", crm.More, "10")), []int64{3, 4, 6}},
		"choice":                    {crm.Where("stage", crm.Is, "new"), []int64{1, 3}},
		"choice any of":             {crm.Where("stage", crm.AnyOf, "New", "Engaging"), []int64{1, 2, 3, 5}},
		"choice not":                {crm.Where("stage", crm.IsNot, "New", "Engaging"), []int64{4, 6}},
		"date is":                   {crm.Where("closed_on", crm.Is, "31 Mar 2017"), []int64{2}},
		"date before today":         {crm.Where("closed_on", crm.Less, "@today"), []int64{1, 2}},
		"date between":              {crm.Where("closed_on", crm.Between, "2017-03-31", "2017-04-01"), []int64{2, 4}},
		"a whole day":               {crm.Where("met_at", crm.Is, "2017-03-01"), []int64{1, 2}},
		"until a day, included":     {crm.Where("met_at", crm.AtMost, "2017-03-01"), []int64{1, 2}},
		"after a day":               {crm.Where("met_at", crm.More, "2017-03-01"), []int64{3}},
		"an instant":                {crm.Where("met_at", crm.AtLeast, "2017-03-01 23:59"), []int64{2, 3}},
		"not on a day":              {crm.Where("met_at", crm.IsNot, "2017-03-01"), []int64{3, 4, 5, 6}},
		"yes":                       {crm.Where("urgent", crm.Is, "yes"), []int64{1}},
		"not yes":                   {crm.Where("urgent", crm.IsNot, "yes"), []int64{2, 3, 4, 5, 6}},
		"choices hold":              {crm.Where("tags", crm.Is, "hot"), []int64{1, 2}},
		"choices hold none":         {crm.Where("tags", crm.NoneOf, "cold"), []int64{1, 3, 4, 5, 6}},
		"choices empty":             {crm.Where("tags", crm.Empty), []int64{3, 4, 5, 6}},
		"link by name":              {crm.Where("account", crm.Is, "acme"), []int64{1, 3, 6}},
		"link by id":                {crm.Where("account", crm.Is, "2"), []int64{2}},
		"link by a name of digits":  {crm.Where("account", crm.Is, "42"), []int64{4}},
		"link contains":             {crm.Where("account", crm.Contains, "c"), []int64{1, 3, 6}},
		"link is not":               {crm.Where("account", crm.IsNot, "Acme"), []int64{2, 4, 5}},
		"link empty":                {crm.Where("account", crm.Empty), []int64{5}},
		"link unknown":              {crm.Where("account", crm.Is, "nobody"), []int64{}},
		"through a link":            {crm.Where("account.sector", crm.Is, "retail"), []int64{1, 3, 4, 6}},
		"through a link, not":       {crm.Where("account.sector", crm.IsNot, "retail"), []int64{2, 5}},
		"through a link, empty":     {crm.Where("account.employees", crm.Empty), []int64{4, 5}},
		"links hold":                {crm.Where("partners", crm.AnyOf, "Élan"), []int64{1, 4}},
		"links hold none":           {crm.Where("partners", crm.NoneOf, "Acme"), []int64{2, 3, 4, 5, 6}},
		"through links":             {crm.Where("partners.employees", crm.AtLeast, "100"), []int64{1, 4}},
		"through links, none":       {crm.Where("partners.name", crm.IsNot, "Acme"), []int64{2, 3, 4, 5, 6}},
		"computed":                  {crm.Where("half", crm.More, "100"), []int64{2}},
		"id":                        {crm.Where("id", crm.AtLeast, "5"), []int64{5, 6}},
		"and, or":                   {crm.All(or(crm.Where("stage", crm.Is, "New"), crm.Where("stage", crm.Empty)), crm.Where("account", crm.Is, "Acme")), []int64{1, 3, 6}},
		"days between":              {terms("@today", "closed_on", crm.AtMost, "1"), []int64{2, 4}},
		"another field":             {crm.Filter{Term: &crm.Term{Path: "closed_on"}, Op: crm.More, Other: &crm.Term{Path: "met_at"}}, []int64{2}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Filter: tc.filter, Total: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, ids(p)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if p.Total != int64(len(tc.want)) {
				t.Errorf("total is %d, want %d", p.Total, len(tc.want))
			}
		})
	}
}

func TestFiltersRefused(t *testing.T) {
	s := people(t)
	deep := crm.Where("name", crm.Is, "x")
	for range 60 {
		inner := deep
		deep = crm.Filter{Not: &inner}
	}
	for name, q := range map[string]crm.Query{
		"unknown object":       {Object: "nothing"},
		"unknown field":        {Object: "deal", Filter: crm.Where("nothing", crm.Is, "1")},
		"unknown column":       {Object: "deal", Fields: []crm.Path{"account.nothing"}},
		"unknown operator":     {Object: "deal", Filter: crm.Where("name", crm.Op("= '' OR TRUE --"), "1")},
		"no option":            {Object: "deal", Filter: crm.Where("stage", crm.Is, "Nowhere")},
		"no date":              {Object: "deal", Filter: crm.Where("closed_on", crm.Is, "soon")},
		"no number":            {Object: "deal", Filter: crm.Where("amount", crm.Is, "much")},
		"no value":             {Object: "deal", Filter: crm.Where("amount", crm.Is)},
		"half a range":         {Object: "deal", Filter: crm.Where("amount", crm.Between, "1")},
		"number contains":      {Object: "deal", Filter: crm.Where("amount", crm.Contains, "1")},
		"link less":            {Object: "deal", Filter: crm.Where("account", crm.Less, "1")},
		"followed no link":     {Object: "deal", Filter: crm.Where("name.name", crm.Is, "1")},
		"too deep":             {Object: "deal", Filter: deep},
		"sort by several":      {Object: "deal", Sort: []crm.Sort{{Path: "tags"}}},
		"limit":                {Object: "deal", Limit: 5000},
		"cursor":               {Object: "deal", After: "rubbish"},
		"another list's after": {Object: "deal", After: "eyJiIjpbIm5hbWUgQVNDIl0sImsiOlsieCJdLCJpIjoxfQ"},
		"quoted name":          {Object: `deal"; DROP TABLE crm.deal; --`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.List(t.Context(), ducktest.Vic, q)
			if k := fail.KindOf(err); k != fail.Invalid && k != fail.NotFound {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
}

func TestListPagesThroughEveryOrder(t *testing.T) {
	s := people(t)
	for name, tc := range map[string]struct {
		sort []crm.Sort
		want []int64
	}{
		"by id":                     {nil, []int64{1, 2, 3, 4, 5, 6}},
		"by id down":                {[]crm.Sort{{Path: "id", Desc: true}}, []int64{6, 5, 4, 3, 2, 1}},
		"amount":                    {[]crm.Sort{{Path: "amount"}}, []int64{3, 1, 5, 2, 4, 6}},
		"amount down, empty last":   {[]crm.Sort{{Path: "amount", Desc: true}}, []int64{2, 1, 5, 3, 4, 6}},
		"name, any case":            {[]crm.Sort{{Path: "name"}}, []int64{6, 1, 4, 2, 3, 5}},
		"stage as in the pipeline":  {[]crm.Sort{{Path: "stage"}}, []int64{1, 3, 2, 5, 4, 6}},
		"linked name":               {[]crm.Sort{{Path: "account"}}, []int64{4, 1, 3, 6, 2, 5}},
		"linked name down, amount":  {[]crm.Sort{{Path: "account", Desc: true}, {Path: "amount"}}, []int64{2, 3, 1, 6, 4, 5}},
		"linked field, date down":   {[]crm.Sort{{Path: "account.employees"}, {Path: "closed_on", Desc: true}}, []int64{1, 3, 6, 2, 4, 5}},
		"yes or no, then date-time": {[]crm.Sort{{Path: "urgent", Desc: true}, {Path: "met_at", Desc: true}}, []int64{1, 3, 2, 4, 5, 6}},
	} {
		for _, limit := range []int{1, 2, 50} {
			t.Run(fmt.Sprint(name, " ", limit), func(t *testing.T) {
				got, after := []int64{}, ""
				for range 10 {
					p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Sort: tc.sort, Limit: limit, After: after})
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, ids(p)...)
					if after = p.After; after == "" {
						break
					}
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		}
	}
}

func TestListShowsLinksByNameAndTheTrash(t *testing.T) {
	s := people(t)
	write(t, s, crm.Edit{Kind: crm.Delete, Object: "deal", ID: 2})
	p, err := s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Fields: []crm.Path{"name", "account", "account.sector", "partners"}, Filter: crm.Where("id", crm.AtMost, "2")})
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"alpha", crm.Ref{ID: 1, Name: "Acme"}, "retail", []crm.Ref{{ID: 1, Name: "Acme"}, {ID: 2, Name: "Élan"}}}
	if diff := cmp.Diff(want, p.Rows[0].Values); len(p.Rows) != 1 || diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	p, err = s.List(t.Context(), ducktest.Vic, crm.Query{Object: "deal", Trash: true, Total: true, Fields: []crm.Path{"name", "account"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{"Beta", crm.Ref{ID: 2, Name: "Élan"}}, p.Rows[0].Values); p.Total != 1 || diff != "" {
		t.Errorf("trash, -want +got:\n%s", diff)
	}
}
