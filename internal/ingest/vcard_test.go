package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/ingest"
)

// card is one card of a version, from its lines.
func card(version string, lines ...string) string {
	return "BEGIN:VCARD\r\nVERSION:" + version + "\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

// taken imports one card and gives its values by field, those that are empty left out.
func taken(t *testing.T, text string) map[string]string {
	t.Helper()
	m := newMemory()
	bring(t, m, files(t, "contacts.vcf", text), ingest.Options{})
	out := map[string]string{}
	for _, f := range objectOf(t, m, "contacts").Fields {
		if text := shown(t, m, "contacts", f.Name)[0]; text != "" {
			out[f.Name] = text
		}
	}
	return out
}

// TestCardsKeepEverything holds that what stands on a card several times, and what is escaped, is kept whole, in each version.
func TestCardsKeepEverything(t *testing.T) {
	want := map[string]string{"name": "Ann; Lee", "company": "North; Wind, Ltd", "department": "Sales, East", "street": "1 Main St: rear, Suite 5", "city": "Bonn", "country": "Germany",
		"street_2": "Box 7", "city_2": "Kiel", "email": "a@x.example", "email_2": "b@x.example", "phone": "+49 30 1", "phone_2": "+49 30 2", "website": "https://a.example/x", "website_2": "https://b.example/y",
		"note": `one, two` + "\n" + `three; C:\new`, "note_2": "more"}
	lines := func(tel, pref string) []string {
		return []string{`FN:Ann\; Lee`, `ORG:North\; Wind\, Ltd;Sales;East`, "ADR;" + pref + `:;Suite 5;1 Main St\: rear;Bonn;;;Germany`, `ADR:Box 7;;;Kiel;;;`,
			"EMAIL:b@x.example", "EMAIL;" + pref + ":a@x.example", "TEL;" + pref + ":" + tel + "+49 30 1", "TEL:" + tel + "+49 30 2", "URL:https://a.example/x", "URL:https://b.example/y",
			`NOTE:one\, two\nthree\`, ` ; C:\\new`, "NOTE:more"}
	}
	for version, text := range map[string]string{"2.1": card("2.1", lines("", "PREF")...), "3.0": card("3.0", lines("", "TYPE=PREF")...), "4.0": card("4.0", lines("tel:", "PREF=1")...)} {
		t.Run(version, func(t *testing.T) {
			if diff := cmp.Diff(want, taken(t, text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("categories", func(t *testing.T) {
		if got := taken(t, card("3.0", "FN:A", `CATEGORIES:a\,b,c\;d,e`))["categories"]; got != `a,b; "c;d"; e` {
			t.Errorf("read %q", got)
		}
	})
	t.Run("more than there are columns for", func(t *testing.T) {
		lines := []string{"FN:A"}
		for i := range 12 {
			lines = append(lines, fmt.Sprintf("TEL:+49 30 10%d", i))
		}
		if got := taken(t, card("3.0", lines...)); got["phone_8"] != "+49 30 107" || got["phone_9"] != "+49 30 108; +49 30 109; +49 30 1010; +49 30 1011" {
			t.Errorf("%+v", got)
		}
	})
}
