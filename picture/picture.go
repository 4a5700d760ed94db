// Package picture turns a PNG, JPEG or GIF of any size into the input of a
// network that learned from small grey pictures, as those of MNIST and
// Fashion-MNIST are: light on a background of 0.
//
// Colour becomes grey by the luma of ITU-R BT.709. The whole picture is fitted
// into the input with its aspect ratio kept, and what stays free around it
// takes the median value of the picture's border. Shrinking averages exactly
// the area under each pixel, enlarging is bilinear; all of it is integer
// arithmetic rounded once, so a picture gives the same bytes on every machine,
// and a grey picture of the right size passes through unchanged.
//
// Where a picture is transparent, it lies on black if what it shows is light,
// and on white if what it shows is dark, so that neither vanishes. See
// [LooksInverted] for what to do about pictures that are dark on light.
//
// Of an animated GIF the first frame counts. EXIF orientation is not applied.
package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // known formats
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
)

const (
	// MaxPixels is the size of the largest picture, and network input, that
	// [Load] accepts: 64 megapixels.
	MaxPixels = 1 << 26

	// MaxSide is the greatest height or width of a picture that [Load] accepts.
	MaxSide = 1 << 16

	// MaxBytes is the size of the largest file that [Load] reads.
	MaxBytes = 1 << 27
)

// maxPixelsPerByte is more than any format packs into a byte of file: DEFLATE
// expands 1032 times at most (https://zlib.net/zlib_tech.html), and PNG puts
// up to 8 pixels into a byte before that.
const maxPixelsPerByte = 8 * 1032

// longestMagic is the length of what a PNG begins with, longer than the others'.
const longestMagic = 8

// Info says what a picture was before it became an input.
type Info struct {
	Format        string // "png", "jpeg" or "gif"
	Height, Width int    // in pixels
}

// LoadFile is [Load] of the named file. Its errors name the file.
func LoadFile(name string, height, width int) (pixels []uint8, info Info, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, Info{}, fmt.Errorf("picture: %w", err)
	}
	defer f.Close()
	pixels, info, err = load(f, height, width)
	if err != nil {
		return nil, info, fmt.Errorf("picture: %s: %w", name, err)
	}
	return pixels, info, nil
}

// Load reads a picture from r and returns it as grey pixels (height, width),
// row-major, 0 being black. The size that a picture claims is checked against
// [MaxPixels] and [MaxSide], and against the bytes there are, before anything
// is made of that size: a picture that takes more than 32 MiB in memory has to
// have a byte in the file for each 128 of them, and none may take more than
// 512 MiB.
func Load(r io.Reader, height, width int) (pixels []uint8, info Info, err error) {
	pixels, info, err = load(r, height, width)
	if err != nil {
		return nil, info, fmt.Errorf("picture: %w", err)
	}
	return pixels, info, nil
}

func load(r io.Reader, height, width int) ([]uint8, Info, error) {
	if height < 1 || width < 1 || int64(height)*int64(width) > MaxPixels {
		return nil, Info{}, fmt.Errorf("an input of %d x %d pixels: 1 to %d are possible", height, width, MaxPixels)
	}
	data, err := read(r, MaxBytes)
	if err != nil {
		return nil, Info{}, err
	}

	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, Info{}, fmt.Errorf("cannot be decoded: %w", err)
	}
	info := Info{Format: format, Height: config.Height, Width: config.Width}
	switch pixels := int64(info.Height) * int64(info.Width); {
	case info.Height < 1 || info.Width < 1:
		return nil, info, fmt.Errorf("a %s picture without pixels: %d x %d", format, info.Width, info.Height)
	case info.Height > MaxSide || info.Width > MaxSide || pixels > MaxPixels:
		return nil, info, fmt.Errorf("a %s picture of %d x %d pixels: at most %d megapixels are read, and %d pixels a side",
			format, info.Width, info.Height, MaxPixels>>20, MaxSide)
	case pixels/maxPixelsPerByte > int64(len(data)):
		return nil, info, fmt.Errorf("damaged: %d x %d pixels cannot be in %d bytes of %s",
			info.Width, info.Height, len(data), format)
	}
	if err := costOf(data, format, config).check(len(data)); err != nil {
		return nil, info, fmt.Errorf("a %s picture of %d x %d pixels: %w", format, info.Width, info.Height, err)
	}

	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, info, fmt.Errorf("cannot be decoded: %w", err)
	}
	return fit(newGrey(decoded, info), height, width), info, nil
}

// read returns all bytes of r, of which there must be some and at most limit. It
// stops at the first if they are not those of a picture.
func read(r io.Reader, limit int) ([]byte, error) {
	start := make([]byte, longestMagic)
	n, err := io.ReadFull(r, start)
	switch {
	case err == io.EOF:
		return nil, errors.New("empty: a PNG, JPEG or GIF picture is expected")
	case err != nil && err != io.ErrUnexpectedEOF:
		return nil, err
	}
	start = start[:n]
	if _, _, err := image.DecodeConfig(bytes.NewReader(start)); errors.Is(err, image.ErrFormat) {
		return nil, errors.New("not a PNG, JPEG or GIF picture")
	}
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(start), r), int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > limit {
		return nil, fmt.Errorf("more than %d bytes", limit)
	}
	return data, nil
}
