package plot

import (
	"math"
	"strconv"
)

// A canvas collects the elements of an SVG document.
type canvas struct{ b []byte }

// element writes an element without content. The attributes are names, each
// with its value, a float64, int or string.
func (c *canvas) element(name string, attributes ...any) {
	c.tag(name, attributes)
	c.b = append(c.b, "/>"...)
}

// open writes the start of an element that close ends.
func (c *canvas) open(name string, attributes ...any) {
	c.tag(name, attributes)
	c.b = append(c.b, '>')
}

func (c *canvas) close(name string) {
	c.b = append(append(append(c.b, "</"...), name...), '>')
}

func (c *canvas) tag(name string, attributes []any) {
	c.b = append(append(c.b, '<'), name...)
	for i := 0; i+1 < len(attributes); i += 2 {
		c.b = append(append(append(c.b, ' '), attributes[i].(string)...), `="`...)
		switch v := attributes[i+1].(type) {
		case float64:
			c.b = appendNumber(c.b, v)
		case int:
			c.b = strconv.AppendInt(c.b, int64(v), 10)
		case string:
			c.b = appendEscaped(c.b, v)
		}
		c.b = append(c.b, '"')
	}
}

// text writes s with its baseline at y, starting at x unless the attributes or
// the group around it tell otherwise.
func (c *canvas) text(x, y float64, s string, attributes ...any) {
	c.open("text", append([]any{"x", x, "y", y}, attributes...)...)
	c.b = appendEscaped(c.b, s)
	c.close("text")
}

// line writes a straight line.
func (c *canvas) line(x1, y1, x2, y2 float64, attributes ...any) {
	c.element("line", append([]any{"x1", x1, "y1", y1, "x2", x2, "y2", y2}, attributes...)...)
}

// rect writes a rectangle.
func (c *canvas) rect(x, y, width, height float64, attributes ...any) {
	c.element("rect", append([]any{"x", x, "y", y, "width", width, "height", height}, attributes...)...)
}

// group opens a group that is painted in a colour of the theme.
func (c *canvas) group(p paint, attributes ...any) {
	c.open("g", append([]any{"class", p.class(), "color", p.light}, attributes...)...)
}

// labels opens a group of texts in a colour of the theme.
func (c *canvas) labels(p paint, size float64, anchor string, attributes ...any) {
	c.group(p, append([]any{"fill", "currentColor", "font-size", size, "text-anchor", anchor}, attributes...)...)
}

// heading writes the title and subtitle of a figure and returns how far down
// they reach.
func (c *canvas) heading(title, subtitle string, width float64) (bottom float64) {
	y := margin
	for _, part := range []struct {
		text   string
		size   float64
		weight string
		paint  paint
	}{{title, titleSize, "600", ink}, {subtitle, textSize, "400", muted}} {
		if part.text == "" {
			continue
		}
		c.labels(part.paint, part.size, "start", "font-weight", part.weight)
		for _, line := range wrap(part.text, part.size, part.weight == "600", width-2*margin, 4) {
			c.text(margin, y+float64(part.size*ascent)+1, line)
			y += math.Round(part.size * 1.35)
		}
		c.close("g")
	}
	if y > margin {
		y += 8
	}
	return y
}

// empty returns a figure that says what it lacks.
func (c *canvas) empty(title, subtitle, lack string) []byte {
	const width = fullWidth / 2
	y := c.heading(title, subtitle, width) + textSize
	c.labels(muted, textSize, "start")
	c.text(margin, y, "no "+lack)
	c.close("g")
	return c.document(title, "There are no "+lack+".", width, y+margin)
}

// document returns the SVG document of what was drawn.
func (c *canvas) document(title, description string, width, height float64) []byte {
	if title == "" {
		title = "Figure"
	}
	width, height = math.Ceil(width), math.Ceil(height)
	d := &canvas{}
	d.open("svg", "xmlns", "http://www.w3.org/2000/svg", "class", "plot", "role", "img",
		"viewBox", "0 0 "+strconv.Itoa(int(width))+" "+strconv.Itoa(int(height)), "width", width, "height", height,
		"font-family", `system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif`)
	for _, e := range [][2]string{{"title", title}, {"desc", description}} {
		d.open(e[0])
		d.b = appendEscaped(d.b, e[1])
		d.close(e[0])
	}
	d.open("style")
	d.b = append(d.b, style...)
	d.close("style")
	d.rect(0, 0, width, height, "class", paper.class(), "fill", paper.light)
	d.b = append(d.b, c.b...)
	d.close("svg")
	return append(d.b, '\n')
}

// appendNumber appends v rounded to a hundredth.
func appendNumber(b []byte, v float64) []byte {
	hundredths := int64(math.Round(v * 100))
	if hundredths < 0 {
		b = append(b, '-')
		hundredths = -hundredths
	}
	b = strconv.AppendInt(b, hundredths/100, 10)
	if f := hundredths % 100; f > 0 {
		b = append(b, '.', byte('0'+f/10))
		if f%10 > 0 {
			b = append(b, byte('0'+f%10))
		}
	}
	return b
}
