package plot

import "math"

// An entry of a legend is a sample and its label.
type entry struct {
	label string
	paint paint
	line  bool   // the sample is a line,
	dash  string // dashed so,
	band  bool   // on a band;
	ring  bool   // or a ring,
	box   bool   // or a box,
}

const (
	sampleWidth = 26.0
	ringWidth   = 10.0
	entryGap    = 18.0 // between entries
	entryHeight = 19.0
)

func (e entry) sampleWidth() float64 {
	if e.line {
		return sampleWidth
	}
	return ringWidth
}

// legend writes entries in rows from left to right and returns how far down
// they reach.
func (c *canvas) legend(entries []entry, y, width float64) (bottom float64) {
	if len(entries) == 0 {
		return y
	}
	places := make([]position, len(entries))
	labels := make([]string, len(entries))
	x := margin
	for i, e := range entries {
		room := width - 2*margin - e.sampleWidth() - 6
		labels[i] = cut(e.label, textSize, false, room)
		w := e.sampleWidth() + 6 + textWidth(labels[i], textSize, false)
		if x > margin && x+w > width-margin {
			x, y = margin, y+entryHeight
		}
		places[i] = position{x, y + entryHeight/2}
		x += w + entryGap
	}
	for i, e := range entries {
		e.draw(c, places[i].x, places[i].y)
	}
	c.labels(ink, textSize, "start")
	for i, e := range entries {
		c.text(places[i].x+e.sampleWidth()+6, places[i].y+textSize*middle, labels[i])
	}
	c.close("g")
	return math.Round(y + entryHeight + 6)
}

// draw draws the sample with its left end at x, around y.
func (e entry) draw(c *canvas, x, y float64) {
	c.group(e.paint)
	if e.band {
		c.rect(x, y-6, sampleWidth, 12, "fill", "currentColor", "fill-opacity", bandOpacity)
	}
	if e.line {
		c.line(x, y, x+sampleWidth, y, stroke(e.dash, lineWidth)...)
	}
	if e.ring {
		c.ring(x+ringWidth/2, y)
	}
	if e.box {
		c.box(x, y-ringWidth/2, ringWidth, ringWidth)
	}
	c.close("g")
}

// stroke returns the attributes of a line in the colour of the group around it.
func stroke(dash string, width float64) []any {
	attributes := []any{"fill", "none", "stroke", "currentColor", "stroke-width", width}
	if dash != "" {
		attributes = append(attributes, "stroke-dasharray", dash)
	}
	return attributes
}

const (
	lineWidth   = 2.0
	bandOpacity = "0.16"
)

// ring marks a point of a curve, in the colour of the group around it.
func (c *canvas) ring(x, y float64) {
	c.element("circle", "cx", x, "cy", y, "r", 4.0, "class", paper.class(), "fill", paper.light,
		"stroke", "currentColor", "stroke-width", lineWidth)
}
