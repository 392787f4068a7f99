package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"openclaw/internal/answer"
	"openclaw/internal/web"
)

func TestWordChipsAreTakenAwayWithTheirSmallWords(t *testing.T) {
	for _, tt := range []struct {
		question string // kind letters: m measure, v value, o object, w word, d date, n number, f field
		want     map[string]string
	}{
		{"m:how many v:won o:deals w:in d:Q3 2017", map[string]string{"won": "how many deals in Q3 2017", "in Q3 2017": "how many won deals"}},
		{"m:total f:close value w:by o:sales agent w:for w:the v:GTX Pro", map[string]string{"for the GTX Pro": "total close value by sales agent"}},
		{"v:lost o:deals w:of v:Darcel Schlecht w:by o:product", map[string]string{"lost": "deals of Darcel Schlecht by product", "of Darcel Schlecht": "lost deals by product"}},
		{"o:deals w:not w:in v:Central", map[string]string{"not in Central": "deals"}},
		{"o:deals w:in w:the v:Central f:office", nil},
		{"v:won w:or v:lost o:deals", nil},
		{"o:deals w:by d:month w:in d:2026", map[string]string{"in 2026": "deals by month"}},
		{"o:deals w:in w:neither v:retail w:nor v:technology", nil},
		{"m:win rate w:of v:Cara Losch w:'s o:team", nil},
		{"o:deals w:from d:April w:to d:June", nil},
		{"o:deals w:between d:April w:and d:June", nil},
		{"o:deals w:over n:5k", nil},
		{"v:won", nil},
	} {
		kinds := map[string]string{"m": "measure", "v": "value", "o": "object", "w": "word", "d": "date", "n": "number", "f": "field"}
		var chips []answer.Chip
		for _, word := range strings.Fields(tt.question) {
			kind, text, ok := strings.Cut(word, ":")
			if !ok {
				chips[len(chips)-1].Text += " " + word
				continue
			}
			chips = append(chips, answer.Chip{Kind: kinds[kind], Text: text})
		}
		var got map[string]string
		for _, c := range web.WordChips(chips, nil) {
			if c.Without == "" {
				continue
			}
			u, err := url.Parse(c.Without)
			if err != nil {
				t.Fatal(err)
			}
			if got == nil {
				got = map[string]string{}
			}
			got[c.Part] = u.Query().Get("q")
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.question, diff)
		}
	}
}
