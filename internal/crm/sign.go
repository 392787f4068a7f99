package crm

import (
	"fmt"
	"strings"

	"golang.org/x/text/currency"
)

// Sign is the sign or the code of a currency, as it stands before or after an amount.
type Sign struct {
	Text string
	Code string // ISO 4217
}

// signs are the ones that are read. A longer one comes before the one it ends with.
var signs = [...]Sign{
	{"US$", "USD"}, {"A$", "AUD"}, {"C$", "CAD"}, {"R$", "BRL"}, {"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}, {"¥", "JPY"}, {"₹", "INR"}, {"₩", "KRW"}, {"zł", "PLN"}, {"Kč", "CZK"},
	{"USD", "USD"}, {"EUR", "EUR"}, {"GBP", "GBP"}, {"CHF", "CHF"}, {"JPY", "JPY"}, {"CAD", "CAD"}, {"AUD", "AUD"}, {"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"}, {"PLN", "PLN"}, {"CZK", "CZK"}, {"INR", "INR"}, {"CNY", "CNY"}, {"BRL", "BRL"}, {"ZAR", "ZAR"},
}

// CutSign takes the sign of a currency from the beginning or the end of a text.
func CutSign(text string) (Sign, string) {
	if text == "" || (text[0] >= '0' && text[0] <= '9' && text[len(text)-1] >= '0' && text[len(text)-1] <= '9') {
		return Sign{}, text
	}
	for _, s := range signs {
		if rest, ok := strings.CutPrefix(text, s.Text); ok {
			return s, strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutSuffix(text, s.Text); ok {
			return s, strings.TrimSpace(rest)
		}
	}
	return Sign{}, text
}

// Fits tells whether an amount with the sign may be one of a currency. $ is that of each dollar, and no sign fits all.
func (s Sign) Fits(code string) bool {
	if s.Code == "" || code == "" || s.Code == code {
		return true
	}
	unit, err := currency.ParseISO(code)
	return err == nil && s.Text == fmt.Sprint(currency.NarrowSymbol(unit))
}
