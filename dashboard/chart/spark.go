package chart

import (
	"math"
	"strconv"
	"strings"
)

// The small drawings are SVG in the page, without a script: they stretch with
// their cell (preserveAspectRatio="none") over a box of Width by Height, and
// strokes keep their width (vector-effect). Templates only fill in attributes.

// Box of the small drawings.
const (
	Width  = 100.0
	Height = 28.0
)

// Scale is the common vertical range of lines to be compared.
type Scale struct{ Low, High float64 }

// ScaleOf spans all values, with a little air.
func ScaleOf(lines ...[]float64) Scale {
	s := Scale{math.Inf(1), math.Inf(-1)}
	for _, line := range lines {
		for _, v := range line {
			if finite(v) {
				s.Low, s.High = min(s.Low, v), max(s.High, v)
			}
		}
	}
	if !finite(s.Low) {
		return Scale{0, 1}
	}
	if s.Low == s.High {
		return Scale{s.Low - 1, s.High + 1}
	}
	return s
}

// Spark is a line over equal steps: Before in the light colour of last year,
// Now in the strong one; they share their joint.
type Spark struct {
	Before, Now string // SVG paths, empty when there is nothing to draw
	Dot         string // path of no length at the last value, drawn as a round cap
}

// Line draws values on a scale; those before index joint count as last year's.
// A gap stays a gap: no line is drawn over months without a value.
func Line(values []float64, joint int, scale Scale) Spark {
	var s Spark
	x := func(i int) float64 { return 1.5 + (Width-3)*float64(i)/float64(max(len(values)-1, 1)) }
	y := func(v float64) float64 {
		return Height - 3 - (Height-6)*(v-scale.Low)/(scale.High-scale.Low)
	}
	s.Before = path(values, 0, min(joint+1, len(values)), x, y)
	s.Now = path(values, min(joint, len(values)), len(values), x, y)
	for i := len(values) - 1; i >= 0; i-- {
		if finite(values[i]) {
			at := point(x(i), y(values[i]))
			s.Dot = "M" + at + "L" + at
			break
		}
	}
	return s
}

func path(values []float64, from, to int, x func(int) float64, y func(float64) float64) string {
	var b strings.Builder
	pen := "M"
	for i := from; i < to; i++ {
		if !finite(values[i]) {
			pen = "M"
			continue
		}
		b.WriteString(pen + point(x(i), y(values[i])))
		pen = "L"
	}
	return b.String()
}

func point(x, y float64) string { return short(x) + " " + short(y) }

func short(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// Bullet is the geometry of a bar from zero with last year's bar behind it and
// a tick at the target, in a box of Width; an absent part is nil.
type Bullet struct {
	Actual, Prior, Target, Average *float64
}

// WithAverage marks a value that all rows share, on the scale that ends at end.
func (b Bullet) WithAverage(average, end float64) Bullet {
	if finite(average) && end > 0 {
		w := math.Round(Width*min(max(average/end, 0), 1)*100) / 100
		b.Average = &w
	}
	return b
}

// NewBullet scales the three values to a common end: 1 for shares, else a
// little more than the greatest.
func NewBullet(actual, prior, target, end float64) Bullet {
	for _, v := range []float64{actual, prior, target} {
		if finite(v) {
			end = max(end, v)
		}
	}
	at := func(v float64) *float64 {
		if !finite(v) || end <= 0 {
			return nil
		}
		w := math.Round(Width*max(v, 0)/end*100) / 100
		return &w
	}
	b := Bullet{Actual: at(actual), Prior: at(prior), Target: at(target)}
	if b.Target != nil { // the tick is drawn around its place and must not be cut
		*b.Target = min(*b.Target, Width-0.6)
	}
	return b
}
