package plot

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
)

// image writes a picture of pixels, each a sharp square, at x, y.
func (c *canvas) image(x, y, width, height float64, m image.Image, attributes ...any) {
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&file, m); err != nil {
		panic("plot: " + err.Error()) // a picture without pixels: a mistake of this package
	}
	uri := "data:image/png;base64," + base64.StdEncoding.EncodeToString(file.Bytes())
	c.element("image", append([]any{"x", x, "y", y, "width", width, "height", height,
		"href", uri, "style", "image-rendering:pixelated"}, attributes...)...)
}
