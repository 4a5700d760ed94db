// Package plot draws the figures of a training run as SVG: curves over epochs,
// heat maps, confusion matrices, pictures, weights and reliability diagrams.
//
// A figure is a struct of plain data whose method SVG gives a whole document
// (SVG 1.1, https://www.w3.org/TR/SVG11/). It stands in a page as well as in a
// file of its own:
//
//   - It has no id, script, font or link, so that any number of figures can
//     share a page. Its classes begin with "plot".
//   - Its text is text, in the reader's system font, and it has a title and a
//     description for those who cannot see it.
//   - Without a style sheet it is light. With CSS Color 5's light-dark() it
//     follows the color-scheme of the page, or of the reader where it stands
//     alone; in print it is light.
//   - A page can set each colour: --plot-paper, --plot-ink, --plot-muted,
//     --plot-axis, --plot-grid and --plot-1 to --plot-5.
//   - It shrinks to the width it is given.
//
// Equal figures have equal bytes. No data make a figure fail: values that are
// not finite are gaps, and a figure without data says so.
package plot

import "math"

// A Figure can be drawn: [Lines], [HeatMap], [Confusion], [Pictures],
// [Weights] and [Reliability].
type Figure interface {
	// SVG returns the figure as an SVG document without XML declaration.
	SVG() []byte
}

const (
	margin    = 14.0 // around a figure, in px
	fullWidth = 720  // of a figure that has no reason for another, in px

	titleSize   = 15.0 // of fonts, in px
	headingSize = 13.0
	textSize    = 12.0
	tickSize    = 11.0

	// What of a font's size is above the baseline and below it, and how far the
	// baseline is below the middle of a capital.
	ascent, descent, middle = 0.8, 0.25, 0.36
)

const (
	largest  = 1e100  // numbers beyond are taken as not finite
	smallest = 1e-100 // numbers nearer to zero are taken as zero
)

// finite reports whether v can be drawn, and returns what to draw.
func finite(v float64) (float64, bool) {
	switch m := math.Abs(v); {
	case !(m <= largest):
		return 0, false
	case m < smallest:
		return 0, true
	}
	return v, true
}

// An extent is the range of some numbers.
type extent struct {
	low, high float64
	some      bool // whether there are any
	fractions bool // whether one of them is not whole
}

// add widens the extent to v, if that is finite.
func (e *extent) add(v float64) {
	v, ok := finite(v)
	if !ok {
		return
	}
	if !e.some {
		*e = extent{low: v, high: v, some: true}
	}
	e.low, e.high = min(e.low, v), max(e.high, v)
	e.fractions = e.fractions || v != math.Trunc(v)
}
