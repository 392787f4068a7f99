package crm

import (
	"fmt"
	"math"
)

// SizeText writes a number of bytes for people, in the units of df -h and of the settings: a MB is 1,048,576 bytes.
func SizeText(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for f >= 1023.5 && i < len(units)-1 {
		f, i = f/1024, i+1
	}
	if f = math.Round(f*10) / 10; f >= 10 || f == math.Trunc(f) {
		return fmt.Sprintf("%.0f %s", f, units[i])
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
