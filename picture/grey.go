package picture

import "image"

// grey shows a decoded picture in 16-bit grey, a row at a time, so that the
// whole of it is never in memory twice.
type grey struct {
	height, width int
	picture       image.RGBA64Image
	white         bool // what shows through: white, else black
}

func newGrey(decoded image.Image, info Info) *grey {
	// Every picture of the standard decoders is an RGBA64Image.
	g := &grey{height: info.Height, width: info.Width, picture: decoded.(image.RGBA64Image)}
	g.white = g.dark()
	return g
}

// at returns luma, multiplied by alpha, and alpha itself, both of 0 to 65535.
// Outside the first frame of a GIF, both are 0.
func (g *grey) at(x, y int) (luma, alpha uint32) {
	if !image.Pt(x, y).In(g.picture.Bounds()) {
		return 0, 0
	}
	c := g.picture.RGBA64At(x, y)
	// ITU-R BT.709-6, item 3.2: 0.2126 R + 0.7152 G + 0.0722 B.
	luma = (2126*uint32(c.R) + 7152*uint32(c.G) + 722*uint32(c.B) + 5000) / 10000
	return luma, uint32(c.A)
}

// dark reports whether a picture with transparency shows something darker than
// medium grey.
func (g *grey) dark() bool {
	bounds := g.picture.Bounds()
	if o, ok := g.picture.(interface{ Opaque() bool }); ok && o.Opaque() &&
		bounds == image.Rect(0, 0, g.width, g.height) {
		return false
	}
	var lumas, alphas uint64
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			luma, alpha := g.at(x, y)
			lumas += uint64(luma)
			alphas += uint64(alpha)
		}
	}
	return 2*lumas < alphas
}

// row fills dst with the grey values of row y.
func (g *grey) row(y int, dst []uint16) {
	for x := range dst {
		luma, alpha := g.at(x, y)
		if g.white {
			luma += 65535 - alpha
		}
		dst[x] = uint16(min(luma, 65535))
	}
}
