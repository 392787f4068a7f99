package web

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// shownBars is how many bars are drawn; the rest are counted.
const shownBars = 12

// Bar is one line of a bar chart: a table row whose middle is drawn.
type Bar struct {
	Label Value
	Value string
	Extra []string // the other numbers of the row
	Width int      // of 1000
	Minus bool
	Hot   bool
}

// Plot is a chart over time: columns or a line in a box of 1000 by 160.
type Plot struct {
	Line  bool
	Rects []Rect
	Point string // of the line
	Area  string
	First string
	Last  string
	Top   string // the value at the upper edge
}

// Rect is one column of a plot.
type Rect struct {
	X, Y, W, H string
	Hot        bool
}

// number reads a value as far as a chart needs it.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case decimal.Decimal:
		f, _ := v.Float64()
		return f, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	case interface{ Float64() (float64, error) }:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// bars draws one measure by category. They begin at zero; the longest is the one that answers, or several that tie.
func bars(labels []Value, shown []string, values []any) []Bar {
	most := 0.0
	for _, v := range values {
		if f, ok := number(v); ok {
			most = max(most, f, -f)
		}
	}
	out := make([]Bar, 0, min(len(values), shownBars))
	for i, v := range values[:min(len(values), shownBars)] {
		b := Bar{Label: labels[i], Value: shown[i]}
		if b.Label.Kind == "tag" {
			b.Label.Kind = "text" // the bar is the mark; a second one beside it says nothing more
		}
		if f, ok := number(v); ok && most > 0 {
			b.Width, b.Minus = int(1000*max(f, -f)/most+.5), f < 0
			b.Hot = f == most
		}
		out = append(out, b)
	}
	return out
}

const plotHeight = 160.0

// plot draws one measure over time. A column chart begins at zero; a line may not.
func plot(labels, shown []string, values []any, line bool) *Plot {
	n := len(values)
	if n < 2 {
		return nil
	}
	nums := make([]float64, n)
	low, high, top := 0.0, 0.0, 0
	for i, v := range values {
		nums[i], _ = number(v)
		if nums[i] > high {
			high, top = nums[i], i
		}
		low = min(low, nums[i])
	}
	if high == low {
		return nil
	}
	y := func(v float64) float64 { return plotHeight - (v-low)/(high-low)*plotHeight }
	p := &Plot{Line: line, First: labels[0], Last: labels[n-1], Top: shown[top]}
	if line {
		var points []string
		for i, v := range nums {
			points = append(points, fmt.Sprintf("%.1f,%.1f", 1000*float64(i)/float64(n-1), y(v)))
		}
		p.Point = strings.Join(points, " ")
		p.Area = fmt.Sprintf("0,%.0f %s 1000,%.0f", plotHeight, p.Point, plotHeight)
		return p
	}
	w := 1000 / float64(n)
	for i, v := range nums {
		upper, lower := y(max(v, 0)), y(min(v, 0))
		p.Rects = append(p.Rects, Rect{X: fmt.Sprintf("%.1f", float64(i)*w+w*.09), Y: fmt.Sprintf("%.1f", upper), W: fmt.Sprintf("%.1f", w*.82), H: fmt.Sprintf("%.1f", lower-upper), Hot: v == high})
	}
	return p
}
