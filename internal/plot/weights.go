package plot

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
)

// Weights are the incoming weights of the units of a first layer, each as the
// picture that it looks for: blue where a bright pixel excites the unit, orange
// where it inhibits it, all on one scale.
type Weights struct {
	Title         string
	Subtitle      string // or ""
	Height, Width int    // of the layer's input, in pixels

	// Units has the weights of each unit, (Height, Width), row-major. Those that
	// are not finite or missing are grey.
	Units [][]float32
}

const (
	levels   = 31 // of each sign, apart from zero
	unitGap  = 2  // between pictures, in their pixels
	mostTall = 720.0
)

// Indices of weightPalette: the gap between pictures, a missing weight, and
// levels -levels to levels around zeroWeight.
const (
	noWeight      = 0
	missingWeight = 1
	zeroWeight    = 2 + levels
)

// weightPalette fades to the paper, light or dark, from hues that stand out on
// both.
var weightPalette = func() color.Palette {
	p := color.Palette{color.NRGBA{}, color.NRGBA{128, 128, 128, 200}}
	for level := -levels; level <= levels; level++ {
		c := color.NRGBA{40, 130, 220, 0}
		switch {
		case level < 0:
			c = color.NRGBA{226, 120, 20, 0}
		case level == 0:
			c = color.NRGBA{128, 128, 128, 0}
		}
		// Never all transparent, so that a picture's edge shows.
		c.A = uint8(max(16, 255*max(level, -level)/levels))
		p = append(p, c)
	}
	return p
}()

// SVG draws the figure. See [Figure].
func (f Weights) SVG() []byte {
	c := &canvas{}
	if len(f.Units) == 0 || f.Height < 1 || f.Width < 1 || f.Height > maxSide || f.Width > maxSide {
		return c.empty(f.Title, f.Subtitle, "weights")
	}
	columns, rows, scale := f.layout()
	sheet := f.sheet(columns, rows)
	width, height := scale*float64(sheet.Rect.Dx()), scale*float64(sheet.Rect.Dy())
	total := max(width, barWidth+barOverhang) + 2*margin
	y := c.heading(f.Title, f.Subtitle, total)
	c.image(margin, y, width, height, sheet)

	limit := f.limit()
	bar := ticks(-limit, limit, 5, roundness{})
	for i := range bar {
		bar[i].value = (bar[i].value + limit) / (2 * limit)
	}
	strip := image.NewPaletted(image.Rect(0, 0, 2*levels+1, 1), weightPalette)
	for i := range strip.Pix {
		strip.Pix[i] = uint8(zeroWeight - levels + i)
	}
	y = c.colourBar(margin, y+height+16, total-2*margin, "weight of a pixel", bar, func(x, y float64) {
		c.image(x, y, barWidth, barHeight, strip, "preserveAspectRatio", "none")
	})
	return c.document(f.Title, f.describe(), total, y+margin)
}

// layout returns how many pictures are beside and above each other, and how
// large a weight is: as large as fits in 720 px each way, but not less than one
// px as long as the width suffices for a picture.
func (f Weights) layout() (columns, rows int, scale float64) {
	across, down := f.Width+unitGap, f.Height+unitGap
	for scale = 8; ; scale-- {
		columns = min(len(f.Units), max(1, int((fullWidth-2*margin)/scale+unitGap)/across))
		rows = (len(f.Units) + columns - 1) / columns
		if scale == 1 || scale*float64(rows*down) <= mostTall && scale*float64(f.Width) <= fullWidth {
			return columns, rows, scale
		}
	}
}

// sheet returns the pictures of all units as one.
func (f Weights) sheet(columns, rows int) *image.Paletted {
	across, down := f.Width+unitGap, f.Height+unitGap
	sheet := image.NewPaletted(image.Rect(0, 0, columns*across-unitGap, rows*down-unitGap), weightPalette)
	limit := f.limit()
	for i, unit := range f.Units {
		x0, y0 := i%columns*across, i/columns*down
		for j := range f.Height * f.Width {
			index := missingWeight
			if j < len(unit) {
				if w, ok := finite(float64(unit[j])); ok {
					level := math.Round(levels * w / limit)
					index = zeroWeight + int(max(-levels, min(levels, level)))
				}
			}
			sheet.SetColorIndex(x0+j%f.Width, y0+j/f.Width, uint8(index))
		}
	}
	return sheet
}

// limit returns the size of a weight at the ends of the scale. One in 200 is
// beyond it, lest a few make all others pale.
func (f Weights) limit() float64 {
	var sizes []float64
	for _, unit := range f.Units {
		for _, w := range unit {
			if w, ok := finite(float64(w)); ok {
				sizes = append(sizes, math.Abs(w))
			}
		}
	}
	if len(sizes) == 0 {
		return 1
	}
	slices.Sort(sizes)
	limit := sizes[len(sizes)-1-len(sizes)/200]
	if limit == 0 {
		return 1
	}
	return limit
}

func (f Weights) describe() string {
	var e extent
	for _, unit := range f.Units {
		for _, w := range unit {
			e.add(float64(w))
		}
	}
	return fmt.Sprintf("%d units of %d × %d weights from %s to %s.",
		len(f.Units), f.Height, f.Width, number(e.low), number(e.high))
}
