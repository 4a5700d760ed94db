package plot

import "slices"

// curve draws a series in a plot with its corner at x, y.
func (p *panel) curve(c *canvas, x, y float64, runs [][]point, s Series, style int) {
	place := func(px, py float64) position { return position{x + p.x.at(px), y + p.y.at(py)} }
	var line, band []byte
	var dots, rings []position
	for _, run := range runs {
		var curve, edge []position
		for _, q := range run {
			curve = append(curve, place(q.x, q.y))
			edge = append(edge, place(q.x, q.high))
			if slices.Contains(s.Marks, q.x) {
				rings = append(rings, place(q.x, q.y))
			}
		}
		for _, q := range slices.Backward(run) {
			edge = append(edge, place(q.x, q.low))
		}
		switch {
		case len(run) == 1 && s.Spread != nil:
			line = appendPath(line, edge)
			fallthrough
		case len(run) == 1:
			dots = append(dots, curve...)
		case s.Spread != nil:
			band = append(appendPath(band, edge), 'Z')
			fallthrough
		default:
			line = appendPath(line, curve)
		}
	}

	paint, dash := look(style)
	c.group(paint)
	if band != nil {
		c.element("path", "d", string(band), "fill", "currentColor", "fill-opacity", bandOpacity)
	}
	if line != nil {
		width := lineWidth
		if float64(len(s.X)) > p.x.to/2 {
			width /= 2 // else noise from point to point would be a block
		}
		c.element("path", append([]any{"d", string(line), "stroke-linejoin", "round"}, stroke(dash, width)...)...)
	}
	for _, at := range dots {
		c.element("circle", "cx", at.x, "cy", at.y, "r", 3.0, "fill", "currentColor")
	}
	for _, at := range rings {
		c.ring(at.x, at.y)
	}
	c.close("g")
}

// A position is a point of a figure, in px.
type position struct{ x, y float64 }

// appendPath appends a line through points to the data of a path.
func appendPath(path []byte, points []position) []byte {
	command := byte('M')
	for _, p := range points {
		path = appendNumber(append(path, command), p.x)
		path = appendNumber(append(path, ' '), p.y)
		command = 'L'
	}
	return path
}
