package crm_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

func TestParseFilter(t *testing.T) {
	for text, want := range map[string]crm.Filter{
		"deal_stage = Won":                          crm.Where("deal_stage", crm.Is, "Won"),
		"deal_stage=Won":                            crm.Where("deal_stage", crm.Is, "Won"),
		"Deal stage = Won":                          crm.Where("deal_stage", crm.Is, "Won"),
		"close_value > 5000":                        crm.Where("close_value", crm.More, "5000"),
		"close_value>=5,000":                        crm.Where("close_value", crm.AtLeast, "5,000"),
		"close_value <= -3":                         crm.Where("close_value", crm.AtMost, "-3"),
		"account.sector != retail":                  crm.Where("account.sector", crm.IsNot, "retail"),
		"account is empty":                          crm.Where("account", crm.Empty),
		"account IS NOT EMPTY":                      crm.Where("account", crm.NotEmpty),
		`name = "is empty"`:                         crm.Where("name", crm.Is, "is empty"),
		"name = a=b":                                crm.Where("name", crm.Is, "a=b"),
		"name = contains in it":                     crm.Where("name", crm.Is, "contains in it"),
		"product contains GTX":                      crm.Where("product", crm.Contains, "GTX"),
		"name starts with Ann":                      crm.Where("name", crm.StartsWith, "Ann"),
		"name starts Ann":                           crm.Where("name", crm.StartsWith, "Ann"),
		"close_date between 2017-01-01 and 2017-02": crm.Where("close_date", crm.Between, "2017-01-01", "2017-02"),
		"deal_stage in Won, Lost":                   crm.Where("deal_stage", crm.Is, "Won", "Lost"),
		`name not in "Acme, Inc.", Bluth`:           crm.Where("name", crm.IsNot, "Acme, Inc.", "Bluth"),
		"tags any of a, b":                          crm.Where("tags", crm.AnyOf, "a", "b"),
		"tags none of a":                            crm.Where("tags", crm.NoneOf, "a"),
		"id = 7":                                    crm.Where("id", crm.Is, "7"),
		"account.id in 7, 8":                        crm.Where("account.id", crm.Is, "7", "8"),
		`{"or":[{"term":{"path":"a"},"op":"=","values":["1"]}]}`: {Or: []crm.Filter{crm.Where("a", crm.Is, "1")}},
	} {
		got, err := crm.ParseFilter(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: error %v, -want +got:\n%s", text, err, diff)
		}
	}
	for _, text := range []string{"", "deal_stage", "= Won", "deal_stage =", "a..b = 1", "close_date between 1", "a between 1 and 2 and 3", "{", `{"nope":1}`, "is empty"} {
		if got, err := crm.ParseFilter(text); fail.KindOf(err) != fail.Invalid || fail.As(err).Hint == "" {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

func TestParseSort(t *testing.T) {
	for text, want := range map[string]crm.Sort{
		"close_value": {Path: "close_value"}, "-close_value": {Path: "close_value", Desc: true},
		"close_value desc": {Path: "close_value", Desc: true}, "Close value:asc": {Path: "close_value"}, "Price, net": {Path: "price_net"}, "account.name DESC": {Path: "account.name", Desc: true},
	} {
		if got, err := crm.ParseSort(text); got != want || err != nil {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-", "a..b", "amount,-closed_on", "amount, -closed_on", "amount,name"} {
		if _, err := crm.ParseSort(text); fail.KindOf(err) != fail.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
