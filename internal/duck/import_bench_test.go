package duck_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"openclaw/internal/crm"
	"openclaw/internal/duck"
)

// companies makes the sources of a sales team: agents, products, accounts with a parent, and n opportunities with three links.
func companies(n int) ([]crm.Alteration, []crm.Source) {
	text := func(name string) crm.Field { return crm.Field{Name: name, Type: crm.Text} }
	key := func(name string) crm.Field {
		return crm.Field{Name: name, Type: crm.Text, Key: true, Role: crm.RoleName}
	}
	link := func(name, target string) crm.Field { return crm.Field{Name: name, Type: crm.Link, Target: target} }
	alts := []crm.Alteration{
		{Kind: crm.AddObject, Object: crm.Object{Name: "agents", Fields: []crm.Field{key("sales_agent"), text("manager")}}},
		{Kind: crm.AddObject, Object: crm.Object{Name: "products", Fields: []crm.Field{key("product"), text("series")}}},
		{Kind: crm.AddObject, Object: crm.Object{Name: "accounts", Fields: []crm.Field{key("account"), text("sector"), link("subsidiary_of", "accounts")}}},
		{Kind: crm.AddObject, Object: crm.Object{Name: "opportunities", Fields: []crm.Field{key("opportunity_id"), link("sales_agent", "agents"), link("product", "products"),
			link("account", "accounts"), text("deal_stage"), {Name: "engage_date", Type: crm.Date}, {Name: "close_date", Type: crm.Date}, {Name: "close_value", Type: crm.Money, Scale: 2}}}},
	}
	first := []string{"Anna", "Darcel", "Rosie", "Zane", "Versie", "Moses", "Kami", "Lajuana", "Boris", "Maureen"}
	last := []string{"Schlecht", "Papadopoulos", "Levy", "Hillebrand", "Frase", "Bicknell", "Vencill", "Faust", "Marcano", "Clymer"}
	agent := func(i int) string { return first[i%10] + " " + last[i/10%10] + suffix(i/100) }
	account := func(i int) string {
		return fmt.Sprintf("%s %s%s", last[i%10], []string{"Group", "Works", "Trading", "Labs", "Foods"}[i/10%5], suffix(i/50))
	}
	gen := func(n int, row func(i int, v []any)) func(func(crm.SourceRow, error) bool) {
		return func(yield func(crm.SourceRow, error) bool) {
			v := make([]any, 8)
			for i := range n {
				clear(v)
				row(i, v)
				used := 8
				for used > 2 && n != 0 && v[used-1] == "-" {
					used--
				}
				if !yield(crm.SourceRow{Line: int64(i + 2), Values: v[:used]}, nil) {
					return
				}
			}
		}
	}
	cut := func(v []any, from int) {
		for i := from; i < len(v); i++ {
			v[i] = "-"
		}
	}
	base := time.Date(2016, 10, 1, 0, 0, 0, 0, time.UTC)
	return alts, []crm.Source{
		{Load: crm.Load{Object: "opportunities", Key: "opportunity_id", Fields: []string{"opportunity_id", "sales_agent", "product", "account", "deal_stage", "engage_date", "close_date", "close_value"},
			Links: map[string]crm.LinkBy{"sales_agent": {Field: "sales_agent"}, "product": {Field: "product", Fix: map[string]string{"GTXPro7": "GTX Pro 7"}}, "account": {Field: "account"}}},
			Rows: gen(n, func(i int, v []any) {
				v[0], v[1], v[2], v[4] = fmt.Sprintf("%08X", uint32(i)*2654435761), agent(i*7%1000), fmt.Sprintf("GTX Pro %d", i*13%50), []string{"Won", "Lost", "Engaging", "Prospecting"}[i%4]
				if v[2] == "GTX Pro 7" && i%2 == 0 {
					v[2] = "GTXPro7"
				}
				if i%6 != 0 {
					v[3] = account(i * 31 % 20000)
				}
				v[5] = base.AddDate(0, 0, i%400)
				if i%4 < 2 {
					v[6], v[7] = base.AddDate(0, 0, i%400+60), decimal.New(int64(i%500000), -2)
				}
			})},
		{Load: crm.Load{Object: "agents", Key: "sales_agent", Fields: []string{"sales_agent", "manager"}}, Rows: gen(1000, func(i int, v []any) { v[0], v[1] = agent(i), last[i%3]; cut(v, 2) })},
		{Load: crm.Load{Object: "products", Key: "product", Fields: []string{"product", "series"}}, Rows: gen(50, func(i int, v []any) { v[0], v[1] = fmt.Sprintf("GTX Pro %d", i), "GTX"; cut(v, 2) })},
		{Load: crm.Load{Object: "accounts", Key: "account", Fields: []string{"account", "sector", "subsidiary_of"}, Links: map[string]crm.LinkBy{"subsidiary_of": {Field: "account"}}},
			Rows: gen(20000, func(i int, v []any) {
				v[0], v[1] = account(i), []string{"technolgy", "retail", "medical"}[i%3]
				if i%5 == 0 {
					v[2] = account(i / 5 * 3)
				}
				cut(v, 3)
			})},
	}
}

func suffix(i int) string {
	if i == 0 {
		return ""
	}
	s := ""
	for ; i > 0; i /= 26 {
		s += string(rune('a' + i%26))
	}
	return " " + s
}

func BenchmarkImport(b *testing.B) {
	const n = 1_000_000
	for b.Loop() {
		s, err := duck.Open(b.Context(), duck.Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		alts, sources := companies(n)
		start := time.Now()
		first, err := s.Import(b.Context(), ann, byImport, alts, sources, crm.ImportOptions{})
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		b.ReportMetric(n/took.Seconds(), "rows/s")
		_, sources = companies(n)
		start = time.Now()
		if got, err := s.Import(b.Context(), ann, byImport, nil, sources, crm.ImportOptions{}); err != nil || got.Loaded[0].Unchanged != n {
			b.Fatalf("%+v, %v", got.Loaded, err)
		}
		b.ReportMetric(n/time.Since(start).Seconds(), "same-rows/s")
		start = time.Now()
		if _, err := s.Undo(b.Context(), ann, first.Batch); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(start).Seconds(), "undo-s")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
