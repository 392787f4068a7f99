package crm_test

import (
	"strings"
	"testing"

	"openclaw/internal/crm"
	"openclaw/internal/fail"
)

// TestFilesStayBelowTheirFolder holds that the value of a file field is a path that leads nowhere else, and is read as it is kept.
func TestFilesStayBelowTheirFolder(t *testing.T) {
	f := crm.Field{Name: "doc", Label: "Doc", Type: crm.File}
	for _, text := range []string{"a.pdf", "contracts/2026/acme & co.pdf", "..hidden", "a..b/c", "日本語/ü.txt", "~", "-"} {
		if v, err := f.Parse(" " + text + " "); err != nil || v != text || f.Show(v) != text {
			t.Errorf("%q: %v, %v", text, v, err)
		}
	}
	for _, text := range []string{"/etc/passwd", "..", ".", "../a", "a/../b", "a/..", "./a", "a//b", "a/", "//host/a", `C:\a`, `..\a`, "a\nb", "a\x1b[2Jb", "a\x7f", "a\u0085b", strings.Repeat("x", 1025)} {
		_, err := f.Parse(text)
		if fail.KindOf(err) != fail.Invalid || !strings.Contains(err.Error(), "folder files for Doc") || !strings.Contains(fail.As(err).Hint, "contracts/2026/acme.pdf") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
