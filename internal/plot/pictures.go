package plot

import (
	"fmt"
	"image"
	"math"
	"strings"
)

// Pictures are grey pictures with a caption each, side by side.
type Pictures struct {
	Title         string
	Subtitle      string // or ""
	Height, Width int    // of a picture, in pixels
	Pictures      []Picture

	// Columns is the number of pictures side by side; 0 stands for as many as
	// fit in 720 px.
	Columns int
}

// A Picture has its pixels, (Height, Width), row-major, 0 being black, and
// lines of text below it. Pixels that are missing are black.
type Picture struct {
	Pixels  []uint8
	Caption []string
}

const (
	pictureSide = 112.0 // what a picture fits in, in px
	pictureGap  = 14.0
	maxCaption  = 132.0 // the width of a caption
	maxSide     = 1024  // of a picture, in pixels
)

// SVG draws the figure. See [Figure].
func (f Pictures) SVG() []byte {
	c := &canvas{}
	if len(f.Pictures) == 0 || f.Height < 1 || f.Width < 1 || f.Height > maxSide || f.Width > maxSide {
		return c.empty(f.Title, f.Subtitle, "pictures")
	}
	scale := pictureSide / float64(max(f.Height, f.Width))
	if scale > 1 {
		scale = math.Floor(scale)
	}
	width, height := float64(scale*float64(f.Width)), float64(scale*float64(f.Height))
	column, lines := width, 0
	for _, p := range f.Pictures {
		column = max(column, min(widest(p.Caption, tickSize, false), maxCaption))
		lines = max(lines, len(p.Caption))
	}
	column = math.Ceil(column)
	row := height + float64(float64(lines)*lineHeight) + 8 + pictureGap
	columns := f.Columns
	if columns <= 0 {
		columns = int((fullWidth - 2*margin + pictureGap) / (column + pictureGap))
	}
	columns = min(columns, len(f.Pictures))
	total := 2*margin + float64(float64(columns)*(column+pictureGap)) - pictureGap
	total = max(total, fullWidth/2)

	top := c.heading(f.Title, f.Subtitle, total)
	corner := func(i int) (x, y float64) {
		return margin + float64(float64(i%columns)*(column+pictureGap)), top + float64(float64(i/columns)*row)
	}
	for i, p := range f.Pictures {
		x, y := corner(i)
		m := image.NewGray(image.Rect(0, 0, f.Width, f.Height))
		copy(m.Pix, p.Pixels)
		c.image(x, y, width, height, m)
	}
	// The first line, what the picture shows, stands out.
	for line := range lines {
		if line == 0 {
			c.labels(ink, tickSize, "start", "font-weight", "600")
		} else {
			c.labels(muted, tickSize, "start")
		}
		for i, p := range f.Pictures {
			if line < len(p.Caption) {
				x, y := corner(i)
				c.text(x, y+height+float64(float64(line+1)*lineHeight), cut(p.Caption[line], tickSize, line == 0, column))
			}
		}
		c.close("g")
	}
	rows := (len(f.Pictures) + columns - 1) / columns
	return c.document(f.Title, f.describe(), total, top+float64(float64(rows)*row)-pictureGap+margin)
}

func (f Pictures) describe() string {
	captions := make([]string, len(f.Pictures))
	for i, p := range f.Pictures {
		captions[i] = strings.Join(p.Caption, " ")
	}
	return fmt.Sprintf("%d pictures: %s.", len(f.Pictures), strings.Join(captions, "; "))
}
