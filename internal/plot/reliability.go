package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Reliability is a reliability diagram: how often a classifier was right
// against how sure it was, in bins of confidence, over a histogram of the
// samples. See C. Guo et al., "On Calibration of Modern Neural Networks", 2017,
// section 2 (https://arxiv.org/abs/1706.04599).
type Reliability struct {
	Title    string
	Subtitle string // or "", as in "expected calibration error 0.031"
	Bins     []Bin
}

// A Bin is the samples whose confidence is between Low and High, of 0 to 1.
type Bin struct {
	Low, High            float64
	Count                int
	Confidence, Accuracy float64 // means over the samples
}

const (
	squareSide      = 320.0 // of the diagram
	histogramHeight = 84.0
)

// SVG draws the figure. See [Figure].
func (f Reliability) SVG() []byte {
	c := &canvas{}
	left := margin + math.Ceil(textWidth("0.00", tickSize, false)) + tickGap
	width := left + squareSide + margin
	y := c.heading(f.Title, f.Subtitle, width)
	y = c.legend([]entry{
		{label: "accuracy", paint: series[0], box: true},
		{label: "mean confidence", paint: series[1], line: true},
		{label: "ideal", paint: ink, line: true, dash: "4 4"},
	}, y, width)

	x := scale{0, 1, left, left + squareSide}
	c.labels(muted, textSize, "start")
	c.text(margin, y+textSize*ascent, "accuracy")
	c.close("g")
	y += 24
	f.drawBars(c, x, scale{0, 1, y + squareSide, y})
	y += squareSide + 14
	c.labels(muted, textSize, "start")
	c.text(margin, y+textSize*ascent, "samples")
	c.close("g")
	y += 30
	f.drawCounts(c, x, y)
	y += histogramHeight
	f.frame(c, x, y)
	return c.document(f.Title, f.describe(), width, y+tickGap+tickSize+textSize+10+margin)
}

// valid returns a bin's values clamped into the diagram, if it has samples and
// they can be drawn.
func (b Bin) valid() (Bin, bool) {
	for _, v := range []*float64{&b.Low, &b.High, &b.Confidence, &b.Accuracy} {
		x, ok := finite(*v)
		if !ok {
			return b, false
		}
		*v = max(0, min(1, x))
	}
	return b, b.Count > 0 && b.Low < b.High
}

// bar returns where the bin's bar stands, apart from its neighbours.
func (b Bin) bar(x scale) (left, width float64) {
	left, right := x.at(b.Low), x.at(b.High)
	gap := min(1, (right-left)/4)
	return left + gap, right - left - 2*gap
}

// drawBars draws the diagram proper.
func (f Reliability) drawBars(c *canvas, x, y scale) {
	c.group(grid, "stroke", "currentColor")
	ticks := ticks(0, 1, 6, roundness{})
	for _, t := range ticks {
		c.line(x.from, y.at(t.value), x.to, y.at(t.value))
	}
	c.close("g")
	c.labels(muted, tickSize, "end")
	for _, t := range ticks {
		c.text(x.from-tickGap, y.at(t.value)+tickSize*middle, t.label)
	}
	c.close("g")

	c.group(series[0])
	for _, b := range f.Bins {
		if b, ok := b.valid(); ok {
			left, width := b.bar(x)
			c.box(left, y.at(b.Accuracy), width, y.from-y.at(b.Accuracy))
		}
	}
	c.close("g")
	c.group(series[1])
	for _, b := range f.Bins {
		if b, ok := b.valid(); ok {
			left, width := b.bar(x)
			c.line(left, y.at(b.Confidence), left+width, y.at(b.Confidence), stroke("", 3)...)
		}
	}
	c.close("g")
	c.group(ink)
	c.line(x.from, y.from, x.to, y.to, stroke("4 4", lineWidth)...)
	c.close("g")
	c.group(axis, "stroke", "currentColor")
	c.line(x.from, y.from, x.to, y.from)
	c.close("g")
}

// box draws a box in the colour of the group around it.
func (c *canvas) box(x, y, width, height float64) {
	c.rect(x, y, width, height, "fill", "currentColor")
}

// drawCounts draws the histogram below y, its counts above the bars where there
// is room for them.
func (f Reliability) drawCounts(c *canvas, x scale, top float64) {
	most := 1
	fits := true
	end := x.from
	for _, b := range f.Bins {
		if b, ok := b.valid(); ok {
			most = max(most, b.Count)
			fits = fits && x.at(b.Low) >= end &&
				textWidth(strconv.Itoa(b.Count), smallSize, false) <= x.at(b.High)-x.at(b.Low)-2
			end = x.at(b.High)
		}
	}
	y := scale{0, float64(most), top + histogramHeight, top}
	c.group(muted)
	for _, b := range f.Bins {
		if b, ok := b.valid(); ok {
			left, width := b.bar(x)
			c.box(left, y.at(float64(b.Count)), width, y.from-y.at(float64(b.Count)))
		}
	}
	c.close("g")
	c.labels(ink, smallSize, "middle")
	for _, b := range f.Bins {
		if b, ok := b.valid(); ok && fits {
			c.text((x.at(b.Low)+x.at(b.High))/2, y.at(float64(b.Count))-4, strconv.Itoa(b.Count))
		}
	}
	c.close("g")
}

// frame draws the axis that both plots share, at the bottom.
func (f Reliability) frame(c *canvas, x scale, y float64) {
	c.group(axis, "stroke", "currentColor")
	c.line(x.from, y, x.to, y)
	for _, t := range ticks(0, 1, 6, roundness{}) {
		c.line(x.at(t.value), y, x.at(t.value), y+4)
	}
	c.close("g")
	c.labels(muted, tickSize, "middle")
	for _, t := range ticks(0, 1, 6, roundness{}) {
		c.text(x.at(t.value), y+tickGap+tickSize, t.label)
	}
	c.text((x.from+x.to)/2, y+tickGap+tickSize+textSize+5, "confidence: the probability of the predicted class", "font-size", textSize)
	c.close("g")
}

func (f Reliability) describe() string {
	var b strings.Builder
	b.WriteString("Accuracy against confidence.")
	for _, bin := range f.Bins {
		if bin, ok := bin.valid(); ok {
			fmt.Fprintf(&b, " Confidence %s to %s: %d samples, mean confidence %s, accuracy %s.",
				number(bin.Low), number(bin.High), bin.Count, number(bin.Confidence), number(bin.Accuracy))
		}
	}
	return b.String()
}
