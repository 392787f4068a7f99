package crm_test

import (
	"testing"

	"openclaw/internal/crm"
)

func TestNamesInAnyScript(t *testing.T) {
	for text, want := range map[string]struct{ ident, called string }{
		"Close Value ($)": {"close_value", "Close value"},
		"closeValue":      {"close_value", "Close value"},
		"created_at":      {"source_created_at", "Created at"},
		"Größe":           {"grosse", "Größe"},
		"Café (m²)":       {"cafe_m2", "Café (m²)"},
		"Клиент":          {"klient", "Клиент"},
		"ПЛОЩАДЬ":         {"ploshchad", "ПЛОЩАДЬ"},
		"дата_сделки":     {"data_sdelki", "дата сделки"},
		"Πελάτης":         {"pelates", "Πελάτης"},
		"客户 名称":           {"ke_hu_ming_cheng", "客户 名称"},
		"고객":              {"gogaeg", "고객"},
		"😀":               {"field", "😀"},
		"":                {"field", "Field"},
		"1252":            {"field_1252", "1252"},
		"Preis €":         {"preis", "Preis"},
		"عميل":            {"myl", "عميل"},
	} {
		if got := crm.Ident(text); got != want.ident {
			t.Errorf("%q is spelt %s, want %s", text, got, want.ident)
		}
		if got := crm.Called(text); got != want.called {
			t.Errorf("%q is called %q, want %q", text, got, want.called)
		}
	}
}
