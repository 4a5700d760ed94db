package plot

import "math"

const (
	barWidth    = 280.0 // of a scale of colours
	barHeight   = 10.0
	barOverhang = 30.0 // what a label may reach beyond the bar
)

// colourBar draws a scale of colours with its label above, as wide as the room
// allows, and ticks below, whose values are places on the bar from 0 to 1. It
// returns how far down all of it reaches.
func (c *canvas) colourBar(x, y, room float64, label string, ticks []tick, fill func(x, y float64)) float64 {
	if label != "" {
		c.labels(muted, textSize, "start")
		c.text(x, y+textSize*ascent, cut(label, textSize, false, room))
		c.close("g")
		y += textSize + 7
	}
	fill(x, y)
	y += barHeight
	c.group(axis, "stroke", "currentColor")
	for _, t := range ticks {
		at := x + float64(t.value*barWidth)
		c.line(at, y, at, y+4)
	}
	c.close("g")
	c.labels(muted, tickSize, "middle")
	end := math.Inf(-1)
	for _, t := range ticks {
		half := textWidth(t.label, tickSize, false) / 2
		at := max(x+float64(t.value*barWidth), x-margin+half)
		if at-half < end+4 || half > barOverhang {
			continue
		}
		c.text(at, y+tickGap+tickSize, t.label)
		end = at + half
	}
	c.close("g")
	return y + tickGap + tickSize + 3
}
