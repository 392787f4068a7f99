package crm_test

import (
	"testing"

	"openclaw/internal/crm"
)

func TestSizeText(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 640: "640 bytes", 4 << 10: "4 kB", 4300: "4.2 kB", 64 << 20: "64 MB", 412 << 20: "412 MB", 1<<20 - 1: "1 MB",
		3 << 29: "1.5 GB", 2 << 30: "2 GB", 1<<40 - 1: "1 TB", 5000 << 40: "5000 TB",
	} {
		if got := crm.SizeText(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
